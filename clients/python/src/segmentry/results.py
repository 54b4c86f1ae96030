"""What was found, and how other packages want it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict, cast

from .masks import to_mask
from .types import Detection, Job, Result, UploadedImage, Video, VideoResult

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


class Arrays(TypedDict):
    """Detections as arrays, one row each."""

    #: Corners, `(n, 4)`: x1, y1, x2, y2 in pixels of the image.
    xyxy: NDArray[numpy.float64]
    #: `(n, height, width)`; None where the results have no masks.
    mask: NDArray[numpy.bool_] | None
    confidence: NDArray[numpy.float64]
    class_id: NDArray[numpy.int64]
    class_name: NDArray[numpy.str_]


@dataclass(frozen=True)
class Analysis:
    """One image or video, and what each model found in it, in the order the models were named."""

    jobs: list[Job]
    results: list[Result | VideoResult]
    image: UploadedImage | None = None
    video: Video | None = None

    @property
    def result(self) -> Result:
        """Of an image: what the first model found."""
        if self.video is not None or not self.results:
            raise ValueError("This is of a video: see `results`, and api.get_job_frames() for its frames.")
        return cast(Result, self.results[0])

    @property
    def detections(self) -> list[Detection]:
        """Of an image: what the first model found."""
        return self.result["detections"]

    def to_numpy(self) -> Arrays:
        return to_numpy(self.result)

    def to_supervision(self) -> Any:
        return to_supervision(self.result)

    def to_pandas(self) -> Any:
        return to_pandas(self.result)


@dataclass(frozen=True)
class Outcome:
    """What became of one of many inputs: an analysis, or the error that it ended in."""

    source: Any
    index: int
    analysis: Analysis | None = None
    error: Exception | None = field(default=None)


def to_numpy(result: Result) -> Arrays:
    """Boxes, masks, confidences and classes as arrays. Needs numpy."""
    import numpy

    found = result["detections"]
    masks = [to_mask(detection["mask"]) for detection in found if detection["mask"] is not None]
    corners = [[detection["box"][name] for name in ("x1", "y1", "x2", "y2")] for detection in found]
    return {
        "xyxy": numpy.array(corners, dtype=numpy.float64).reshape((-1, 4)),
        "mask": numpy.stack(masks) if masks and len(masks) == len(found) else None,
        "confidence": numpy.array([detection["confidence"] for detection in found], dtype=numpy.float64),
        "class_id": numpy.array([detection["classId"] for detection in found], dtype=numpy.int64),
        "class_name": numpy.array([detection["class"] for detection in found], dtype=numpy.str_),
    }


def to_supervision(result: Result) -> Any:
    """As `supervision.Detections`, with class names and areas as data. Needs the extra `supervision`."""
    import numpy
    import supervision

    arrays = to_numpy(result)
    areas = numpy.array([detection["area"]["pixels"] for detection in result["detections"]])
    return supervision.Detections(
        xyxy=arrays["xyxy"],
        mask=arrays["mask"],
        confidence=arrays["confidence"],
        class_id=arrays["class_id"],
        data={"class_name": arrays["class_name"], "area_pixels": areas},
    )


def to_pandas(result: Result) -> Any:
    """As a `pandas.DataFrame`, one row a detection. Needs the extra `pandas`."""
    import pandas

    columns = ["class", "class_id", "confidence", "x1", "y1", "x2", "y2", "pixels", "share", "cm2"]
    rows = [
        [
            detection["class"],
            detection["classId"],
            detection["confidence"],
            *(detection["box"][name] for name in ("x1", "y1", "x2", "y2")),
            detection["area"]["pixels"],
            detection["area"]["share"],
            detection["area"]["cm2"],
        ]
        for detection in result["detections"]
    ]
    return pandas.DataFrame(rows, columns=columns)
