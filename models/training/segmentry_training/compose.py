"""Makes training pictures: cut-outs pasted on backgrounds and photographs, photographs, and crops of rendered tables."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .backgrounds import background
from .classes import CLASSES
from .sheets import read_sheet

NUMBER = {name: index for index, name in enumerate(CLASSES)}
BACKGROUNDS = 120
# Shown more often: bread comes in the most shapes, and a stemless apple differs little from a tomato.
HARD = {"bread": 3.5, "apple": 2.2, "tomato": 2.0, "orange": 1.3, "potato": 1.6}
# Renders made while training goes on are looked for every so many pictures.
REFRESH_EVERY = 400


@dataclass
class Canvas:
    """A picture in the making: BGR pixels, the number (from 1) of the object each pixel shows, their classes."""

    pixels: np.ndarray
    numbers: np.ndarray
    classes: list[int]


@dataclass(frozen=True)
class Photograph:
    path: Path
    polygons: list[tuple[int, np.ndarray]]  # class, [n, 2] in 0..1; only our classes


def read_photographs(folder: Path, split: str) -> list[Photograph]:
    """food-v1's photographs (CC BY 4.0). Its other classes count as nothing."""
    import json

    names = json.loads((folder / "classes.json").read_text())["classes"]
    found = []
    for path in sorted((folder / "images" / split).glob("*.jpg")):
        lines = (folder / "labels" / split / f"{path.stem}.txt").read_text().split("\n")
        polygons = []
        for line in filter(None, lines):
            index, *numbers = line.split()
            name = names[int(index)].replace("_", " ")
            if name in NUMBER:
                polygons.append((NUMBER[name], np.array(numbers, float).reshape(-1, 2)))
        found.append(Photograph(path, polygons))
    return found


def read_photo_cutouts(folder: Path) -> dict[str, list[np.ndarray]]:
    """Cut-outs by class; of food-v1 only `photo_*`, whose licence is CC BY 4.0."""
    bank: dict[str, list[np.ndarray]] = {name: [] for name in CLASSES}
    for path in sorted((folder / "cutouts" / "train").glob("*/photo_*.webp")):
        name = path.parent.name.replace("_", " ")
        item = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        if name in bank and item is not None and item.shape[2] == 4 and min(item.shape[:2]) >= 20:
            bank[name].append(item)
    return bank


