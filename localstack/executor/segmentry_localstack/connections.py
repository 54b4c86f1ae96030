"""Connections between two requests."""

from hypercorn.config import Config

IDLE_SECONDS = 60


def keep_idle_open() -> None:
    """Hypercorn hangs up after five seconds, which a client that is at work meanwhile learns by a failed request."""
    Config.keep_alive_timeout = IDLE_SECONDS
