"""What customers of high potential discover before they prove loyal: an association, told with its interval."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight_studies
from chaland_web import formats
from chaland_web.insight.paths import (
    DRAWN,
    LEVELS,
    MATRIX_AT_MOST,
    level_asked,
    level_choices,
    points,
    sure_tone,
)
from chaland_web.insight.plots import ranges
from chaland_web.insight.sheets import NONE, Column, Figure, Page, Sheet, Teller

LOYAL = _(
    "Customers who discovered it in the days of discovery, beside customers alike who have never bought "
    "it: same amounts, same rhythm, as lately, as many days and items in those days (coarsened exact matching). The "
    "share of each side that then bought as often as before; the gap, with its interval of 95 % (Mantel-Haenszel, "
    "Sato), is sure when chance does not explain it (Holm, below 5 %). An association, not a cause: what is not in the "
    "tickets is not made equal."
)
POTENTIAL = _(
    "Those that a list of high potential names, when enough of them bought; otherwise the third that spent most in the "
    "first period."
)
ONE = {"department": _("Department"), "family": _("Family"), "product": _("Product")}
BASIS = {"list": _("named by a list"), "amount": _("the third that spent most")}


def _rows(ask: InsightReader, level: str = LEVELS[0]) -> list[Row]:
    return sorted(ask.rows(insight_studies.LOYAL, level=level), key=lambda row: (-row["change"], row["item"]))


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    sure = [row for row in _rows(ask) if row["is_significant"] and row["change"] > 0]
    if not sure:
        return "–", gettext("no department sets loyal customers apart for sure")
    return gettext("%(points)s points") % {"points": points(sure[0]["change"], tell)}, gettext(
        "of loyalty with those who discover “%(name)s”"
    ) % {"name": sure[0]["label"]}


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page; `asked` chooses the level."""
    level = level_asked(asked)
    rows = _rows(ask, level)
    drawn = rows if len(rows) <= MATRIX_AT_MOST else [*rows[:DRAWN], *rows[-DRAWN:]]
    people = ask.rows(insight_studies.LOYAL_POPULATION)[0]
    value, told = head(ask, tell)

    def day(name: str) -> str:
        return formats.day(people[name], tell.language)

    figures = [
        Figure(_("High potential"), tell.count(people["customers"]), BASIS.get(people["basis"], ""), POTENTIAL),
        Figure(
            _("Stayed loyal"),
            tell.shown(people["loyal_ratio"], "ratio"),
            gettext("bought as often to %(day)s as before") % {"day": day("after_to_date")},
            _("Share who then bought as often as before, at the least."),
        ),
        Figure(_("Before"), day("before_from_date"), gettext("to %(day)s") % {"day": day("before_to_date")}, LOYAL),
        Figure(_("Discovery"), gettext("to %(day)s") % {"day": day("discovery_to_date")}, "", LOYAL),
    ]
    chart = ranges(
        gettext("Loyalty of those who discover each, less that of their likes"),
        [
            (
                row["label"],
                points(row["change"], tell),
                (row["change"], row["change_low"], row["change_high"]),
                sure_tone(row),
                tell.count(row["matched"]),
            )
            for row in drawn
        ],
        head=str(ONE[level]),
        value_head=gettext("Points"),
        aside_head=gettext("Customers matched"),
    )
    sheet = Sheet(
        "decouvertes",
        _("Discoveries that go with loyalty"),
        LOYAL,
        (
            Column("label", ONE[level], "text"),
            Column("discoverers", _("Discoverers")),
            Column("matched", _("With their likes")),
            Column("loyal_ratio", _("Loyal"), "ratio"),
            Column("other_loyal_ratio", _("Their likes"), "ratio"),
            Column("change", _("Gap"), "ratio"),
            Column("change_low", _("Low"), "ratio"),
            Column("change_high", _("High"), "ratio"),
            Column("extra_amount", _("Amount beyond"), "price"),
            Column("unlikeness", _("Unlikeness left"), "two"),
            Column("is_significant", _("Sure"), "bool"),
        ),
        rows,
        reads=_("An association, not a cause. Grey: chance may explain it.")
        if rows
        else _("None was discovered by 30 customers of high potential: too few to tell anything."),
        chart=chart if rows else None,
        is_wide=True,
    )
    return Page(
        told[:1].upper() + told[1:] + "." if value == NONE else f"{value} {told}.",
        figures,
        [sheet],
        (level_choices(level),),
    )
