"""Who is who in any file of people: read, clean, identify, write. The chain's own rooms, on one table, without a base.

Reads any file `chaland build` reads; writes clusters.parquet, people.parquet and pairs.parquet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from chaland.config import BaseSettings, RunSettings, Settings
from chaland.dedupe_columns import guess_columns, parse_columns
from chaland.dedupe_people import PeopleFile, clean_people, make_folder, people_rows, read_people, systems_of
from chaland.dedupe_quality import estimated, evaluated
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity import resolve_identities
from chaland.identity.estimate import Estimate
from chaland.identity.evaluate import Evaluation
from chaland.progress import Reporter
from chaland.tables import identity

__all__ = ["Deduplicated", "dedupe_files", "guess_columns", "parse_columns", "people_rows"]


@dataclass(frozen=True)
class Deduplicated:
    """What was found.

    Attributes:
        columns: field → columns of the files it was read from.
        left: file → its columns that were taken for no field.
        notes: sentences for the user.
        crowds: what too many records share to be told by it, by its shapes (`chaland.identity.crowds`).
        evaluation: against the labels, when they were given (more in evaluation.json).
        estimate: what the model itself expects.
    """

    records: int
    persons: int
    households: int
    columns: Mapping[str, str]
    rejects: int
    folder: Path
    evaluation: Evaluation | None
    estimate: Estimate
    notes: tuple[str, ...] = ()
    crowds: Mapping[str, Any] = field(default_factory=dict)
    left: Mapping[str, Sequence[str]] = field(default_factory=dict)


def dedupe_files(
    files: Sequence[Path],
    out: Path,
    *,
    columns: Mapping[str, str],
    id_column: str = "",
    labels_column: str = "",
    country: str = "FR",
    run: RunSettings | None = None,
    as_of: date,
    reporter: Reporter,
) -> Deduplicated:
    """Find who is who in the files; write clusters.parquet, people.parquet and pairs.parquet in `out`.

    Args:
        files: files of people; a record of several files is known as `file:id`.
        columns: field → column, columns joined by a space (`a+b`) or by a slash (`day/month/year`).
        id_column: the record's number; the line in the file when empty.
        labels_column: who is who, hidden from the matching and compared with its result.
        country: where addresses and telephones are when they do not say.
        as_of: today, for birth dates.

    Raises:
        ConfigError: a column is missing, none names a person, or the id is not one.
        SourceError: a file cannot be read, or no row of any can.
    """
    settings = Settings(folder=out, base=BaseSettings(country=country), run=run or RunSettings())
    make_folder(out)
    systems = systems_of(files) if len(files) > 1 else ["file"]
    people = [
        PeopleFile(path, columns, id_column, labels_column, system) for path, system in zip(files, systems, strict=True)
    ]
    with Engine(memory_limit=settings.run.memory_limit, threads=settings.run.threads, temp_folder=out) as engine:
        done = read_people(engine, people, reporter)
        clean_people(engine, settings, as_of=as_of, reporter=reporter)
        crowds = resolve_identities(engine, settings, as_of=as_of, reporter=reporter)
        _write(engine, out, is_single=len(files) == 1)
        return Deduplicated(
            records=engine.count(identity.PERSONS),
            persons=engine.count(identity.CUSTOMERS),
            households=engine.count(identity.HOUSEHOLDS),
            columns=done.columns,
            rejects=done.rejects,
            folder=out,
            evaluation=evaluated(engine, done.labels, out, settings.identity.threshold) if labels_column else None,
            estimate=estimated(engine, reporter),
            notes=tuple(done.notes),
            crowds=crowds.facts(),
            left=done.left,
        )


def _write(engine: Engine, out: Path, *, is_single: bool) -> None:
    """Write the three files; records of a single file go by their own number, without the system before it."""
    engine.run("chaland", "dedupe_names.sql", is_single=is_single)
    for name in ("clusters", "people", "pairs"):
        engine.write_parquet(sql_text("chaland", f"dedupe_{name}.sql"), out / f"{name}.parquet")
