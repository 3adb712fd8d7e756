"""The people of any file, for `chaland clean`: its tables or sheets that tell of people, their columns, the refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chaland.dedupe import guess_columns, people_rows
from chaland.dedupe_columns import columns_in, whole_column, with_whole
from chaland.dedupe_people import OF_A_PERSON
from chaland.engine import Engine
from chaland.errors import ConfigError
from chaland.ingest import TableRead, read_table
from chaland.ingest.chunks import Reject
from chaland.ingest.guess import Guess, inspect_files
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import landing

_PERSON_FIELDS = frozenset(column.name for column in landing.PERSON_FIELDS)
_TELLING = _PERSON_FIELDS - {"civility", "sex", "country", "occupation", "card_tier"}
"""Fields one of which a file of people has: a Title alone may be a product's."""


@dataclass(frozen=True)
class PeopleTaken:
    """What was taken of a table: field → column, the columns left, and whether they have names.

    Attributes:
        file: the file's name, its sheet or table added where several are read.
        others: the file's other sheets or tables, which tell of nobody.
    """

    file: str
    rows: int
    rejects: Sequence[Reject]
    mapping: Mapping[str, str]
    left: Sequence[str]
    has_header: bool
    notes: Sequence[str] = field(default=())
    others: Sequence[str] = field(default=())


def read_people_of(
    engine: Engine, files: Sequence[Path], given: Mapping[str, str], id_column: str, reporter: Reporter
) -> list[PeopleTaken]:
    """Fill landing.people from the files; return what was taken of each table.

    Raises:
        ConfigError: a column is missing, or none tells anything of a person.
    """
    taken: list[PeopleTaken] = []
    systems: list[str] = []
    for path in files:
        guesses = inspect_files([path], kind="people")
        several = [guess for guess in guesses if OF_A_PERSON & {*guess.mapping(), *given}] if len(guesses) > 1 else []
        kept: list[Guess | None] = [*several] or [*guesses[:1]] or [None]
        others = [guess.reading.sheet or guess.reading.table for guess in guesses if guess not in kept]
        for guess in kept:
            part = (guess.reading.sheet or guess.reading.table) if guess and len(guesses) > 1 else ""
            system = _system(path, part, systems) if len(files) > 1 or len(kept) > 1 else "file"
            systems.append(system)
            with reporter.step("clean.read") as step:
                read = _read(engine, path, guess, given, id_column, system, part)
                taken.append(replace(read, others=others if guess is kept[0] else ()))
                counts = {"rows": read.rows, "columns": len(read.mapping), "rejects": len(read.rejects)}
                step.note(file=read.file, **counts)
    return taken


def _system(path: Path, part: str, taken: Sequence[str]) -> str:
    """Return what the records of a table are known under: its names, numbered when two bear the same."""
    name = f"{path.stem} {part}".strip()
    same = sum(1 for one in taken if one == name or one.startswith(f"{name} ("))
    return f"{name} ({same + 1})" if same else name


def _read(
    engine: Engine,
    path: Path,
    guess: Guess | None,
    given: Mapping[str, str],
    id_column: str,
    system: str,
    part: str,
) -> PeopleTaken:
    notes: list[str] = []
    found = read_table(path, engine, source=replace(guess.reading, name=path.stem) if guess else None)
    _check_id(path, found, id_column)
    left_out = [column.column for column in guess.columns if column.by == "other"] if guess else []
    rows = engine.arrow('select * from landing.input order by "_line"')
    mapping = guess_columns(found.columns, _guessed(guess, found.columns, given), [id_column, *left_out], rows)
    whole = whole_column(rows, mapping, found.columns)
    if whole:
        mapping = with_whole(mapping, whole)
        notes = [say("{column} holds whole persons: name, address and contacts are taken apart.", column=whole)]
    if not _TELLING & set(mapping):
        raise ConfigError.of(
            [say("{file}: no column is known to tell anything of a person.", file=path.name)],
            next_step=say(
                "Name them by --columns FIELD=COLUMN,… Its columns are: {columns}.", columns=", ".join(found.columns)
            ),
        )
    name = f"{path.name} [{part}]" if part else path.name
    people = people_rows(rows, mapping, system, name, id_column)
    engine.connection.register("people_read", people)
    engine.insert(landing.PEOPLE, "select * from people_read")
    engine.connection.unregister("people_read")
    used = {column for said in mapping.values() for column in columns_in(said, found.columns)} | {id_column}
    left = tuple(column for column in found.columns if column not in used)
    has_header = guess.reading.header if guess else True
    has_header = has_header or bool(guess and guess.reading.format not in ("csv", "excel"))
    return PeopleTaken(name, len(people), found.rejects, mapping, left, has_header, [*found.notes, *notes])


def _check_id(path: Path, found: TableRead, id_column: str) -> None:
    if id_column and id_column not in found.columns:
        raise ConfigError.of(
            [say("{file}: no column {column}.", file=path.name, column=id_column)],
            next_step=say("Its columns are: {columns}.", columns=", ".join(found.columns)),
        )


def _guessed(guess: Guess | None, names: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Return field → column: those given, then those that bear a field's own name, then those their contents tell."""
    taken = {column for said in given.values() for column in columns_in(said, names)}
    mapping = {name: name for name in names if name in _PERSON_FIELDS and name not in taken} | dict(given)
    taken |= set(mapping.values())
    for field_name, columns in (guess.mapping() if guess else {}).items():
        said = columns[0].column
        parts = columns_in(said, names)
        is_free = all(part in names and part not in taken for part in parts)
        if field_name in _PERSON_FIELDS and field_name not in mapping and is_free:
            mapping[field_name] = said
            taken |= set(parts)
    if "street" in mapping and not {"street", "address", "postcode", "city"} & (set(mapping) - {"street"} | set(given)):
        # nothing else tells the town: it stands in the same text
        mapping["address"] = mapping.pop("street")
    return mapping
