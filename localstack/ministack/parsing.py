"""MiniStack reads the texts of policies and expressions anew with every request, though they are always the same few,
and a request's own text five times: here they are remembered. It copies items, and reads and writes JSON, in Python:
here in C.
"""

import copy
import json
import marshal
from functools import lru_cache
from types import ModuleType, SimpleNamespace

import msgspec
from ministack.core import iam_actions, iam_evaluator, responses
from ministack.services import dynamodb


def parse_quickly() -> None:
    remember_results(iam_evaluator, "parse_policy_document")
    remember_results(dynamodb, "_tokenize")
    remember_results(dynamodb, "_condition_syntax_error")
    fast_json = {**vars(json), "loads": read_json, "dumps": write_json}
    dynamodb.json = responses.json = SimpleNamespace(**fast_json)
    # What a request asks for is read again for each question about its permissions, and never changed. Only the latest
    # text is remembered: a function's whole code is one too.
    iam_actions.json = SimpleNamespace(**{**fast_json, "loads": lru_cache(maxsize=1)(read_json)})
    dynamodb.copy = SimpleNamespace(**{**vars(copy), "deepcopy": copy_item})


def remember_results(module: ModuleType, name: str) -> None:
    """Of a function that only reads its arguments, and whose result nobody changes."""
    work_out = getattr(module, name)
    known = lru_cache(maxsize=4096)(work_out)

    def recall(text: object, *rest: object) -> object:
        return known(text, *rest) if isinstance(text, str) else work_out(text, *rest)

    setattr(module, name, recall)


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


def copy_item(value: object) -> object:
    """A deep copy. Items are plain objects, which `marshal` writes and reads in C."""
    try:
        return marshal.loads(marshal.dumps(value))
    except ValueError:
        return copy.deepcopy(value)
