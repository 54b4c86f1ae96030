"""Serves MiniStack by uvicorn: python serve.py PORT.

MiniStack's own program serves itself by hypercorn, whose HTTP is written in Python and takes a fifth of the
emulator's time; uvicorn's parser and loop are in C. It reads the texts of policies and expressions anew with every
request, though they are always the same few, and a request's own text five times: here they are remembered. It copies
items, and reads and writes JSON, in Python: here in C. Its one loop for queues and streams waits for each function that
reads a stream, and gives no worker its next message meanwhile: here streams have a loop of their own. And a burst of
requests makes it start a process for each: here they wait a moment for those that are there.
"""

import copy
import json
import logging
import marshal
import os
import resource
import sys
import time
from collections import defaultdict
from functools import lru_cache
from threading import Event, Semaphore, Thread
from types import ModuleType, SimpleNamespace

import msgspec
import uvicorn
from ministack.app import app
from ministack.core import iam_actions, iam_evaluator, responses
from ministack.services import dynamodb, lambda_svc


def remember_results(module: ModuleType, name: str) -> None:
    """Of a function that only reads its arguments, and whose result nobody changes."""
    work_out = getattr(module, name)
    known = lru_cache(maxsize=4096)(work_out)

    def recall(text: object, *rest: object) -> object:
        return known(text, *rest) if isinstance(text, str) else work_out(text, *rest)

    setattr(module, name, recall)


remember_results(iam_evaluator, "parse_policy_document")
remember_results(dynamodb, "_tokenize")
remember_results(dynamodb, "_condition_syntax_error")


def read_json(text: bytes | str) -> object:
    try:
        return msgspec.json.decode(text)
    except ValueError:
        # It is stricter; what nobody can read fails again, as MiniStack expects.
        return json.loads(text)


def write_json(value: object, **options: object) -> str:
    if options.keys() <= {"ensure_ascii"}:
        try:
            return msgspec.json.encode(value).decode()
        except TypeError:
            pass
    return json.dumps(value, **options)


fast_json = {**vars(json), "loads": read_json, "dumps": write_json}
dynamodb.json = responses.json = SimpleNamespace(**fast_json)
# What a request asks for is read again for each question about its permissions, and never changed. Only the latest
# text is remembered: a function's whole code is one too.
iam_actions.json = SimpleNamespace(**{**fast_json, "loads": lru_cache(maxsize=1)(read_json)})


def copy_item(value: object) -> object:
    """A deep copy. Items are plain objects, which `marshal` writes and reads in C."""
    try:
        return marshal.loads(marshal.dumps(value))
    except ValueError:
        return copy.deepcopy(value)


dynamodb.copy = SimpleNamespace(**{**vars(copy), "deepcopy": copy_item})

# Lambda asks DynamoDB's streams four times a second, so that what comes together is told together.
STREAM_PAUSE_SECONDS = 0.25


def poll_streams_apart() -> None:
    poll = lambda_svc._poll_dynamodb_streams

    def poll_for_ever() -> None:
        while True:
            next_poll = time.monotonic() + STREAM_PAUSE_SECONDS
            try:
                poll()
            except Exception:
                logging.getLogger("streams").exception("A stream could not be polled.")
            time.sleep(max(0, next_poll - time.monotonic()))

    lambda_svc._poll_dynamodb_streams = lambda: False
    # What is written to a stream wakes the loop of the queues no more.
    dynamodb.esm_wake = Event()
    Thread(target=poll_for_ever, daemon=True).start()


poll_streams_apart()

# A function's process takes a second or two of a core to start. Where so many of them exist, a request waits as long
# for one that becomes free; a burst would otherwise start a process for each of its requests beside the work itself.
PROCESSES_AT_FIRST = 2 * (os.cpu_count() or 1)
PATIENCE_SECONDS = 2


def start_functions_patiently() -> None:
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


start_functions_patiently()

# Connections above the soft limit would be refused.
_, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))

uvicorn.run(
    app,
    host="127.0.0.1",
    port=int(sys.argv[1]),
    http="httptools",
    loop="uvloop",
    ws="wsproto",
    # Longer than clients keep theirs: none of them sends into a connection that is being closed.
    timeout_keep_alive=75,
    timeout_graceful_shutdown=1,
    access_log=False,
    log_level="warning",
)
