"""base.* → a snapshot: written beside, checked, then swapped in by one atomic rename.

Reads every base table of the run's engine, and what other rooms left in the staging folder's `beside` (the identity
index); writes snapshots/<utc>/ {chaland.duckdb, cards.sqlite3, prepared.sqlite3, manifest.json, files left} and the
link `current`.
A run killed at any instant leaves `current` as it was, or names the new snapshot, complete.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from chaland.config import Settings
from chaland.engine import Engine
from chaland.errors import NotFoundError, ReconciliationError, StorageError
from chaland.language import say
from chaland.progress import Reporter
from chaland.publish.cards import write_cards
from chaland.publish.manifest import Quality, TableEntry, make_manifest, read_manifest, write_manifest
from chaland.publish.place import (
    BESIDE,
    CARDS,
    DATABASE,
    PREPARED,
    SNAPSHOTS,
    put_in_force,
    snapshot_in_force,
    staging_folder,
    sweep_snapshots,
    sync_file,
    sync_folder,
)
from chaland.publish.prepared import write_prepared
from chaland.tables import ALL_TABLES, Table, base, identity

WHEN_LOADED = ("load_id", "loaded_at")
"""Columns that tell when a run took place: two builds of the same files differ by them alone."""

PUBLISHED: tuple[Table, ...] = tuple(table for table in ALL_TABLES if table.schema in ("base", "insight", "segments"))
"""The contracts a snapshot holds: the base, and what studies and segments made of it."""

_OUT = "snapshot"
_PREVIOUS = "previous"


PREVIOUS: tuple[tuple[Table, Table], ...] = (
    (identity.PREVIOUS, base.RECORDS_PUBLISHED),
    (identity.PREVIOUS_ALIASES, base.CUSTOMER_ALIASES),
    (identity.PREVIOUS_HOUSEHOLD_ALIASES, base.HOUSEHOLD_ALIASES),
    (identity.PREVIOUS_PAIRS, base.RECORD_LINKS),
    (identity.PREVIOUS_VALUES, base.CUSTOMER_VALUES),
    (identity.PREVIOUS_CUSTOMERS, base.CUSTOMERS),
    (identity.PREVIOUS_HOUSEHOLDS, base.HOUSEHOLDS),
    (identity.PREVIOUS_QUESTIONS, base.QUESTIONS),
    (identity.PREVIOUS_MODEL, base.IDENTITY_MODEL),
)
"""What an increment goes on from, and the table of the snapshot in force that holds it."""


@contextmanager
def previous_snapshot(engine: Engine, folder: Path) -> Iterator[Path | None]:
    """Give the snapshot in force, its tables readable where they lie as identity.previous_*; None on a first run.

    A table that lacks a column of today's contract is not given; but whose each record was, always: ids are for ever.
    """
    try:
        snapshot = snapshot_in_force(folder)
    except NotFoundError:
        yield None
        return
    with engine.attached(snapshot / DATABASE, _PREVIOUS, read_only=True):
        given = [(view, table) for view, table in PREVIOUS if _has_columns(engine, table, view.column_names)]
        for view, table in given:
            engine.view_table(_PREVIOUS, table, view)
        if not engine.exists(identity.PREVIOUS):
            # a snapshot older than decisions has no column for what would be without them
            engine.create(identity.PREVIOUS)
            engine.insert(identity.PREVIOUS, "select record_id, customer_id, household_id from previous.base.records")
        yield snapshot
        for view, _ in given:
            engine.execute(f"drop view {view.full_name}")


def _has_columns(engine: Engine, table: Table, wanted: Iterable[str]) -> bool:
    found = engine.rows(
        "select column_name from duckdb_columns() "
        "where database_name = $database and schema_name = $schema and table_name = $name",
        {"database": _PREVIOUS, "schema": table.schema, "name": table.name},
    )
    return set(wanted) <= {row[0] for row in found}


def write_database(engine: Engine, path: Path, *, reporter: Reporter) -> dict[str, TableEntry]:
    """Write the base tables and the studies made of them, sorted, in a DuckDB file of their own.

    Returns rows and content of each, by full name. Base tables must be there; those of insight and segments are
    published where made.

    Raises:
        ContractError: a table is missing, has other columns, or two rows with one key.
        ReconciliationError: a table of the file does not hold the rows it was given.
    """
    entries: dict[str, TableEntry] = {}
    tables = [table for table in PUBLISHED if table.schema == "base" or engine.exists(table)]
    with reporter.step("publish.tables", total=len(tables)) as step, engine.attached(path, _OUT):
        for table in tables:
            engine.check_columns(table)
            engine.check_key(table)
            engine.copy_table("", _OUT, table)
            expected, (rows, content) = engine.count(table), engine.content(table, _OUT, without=WHEN_LOADED)
            if rows != expected:
                raise ReconciliationError(
                    say(
                        "{table}: {expected} rows to publish, {rows} written.",
                        table=table.full_name,
                        expected=expected,
                        rows=rows,
                    )
                )
            entries[table.full_name] = {"rows": rows, "content": content}
            step.advance()
        step.note(tables=len(entries), rows=sum(entry["rows"] for entry in entries.values()))
    return entries


def publish_snapshot(
    engine: Engine,
    settings: Settings,
    *,
    now: datetime,
    as_of: date,
    reporter: Reporter,
    identified: Mapping[str, Any] | None = None,
) -> Path:
    """Publish the engine's base tables as a snapshot, put it in force, sweep the old ones; return its folder.

    Args:
        now: the run's instant, with its zone; it names the snapshot.
        as_of: the day the base was computed for.
        identified: how identities were resolved, for the manifest.

    Raises:
        ContractError, ReconciliationError: the tables are not fit to be published; the snapshot in force stays.
    """
    folder = settings.folder
    place = staging_folder(folder) / "snapshot"
    if place.exists():
        shutil.rmtree(place)
    place.mkdir()
    tables = write_database(engine, place / DATABASE, reporter=reporter)
    write_cards(engine, place / CARDS, reporter=reporter)
    write_prepared(place / DATABASE, place / PREPARED, reporter=reporter)
    _take_files_beside(staging_folder(folder) / BESIDE, place)
    with reporter.step("publish.swap") as step:
        files = sorted(path for path in place.iterdir() if path.is_file())
        manifest = make_manifest(
            engine,
            settings,
            now=now,
            as_of=as_of,
            tables=tables,
            files=files,
            steps=reporter.steps,
            earlier=_earlier_quality(folder),
        )
        if identified is not None:
            manifest["identified"] = dict(identified)
        write_manifest(manifest, place)
        for path in place.iterdir():
            sync_file(path)
        sync_folder(place)
        snapshot = _free_name(folder / SNAPSHOTS, now)
        place.rename(snapshot)
        sync_folder(folder / SNAPSHOTS)
        put_in_force(folder, snapshot)
        swept = sweep_snapshots(folder, settings.run.keep_snapshots)
        step.note(megabytes=sum(entry["bytes"] for entry in manifest["files"].values()) // 1_000_000, swept=len(swept))
    return snapshot


def _take_files_beside(beside: Path, place: Path) -> None:
    """Move into the snapshot the finished files that other rooms left for it in the staging folder."""
    for path in sorted(beside.glob("*")):
        path.rename(place / path.name)


def _earlier_quality(folder: Path) -> list[Quality]:
    """Return what the snapshot in force remembers of the quality of former loads; nothing on a first run."""
    try:
        return read_manifest(snapshot_in_force(folder)).get("quality", [])
    except (NotFoundError, StorageError):
        return []


def _free_name(place: Path, now: datetime) -> Path:
    """Return snapshots/<utc>, or <utc>-02 … when runs share one instant: names sort as runs followed one another."""
    name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    taken = sorted(path.name for path in place.glob(f"{name}*"))
    if not taken:
        return place / name
    rank = int(taken[-1].removeprefix(name).removeprefix("-") or 1)
    return place / f"{name}-{rank + 1:02d}"
