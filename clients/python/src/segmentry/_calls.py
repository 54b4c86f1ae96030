"""Calls of single operations: how a request is put together, repeated, and its answer read."""

from __future__ import annotations

import json
import random
import re
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import httpx

from ._steps import Flow, Pause, Send, run, run_async
from .errors import InvalidRequestError, NetworkError, SegmentryError, refusal_of

#: Gives the token to send; its argument is one that was answered 401, so that a new one is wanted.
TokenSource = Callable[[str | None], str | None]


@dataclass(frozen=True)
class Operation:
    """Where an operation is served. `file`: it answers a file. `repeatable`: it may be sent twice."""

    id: str
    method: str
    path: str
    file: bool
    repeatable: bool


@dataclass(frozen=True)
class Connection:
    url: str
    token: TokenSource
    retries: int


FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 60.0
PASSING = {408, 425, 429, 500, 502, 503, 504}


def call(
    connection: Connection, operation: Operation, given: Mapping[str, Any], key: str | None = None
) -> Flow[Any]:
    """One operation: JSON, nothing, or the response itself where it answers a file."""
    request = _request(operation, {name: value for name, value in given.items() if value is not None})
    if operation.method == "POST":
        request.arguments["headers"]["idempotency-key"] = key or str(uuid.uuid4())
    request = replace(request, url=connection.url + request.url)
    response: httpx.Response = yield from send(connection, request, repeatable=operation.repeatable)
    if operation.file:
        return response
    if response.status_code == 204:
        return None
    try:
        return response.json()
    except ValueError as error:
        raise NetworkError(
            "unreadable_answer",
            f"{response.url} did not answer JSON. Is the address that of the API?",
            status=response.status_code,
        ) from error


def _request(operation: Operation, given: dict[str, Any]) -> Send:
    def fill(match: re.Match[str]) -> str:
        value = str(given.pop(match.group(1)))
        # However they are written, dots alone lead upwards in a path.
        if value in ("", ".", ".."):
            raise InvalidRequestError(
                "invalid_request", f'"{value}" can\'t be the {match.group(1)} of anything that is asked for.'
            )
        return quote(value, safe="", errors="replace")

    path = re.sub(r"\{(\w+)\}", fill, operation.path)
    headers = {"accept": "*/*" if operation.file else "application/json"}
    arguments: dict[str, Any] = {"headers": headers}
    if operation.id == "uploadImage":
        arguments["content"] = given.pop("file")
        headers["content-type"] = given.pop("contentType")
        headers["x-filename"] = quote(given.pop("filename"), errors="replace")
        arguments["params"] = _query(given)
    elif operation.method == "GET":
        arguments["params"] = _query(given)
    elif given:
        arguments["json"] = given
    return Send(operation.method, path, arguments)


def _query(given: Mapping[str, Any]) -> dict[str, str]:
    """Lists are comma-separated, objects JSON, as the API reads them."""

    def text(value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return ",".join(map(str, value))
        return json.dumps(value) if isinstance(value, dict) else str(value)

    return {name: text(value) for name, value in given.items()}


def send(connection: Connection, request: Send, *, repeatable: bool) -> Flow[httpx.Response]:
    """An answer that is no failure; what fails on the way is sent again, under the same key."""
    attempt = 0
    while True:
        failure = yield from _try(connection, request)
        if isinstance(failure, httpx.Response):
            return failure
        pause = failure.retry_after_seconds or FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.5)
        if attempt >= connection.retries or pause > LONGEST_PAUSE_SECONDS or not _may_pass(failure, repeatable):
            raise failure
        attempt += 1
        yield Pause(pause)


def _try(connection: Connection, request: Send) -> Flow[httpx.Response | SegmentryError]:
    token = connection.token(None)
    answer = yield from _try_as(token, request)
    if isinstance(answer, SegmentryError) and answer.status == 401 and token is not None:
        renewed = connection.token(token)
        if renewed is not None and renewed != token:
            return (yield from _try_as(renewed, request))
    return answer


def _try_as(token: str | None, request: Send) -> Flow[httpx.Response | SegmentryError]:
    arguments = dict(request.arguments)
    if token is not None:
        arguments["headers"] = {**arguments.get("headers", {}), "authorization": f"Bearer {token}"}
    try:
        response: httpx.Response = yield replace(request, arguments=arguments)
    except httpx.TransportError as error:
        host = httpx.URL(request.url).host
        return NetworkError(
            "network_failed", f"{host} can't be reached ({error}). Check the address and the network."
        )
    return response if response.is_success else refusal_of(response)


def _may_pass(failure: SegmentryError, repeatable: bool) -> bool:
    # What was told to come later has done nothing.
    if failure.status in (429, 503):
        return True
    if not repeatable:
        return False
    return failure.code in ("network_failed", "request_still_running") or failure.status in PASSING


class Caller:
    """Runs operations in this thread."""

    def __init__(self, connection: Connection, http: httpx.Client) -> None:
        self._connection = connection
        self._http = http

    def _call(self, operation: Operation, given: Mapping[str, Any], key: str | None = None) -> Any:
        return run(call(self._connection, operation, given, key), self._http)

    def _pages(self, operation: Operation, given: Mapping[str, Any]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            page = self._call(operation, {"limit": 100, **_present(given), "cursor": cursor})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return


class AsyncCaller:
    """Runs operations on the event loop."""

    def __init__(self, connection: Connection, http: httpx.AsyncClient) -> None:
        self._connection = connection
        self._http = http

    async def _call(self, operation: Operation, given: Mapping[str, Any], key: str | None = None) -> Any:
        return await run_async(call(self._connection, operation, given, key), self._http)

    async def _pages(self, operation: Operation, given: Mapping[str, Any]) -> AsyncIterator[Any]:
        cursor: str | None = None
        while True:
            page = await self._call(operation, {"limit": 100, **_present(given), "cursor": cursor})
            for item in page["items"]:
                yield item
            cursor = page["next"]
            if cursor is None:
                return


def _present(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
