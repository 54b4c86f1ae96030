"""What each class may look like: parts (mesh + surface), in a resting pose on the table, in centimetres."""

from dataclasses import dataclass

import numpy as np

from . import shapes
from .shapes import Mesh, rotation, turned

Colour = tuple[float, float, float]  # linear RGB, 0..1


@dataclass(frozen=True)
class Surface:
    base: Colour
    second: Colour
    patch: float  # size of the colour patches, 1/cm
    contrast: float  # 0 a soft blend of both colours, 1 hard patches
    roughness: float
    bump: float
    grain: float  # size of the bumps, 1/cm
    tip: Colour | None = None  # colour at the ends of the long axis
    spots: Colour | None = None
    spot_share: float = 0.0


@dataclass(frozen=True)
class Part:
    mesh: Mesh
    surface: Surface


def srgb(*values: int) -> Colour:
    v = np.array(values, float) / 255
    return tuple(np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4))


def vary(rng: np.random.Generator, colour: Colour, amount: float = 0.12) -> Colour:
    return tuple(np.clip(np.array(colour) * rng.uniform(1 - amount, 1 + amount, 3) * rng.uniform(0.8, 1.2), 0, 1))


def pick(rng: np.random.Generator, *options):
    return options[rng.integers(len(options))]


def stem(rng, length: float, radius: float, at: float, colour: Colour) -> Part:
    body = shapes.bent(shapes.profile(length, radius, [(0, 0.9), (0.6, 0.7), (1, 1.1)]), rng.uniform(0, 0.8))
    surface = Surface(vary(rng, colour), vary(rng, colour), 2, 0.2, 0.8, 0.2, 4)
    return Part(turned(body, np.eye(3), np.array([0, 0, at])), surface)


def apple(rng) -> list[Part]:
    r = rng.uniform(3.2, 4.4)
    h = r * rng.uniform(1.6, 1.95)
    mesh = shapes.lumpy(
        shapes.lobed(shapes.dimpled(r, h, rng.uniform(0.1, 0.2)), 5, rng.uniform(0, 0.03), rng.uniform(0, 6)), rng, 0.02, 0.5
    )
    base, second = pick(
        rng,
        (srgb(165, 22, 28), srgb(190, 60, 40)),
        (srgb(150, 15, 25), srgb(215, 165, 80)),
        (srgb(190, 50, 40), srgb(225, 200, 110)),
        (srgb(120, 165, 45), srgb(150, 185, 70)),
        (srgb(215, 190, 85), srgb(200, 110, 60)),
    )
    skin = Surface(
        vary(rng, base), vary(rng, second), rng.uniform(0.15, 0.6), rng.uniform(0.1, 0.6), rng.uniform(0.2, 0.45), 0.03, 4,
        tip=vary(rng, second), spots=srgb(225, 205, 150), spot_share=pick(rng, 0, 0.1, 0.25),
    )
    parts = [Part(mesh, skin)]
    if rng.random() < 0.75:
        parts.append(stem(rng, rng.uniform(1.2, 2.4), 0.16, h * 0.36, srgb(80, 55, 30)))
    return parts


def banana(rng) -> list[Part]:
    length, r = rng.uniform(15, 22), rng.uniform(1.55, 2.1)
    body = shapes.profile(
        length, r, [(0, 0.28), (0.05, 0.34), (0.14, 0.8), (0.3, 1), (0.62, 1), (0.8, 0.78), (0.88, 0.38), (1, 0.3)]
    )
    body = shapes.bent(shapes.lobed(body, 5, rng.uniform(0.02, 0.06), rng.uniform(0, 6)), rng.uniform(0.7, 1.6))
    base = pick(rng, srgb(240, 200, 50), srgb(225, 180, 45), srgb(232, 205, 75), srgb(190, 190, 60))
    skin = Surface(
        vary(rng, base), vary(rng, base), 0.4, 0.2, rng.uniform(0.4, 0.6), 0.03, 2,
        tip=pick(rng, srgb(70, 50, 25), srgb(140, 150, 50), srgb(110, 95, 35)), spots=srgb(85, 55, 25), spot_share=pick(rng, 0, 0, 0.2, 0.45),
    )
    return [Part(body, skin)]


