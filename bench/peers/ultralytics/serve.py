"""What people would build instead: FastAPI, queue.Queue, ultralytics, and results in memory.

    python serve.py MODEL.onnx WORKERS THREADS PORT

POST /images takes the bytes of an image and answers {"id": …}; GET /results/{id} answers 202 until its objects are there.
"""

import io
import os
import queue
import sys
import threading
import uuid

# Before ultralytics is imported: it would look for updates, write settings and install packages.
os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", YOLO_VERBOSE="false")

import onnxruntime
import torch
import uvicorn
from fastapi import FastAPI, Request, Response
from PIL import Image

MODEL, WORKERS, THREADS, PORT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(THREADS)
create = onnxruntime.InferenceSession


def create_with_threads(path, sess_options=None, **arguments):
    sess_options = sess_options or onnxruntime.SessionOptions()
    sess_options.intra_op_num_threads = THREADS
    return create(path, sess_options, **arguments)


onnxruntime.InferenceSession = create_with_threads

from ultralytics import YOLO

app = FastAPI()
waiting = queue.Queue()
results = {}


def work(model):
    while True:
        image_id, image = waiting.get()
        (result,) = model.predict(image, retina_masks=True, verbose=False, device="cpu")
        results[image_id] = result.summary()


@app.post("/images")
async def take(request: Request):
    image = Image.open(io.BytesIO(await request.body())).convert("RGB")
    image_id = str(uuid.uuid4())
    waiting.put((image_id, image))
    return {"id": image_id}


@app.get("/results/{image_id}")
async def tell(image_id: str):
    found = results.get(image_id)
    return Response(status_code=202) if found is None else {"objects": found}


for _ in range(WORKERS):
    loaded = YOLO(MODEL, task="segment")
    loaded.predict(Image.new("RGB", (640, 480)), verbose=False, device="cpu")
    threading.Thread(target=work, args=(loaded,), daemon=True).start()

uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="error")
