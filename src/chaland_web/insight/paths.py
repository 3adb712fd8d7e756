"""What follows what and after how long, and which first purchases lead to good customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight_studies
from chaland_web.insight.plots import Bars, Cell, Heat, bar, heat, highest, ranges
from chaland_web.insight.sheets import Choice, Column, Figure, Page, Sheet, Teller
from chaland_web.insight.words import LEVEL

DRAWN = 15
EXPORTED = 10_000
MATRIX_AT_MOST = 30
"""Names on a side of a heat map; beyond, the strongest are drawn as bars."""
LEVELS = ("department", "family", "product")
NEXT = _(
    "From one day of purchase of a customer to his next: how many times oftener than chance the second follows the "
    "first, given how often each precedes and follows. Only what chance does not explain (Holm, below 5 %), on 30 "
    "customers at the least (families and products: one customer in a thousand; the 1,000 products most bought)."
)
ORDER = _(
    "Bought in this order by the same customer, other purchases between them allowed. Confidence: the share of the "
    "customers of the beginning who go on to the end; times chance: against all customers who buy the end."
)
STARTS = _(
    "Customers by their first purchase: the share of them found in the best fifth of all beginners "
    "by amount in the 180 days after, less the share among those who began elsewhere, with its interval of 95 %. An "
    "association: who begins where is not drawn by lot."
)


def level_choices(level: str) -> tuple[str, list[Choice]]:
    """Return the links to the three levels, and which one is shown."""
    return _("Level"), [Choice(LEVEL[one], f"?niveau={one}", one == level) for one in LEVELS]


def level_asked(asked: Mapping[str, str]) -> str:
    """Return the level asked for: departments unless another."""
    return asked.get("niveau", "") if asked.get("niveau") in LEVELS else LEVELS[0]


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    ties = ask.transitions(LEVELS[0], rows=DRAWN)
    best = next((row for row in ties if row["item"] != row["next_item"]), None)
    if best is None:
        return "–", gettext("no department follows another more than chance would have it")
    return gettext("%(days)s days") % {"days": best["median_days"]}, gettext(
        "from “%(one)s” to “%(other)s”, the path most followed beyond chance"
    ) % {"one": best["label"], "other": best["next_label"]}


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page; `asked` chooses the level."""
    level = level_asked(asked)
    ties, starts = ask.transitions(level, rows=EXPORTED), ask.rows(insight_studies.PATH_STARTS, level=level)
    sequences = ask.sequences(level, rows=EXPORTED)
    value, told = head(ask, tell)
    least = min((row["customers"] for row in sequences), default=0)
    figures = [
        Figure(_("Paths"), tell.count(len(ties)), _("from one day to the next, beyond chance"), NEXT),
        Figure(
            _("Sequences"),
            tell.count(len(sequences)),
            gettext("each followed by %(count)s customers or more") % {"count": tell.count(least)},
            ORDER,
        ),
        Figure(
            _("Sure beginnings"),
            tell.count(sum(row["is_significant"] for row in starts)),
            gettext("of %(count)s looked at") % {"count": tell.count(len(starts))},
            STARTS,
        ),
    ]
    sheets = [_matrix(ties, tell), _sequences(sequences, tell), _starts(starts, tell)]
    return Page(f"{value} {told}.", figures, sheets, (level_choices(level),))


def _matrix(ties: list[Row], tell: Teller) -> Sheet:
    names = sorted({row["label"] for row in ties} | {row["next_label"] for row in ties})
    is_small = len(names) <= MATRIX_AT_MOST
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
        chart=None
        if not ties
        else Heat(
            gettext("Times chance, from one to the next"),
            gettext("First ↓ · then →"),
            tuple(names),
            tuple((one, "", tuple(cell(one, other) for other in names)) for one in names),
        )
        if is_small
        else _lift_bars(
            ties,
            lambda row: f"{row['label']} → {row['next_label']}",
            gettext("Paths by times chance"),
            gettext("First → then"),
            tell,
        ),
        is_wide=True,
        shown_rows=40,
    )


def _lift_bars(rows: list[Row], named: Callable[[Row], str], words: str, head: str, tell: Teller) -> Bars:
    """Return the first rows as bars by times chance, with their customers and days."""
    drawn = rows[:DRAWN]
    top = highest(row["lift"] for row in drawn)
    bars = tuple(
        bar(
            named(row),
            gettext("× %(lift)s") % {"lift": tell.number(row["lift"], 1)},
            row["lift"],
            top,
            aside=gettext("%(count)s · %(days)s d.")
            % {"count": tell.count(row["customers"]), "days": row["median_days"]},
        )
        for row in drawn
    )
    return Bars(words, bars, head, gettext("Times chance"), gettext("Customers · days"))


def _sequences(rows: list[Row], tell: Teller) -> Sheet:
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
        chart=_lift_bars(
            rows, lambda row: str(row["labels"]), gettext("Sequences by times chance"), gettext("Sequence"), tell
        )
        if rows
        else None,
        is_wide=True,
        shown_rows=40,
    )


def _starts(rows: list[Row], tell: Teller) -> Sheet:
    rows = sorted((row for row in rows if row["change"] is not None), key=lambda row: (-row["change"], row["item"]))
    drawn = rows if len(rows) <= MATRIX_AT_MOST else [*rows[:DRAWN], *rows[-DRAWN:]]
    chart = ranges(
        gettext("Share of good customers by first purchase, less that of the others"),
        [
            (
                row["label"],
                points(row["change"], tell),
                (row["change"], row["change_low"], row["change_high"]),
                sure_tone(row),
                tell.count(row["customers"]),
            )
            for row in drawn
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
