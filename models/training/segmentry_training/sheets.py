"""How sheets of cut-outs are laid out, and how they are read; needs no Blender."""

import json
from pathlib import Path

import cv2
import numpy as np

GRID = 6
CELL_PIXELS = 152


def read_sheet(path: Path) -> list[tuple[str, np.ndarray]]:
    """(class, [h, w, 4] uint8 BGRA cropped to the item) of every cell."""
    sheet = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    names = json.loads(path.with_suffix(".json").read_text())["classes"]
    found = []
    for cell, name in enumerate(names):
        y, x = cell // GRID * CELL_PIXELS, cell % GRID * CELL_PIXELS
        item = sheet[y : y + CELL_PIXELS, x : x + CELL_PIXELS]
        rows, columns = np.nonzero(item[..., 3] > 127)
        if len(rows) > 200:
            found.append((name, item[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].copy()))
    return found
