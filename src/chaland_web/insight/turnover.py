"""Turnover = active customers × purchases each × basket, and what each brought to the change in a year."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight
from chaland_web import formats
from chaland_web.insight.plots import Bars, step_rows
from chaland_web.insight.sheets import Column, Figure, Page, Sheet, Teller

SPLIT = _(
    "Net amount of known customers over twelve months = active customers × purchases per customer × net amount per "
    "purchase. The change from the year before is shared between the three by logarithmic means (Ang, 2004): the parts "
    "add up to the change exactly, in whatever order they are taken."
)
PARTS = {
    "change_from_customers": _("More or fewer customers"),
    "change_from_frequency": _("More or fewer purchases each"),
    "change_from_basket": _("Larger or smaller baskets"),
}
YEAR = _(
    "Twelve months that end on the day looked from, or on its anniversaries; only years wholly covered by tickets."
)


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    year = ask.rows(insight.TURNOVER)[-1]
    if year["change_amount"] is None:
        return tell.amount(year["amount"]), gettext("from known customers in twelve months")
    before = float(year["amount"]) - year["change_amount"]
    return tell.signed(year["change_amount"] / before) if before else "–", gettext(
        "of turnover from known customers in a year, to %(amount)s"
    ) % {"amount": tell.amount(year["amount"])}


def _share(year: Row, before: Row | None, name: str, tell: Teller) -> str:
    if before is None or not before[name] or year[name] is None:
        return ""
    return gettext("%(change)s in a year") % {"change": tell.signed(float(year[name]) / float(before[name]) - 1)}


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page."""
    years = ask.rows(insight.TURNOVER)
    year, before = years[-1], years[-2] if len(years) > 1 else None
    figures = [
        Figure(_("Turnover, 12 months"), tell.amount(year["amount"]), _share(year, before, "amount", tell), YEAR),
        Figure(
            _("Active customers"),
            tell.count(year["active_customers"]),
            _share(year, before, "active_customers", tell),
            _("Customers with at least one purchase in the twelve months."),
        ),
        Figure(
            _("Purchases each"),
            tell.shown(year["frequency"], "two"),
            _share(year, before, "frequency", tell),
            _("Purchases over active customers."),
        ),
        Figure(
            _("Basket"),
            tell.shown(year["basket_amount"], "price"),
            _share(year, before, "basket_amount", tell),
            _("Net amount over purchases."),
        ),
        Figure(
            _("Without a customer"),
            tell.amount(year["anonymous_amount"]),
            _share(year, before, "anonymous_amount", tell),
            _("Net amount of the tickets that bear no customer: not in the split."),
        ),
    ]
    value, told = head(ask, tell)
    sheets = [_split(one, former, tell) for former, one in reversed(list(pairwise(years)))][:3]
    sheets.append(
        Sheet(
            "annees",
            _("Year by year"),
            SPLIT,
            (
                Column("last_date", _("Year to"), "day"),
                Column("amount", _("Turnover"), "amount"),
                Column("active_customers", _("Active customers")),
                Column("tickets", _("Purchases")),
                Column("frequency", _("Purchases each"), "two"),
                Column("basket_amount", _("Basket"), "price"),
                Column("change_amount", _("Change in a year"), "amount"),
                *(Column(name, label, "amount") for name, label in PARTS.items()),
                Column("anonymous_amount", _("Without a customer"), "amount"),
            ),
            years,
            is_wide=True,
            is_folded=False,
        )
    )
    return Page(f"{value} {told}.", figures, sheets)


def _split(year: Row, before: Row, tell: Teller) -> Sheet:
    def end(row: Row) -> tuple[str, float, str]:
        named = gettext("Year to %(day)s") % {"day": formats.day(row["last_date"], tell.language)}
        return (named, float(row["amount"]), tell.shown(row["amount"], "amount"))

    rows = [{"name": end(before)[0], "amount": before["amount"]}]
    parts = []
    for name, label in PARTS.items():
        if year[name] is not None:
            parts.append((str(label), year[name], tell.signed(year[name], "amount")))
            rows.append({"name": label, "amount": year[name]})
    rows.append({"name": end(year)[0], "amount": year["amount"]})
    return Sheet(
        f"variation-{year['last_date']:%Y}",
        _("Where the change comes from"),
        SPLIT,
        (Column("name", _("Part"), "text"), Column("amount", _("Amount"), "amount")),
        rows,
        chart=Bars(gettext("From one year to the next"), step_rows(end(before), parts, end(year))),
        is_wide=True,
        shown_rows=0,
    )