def orange(rng) -> list[Part]:
    r = rng.uniform(3.2, 4.5)
    mesh = shapes.lumpy(shapes.dimpled(r, r * rng.uniform(1.8, 2.0), rng.uniform(0.01, 0.04)), rng, 0.012, 0.5)
    base = pick(rng, srgb(235, 125, 15), srgb(240, 145, 25), srgb(225, 105, 15))
    skin = Surface(
        vary(rng, base, 0.06), vary(rng, base, 0.06), 0.3, 0.2, rng.uniform(0.3, 0.5), rng.uniform(0.25, 0.6), rng.uniform(4, 7),
        tip=pick(rng, None, srgb(200, 130, 30), srgb(120, 120, 50)),
    )
    return [Part(mesh, skin)]


def lemon(rng) -> list[Part]:
    length, r = rng.uniform(7.2, 10), rng.uniform(2.5, 3.2)
    mesh = shapes.profile(
        length, r, [(0, 0.12), (0.05, 0.22), (0.12, 0.5), (0.3, 0.9), (0.5, 1), (0.7, 0.92), (0.87, 0.5), (0.94, 0.28), (1, 0.1)]
    )
    base = pick(rng, srgb(245, 215, 55), srgb(240, 225, 85), srgb(225, 205, 60))
    skin = Surface(
        vary(rng, base, 0.06), vary(rng, base, 0.06), 0.3, 0.2, rng.uniform(0.3, 0.5), rng.uniform(0.2, 0.5), rng.uniform(4, 6),
        tip=pick(rng, None, srgb(170, 175, 60), srgb(210, 175, 60)),
    )
    return [Part(shapes.lumpy(mesh, rng, 0.02, 0.5), skin)]


def calyx(rng, height: float, radius: float) -> Part:
    leaves = int(rng.integers(5, 8))
    angles = np.linspace(0, 2 * np.pi, leaves * 8, endpoint=False)
    reach = radius * (0.16 + 0.84 * np.abs(np.cos(angles * leaves / 2)) ** 5)
    outline = np.column_stack([np.cos(angles), np.sin(angles)]) * reach[:, None]
    star = shapes.slab(outline, 0.12)
    droop = -0.22 * np.linalg.norm(star.vertices[:, :2], axis=1) ** 2 / radius
    mesh = Mesh(star.vertices + np.column_stack([np.zeros_like(droop), np.zeros_like(droop), droop + height]), star.faces)
    green = vary(rng, srgb(70, 110, 40))
    return Part(mesh, Surface(green, vary(rng, green), 1, 0.3, 0.7, 0.1, 4))


def tomato(rng) -> list[Part]:
    r = rng.uniform(2.4, 4.3)
    h = r * rng.uniform(1.45, 1.9)
    mesh = shapes.lobed(
        shapes.dimpled(r, h, rng.uniform(0.03, 0.12)), int(rng.integers(4, 8)), pick(rng, 0, 0.02, 0.05), rng.uniform(0, 6)
    )
    base = pick(rng, srgb(195, 30, 18), srgb(205, 50, 25), srgb(180, 22, 20))
    second = pick(rng, base, base, srgb(215, 110, 35))
    skin = Surface(
        vary(rng, base, 0.08), vary(rng, second, 0.08), 0.2, 0.2, rng.uniform(0.08, 0.25), 0.01, 3, tip=pick(rng, None, srgb(205, 120, 40))
    )
    parts = [Part(shapes.lumpy(mesh, rng, 0.02, 0.5), skin)]
    if rng.random() < 0.65:
        parts.append(calyx(rng, h * 0.43, r * rng.uniform(0.5, 0.85)))
        parts.append(stem(rng, rng.uniform(0.5, 1.2), 0.14, h * 0.46, srgb(80, 115, 45)))
    return parts


