"""Values that so many records give that they tell nobody: a placeholder name, a building, the e-mail of a shop.

They join nobody (blocks beyond a cap are dropped, contacts of too many names are taken away): this tells of them, by
what they look like, never by what they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity.records import Coded, Codes, Records, Strings, joint

MOST_SHAPES = 3
"""Shapes of a kind that are told."""
CROWDED_NAME = 0.001
"""Share of the records beyond which one first and last name is hardly anybody's: the commonest in France is ten times
rarer."""
LONGEST = 40
"""Letters of a shape that are told."""


@dataclass(frozen=True)
class Crowds:
    """What too many records share, kind by kind: those that most records give first.

    Attributes:
        contacts: shape, contacts, records: e-mails and numbers of too many last names, taken away.
        names, houses: shape, values, records.
    """

    contacts: list[dict[str, Any]] = field(default_factory=list)
    names: list[dict[str, Any]] = field(default_factory=list)
    houses: list[dict[str, Any]] = field(default_factory=list)

    def facts(self) -> dict[str, list[dict[str, Any]]]:
        """Return it as plain values, for the manifest of the snapshot."""
        return {"shared_contacts": self.contacts, "crowded_names": self.names, "crowded_houses": self.houses}


def crowds_of(engine: Engine, records: Records, *, most: int) -> Crowds:
    """Return what too many of the records share.

    Args:
        most: records of one house that are still compared.
    """
    return Crowds(_contacts(engine, records.dropped_contacts), _names(records, most), _houses(records, most))


def shape_of(text: str) -> str:
    """Return what a text looks like: a letter is a, a digit 9.

    >>> shape_of("1 RUE DE LA TOUR")
    '9 aaa aa aa aaaa'
    """
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text))[:LONGEST]


def _contacts(engine: Engine, dropped: Strings) -> list[dict[str, Any]]:
    if not len(dropped):
        return []
    engine.connection.register("identity_dropped", pa.table({"contact": pa.array(dropped, pa.string())}))
    try:
        found = engine.arrow(sql_text("chaland.identity", "shared_shapes.sql"), {"most": MOST_SHAPES})
    finally:
        engine.connection.unregister("identity_dropped")
    shapes: list[dict[str, Any]] = found.to_pylist()
    return shapes


def _names(records: Records, most: int) -> list[dict[str, Any]]:
    least = max(most, int(CROWDED_NAME * len(records)))
    first, last = records.first_name, records.last_name
    # a crowded name has a crowded last name: few rows are left
    crowded = np.append(np.bincount(last.codes[last.codes >= 0], minlength=len(last.values)) > least, False)
    rows = np.flatnonzero(crowded[last.codes])
    found = _beyond(joint(first.codes[rows] + 1, last.codes[rows]), least)
    return _told((f"{_text(first, rows[place])} {_text(last, rows[place])}", count) for place, count in found)


def _houses(records: Records, most: int) -> list[dict[str, Any]]:
    number, street = records.street_number, records.street
    found = _beyond(records.home, most)
    return _told((f"{_text(number, row)} {_text(street, row)}", count) for row, count in found)


def _beyond(codes: Codes, least: int) -> list[tuple[int, int]]:
    """Return, for each code that more than `least` rows have, the first of its rows and how many they are."""
    counts = np.bincount(codes[codes >= 0])
    return [(int(np.argmax(codes == code)), int(counts[code])) for code in np.flatnonzero(counts > least).tolist()]


def _told(found: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    values: dict[str, int] = defaultdict(int)
    records: dict[str, int] = defaultdict(int)
    for text, count in found:
        shape = shape_of(text.strip())
        values[shape] += 1
        records[shape] += count
    best = sorted(values, key=lambda shape: (-records[shape], shape))[:MOST_SHAPES]
    return [{"shape": shape, "values": values[shape], "records": records[shape]} for shape in best]


def _text(column: Coded, row: int) -> str:
    code = column.codes[row]
    return str(column.values[code]) if code >= 0 else ""
