"""Only calls that the service has signed, lately, are taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

import pytest

from segmentry import InvalidSignatureError, verify_webhook

SECRET = "whsec_" + base64.b64encode(b"a secret of the webhook").decode()
BODY = '{"type":"job.succeeded","data":{"id":"job_1"}}'


def signed(at: float, secret: str = SECRET, body: str = BODY) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"evt_1.{int(at)}.{body}".encode()
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(int(at)),
        "Webhook-Signature": f"v1,AAAA v1,{signature}",
    }


def test_a_signed_call_gives_its_event() -> None:
    assert verify_webhook(body=BODY.encode(), headers=signed(time.time()), secret=SECRET)["data"]["id"] == "job_1"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY + " ", signed(time.time())),
        (BODY, signed(time.time() - 600)),
        (BODY, signed(time.time(), "whsec_" + base64.b64encode(b"another").decode())),
        (BODY, {}),
        (BODY, {**signed(time.time()), "Webhook-Timestamp": "now"}),
        (BODY, {**signed(time.time()), "Webhook-Signature": "v1,!"}),
    ],
)
def test_any_other_is_refused(body: str, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidSignatureError):
        verify_webhook(body=body, headers=headers, secret=SECRET)
