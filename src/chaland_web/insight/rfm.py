"""Who buys, since when, how often, for how much: behavioural segments, the grid of scores, who moved in a year."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight
from chaland_web.insight.plots import Bars, Cell, Heat, bar, flows, heat, highest
from chaland_web.insight.sheets import Column, Figure, Page, Sheet, Teller
from chaland_web.insight.words import SEGMENT, SEGMENT_MEANING

ORDER = tuple(SEGMENT_MEANING)
RANK = {code: rank for rank, code in enumerate((*ORDER, "gone", "arrived"))}

SEGMENTS = _(
    "A customer’s segment is read off two scores: how recently and how often he bought, against the other customers, "
    "over 24 months. Each score goes from 1 to 5 by fifths of the customers; equal values share their score. A "
    "customer with a single purchase is new while it is recent. Companies are left out: they buy otherwise."
)
GRID = _(
    "Recency from top (bought lately) to bottom, frequency from left (seldom) to right (often): each square counts the "
    "customers who have both scores. 24 months."
)
MOVES = _(
    "The segment of each customer twelve months ago and today, computed the same way at both dates. Green: nearer to "
    "the best customers; orange: further away; grey: the same; blue: not yet there."
)


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    best = next((row for row in ask.rows(insight.RFM_SEGMENTS) if row["segment"] == "champions"), None)
    if not best or not best["amount_ratio"]:
        return tell.count(sum(row["customers"] for row in ask.rows(insight.RFM_SEGMENTS))), gettext("customers")
    return tell.ratio(best["amount_ratio"], 0), gettext(
        "of the amount comes from the best customers, %(share)s of all"
    ) % {"share": tell.ratio(best["customers_ratio"], 0)}


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page."""
    segments = sorted(ask.rows(insight.RFM_SEGMENTS), key=lambda row: RANK[row["segment"]])
    by_code = {row["segment"]: row for row in segments}
    grid, moves = ask.rows(insight.RFM_GRID), ask.rows(insight.RFM_MOVEMENTS)
    figures = [
        Figure(
            _("Customers"),
            tell.count(sum(row["customers"] for row in segments)),
            _("with a purchase in 24 months"),
            SEGMENTS,
        )
    ]
    for code in ("champions", "new", "at_risk", "not_to_lose"):
        if row := by_code.get(code):
            before = row["customers_before"]
            change = tell.signed(row["customers"] / before - 1) if before else "–"
            figures.append(
                Figure(
                    SEGMENT[code],
                    tell.count(row["customers"]),
                    gettext("%(change)s in a year · %(amount)s")
                    % {"change": change, "amount": tell.amount(row["amount"])},
                    SEGMENT_MEANING[code],
                )
            )
    value, told = head(ask, tell)
    return Page(
        f"{value} {told}.",
        figures,
        [
            _segments(segments, tell),
            _grid(grid, tell, "customers"),
            _grid(grid, tell, "mean_amount"),
            _moves(moves, tell),
        ],
    )


def _segments(segments: list[Row], tell: Teller) -> Sheet:
    top = highest(max(row["customers"], row["customers_before"]) for row in segments)
    rows = [{**row, "name": SEGMENT[row["segment"]], "meaning": SEGMENT_MEANING[row["segment"]]} for row in segments]
    bars = tuple(
        bar(
            SEGMENT[row["segment"]],
            tell.count(row["customers"]),
            row["customers"],
            top,
            aside=tell.amount(row["amount"]),
            hint=str(SEGMENT_MEANING[row["segment"]]),
            behind=row["customers_before"],
        )
        for row in segments
    )
    legend = (("", gettext("today")), ("behind", gettext("a year ago")))
    return Sheet(
        "segments",
        _("Behavioural segments"),
        SEGMENTS,
        (
            Column("name", _("Segment"), "text"),
            Column("customers", _("Customers")),
            Column("customers_before", _("A year ago")),
            Column("customers_ratio", _("Share"), "ratio"),
            Column("amount", _("Amount, 24 months"), "amount"),
            Column("amount_ratio", _("Share of the amount"), "ratio"),
            Column("mean_recency_days", _("Days since"), "one"),
            Column("mean_orders", _("Purchases"), "one"),
            Column("meaning", _("What they are"), "text"),
        ),
        rows,
        chart=Bars(
            gettext("Customers per segment, today and a year ago"),
            bars,
            gettext("Segment"),
            gettext("Customers"),
            gettext("Amount, 24 months"),
            legend,
        ),
        is_wide=True,
    )


def _grid(grid: list[Row], tell: Teller, shown: str) -> Sheet:
    by_scores = {(row["r_score"], row["f_score"]): row for row in grid}
    high = float(max((row[shown] for row in grid), default=0))
    kind = "count" if shown == "customers" else "amount"

    def cell(r_score: int, f_score: int) -> Cell | None:
        row = by_scores.get((r_score, f_score))
        if row is None:
            return None
        return Cell(tell.shown(row[shown], kind), heat(float(row[shown]), high))

    lines = tuple((f"R{r}", "", tuple(cell(r, f) for f in range(1, 6))) for r in range(5, 0, -1))
    title = _("How many in each square") if shown == "customers" else _("What each is worth on average")
    return Sheet(
        "grille" if shown == "customers" else "grille-montants",
        title,
        GRID,
        (
            Column("r_score", _("Recency")),
            Column("f_score", _("Frequency")),
            Column("customers", _("Customers")),
            Column("amount", _("Amount, 24 months"), "amount"),
            Column("mean_amount", _("Amount per customer"), "amount"),
        ),
        grid,
        chart=Heat(
            str(title),
            gettext("Recency ↑ · Frequency →"),
            tuple(f"F{f}" for f in range(1, 6)),
            lines,
        ),
        shown_rows=0,
    )


def _tone(before: str, after: str) -> str:
    if before == after:
        return "same"
    if "arrived" in (before, after):
        return "arrived"
    return "better" if RANK[after] < RANK[before] else "worse"


def _moves(moves: list[Row], tell: Teller) -> Sheet:
    order = [(code, str(SEGMENT[code])) for code in RANK]
    rows = sorted(
        ({**row, "from": SEGMENT[row["segment_before"]], "to": SEGMENT[row["segment_after"]]} for row in moves),
        key=lambda row: (-row["customers"], row["segment_before"], row["segment_after"]),
    )
    chart = flows(
        gettext("From the segments of a year ago to those of today"),
        order,
        [(row["segment_before"], row["segment_after"], float(row["customers"])) for row in moves],
        text=tell.count,
        tone=_tone,
        titles=(gettext("A year ago"), gettext("Today")),
    )
    better = sum(row["customers"] for row in moves if _tone(row["segment_before"], row["segment_after"]) == "better")
    worse = sum(row["customers"] for row in moves if _tone(row["segment_before"], row["segment_after"]) == "worse")
    return Sheet(
        "mouvements",
        _("Who moved in a year"),
        MOVES,
        (
            Column("from", _("A year ago"), "text"),
            Column("to", _("Today"), "text"),
            Column("customers", _("Customers")),
            Column("amount_before", _("Amount before"), "amount"),
            Column("amount_after", _("Amount after"), "amount"),
        ),
        rows,
        reads=gettext("%(better)s customers came nearer to the best, %(worse)s went away from them.")
        % {"better": tell.count(better), "worse": tell.count(worse)},
        chart=chart if moves else None,
        is_wide=True,
        shown_rows=30,
    )
