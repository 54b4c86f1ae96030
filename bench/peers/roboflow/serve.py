"""Roboflow's inference server with weights of one's own: without Docker, an account or a call to the internet.

    python serve.py MODEL.onnx WORKERS THREADS PORT

POST /infer/instance_segmentation with {"model_id": "local/1", "image": {"type": "base64", "value": …}} answers with the objects.
"""

import ast
import json
import os
import shutil
import sys
from pathlib import Path

# In the virtual environment, which is made for this alone.
HOME = Path(sys.prefix, "served")
# The server takes a folder of this name, seen from where it runs, for the model.
MODEL_ID = "local/1"
# Its pages are not in the package, and it does not start without a folder for them.
PAGES = ("inference/landing/out/static", "inference/landing/out/_next/static")
SETTINGS = {
    "OFFLINE_MODE": "True",
    "USE_INFERENCE_MODELS": "True",
    "ALLOW_INFERENCE_MODELS_DIRECTLY_ACCESS_LOCAL_PACKAGES": "True",
    "ALLOW_CUSTOM_PYTHON_EXECUTION_IN_WORKFLOWS": "False",
    "CORE_MODELS_ENABLED": "False",
    "PRELOAD_MODELS": MODEL_ID,
    "MODEL_CACHE_DIR": str(HOME / "cache"),
    "LOG_LEVEL": "ERROR",
    "INFERENCE_WARNINGS_DISABLED": "True",
    "TRANSFORMERS_VERBOSITY": "error",
}


def write_package(weights, folder):
    """Writes what the server otherwise downloads with the weights: how its images are prepared and its outputs read."""
    import onnx

    properties = {each.key: each.value for each in onnx.load(weights).metadata_props}
    height, width = ast.literal_eval(properties["imgsz"])
    names = ast.literal_eval(properties["names"])
    config = {"model_architecture": "yolov8", "task_type": "instance-segmentation", "backend_type": "onnx"}
    network_input = {
        "training_input_size": {"height": height, "width": width},
        "dynamic_spatial_size_supported": False,
        "color_mode": "rgb",
        "resize_mode": "letterbox",
        "padding_value": 114,
        "input_channels": 3,
        "scaling_factor": 255,
    }
    inference = {"network_input": network_input, "post_processing": {"type": "nms", "fused": False}}
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(weights, folder / "weights.onnx")
    (folder / "class_names.txt").write_text("\n".join(names[each] for each in sorted(names)))
    (folder / "model_config.json").write_text(json.dumps(config))
    (folder / "inference_config.json").write_text(json.dumps(inference))


def main(model, workers, threads, port):
    write_package(model, HOME / MODEL_ID)
    for folder in PAGES:
        (HOME / folder).mkdir(parents=True, exist_ok=True)
    os.chdir(HOME)
    # Each worker reads them when it imports the server.
    os.environ.update(SETTINGS, OMP_NUM_THREADS=threads)
    import uvicorn

    uvicorn.run(
        "app:app",
        app_dir=str(Path(__file__).parent),
        host="127.0.0.1",
        port=int(port),
        workers=int(workers),
        log_level="error",
    )


# A worker of several imports this file, too.
if __name__ == "__main__":
    main(*sys.argv[1:])
