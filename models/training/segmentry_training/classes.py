"""The model's classes in label order, and which seeds belong to which purpose."""

CLASSES = (
    "apple",
    "banana",
    "orange",
    "lemon",
    "tomato",
    "carrot",
    "potato",
    "sweet potato",
    "courgette",
    "avocado",
    "egg",
    "bread",
)

# Fixed before any training. Training draws only below FIRST_HELD_OUT_SEED; what is judged on or shown
# to newcomers is never trained on.
FIRST_HELD_OUT_SEED = 900_000
HELD_OUT_SCENES = 16
FIRST_SAMPLE_SEED = 990_000
SAMPLE_SCENES = 3

# Width and height of the bank card (ISO/IEC 7810 ID-1) that lies in the sample pictures.
CARD_CM = (8.56, 5.398)


def is_training_seed(seed: int) -> bool:
    return 0 <= seed < FIRST_HELD_OUT_SEED
