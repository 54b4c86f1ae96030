"""The sample pictures of the repository: JPEG, with masks and true areas beside each."""

import json
from pathlib import Path

import cv2
import numpy as np
from pycocotools import mask as coco

from .classes import CARD_CM, CLASSES

JPEG_QUALITY = 93


def truth_of(scene: Path) -> dict:
    """The truth file: an area is what an object covers seen straight from above (orthographic), in cm²."""
    about = json.loads(scene.read_text())
    numbers = cv2.imread(str(scene.with_name(f"{scene.stem}-mask.png")), cv2.IMREAD_GRAYSCALE)
    objects = []
    for index, name in enumerate(about["classes"]):
        mask = numbers == index + 1
        rows, columns = np.nonzero(mask)
        rle = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
        objects.append(
            {
                "class": name,
                "classId": CLASSES.index(name),
                "box": {"x1": int(columns.min()), "y1": int(rows.min()), "x2": int(columns.max()) + 1, "y2": int(rows.max()) + 1},
                "mask": {"size": list(mask.shape), "counts": rle["counts"].decode()},
                "areaPixels": int(mask.sum()),
                "areaCm2": round(float(mask.sum()) / about["pixelsPerCm"] ** 2, 3),
            }
        )
    return {
        "seed": about["seed"],
        "width": numbers.shape[1],
        "height": numbers.shape[0],
        "pixelsPerCm": round(about["pixelsPerCm"], 5),
        "card": {"widthCm": CARD_CM[0], "heightCm": CARD_CM[1]},
        "objects": objects,
    }


def write_samples(scenes: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for index, scene in enumerate(sorted(scenes.glob("[0-9]*.json"))):
        picture = cv2.imread(str(scene.with_suffix(".png")))
        cv2.imwrite(str(out / f"table-{index + 1}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        (out / f"table-{index + 1}.json").write_text(json.dumps(truth_of(scene), indent=1) + "\n")
