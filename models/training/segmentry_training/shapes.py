"""Food-like meshes from a few numbers. Lengths are centimetres; the long axis is z, the centre the origin."""

from dataclasses import dataclass

import numpy as np

RINGS = 40
SEGMENTS = 48


@dataclass(frozen=True)
class Mesh:
    vertices: np.ndarray  # [n, 3] float, cm
    faces: list[tuple[int, ...]]


def lathe(heights: np.ndarray, radii: np.ndarray) -> Mesh:
    """Turns a profile (heights and radii along it, [k] each) around z; closes both ends."""
    angles = np.linspace(0, 2 * np.pi, SEGMENTS, endpoint=False)
    ring = np.stack([np.cos(angles), np.sin(angles)], 1)
    body = np.concatenate(
        [np.column_stack([ring * max(r, 1e-3), np.full(SEGMENTS, z)]) for z, r in zip(heights, radii)]
    )
    bottom, top = len(body), len(body) + 1
    vertices = np.vstack([body, [0, 0, heights[0]], [0, 0, heights[-1]]])
    faces: list[tuple[int, ...]] = []
    for k in range(len(heights) - 1):
        for s in range(SEGMENTS):
            t = (s + 1) % SEGMENTS
            faces.append((k * SEGMENTS + s, k * SEGMENTS + t, (k + 1) * SEGMENTS + t, (k + 1) * SEGMENTS + s))
    last = (len(heights) - 1) * SEGMENTS
    for s in range(SEGMENTS):
        t = (s + 1) % SEGMENTS
        faces.append((bottom, t, s))
        faces.append((top, last + s, last + t))
    return Mesh(vertices, faces)


def spheroid(length: float, radius: float, power: float = 2.0, skew: float = 0.0) -> Mesh:
    """A superellipse of revolution. `power` 2 is round, above 2 boxy, below 2 pointed; `skew` moves the belly."""
    t = np.linspace(-1, 1, RINGS)
    t = np.sign(t) * np.abs(np.sin(t * np.pi / 2))
    radii = np.clip(1 - np.abs(t) ** power, 0, None) ** (1 / 2) * radius
    return lathe(t * length / 2 + skew * length * (1 - t**2) / 2, radii)


def profile(length: float, radius: float, points: list[tuple[float, float]]) -> Mesh:
    """A body of revolution through (share of the length, share of the radius) points, smoothly joined."""
    at = np.linspace(0, 1, RINGS)
    xs, ys = np.array(points).T
    radii = np.interp(at, xs, ys)
    kernel = np.array([1, 2, 3, 2, 1]) / 9
    smooth = np.convolve(np.pad(radii, 2, mode="edge"), kernel, mode="valid")
    smooth[[0, -1]] = radii[[0, -1]]
    return lathe((at - 0.5) * length, smooth * radius)


def dimpled(radius: float, height: float, dimple: float) -> Mesh:
    """An apple or tomato: a sphere drawn in at both poles, more at the top."""
    a = np.linspace(0.02, np.pi - 0.02, RINGS)
    radii = radius * np.sin(a) ** 0.8
    heights = -np.cos(a) * height / 2
    depth = dimple * height
    heights = heights - depth * np.exp(-((radii / (0.35 * radius)) ** 2)) * np.sign(heights) * (
        np.where(heights > 0, 1.0, 0.6)
    )
    return lathe(heights, radii)


def lobed(mesh: Mesh, lobes: int, depth: float, phase: float) -> Mesh:
    """Cross-sections pulled into `lobes` rounded edges by a share `depth` of the radius."""
    x, y, z = mesh.vertices.T
    factor = 1 + depth * np.cos(lobes * np.arctan2(y, x) + phase)
    return Mesh(np.column_stack([x * factor, y * factor, z]), mesh.faces)


def lumpy(mesh: Mesh, rng: np.random.Generator, amount: float, waves: float) -> Mesh:
    """Grown, not made: every vertex is moved by low-frequency noise, as a share of the body's size."""
    p = mesh.vertices
    size = np.ptp(p, axis=0)
    moved = p.copy()
    for _ in range(7):
        k = rng.normal(0, 1, 3) * waves * 2 * np.pi / np.cbrt(size.prod())
        moved += np.outer(np.sin(p @ k + rng.uniform(0, 6.3)), rng.normal(0, 1, 3)) * amount * size.min() / 2.6
    return Mesh(moved, mesh.faces)


def ringed(mesh: Mesh, rng: np.random.Generator, rings: int, depth: float) -> Mesh:
    """Fine creases around the axis, as on a carrot."""
    x, y, z = mesh.vertices.T
    wave = np.zeros_like(z)
    for _ in range(rings):
        at, width = rng.uniform(z.min(), z.max()), rng.uniform(0.08, 0.3)
        side = 0.5 + 0.5 * np.cos(np.arctan2(y, x) + rng.uniform(0, 6.3))
        wave += side * np.exp(-(((z - at) / width) ** 2))
    factor = 1 - depth * np.clip(wave, 0, 1.5)
    return Mesh(np.column_stack([x * factor, y * factor, z]), mesh.faces)


def bent(mesh: Mesh, turn: float) -> Mesh:
    """The long axis bent into an arc of `turn` radians, in the x-z plane."""
    if abs(turn) < 1e-3:
        return mesh
    x, y, z = mesh.vertices.T
    radius = np.ptp(z) / turn
    angle = z / radius
    return Mesh(
        np.column_stack([(radius + x) * np.cos(angle) - radius, y, (radius + x) * np.sin(angle)]), mesh.faces
    )


def slab(outline: np.ndarray, thickness: float, rounding: float = 0.12) -> Mesh:
    """A flat body: the outline ([n, 2] cm, anticlockwise) raised to `thickness`, edges slightly rounded."""
    centre = outline.mean(0)
    layers = []
    for share, inset in ((0.0, rounding), (0.12, 0.02), (0.5, 0.0), (0.88, 0.02), (1.0, rounding)):
        ring = centre + (outline - centre) * (1 - inset * thickness / max(np.ptp(outline, axis=0)) * 2)
        layers.append(np.column_stack([ring, np.full(len(ring), (share - 0.5) * thickness)]))
    n = len(outline)
    faces: list[tuple[int, ...]] = [tuple(reversed(range(n))), tuple(range(4 * n, 5 * n))]
    for k in range(4):
        faces += [(k * n + s, k * n + (s + 1) % n, (k + 1) * n + (s + 1) % n, (k + 1) * n + s) for s in range(n)]
    return Mesh(np.concatenate(layers), faces)


def turned(mesh: Mesh, rotation: np.ndarray, shift: np.ndarray | None = None) -> Mesh:
    """The mesh after a [3, 3] rotation and a shift in cm."""
    moved = mesh.vertices @ rotation.T
    return Mesh(moved if shift is None else moved + shift, mesh.faces)


def rotation(axis: int, angle: float) -> np.ndarray:
    """[3, 3], anticlockwise about axis 0, 1 or 2, radians."""
    c, s = np.cos(angle), np.sin(angle)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3)
    matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
    return matrix
