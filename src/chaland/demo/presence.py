"""Which system knows whom, since when: one record per person and system, and a few persons recorded twice.

Record numbers are positions: the crowd's n-th card holder, caller … `keys.py` turns them into each system's own key.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.demo.history import Array, History, stream
from chaland.demo.people import People
from chaland.demo.rates import MessRates

CARD, SITE, SURVEYS, HELPLINE, PROJECTS, INSTALLS = "carte", "site", "enquetes", "assistance", "projets", "poses"
SYSTEMS = (CARD, SITE, SURVEYS, HELPLINE, PROJECTS, INSTALLS)


@dataclass(frozen=True)
class Records:
    """Records of one system, in the order of their keys.

    Attributes:
        person: index of the person.
        opened_day: day the record was made (card delivered, account opened, project opened …).
        written_day: day its content was last written; addresses and names are those of that day.
        is_second: second record of the same person (a duplicate inside the source).
    """

    system: str
    person: Array
    opened_day: Array
    written_day: Array
    is_second: Array

    @property
    def count(self) -> int:
        return len(self.person)


def _between(low: Array, high: int, rng: np.random.Generator) -> Array:
    """Return a day between each low day and the end."""
    made: Array = (low + rng.random(len(low)) * np.maximum(high - low, 1)).astype(np.int32)
    return np.minimum(made, high - 1)


def _records(
    system: str, person: Array, opened: Array, updated: Array, days: int, duplicate: float, rng: np.random.Generator
) -> Records:
    """Return records sorted by opening day; a share of the persons has a second one, opened later."""
    twice = np.flatnonzero(rng.random(len(person)) < duplicate)
    again = _between(opened[twice] + 1, days, rng)
    persons = np.concatenate([person, person[twice]]).astype(np.int32)
    opened = np.concatenate([opened, again]).astype(np.int32)
    written = np.concatenate([np.maximum(updated, opened[: len(person)]), again]).astype(np.int32)
    second = np.concatenate([np.zeros(len(person), bool), np.ones(len(twice), bool)])
    order = np.lexsort((persons, opened))
    return Records(system, persons[order], opened[order], written[order], second[order])


def draw_presence(people: People, history: History, rates: MessRates, seed: int) -> dict[str, Records]:
    """Return the records of each system; every person is in one at least (the card, failing any other)."""
    rng = stream(seed, "presence")
    count, days = people.count, history.days
    everybody = np.arange(count, dtype=np.int32)
    age = history.as_of.year - (people.born.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970)
    since = np.maximum(people.tenure_day, 0)
    member = {
        CARD: rng.random(count) < 0.80,
        SITE: rng.random(count) < np.clip(0.78 - (age - 30) * 0.011, 0.12, 0.78),
        SURVEYS: rng.random(count) < 0.12,
        HELPLINE: rng.random(count) < 0.23,
        PROJECTS: rng.random(count) < 0.155,
    }
    member[INSTALLS] = rng.random(count) < np.where(member[PROJECTS], 0.34, 0.04)
    member[CARD] |= ~np.logical_or.reduce(list(member.values()))
    opened = {
        CARD: np.minimum(people.tenure_day + rng.exponential(25, count), days - 1).astype(np.int32),
        SITE: _between(np.maximum(people.tenure_day, -600), days, rng),
        SURVEYS: _between(since, days, rng),
        HELPLINE: _between(since, days, rng),
        PROJECTS: _between(since, days, rng),
        INSTALLS: _between(since, days, rng),
    }
    updates = rng.random(count) < 0.4
    updated = np.where(updates, _between(since, days, rng), opened[CARD])
    account = np.where(rng.random(count) < 0.5, _between(np.maximum(opened[SITE], 0), days, rng), opened[SITE])
    again = {CARD: rates.duplicate, SITE: rates.duplicate, HELPLINE: rates.duplicate, SURVEYS: 0.15, PROJECTS: 0.06}
    found = {}
    for system in SYSTEMS:
        there = everybody[member[system]]
        written = {CARD: updated, SITE: account}.get(system, opened[system])
        found[system] = _records(
            system, there, opened[system][there], written[there], days, again.get(system, 0.0), stream(seed, system)
        )
    return found
