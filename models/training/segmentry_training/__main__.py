"""`python -m segmentry_training COMMAND`: one command for each step, every one of them resumable."""

import argparse
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / ".data"


def main() -> None:
    parser = argparse.ArgumentParser(prog="segmentry_training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    cutouts = commands.add_parser("render-cutouts", help="render sheets of 36 single items with alpha")
    cutouts.add_argument("--first", type=int, default=0)
    cutouts.add_argument("--count", type=int, default=300)
    cutouts.add_argument("--classes", nargs="+", help="these only; all where left away")
    scenes = commands.add_parser("render-scenes", help="render whole tables with exact instance masks")
    scenes.add_argument("--split", choices=["train", "held-out", "samples"], default="train")
    scenes.add_argument("--first", type=int, default=0)
    scenes.add_argument("--count", type=int, default=200)
    scenes.add_argument("--classes", nargs="+", help="these only, in the training split; all where left away")
    training = commands.add_parser("train", help="train, or go on training, for a given time")
    training.add_argument("--photographs", type=Path, help="the folder food-v1; without it own renders alone")
    training.add_argument("--minutes", type=float, default=60, help="of all runs together")
    training.add_argument("--size", type=int, default=288, help="side of the training pictures, px")
    training.add_argument("--batch", type=int, default=16)
    training.add_argument("--workers", type=int, default=1)
    training.add_argument("--threads", type=int, default=2)
    training.add_argument("--jitter", type=float, default=1, help="share of the pictures of which light, colours and sharpness are changed")
    training.add_argument(
        "--half", action="store_true", help="bfloat16 on CPUs too: faster by half where they know avx512_bf16, slower elsewhere"
    )
    exporting = commands.add_parser("export", help="write the trained network as fp32 ONNX")
    exporting.add_argument("out", type=Path)
    exporting.add_argument("--averaged", action="store_true", help="the mean of some 500 steps: pays in long runs only")
    evaluating = commands.add_parser("evaluate", help="print the model card's figures for ONNX weights")
    evaluating.add_argument("model", type=Path)
    evaluating.add_argument("--photographs", type=Path, help="the folder food-v1")
    evaluating.add_argument("--elsewhere", type=Path, help="a folder of photographs with groundtruth.json")
    commands.add_parser("register", help="write models/registry.json from the weights that are there")
    samples = commands.add_parser("write-samples", help="write the sample pictures with their truth")
    samples.add_argument("out", type=Path)
    arguments = parser.parse_args()

    # Blender and torch load slowly and not every command needs them.
    if arguments.command == "render-cutouts":
        from .classes import CLASSES
        from .render_cutouts import render_cutouts

        render_cutouts(DATA / "cutouts", arguments.first, arguments.count, tuple(arguments.classes or CLASSES))
    if arguments.command == "render-scenes":
        from .classes import CLASSES
        from .render_scenes import render_split

        render_split(DATA / "scenes", arguments.split, arguments.first, arguments.count, tuple(arguments.classes or CLASSES))
    if arguments.command == "train":
        from .train import train

        train(
            DATA,
            arguments.photographs,
            arguments.minutes,
            arguments.size,
            arguments.batch,
            arguments.workers,
            arguments.threads,
            arguments.half,
            arguments.jitter,
        )
    if arguments.command == "export":
        from .export import export

        export(DATA / "checkpoint.pt", arguments.out, arguments.averaged)
    if arguments.command == "evaluate":
        from .evaluate import evaluate

        evaluate(arguments.model.resolve(), DATA, arguments.photographs, arguments.elsewhere)
    if arguments.command == "register":
        from .register import register

        register()
    if arguments.command == "write-samples":
        from .samples import write_samples

        write_samples(DATA / "scenes" / "samples", arguments.out)


if __name__ == "__main__":
    main()
