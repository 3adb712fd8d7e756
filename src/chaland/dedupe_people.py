"""Files of people → landing.people → clean.records, on an engine of its own: what `dedupe` and `link` begin with.

Files may differ in form and in columns. A file whose first line is a person and not names of columns is read whole,
its columns called c1, c2 …, and guessed by their contents.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from chaland.clean import clean_records
from chaland.config import Settings, SourceSettings
from chaland.dedupe_columns import columns_in, guess_columns, left_of, whole_column, with_whole
from chaland.engine import Engine
from chaland.errors import ConfigError, SourceError, StorageError
from chaland.ingest import TableRead, inspect_files, read_table
from chaland.ingest.chunks import FileFault
from chaland.ingest.readers import guess_format
from chaland.ingest.table_start import names_a_person_field
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import landing

OF_A_PERSON = frozenset({"full_name", "first_name", "last_name", "organisation", "email", "phone", "mobile", "street"})
"""Fields one of which a table has to be taken, where the file has several."""
_OF_SEVERAL = frozenset({"excel", "sqlite", "access"})
"""Formats whose files hold several sheets or tables."""
FRENCH_SHARE = 0.5
"""Share of addresses found in a French commune below which a file's addresses are taken as given."""


@dataclass(frozen=True)
class PeopleFile:
    """One file to read.

    Attributes:
        columns: field → column said by its user; others are guessed.
        id_column: the record's number; the line when empty.
        labels_column: who is who, hidden from the matching.
        system: what its records are known under: `system:number`.
        reading: how to read one of its sheets or tables, where it has several; guessed when None.
        part: that sheet's name, "" for the only one: its records are `system:part:number`.
    """

    path: Path
    columns: Mapping[str, str]
    id_column: str = ""
    labels_column: str = ""
    system: str = "file"
    reading: SourceSettings | None = None
    part: str = ""

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return f"{self.path.name} [{self.part}]" if self.part else self.path.name

    @property
    def hidden(self) -> list[str]:
        return [name for name in (self.id_column, self.labels_column) if name]


@dataclass
class PeopleRead:
    """What was read.

    Attributes:
        columns: field → columns of the files it was read from.
        left: file → its columns that are no field.
        labels: record → its label.
        notes: sentences for the user.
    """

    columns: dict[str, str] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    rejects: int = 0
    notes: list[str] = field(default_factory=list)


def read_people(engine: Engine, files: Sequence[PeopleFile], reporter: Reporter) -> PeopleRead:
    """Fill landing.people with the rows of the files.

    Raises:
        ConfigError: a column is in no file, none names a person, or the id numbers nothing.
        SourceError: a file cannot be read, or no row of any can.
    """
    engine.create(landing.PEOPLE)
    done = PeopleRead()
    seen: list[tuple[PeopleFile, list[str]]] = []
    for file in [part for whole in files for part in _parts(whole, done.notes)]:
        with reporter.step("dedupe.read") as step:
            found = _read(engine, file, done.notes)
            rows = engine.arrow('select * from landing.input order by "_line"')
            seen.append((file, found.columns))
            if any(name not in found.columns for name in file.hidden):
                _check_somewhere(seen)
            known = {name: said for name, said in file.columns.items() if _is_there(said, found.columns)}
            mapping = guess_columns(found.columns, known, file.hidden, rows)
            if whole := whole_column(rows, mapping, [name for name in found.columns if name not in file.hidden]):
                mapping = with_whole(mapping, whole)
                done.notes.append(
                    say("{column} holds whole persons: name, address and contacts are taken apart.", column=whole)
                )
            done.columns |= mapping
            done.left[file.name] = left_of(found.columns, mapping, file.hidden)
            done.rejects += len(found.rejects)
            people = people_rows(rows, mapping, file.system, file.name, file.id_column, part=file.part)
            _append(engine, people)
            if file.labels_column:
                keys = people["record_id"].to_pylist()
                said = pc.fill_null(rows[file.labels_column], "").to_pylist()
                # a record without a label is nobody else
                done.labels |= {key: text or f"\0{key}" for key, text in zip(keys, said, strict=True)}
            step.note(file=file.name, rows=len(people), rejects=len(found.rejects))
    _check_somewhere(seen)
    _check_rows(engine, [file.path for file in files], done)
    _check_ids(engine, files[0].id_column if files else "")
    return done