def carrot(rng) -> list[Part]:
    length, r = rng.uniform(12, 22), rng.uniform(1.1, 2.1)
    body = shapes.profile(length, r, [(0, 0.08), (0.08, 0.28), (0.4, pick(rng, 0.6, 0.75)), (0.85, 1), (0.96, 0.95), (1, 0.4)])
    body = shapes.ringed(body, rng, int(rng.integers(8, 22)), rng.uniform(0.02, 0.07))
    base = pick(rng, srgb(230, 105, 20), srgb(240, 125, 35), srgb(215, 95, 25))
    skin = Surface(vary(rng, base, 0.06), vary(rng, base, 0.1), 0.6, 0.3, rng.uniform(0.4, 0.65), 0.12, 2, tip=pick(rng, None, srgb(170, 100, 40)))
    turn = rng.uniform(-0.35, 0.35)
    parts = [Part(shapes.bent(shapes.lumpy(body, rng, 0.03, 0.4), turn), skin)]
    if rng.random() < 0.55:
        green = srgb(85, 125, 50)
        for _ in range(int(rng.integers(2, 6))):
            leaf = shapes.bent(shapes.profile(rng.uniform(1, 4), 0.2, [(0, 1), (1, 0.6)]), rng.uniform(-0.8, 0.8))
            lean = rotation(0, rng.normal(0, 0.25)) @ rotation(1, rng.normal(0, 0.25))
            length_z = np.ptp(leaf.vertices[:, 2])
            parts.append(
                Part(
                    turned(leaf, lean, np.array([0, 0, length / 2 + length_z / 2 - 0.3])),
                    Surface(vary(rng, green), vary(rng, green), 1, 0.3, 0.7, 0.1, 4),
                )
            )
    return parts


def potato(rng) -> list[Part]:
    length = rng.uniform(6, 11)
    r = length * rng.uniform(0.3, 0.44)
    mesh = shapes.lumpy(shapes.spheroid(length, r, rng.uniform(2, 2.6)), rng, rng.uniform(0.03, 0.07), 0.55)
    base = pick(rng, srgb(200, 165, 105), srgb(180, 140, 85), srgb(215, 185, 125), srgb(150, 110, 70), srgb(165, 85, 75))
    skin = Surface(
        vary(rng, base), vary(rng, base, 0.2), rng.uniform(0.4, 1.2), rng.uniform(0.2, 0.5), rng.uniform(0.55, 0.85), rng.uniform(0.1, 0.3), 3,
        spots=srgb(95, 65, 40), spot_share=rng.uniform(0.1, 0.35),
    )
    return [Part(mesh, skin)]


def sweet_potato(rng) -> list[Part]:
    length, r = rng.uniform(10, 18), rng.uniform(2.1, 3.6)
    points = [(0, 0.08), (0.07, 0.3), (0.25, rng.uniform(0.6, 0.95)), (0.5, 1), (0.75, rng.uniform(0.55, 0.9)), (0.93, 0.28), (1, 0.08)]
    mesh = shapes.lumpy(shapes.profile(length, r, points), rng, rng.uniform(0.05, 0.09), 0.45)
    base = pick(rng, srgb(150, 70, 60), srgb(165, 90, 65), srgb(130, 60, 65), srgb(185, 115, 75))
    skin = Surface(
        vary(rng, base), vary(rng, base, 0.2), rng.uniform(0.4, 1.2), 0.3, rng.uniform(0.55, 0.85), rng.uniform(0.15, 0.4), 2.5,
        tip=pick(rng, None, srgb(90, 60, 45)), spots=srgb(90, 55, 45), spot_share=rng.uniform(0, 0.3),
    )
    return [Part(shapes.bent(mesh, rng.uniform(-0.5, 0.5)), skin)]


