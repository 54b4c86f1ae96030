"""Whole tables: several items, plates, boards, cards and strange things, with exact instance masks and areas."""

import json
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from . import blender, shapes
from .classes import (
    CARD_CM,
    CLASSES,
    FIRST_HELD_OUT_SEED,
    FIRST_SAMPLE_SEED,
    HELD_OUT_SCENES,
    SAMPLE_SCENES,
    is_training_seed,
)
from .foods import Part, Surface, make_food, pick, srgb, vary
from .shapes import Mesh, turned


CALM_TABLES = (
    (srgb(205, 170, 125), srgb(180, 140, 95)),
    (srgb(225, 222, 215), srgb(205, 200, 190)),
    (srgb(120, 125, 130), srgb(95, 98, 102)),
    (srgb(60, 75, 100), srgb(45, 60, 85)),
    (srgb(140, 165, 160), srgb(120, 150, 145)),
)
LOUD_TABLES = (
    (srgb(165, 120, 75), srgb(120, 80, 45)),
    (srgb(95, 65, 45), srgb(65, 42, 28)),
    (srgb(180, 60, 55), srgb(160, 50, 45)),
    (srgb(45, 45, 48), srgb(30, 30, 33)),
    (srgb(210, 195, 175), srgb(190, 150, 130)),
)


def round_rectangle(width: float, height: float, corner: float) -> np.ndarray:
    points = []
    for cx, cy, start in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270)):
        for angle in np.radians(np.linspace(start, start + 90, 8)):
            points.append(
                [cx * (width / 2 - corner) + corner * np.cos(angle), cy * (height / 2 - corner) + corner * np.sin(angle)]
            )
    return np.array(points)


def tabletop(rng: np.random.Generator, calm: bool) -> Surface:
    base, second = pick(
        rng,
        *CALM_TABLES,
        *(() if calm else LOUD_TABLES),
    )
    return Surface(
        vary(rng, base), vary(rng, second), float(np.exp(rng.uniform(-2.5, 1.5))), rng.uniform(0, 0.8), rng.uniform(0.35, 0.9),
        rng.uniform(0, 0.3), rng.uniform(0.5, 4),
    )


def plate(rng: np.random.Generator, radius: float) -> Part:
    at = np.array([0, 0.6, 0.72, 0.97, 1.0, 0.97, 0.7, 0.58, 0])
    height = np.array([0, 0, 0.25, 1.3, 1.45, 1.5, 0.55, 0.35, 0.35])
    colour = pick(rng, srgb(240, 240, 235), srgb(225, 215, 200), srgb(70, 90, 120), srgb(60, 60, 62), srgb(160, 185, 180))
    mesh = shapes.lathe(height, at * radius)
    return Part(mesh, Surface(vary(rng, colour, 0.03), vary(rng, colour, 0.03), 0.1, 0.1, rng.uniform(0.08, 0.35), 0.0, 1))


def stranger(rng: np.random.Generator) -> Part:
    """Something that is no food: the model must learn to leave it alone."""
    colour = tuple(rng.uniform(0.01, 0.8, 3))
    surface = Surface(colour, vary(rng, colour, 0.4), rng.uniform(0.2, 2), rng.uniform(0, 0.9), rng.uniform(0.05, 0.9), rng.uniform(0, 0.4), 2)
    kind = rng.integers(5)
    if kind == 0:
        mesh = shapes.slab(round_rectangle(rng.uniform(4, 16), rng.uniform(2, 12), rng.uniform(0.2, 0.9)), rng.uniform(0.3, 6))
    elif kind == 1:  # a glass, jar or tin
        r = rng.uniform(2, 4.5)
        mesh = shapes.lathe(np.array([0, 0, 1, 1, 0.12, 0.1]) * rng.uniform(1, 10), np.array([0, 1, 1, 0.92, 0.9, 0]) * r)
    elif kind == 2:  # cutlery
        mesh = shapes.slab(round_rectangle(rng.uniform(15, 21), rng.uniform(1, 2), 0.45), 0.3)
    elif kind == 3:
        mesh = shapes.slab(round_rectangle(rng.uniform(10, 24), rng.uniform(8, 20), 0.3), 0.1)
    else:
        mesh = shapes.slab(np.array([[np.cos(a), np.sin(a)] for a in np.linspace(0, 6.28, 40)[:-1]]) * rng.uniform(1, 6), rng.uniform(0.3, 4))
    mesh = turned(mesh, shapes.rotation(2, rng.uniform(0, 6.3)))
    return Part(turned(mesh, np.eye(3), np.array([0, 0, -mesh.vertices[:, 2].min()])), surface)


def card(rng: np.random.Generator) -> Part:
    mesh = shapes.slab(round_rectangle(*CARD_CM, 0.318), 0.1, rounding=0.0)
    colour = srgb(40, 90, 170)
    angle = rng.uniform(-0.3, 0.3)
    mesh = turned(mesh, shapes.rotation(2, angle), np.array([0, 0, 0.05]))
    return Part(mesh, Surface(colour, colour, 0.1, 0.1, 0.6, 0, 1))


def reach(parts: list[Part]) -> np.ndarray:
    """Outline points seen from above, [n, 2] cm, thinned."""
    return np.concatenate([p.mesh.vertices[::7, :2] for p in parts])


