"""manifest.json: what a snapshot holds, proves and was made from. Written last, before the snapshot is put in force."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import duckdb

from chaland import __version__
from chaland.config import Settings
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
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


class Quality(TypedDict):
    """What a snapshot's records were worth: the figures that later reports draw (quality.sql)."""

    as_of: str
    loads: str  # SHA-256 of the identifiers of its loads: two snapshots of the same loads are one point of the curve
    records: int  # rows that describe somebody
    addresses: int  # addresses received
    post: int  # records a letter reaches
    email: int
    mobile: int
    phone: int


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
    identified: NotRequired[dict[str, Any]]  # kind (whole, increment), why, changes, drift_bits, is_drifting; since 0.2
    quality: NotRequired[list[Quality]]  # one per state of the loads, oldest first, this snapshot's last; since 0.2


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


QUALITY_KEPT = 120
"""States of the loads whose quality a manifest remembers: ten years of monthly loads."""


def quality_history(engine: Engine, as_of: date, earlier: Sequence[Quality]) -> list[Quality]:
    """Return the qualities known so far, this engine's base last; the same loads built again replace their point."""
    row = _records(engine, sql_text("chaland.publish", "sql/quality.sql"))[0]
    ids = [str(one[0]) for one in engine.rows("select load_id from base.loads order by load_id")]
    loads = hashlib.sha256("\n".join(ids).encode()).hexdigest()
    now: Quality = {
        "as_of": as_of.isoformat(),
        "loads": loads,
        "records": row["records"],
        "addresses": row["addresses"],
        "post": row["post"],
        "email": row["email"],
        "mobile": row["mobile"],
        "phone": row["phone"],
    }
    kept = earlier[:-1] if earlier and earlier[-1]["loads"] == loads else earlier
    return [*kept, now][-QUALITY_KEPT:]


def make_manifest(
    engine: Engine,
    settings: Settings,
    *,
    now: datetime,
    as_of: date,
    tables: Mapping[str, TableEntry],
    files: Sequence[Path],
    steps: Sequence[Step],
    earlier: Sequence[Quality] = (),
) -> Manifest:
    """Return the manifest of a snapshot whose tables and files are finished.

    Args:
        earlier: qualities the manifest of the snapshot in force remembers.
    """
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
        "quality": quality_history(engine, as_of, earlier),
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
