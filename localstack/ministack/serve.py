"""Serves MiniStack by uvicorn: python serve.py PORT.

MiniStack's own program serves itself by hypercorn, whose HTTP is written in Python and takes a fifth of the
emulator's time; uvicorn's parser and loop are in C. And it reads the texts of policies and expressions anew with
every request, though they are always the same few: here they are remembered.
"""

import resource
import sys
from functools import lru_cache
from types import ModuleType

import uvicorn
from ministack.app import app
from ministack.core import iam_evaluator
from ministack.services import dynamodb


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
