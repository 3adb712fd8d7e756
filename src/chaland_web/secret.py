"""The key that signs sessions: made once per base, kept in it, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FILE_NAME = ".secret"


def secret_key(base: Path) -> str:
    """Return the base's key; write it first (mode 0600) when the base has none.

    Two processes that start together agree: the file is made by the first one alone.
    """
    path = base / FILE_NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        key = secrets.token_urlsafe(64)
        opened.write(key)
    return key
