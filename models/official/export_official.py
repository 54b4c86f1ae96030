"""Turns official weights into ONNX, as segmentry reads it best: fixed size, one picture, no suppression inside.

    python export_official.py WEIGHTS.pt OUT.onnx

The weights are a pickle: opening one runs code of whoever made it. Give only files of their publisher.
"""

import os
import sys
from pathlib import Path

# Nothing is to be installed or fetched behind the caller's back.
os.environ["YOLO_AUTOINSTALL"] = "false"
os.environ["YOLO_OFFLINE"] = "true"
# Settings stay with the environment that this runs in, out of the caller's home.
os.environ["YOLO_CONFIG_DIR"] = os.environ["MPLCONFIGDIR"] = str(Path(sys.prefix) / "settings")

from ultralytics import YOLO  # noqa: E402


def main(weights: Path, out: Path) -> None:
    written = YOLO(str(weights)).export(format="onnx", opset=17, simplify=False, dynamic=False, nms=False)
    Path(written).replace(out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
