"""Tables that never were: noise, wood, checks, near-white, gradients, crumbs, and flat shapes on top."""

import cv2
import numpy as np


def smooth_noise(size: int, rng: np.random.Generator, octaves: int, first: int) -> np.ndarray:
    total = np.zeros((size, size), np.float32)
    for octave in range(octaves):
        cells = min(size, first * 2**octave)
        layer = rng.random((cells, cells), dtype=np.float32)
        total += cv2.resize(layer, (size, size), interpolation=cv2.INTER_CUBIC) / 1.8**octave
    total -= total.min()
    return total / max(1e-6, float(total.max()))


def pattern(size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A [size, size] blend of 0..1 and the two BGR colours it blends."""
    first = rng.uniform(0, 255, 3)
    second = np.clip(first + rng.uniform(-90, 90, 3), 0, 255)
    kind = rng.integers(6)
    y, x = np.mgrid[:size, :size].astype(np.float32)
    if kind == 1:
        first = np.array([40, 90, 150]) * rng.uniform(0.4, 1.5)
        grain = smooth_noise(size, rng, 5, 2)[: size // int(rng.integers(6, 16))]
        return cv2.resize(grain, (size, size)), first, first * rng.uniform(0.4, 0.8)
    if kind == 2:
        step = int(rng.integers(12, 80))
        checks = ((x // step + (y // step) * rng.integers(0, 2)) % 2) * 0.8
        return checks + smooth_noise(size, rng, 5, 3) * 0.2, first, second
    if kind == 3:
        first = np.full(3, 235.0) * rng.uniform(0.55, 1.05)
        return smooth_noise(size, rng, 4, 2), first, first * rng.uniform(0.75, 1)
    if kind == 4:
        angle = rng.uniform(0, 2 * np.pi)
        slope = np.cos(angle) * x + np.sin(angle) * y
        slope = (slope - slope.min()) / (np.ptp(slope) + 1e-6)
        return slope * 0.8 + smooth_noise(size, rng, 5, 3) * 0.2, first, second
    octaves, coarse = (7, int(rng.integers(8, 40))) if kind == 5 else (5, 3)
    return smooth_noise(size, rng, octaves, coarse), first, second


def strange_shapes(picture: np.ndarray, rng: np.random.Generator) -> None:
    size = picture.shape[0]
    for _ in range(rng.integers(1, 6)):
        colour = tuple(float(v) for v in rng.uniform(0, 255, 3))
        centre = tuple(int(v) for v in rng.integers(0, size, 2))
        wide, high = int(rng.integers(size // 14, size // 2)), int(rng.integers(size // 30, size // 4))
        if rng.random() < 0.5:
            cv2.ellipse(picture, centre, (wide // 2, high), float(rng.integers(180)), 0, 360, colour, -1, cv2.LINE_AA)
        else:
            corners = cv2.boxPoints((centre, (float(wide), float(high)), float(rng.integers(180))))
            cv2.fillPoly(picture, [corners.astype(int)], colour, cv2.LINE_AA)


def background(size: int, rng: np.random.Generator) -> np.ndarray:
    """[size, size, 3] uint8 BGR."""
    blend, first, second = pattern(size, rng)
    picture = (first * (1 - blend[..., None]) + second * blend[..., None]).astype(np.float32)
    if rng.random() < 0.5:
        strange_shapes(picture, rng)
    picture += rng.normal(0, rng.uniform(0.5, 7), picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)