def clean_people(engine: Engine, settings: Settings, *, as_of: date, reporter: Reporter) -> None:
    """Fill clean.records from landing.people, with what cleaning refuses and a matcher can compare."""
    clean_records(engine, settings, as_of=as_of, reporter=reporter)
    with reporter.step("dedupe.as_given") as step:
        placed, known = engine.rows(
            "select count(*) filter (where insee_code is not null and address_status like 'V%'), "
            "count(*) filter (where coalesce(postcode, city, street) is not null) from clean.records"
        )[0]
        is_foreign = placed < FRENCH_SHARE * known
        engine.run("chaland", "dedupe_as_given.sql", is_foreign=is_foreign)
        step.note(addresses=known, in_france=placed)


def _parts(file: PeopleFile, notes: list[str]) -> list[PeopleFile]:
    """Return the sheets or tables of a file that tell of people, each to be read; the file itself when it has one."""
    try:
        if guess_format(file.path) not in _OF_SEVERAL:
            return [file]
    except FileFault:
        return [file]  # its reader tells why
    guesses = inspect_files([file.path], kind="people")
    if len(guesses) < 2:
        return [file]
    people = [guess for guess in guesses if OF_A_PERSON & {*guess.mapping()}]
    wanted = {*file.hidden, *(name for said in file.columns.values() for name in re.split(r"[+/]", said))}
    named = [guess for guess in guesses if wanted & {column.column for column in guess.columns}]
    kept = named or people or guesses[:1]
    names = [guess.reading.sheet or guess.reading.table for guess in guesses]
    left = [name for name, guess in zip(names, guesses, strict=True) if guess not in kept]
    if left:
        notes.append(say("{file}: sheets or tables left: {names}.", file=file.path.name, names=", ".join(left)))
    is_alone = len(kept) == 1
    return [
        replace(file, reading=replace(guess.reading, name=file.path.stem), part="" if is_alone else name)
        for name, guess in zip(names, guesses, strict=True)
        if guess in kept
    ]


def _read(engine: Engine, file: PeopleFile, notes: list[str]) -> TableRead:
    """Read a file into landing.input; a file without names of columns again, whole, cut by width where it must be."""
    found = read_table(file.path, engine, source=file.reading)
    if _names_columns(found.columns, file):
        return found
    reading = file.reading or SourceSettings(name=file.path.stem)
    cut = [guess.reading for guess in inspect_files([file.path]) if guess.reading.format == "fixed"]
    reading = replace(cut[0], name=file.path.stem) if cut and not file.reading else replace(reading, header=False)
    found = read_table(file.path, engine, source=reading)
    notes.append(
        say(
            "{file}: its first line is a row, not names; the columns are c1 to c{count}.",
            file=file.name,
            count=len(found.columns),
        )
    )
    return found


_NUMBERED = re.compile(r"c[1-9][0-9]*")


def _names_columns(names: Sequence[str], file: PeopleFile) -> bool:
    """Tell names of columns from a person: a known word, a column its user names, or words without figures or @."""
    wanted = [name for said in file.columns.values() for name in columns_in(said, names)] + file.hidden
    said = [name for name in wanted if not _NUMBERED.fullmatch(name)]  # c8 is also the name of a column without any
    if any(name in names for name in said) or any(map(names_a_person_field, names)):
        return True
    if wanted and not said:
        return all(name in names for name in wanted)
    words = [name for name in names if re.search(r"[^\W\d]", name) and not re.search(r"@|\d{4}", name)]
    return len(words) >= 0.7 * len(names)


def _is_there(said: str, names: Sequence[str]) -> bool:
    return all(name in names for name in columns_in(said, names))


def _check_somewhere(seen: Sequence[tuple[PeopleFile, list[str]]]) -> None:
    """Refuse a column that no file holds (several files may each hold their own), an id or labels that one lacks."""
    faults: dict[str, None] = {}
    told: list[str] = []
    for file, names in seen:
        missing = [
            name
            for name_of_field, said in file.columns.items()
            if not any(other.columns.get(name_of_field) == said and _is_there(said, held) for other, held in seen)
            for name in columns_in(said, names)
            if name not in names
        ] + [name for name in file.hidden if name not in names]
        faults |= {say("{file}: no column {column}.", file=file.name, column=name): None for name in missing}
        told = names if missing else told
    if faults:
        raise ConfigError.of([*faults], next_step=say("Its columns are: {columns}.", columns=", ".join(told)))


