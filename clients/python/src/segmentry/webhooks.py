"""Calls of webhooks, signed as https://www.standardwebhooks.com says."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, NoReturn

from .errors import InvalidSignatureError

#: Older calls are refused: who has overheard one can't repeat it later.
TOLERANCE_SECONDS = 300


def verify_webhook(*, body: bytes | str, headers: Mapping[str, str], secret: str) -> dict[str, Any]:
    """
    The event, where the call is the service's.

    `body` as it came, byte for byte: parsed and written again it would no longer match. Raises InvalidSignatureError.
    """
    by_name = {name.lower(): value for name, value in headers.items()}
    identifier, timestamp, signatures = (
        by_name.get(f"webhook-{name}") or _refuse(f"The header webhook-{name} is missing.")
        for name in ("id", "timestamp", "signature")
    )
    try:
        age = abs(time.time() - float(timestamp))
    except ValueError:
        _refuse("The header webhook-timestamp is no number.")
    if not age <= TOLERANCE_SECONDS:
        _refuse("The call is too old, or the clocks differ by more than five minutes.")
    content = body.encode() if isinstance(body, str) else body
    key = _bytes_of(secret.removeprefix("whsec_"))
    signed = f"{identifier}.{timestamp}.".encode() + content
    expected = hmac.new(key, signed, hashlib.sha256).digest()
    for entry in signatures.split(" "):
        version, _, signature = entry.partition(",")
        if version == "v1" and hmac.compare_digest(_bytes_of(signature), expected):
            event: dict[str, Any] = json.loads(content)
            return event
    _refuse("The signature is not that of this body by this secret.")


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        _refuse("The secret or the signature is no base64.")


def _refuse(message: str) -> NoReturn:
    raise InvalidSignatureError("invalid_signature", message)
