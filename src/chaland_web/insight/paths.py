"""What follows what and after how long, and which first purchases lead to good customers."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight_studies
from chaland_web.insight.plots import BarRow, Bars, Cell, Heat, heat, ranges
from chaland_web.insight.sheets import Column, Figure, Page, Sheet, Teller

DRAWN = 15
NEXT = _(
    "From one day of purchase of a customer to his next: how many times oftener than chance the second department "
    "follows the first, given how often each precedes and follows. Only what chance does not explain (Holm, below 5 "
    "%), on 30 customers at the least."
)
ORDER = _(
    "Departments bought in this order by the same customer, other purchases between them allowed. Confidence: the "
    "share of the customers of the beginning who go on to the end; times chance: against all customers who buy the "
    "end."
)
STARTS = _(
    "Customers by the department of their first purchase: the share of them found in the best fifth of all beginners "
    "by amount in the 180 days after, less the share among those who began elsewhere, with its interval of 95 %. An "
    "association: who begins where is not drawn by lot."
)


def _ties(ask: InsightReader) -> list[Row]:
    rows = [row for row in ask.rows(insight_studies.PATH_TRANSITIONS) if row["is_significant"] and row["lift"] > 1]
    return sorted(rows, key=lambda row: (-row["lift"], row["item"], row["next_item"]))


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    best = next((row for row in _ties(ask) if row["item"] != row["next_item"]), None)
    if best is None:
        return "–", gettext("no department follows another more than chance would have it")
    return gettext("%(days)s days") % {"days": best["median_days"]}, gettext(
        "from “%(one)s” to “%(other)s”, the path most followed beyond chance"
    ) % {"one": best["label"], "other": best["next_label"]}


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page."""
    ties, starts = _ties(ask), ask.rows(insight_studies.PATH_STARTS)
    sequences = sorted(
        ask.rows(insight_studies.PATH_SEQUENCES), key=lambda row: (-row["lift"], -row["customers"], row["labels"])
    )
    value, told = head(ask, tell)
    figures = [
        Figure(_("Paths"), tell.count(len(ties)), _("from one day to the next, beyond chance"), NEXT),
        Figure(_("Sequences"), tell.count(len(sequences)), _("followed by 30 customers or more"), ORDER),
        Figure(
            _("Sure beginnings"),
            tell.count(sum(row["is_significant"] for row in starts)),
            gettext("of %(count)s departments") % {"count": tell.count(len(starts))},
            STARTS,
        ),
    ]
    return Page(f"{value} {told}.", figures, [_matrix(ties, tell), _sequences(sequences, tell), _starts(starts, tell)])


def _matrix(ties: list[Row], tell: Teller) -> Sheet:
    names = sorted({row["label"] for row in ties} | {row["next_label"] for row in ties})
    found = {(row["label"], row["next_label"]): row for row in ties}
    high = max((row["lift"] for row in ties), default=0.0)

    def cell(one: str, other: str) -> Cell | None:
        row = found.get((one, other))
        if row is None:
            return None
        told = gettext("%(count)s customers, %(days)s days") % {
            "count": tell.count(row["customers"]),
            "days": row["median_days"],
        }
        return Cell(tell.number(row["lift"], 1), heat(row["lift"], high), told)

    return Sheet(
        "enchainements",
        _("What follows what"),
        NEXT,
        (
            Column("label", _("First"), "text"),
            Column("next_label", _("Then"), "text"),
            Column("lift", _("Times chance"), "two"),
            Column("customers", _("Customers")),
            Column("median_days", _("Median days")),
        ),
        ties,
        chart=Heat(
            gettext("Times chance, from one department to the next"),
            gettext("First ↓ · then →"),
            tuple(names),
            tuple((one, "", tuple(cell(one, other) for other in names)) for one in names),
        )
        if ties
        else None,
        is_wide=True,
        shown_rows=40,
    )


def _sequences(rows: list[Row], tell: Teller) -> Sheet:
    drawn = rows[:DRAWN]
    top = max((row["lift"] for row in drawn), default=0.0) or 1.0
    rows = [{**row, "labels": row["labels"]} for row in rows]
    bars = tuple(
        BarRow(
            row["labels"],
            gettext("× %(lift)s") % {"lift": tell.number(row["lift"], 1)},
            0.0,
            round(100 * row["lift"] / top, 2),
            aside=gettext("%(count)s · %(days)s d.")
            % {"count": tell.count(row["customers"]), "days": row["median_days"]},
        )
        for row in drawn
    )
    return Sheet(
        "suites",
        _("In this order"),
        ORDER,
        (
            Column("labels", _("Sequence"), "text"),
            Column("customers", _("Customers")),
            Column("customers_ratio", _("Share"), "ratio"),
            Column("confidence", _("Confidence"), "ratio"),
            Column("lift", _("Times chance"), "two"),
            Column("median_days", _("Median days")),
        ),
        rows,
        chart=Bars(
            gettext("Sequences by times chance"),
            bars,
            gettext("Sequence"),
            gettext("Times chance"),
            gettext("Customers · days"),
        )
        if rows
        else None,
        is_wide=True,
        shown_rows=40,
    )


def _starts(rows: list[Row], tell: Teller) -> Sheet:
    rows = sorted((row for row in rows if row["change"] is not None), key=lambda row: (-row["change"], row["item"]))
    chart = ranges(
        gettext("Share of good customers by department of the first purchase, less that of the others"),
        [
            (
                row["label"],
                points(row["change"], tell),
                (row["change"], row["change_low"], row["change_high"]),
                sure_tone(row),
                tell.count(row["customers"]),
            )
            for row in rows
        ],
        head=gettext("First purchase"),
        value_head=gettext("Points"),
        aside_head=gettext("Customers"),
    )
    return Sheet(
        "debuts",
        _("First purchases that lead to good customers"),
        STARTS,
        (
            Column("label", _("First purchase"), "text"),
            Column("customers", _("Customers")),
            Column("good_ratio", _("Good customers"), "ratio"),
            Column("other_good_ratio", _("Among the others"), "ratio"),
            Column("change", _("Gap"), "ratio"),
            Column("change_low", _("Low"), "ratio"),
            Column("change_high", _("High"), "ratio"),
            Column("mean_amount_after", _("Amount after"), "price"),
            Column("is_significant", _("Sure"), "bool"),
        ),
        rows,
        reads=_("Grey: chance may explain it."),
        chart=chart if rows else None,
        is_wide=True,
    )


def points(change: float, tell: Teller) -> str:
    """Return a difference of shares in points, with its sign."""
    return tell.signed(100 * change, "one")


def sure_tone(row: Row) -> str:
    """Return the colour of a change: more or less where it is sure."""
    return ("more" if row["change"] > 0 else "less") if row["is_significant"] else "unsure"
