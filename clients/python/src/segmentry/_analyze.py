"""From a file to what was found in it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypedDict, Union

import httpx

from ._api import OPERATIONS
from ._calls import Connection, call, send
from ._steps import Flow, Pause, Send
from .errors import (
    AnalysisFailedError,
    InvalidRequestError,
    NetworkError,
    SegmentryError,
    UploadRefusedError,
    WaitTimeoutError,
)
from .results import Analysis
from .types import AnalysisOptions, Batch, Job, Upload


class Readable(Protocol):
    """An open file, or whatever else gives bytes."""

    def read(self) -> bytes: ...


#: A path, an http(s) address, bytes, or an open file.
Input = Union[str, "os.PathLike[str]", bytes, Readable]

#: What API Gateway takes in one request; larger files go by a form, straight to the bucket.
DIRECT_LIMIT_BYTES = 4_500_000
LONGEST_REQUEST_SECONDS = 20
LONGEST_PAUSE_SECONDS = 5.0


class AnalyzeOptions(TypedDict, total=False):
    """What `analyze` may be told."""

    models: Sequence[str] | None
    options: AnalysisOptions | None
    dataset: str | None
    keep: str | None
    retention_days: int | None
    #: Of a video: how many frames are analysed.
    frames_per_second: float | None
    filename: str | None
    content_type: str | None
    #: How long to wait for the jobs to end; ten minutes.
    timeout_seconds: float


@dataclass(frozen=True)
class File:
    content: bytes
    filename: str
    content_type: str


def analyze(
    connection: Connection, source: Input, asked: AnalyzeOptions, key: str | None = None
) -> Flow[Analysis]:
    file = yield from read_input(connection, source, asked.get("filename"), asked.get("content_type"))
    if "zip" in file.content_type:
        raise InvalidRequestError(
            "unknown_content_type",
            "A zip holds many images: send it by upload(), which names the batch of its jobs.",
        )
    models = asked.get("models")
    given = {**_given(asked), "models": list(models) if models else [(yield from _only_model(connection))]}
    if file.content_type.startswith("image/") and len(file.content) <= DIRECT_LIMIT_BYTES:
        sent = yield from _send_directly(connection, file, given, key)
    else:
        sent = yield from _send_by_form(connection, file, given, key)
    # Only from here: however long a file takes to be read and sent, its jobs get all of the time.
    deadline = time.monotonic() + asked.get("timeout_seconds", 600.0)
    jobs = yield from wait_for_jobs(connection, sent["jobs"], deadline)
    failed = next((job for job in jobs if job["status"] != "succeeded"), None)
    if failed is not None:
        raise _failure_of(failed, jobs)
    results = []
    for job in jobs:
        results.append((yield from call(connection, OPERATIONS["get_job_result"], {"id": job["id"]})))
    return Analysis(jobs=jobs, results=results, image=sent.get("image"), video=sent.get("video"))


def _given(asked: AnalyzeOptions) -> dict[str, Any]:
    return {
        "options": asked.get("options"),
        "dataset": asked.get("dataset"),
        "keep": asked.get("keep"),
        "retentionDays": asked.get("retention_days"),
        "framesPerSecond": asked.get("frames_per_second"),
    }


def _send_directly(
    connection: Connection, file: File, given: dict[str, Any], key: str | None
) -> Flow[dict[str, Any]]:
    request = {name: value for name, value in given.items() if name != "framesPerSecond"}
    request |= {"file": file.content, "filename": file.filename, "contentType": file.content_type}
    sent: dict[str, Any] = yield from call(connection, OPERATIONS["upload_image"], request, key)
    return sent


def _send_by_form(
    connection: Connection, file: File, given: dict[str, Any], key: str | None
) -> Flow[dict[str, Any]]:
    taken = yield from upload(connection, file, given, key)
    if taken["images"]:
        image = yield from call(connection, OPERATIONS["get_image"], {"id": taken["images"][0]})
        return {"image": image, "jobs": image["jobs"]}
    video = yield from call(connection, OPERATIONS["get_video"], {"id": taken["videos"][0]})
    return {"video": video, "jobs": video["jobs"]}


def upload(connection: Connection, file: File, given: dict[str, Any], key: str | None) -> Flow[Upload]:
    """Sends a file of any kind by a presigned form, and waits until it has been taken in."""
    request = {
        **given,
        "kind": _kind_of(file.content_type),
        "filename": file.filename,
        "contentType": file.content_type,
        "sizeBytes": len(file.content),
    }
    form = yield from call(connection, OPERATIONS["create_upload"], request, key)
    before = yield from call(connection, OPERATIONS["get_upload"], {"id": form["id"]})
    # Under a key that was used before the file may have come already.
    if before["status"] == "waiting":
        nobody = Connection(url="", token=lambda _: None, retries=connection.retries)
        body = {"data": form["fields"], "files": {"file": (file.filename, file.content)}}
        try:
            yield from send(nobody, Send("POST", form["url"], body), repeatable=True)
        except SegmentryError as error:
            if error.status is None or error.status >= 500:
                raise
            # That is the bucket's word, not the service's.
            raise UploadRefusedError(
                "upload_refused",
                f"The form was answered {error.status}: it is over, or not for this file. Send the file anew.",
            ) from error
    taken = yield from _taken_in(connection, form["id"])
    return taken


def _kind_of(content_type: str) -> str:
    if "zip" in content_type:
        return "zip"
    return "video" if content_type.startswith("video/") else "image"


def _taken_in(connection: Connection, upload_id: str) -> Flow[Upload]:
    pause = 0.2
    while True:
        state: Upload = yield from call(connection, OPERATIONS["get_upload"], {"id": upload_id})
        if state["status"] == "done":
            return state
        if state["status"] == "failed":
            reason = state["refused"][0] if state["refused"] else None
            raise UploadRefusedError(
                reason["code"] if reason else "upload_refused",
                reason["detail"] if reason else "Nothing of the upload was taken.",
            )
        yield Pause(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def wait_for_jobs(connection: Connection, jobs: Sequence[Job], deadline: float) -> Flow[list[Job]]:
    """Each request stays open until the job ends, or for as long as the service allows."""
    ended = []
    for job in jobs:
        current, pause = job, 0.25
        while current["status"] in ("queued", "running"):
            left = deadline - time.monotonic()
            if left <= 0:
                raise WaitTimeoutError(
                    "timed_out", f"{job['id']} is still {current['status']}. It goes on; ask for it later."
                )
            seconds = min(LONGEST_REQUEST_SECONDS, max(1, int(left)))
            began = time.monotonic()
            current = yield from call(connection, OPERATIONS["get_job"], {"id": job["id"], "wait": seconds})
            # Where the service does not keep requests open, the pauses between them get longer.
            if current["status"] in ("queued", "running") and time.monotonic() - began < 1:
                yield Pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        ended.append(current)
    return ended


def wait_for_batch(connection: Connection, batch_id: str, deadline: float) -> Flow[Batch]:
    """One request a look, and longer pauses between them."""
    pause = 0.25
    while True:
        batch: Batch = yield from call(connection, OPERATIONS["get_batch"], {"id": batch_id})
        if batch["status"] in ("finished", "canceled"):
            return batch
        left = deadline - time.monotonic()
        if left <= 0:
            raise WaitTimeoutError("timed_out", f"{batch_id} is still {batch['status']}. It goes on; ask for it later.")
        yield Pause(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def batch_results(connection: Connection, batch_id: str, form: str) -> Flow[httpx.Response]:
    """A large file is written in the background: it is asked for until it is there."""
    while True:
        answer: httpx.Response = yield from call(
            connection, OPERATIONS["get_batch_results"], {"id": batch_id, "format": form}
        )
        if answer.status_code != 202:
            return answer
        yield Pause(float(answer.headers.get("retry-after", 1)))


def _failure_of(job: Job, jobs: Sequence[Job]) -> AnalysisFailedError:
    error = job.get("error")
    return AnalysisFailedError(
        error["code"] if error else "analysis_failed",
        error["detail"] if error else f"{job['id']} ended as {job['status']}, without a result.",
        jobs=jobs,
    )


def _only_model(connection: Connection) -> Flow[str]:
    """Where there is one model only, nobody needs to name it."""
    models = (yield from call(connection, OPERATIONS["list_models"], {}))["items"]
    available = [
        str(model["id"])
        for model in models
        if any(version["status"] == "available" for version in model["versions"])
    ]
    if len(available) == 1:
        return available[0]
    choice = f"There are {', '.join(available)}." if available else "There is none yet."
    raise InvalidRequestError("model_not_chosen", f"Say by `models` which model is to look at it. {choice}")


def read_input(
    connection: Connection, source: Input, filename: str | None, content_type: str | None
) -> Flow[File]:
    """
    Raises `InvalidRequestError` `unknown_content_type` where neither name nor bytes tell what it is, and `NetworkError`
    `input_not_fetched`.
    """
    name: str | None = None
    if isinstance(source, bytes):
        content = source
    elif isinstance(source, str) and re.match(r"https?://", source, re.IGNORECASE):
        nobody = Connection(url="", token=lambda _: None, retries=connection.retries)
        try:
            response = yield from send(nobody, Send("GET", source), repeatable=True)
        except (SegmentryError, httpx.RequestError, httpx.InvalidURL) as error:
            status = getattr(error, "status", None)
            what = f"answered {status}" if status else "can't be fetched. Check the address"
            # Without the status, which would be the service's.
            raise NetworkError("input_not_fetched", f"{source} {what}.") from error
        content, name = response.content, response.url.path.rsplit("/", 1)[-1]
    elif isinstance(source, (str, os.PathLike)):
        content, name = Path(source).read_bytes(), Path(source).name
    else:
        content, name = source.read(), name_of(source)
    known = content_type or _type_of(content)
    return File(content, _fitting(filename or os.path.basename(name or "") or "image"), known)


def name_of(source: Any) -> str | None:
    """What an open file is called; a temporary one has a number or nothing in place of a name."""
    name = getattr(source, "name", None)
    return os.fspath(name) if isinstance(name, (str, os.PathLike)) else None


def _fitting(name: str) -> str:
    """The end of a long name, counted as the API does; what no text can hold, as of a name in another encoding, is replaced."""
    return name.encode("utf-16-le", "replace")[-510:].decode("utf-16-le", "replace")


_SIGNATURES: list[tuple[int, bytes, str]] = [
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG", "image/png"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypavis", "image/avif"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftyphev", "image/heic"),
    (4, b"ftypmif", "image/heic"),
    (4, b"ftypmsf", "image/heic"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (1, b"E\xdf\xa3", "video/webm"),
    (0, b"PK", "application/zip"),
    (0, b"<?xml", "image/svg+xml"),
    (0, b"<svg", "image/svg+xml"),
]


def _type_of(content: bytes) -> str:
    for offset, signature, known in _SIGNATURES:
        if content[offset : offset + len(signature)] == signature:
            return known
    raise InvalidRequestError(
        "unknown_content_type",
        "This is no image, video or zip by its first bytes. Send a JPEG, PNG, WebP, TIFF, AVIF, an MP4 or a zip; "
        "or say what it is by `content_type`.",
    )
