"""Analyses, one and many, of a service that each test plays."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

from segmentry import Segmentry

PHOTOGRAPH = b"\xff\xd8\xff\xe0"
MODELS = ["segmentry-food"]

Answer = Callable[[httpx.Request], httpx.Response]


def client(answer: Answer) -> Segmentry:
    return Segmentry("https://api.example", api_key="sk_1", transport=httpx.MockTransport(answer))


def job(status: str, **more: Any) -> dict[str, Any]:
    return {"id": "job_1", "status": status, **more}


def stored(status: str = "queued") -> httpx.Response:
    return httpx.Response(202, json={"image": {"id": "image_1"}, "jobs": [job(status)]})


def test_the_time_to_wait_is_that_of_the_jobs_and_not_of_a_slow_line() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/images":
            time.sleep(0.2)
            return stored()
        return httpx.Response(200, json={"detections": []} if request.url.path.endswith("/result") else job("succeeded"))

    assert client(answer).analyze(PHOTOGRAPH, models=MODELS, timeout_seconds=0.1).detections == []