def courgette(rng) -> list[Part]:
    length, r = rng.uniform(14, 22), rng.uniform(1.7, 2.7)
    body = shapes.profile(
        length, r, [(0, 0.35), (0.03, 0.75), (0.1, 0.97), (0.35, 1), (0.75, 0.9), (0.9, 0.72), (0.94, 0.5), (1, 0.48)]
    )
    body = shapes.bent(shapes.lobed(body, 6, rng.uniform(0, 0.03), rng.uniform(0, 6)), rng.uniform(-0.4, 0.4))
    base = pick(rng, srgb(45, 85, 30), srgb(60, 105, 40), srgb(35, 65, 28), srgb(85, 125, 55))
    skin = Surface(
        vary(rng, base), vary(rng, base, 0.25), rng.uniform(0.6, 2), 0.4, rng.uniform(0.2, 0.45), 0.05, 3,
        tip=srgb(140, 160, 90), spots=srgb(150, 170, 100), spot_share=rng.uniform(0, 0.35),
    )
    return [Part(body, skin)]


def avocado(rng) -> list[Part]:
    length, r = rng.uniform(8.5, 12.5), rng.uniform(2.9, 3.8)
    neck = rng.uniform(0.45, 0.75)
    mesh = shapes.profile(length, r, [(0, 0.2), (0.05, 0.5), (0.15, 0.82), (0.35, 1), (0.6, 0.85), (0.82, neck), (0.94, neck * 0.7), (1, 0.15)])
    base = pick(rng, srgb(40, 55, 28), srgb(60, 85, 35), srgb(38, 32, 28), srgb(80, 110, 45))
    skin = Surface(
        vary(rng, base), vary(rng, base, 0.25), rng.uniform(0.5, 1.5), 0.4, rng.uniform(0.3, 0.55), rng.uniform(0.4, 1), rng.uniform(2, 3.5),
        spots=srgb(100, 115, 60), spot_share=pick(rng, 0, 0.15),
    )
    parts = [Part(shapes.lumpy(mesh, rng, 0.025, 0.5), skin)]
    if rng.random() < 0.6:
        parts.append(stem(rng, 0.7, 0.35, length / 2, srgb(120, 90, 50)))
    return parts


def egg(rng) -> list[Part]:
    length, r = rng.uniform(5.2, 6.4), rng.uniform(2.05, 2.35)
    t = np.linspace(-1, 1, shapes.RINGS)
    t = np.sign(t) * np.abs(np.sin(t * np.pi / 2))
    radii = r * np.sqrt(np.clip(1 - t**2, 0, None)) * (1 - 0.16 * t)
    base = pick(rng, srgb(235, 225, 210), srgb(245, 242, 235), srgb(205, 150, 110), srgb(220, 175, 140), srgb(185, 125, 85))
    skin = Surface(
        vary(rng, base, 0.04), vary(rng, base, 0.05), 0.5, 0.1, rng.uniform(0.4, 0.65), 0.05, 6, spots=srgb(150, 95, 65), spot_share=pick(rng, 0, 0, 0.1)
    )
    return [Part(shapes.lathe(t * length / 2, radii), skin)]


def crust(rng) -> Surface:
    base = pick(rng, srgb(185, 120, 60), srgb(160, 95, 45), srgb(205, 150, 85), srgb(130, 75, 40))
    return Surface(
        vary(rng, base), vary(rng, pick(rng, base, srgb(225, 190, 140))), rng.uniform(0.2, 0.6), rng.uniform(0.2, 0.7), 0.7, rng.uniform(0.2, 0.6), 1.5,
        spots=pick(rng, srgb(235, 215, 180), srgb(90, 55, 30)), spot_share=rng.uniform(0, 0.3),
    )


