"""What the tests share: a deployment to talk to, where there is one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from segmentry import Segmentry

ROOT = Path(__file__).parents[3]


@pytest.fixture
def photograph() -> Path:
    return ROOT / "models" / "samples" / "table-1.jpg"


@pytest.fixture
def model() -> str:
    return os.environ.get("SEGMENTRY_MODEL", "segmentry-food")


@pytest.fixture
def segmentry() -> Iterator[Segmentry]:
    if "SEGMENTRY_URL" not in os.environ or "SEGMENTRY_API_KEY" not in os.environ:
        pytest.skip("SEGMENTRY_URL and SEGMENTRY_API_KEY name no deployment to test against")
    with Segmentry() as client:
        yield client
