"""The inside of a Python worker: `python bootstrap.py <descriptor> <module.function>`, in the function's folder.

CDK's own custom resources bring such functions along. The messages are those of bootstrap.mjs.
"""

import importlib
import json
import os
import socket
import sys
import time
import traceback
from types import SimpleNamespace


def main() -> None:
    descriptor, handler_name = sys.argv[1:]
    channel = socket.socket(fileno=int(descriptor)).makefile("rw", encoding="utf-8", newline="\n")

    def send(kind: str, body: str = "") -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        channel.write(json.dumps({"kind": kind, "body": body}) + "\n")
        channel.flush()

    try:
        handler = load_handler(handler_name)
    except Exception as error:
        traceback.print_exc()
        send("init_error", describe(error))
        return
    send("ready")
    for line in channel:
        invocation = json.loads(line)
        try:
            send("response", json.dumps(handler(json.loads(invocation["event"]), context_of(invocation))))
        except Exception as error:
            traceback.print_exc()
            send("error", describe(error))


def load_handler(name: str):
    module, function = name.rsplit(".", 1)
    sys.path[0] = os.getcwd()
    return getattr(importlib.import_module(module.replace("/", ".")), function)


def context_of(invocation: dict) -> SimpleNamespace:
    return SimpleNamespace(
        aws_request_id=invocation["requestId"],
        function_name=os.environ.get("AWS_LAMBDA_FUNCTION_NAME"),
        function_version=os.environ.get("AWS_LAMBDA_FUNCTION_VERSION"),
        invoked_function_arn=invocation["functionArn"],
        log_group_name=os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME"),
        log_stream_name=os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME"),
        memory_limit_in_mb=os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
        get_remaining_time_in_millis=lambda: max(0, int(invocation["deadlineMs"] - time.time() * 1000)),
    )


def describe(error: Exception) -> str:
    trace = traceback.format_exception(error)
    return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": trace})


main()