def slice_of_bread(rng) -> list[Part]:
    width, height = rng.uniform(8, 12), rng.uniform(8, 13)
    angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    power = rng.uniform(2.6, 5)
    x = np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** (2 / power) * width / 2
    y = np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** (2 / power) * height / 2
    x = x * (1 + rng.uniform(0, 0.15) * np.clip(y / height * 2, 0, 1))
    outline = np.column_stack([x, y])
    crumb_colour = pick(rng, srgb(235, 215, 175), srgb(215, 180, 130), srgb(190, 150, 105))
    crumb = Surface(vary(rng, crumb_colour, 0.06), vary(rng, crumb_colour, 0.1), 1, 0.3, 0.9, rng.uniform(0.5, 1), rng.uniform(1.5, 3),
                    spots=srgb(180, 140, 95), spot_share=rng.uniform(0, 0.3))
    thickness = rng.uniform(1, 2)
    inner = shapes.slab(outline * rng.uniform(0.9, 0.95), thickness * 1.04)
    return [Part(shapes.slab(outline, thickness), crust(rng)), Part(inner, crumb)]


def bread(rng) -> list[Part]:
    kind = rng.random()
    if kind < 0.35:
        return slice_of_bread(rng)
    if kind < 0.6:
        r = rng.uniform(4, 7)
        roll = shapes.spheroid(r * rng.uniform(1, 1.3), r, rng.uniform(2, 2.8))
        return [Part(shapes.lumpy(roll, rng, 0.03, 0.5), crust(rng))]
    length = rng.uniform(15, 24) if kind < 0.85 else rng.uniform(22, 34)
    r = length * (rng.uniform(0.2, 0.3) if kind < 0.85 else rng.uniform(0.08, 0.12))
    loaf = shapes.lumpy(shapes.spheroid(length, r, rng.uniform(2.4, 4)), rng, 0.03, 0.5)
    flat = Mesh(loaf.vertices * [1, rng.uniform(0.7, 0.95), 1], loaf.faces)
    return [Part(turned(flat, rotation(0, np.pi / 2)), crust(rng))]


MAKERS = {
    "apple": apple,
    "banana": banana,
    "orange": orange,
    "lemon": lemon,
    "tomato": tomato,
    "carrot": carrot,
    "potato": potato,
    "sweet potato": sweet_potato,
    "courgette": courgette,
    "avocado": avocado,
    "egg": egg,
    "bread": bread,
}
UPRIGHT = {"apple", "orange", "tomato"}


def resting_pose(name: str, rng: np.random.Generator) -> np.ndarray:
    """How a thing lies when put down, before it is turned about the vertical: [3, 3]."""
    if name == "bread":
        return rotation(0, rng.normal(0, 0.03))
    if name == "banana":  # the bend lies in the table's plane
        return rotation(0, np.pi / 2 + rng.normal(0, 0.04)) @ rotation(2, pick(rng, 0, np.pi) + rng.normal(0, 0.15))
    if name in UPRIGHT:
        upright = rng.random() < 0.7
        tilt = rng.normal(0, 0.25) if upright else rng.uniform(0, np.pi)
        return rotation(0, tilt)
    return rotation(0, np.pi / 2 + rng.normal(0, 0.05)) @ rotation(2, rng.uniform(0, 2 * np.pi))


def make_food(name: str, rng: np.random.Generator) -> list[Part]:
    """One item, at rest, seen from above along -z. The lowest point of all parts is at z = 0, centred in x and y."""
    pose = rotation(2, rng.uniform(0, 2 * np.pi)) @ resting_pose(name, rng)
    parts = [Part(turned(p.mesh, pose), p.surface) for p in MAKERS[name](rng)]
    everything = np.concatenate([p.mesh.vertices for p in parts])
    low, high = everything.min(0), everything.max(0)
    shift = -np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    return [Part(turned(p.mesh, np.eye(3), shift), p.surface) for p in parts]
