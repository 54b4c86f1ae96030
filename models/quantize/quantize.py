"""Makes a static int8 model of a detector: QDQ, unsigned activations, signed weights for each channel.

The head stays fp32: the outputs put pixels (0 to 640) and scores (0 to 1) into one tensor, and 256 steps over
such a range leave every score at 0. The head is whatever lies between the predictions and the last
convolutions before them, those included. Of a DETR that is all but its backbone: its attention stays fp32.

    python quantize.py MODEL.onnx OUT.onnx FOLDER

FOLDER holds the calibration inputs: raw little-endian float32 files `*.f32` of shape [1, 3, height, width].
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)


# What RT-DETR's and D-FINE's own post-processing asks for besides the image.
SIZES_INPUT = "orig_target_sizes"


class FolderReader(CalibrationDataReader):
    def __init__(self, folder: Path, graph: onnx.GraphProto):
        self.name = image_input(graph).name
        self.takes_sizes = any(value.name == SIZES_INPUT for value in graph.input)
        self.files = iter(sorted(folder.glob("*.f32")))

    def get_next(self):
        path = next(self.files, None)
        if path is None:
            return None
        height, width = map(int, path.stem.split("-")[-1].split("x"))
        sizes = {SIZES_INPUT: np.array([[width, height]], np.int64)} if self.takes_sizes else {}
        return {self.name: np.fromfile(path, "<f4").reshape(1, 3, height, width), **sizes}


def image_input(graph: onnx.GraphProto) -> onnx.ValueInfoProto:
    return next(value for value in graph.input if len(value.type.tensor_type.shape.dim) == 4)


def is_fixed_sum(node: onnx.NodeProto, initializers: dict[str, onnx.TensorProto]) -> bool:
    """The box head's expectation over distances is written as a convolution, but belongs to the decode."""
    weights = initializers.get(node.input[1]) if len(node.input) > 1 else None
    return weights is not None and weights.dims[0] == 1


def find_head(graph: onnx.GraphProto) -> list[str]:
    """Names of the nodes that stay fp32."""
    makers = {output: node for node in graph.node for output in node.output}
    initializers = {tensor.name: tensor for tensor in graph.initializer}
    # Masks and their prototypes, the output with four axes, are of one scale and bear 8 bits.
    pending = [output.name for output in graph.output if len(output.type.tensor_type.shape.dim) != 4]
    head: dict[str, onnx.NodeProto] = {}
    while pending:
        node = makers.get(pending.pop())
        if node is None or node.name in head:
            continue
        head[node.name] = node
        if node.op_type != "Conv" or is_fixed_sum(node, initializers):
            pending.extend(node.input)
    return list(head)


def separate_weights(graph: onnx.GraphProto) -> None:
    """Each node gets weights of its own. Exporters let nodes share what is equal, such as a bias of zeros. The quantizer
    gives each a copy under the bias's name and a number, and where a tensor has that name already, as short names may
    meet, it takes one for the other and refuses the model."""
    weights = {tensor.name: tensor for tensor in graph.initializer}
    used: set[str] = set()
    for node in graph.node:
        for index, name in enumerate(node.input):
            if name in used:
                own = graph.initializer.add()
                own.CopyFrom(weights[name])
                own.name = node.input[index] = f"{name}_of_{node.name}_{index}"
            elif name in weights:
                used.add(name)


def main(model_path: Path, out: Path, folder: Path) -> None:
    model = onnx.load(model_path)
    for index, node in enumerate(model.graph.node):
        node.name = node.name or f"node_{index}"
    separate_weights(model.graph)
    quantize_static(
        model,
        out,
        FolderReader(folder, model.graph),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=CalibrationMethod.MinMax,
        # A single photograph's extremes would widen the range for all.
        extra_options={"CalibMovingAverage": True},
        nodes_to_exclude=find_head(model.graph),
    )
    quantized = onnx.load(out)
    del quantized.metadata_props[:]
    quantized.metadata_props.extend(model.metadata_props)
    onnx.save(quantized, out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
