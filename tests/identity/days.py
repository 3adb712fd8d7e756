"""Runs of the identity room one after another, as the nightly build makes them: each goes on from the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from tests.cast import load_rows
from tests.identity.town import Row, fill_records

from chaland.config import Settings
from chaland.engine import Engine
from chaland.identity import Identified, identify
from chaland.progress import Reporter
from chaland.tables import clean, identity, landing

AS_OF = date(2026, 11, 1)
KEPT = (
    (identity.PERSONS, identity.PREVIOUS),
    (identity.ALIASES, identity.PREVIOUS_ALIASES),
    (identity.HOUSEHOLD_ALIASES, identity.PREVIOUS_HOUSEHOLD_ALIASES),
    (identity.PAIRS, identity.PREVIOUS_PAIRS),
    (identity.VALUES, identity.PREVIOUS_VALUES),
    (identity.CUSTOMERS, identity.PREVIOUS_CUSTOMERS),
    (identity.HOUSEHOLDS, identity.PREVIOUS_HOUSEHOLDS),
    (identity.QUESTIONS, identity.PREVIOUS_QUESTIONS),
    (identity.MODEL, identity.PREVIOUS_MODEL),
)


class Night:
    """A run: its engine, the folder of its index, and how it went."""

    def __init__(
        self,
        rows: Sequence[Row],
        folder: Path,
        *,
        after: Night | None = None,
        words: Sequence[Row] = (),
        corrections: Sequence[Row] = (),
        companies: Sequence[Row] = (),
        settings: Settings | None = None,
        is_full: bool = False,
        as_of: date = AS_OF,
    ) -> None:
        self.folder = folder
        self.engine = Engine(threads=2)
        fill_records(self.engine, rows)
        load_rows(self.engine, landing.DECISIONS, list(words))
        load_rows(self.engine, clean.CORRECTIONS, list(corrections))
        load_rows(self.engine, clean.COMPANIES, list(companies))
        if after:
            for table, before in KEPT:
                self.engine.load(before, after.engine.arrow(f"select * from {table.full_name}"))
        self.how: Identified = identify(
            self.engine,
            settings or Settings(folder=Path()),
            as_of=as_of,
            reporter=Reporter(),
            index=folder,
            previous=after.folder if after else None,
            is_full=is_full,
        )

    @cached_property
    def customers(self) -> dict[str, str]:
        return dict(self.engine.rows("select record_id, customer_id from identity.persons"))

    @cached_property
    def households(self) -> dict[str, str]:
        return dict(self.engine.rows("select record_id, household_id from identity.persons"))

    @cached_property
    def by_customer(self) -> dict[str, list[tuple[str, str]]]:
        """Records of each customer, each with its household."""
        found: dict[str, list[tuple[str, str]]] = {}
        sql = "select customer_id, record_id, household_id from identity.persons order by record_id"
        for customer, record, household in self.engine.rows(sql):
            found.setdefault(customer, []).append((record, household))
        return found


def pairs_of(groups: dict[str, str]) -> set[tuple[str, str]]:
    """Return the pairs of records that stand in one group."""
    together: dict[str, list[str]] = {}
    for record, name in sorted(groups.items()):
        together.setdefault(name, []).append(record)
    return {(one, other) for group in together.values() for one in group for other in group if one < other}


def in_common(one: dict[str, str], other: dict[str, str]) -> float:
    """Return the share of the pairs that two results have in common."""
    mine, theirs = pairs_of(one), pairs_of(other)
    return len(mine & theirs) / len(mine | theirs)
