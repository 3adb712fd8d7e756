"""manifest.json: what a snapshot holds, proves and was made from. Written last, before the snapshot is put in force."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypedDict

import duckdb

from chaland import __version__
from chaland.config import Settings
from chaland.engine import Engine
from chaland.errors import NotFoundError, StorageError
from chaland.language import say
from chaland.progress import Step
from chaland.publish.place import MANIFEST

FORMAT = 1


class TableEntry(TypedDict):
    """One table of chaland.duckdb."""

    rows: int
    content: str  # hash of its rows, whatever their order


class FileEntry(TypedDict):
    """One file of the snapshot."""

    bytes: int
    sha256: str


class Check(TypedDict):
    """One row of base.reconciliation; numbers as decimal text."""

    check_name: str
    subject: str
    expected: str
    found: str
    is_equal: bool


class Manifest(TypedDict):
    """The whole of manifest.json."""

    format: int
    base_name: str
    published_at: str  # UTC, ISO 8601
    as_of: str
    chaland_version: str
    duckdb_version: str
    settings_sha256: str
    tables: dict[str, TableEntry]
    files: dict[str, FileEntry]
    loads: list[dict[str, Any]]
    reconciliation: list[Check]
    seconds: dict[str, float]  # by step of the run


def settings_hash(settings: Settings) -> str:
    """Return the SHA-256 of the settings' values: comments and layout of chaland.toml do not change it."""
    values = {
        field.name: getattr(settings, field.name) for field in dataclasses.fields(settings) if field.name != "folder"
    }
    text = json.dumps(values, sort_keys=True, default=dataclasses.asdict)
    return hashlib.sha256(text.encode()).hexdigest()


def file_entry(path: Path) -> FileEntry:
    """Return size and SHA-256 of a file."""
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def _records(engine: Engine, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = engine.arrow(query).to_pylist()
    return rows


def make_manifest(
    engine: Engine,
    settings: Settings,
    *,
    now: datetime,
    as_of: date,
    tables: Mapping[str, TableEntry],
    files: Sequence[Path],
    steps: Sequence[Step],
) -> Manifest:
    """Return the manifest of a snapshot whose tables and files are finished."""
    checks = _records(
        engine,
        "select check_name, subject, expected::varchar as expected, found::varchar as found, is_equal "
        "from base.reconciliation order by check_name, subject",
    )
    loads = _records(
        engine,
        "select load_id, source, loaded_at::varchar as loaded_at, files, rows_landed, rows_rejected "
        "from base.loads order by load_id",
    )
    return {
        "format": FORMAT,
        "base_name": settings.base.name or settings.folder.resolve().name,
        "published_at": now.isoformat(),
        "as_of": as_of.isoformat(),
        "chaland_version": __version__,
        "duckdb_version": duckdb.__version__,
        "settings_sha256": settings_hash(settings),
        "tables": dict(tables),
        "files": {path.name: file_entry(path) for path in files},
        "loads": loads,
        "reconciliation": [
            Check(
                check_name=check["check_name"],
                subject=check["subject"],
                expected=check["expected"],
                found=check["found"],
                is_equal=check["is_equal"],
            )
            for check in checks
        ],
        "seconds": {step.name: round(step.seconds, 3) for step in steps},
    }


def write_manifest(manifest: Manifest, snapshot: Path) -> Path:
    """Write manifest.json in the snapshot's folder; return its path."""
    path = snapshot / MANIFEST
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    return path


def read_manifest(snapshot: Path) -> Manifest:
    """Return the manifest of a snapshot.

    Raises:
        NotFoundError: the folder is not a snapshot.
        StorageError: the manifest is torn.
    """
    path = snapshot / MANIFEST
    try:
        manifest: Manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFoundError(say("{folder} is not a snapshot: it has no {file}.", folder=snapshot, file=MANIFEST)) from (
            error
        )
    except ValueError as error:
        raise StorageError(
            say("{file} cannot be read: it is torn.", file=path),
            next_step=say("Build again: a new snapshot takes its place."),
        ) from error
    return manifest


def check_snapshot(snapshot: Path) -> Manifest:
    """Return the manifest of a snapshot after comparing each file with the size and hash it gives.

    Raises:
        StorageError: a file is missing, cut or changed.
    """
    manifest = read_manifest(snapshot)
    for name, expected in manifest["files"].items():
        path = snapshot / name
        if not path.is_file() or file_entry(path) != expected:
            raise StorageError(
                say("{file} is not the file that was published.", file=path),
                next_step=say("Build again: a new snapshot takes its place."),
            )
    return manifest
