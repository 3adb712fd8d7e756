"""The loads a base was built from, as their markers in landing/ tell them (one JSON file per committed load)."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def read_loads(folder: Path) -> list[dict[str, Any]]:
    """Return one row per load in `folder`/landing, with the columns of base.loads, by load id."""
    return []
