"""The network: cross-stage-partial backbone, FPN + PAN neck, decoupled heads, mask prototypes.

Written for this project, from published ideas: CSPNet (2019), PANet (2018), YOLACT's prototypes (2019),
Generalized Focal Loss's distributional boxes (2020).
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

STRIDES = (8, 16, 32)
BINS = 16
MASK_COEFFICIENTS = 32


class Convolution(nn.Module):
    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1):
        super().__init__()
        self.weights = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)

    def forward(self, x: Tensor) -> Tensor:
        return F.silu(self.norm(self.weights(x)), inplace=True)

    def fold_norm(self) -> None:
        """Puts the trained normalisation into the weights; for inference only."""
        if isinstance(self.norm, nn.Identity):
            return
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        old = self.weights
        new = nn.Conv2d(old.in_channels, old.out_channels, old.kernel_size, old.stride, old.padding)
        new.weight.data = old.weight.data * scale[:, None, None, None]
        new.bias.data = self.norm.bias.data - self.norm.running_mean * scale
        self.weights, self.norm = new, nn.Identity()


class Residual(nn.Module):
    def __init__(self, channels: int, add: bool):
        super().__init__()
        self.first, self.second, self.add = Convolution(channels, channels, 3), Convolution(channels, channels, 3), add

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(self.first(x))
        return x + y if self.add else y


class CrossStage(nn.Module):
    """Half of the channels pass `depth` residual steps; every step's result is joined at the end."""

    def __init__(self, inputs: int, outputs: int, depth: int = 1, add: bool = True):
        super().__init__()
        half = outputs // 2
        self.enter = Convolution(inputs, 2 * half)
        self.steps = nn.ModuleList(Residual(half, add) for _ in range(depth))
        self.leave = Convolution((2 + depth) * half, outputs)

    def forward(self, x: Tensor) -> Tensor:
        parts = list(self.enter(x).chunk(2, 1))
        for step in self.steps:
            parts.append(step(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class Surroundings(nn.Module):
    """Pools over ever larger neighbourhoods."""

    def __init__(self, channels: int):
        super().__init__()
        self.enter, self.leave = Convolution(channels, channels // 2), Convolution(2 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        parts = [self.enter(x)]
        for _ in range(3):
            parts.append(F.max_pool2d(parts[-1], 5, 1, 2))
        return self.leave(torch.cat(parts, 1))


def doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


class FoodNet(nn.Module):
    """Pictures [b, 3, s, s] in 0..1 to raw heads; `Exported` turns those into the YOLOv8-seg layout."""

    def __init__(self, classes: int, widths=(16, 32, 64, 96, 160), head: int = 48, prototypes: int = 48):
        super().__init__()
        self.class_count = classes
        a, b, c, d, e = widths
        self.stem = Convolution(3, a, 3, 2)
        self.stage4 = nn.Sequential(Convolution(a, b, 3, 2), CrossStage(b, b, 1))
        self.stage8 = nn.Sequential(Convolution(b, c, 3, 2), CrossStage(c, c, 2))
        self.stage16 = nn.Sequential(Convolution(c, d, 3, 2), CrossStage(d, d, 2))
        self.stage32 = nn.Sequential(Convolution(d, e, 3, 2), CrossStage(e, e, 1), Surroundings(e))
        self.up16, self.up8 = CrossStage(e + d, d, 1, False), CrossStage(d + c, c, 1, False)
        self.down16, self.join16 = Convolution(c, c, 3, 2), CrossStage(c + d, d, 1, False)
        self.down32, self.join32 = Convolution(d, d, 3, 2), CrossStage(d + e, e, 1, False)

        def tower(inputs: int, outputs: int) -> nn.Sequential:
            return nn.Sequential(Convolution(inputs, head, 3), Convolution(head, head, 3), nn.Conv2d(head, outputs, 1))

        self.boxes = nn.ModuleList(tower(i, 4 * BINS) for i in (c, d, e))
        self.scores = nn.ModuleList(tower(i, classes) for i in (c, d, e))
        self.coefficients = nn.ModuleList(tower(i, MASK_COEFFICIENTS) for i in (c, d, e))
        self.prototype_in = Convolution(c, prototypes, 3)
        self.prototype_out = nn.Sequential(Convolution(prototypes, prototypes, 3), Convolution(prototypes, MASK_COEFFICIENTS))
        for tower_, stride in zip(self.scores, STRIDES):
            tower_[-1].bias.data.fill_(math.log(5 / classes / (416 / stride) ** 2))
        for tower_ in self.boxes:
            tower_[-1].bias.data.fill_(1.0)
        self.register_buffer("bins", torch.arange(BINS).float(), persistent=False)

    def features(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        c8 = self.stage8(self.stage4(self.stem(x)))
        c16 = self.stage16(c8)
        c32 = self.stage32(c16)
        u16 = self.up16(torch.cat([doubled(c32), c16], 1))
        u8 = self.up8(torch.cat([doubled(u16), c8], 1))
        n16 = self.join16(torch.cat([self.down16(u8), u16], 1))
        n32 = self.join32(torch.cat([self.down32(n16), c32], 1))
        return u8, n16, n32

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """`bins` [b, 64, a], `scores` [b, nc, a] and `coefficients` [b, 32, a] as logits; `corners` [b, 4, a] px."""
        levels = self.features(x)
        prototypes = self.prototype_out(doubled(self.prototype_in(levels[0])))

        def flat(towers: nn.ModuleList) -> Tensor:
            # Boxes in half precision would be off by a pixel; what comes before them is well enough.
            return torch.cat([t(f).flatten(2) for t, f in zip(towers, levels)], 2).float()

        bins, scores, coefficients = flat(self.boxes), flat(self.scores), flat(self.coefficients)
        anchors, strides = anchor_points(levels)
        shares = bins.view(x.shape[0], 4, BINS, -1).softmax(2)
        distances = (shares * self.bins.view(1, 1, -1, 1)).sum(2)
        corners = torch.cat([anchors.t()[None] - distances[:, :2], anchors.t()[None] + distances[:, 2:]], 1) * strides
        return {
            "bins": bins, "scores": scores, "coefficients": coefficients, "prototypes": prototypes,
            "anchors": anchors, "strides": strides, "corners": corners,
        }


def anchor_points(levels: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """Cell centres in cells, [a, 2], and the stride of each, [a]."""
    points, strides = [], []
    for level, stride in zip(levels, STRIDES):
        h, w = level.shape[2:]
        y, x = torch.meshgrid(
            torch.arange(h, device=level.device) + 0.5, torch.arange(w, device=level.device) + 0.5, indexing="ij"
        )
        points.append(torch.stack([x, y], -1).view(-1, 2))
        strides.append(torch.full((h * w,), float(stride), device=level.device))
    return torch.cat(points).float(), torch.cat(strides).float()


class Exported(nn.Module):
    """The layout of YOLOv8-seg exports: output0 [b, 4 + nc + 32, a] (cx, cy, w, h, scores, coefficients), output1."""

    def __init__(self, network: FoodNet):
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        o = self.network(images)
        low, high = o["corners"][:, :2], o["corners"][:, 2:]
        return torch.cat([(low + high) / 2, high - low, o["scores"].sigmoid(), o["coefficients"]], 1), o["prototypes"]
