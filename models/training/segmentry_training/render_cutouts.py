"""Sheets of single items on nothing: 36 a sheet, RGBA, seen from anywhere above. Much faster than one by one."""

import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

from . import blender
from .classes import CLASSES, is_training_seed
from .foods import make_food
from .shapes import Mesh, rotation, turned
from .sheets import CELL_PIXELS, GRID

CELL_CM = 10.0
# The share of a cell the item's longest side fills, so that bread and eggs are rendered equally finely.
FILL = 0.92


def render_sheet(seed: int, folder: Path, classes: tuple[str, ...]) -> None:
    """Writes `<seed>.png` ([912, 912] RGBA) and `<seed>.json` (the class of each cell, row by row)."""
    rng = np.random.default_rng(seed)
    side = GRID * CELL_PIXELS
    scene = blender.empty_scene(side, side, samples=4)
    scene.render.film_transparent = True
    blender.orthographic_camera(scene, GRID * CELL_CM)
    blender.light(scene, rng)
    scene.view_settings.exposure = float(rng.uniform(-1.0, 0.1))
    names = list(rng.permutation(np.resize(rng.permutation(classes), GRID * GRID)))
    for cell, name in enumerate(names):
        view = rotation(0, -rng.choice([0.0, rng.uniform(0, 0.5), rng.uniform(0, 1.15)]))
        parts = [type(p)(turned(p.mesh, view), p.surface) for p in make_food(name, rng)]
        everything = np.concatenate([p.mesh.vertices for p in parts])
        low, high = everything.min(0), everything.max(0)
        scale = CELL_CM * FILL / max(high[:2] - low[:2])
        at = np.array([(cell % GRID + 0.5 - GRID / 2) * CELL_CM, (GRID / 2 - 0.5 - cell // GRID) * CELL_CM, 0])
        for part in parts:
            centred = (part.mesh.vertices - (low + high) / 2) * scale
            surface = type(part.surface)(**{**vars(part.surface), "patch": part.surface.patch / scale, "grain": part.surface.grain / scale})
            blender.add_parts(scene, [type(part)(Mesh(centred, part.mesh.faces), surface)], cell + 1, rng, at)
    scratch = folder / f".{seed}.png"
    blender.render(scene, scratch)
    (folder / f"{seed}.json").write_text(json.dumps({"classes": names}))
    scratch.rename(folder / f"{seed}.png")


def render_cutouts(folder: Path, first: int, count: int, classes: tuple[str, ...] = CLASSES) -> None:
    """Renders the sheets of seeds `first` to `first + count - 1` that are not there yet, with these classes only."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in tqdm(range(first, first + count), desc="sheets of cut-outs"):
        if not is_training_seed(seed):
            raise ValueError(f"Seed {seed} is held out: cut-outs are for training only.")
        if not (folder / f"{seed}.png").exists():
            render_sheet(seed, folder, classes)
