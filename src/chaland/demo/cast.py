"""The cast: fourteen persons present in every demonstration, whatever the seed, with hard cases of identity.

Read from `data/cast.toml`. Their records come after the crowd's in each system, under numbers of their own.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.demo.keys import CARD_PREFIX, with_check_digit
from chaland.demo.presence import CARD, INSTALLS, PROJECTS, SURVEYS, SYSTEMS
from chaland.demo.written import WRITTEN

FIRST_ACCOUNT, FIRST_CALLER, FIRST_SURVEY, FIRST_FOLDER = 1001, 1001, 1001, 1001
"""First number of the crowd in each system; the cast's are below."""


@dataclass(frozen=True)
class CastRecord:
    """One record of a cast member: its system, its key there, and what the file says (`facts`, as in cast.toml)."""

    system: str
    key: str
    person: str
    facts: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class CastMember:
    """One person of the cast.

    Attributes:
        person_id, household_id: as in truth.parquet.
        records: his records in every system.
        story: what makes him hard to recognise, in French.
    """

    name: str
    person_id: str
    household_id: str
    records: tuple[CastRecord, ...]
    story: str
    facts: dict[str, Any] = field(repr=False)

    @property
    def record_ids(self) -> tuple[str, ...]:
        """system:key of each record."""
        return tuple(f"{record.system}:{record.key}" for record in self.records)


def person_id(rank: int) -> str:
    """Return the id of a person in the truth; the cast has the first ones."""
    return f"P{rank + 1:08d}"


def household_id(rank: int) -> str:
    """Return the id of a household in the truth; the cast has the first ones."""
    return f"F{rank + 1:08d}"


def key_of(system: str, number: int, facts: dict[str, Any]) -> str:
    """Return the key of the cast's n-th record in a system."""
    if system == CARD:
        return str(with_check_digit(np.array([CARD_PREFIX + number]))[0])
    if system in (PROJECTS, INSTALLS):
        return f"{facts['shop']}-{'P' if system == PROJECTS else 'I'}{number:06d}"
    return f"V{number:07d}" if system == SURVEYS else str(number)


def _read() -> dict[str, CastMember]:
    text = files("chaland.demo").joinpath("data", "cast.toml").read_text(encoding="utf-8")
    homes: dict[str, int] = {}
    counts = dict.fromkeys(SYSTEMS, 0)
    cast = {}
    for rank, facts in enumerate(tomllib.loads(text)["person"]):
        home = homes.setdefault(facts["household"], len(homes))
        records = []
        for system in SYSTEMS:
            for known in facts.get(system, []):
                counts[system] += 1
                records.append(CastRecord(system, key_of(system, counts[system], known), person_id(rank), known))
        cast[facts["name"]] = CastMember(
            facts["name"], person_id(rank), household_id(home), tuple(records), facts["story"], facts
        )
    return cast


CAST: dict[str, CastMember] = _read()
"""The cast by name: helene, marc, lea, zoe, jacques, julien, nadia, sophie, camille, dominique …"""


def cast_households() -> int:
    """Return how many households the cast fills."""
    return len({member.household_id for member in CAST.values()})


def cast_records(system: str) -> list[CastRecord]:
    """Return the cast's records in a system, in the order of their keys."""
    return [record for member in CAST.values() for record in member.records if record.system == system]


def cast_written(system: str) -> pa.Table:
    """Return the WRITTEN columns of the cast's records in a system."""
    known = [record.facts["knows"] for record in cast_records(system)]
    return pa.table({name: pa.array([row.get(name) for row in known], pa.string()) for name in WRITTEN})


def before(days: int, back: int) -> int:
    """Return the day number `back` days before the last day of a history of `days`."""
    return days - 1 - back


def minute_of(clock: str) -> int:
    """Return minutes since midnight.

    >>> minute_of("10:42")
    642
    """
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)
