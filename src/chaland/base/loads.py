"""The loads a base was built from, as their markers tell them: landing/<source>/<load_id>.json, one per load in force.

A marker lists its files with their counts, and the earlier versions of files that it supersedes: those are no longer
part of the base, so they are not counted here.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chaland.config import Settings
from chaland.errors import StorageError
from chaland.language import say


def _read_marker(path: Path) -> dict[str, Any]:
    try:
        marker: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise StorageError(
            say("The record of a load is damaged: {path}.", path=path),
            next_step=say("Delete this file to have its sources read again."),
        ) from error
    return marker


def _utc(text: str) -> datetime:
    """Return an ISO instant as UTC without a zone, as base.loads stores it."""
    instant = datetime.fromisoformat(text)
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def read_loads(settings: Settings) -> list[dict[str, Any]]:
    """Return one row per load in force of the declared sources, with the columns of base.loads, by load id.

    Raises:
        StorageError: a marker is damaged.
    """
    markers = [
        _read_marker(path)
        for source in settings.sources
        for path in sorted((settings.folder / "landing" / source).glob("*.json"))
        if not path.name.startswith(".")
    ]
    superseded = {(load_id, path) for marker in markers for load_id, path in marker["supersedes"]}
    loads = []
    for marker in sorted(markers, key=lambda one: str(one["load_id"])):
        files = [file for file in marker["files"] if (marker["load_id"], file["path"]) not in superseded]
        if files:
            loads.append(
                {
                    "load_id": marker["load_id"],
                    "source": marker["source"],
                    "loaded_at": _utc(marker["loaded_at"]),
                    "files": len(files),
                    "rows_landed": sum(file["rows_landed"] for file in files),
                    "rows_rejected": sum(file["rows_rejected"] for file in files),
                }
            )
    return loads
