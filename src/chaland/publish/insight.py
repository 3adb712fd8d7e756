"""What the studies of a snapshot say: their tables, what they refused, and what they know of one customer.

Reads insight.* of the snapshot, whole tables where they are small. A snapshot made before the studies has none of them:
every answer is then empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from chaland.engine.duckdb import quoted, sql_text
from chaland.language import say_in
from chaland.publish.reader import Reader
from chaland.tables import Table, insight, insight_studies

Row = dict[str, Any]

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
    def _tables(self) -> set[str]:
        return {row["table_name"] for row in self._question("insight_tables.sql")}

    def holds(self, *tables: Table) -> bool:
        """Tell whether the snapshot holds these insight tables."""
        return self._tables.issuperset(table.name for table in tables)

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

    def pairs(
        self, level: str, *, text: str = "", order: str = "lift", only_significant: bool = True, rows: int = 50
    ) -> list[Row]:
        """Return the pairs of a level, the strongest first; `text`: folded, held by a label; `order`: lift, tickets."""
        return self._asked(insight.BASKET_PAIRS, "insight_pairs.sql", level, text, order, only_significant, rows)

    def rules(
        self, level: str, *, text: str = "", order: str = "lift", only_significant: bool = True, rows: int = 50
    ) -> list[Row]:
        """Return the rules of a level, the strongest first; `order`: lift, tickets or confidence."""
        return self._asked(insight.BASKET_RULES, "insight_rules.sql", level, text, order, only_significant, rows)

    def _asked(
        self, table: Table, file: str, level: str, text: str, order: str, only_significant: bool, rows: int
    ) -> list[Row]:
        if not self.holds(table):
            return []
        parameters = {"level": level, "text": text, "order": order, "is_significant": only_significant, "rows": rows}
        return self._question(file, parameters)

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
        if not self.holds(insight.STUDIES, insight.RFM, insight.ABC, insight.CLV, insight.CHURN):
            return None
        row = self._question("insight_customer.sql", {"customer_id": customer_id})[0]
        found = CustomerInsight(**row)
        return found if found.segment or found.silence_days is not None else None

    def _question(self, file: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        return self._reader.select(sql_text("chaland.publish", f"sql/{file}"), parameters)
