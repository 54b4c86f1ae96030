"""Analyses, one and many, of a service that each test plays."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, cast
from urllib.parse import unquote

import httpx
import pytest

from segmentry import AnalysisFailedError, AsyncSegmentry, NetworkError, Outcome, Segmentry, UploadRefusedError

PHOTOGRAPH = b"\xff\xd8\xff\xe0"
MODELS = ["segmentry-food"]

Answer = Callable[[httpx.Request], httpx.Response]


def client(answer: Answer) -> Segmentry:
    return Segmentry("https://api.example", api_key="sk_1", transport=httpx.MockTransport(answer))


def job(status: str) -> dict[str, Any]:
    return {"id": "job_1", "status": status}


def stored(status: str = "queued") -> httpx.Response:
    return httpx.Response(202, json=stored_with(status))


def stored_with(status: str) -> dict[str, Any]:
    return {"image": {"id": "image_1"}, "jobs": [job(status)]}


def test_the_time_to_wait_is_that_of_the_jobs_and_not_of_a_slow_line() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/images":
            time.sleep(0.2)
            return stored()
        return httpx.Response(200, json={"detections": []} if request.url.path.endswith("/result") else job("succeeded"))

    assert client(answer).analyze(PHOTOGRAPH, models=MODELS, timeout_seconds=0.1).detections == []


def test_temporary_files_without_names_are_sent_each_under_a_key_of_its_own() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/images":
            keys.append(request.headers["idempotency-key"])
            return stored("succeeded")
        return httpx.Response(200, json={"detections": []})

    files = [tempfile.SpooledTemporaryFile(), tempfile.SpooledTemporaryFile(), tempfile.TemporaryFile()]
    for file in files:
        file.write(PHOTOGRAPH)
        file.seek(0)
    journal: dict[str, str] = {}
    list(client(answer).analyze_many(files, journal=journal, models=MODELS))
    assert len(set(keys)) == len(files)
    assert list(journal) == ["#0", "#1", "#2"]


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        # As os.listdir() gives what is no UTF-8.
        (os.fsdecode(b"caf\xe9.jpg"), "caf?.jpg"),
        ("a" + "\N{LEMON}" * 127 + ".jpg", "\N{REPLACEMENT CHARACTER}" + "\N{LEMON}" * 125 + ".jpg"),
    ],
)
def test_odd_names_are_sent_as_the_api_takes_them(name: str, sent: str) -> None:
    names: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/images":
            names.append(unquote(request.headers["x-filename"]))
            return stored("succeeded")
        return httpx.Response(200, json={"detections": []})

    client(answer).analyze(PHOTOGRAPH, models=MODELS, filename=name)
    assert names == [sent]


def test_what_an_address_or_a_bucket_answers_is_no_refusal_of_the_service() -> None:
    refused = client(lambda _: httpx.Response(403))
    with pytest.raises(NetworkError, match=r"a\.jpg answered 403") as info:
        refused.analyze("https://pictures.example/a.jpg", models=MODELS)
    assert (info.value.code, info.value.status) == ("input_not_fetched", None)

    def answer(request: httpx.Request) -> httpx.Response:
        form = {"id": "up_1", "status": "waiting", "url": "https://bucket.example", "fields": {}}
        return httpx.Response(403) if request.url.host == "bucket.example" else httpx.Response(200, json=form)

    with pytest.raises(UploadRefusedError, match="The form was answered 403") as other:
        client(answer).analyze(b"\0\0\0\0ftyp", models=MODELS)
    assert (other.value.code, other.value.status) == ("upload_refused", None)


@pytest.mark.parametrize(
    ("address", "response"),
    [
        ("http://pictures.example:port/", httpx.Response(200)),
        ("HTTPS://pictures.example/a.jpg", httpx.Response(302, headers={"location": "/a.jpg"})),
        (
            "https://pictures.example/a.jpg",
            httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"no")),
        ),
    ],
)
def test_an_address_that_can_not_be_fetched_is_told_of_as_such(address: str, response: httpx.Response) -> None:
    with pytest.raises(NetworkError, match="can't be fetched") as info:
        client(lambda _: response).analyze(address, models=MODELS)
    assert info.value.code == "input_not_fetched"


def many(answer: Answer, journal: dict[str, str]) -> list[Outcome]:
    return list(client(answer).analyze_many([PHOTOGRAPH], journal=journal, models=MODELS, timeout_seconds=0))


def many_on_a_loop(answer: Answer, journal: dict[str, str]) -> list[Outcome]:
    async def analyze() -> list[Outcome]:
        transport = httpx.MockTransport(answer)
        async with AsyncSegmentry("https://api.example", api_key="sk_1", transport=transport) as segmentry:
            outcomes = segmentry.analyze_many([PHOTOGRAPH], journal=journal, models=MODELS, timeout_seconds=0)
            return [outcome async for outcome in outcomes]

    return asyncio.run(analyze())


@pytest.mark.parametrize("run", [many, many_on_a_loop])
@pytest.mark.parametrize(
    ("status", "body", "code", "is_final"),
    [
        (202, stored_with("failed"), "analysis_failed", True),
        (202, stored_with("canceled"), "analysis_failed", True),
        (422, {"code": "idempotency_mismatch"}, "idempotency_mismatch", True),
        (202, stored_with("running"), "timed_out", False),
        (401, {"code": "token_invalid"}, "token_invalid", False),
        (402, {"code": "insufficient_credits"}, "insufficient_credits", False),
        (500, {}, "http_error", False),
    ],
)
def test_what_has_failed_for_good_is_sent_as_something_new_by_the_next_run(
    run: Callable[[Answer, dict[str, str]], list[Outcome]], status: int, body: dict[str, Any], code: str, is_final: bool
) -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        # Later than is worth waiting for.
        return httpx.Response(status, json=body, headers={"retry-after": "99"})

    journal: dict[str, str] = {}
    for _ in range(2):
        [outcome] = run(answer, journal)
        assert getattr(outcome.error, "code", outcome.error) == code
    first, second = keys
    assert (first != second) == is_final


@pytest.mark.parametrize("run", [many, many_on_a_loop])
def test_where_a_job_has_succeeded_nothing_is_sent_as_something_new(
    run: Callable[[Answer, dict[str, str]], list[Outcome]],
) -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        jobs = [job("failed"), {"id": "job_2", "status": "succeeded"}]
        return httpx.Response(202, json={"image": {"id": "image_1"}, "jobs": jobs})

    journal: dict[str, str] = {}
    for _ in range(2):
        [outcome] = run(answer, journal)
        assert isinstance(outcome.error, AnalysisFailedError)
        assert [each["status"] for each in outcome.error.jobs] == ["failed", "succeeded"]
    assert len(set(keys)) == 1


#: Ctrl-C, pressed while the service keeps a request open.
INTERRUPTED = """
import signal
import threading
import time

