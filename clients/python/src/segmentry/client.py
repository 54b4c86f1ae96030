"""Clients of one deployment, for one user: `Segmentry` for scripts and threads, `AsyncSegmentry` for event loops."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, MutableMapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Event, Thread
from types import TracebackType
from typing import Any, Literal

import httpx
from typing_extensions import Self, Unpack

from . import _analyze
from ._analyze import AnalyzeOptions, Input
from ._api import Api, AsyncApi
from ._calls import Connection, TokenSource
from ._login import find_login
from ._steps import Flow, run, run_async
from .errors import SegmentryError
from .results import Analysis, Outcome
from .types import Batch, Job, Upload

#: A request may stay open for 20 seconds while a job ends.
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
TEN_MINUTES_SECONDS = 600.0
AN_HOUR_SECONDS = 3600.0


def _connection(url: str | None, api_key: str | None, token: str | TokenSource | None, retries: int) -> Connection:
    is_whole = url and (token is not None or api_key)
    address, key = (url, api_key) if url and is_whole else find_login(url)
    fixed = token if isinstance(token, str) else api_key or key
    source = token if callable(token) else (lambda _: fixed)
    return Connection(address.rstrip("/"), source, retries)


def _upload(
    connection: Connection, source: Input, asked: AnalyzeOptions, key: str | None
) -> Flow[Upload]:
    file = yield from _analyze.read_input(
        connection, source, asked.get("filename"), asked.get("content_type")
    )
    models = asked.get("models")
    given = {**_analyze._given(asked), "models": list(models) if models else None}
    return (yield from _analyze.upload(connection, file, given, key))


def _name_of(source: Any, index: int) -> str:
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return _analyze.name_of(source) or f"#{index}"


class _Keys:
    """Written down before anything is sent, so that a second run repeats the requests of the first."""

    def __init__(self, journal: MutableMapping[str, str] | None) -> None:
        self._journal = journal

    def take(self, source: Any, index: int) -> str:
        if self._journal is None:
            return str(uuid.uuid4())
        name = _name_of(source, index)
        if name not in self._journal:
            self._journal[name] = str(uuid.uuid4())
        return self._journal[name]

    def settle(self, outcome: Outcome) -> Outcome:
        """
        Forgets the key of what has failed for good: under it the next run would be told of the same failure. Under
        another one what has succeeded would be paid again.
        """
        error = outcome.error
        if self._journal is None or not isinstance(error, SegmentryError) or not error.is_final:
            return outcome
        if not any(job["status"] == "succeeded" for job in error.jobs):
            self._journal.pop(_name_of(outcome.source, outcome.index), None)
        return outcome


def _in_background(work: Callable[[], Outcome]) -> Future[Outcome]:
    """In a thread that the program does not wait for when it ends, as it would for those of a pool."""
    future: Future[Outcome] = Future()

    def do() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=do, daemon=True).start()
    return future


class _Progress:
    """A bar, where tqdm is installed and wanted."""

    def __init__(self, total: int, wanted: bool) -> None:
        self._bar: Any = None
        if wanted:
            try:
                from tqdm.auto import tqdm
            except ImportError:
                return
            self._bar = tqdm(total=total, unit="file")

    def step(self) -> None:
        if self._bar is not None:
            self._bar.update(1)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class Segmentry:
    """
    A client that waits in its thread; threads may share one.

    `url` and `api_key` are taken from SEGMENTRY_URL and SEGMENTRY_API_KEY where left away, else from the last `segmentry login`. Where
    SEGMENTRY_URL is set, SEGMENTRY_API_KEY goes to no other address. `token` is an access token,
    or what gives one: it is asked before each request, and again, with the old one, where that was refused.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        token: str | TokenSource | None = None,
        retries: int = 4,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._connection = _connection(url, api_key, token, retries)
        self._http = httpx.Client(timeout=TIMEOUT, follow_redirects=True, transport=transport)
        #: Every operation of the API, by its name.
        self.api = Api(self._connection, self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def analyze(
        self, source: Input, *, idempotency_key: str | None = None, **asked: Unpack[AnalyzeOptions]
    ) -> Analysis:
        """Sends one image or video, waits, and fetches what was found. Raises AnalysisFailedError and others."""
        return run(_analyze.analyze(self._connection, source, asked, idempotency_key), self._http)

    def analyze_many(
        self,
        sources: Iterable[Input],
        *,
        concurrency: int = 4,
        journal: MutableMapping[str, str] | None = None,
        progress: bool = False,
        **asked: Unpack[AnalyzeOptions],
    ) -> Iterator[Outcome]:
        """
        Analyses many, a few at a time; gives each outcome as it comes, failures too.

        With a `journal` that outlives the program (a `shelve`, say), running it again goes on where it stopped: nothing
        is stored, analysed or paid twice. What has failed for good (`error.is_final`) is then sent as something new,
        unless a job of it has succeeded (`error.jobs`).
        `progress` shows a bar where tqdm is installed.
        """
        inputs = list(sources)
        keys = _Keys(journal)
        bar = _Progress(len(inputs), progress)
        rest = iter(enumerate(inputs))
        running: set[Future[Outcome]] = set()
        stopped = Event()

        def start_next() -> None:
            for index, source in rest:
                key = keys.take(source, index)
                running.add(_in_background(lambda: self._outcome(source, index, key, asked, stopped)))
                return

        try:
            for _ in range(max(1, concurrency)):
                start_next()
            while running:
                done, _pending = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    running.discard(future)
                    start_next()
                    bar.step()
                    yield keys.settle(future.result())
        finally:
            # Who stops taking outcomes wants no more of them.
            stopped.set()
            bar.close()

    def _outcome(self, source: Input, index: int, key: str, asked: AnalyzeOptions, stopped: Event) -> Outcome:
        try:
            analysis = run(_analyze.analyze(self._connection, source, asked, key), self._http, stopped)
            return Outcome(source, index, analysis=analysis)
        except Exception as error:
            return Outcome(source, index, error=error)

    def upload(
        self, source: Input, *, idempotency_key: str | None = None, **asked: Unpack[AnalyzeOptions]
    ) -> Upload:
        """Sends a file of any kind, a zip too, and waits until it has been taken in; its jobs go on."""
        return run(_upload(self._connection, source, asked, idempotency_key), self._http)

    def wait_for_jobs(self, jobs: Sequence[Job], *, timeout_seconds: float = TEN_MINUTES_SECONDS) -> list[Job]:
        """Waits until every job has ended, however it ends."""
        deadline = time.monotonic() + timeout_seconds
        return run(_analyze.wait_for_jobs(self._connection, jobs, deadline), self._http)

    def wait_for_batch(self, batch_id: str, *, timeout_seconds: float = AN_HOUR_SECONDS) -> Batch:
        """Waits until all its jobs have ended, however they end. A zip that was uploaded with models is a batch."""
        deadline = time.monotonic() + timeout_seconds
        return run(_analyze.wait_for_batch(self._connection, batch_id, deadline), self._http)

    def batch_results(self, batch_id: str, format: Literal["jsonl", "csv", "coco"] = "jsonl") -> httpx.Response:
        """All that a batch has found so far in one file: JSON lines, CSV or COCO."""
        return run(_analyze.batch_results(self._connection, batch_id, format), self._http)


class AsyncSegmentry:
    """The same for event loops: `async with AsyncSegmentry(…) as segmentry: await segmentry.analyze("photo.jpg")`."""

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        token: str | TokenSource | None = None,
        retries: int = 4,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._connection = _connection(url, api_key, token, retries)
        self._http = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=True, transport=transport)
        #: Every operation of the API, by its name.
        self.api = AsyncApi(self._connection, self._http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def analyze(
        self, source: Input, *, idempotency_key: str | None = None, **asked: Unpack[AnalyzeOptions]
    ) -> Analysis:
        """As `Segmentry.analyze`. Canceling the task cancels it."""
        return await run_async(
            _analyze.analyze(self._connection, source, asked, idempotency_key), self._http
        )

    async def analyze_many(
        self,
        sources: Iterable[Input],
        *,
        concurrency: int = 4,
        journal: MutableMapping[str, str] | None = None,
        progress: bool = False,
        **asked: Unpack[AnalyzeOptions],
    ) -> AsyncIterator[Outcome]:
        """As `Segmentry.analyze_many`."""
        inputs = list(sources)
        keys = _Keys(journal)
        bar = _Progress(len(inputs), progress)
        rest = iter(enumerate(inputs))
        running: set[asyncio.Task[Outcome]] = set()

        def start_next() -> None:
            for index, source in rest:
                running.add(asyncio.create_task(self._outcome(source, index, keys.take(source, index), asked)))
                return

        try:
            for _ in range(max(1, concurrency)):
                start_next()
            while running:
                done, _pending = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    running.discard(task)
                    start_next()
                    bar.step()
                    yield keys.settle(task.result())
        finally:
            for task in running:
                task.cancel()
            bar.close()

    async def _outcome(self, source: Input, index: int, key: str, asked: AnalyzeOptions) -> Outcome:
        try:
            analysis = await run_async(_analyze.analyze(self._connection, source, asked, key), self._http)
            return Outcome(source, index, analysis=analysis)
        except Exception as error:
            return Outcome(source, index, error=error)

    async def upload(
        self, source: Input, *, idempotency_key: str | None = None, **asked: Unpack[AnalyzeOptions]
    ) -> Upload:
        """As `Segmentry.upload`."""
        return await run_async(_upload(self._connection, source, asked, idempotency_key), self._http)

    async def wait_for_jobs(
        self, jobs: Sequence[Job], *, timeout_seconds: float = TEN_MINUTES_SECONDS
    ) -> list[Job]:
        """As `Segmentry.wait_for_jobs`."""
        deadline = time.monotonic() + timeout_seconds
        return await run_async(_analyze.wait_for_jobs(self._connection, jobs, deadline), self._http)

    async def wait_for_batch(self, batch_id: str, *, timeout_seconds: float = AN_HOUR_SECONDS) -> Batch:
        """As `Segmentry.wait_for_batch`."""
        deadline = time.monotonic() + timeout_seconds
        return await run_async(_analyze.wait_for_batch(self._connection, batch_id, deadline), self._http)

    async def batch_results(self, batch_id: str, format: Literal["jsonl", "csv", "coco"] = "jsonl") -> httpx.Response:
        """As `Segmentry.batch_results`."""
        return await run_async(_analyze.batch_results(self._connection, batch_id, format), self._http)
