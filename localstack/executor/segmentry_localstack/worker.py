"""A worker: one process that holds one function's handler and answers one invocation at a time.

Invocations and answers travel as lines of JSON over a socket pair that the process inherits. Against a port with
the Lambda Runtime API this leaves nothing to bind, tells of a crash at once (end of file), and ends an idle worker
with LocalStack however LocalStack ends. The worker stays in LocalStack's process group, so that whoever ends the
group also ends a worker that is too busy to notice.
"""

import json
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

CHUNK_BYTES = 65_536


def program_for(runtime: str) -> list[str]:
    """What runs handlers of a Lambda runtime such as `nodejs24.x`; empty where nothing here does."""
    here = Path(__file__).parent
    if runtime.startswith("nodejs"):
        return ["node", str(here / "bootstrap.mjs")]
    if runtime.startswith("python"):
        return [sys.executable, "-u", str(here / "bootstrap.py")]
    return []


class InitFailed(Exception):
    """The handler could not be loaded. `body` is the error document that Lambda answers with."""

    def __init__(self, body: str):
        super().__init__(body)
        self.body = body


class WorkerStopped(Exception):
    """The worker was stopped while it was at work."""


@dataclass(frozen=True)
class Answer:
    body: str
    is_error: bool
    # By a crash or a time-out, so that the next invocation needs a new one.
    ended_worker: bool = False


class Worker:
    """Not for use by two threads at the same time, but for `stop`, which may come from anywhere at any time."""

    def __init__(self, program: Sequence[str], handler: str, folder: Path, environment: Mapping[str, str]):
        """:param program: what runs the handler, see `program_for`."""
        self._program = program
        self._handler = handler
        self._folder = folder
        self._environment = environment
        self._received = bytearray()
        self._output = bytearray()
        self._stopped = False
        self._at_work = threading.Lock()
        self._process: subprocess.Popen | None = None

    @property
    def is_usable(self) -> bool:
        return not self._stopped and self._process is not None and self._process.poll() is None

    def start(self, timeout_seconds: float) -> None:
        """Starts the process and waits until the handler is loaded.

        :raises InitFailed: where it throws, exits, or takes too long; the process is gone then.
        :raises WorkerStopped: where `stop` was called meanwhile.
        """
        with self._at_work:
            self._spawn()
            answer = self._wait(
                time.monotonic() + timeout_seconds, f"Init timed out after {timeout_seconds:.2f} seconds"
            )
        if answer["kind"] != "ready":
            self.stop()
            raise InitFailed(answer["body"])

    def invoke(self, invocation: Mapping[str, object], timeout_seconds: float) -> Answer:
        """Hands an invocation over and waits for its answer. After a crash or a time-out the worker is not usable.

        :param invocation: `requestId`, `event` (JSON as text), `functionArn`, `traceId`; the deadline is added.
        :raises WorkerStopped: where `stop` was called meanwhile.
        """
        with self._at_work:
            deadline = time.monotonic() + timeout_seconds
            deadline_ms = int((time.time() + timeout_seconds) * 1000)
            self._read_available_output()
            self._send({**invocation, "deadlineMs": deadline_ms}, timeout_seconds)
            answer = self._wait(
                deadline, f"Task timed out after {timeout_seconds:.2f} seconds", invocation["requestId"]
            )
        is_over = answer["kind"] == "over"
        if is_over:
            self.stop()
        return Answer(answer["body"], is_error=answer["kind"] != "response", ended_worker=is_over)

    def take_output(self) -> str:
        """What the process wrote to stdout and stderr since this was last asked."""
        text = self._output.decode(errors="replace")
        self._output.clear()
        return text

    def stop(self) -> None:
        """Kills the process and all that it started. May be called again."""
        self._stopped = True
        if self._process is not None:
            _kill_tree(self._process)
        # Whoever waits for an answer meets the end of the file and leaves.
        with self._at_work:
            if self._process is None:
                return
            self._read_available_output()
            self._selector.close()
            self._socket.close()
            self._process.stdout.close()
            self._process = None

    def _spawn(self) -> None:
        if self._stopped:
            raise WorkerStopped
        self._selector = selectors.DefaultSelector()
        self._socket, inner = socket.socketpair()
        with inner:
            self._process = subprocess.Popen(
                [*self._program, str(inner.fileno()), self._handler],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[inner.fileno()],
            )
        os.set_blocking(self._process.stdout.fileno(), False)
        self._selector.register(self._socket, selectors.EVENT_READ, self._received)
        self._selector.register(self._process.stdout, selectors.EVENT_READ, self._output)
        if self._stopped:
            _kill_tree(self._process)

    def _send(self, message: Mapping[str, object], timeout_seconds: float) -> None:
        self._socket.settimeout(timeout_seconds)
        try:
            self._socket.sendall(json.dumps(message).encode() + b"\n")
        except (OSError, TimeoutError):
            # The worker is gone or deaf, which waiting for its answer will tell.
            pass

    def _wait(self, deadline: float, late: str, request_id: object = None) -> dict[str, str]:
        """The worker's next message, or one of the kind `over` where none will come."""
        try:
            message = self._next_message(deadline)
        except TimeoutError:
            return _over("Sandbox.Timedout", late, request_id)
        if self._stopped:
            raise WorkerStopped
        if message is None:
            status = self._process.wait()
            reason = f"exit status {status}" if status >= 0 else f"signal {-status}"
            return _over("Runtime.ExitError", f"Runtime exited with error: {reason}", request_id)
        self._read_available_output()
        return message

    def _next_message(self, deadline: float) -> dict[str, str] | None:
        """:returns: None where the process is gone. :raises TimeoutError: at the deadline."""
        while (left := deadline - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                chunk = os.read(key.fd, CHUNK_BYTES)
                key.data.extend(chunk)
                if key.data is self._output:
                    if not chunk:
                        self._selector.unregister(key.fileobj)
                elif not chunk:
                    return None
                elif chunk.endswith(b"\n"):
                    # One message is under way at a time, so what ends with a line's end is one message.
                    message = json.loads(self._received)
                    self._received.clear()
                    return message
        raise TimeoutError

    def _read_available_output(self) -> None:
        """The process sends no message before its output is in the pipe: nothing of an invocation is missed."""
        try:
            while chunk := os.read(self._process.stdout.fileno(), CHUNK_BYTES):
                self._output.extend(chunk)
        except BlockingIOError:
            pass


def _over(error_type: str, what: str, request_id: object) -> dict[str, str]:
    message = what if request_id is None else f"RequestId: {request_id} Error: {what}"
    return {"kind": "over", "body": json.dumps({"errorType": error_type, "errorMessage": message})}


def _kill_tree(process: subprocess.Popen) -> None:
    try:
        root = psutil.Process(process.pid)
        family = [*root.children(recursive=True), root]
    except psutil.NoSuchProcess:
        family = []
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            pass
    process.wait()
