"""Of the customers who first bought in a month, how many come back, month after month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight
from chaland_web import formats
from chaland_web.insight.plots import Cell, Heat, heat, lines
from chaland_web.insight.sheets import Column, Figure, Page, Sheet, Teller

MONTHS = 24
RETENTION = _(
    "A cohort is the customers who first bought in a month. A square: the share of them who bought in the month so "
    "many months later. A month not yet over is hatched, and left out of the averages. The first cohorts hold older "
    "customers whose earlier purchases are not in the base."
)
AVERAGE = _("All cohorts that have lived that long, together: who bought in that month, over how many they were.")
WORTH = _(
    "Net amount of all cohorts that have lived that long, since their first month included, per customer of theirs."
)


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    average = _averages(ask.rows(insight.COHORTS))
    months = next((months for months in (3, 1, 0) if months in average), 0)
    value = tell.ratio(average[months][0], 0) if average else "–"
    return value, gettext("of new customers buy again in the third month") if months == 3 else gettext(
        "of new customers buy again in the month after"
    )


def _averages(rows: Sequence[Row]) -> dict[int, tuple[float, float, int]]:
    """Return, by months since, the retention and the amount per customer of the cohorts that lived them whole."""
    found = {}
    for months in sorted({row["months_since"] for row in rows}):
        lived = [row for row in rows if row["months_since"] == months and row["is_complete"]]
        people = sum(row["cohort_customers"] for row in lived)
        if people:
            active = sum(row["active_customers"] for row in lived)
            found[months] = (active / people, float(sum(row["amount"] for row in lived)) / people, people)
    return found


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page."""
    rows = ask.rows(insight.COHORTS)
    average = _averages(rows)
    figures = [
        Figure(
            gettext("After %(months)s months") % {"months": months} if months > 1 else _("The month after"),
            tell.ratio(average[months][0]),
            gettext("of %(people)s customers bought then") % {"people": tell.count(average[months][2])},
            AVERAGE,
        )
        for months in (1, 3, 6, 12, 24)
        if months in average
    ]
    value, told = head(ask, tell)
    together, worth = 0.0, []
    for months, (_share, amount, _people) in average.items():
        together += amount
        worth.append({"months_since": months, "amount": together})
    return Page(
        f"{value} {told}.",
        figures,
        [
            _retention(rows, tell),
            Sheet(
                "moyenne",
                _("Average retention"),
                AVERAGE,
                (
                    Column("months_since", _("Months since")),
                    Column("retention_ratio", _("Retention"), "ratio"),
                    Column("customers", _("Customers")),
                ),
                [
                    {"months_since": months, "retention_ratio": one[0], "customers": one[2]}
                    for months, one in average.items()
                ],
                chart=lines(
                    gettext("Average retention by months since the first purchase"),
                    [(gettext("share who buy"), "one", [(float(m), 100 * one[0]) for m, one in average.items() if m])],
                    x_text=lambda x: f"+{x:.0f}",
                    y_text=lambda y: tell.ratio(y / 100, 0),
                    x_title=gettext("Months since the first purchase"),
                    with_dots=True,
                ),
            ),
            Sheet(
                "valeur-cumulee",
                _("What a customer has brought"),
                WORTH,
                (Column("months_since", _("Months since")), Column("amount", _("Amount per customer"), "price")),
                worth,
                chart=lines(
                    gettext("Amount per customer since the first purchase"),
                    [
                        (
                            gettext("amount per customer"),
                            "one",
                            [(float(one["months_since"]), one["amount"]) for one in worth],
                        )
                    ],
                    x_text=lambda x: f"+{x:.0f}",
                    y_text=lambda y: tell.shown(y, "amount"),
                    x_title=gettext("Months since the first purchase"),
                    with_dots=True,
                ),
            ),
        ],
    )


def _retention(rows: Sequence[Row], tell: Teller) -> Sheet:
    by_cohort: dict[date, dict[int, Row]] = {}
    for row in rows:
        by_cohort.setdefault(row["cohort_month"], {})[row["months_since"]] = row
    recent = dict(list(by_cohort.items())[-MONTHS - 1 :])
    months = min(MONTHS, max((row["months_since"] for row in rows), default=0))
    later = [row["retention_ratio"] for row in rows if row["months_since"]]
    high = max(later, default=0.0)

    def cell(row: Row | None) -> Cell | None:
        if row is None:
            return None
        share = row["retention_ratio"]
        told = gettext("%(active)s of %(people)s") % {
            "active": tell.count(row["active_customers"]),
            "people": tell.count(row["cohort_customers"]),
        }
        return Cell(tell.number(100 * share, 0), heat(share, high), told, not row["is_complete"])

    lines_ = tuple(
        (
            f"{formats.short_month(month, tell.language)} {month:%y}",
            tell.count(next(iter(cohort.values()))["cohort_customers"]),
            tuple(cell(cohort.get(since)) for since in range(1, months + 1)),
        )
        for month, cohort in recent.items()
    )
    return Sheet(
        "cohortes",
        _("Who comes back"),
        RETENTION,
        (
            Column("cohort_month", _("First purchase"), "month"),
            Column("months_since", _("Months since")),
            Column("cohort_customers", _("Customers")),
            Column("active_customers", _("Active")),
            Column("retention_ratio", _("Retention"), "ratio"),
            Column("amount", _("Amount of the month"), "amount"),
            Column("is_complete", _("Month over"), "bool"),
        ),
        rows,
        chart=Heat(
            gettext("Retention by month of first purchase, in per cent"),
            gettext("First purchase"),
            tuple(f"+{since}" for since in range(1, months + 1)),
            lines_,
            aside_head=gettext("Customers"),
            above=gettext("Months since the first purchase; per cent of the cohort"),
        ),
        is_wide=True,
        shown_rows=0,
    )
