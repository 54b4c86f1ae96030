"""Writes the trained network as fp32 ONNX in the layout of YOLOv8-seg, with the metadata such exports carry."""

from pathlib import Path

import onnx
import torch

from .classes import CLASSES
from .network import Convolution, Exported, FoodNet

INPUT_SIZE = 416
OPSET = 17
# Outputs of the folded and the trained network may differ by rounding only: pixels and scores.
TOLERANCE = 5e-2
# Lines through the scores (logits) of a class: slope and shift. Order within a class and so its AP stay; which of two
# names for one thing is the surer changes. The card tells how they were chosen, and for which weights.
# Bread is too seldom sure: steeper about 0.25 (logit -1.0986), below which nothing is reported. Orange is too often sure.
SCORE_LINES = {"bread": (2.8, 1.0986 * 1.8), "orange": (1.0, -1.5)}


def fold(network: FoodNet) -> None:
    for module in network.modules():
        if isinstance(module, Convolution):
            module.fold_norm()


@torch.no_grad()
def adjust_scores(network: FoodNet) -> None:
    for tower in network.scores:
        for name, (slope, shift) in SCORE_LINES.items():
            index = CLASSES.index(name)
            tower[-1].weight[index] *= slope
            tower[-1].bias[index] = tower[-1].bias[index] * slope + shift


def export(checkpoint: Path, out: Path, averaged: bool) -> None:
    """@raises ValueError when folding changed what the network says."""
    network = FoodNet(len(CLASSES)).eval()
    network.load_state_dict(torch.load(checkpoint, map_location="cpu")["average" if averaged else "network"])
    adjust_scores(network)
    exported = Exported(network).eval()
    picture = torch.rand(1, 3, INPUT_SIZE, INPUT_SIZE, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        before = exported(picture)[0]
        fold(network)
        after = exported(picture)[0]
    if float((before - after).abs().max()) > TOLERANCE:
        raise ValueError("Folding the normalisation changed the network's outputs.")
    torch.onnx.export(
        exported, (picture,), str(out), input_names=["images"], output_names=["output0", "output1"], opset_version=OPSET, dynamo=False
    )
    model = onnx.load(out)
    about = {
        "description": "Segmentry food model",
        "author": "Segmentry",
        "license": "Apache-2.0",
        "task": "segment",
        "stride": "32",
        "batch": "1",
        "imgsz": f"[{INPUT_SIZE}, {INPUT_SIZE}]",
        "names": repr(dict(enumerate(CLASSES))),
    }
    onnx.helper.set_model_props(model, about)
    onnx.checker.check_model(model)
    onnx.save(model, out)
