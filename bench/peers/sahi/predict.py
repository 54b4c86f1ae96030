"""Runs sahi, as it is set out of the box, on the photographs named on stdin, one a line; answers each with a
line of JSON: its size and the objects found, each with its mask as runs of pixels, column by column.

    python predict.py MODEL.onnx THREADS
"""

import json
import os
import sys

# Before ultralytics is imported: it would look for updates, write settings and install packages.
os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", YOLO_VERBOSE="false")

import numpy as np
import torch

torch.set_num_threads(int(sys.argv[2]))

from PIL import Image
from sahi import AutoDetectionModel
from sahi.predict import get_sliced_prediction

model = AutoDetectionModel.from_pretrained(
    model_type="ultralytics", model_path=sys.argv[1], confidence_threshold=0.25, device="cpu"
)


def runs_of(mask):
    """Starts and ends of the set stretches of the mask's columns, one after another."""
    flat = np.asarray(mask, np.uint8).flatten(order="F")
    return np.flatnonzero(np.diff(np.concatenate([[0], flat, [0]]))).tolist()


for line in sys.stdin:
    path = line.strip()
    with Image.open(path) as image:
        width, height = image.size
    found = get_sliced_prediction(
        path,
        model,
        slice_height=640,
        slice_width=640,
        overlap_height_ratio=0.2,
        overlap_width_ratio=0.2,
        verbose=0,
    )
    objects = [
        {
            "class": each.category.name,
            "confidence": float(each.score.value),
            "runs": runs_of(each.mask.bool_mask),
        }
        for each in found.object_prediction_list
        if each.mask is not None
    ]
    print(json.dumps({"width": width, "height": height, "objects": objects}), flush=True)
