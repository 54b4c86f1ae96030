"""Runs ultralytics on the photographs named on stdin, one a line; answers each with milliseconds and objects.

    python predict.py MODEL.onnx THREADS
"""

import os
import sys
import time

# Before ultralytics is imported: it would look for updates, write settings and install packages.
os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", YOLO_VERBOSE="false")

import onnxruntime
import torch

THREADS = int(sys.argv[2])
torch.set_num_threads(THREADS)
create = onnxruntime.InferenceSession


def create_with_threads(path, sess_options=None, **arguments):
    sess_options = sess_options or onnxruntime.SessionOptions()
    sess_options.intra_op_num_threads = THREADS
    return create(path, sess_options, **arguments)


onnxruntime.InferenceSession = create_with_threads

from ultralytics import YOLO

model = YOLO(sys.argv[1])
for line in sys.stdin:
    started = time.perf_counter()
    (result,) = model.predict(line.strip(), retina_masks=True, verbose=False, device="cpu")
    count = 0 if result.masks is None else len(result.masks.data)
    print(f"{(time.perf_counter() - started) * 1000} {count}", flush=True)