def free_place(points: np.ndarray, taken: list[np.ndarray], half: np.ndarray, gap: float, rng, whole: bool) -> np.ndarray | None:
    """A random place where the item comes no nearer than `gap` cm to what lies there, or None."""
    room = half - np.abs(points).max(0) - gap * 0.5 if whole else half
    for _ in range(30):
        at = rng.uniform(-1, 1, 2) * np.maximum(room, 1)
        moved = points + at
        if all(np.min(np.linalg.norm(moved[:, None] - other[None], axis=2)) > gap for other in taken):
            return at
    return None


def build(scene, rng: np.random.Generator, size_cm: np.ndarray, tidy: bool, classes: tuple[str, ...]) -> list[str]:
    """Lays a table of about `size_cm` (width, height) and returns the class of each numbered item."""
    ground = shapes.slab(np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * 300.0, 1.0, 0)
    blender.add_parts(scene, [Part(ground, tabletop(rng, calm=tidy))], 0, rng, np.array([0, 0, -0.5]))
    half, taken, names = size_cm / 2, [], []
    base_height = 0.0
    if tidy:
        parts = [card(rng)]
        at = np.array([half[0] - 6.3, -half[1] + 4.6])
        blender.add_parts(scene, parts, 0, rng, np.array([*at, 0]))
        taken.append(np.stack(np.meshgrid(np.linspace(-5, 5, 11), np.linspace(-3.6, 3.6, 8)), -1).reshape(-1, 2) + at)
    elif rng.random() < 0.45:
        radius = rng.uniform(9, 15)
        at = rng.uniform(-0.4, 0.4, 2) * half
        blender.add_parts(scene, [plate(rng, radius)], 0, rng, np.array([*at, 0]))
    strangers = 0 if tidy else int(rng.integers(0, 5))
    for _ in range(strangers):
        part = stranger(rng)
        at = rng.uniform(-1, 1, 2) * half
        blender.add_parts(scene, [part], 0, rng, np.array([*at, 0]))
        if np.ptp(part.mesh.vertices[:, 2]) > 0.5:
            taken.append(reach([part]) + at)
    wanted = int(rng.integers(6, 9)) if tidy else int(rng.integers(1, 13))
    gap = 1.0 if tidy else rng.choice([0.05, 0.3, 1.0])
    kinds = list(rng.permutation(classes)) if tidy or rng.random() < 0.6 else list(rng.choice(classes, 3))
    for index in range(wanted):
        name = str(kinds[index % len(kinds)])
        parts = make_food(name, rng)
        at = free_place(reach(parts), taken, half, gap, rng, tidy)
        if at is None:
            continue
        taken.append(reach(parts) + at)
        names.append(name)
        blender.add_parts(scene, parts, len(names), rng, np.array([*at, base_height + (0 if tidy else 0.2)]))
    return names


def render_scene(seed: int, folder: Path, tidy: bool, fine: bool, classes: tuple[str, ...] = CLASSES) -> None:
    """Writes `<seed>.png` (the picture), `<seed>-mask.png` (instance numbers) and `<seed>.json`."""
    rng = np.random.default_rng(seed)
    width, height = (960, 720) if fine else (480, 360) if tidy else (512, 512)
    width_cm = 44.0 if tidy else float(rng.uniform(24, 60))
    scene = blender.empty_scene(width, height, samples=20 if fine else 5)
    tilt = float(rng.choice([0, rng.uniform(0, 0.9)]))
    if tidy or tilt == 0:
        blender.orthographic_camera(scene, width_cm)
    else:
        blender.perspective_camera(scene, width_cm, tilt)
    blender.light(scene, rng)
    scene.view_settings.exposure = -0.35 if tidy else float(rng.uniform(-1.2, 0.1))
    names = build(scene, rng, np.array([width_cm, width_cm * height / width]), tidy, classes)
    scratch = folder / f".{seed}.png"
    picture = blender.render(scene, scratch)[..., :3]
    numbers = blender.instance_numbers(scene, scratch)
    scratch.unlink()
    cv2.imwrite(str(folder / f"{seed}-mask.png"), numbers)
    cv2.imwrite(str(folder / f"{seed}.png"), picture)
    orthographic = tidy or tilt == 0
    about = {"seed": seed, "classes": names, "pixelsPerCm": width / width_cm if orthographic else None}
    (folder / f"{seed}.json").write_text(json.dumps(about))


def render_split(folder: Path, split: str, first: int, count: int, classes: tuple[str, ...] = CLASSES) -> None:
    """Renders what is not there yet. `first`, `count` and `classes` apply to the training split; the others are fixed."""
    if split == "held-out":
        first, count, classes = FIRST_HELD_OUT_SEED, HELD_OUT_SCENES, CLASSES
    if split == "samples":
        first, count, classes = FIRST_SAMPLE_SEED, SAMPLE_SCENES, CLASSES
    folder = folder / split
    folder.mkdir(parents=True, exist_ok=True)
    for seed in tqdm(range(first, first + count), desc=f"{split} scenes"):
        if split == "train" and not is_training_seed(seed):
            raise ValueError(f"Seed {seed} is held out.")
        if not (folder / f"{seed}.json").exists():
            # A part of the training tables are laid as neatly as the samples are, from other seeds.
            neat = split == "samples" or (split == "train" and seed % 3 == 0)
            render_scene(seed, folder, neat, split == "samples", classes)
