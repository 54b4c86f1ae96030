"""What training minimises. Task-aligned assignment after TOOD (2021), CIoU (2019), distribution focal loss (2020)."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .network import BINS

CANDIDATES = 10
SCORE_POWER, OVERLAP_POWER = 0.5, 6.0
BOX_WEIGHT, BINS_WEIGHT, SCORE_WEIGHT, MASK_WEIGHT = 7.5, 1.5, 0.7, 2.5
# More matched anchors than this add time to the mask loss, not accuracy.
MASKS_PER_PICTURE = 24


@dataclass
class Truth:
    """One picture's objects: `boxes` [g, 4] px corners, `classes` [g], `numbers` [s/4, s/4]: 0 nothing, i + 1 object i."""

    boxes: Tensor
    classes: Tensor
    numbers: Tensor

    def to(self, device: torch.device) -> "Truth":
        return Truth(self.boxes.to(device), self.classes.to(device), self.numbers.to(device))


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union of corner boxes, broadcast over [..., 4]."""
    width = (torch.min(a[..., 2], b[..., 2]) - torch.max(a[..., 0], b[..., 0])).clamp(0)
    height = (torch.min(a[..., 3], b[..., 3]) - torch.max(a[..., 1], b[..., 1])).clamp(0)
    shared = width * height
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    return shared / (area_a + area_b - shared + 1e-7)


def complete_overlap(a: Tensor, b: Tensor) -> Tensor:
    """CIoU: overlap less the distance of the centres and the difference of the shapes."""
    iou = overlap(a, b)
    wa, ha, wb, hb = a[..., 2] - a[..., 0], a[..., 3] - a[..., 1], b[..., 2] - b[..., 0], b[..., 3] - b[..., 1]
    cw = torch.max(a[..., 2], b[..., 2]) - torch.min(a[..., 0], b[..., 0])
    ch = torch.max(a[..., 3], b[..., 3]) - torch.min(a[..., 1], b[..., 1])
    dx = a[..., 0] + a[..., 2] - b[..., 0] - b[..., 2]
    dy = a[..., 1] + a[..., 3] - b[..., 1] - b[..., 3]
    distance = (dx**2 + dy**2) / 4 / (cw**2 + ch**2 + 1e-7)
    shape = 4 / math.pi**2 * (torch.atan(wb / (hb + 1e-7)) - torch.atan(wa / (ha + 1e-7))) ** 2
    with torch.no_grad():
        weight = shape / (shape - iou + 1 + 1e-7)
    return iou - (distance + shape * weight)


@torch.no_grad()
def assign(scores: Tensor, boxes: Tensor, anchors: Tensor, truth: Truth) -> tuple[Tensor, Tensor, Tensor]:
    """Which anchor learns which object: matched [a] bool, object [a], quality [a]. Every object gets an anchor."""
    inside = torch.cat([anchors[None] - truth.boxes[:, None, :2], truth.boxes[:, None, 2:] - anchors[None]], -1)
    inside = inside.amin(-1) > 1e-3
    iou = overlap(truth.boxes[:, None], boxes[None]).clamp(0)
    merit = scores[:, truth.classes].t().pow(SCORE_POWER) * iou.pow(OVERLAP_POWER) * inside
    best = merit.topk(min(CANDIDATES, len(anchors)), 1)
    taken = torch.zeros_like(inside).scatter_(1, best.indices, best.values > 1e-12) & inside
    without = ~taken.any(1)
    if without.any():
        centres = (truth.boxes[:, :2] + truth.boxes[:, 2:]) / 2
        nearest = ((anchors[None] - centres[:, None]) ** 2).sum(-1).argmin(1)
        taken[without, nearest[without]] = True
    shared = taken.sum(0) > 1
    if shared.any():
        winner = F.one_hot((iou * taken).argmax(0), len(truth.boxes)).t().bool()
        taken = torch.where(shared[None], taken & winner, taken)
    merit = merit * taken
    quality = merit * (iou * taken).amax(1, keepdim=True) / (merit.amax(1, keepdim=True) + 1e-9)
    return taken.any(0), taken.float().argmax(0), quality.amax(0)


def bins_loss(logits: Tensor, distances: Tensor) -> Tensor:
    """Cross-entropy to the two bins about each distance; [n, 4, 16] and [n, 4] to [n]."""
    distances = distances.clamp(0, BINS - 1.01)
    low = distances.long()
    share = low + 1 - distances
    flat = logits.reshape(-1, BINS)
    below = F.cross_entropy(flat, low.view(-1), reduction="none").view_as(distances)
    above = F.cross_entropy(flat, low.view(-1) + 1, reduction="none").view_as(distances)
    return (below * share + above * (1 - share)).mean(1)


def mask_loss(logits: Tensor, targets: Tensor, boxes: Tensor) -> Tensor:
    """Binary cross-entropy + dice within each box; [n, h, w] twice and [n, 4] px to [n]."""
    n, h, w = logits.shape
    b = boxes / 4
    y = torch.arange(h, device=logits.device)[None, :, None]
    x = torch.arange(w, device=logits.device)[None, None, :]
    left, top, right, bottom = (b[:, i, None, None] for i in range(4))
    within = ((x >= left - 1) & (x < right + 1) & (y >= top - 1) & (y < bottom + 1)).float()
    entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none") * within
    shares = logits.sigmoid() * within
    dice = 1 - (2 * (shares * targets).sum((1, 2)) + 1) / (shares.sum((1, 2)) + targets.sum((1, 2)) + 1)
    return entropy.sum((1, 2)) / within.sum((1, 2)).clamp(1) + dice


def total_loss(outputs: dict[str, Tensor], truths: list[Truth]) -> tuple[Tensor, dict[str, float]]:
    anchors = outputs["anchors"] * outputs["strides"][:, None]
    targets = torch.zeros_like(outputs["scores"])
    zero = anchors.new_zeros(())
    box = bins = mask = zero
    masks = 0
    for i, truth in enumerate(truths):
        if len(truth.boxes) == 0:
            continue
        corners = outputs["corners"][i].t()
        matched, which, quality = assign(outputs["scores"][i].detach().sigmoid().t(), corners.detach(), anchors, truth)
        at = matched.nonzero()[:, 0]
        objects, weight = which[at], quality[at]
        targets[i, truth.classes[objects], at] = weight
        wanted = truth.boxes[objects]
        box = box + ((1 - complete_overlap(corners[at], wanted)) * weight).sum()
        distances = torch.cat([anchors[at] - wanted[:, :2], wanted[:, 2:] - anchors[at]], 1) / outputs["strides"][at, None]
        logits = outputs["bins"][i].view(4, BINS, -1)[:, :, at].permute(2, 0, 1)
        bins = bins + (bins_loss(logits, distances) * weight).sum()
        if len(at) > MASKS_PER_PICTURE:
            some = torch.randperm(len(at), device=at.device)[:MASKS_PER_PICTURE]
            at, objects = at[some], objects[some]
        prototypes = outputs["prototypes"][i]
        logits = (outputs["coefficients"][i][:, at].t() @ prototypes.flatten(1)).view(-1, *prototypes.shape[1:])
        wanted_masks = (truth.numbers[None] == (objects + 1)[:, None, None]).float()
        mask = mask + mask_loss(logits, wanted_masks, truth.boxes[objects]).sum()
        masks += len(at)
    total = targets.sum().clamp(1)
    score = F.binary_cross_entropy_with_logits(outputs["scores"], targets, reduction="sum") / total
    box, bins, mask = box / total, bins / total, mask / max(1, masks)
    parts = {k: float(v.detach()) for k, v in (("box", box), ("bins", bins), ("score", score), ("mask", mask))}
    return BOX_WEIGHT * box + BINS_WEIGHT * bins + SCORE_WEIGHT * score + MASK_WEIGHT * mask, parts
