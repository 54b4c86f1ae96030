"""MiniStack keeps every function's zip in memory and unpacks it anew for each process: here it is unpacked once. It
starts a process for each request of a burst: here they wait a moment for those that are there. And what works behind
queues and streams takes the processor from what people wait for: here it has less of it.
"""

import io
import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from threading import Semaphore
from uuid import uuid4

from ministack.core import lambda_runtime
from ministack.services import lambda_svc


class Stub(bytes):
    """The zip of a module that exports what the unpacked code does. Its comment names the folder of that."""

    unpacked_bytes: int


def unpack_once(folder: Path) -> None:
    """All processes of a function run the same files: they start sooner, and share what they map of them."""
    fetch = lambda_svc._fetch_code_from_s3
    measure = lambda_svc._unzipped_size
    spawn = lambda_runtime.Worker._spawn

    def fetch_stub(*args: object, **options: object) -> bytes | None:
        code = fetch(*args, **options)
        return code and put_aside(code, folder)

    def spawn_unpacked(worker: lambda_runtime.Worker) -> None:
        unpack(worker.code_zip, folder)
        spawn(worker)

    lambda_svc._fetch_code_from_s3 = fetch_stub
    lambda_svc._unzipped_size = lambda code: code.unpacked_bytes if isinstance(code, Stub) else measure(code)
    lambda_runtime.Worker._spawn = spawn_unpacked


def put_aside(code: bytes, folder: Path) -> bytes:
    """Writes the code to a file. Gives it back where it is not made of ES modules: CDK's own, which is small."""
    try:
        package = zipfile.ZipFile(io.BytesIO(code))
    except zipfile.BadZipFile:
        return code
    modules = [name for name in package.namelist() if name.endswith(".mjs") and "/" not in name]
    if not modules:
        return code
    unpacked = folder / uuid4().hex
    unpacked.with_suffix(".zip").write_bytes(code)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        zipped.comment = os.fsencode(unpacked)
        for name in modules:
            zipped.writestr(name, f"export * from {json.dumps(str(unpacked / name))};\n")
    stub = Stub(written.getvalue())
    stub.unpacked_bytes = sum(entry.file_size for entry in package.infolist())
    return stub


def unpack(code: bytes, folder: Path) -> None:
    """Does nothing where the code is no stub. That is told by the comment, which a restored state has too."""
    unpacked = Path(os.fsdecode(zipfile.ZipFile(io.BytesIO(code)).comment))
    if unpacked.parent != folder or unpacked.exists():
        return
    aside = tempfile.mkdtemp(dir=folder)
    zipfile.ZipFile(unpacked.with_suffix(".zip")).extractall(aside)
    try:
        os.rename(aside, unpacked)
    except OSError:
        # Another process of the function was first.
        shutil.rmtree(aside)


# A function's process takes a second of a core to start. Where each core has one, a request waits as long for one that
# becomes free; a burst would otherwise start a process for each of its requests beside the work itself.
PROCESSES_AT_FIRST = os.cpu_count() or 1
PATIENCE_SECONDS = 1


def start_patiently() -> None:
    execute = lambda_svc._execute_function_warm
    free_processes = defaultdict(lambda: Semaphore(PROCESSES_AT_FIRST))

    def execute_in_turn(function: dict, event: object, request_id: str) -> dict:
        free = free_processes[function["config"]["FunctionArn"]]
        free.acquire(timeout=PATIENCE_SECONDS)
        try:
            return execute(function, event, request_id)
        finally:
            # Whoever did not wait any longer has started one more.
            free.release()

    lambda_svc._execute_function_warm = execute_in_turn


# What reads a queue or a stream gets a third of the processor that a request gets beside it.
NICENESS_BEHIND = 5


def run_sources_behind() -> None:
    """On AWS each function has processors of its own; on one machine a request goes before what nobody waits for."""
    spawn = lambda_runtime.Worker._spawn

    def spawn_behind(worker: lambda_runtime.Worker) -> None:
        spawn(worker)
        if not any(esm["FunctionArn"].split(":")[6] == worker.func_name for esm in lambda_svc._esms.values()):
            return
        # Each thread has a priority of its own, and those that it starts take it over.
        for thread in os.listdir(f"/proc/{worker._proc.pid}/task"):
            with suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, int(thread), NICENESS_BEHIND)

    if sys.platform == "linux":
        lambda_runtime.Worker._spawn = spawn_behind
