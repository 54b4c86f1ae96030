"""
What the client does, written once for both kinds of callers: a generator asks for one thing after another (send this,
pause, call that), and whoever runs it does so, waiting in a thread or on the event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from threading import Event
from typing import Any, TypeVar

import httpx

Value = TypeVar("Value")


@dataclass(frozen=True)
class Send:
    """One request, sent once. Gives an `httpx.Response`, or raises `httpx.TransportError`."""

    method: str
    url: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pause:
    seconds: float


Step = Send | Pause
Flow = Generator[Step, Any, Value]


class StoppedError(Exception):
    """Nobody wants the outcome any more."""


def run(flow: Flow[Value], http: httpx.Client, stopped: Event | None = None) -> Value:
    """Runs a flow to its end in this thread, unless it is stopped: then no further step is taken."""
    try:
        step = next(flow)
        while stopped is None or not stopped.is_set():
            try:
                result = _do(step, http)
            except Exception as error:
                step = flow.throw(error)
            else:
                step = flow.send(result)
    except StopIteration as end:
        value: Value = end.value
        return value
    raise StoppedError


def _do(step: Step, http: httpx.Client) -> httpx.Response | None:
    if isinstance(step, Send):
        return http.request(step.method, step.url, **step.arguments)
    time.sleep(step.seconds)
    return None


async def run_async(flow: Flow[Value], http: httpx.AsyncClient) -> Value:
    """Runs a flow to its end on the event loop."""
    try:
        step = next(flow)
        while True:
            try:
                result = await _do_async(step, http)
            except Exception as error:
                step = flow.throw(error)
            else:
                step = flow.send(result)
    except StopIteration as end:
        value: Value = end.value
        return value


async def _do_async(step: Step, http: httpx.AsyncClient) -> httpx.Response | None:
    if isinstance(step, Send):
        return await http.request(step.method, step.url, **step.arguments)
    await asyncio.sleep(step.seconds)
    return None
