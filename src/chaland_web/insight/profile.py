"""Who the customers are, in two years: sex, age, occupation, seniority; what moved, what is unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight_studies
from chaland_web import formats
from chaland_web.insight.paths import points
from chaland_web.insight.plots import Bars, bar, highest
from chaland_web.insight.sheets import Column, Figure, Page, Sheet, Teller

SHARES = _(
    "Customers who bought in each period, among those whose characteristic is known: share, interval of 95 % (Wilson), "
    "change with its own (Newcombe; customers of both periods are reckoned with). Sure when chance does not explain it "
    "(Holm, below 5 %)."
)
NAMES = {"sex": _("Sex"), "age": _("Age"), "occupation": _("Occupation"), "seniority": _("Years as a customer")}
TESTS = _("Whether the shares of a characteristic moved as a whole (Pearson’s χ²), and what is not known.")


def category_name(code: str) -> str:
    """Return the words of a category: F, 25_to_34, under_18, 75_and_over …; an occupation as it is."""
    if code in ("F", "M", "others"):
        return str({"F": gettext("Women"), "M": gettext("Men"), "others": gettext("Others")}[code])
    if found := re.fullmatch(r"(\d+)_to_(\d+)", code):
        return gettext("%(low)s to %(high)s") % {"low": found[1], "high": found[2]}
    if found := re.fullmatch(r"under_(\d+)", code):
        return gettext("under %(high)s") % {"high": found[1]}
    if found := re.fullmatch(r"(\d+)_and_over", code):
        return gettext("%(low)s and over") % {"low": found[1]}
    return code


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    women = next((row for row in ask.rows(insight_studies.PROFILE) if row["category"] == "F"), None)
    if women is None:
        return "–", gettext("nothing is known of who they are")
    return tell.ratio(women["ratio_after"]), gettext("of the customers are women, %(change)s points in a year") % {
        "change": points(women["change"], tell)
    }


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page."""
    rows, tests = ask.rows(insight_studies.PROFILE), ask.rows(insight_studies.PROFILE_TESTS)
    value, told = head(ask, tell)
    figures = []
    for test in tests:
        known = test["known_after"] + test["missing_after"]
        figures.append(
            Figure(
                NAMES.get(test["characteristic"], test["characteristic"]),
                gettext("moved") if test["is_significant"] else gettext("the same"),
                gettext("known of %(share)s") % {"share": tell.ratio(test["known_after"] / known if known else 0, 0)},
                TESTS,
            )
        )
    sheets = [
        _characteristic(
            test["characteristic"], [row for row in rows if row["characteristic"] == test["characteristic"]], tell
        )
        for test in tests
    ]
    return Page(f"{value} {told}.", figures, [*sheets, _tests(tests, tell)])


def _characteristic(name: str, rows: list[Row], tell: Teller) -> Sheet:
    rows = [{**row, "name": category_name(row["category"])} for row in rows]
    top = highest(max(row["ratio_before"], row["ratio_after"]) for row in rows)
    bars = tuple(
        bar(
            row["name"],
            tell.ratio(row["ratio_after"]),
            row["ratio_after"],
            top,
            aside=points(row["change"], tell) + (" ●" if row["is_significant"] else ""),
            behind=row["ratio_before"],
        )
        for row in rows
    )
    return Sheet(
        name,
        NAMES.get(name, name),
        SHARES,
        (
            Column("name", NAMES.get(name, name), "text"),
            Column("customers_before", _("Before")),
            Column("customers_after", _("After")),
            Column("ratio_before", _("Share before"), "ratio"),
            Column("ratio_after", _("Share after"), "ratio"),
            Column("change", _("Gap"), "ratio"),
            Column("change_low", _("Low"), "ratio"),
            Column("change_high", _("High"), "ratio"),
            Column("is_significant", _("Sure"), "bool"),
        ),
        rows,
        chart=Bars(
            gettext("Share of the customers, this year and the year before"),
            bars,
            str(NAMES.get(name, name)),
            gettext("Share"),
            gettext("Points; ● sure"),
            (("", gettext("this year")), ("behind", gettext("the year before"))),
        ),
    )


def _tests(tests: list[Row], tell: Teller) -> Sheet:
    rows = [
        {
            **test,
            "name": NAMES.get(test["characteristic"], test["characteristic"]),
            "before": _period(test, "before", tell),
            "after": _period(test, "after", tell),
        }
        for test in tests
    ]
    return Sheet(
        "tests",
        _("As a whole"),
        TESTS,
        (
            Column("name", _("Characteristic"), "text"),
            Column("before", _("Before"), "text"),
            Column("known_before", _("Known")),
            Column("missing_before", _("Not known")),
            Column("after", _("After"), "text"),
            Column("known_after", _("Known")),
            Column("missing_after", _("Not known")),
            Column("chi_square", "χ²", "two"),
            Column("degrees", _("Degrees of freedom")),
            Column("p_adjusted", "p", "four"),
            Column("is_significant", _("Sure"), "bool"),
        ),
        rows,
        is_wide=True,
        is_folded=False,
    )


def _period(test: Row, when: str, tell: Teller) -> str:
    first, last = test[f"{when}_from_date"], test[f"{when}_to_date"]
    return f"{formats.day(first, tell.language)} – {formats.day(last, tell.language)}" if first else ""
