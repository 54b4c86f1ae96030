"""What was found, in the forms of other packages; without a deployment."""

from __future__ import annotations

import json
from typing import cast

import pytest

from segmentry import Analysis, to_mask
from segmentry.types import Result

numpy = pytest.importorskip("numpy", reason="the extra `numpy` is not installed")

#: Its mask is the second column of 4 x 3 pixels, as pycocotools writes it.
RESULT = cast(
    Result,
    {
        "image": {"id": "i", "sha256": "0", "width": 4, "height": 3},
        "detections": [
            {
                "class": "apple",
                "classId": 7,
                "confidence": 0.75,
                "box": {"x1": 1.0, "y1": 0.0, "x2": 2.0, "y2": 3.0},
                "mask": {"size": [3, 4], "counts": "336"},
                "polygons": [],
                "area": {"pixels": 3, "share": 0.25, "cm2": None},
            }
        ],
    },
)


def analysis(result: Result = RESULT) -> Analysis:
    return Analysis(jobs=[], results=[result])


def test_as_arrays() -> None:
    arrays = analysis().to_numpy()
    assert arrays["xyxy"].tolist() == [[1.0, 0.0, 2.0, 3.0]]
    assert (arrays["class_id"].tolist(), arrays["class_name"].tolist()) == ([7], ["apple"])
    mask = RESULT["detections"][0]["mask"]
    assert mask is not None
    assert arrays["mask"] is not None
    assert arrays["mask"][0].tolist() == to_mask(mask).tolist()


def test_as_a_table() -> None:
    pytest.importorskip("pandas", reason="the extra `pandas` is not installed")
    table = analysis().to_pandas()
    assert json.loads(table.to_json(orient="records"))[0]["class"] == "apple"
    assert table["pixels"].tolist() == [3]


def test_as_detections_of_supervision() -> None:
    pytest.importorskip("supervision", reason="the extra `supervision` is not installed")
    detections = analysis().to_supervision()
    assert len(detections) == 1
    assert detections.xyxy.tolist() == [[1.0, 0.0, 2.0, 3.0]]
    assert detections.class_id.tolist() == [7]
    assert detections.data["class_name"].tolist() == ["apple"]
    # Its own count of the mask is ours.
    assert int(detections.mask.sum()) == int(detections.data["area_pixels"][0])


def test_of_nothing_found() -> None:
    empty = cast(Result, {**RESULT, "detections": []})
    arrays = analysis(empty).to_numpy()
    assert arrays["xyxy"].shape == (0, 4)
    assert arrays["mask"] is None
