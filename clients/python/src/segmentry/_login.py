"""Where to ask and as whom, where the program does not say."""

from __future__ import annotations

import json
import os
from pathlib import Path


def find_login(given: str | None = None) -> tuple[str, str | None]:
    """
    SEGMENTRY_URL and SEGMENTRY_API_KEY, else what `segmentry login` has kept, of SEGMENTRY_PROFILE or of the last login.

    A stored key goes to no other address than the one that it was made for, and one of the environment to no other than
    SEGMENTRY_URL, where that is set.
    """
    url, key = os.environ.get("SEGMENTRY_URL"), os.environ.get("SEGMENTRY_API_KEY")
    if given:
        is_meant = not url or url.rstrip("/") == given.rstrip("/")
        return given, key if is_meant else None
    if url:
        return url, key
    stored = _read_stored()
    if stored is not None:
        return stored[0], key or stored[1]
    raise ValueError(
        "Say where the API is: Segmentry(url=…, api_key=…), or SEGMENTRY_URL and SEGMENTRY_API_KEY, or `segmentry login`."
    )


def _read_stored() -> tuple[str, str] | None:
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    try:
        stored = json.loads((Path(folder) / "segmentry" / "profiles.json").read_text())
        profile = stored["profiles"][os.environ.get("SEGMENTRY_PROFILE") or stored["current"]]
        return str(profile["url"]), str(profile["apiKey"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
