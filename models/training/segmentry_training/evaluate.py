"""Judges ONNX weights on labelled pictures, as the product runs them: through `segmentry detect --json`."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from pycocotools import mask as coco

from .classes import CLASSES
from .compose import NUMBER, read_photographs

REPOSITORY = Path(__file__).resolve().parents[3]
# Precision is integrated over all scores from here on; area errors are of what is found at the product's default.
LOWEST_SCORE, DEFAULT_SCORE = 0.01, 0.25
MATCH = 0.5


@dataclass(frozen=True)
class Labelled:
    path: Path
    classes: list[int]
    masks: list[np.ndarray]  # [h, w] bool each


@dataclass(frozen=True)
class Found:
    kind: int
    score: float
    mask: np.ndarray


def read_scenes(folder: Path) -> list[Labelled]:
    scenes = []
    for path in sorted(folder.glob("[0-9]*.json")):
        names = json.loads(path.read_text())["classes"]
        numbers = cv2.imread(str(path.with_name(f"{path.stem}-mask.png")), cv2.IMREAD_GRAYSCALE)
        masks = [numbers == index + 1 for index in range(len(names))]
        kept = [i for i, m in enumerate(masks) if m.sum() >= 100]
        scenes.append(Labelled(path.with_suffix(".png"), [NUMBER[names[i]] for i in kept], [masks[i] for i in kept]))
    return scenes


def filled(polygon: np.ndarray, height: int, width: int) -> np.ndarray:
    canvas = np.zeros((height, width), np.uint8)
    cv2.fillPoly(canvas, [np.round(polygon * [width, height]).astype(np.int32)], 1)
    return canvas.astype(bool)


def read_food_v1(folder: Path) -> list[Labelled]:
    labelled = []
    for photo in read_photographs(folder, "val"):
        h, w = cv2.imread(str(photo.path)).shape[:2]
        labelled.append(Labelled(photo.path, [c for c, _ in photo.polygons], [filled(p, h, w) for _, p in photo.polygons]))
    return labelled


def read_coco(folder: Path) -> list[Labelled]:
    """Photographs whose `groundtruth.json` names one of our classes."""
    labelled = []
    for name, objects in json.loads((folder / "groundtruth.json").read_text())["images"].items():
        ours = [o for o in objects if o["className"] in NUMBER]
        if ours:
            h, w = cv2.imread(str(folder / name)).shape[:2]
            masks = [filled(np.array(o["polygon"]).reshape(-1, 2), h, w) for o in ours]
            labelled.append(Labelled(folder / name, [NUMBER[o["className"]] for o in ours], masks))
    return labelled


def detect(model: Path, paths: list[Path]) -> tuple[list[list[Found]], list[float]]:
    """What the product finds in each picture, and the milliseconds of each inference alone."""
    command = [str(REPOSITORY / "node_modules" / ".bin" / "node"), str(REPOSITORY / "cli" / "segmentry.mjs"), "detect", *map(str, paths), "--model", str(model)]
    command += ["--json", "--confidence", str(LOWEST_SCORE), "--workers", "1"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    found, times = [], []
    for line in ran.stdout.splitlines():
        result = json.loads(line)
        times.append(result["timing"]["inferMs"])
        found.append([Found(CLASSES.index(d["class"]), d["confidence"], coco.decode(d["mask"]).astype(bool)) for d in result["detections"]])
    if len(found) != len(paths):
        raise ValueError(f"{len(paths)} pictures were given, {len(found)} answered: {ran.stderr}")
    return found, times


def average_precision(marks: list[tuple[float, bool]], positives: int) -> float:
    """Area under the precision envelope at 101 recalls, as COCO does."""
    if not marks:
        return 0.0
    marks = sorted(marks, key=lambda mark: -mark[0])
    hits = np.cumsum([hit for _, hit in marks])
    recall, precision = hits / positives, hits / np.arange(1, len(marks) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(recall, np.linspace(0, 1, 101))
    return float(np.mean([precision[i] if i < len(precision) else 0.0 for i in at]))


def judge(labelled: list[Labelled], found: list[list[Found]], least: int = 1) -> dict:
    """AP50 by class and their mean over classes with `least` objects or more; mask IoU and area error of the matched."""
    marks: dict[int, list[tuple[float, bool]]] = {c: [] for c in range(len(CLASSES))}
    counts = np.zeros(len(CLASSES), int)
    overlaps, errors, hit_at_default, false_at_default = [], [], 0, 0
    for picture, detections in zip(labelled, found):
        for kind in picture.classes:
            counts[kind] += 1
        used: set[int] = set()
        for detection in sorted(detections, key=lambda d: -d.score):
            best, which = 0.0, -1
            for index, (kind, mask) in enumerate(zip(picture.classes, picture.masks)):
                if kind != detection.kind or index in used:
                    continue
                iou = (mask & detection.mask).sum() / max(1, (mask | detection.mask).sum())
                if iou > best:
                    best, which = iou, index
            hit = bool(best >= MATCH)
            marks[detection.kind].append((detection.score, hit))
            if hit:
                used.add(which)
            if detection.score >= DEFAULT_SCORE:
                hit_at_default += hit
                false_at_default += not hit
                if hit:
                    truth = picture.masks[which].sum()
                    overlaps.append(best)
                    errors.append(abs(int(detection.mask.sum()) - int(truth)) / truth)
    judged = [c for c in range(len(CLASSES)) if counts[c] >= least]
    precision = {CLASSES[c]: (round(average_precision(marks[c], int(counts[c])), 3), int(counts[c])) for c in range(len(CLASSES)) if counts[c]}
    return {
        "pictures": len(labelled),
        "objects": int(counts.sum()),
        "AP50": round(float(np.mean([precision[CLASSES[c]][0] for c in judged])), 3) if judged else None,
        "AP50 by class (objects)": precision,
        "found at 0.25": int(hit_at_default),
        "false at 0.25": int(false_at_default),
        "mean mask IoU of found": round(float(np.mean(overlaps)), 3) if overlaps else None,
        "median area error of found": round(float(np.median(errors)), 3) if errors else None,
    }


def evaluate(model: Path, data: Path, food_v1: Path | None, coco_folder: Path | None) -> None:
    """Prints the model card's figures as JSON."""
    sets: list[tuple[str, list[Labelled], int]] = []
    for name, folder in (("held-out renders", data / "scenes" / "held-out"), ("sample scenes", data / "scenes" / "samples")):
        sets.append((name, read_scenes(folder), 1))
    if food_v1:
        sets.append(("food-v1 val, all photographs", read_food_v1(food_v1), 5))
        sets.append(("food-v1 val, photographs with food", [p for p in read_food_v1(food_v1) if p.classes], 5))
    if coco_folder:
        sets.append(("photographs from elsewhere", read_coco(coco_folder), 1))
    for name, labelled, least in sets:
        if not labelled:
            continue
        found, times = detect(model, [p.path for p in labelled])
        figures = judge(labelled, found, least) | {"median inference ms": round(float(np.median(times)), 1)}
        print(json.dumps({name: figures}, indent=1), flush=True)
