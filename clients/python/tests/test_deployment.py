"""The verbs, against a deployment."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path

import numpy
import pandas
import pytest

from segmentry import AsyncSegmentry, NotFoundError, Segmentry, to_mask


def test_a_photograph_is_analysed(segmentry: Segmentry, photograph: Path, model: str) -> None:
    analysis = segmentry.analyze(photograph, models=[model])
    assert analysis.image is not None
    assert analysis.image["filename"] == photograph.name
    assert analysis.jobs[0]["status"] == "succeeded"
    assert analysis.detections
    for detection in analysis.detections:
        if detection["mask"] is not None:
            assert to_mask(detection["mask"]).sum() == detection["area"]["pixels"]


def test_results_become_arrays_and_tables(segmentry: Segmentry, photograph: Path, model: str) -> None:
    analysis = segmentry.analyze(str(photograph), models=[model])
    arrays, table = analysis.to_numpy(), analysis.to_pandas()
    count = len(analysis.detections)
    image = analysis.result["image"]
    assert arrays["xyxy"].shape == (count, 4)
    assert arrays["mask"] is not None
    assert arrays["mask"].shape == (count, image["height"], image["width"])
    assert isinstance(table, pandas.DataFrame)
    assert list(table["class"]) == list(arrays["class_name"])
    assert numpy.allclose(table["x2"], arrays["xyxy"][:, 2])


def test_results_become_detections_of_supervision(segmentry: Segmentry, photograph: Path, model: str) -> None:
    pytest.importorskip("supervision", reason="the extra `supervision` is not installed")
    analysis = segmentry.analyze(photograph, models=[model])
    assert len(analysis.to_supervision()) == len(analysis.detections)


def test_a_second_run_goes_on_where_the_first_stopped(
    segmentry: Segmentry, photograph: Path, model: str, tmp_path: Path
) -> None:
    sources = []
    for index in range(4):
        # Bytes after the picture's end make it another one.
        copy = tmp_path / f"{index}.jpg"
        copy.write_bytes(photograph.read_bytes() + f"{tmp_path}{index}".encode())
        sources.append(copy)
    journal: dict[str, str] = {}
    first = segmentry.analyze_many(sources, concurrency=2, journal=journal, models=[model])
    stopped = next(first)
    assert stopped.analysis is not None
    first.close()  # type: ignore[attr-defined]
    outcomes = list(segmentry.analyze_many(sources, journal=journal, models=[model], progress=True))
    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert sorted(outcome.index for outcome in outcomes) == [0, 1, 2, 3]
    after = segmentry.api.get_credits()["balance"]
    again = list(segmentry.analyze_many(sources, journal=journal, models=[model]))
    images = [(each.index, each.analysis.image["id"]) for each in outcomes if each.analysis and each.analysis.image]
    assert sorted(images) == sorted(
        (each.index, each.analysis.image["id"]) for each in again if each.analysis and each.analysis.image
    )
    assert segmentry.api.get_credits()["balance"] == after


def test_a_failure_is_an_outcome(segmentry: Segmentry, photograph: Path, model: str) -> None:
    outcomes = {outcome.index: outcome for outcome in segmentry.analyze_many([photograph, b"nothing"], models=[model])}
    assert outcomes[0].analysis is not None
    assert "no image" in str(outcomes[1].error)
    with pytest.raises(NotFoundError):
        segmentry.api.get_image(id="none")


def test_a_zip_is_a_batch_whose_results_are_one_file(segmentry: Segmentry, photograph: Path, model: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as entries:
        entries.writestr("inside.jpg", photograph.read_bytes() + b"zip")
    taken = segmentry.upload(archive.getvalue(), filename="a.zip", models=[model])
    assert taken["progress"]["done"] == 1
    batch = segmentry.wait_for_batch(taken["batch"])
    assert (batch["status"], batch["jobs"]) == ("finished", 1)
    results = segmentry.batch_results(batch["id"], "csv")
    assert "inside.jpg" in results.text
    assert "inside.jpg" in {image["filename"] for image in segmentry.api.iter_images()}


def test_the_same_on_an_event_loop(segmentry: Segmentry, photograph: Path, model: str) -> None:
    async def analyze() -> list[int]:
        async with AsyncSegmentry() as asynchronous:
            one = await asynchronous.analyze(photograph, models=[model])
            found = [len(one.detections)]
            async for outcome in asynchronous.analyze_many([photograph, photograph], models=[model]):
                assert outcome.analysis is not None
                found.append(len(outcome.analysis.detections))
            return found

    found = asyncio.run(analyze())
    assert len(found) == 3
    assert len(set(found)) == 1