def paste(canvas: Canvas, item: np.ndarray, length: float, rng: np.random.Generator) -> int | None:
    """Pastes a cut-out, turned and mirrored, with a soft shadow; its longest side becomes about `length` px."""
    size = canvas.pixels.shape[0]
    h, w = item.shape[:2]
    scale = min(length / max(h, w), 2.4)
    side = int(np.hypot(h, w) * scale) + 4
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), float(rng.uniform(0, 360)), scale)
    matrix[:, 2] += [side / 2 - w / 2, side / 2 - h / 2]
    turned = cv2.warpAffine(item, matrix, (side, side), flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        turned = turned[:, ::-1]
    x, y = (int(v) for v in rng.integers(-side // 4, max(1, size - 3 * side // 4) + 1, 2))
    x0, y0, x1, y1 = max(0, x), max(0, y), min(size, x + side), min(size, y + side)
    if x1 - x0 < 8 or y1 - y0 < 8:
        return None
    shown = turned[y0 - y : y1 - y, x0 - x : x1 - x]
    alpha = shown[..., 3:].astype(np.float32) / 255
    if alpha.sum() < 80:
        return None
    shift = (int(side * rng.uniform(0, 0.06)), int(rng.integers(-4, 5) * side * 0.015))
    shadow = cv2.GaussianBlur(np.roll(turned[..., 3], shift, (0, 1)), (0, 0), max(1.0, side * rng.uniform(0.01, 0.05)))
    shadow = shadow[y0 - y : y1 - y, x0 - x : x1 - x, None] / 255.0 * rng.uniform(0, 0.65)
    colour = shown[..., :3].astype(np.float32) * rng.uniform(0.75, 1.2) * rng.uniform(0.95, 1.05, 3)
    under = canvas.pixels[y0:y1, x0:x1].astype(np.float32) * (1 - shadow)
    canvas.pixels[y0:y1, x0:x1] = np.clip(under * (1 - alpha) + colour * alpha, 0, 255).astype(np.uint8)
    canvas.classes.append(-1)
    canvas.numbers[y0:y1, x0:x1][alpha[..., 0] > 0.5] = len(canvas.classes)
    return len(canvas.classes) - 1


def warp(pixels: np.ndarray, numbers: np.ndarray, size: int, scale: float, rng: np.random.Generator):
    """A randomly turned, moved and slightly stretched view of size x size px."""
    h, w = pixels.shape[:2]
    stretch = rng.uniform(0.85, 1.18)
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), float(rng.uniform(-180, 180)), scale)
    matrix[0] *= np.sqrt(stretch)
    matrix[1] /= np.sqrt(stretch)
    centre = matrix[:, :2] @ [w / 2, h / 2] + matrix[:, 2]
    room = np.maximum(0, np.array([w, h]) * scale - size) / 2 + 0.1 * size
    matrix[:, 2] += size / 2 - centre + rng.uniform(-1, 1, 2) * room
    border = tuple(int(v) for v in rng.integers(60, 200, 3))
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    seen = cv2.warpAffine(pixels, matrix, (size, size), flags=flags, borderValue=border)
    return seen, cv2.warpAffine(numbers, matrix, (size, size), flags=cv2.INTER_NEAREST)


def photometric(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What cameras do: exposure, contrast, white balance, little of hue (it tells oranges from tomatoes), blur, JPEG."""
    hsv = cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + rng.uniform(-1.5, 1.5)) % 180
    hsv[..., 1] *= rng.uniform(0.6, 1.3)
    out = cv2.cvtColor(np.clip(hsv, 0, 255).astype(np.uint8), cv2.COLOR_HSV2BGR)
    levels = np.linspace(0, 1, 256)[:, None] ** np.exp(rng.uniform(-0.3, 0.3)) * rng.uniform(0.7, 1.25)
    if rng.random() < 0.4:
        levels = (levels - 0.45) * rng.uniform(0.8, 1.25) + 0.45
    if rng.random() < 0.5:
        levels = levels * np.exp(rng.normal(0, 0.04, 3))
    table = np.clip(np.broadcast_to(levels, (256, 3)) * 255, 0, 255).astype(np.uint8)
    out = cv2.LUT(out, np.ascontiguousarray(table[None]))
    if rng.random() < 0.2:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.3))
    if rng.random() < 0.2:
        out = np.clip(out + rng.normal(0, rng.uniform(2, 10), out.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        _, packed = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 92))])
        out = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    return out


class Composer:
    """Draws training pictures of `size` px at the object sizes that 416 px inputs show."""

    def __init__(self, data: Path, photographs: Path | None, size: int, jitter: float):
        self.size, self.data, self.jitter = size, data, jitter
        self.drawn = 0
        self.sheets: set[Path] = set()
        self.rendered: dict[str, list[np.ndarray]] = {name: [] for name in CLASSES}
        self.scenes: list[Path] = []
        self.refresh()
        self.cut = read_photo_cutouts(photographs) if photographs else {name: [] for name in CLASSES}
        found = read_photographs(photographs, "train") if photographs else []
        self.with_food = [p for p in found if p.polygons]
        self.without_food = [p for p in found if not p.polygons]
        rng = np.random.default_rng(1)
        self.backgrounds = [background(size + 64, rng) for _ in range(BACKGROUNDS)]
        self.photo_cache: dict[Path, np.ndarray] = {}

    def refresh(self) -> None:
        """Takes in the renders that are there by now; the JSON beside a picture is written last or with it."""
        self.scenes = sorted((self.data / "scenes" / "train").glob("[0-9]*.json"))
        for sheet in sorted((self.data / "cutouts").glob("[0-9]*.png")):
            if sheet not in self.sheets:
                self.sheets.add(sheet)
                for name, item in read_sheet(sheet):
                    self.rendered[name].append(item)

    def read(self, path: Path, flags: int = cv2.IMREAD_COLOR) -> np.ndarray:
        if path not in self.photo_cache:
            self.photo_cache[path] = cv2.imread(str(path), flags)
        return self.photo_cache[path]

    def cutout(self, rng: np.random.Generator, name: str) -> np.ndarray | None:
        rendered, cut = self.rendered[name], self.cut[name]
        if cut and (not rendered or rng.random() < 0.3):
            return cut[rng.integers(len(cut))]
        return rendered[rng.integers(len(rendered))] if rendered else None

    def table(self, rng: np.random.Generator) -> Canvas:
        """What cut-outs are pasted on: a generated top, a photograph without food, or two of these joined at an edge."""
        picture = self.top(rng)
        if rng.random() < 0.3:
            other = self.top(rng)
            angle, at = rng.uniform(0, 2 * np.pi), rng.uniform(-0.25, 0.25) * self.size
            y, x = np.mgrid[: self.size, : self.size] - self.size / 2
            picture = np.where((np.cos(angle) * x + np.sin(angle) * y > at)[..., None], picture, other)
        if rng.random() < 0.3:
            y, x = np.mgrid[: self.size, : self.size] / self.size - 0.5
            fall = 1 + rng.uniform(-0.7, 0.7) * x + rng.uniform(-0.7, 0.7) * y
            picture = np.clip(picture * fall[..., None], 0, 255).astype(np.uint8)
        return Canvas(np.ascontiguousarray(picture), np.zeros((self.size, self.size), np.uint8), [])

    def top(self, rng: np.random.Generator) -> np.ndarray:
        if self.without_food and rng.random() < 0.35:
            picture = self.read(self.without_food[rng.integers(len(self.without_food))].path)
            picture = picture if rng.random() < 0.5 else cv2.flip(picture, 1)
            scale = float(np.exp(rng.uniform(np.log(0.65), np.log(2.2))))
            return warp(picture, np.zeros(picture.shape[:2], np.uint8), self.size, scale, rng)[0]
        source = self.backgrounds[rng.integers(len(self.backgrounds))]
        y, x = rng.integers(0, 65, 2)
        return np.rot90(source[y : y + self.size, x : x + self.size], int(rng.integers(4)))

    def composite(self, rng: np.random.Generator) -> Canvas:
        canvas = self.table(rng)
        names = CLASSES if rng.random() < 0.65 else tuple(rng.choice(CLASSES, 2, replace=False))
        kind = rng.random()
        if kind < 0.15:  # a close look
            self.strew(canvas, rng, names, int(rng.integers(1, 4)), (110, 300))
        elif kind < 0.27:  # a heap of much the same
            self.strew(canvas, rng, tuple(rng.choice(CLASSES, int(rng.integers(1, 4)), replace=False)), int(rng.integers(8, 22)), (40, 110))
        else:
            self.strew(canvas, rng, names, int(rng.integers(2, 10)), (30, 150))
        return canvas

    def strew(self, canvas: Canvas, rng, names, count: int, lengths: tuple[float, float]) -> None:
        weights = np.array([HARD.get(name, 1.0) for name in names])
        for _ in range(count):
            name = str(rng.choice(names, p=weights / weights.sum()))
            item = self.cutout(rng, name)
            if item is None:
                continue
            index = paste(canvas, item, float(np.exp(rng.uniform(*np.log(lengths)))), rng)
            if index is not None:
                canvas.classes[index] = NUMBER[name]

    def photograph(self, rng: np.random.Generator) -> Canvas:
        few = self.without_food and rng.random() < 0.12
        photo = (self.without_food if few else self.with_food)[rng.integers(len(self.without_food if few else self.with_food))]
        pixels = self.read(photo.path)
        h, w = pixels.shape[:2]
        numbers = np.zeros((h, w), np.uint8)
        for index, (_, polygon) in enumerate(photo.polygons):
            cv2.fillPoly(numbers, [np.round(polygon * [w, h]).astype(np.int32)], index + 1)
        pixels, numbers = warp(pixels, numbers, self.size, float(np.exp(rng.uniform(np.log(0.5), np.log(1.3)))), rng)
        canvas = Canvas(pixels, numbers, [c for c, _ in photo.polygons])
        if rng.random() < 0.5:
            self.strew(canvas, rng, CLASSES, int(rng.integers(1, 4)), (30, 110))
        return canvas

    def scene(self, rng: np.random.Generator) -> Canvas:
        import json

        path = self.scenes[rng.integers(len(self.scenes))]
        pixels = self.read(path.with_suffix(".png"))
        numbers = self.read(path.with_name(f"{path.stem}-mask.png"), cv2.IMREAD_GRAYSCALE)
        scale = 416 / max(pixels.shape[:2]) * float(np.exp(rng.uniform(-0.4, 0.45)))
        pixels, numbers = warp(pixels, numbers, self.size, scale, rng)
        canvas = Canvas(pixels, numbers, [NUMBER[n] for n in json.loads(path.read_text())["classes"]])
        if rng.random() < 0.25:
            self.strew(canvas, rng, CLASSES, int(rng.integers(1, 4)), (40, 130))
        return canvas

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """BGR pixels, numbers [s, s], boxes [g, 4] px, classes [g]."""
        self.drawn += 1
        if self.drawn % REFRESH_EVERY == 0:
            self.refresh()
        kind = rng.random()
        if kind < 0.12 and self.with_food:
            canvas = self.photograph(rng)
        elif kind < 0.12 + min(0.55, len(self.scenes) / 150):
            canvas = self.scene(rng)
        else:
            canvas = self.composite(rng)
        pixels, numbers = canvas.pixels, canvas.numbers
        if rng.random() < self.jitter:
            pixels = photometric(pixels, rng)
        if rng.random() < 0.5:
            pixels, numbers = pixels[:, ::-1], numbers[:, ::-1]
        return (pixels, *seen_objects(numbers, canvas.classes))


def seen_objects(numbers: np.ndarray, classes: list[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Renumbers what is large enough to learn from; boxes are tight around the seen pixels."""
    out, boxes, kept = np.zeros_like(numbers), [], []
    for index, kind in enumerate(classes):
        rows, columns = np.nonzero(numbers == index + 1)
        if len(rows) < 60 or kind < 0:
            continue
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        if min(box[2] - box[0], box[3] - box[1]) < 6:
            continue
        boxes.append(box)
        kept.append(kind)
        out[rows, columns] = len(kept)
    return out, np.array(boxes, np.float32).reshape(-1, 4), np.array(kept, np.int64)
