"""Single calls: repeated where that is safe, refused by type, listed page by page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import segmentry._calls as calls
from segmentry import (
    AsyncSegmentry,
    InsufficientCreditsError,
    InvalidRequestError,
    NetworkError,
    NotFoundError,
    Segmentry,
    SegmentryError,
)

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "FIRST_PAUSE_SECONDS", 0.001)


def client(answer: Answer, **more: Any) -> Segmentry:
    return Segmentry("https://api.example/prod/", transport=httpx.MockTransport(answer), **more)


def problem(status: int, code: str, **more: Any) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "detail": f"It is {code}.", "status": status, **more})


@pytest.mark.parametrize("reference", ["", ".", ".."])
def test_what_would_make_a_path_another_one_is_not_asked_for(reference: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url}")
        return httpx.Response(204)

    # It would delete the image.
    with pytest.raises(InvalidRequestError, match="can't be the id"):
        client(answer, api_key="sk_1").api.remove_dataset_image(id=reference, image_id="image_1")
    assert asked == []


def test_path_query_and_body_stand_where_the_contract_has_them() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"items": [], "next": None})

    with client(answer, api_key="sk_1") as segmentry:
        segmentry.api.list_batch_jobs(id="bat_1/2", limit=5)
        segmentry.api.create_batch(models=["a", "b"], frames_per_second=2)
        segmentry.api.upload_image(
            file=b"1", filename="ü.jpg", content_type="image/jpeg", models=["a", "b"], options={"iou": 0.5}
        )
    listed, made, sent = asked
    assert str(listed.url) == "https://api.example/prod/v1/batches/bat_1%2F2/jobs?limit=5"
    assert listed.headers["authorization"] == "Bearer sk_1"
    assert json.loads(made.content) == {"models": ["a", "b"], "framesPerSecond": 2}
    assert dict(sent.url.params) == {"models": "a,b", "options": '{"iou": 0.5}'}
    assert (sent.content, sent.headers["x-filename"]) == (b"1", "%C3%BC.jpg")


def test_what_fails_on_the_way_is_sent_again_under_the_same_key() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        if len(keys) == 1:
            raise httpx.ConnectError("reset")
        return problem(503, "unavailable") if len(keys) == 2 else httpx.Response(202, json={"id": "bat_1"})

    assert client(answer).api.create_batch(models=["a"])["id"] == "bat_1"
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_post_whose_answer_is_a_secret_is_sent_once() -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        raise httpx.ReadTimeout("slow")

    with pytest.raises(NetworkError, match=r"api\.example can't be reached"):
        client(answer).api.create_api_key(name="k", scopes=["read"])
    assert len(sent) == 1


def test_a_refusal_has_the_class_of_its_status_and_the_code_of_the_problem() -> None:
    refused = client(lambda _: problem(402, "insufficient_credits", cost=3, balance=1, requestId="r"))
    with pytest.raises(InsufficientCreditsError, match=r"It is insufficient_credits\.") as info:
        refused.api.create_batch(models=["a"])
    assert (info.value.code, info.value.cost, info.value.balance) == ("insufficient_credits", 3, 1)
    assert info.value.request_id == "r"
    with pytest.raises(NotFoundError):
        client(lambda _: problem(404, "job_not_found")).api.get_job(id="job_1")
    with pytest.raises(SegmentryError, match="The service answered 418"):
        client(lambda _: httpx.Response(418, text="teapot")).api.get_credits()


def test_a_token_that_was_refused_is_asked_for_anew() -> None:
    given: list[str | None] = []

    def token(refused: str | None) -> str:
        given.append(refused)
        return "old" if refused is None else "new"

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] == "Bearer old":
            return problem(401, "token_invalid")
        return httpx.Response(200, json={"balance": 1, "available": 1})

    assert client(answer, token=token).api.get_credits()["balance"] == 1
    assert given == [None, "old"]


PAGES = {None: ([1, 2], "b"), "b": ([3], None)}


def pages(request: httpx.Request) -> httpx.Response:
    items, following = PAGES[request.url.params.get("cursor")]
    return httpx.Response(200, json={"items": [{"id": str(each)} for each in items], "next": following})


def test_lists_are_read_page_by_page() -> None:
    assert [image["id"] for image in client(pages).api.iter_images()] == ["1", "2", "3"]


def test_the_same_on_an_event_loop() -> None:
    async def read() -> list[str]:
        async with AsyncSegmentry("https://api.example", transport=httpx.MockTransport(pages)) as segmentry:
            return [image["id"] async for image in segmentry.api.iter_images()]

    assert asyncio.run(read()) == ["1", "2", "3"]


def test_without_options_a_client_is_that_of_the_last_login(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("URL", "API_KEY", "PROFILE"):
        monkeypatch.delenv(f"SEGMENTRY_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(ValueError, match="segmentry login"):
        Segmentry()
    profiles = {
        "work": {"url": "https://work.example", "apiKey": "sk_work"},
        "home": {"url": "https://home.example", "apiKey": "sk_home"},
    }
    (tmp_path / "segmentry").mkdir()
    (tmp_path / "segmentry" / "profiles.json").write_text(json.dumps({"current": "work", "profiles": profiles}))
    asked: list[tuple[str, str | None]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.host, request.headers.get("authorization")))
        return httpx.Response(200, json={"balance": 1, "available": 1})

    def ask(**more: Any) -> None:
        Segmentry(transport=httpx.MockTransport(answer), **more).api.get_credits()

    ask()
    monkeypatch.setenv("SEGMENTRY_PROFILE", "home")
    ask()
    ask(url="https://other.example")
    monkeypatch.setenv("SEGMENTRY_URL", "https://environment.example")
    ask()
    assert asked == [
        ("work.example", "Bearer sk_work"),
        ("home.example", "Bearer sk_home"),
        # A stored key goes to no other address.
        ("other.example", None),
        ("environment.example", None),
    ]


@pytest.mark.parametrize(
    ("address", "key"),
    [(None, "Bearer sk_1"), ("https://api.example/prod", "Bearer sk_1"), ("https://another.example", None)],
)
def test_a_key_of_the_environment_goes_to_its_address_only(
    monkeypatch: pytest.MonkeyPatch, address: str | None, key: str | None
) -> None:
    monkeypatch.setenv("SEGMENTRY_API_KEY", "sk_1")
    monkeypatch.delenv("SEGMENTRY_URL", raising=False)
    if address is not None:
        monkeypatch.setenv("SEGMENTRY_URL", address)
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("authorization"))
        return httpx.Response(200, json={"balance": 1})

    client(answer).api.get_credits()
    client(answer, api_key="sk_given").api.get_credits()
    assert asked == [key, "Bearer sk_given"]
