"""Which column of a file is which field of a person: said by its user, or guessed as `chaland inspect` guesses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from chaland.clean.whole_persons import FIELDS as WHOLE_FIELDS
from chaland.clean.whole_persons import LOOKED_AT, holds_whole_persons
from chaland.config import PERSON_FIELD_NAMES, SourceSettings
from chaland.errors import ConfigError
from chaland.ingest.samples import Sample
from chaland.ingest.weigh import SURE, columns_of
from chaland.language import say

LOOKED_AT_ROWS = 2000
"""Rows, spread over a file, in which what its columns hold is looked at."""
FEW = 100
"""Values looked at in a column of which the rows looked at hold none."""
COMPARED = frozenset(PERSON_FIELD_NAMES) - {"card_tier"} - {name for name in PERSON_FIELD_NAMES if "consent" in name}
"""Fields worth guessing where people are told apart."""
_UNNAMED = re.compile(r"c[1-9][0-9]*")


def parse_columns(text: str) -> dict[str, str]:
    """Read `first_name=given_name,birth_date=bd/bm/by,street=number+way`.

    Raises:
        ConfigError: a part is not `field=column`, or the field is unknown.

    >>> parse_columns("first_name=prenom,birth_date=jour/mois/an")
    {'first_name': 'prenom', 'birth_date': 'jour/mois/an'}
    """
    faults, mapping = [], {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        field, equals, columns = (piece.strip() for piece in part.partition("="))
        if not equals or not columns:
            faults.append(say("{part}: expected field=column.", part=part))
        elif field not in PERSON_FIELD_NAMES:
            known = ", ".join(PERSON_FIELD_NAMES)
            faults.append(say("{field}: unknown field; the fields are {known}.", field=field, known=known))
        else:
            mapping[field] = columns
    if faults:
        raise ConfigError.of(faults)
    return mapping


def guess_columns(
    names: Sequence[str], given: Mapping[str, str], hidden: Sequence[str], rows: pa.Table | None = None
) -> dict[str, str]:
    """Return field → column: those given, then each column that its name, and what it holds, say to be a field.

    The vocabulary and the weighing are those of `chaland inspect`. A column is taken for what it holds alone only where
    no name of the file says anything.

    Args:
        names: the file's columns.
        given: field → column, or several joined by + or /.
        hidden: columns that are no field.
        rows: the file's rows, as text; names speak alone when None.

    >>> guess_columns(["Id", "Prénom", "Nom", "Zip"], {"first_name": "Prénom"}, ["Id"])
    {'first_name': 'Prénom', 'last_name': 'Nom', 'postcode': 'Zip'}
    >>> guess_columns(["fname_c1", "fname_c2", "lname", "bd", "bm", "by"], {}, [])
    {'first_name': 'fname_c1+fname_c2', 'last_name': 'lname', 'birth_date': 'bd/bm/by'}
    """
    used = {column for columns in given.values() for column in columns_in(columns, names)} | set(hidden)
    free = tuple(name for name in names if name not in used)
    values, count = _looked_at(rows, free)
    sample = Sample(Path(), SourceSettings(name=""), "", free, values, count)
    guesses = [guess for guess in columns_of(sample, "people", given) if guess.field in COMPARED]
    is_named = any(guess.by != "content" for guess in guesses) or bool(given)
    mapping = dict(given)
    for guess in guesses:
        is_strange = guess.by == "content" and is_named and not _UNNAMED.fullmatch(guess.column)
        if guess.confidence >= SURE and guess.field not in mapping and not guess.is_doubtful and not is_strange:
            mapping[guess.field] = _expression(guess.field, guess.column, free)
    return mapping


def _looked_at(rows: pa.Table | None, names: Sequence[str]) -> tuple[dict[str, list[str | None]], int]:
    """Return the values looked at, column by column, and how many rows they are: spread over the file."""
    if rows is None or not len(rows):
        return {}, 0
    step = -(-len(rows) // LOOKED_AT_ROWS)
    seen = rows.select(list(names)).take(pa.array(range(0, len(rows), step)))
    values = {name: seen[name].to_pylist() for name in names}
    for name in names:
        if not any(values[name]):  # what few rows of a large file hold
            values[name] = rows[name].drop_null().slice(0, FEW).to_pylist()
    return values, len(seen)


def _expression(field: str, column: str, names: Sequence[str]) -> str:
    """Return what a guess reads: its column, or its columns joined by a space, those of a date by slashes."""
    if column in names:
        return column
    return column.replace(" + ", "/" if field == "birth_date" else "+")


_PLACES = frozenset({"street", "postcode", "city"})


def whole_column(rows: pa.Table, mapping: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the column, of those named, that holds whole persons, name and address in one text; "" when none does."""
    if _PLACES & set(mapping):
        return ""
    held = {said: field_name for field_name, said in mapping.items()}
    for name in names:
        if held.get(name, WHOLE_FIELDS[0]) not in WHOLE_FIELDS:
            continue
        if holds_whole_persons([value for value in rows[name].slice(0, LOOKED_AT).to_pylist() if value]):
            return name
    return ""


def with_whole(mapping: Mapping[str, str], whole: str) -> dict[str, str]:
    """Return field → column with a column of whole persons among them: cleaning takes it apart.

    >>> with_whole({"address": "Contact"}, "Contact"), with_whole({"card_number": "Carte"}, "Contact")
    ({'address': 'Contact'}, {'card_number': 'Carte', 'full_name': 'Contact'})
    """
    free = next(name for name in WHOLE_FIELDS if name not in mapping or mapping[name] == whole)
    return dict(mapping) if whole in mapping.values() else {**mapping, free: whole}


def columns_in(expression: str, names: Sequence[str]) -> list[str]:
    """Return the columns an expression names: one column, or several joined by / or +."""
    if expression in names:
        return [expression]
    separator = "/" if "/" in expression else "+"
    return [part.strip() for part in expression.split(separator)]


def left_of(names: Sequence[str], mapping: Mapping[str, str], hidden: Sequence[str]) -> list[str]:
    """Return the columns that are no field.

    >>> left_of(["id", "bd", "bm", "by", "note"], {"birth_date": "bd/bm/by"}, ["id"])
    ['note']
    """
    used = {column for said in mapping.values() for column in columns_in(said, names)} | set(hidden)
    return [name for name in names if name not in used]