def _check_rows(engine: Engine, paths: Sequence[Path], done: PeopleRead) -> None:
    """Refuse files that tell nothing of anybody; column names are not shown, for want of a header they are data."""
    names = ", ".join(path.name for path in paths)
    if not engine.count(landing.PEOPLE):
        raise SourceError(
            say("{files}: no row can be read; rows refused: {rejects}.", files=names, rejects=done.rejects)
        )
    if not done.columns:
        raise ConfigError.of(
            [say("{files}: no column is known to name a person.", files=names)],
            next_step=say("Say which are: --columns last_name=COLUMN,first_name=COLUMN …"),
        )


def _check_ids(engine: Engine, id_column: str) -> None:
    repeated = engine.value(
        "select count(*) from (select record_id from landing.people group by record_id having count(*) > 1) as repeats"
    )
    if repeated:
        raise ConfigError.of(
            [
                say(
                    "{count} values of {column} stand on several rows: it does not number records.",
                    count=repeated,
                    column=id_column,
                )
            ],
            next_step=say("Name another column with --id, or leave --id out: lines are numbered."),
        )


def people_rows(
    rows: pa.Table, mapping: Mapping[str, str], system: str, file: str, id_column: str, *, part: str = ""
) -> pa.Table:
    """Return the rows of landing.people that a table of text makes: one row a row.

    Args:
        part: sheet or table of the file, before each number; "" when the file has one.
    """
    count = len(rows)
    lines = pc.cast(rows["_line"], pa.int64())
    keys = rows[id_column] if id_column else pc.cast(lines, pa.string())
    keys = pc.coalesce(keys, pc.binary_join_element_wise("line ", pc.cast(lines, pa.string()), ""))
    if part:
        keys = pc.binary_join_element_wise(part, keys, ":")
    load_id = f"{system}-{hashlib.blake2b(file.encode(), digest_size=4).hexdigest()}"
    made = {
        "source": pa.array([system] * count, pa.string()),
        "load_id": pa.array([load_id] * count, pa.string()),
        "file": pa.array([file] * count, pa.string()),
        "line": lines,
        "system": pa.array([system] * count, pa.string()),
        "person_key": keys,
        "record_id": pc.binary_join_element_wise(system, keys, ":"),
    }
    for name, expression in mapping.items():
        made[name] = _combined(rows, expression)
    return pa.table(made)


def _combined(rows: pa.Table, expression: str) -> pa.ChunkedArray:
    names = [name for name in rows.column_names if name != "_line"]
    parts = [rows[name] for name in columns_in(expression, names)]
    if len(parts) == 1:
        return parts[0]
    if "/" in expression:
        # a date lacking its day or its month still tells the year; cleaning refuses what lacks the year
        dated = pc.binary_join_element_wise(*(pc.fill_null(part, "") for part in parts), "/")
        return pc.utf8_trim(pc.replace_substring_regex(dated, r"/{2,}", "/"), "/")
    # null_handling="skip" loses the rows where every part is null
    joined = pc.binary_join_element_wise(*(pc.fill_null(part, "") for part in parts), " ")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(joined, r"\s{2,}", " "))


def _append(engine: Engine, people: pa.Table) -> None:
    engine.connection.register("people_read", people)
    try:
        engine.insert(landing.PEOPLE, "select * from people_read")
    finally:
        engine.connection.unregister("people_read")


def make_folder(out: Path) -> None:
    """Make the folder of the results.

    Raises:
        StorageError: it cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(say("Cannot write in {folder}.", folder=out), next_step=str(error.strerror)) from error


def systems_of(paths: Sequence[Path]) -> list[str]:
    """Return what the records of each file are known under: its name, numbered when two bear the same.

    >>> systems_of([Path("a/people.csv"), Path("b/people.csv"), Path("web.csv")])
    ['people', 'people_2', 'web']
    """
    systems: list[str] = []
    for path in paths:
        turn = 1
        while (name := path.stem if turn == 1 else f"{path.stem}_{turn}") in systems:
            turn += 1
        systems.append(name)
    return systems
