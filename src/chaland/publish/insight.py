"""What the studies of a snapshot say: their tables, what they refused, and what they know of one customer.

Reads insight.* of the snapshot, whole tables where they are small. A snapshot made before the studies has none of them:
every answer is then empty.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from chaland.engine.duckdb import quoted, sql_text
from chaland.language import say_in
from chaland.publish.prepared import STUDIED
from chaland.publish.reader import Reader
from chaland.tables import Table, insight, insight_studies

Row = dict[str, Any]

_BASKETS = {"basket_pairs": "insight_pairs.sql", "basket_rules": "insight_rules.sql"}

MOST_ROWS = 20_000
"""Rows of a table a page may ask for: the tables read whole are far below."""


@dataclass(frozen=True)
class StudyState:
    """One study of the snapshot; templates are None where nothing is refused, or missing."""

    study: str
    looked_from_date: date
    refusal: str | None
    refusal_values: str | None
    remark: str | None
    remark_values: str | None

    def refused(self, language: str) -> str:
        """Return why there is no result, in a language; "" when there is one."""
        return _told(language, self.refusal, self.refusal_values)

    def remarked(self, language: str) -> str:
        """Return what part of the result is missing and why, in a language; "" when all is there."""
        return _told(language, self.remark, self.remark_values)


def _told(language: str, template: str | None, values: str | None) -> str:
    return say_in(language, template, json.loads(values or "{}")) if template else ""


def _plain(text: str) -> str:
    """Return a text in small letters without accents, as labels are compared.

    >>> _plain(" Étagère ")
    'etagere'
    """
    parts = unicodedata.normalize("NFD", text.strip().lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@dataclass(frozen=True)
class CustomerInsight:
    """What the studies say of one customer, looked at from `looked_from_date`; None where they say nothing of him.

    Attributes:
        segment: code of the behavioural segment (insight.rfm).
        rfm_cell: the three scores, best 555.
        abc: class of the last twelve months: A makes the first 80 % of the amount, B the next 15 %.
        alive_probability: of still being a customer.
        purchases_12_months: expected; nine customers in ten like him stay within low and high.
        value_12_months: expected, in the base's currency; None when amounts cannot be modelled.
        is_silent: silent for longer than nineteen gaps in twenty at his rhythm (`silence_limit_days`).
        buys_probability: of a purchase in the next 90 days.
        reasons: the five variables that move it most, "+recency" up, "-gap" down.
    """

    looked_from_date: date
    segment: str | None
    rfm_cell: str | None
    r_score: int | None
    f_score: int | None
    m_score: int | None
    rfm_recency_days: int | None
    rfm_frequency_orders: int | None
    rfm_monetary_amount: Decimal | None
    abc: str | None
    abc_amount: Decimal | None
    alive_probability: float | None
    purchases_12_months: float | None
    purchases_12_low: int | None
    purchases_12_high: int | None
    value_12_months: Decimal | None
    value_12_low: Decimal | None
    value_12_high: Decimal | None
    silence_days: int | None
    gap_days: float | None
    silence_limit_days: float | None
    is_silent: bool | None
    buys_probability: float | None
    reasons: list[str] | None


class InsightReader:
    """The questions one request may ask of the studies, through its reader of the snapshot."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @cached_property
    def _tables(self) -> dict[str, set[str]]:
        """The columns of each insight table."""
        return {row["table_name"]: set(row["columns"]) for row in self._question("insight_tables.sql")}

    def holds(self, *tables: Table) -> bool:
        """Tell whether the snapshot holds these insight tables, as they are today."""
        return all(self._tables.get(table.name, set()).issuperset(table.column_names) for table in tables)

    def studies(self) -> dict[str, StudyState]:
        """Return the studies of the snapshot by name; empty when it was made before them."""
        return {row["study"]: StudyState(**row) for row in self.rows(insight.STUDIES)}

    def rows(self, table: Table, **equal: str | int) -> list[Row]:
        """Return the rows of an insight table in its order, 20 000 at most; empty when the snapshot has no such table.

        Args:
            equal: column = value the rows must have.
        """
        if not self.holds(table):
            return []
        names = ", ".join(quoted(name) for name in table.column_names)
        asked = " and ".join(f"{quoted(table.column(name).name)} = ${name}" for name in equal)
        order = ", ".join(quoted(name) for name in table.sort_by)
        text = f"select {names} from {table.full_name}"  # noqa: S608 - names of the contract only
        text += f" where {asked}" if asked else ""
        text += f" order by {order}" if order else ""
        return self._reader.select(f"{text} limit {MOST_ROWS}", equal)

    def shop_names(self) -> dict[str, str]:
        """Return the name of each shop by its key."""
        return {row["shop_key"]: row["shop_name"] or row["shop_key"] for row in self._question("shops.sql")}

    def baskets(
        self,
        what: Table,
        level: str,
        *,
        scope: str = "all",
        scope_key: str = "",
        text: str = "",
        order: str = "lift",
        rows: int = 50,
    ) -> list[Row]:
        """Return what chance does not explain at a level, the strongest first.

        Args:
            what: BASKET_PAIRS, or BASKET_RULES.
            scope, scope_key: "all" and "", or a shop, or a season.
            text: held by a label, whatever the accents; "" for all.
            order: lift or tickets; for rules, confidence too.
        """
        if not self.holds(what):
            return []
        wanted = {"level": level, "scope": scope, "scope_key": scope_key, "text": _plain(text), "order": order}
        return self._question(_BASKETS[what.name], {**wanted, "rows": rows})

    def transitions(self, level: str, *, rows: int = 50) -> list[Row]:
        """Return what follows what beyond chance at a level, the strongest first."""
        held = self.holds(insight_studies.PATH_TRANSITIONS)
        return self._question("insight_transitions.sql", {"level": level, "rows": rows}) if held else []

    def sequences(self, level: str, *, rows: int = 50) -> list[Row]:
        """Return the frequent sequences of a level, the strongest first."""
        held = self.holds(insight_studies.PATH_SEQUENCES)
        return self._question("insight_sequences.sql", {"level": level, "rows": rows}) if held else []

    def unsatisfied_shops(self) -> list[Row]:
        """Return, by shop judged, who is not satisfied: how many, how many nobody has answered, what is at stake."""
        held = self.holds(insight_studies.SATISFACTION_ALERTS)
        return self._question("insight_unsatisfied_shops.sql") if held else []

    def unsatisfied(
        self, *, shops: Sequence[str] | None, waiting: bool = False, rows: int = 50, skip: int = 0
    ) -> list[Row]:
        """Return the customers who are not satisfied, by name, those nobody has answered first; for `access` alone.

        Args:
            shops: shops judged, or None for all.
            waiting: only those nobody has answered.
        """
        if not self.holds(insight_studies.SATISFACTION_ALERTS):
            return []
        wanted = {"shops": None if shops is None else list(shops), "waiting": waiting, "rows": rows, "skip": skip}
        return self._question("insight_unsatisfied.sql", wanted)

    def comments(
        self, words: Sequence[str], *, shops: Sequence[str] | None, unhappy: bool = False, rows: int = 50
    ) -> list[Row]:
        """Return the answers whose comment holds every word (small letters, no accents), latest first; for `access`."""
        wanted = {"words": list(words), "shops": None if shops is None else list(shops)}
        return self._question("survey_comments.sql", {**wanted, "unhappy": unhappy, "rows": rows})

    def customer(self, customer_id: str) -> CustomerInsight | None:
        """Return what the studies say of a customer; None when the snapshot has no study or none speaks of him."""
        prepared = self._reader.prepared_kinds
        if "insight" not in prepared and (prepared or not self.holds(*STUDIED)):
            return None
        names, rows = self._reader.answer("insight", customer_id)
        if not rows:
            return None
        found = CustomerInsight(**dict(zip(names, rows[0], strict=True)))
        return found if found.segment or found.silence_days is not None else None

    def _question(self, file: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        return self._reader.select(sql_text("chaland.publish", f"sql/{file}"), parameters)
