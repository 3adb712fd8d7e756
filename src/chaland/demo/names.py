"""First names by sex and year of birth, surnames by frequency: drawn from the INSEE tables of the reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chaland.demo.files import PACKAGE
from chaland.demo.history import Array
from chaland.demo.places import data_table, numbers, texts
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.reference import table_path

SPAN_YEARS = 5


@dataclass(frozen=True)
class Names:
    """Dictionaries of names, and the frequencies to draw from them.

    Attributes:
        first: first names, then diminutives.
        last: surnames as written, with capitals and accents.
        nickname: for each first name, the index of its diminutive in `first`, or -1.
        initial: for each first name, the code point of its initial.
        groups: (is woman, first year of five) → indexes in `first` and their cumulated shares.
    """

    first: pa.Array
    last: pa.Array
    last_shares: Array
    nickname: Array
    initial: Array
    groups: dict[tuple[bool, int], tuple[Array, Array]]

    def draw_first(self, is_woman: Array, birth_year: Array, uniform: Array) -> Array:
        """Return first names, each by the frequency of its sex and years of birth."""
        drawn = np.zeros(len(uniform), np.int32)
        span = birth_year // SPAN_YEARS * SPAN_YEARS
        for (woman, year), (members, shares) in self.groups.items():
            mine = np.flatnonzero((is_woman == woman) & (span == year))
            rank = np.searchsorted(shares, uniform[mine], side="right")
            drawn[mine] = members[np.minimum(rank, len(members) - 1)]
        return drawn

    def draw_last(self, uniform: Array) -> Array:
        """Return surnames by their frequency."""
        rank = np.searchsorted(self.last_shares, uniform, side="right")
        return np.minimum(rank, len(self.last) - 1).astype(np.int32)


def written_surname(upper: str, accents: dict[str, str]) -> str:
    """Return a surname of the public file (capitals, no accent) as its bearers write it.

    >>> written_surname("LE GOFF", {}), written_surname("LEBOEUF", {"LEBOEUF": "Lebœuf"})
    ('Le Goff', 'Lebœuf')
    """
    return accents.get(upper) or "'".join(part.title() for part in upper.split("'"))


def read_names(engine: Engine) -> Names:
    """Return the dictionaries."""
    counted = engine.arrow(sql_text(PACKAGE, "first_names.sql"), {"first_names": str(table_path("first_names"))})
    surnames = engine.arrow(sql_text(PACKAGE, "last_names.sql"), {"last_names": str(table_path("last_names"))})
    nicknames = data_table("nicknames.csv")
    given = texts(counted, "name")
    first = list(dict.fromkeys(given + texts(nicknames, "nickname")))
    rank = {name: index for index, name in enumerate(first)}
    nickname = np.full(len(first), -1, np.int32)
    for name, short in zip(texts(nicknames, "first_name"), texts(nicknames, "nickname"), strict=True):
        if name in rank:
            nickname[rank[name]] = rank[short]
    members = np.asarray([rank[name] for name in given], np.int32)
    woman = np.asarray(texts(counted, "sex")) == "F"
    years, births = numbers(counted, "born_from_year").astype(int), numbers(counted, "births")
    groups = {}
    for sex in (False, True):
        for year in range(1930, 2010, SPAN_YEARS):
            chosen = np.flatnonzero((woman == sex) & (years == year))
            shares = np.cumsum(births[chosen])
            groups[sex, year] = (members[chosen], shares / shares[-1])
    accents = data_table("accents.csv")
    written = dict(zip(texts(accents, "upper"), texts(accents, "written"), strict=True))
    frequency = np.cumsum(numbers(surnames, "percent"))
    return Names(
        first=pa.array(first),
        last=pa.array([written_surname(name, written) for name in texts(surnames, "name")]),
        last_shares=frequency / frequency[-1],
        nickname=nickname,
        initial=np.asarray([ord(name[0]) for name in first], np.int32),
        groups=groups,
    )
