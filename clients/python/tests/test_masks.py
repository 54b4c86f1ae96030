"""COCO's compressed RLE, by hand: a 3 x 4 mask with a ring's corner missing."""

from __future__ import annotations

import numpy
import pytest

from segmentry import run_lengths, to_mask
from segmentry.types import Rle



def encode(lengths: list[int]) -> str:
    """As `rleToString` of pycocotools."""
    text = ""
    for index, length in enumerate(lengths):
        value = length - lengths[index - 2] if index > 2 else length
        more = True
        while more:
            group = value & 0x1F
            value >>= 5
            more = value != -1 if group & 0x10 else value != 0
            text += chr((group | (0x20 if more else 0)) + 48)
    return text


def test_runs_are_read_and_masks_stand_column_by_column() -> None:
    lengths = [1, 2, 1, 1, 4, 3]
    rle: Rle = {"size": [3, 4], "counts": encode(lengths)}
    assert run_lengths(rle) == lengths
    expected = numpy.array([[0, 0, 0, 1], [1, 1, 0, 1], [1, 0, 0, 1]], dtype=bool)
    assert (to_mask(rle) == expected).all()


def test_long_runs_and_an_empty_mask() -> None:
    lengths = [100_000, 37, 99_963]
    assert run_lengths({"size": [200, 1000], "counts": encode(lengths)}) == lengths
    assert not to_mask({"size": [2, 2], "counts": encode([4])}).any()


@pytest.mark.parametrize("counts", ["", "4", "~", "1"])
def test_what_is_no_mask_of_the_size_is_refused(counts: str) -> None:
    with pytest.raises(ValueError, match="RLE"):
        run_lengths({"size": [3, 4], "counts": counts})
