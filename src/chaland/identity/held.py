"""One record, and rows of the index, in the matcher's form: built from the index's own codes, without a table between.

What records.py does for millions of rows costs a few records more in calls than in work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.identity.index import TEXTS, Index
from chaland.identity.records import NEVER_US, Coded, Codes, Ints, Records, Strings

_NOTHING: Strings = np.zeros(0, dtype=object)


def record_of(row: Mapping[str, Any]) -> Records:
    """Return one record from its matcher's view (records.sql): column → value."""
    phone, mobile = _one(row["phone"]), _one(row["mobile"])
    both = _joined(phone, mobile)
    return Records(
        record_id=pa.array([row["record_id"]], pa.string()),
        is_organisation=np.array([row["is_organisation"]]),
        **{name: _one(row[name]) for name in TEXTS},
        birth_date=np.array([-1 if row["birth_date"] is None else row["birth_date"]], dtype=np.int32),
        birth_year=np.array([-1 if row["birth_year"] is None else row["birth_year"]], dtype=np.int32),
        phone=both.codes[:1],
        mobile=both.codes[1:],
        numbers=both.values,
        is_email_of_name=np.array([row["is_email_of_name"]]),
        recorded_us=np.array([NEVER_US if row["recorded_us"] is None else row["recorded_us"]], dtype=np.int64),
        dropped_contacts=_NOTHING,
    )


def held_with(index: Index, rows: Ints, asked: Records) -> Records:
    """Return the records of some rows of the index, followed by those asked about."""
    place = pa.array(rows, pa.int64())
    texts = {name: _joined(_held(index, name, rows), getattr(asked, name)) for name in TEXTS}
    known = [_held(index, name, rows) for name in ("phone", "mobile")]
    given = [Coded(codes, asked.numbers) for codes in (asked.phone, asked.mobile)]
    numbers = _joined(known[0], given[0], known[1], given[1])
    half = len(rows) + len(asked)

    def plain(name: str, nothing: int | None, of_asked: Any) -> Any:
        taken = (
            index.records[name].chunk(0).take(place) if len(index.records) else pa.array([], index.records[name].type)
        )
        found = taken if nothing is None else taken.fill_null(nothing)
        return np.concatenate([found.to_numpy(zero_copy_only=False).astype(of_asked.dtype), of_asked])

    return Records(
        record_id=pa.array([*index.texts("record_id", rows), *asked.record_id.to_pylist()], pa.string()),
        is_organisation=plain("is_organisation", None, asked.is_organisation),
        **texts,
        birth_date=plain("birth_date", -1, asked.birth_date),
        birth_year=plain("birth_year", -1, asked.birth_year),
        phone=numbers.codes[:half],
        mobile=numbers.codes[half:],
        numbers=numbers.values,
        is_email_of_name=plain("is_email_of_name", None, asked.is_email_of_name),
        recorded_us=plain("recorded_us", NEVER_US, asked.recorded_us),
        dropped_contacts=_NOTHING,
    )


def _one(value: str | None) -> Coded:
    known = value is not None
    return Coded(np.array([0 if known else -1], dtype=np.int32), np.array([value] if known else [], dtype=object))


def _held(index: Index, name: str, rows: Ints) -> Coded:
    """Return a column of some rows, with the values they have."""
    codes = index.codes(name, rows)
    distinct, place = np.unique(codes, return_inverse=True)
    lacks = int(len(distinct) > 0 and distinct[0] < 0)
    if len(distinct) == lacks:
        return Coded(codes, _NOTHING)
    dictionary = index.records[name].chunk(0).dictionary
    values = dictionary.take(pa.array(distinct[lacks:])).to_numpy(zero_copy_only=False)
    return Coded((place - lacks).astype(np.int32), values)


def _joined(*columns: Coded) -> Coded:
    """Return columns one after another, coded together."""
    known: dict[str, int] = {}
    codes: list[Codes] = []
    for column in columns:
        lookup = [known.setdefault(value, len(known)) for value in column.values]
        codes.append(np.array([*lookup, -1], dtype=np.int32)[column.codes])
    return Coded(np.concatenate(codes), np.array([*known], dtype=object))
