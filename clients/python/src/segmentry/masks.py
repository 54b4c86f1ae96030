"""Masks of results: COCO's compressed run-length encoding, read without any other package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .types import Rle

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


def run_lengths(rle: Rle) -> list[int]:
    """Lengths of runs, column by column from the top left; every other one is of the mask, the second first."""
    lengths: list[int] = []
    value, shift = 0, 0
    for character in rle["counts"]:
        # Five bits a character from ASCII 48 on, lowest first; the sixth says that more follow.
        group = ord(character) - 48
        if not 0 <= group < 64:
            raise ValueError("The RLE holds a character it may not.")
        value |= (group & 0x1F) << shift
        shift += 5
        if group & 0x20:
            continue
        if group & 0x10:
            value |= -1 << shift
        # From the third on, lengths are differences to the length two before.
        lengths.append(value + lengths[-2] if len(lengths) > 2 else value)
        value, shift = 0, 0
    height, width = rle["size"]
    if sum(lengths) != height * width:
        raise ValueError(f"The RLE covers {sum(lengths)} pixels of {width} x {height}.")
    return lengths


def to_mask(rle: Rle) -> NDArray[numpy.bool_]:
    """The mask as an array `(height, width)` of booleans. Needs numpy."""
    import numpy

    height, width = rle["size"]
    lengths = run_lengths(rle)
    inside = numpy.arange(len(lengths)) % 2 == 1
    return numpy.repeat(inside, lengths).reshape((height, width), order="F")
