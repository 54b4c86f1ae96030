"""Writes models/registry.json: what ships, with hashes and manifests."""

import ast
import hashlib
import json
from pathlib import Path

import onnx

MODELS = Path(__file__).resolve().parents[2]
VERSION = "1"
SHIPPED = ("segmentry-food", "segmentry-food-int8")
CARD = "segmentry-food.md"


def manifest_of(model_id: str) -> dict:
    path = MODELS / f"{model_id}.onnx"
    model = onnx.load(path)
    about = {entry.key: entry.value for entry in model.metadata_props}
    height, width = ast.literal_eval(about["imgsz"])
    return {
        "id": model_id,
        "version": VERSION,
        "family": "yolov8",
        "task": about["task"],
        "classes": list(ast.literal_eval(about["names"]).values()),
        "inputSize": {"width": width, "height": height},
        "licence": about["license"],
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "weights": path.name,
        "card": CARD,
    }


def register() -> None:
    """The first of those that are there is what is used where no model is named."""
    there = [model_id for model_id in SHIPPED if (MODELS / f"{model_id}.onnx").exists()]
    path = MODELS / "registry.json"
    before = {model["id"]: model for model in json.loads(path.read_text())["models"]} if path.exists() else {}
    # What no file says stays as it was: a model's own options, and how its int8 form compares.
    models = [before.get(model_id, {}) | manifest_of(model_id) for model_id in there]
    path.write_text(json.dumps({"default": there[0], "models": models}, indent=2) + "\n")
