"""Who informs himself on line and buys in the shop, or the other way round, and what such customers are worth."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight_studies
from chaland_web.insight.plots import Bars, bar, highest, lines, ranges
from chaland_web.insight.sheets import NONE, Column, Figure, Page, Sheet, Teller

CROSSED = _(
    "Purchases of known customers that a visit of the other channel came before, within thirty days. Times chance: "
    "against the share that such a visit follows within as many days, which is what habit and chance give. A visit "
    "counts for the department looked at."
)
WORTH = _(
    "Customers by the channels they used in a period of twelve months, and what they bought in the next: mean net "
    "amount, with its interval of 95 %. Beyond their likes: against customers of the shops alone with the same earlier "
    "purchases; an association, not a cause."
)
DELAYS = _("Days from the last time in the other channel to the purchase; 0 the same day.")
GROUPS = {
    "shop_only": _("shops alone"),
    "shop_informed": _("shops, seen on line"),
    "web_only": _("web alone"),
    "both": _("shops and web"),
}
DIRECTIONS = {
    "web_to_shop": _("Seen on line, bought in the shop"),
    "shop_to_web": _("Bought in the shop, then on line"),
}


def _everywhere(ask: InsightReader) -> dict[str, Row]:
    rows = ask.rows(insight_studies.CHANNEL_CROSSINGS, department="")
    found = {row["direction"]: row for row in rows if row["purchases"]}
    return {direction: found[direction] for direction in DIRECTIONS if direction in found}


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    row = _everywhere(ask).get("web_to_shop")
    if row is None:
        return NONE, gettext("no purchase in a shop follows a visit on line")
    return tell.ratio(row["preceded_ratio"]), gettext("of the purchases in shops follow a visit on line")


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page."""
    everywhere = _everywhere(ask)
    figures = [
        Figure(
            DIRECTIONS[direction],
            tell.ratio(row["preceded_ratio"]),
            gettext("of %(count)s purchases; × %(lift)s")
            % {"count": tell.count(row["purchases"]), "lift": tell.shown(row["lift"], "one")},
            CROSSED,
        )
        for direction, row in everywhere.items()
    ]
    sheets = [_groups(ask.rows(insight_studies.CHANNEL_GROUPS), tell)]
    rows = [row for row in ask.rows(insight_studies.CHANNEL_CROSSINGS) if row["department"]]
    for direction in everywhere:
        sheets.append(_departments(direction, [row for row in rows if row["direction"] == direction], tell))
    delays = ask.rows(insight_studies.CHANNEL_DELAYS)
    if delays:
        sheets.append(_delays(delays, tell))
    value, told = head(ask, tell)
    return Page(told[:1].upper() + told[1:] + "." if value == NONE else f"{value} {told}.", figures, sheets)


def _groups(rows: list[Row], tell: Teller) -> Sheet:
    rows = [{**row, "name": GROUPS.get(row["channel_group"], row["channel_group"])} for row in rows]
    chart = ranges(
        gettext("Mean net amount of the later period by channels used before"),
        [
            (
                row["name"],
                tell.shown(row["mean_amount_after"], "amount"),
                (
                    row["mean_amount_after"],
                    row["mean_amount_low"] if row["mean_amount_low"] is not None else row["mean_amount_after"],
                    row["mean_amount_high"] if row["mean_amount_high"] is not None else row["mean_amount_after"],
                ),
                "more",
                tell.count(row["customers"]),
            )
            for row in rows
        ],
        head=gettext("Channels used"),
        value_head=gettext("Amount after"),
        aside_head=gettext("Customers"),
    )
    return Sheet(
        "groupes",
        _("What they are worth, by channels used"),
        WORTH,
        (
            Column("name", _("Channels used"), "text"),
            Column("customers", _("Customers")),
            Column("customers_ratio", _("Share"), "ratio"),
            Column("mean_amount_before", _("Amount before"), "price"),
            Column("mean_amount_after", _("Amount after"), "price"),
            Column("active_ratio", _("Still active"), "ratio"),
            Column("extra_amount", _("Beyond their likes"), "price"),
            Column("extra_amount_low", _("Low"), "price"),
            Column("extra_amount_high", _("High"), "price"),
        ),
        rows,
        chart=chart if rows else None,
        is_wide=True,
    )


def _departments(direction: str, rows: list[Row], tell: Teller) -> Sheet:
    rows = sorted(rows, key=lambda row: (-row["preceded_ratio"], row["department"]))
    top = highest(row["preceded_ratio"] for row in rows)
    bars = tuple(
        bar(
            row["department"],
            tell.ratio(row["preceded_ratio"]),
            row["preceded_ratio"],
            top,
            aside=tell.shown(row["lift"], "one"),
            behind=min(row["followed_ratio"], top),
        )
        for row in rows[:20]
    )
    return Sheet(
        "web-magasin" if direction == "web_to_shop" else "magasin-web",
        DIRECTIONS[direction],
        CROSSED,
        (
            Column("department", _("Department"), "text"),
            Column("purchases", _("Purchases")),
            Column("preceded", _("After the other channel")),
            Column("preceded_ratio", _("Share"), "ratio"),
            Column("preceded_low", _("Low"), "ratio"),
            Column("preceded_high", _("High"), "ratio"),
            Column("followed_ratio", _("By habit"), "ratio"),
            Column("lift", _("Times chance"), "two"),
            Column("median_days", _("Median days")),
        ),
        rows,
        chart=Bars(
            str(DIRECTIONS[direction]),
            bars,
            gettext("Department"),
            gettext("Share"),
            gettext("Times chance"),
            (("", gettext("after the other channel")), ("behind", gettext("by habit and chance"))),
        )
        if rows
        else None,
    )


def _delays(rows: list[Row], tell: Teller) -> Sheet:
    names = [direction for direction in DIRECTIONS if any(row["direction"] == direction for row in rows)]
    series = [
        (
            str(DIRECTIONS[direction]),
            tone,
            [(float(row["days"]), float(row["purchases"])) for row in rows if row["direction"] == direction],
        )
        for direction, tone in zip(names, ("one", "two"), strict=False)
    ]
    told = [{**row, "name": DIRECTIONS.get(row["direction"], row["direction"])} for row in rows]
    return Sheet(
        "delais",
        _("How long between the two"),
        DELAYS,
        (Column("name", _("Direction"), "text"), Column("days", _("Days")), Column("purchases", _("Purchases"))),
        told,
        chart=lines(
            gettext("Purchases by days since the other channel"),
            series,
            x_text=lambda days: f"{days:.0f}",
            y_text=tell.count,
            x_title=gettext("Days from the other channel to the purchase"),
        ),
        shown_rows=70,
    )