import httpx

from segmentry import Segmentry


def answer(request):
    if request.url.path == "/v1/images":
        return httpx.Response(202, json={"image": {"id": "image_1"}, "jobs": [{"id": "job_1", "status": "queued"}]})
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    time.sleep(600)


signal.signal(signal.SIGINT, signal.default_int_handler)
segmentry = Segmentry("https://api.example", api_key="sk_1", transport=httpx.MockTransport(answer))
for outcome in segmentry.analyze_many([b"\\xff\\xd8\\xff\\xe0"] * 3, concurrency=2, models=["segmentry-food"]):
    print(outcome)
"""


def test_a_program_that_is_interrupted_ends_whatever_it_waits_for() -> None:
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert "KeyboardInterrupt" in ended.stderr


def test_for_who_takes_no_more_outcomes_nothing_more_is_asked() -> None:
    endless, quick = PHOTOGRAPH + b"endless", PHOTOGRAPH + b"quick"
    asked = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/jobs/job_1":
            asked.set()
            return httpx.Response(200, json=job("running"))
        if request.content == endless:
            return stored("queued")
        asked.wait(30)
        return stored("succeeded") if request.url.path == "/v1/images" else httpx.Response(200, json={"detections": []})

    before = set(threading.enumerate())
    outcomes = client(answer).analyze_many([endless, quick], models=MODELS)
    assert next(outcomes).index == 1
    cast("Generator[Outcome]", outcomes).close()
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
        assert not thread.is_alive()
