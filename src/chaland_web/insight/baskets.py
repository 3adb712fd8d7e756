"""What is bought together more than chance would have it: pairs and rules, by product, family or department."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.publish.keys import folded
from chaland.tables import insight_baskets
from chaland_web.insight.plots import Bars, Cell, Heat, bar, heat, highest
from chaland_web.insight.sheets import Choice, Column, Figure, Page, Picker, Sheet, Teller
from chaland_web.insight.words import LEVEL

SHOWN = 60
DRAWN = 15
EXPORTED = 10_000
ORDERS = {"lift": _("Times chance"), "tickets": _("Tickets together")}
PAIRS = _(
    "Tickets of twelve months, anonymous ones included; returns and lines that are not articles are left out. Times "
    "chance (lift): how many times oftener the two are on one ticket than if they had nothing to do with each other. "
    "Leverage: the share of the tickets that hold both, beyond what chance would have. "
    "Only pairs that chance does not explain: binomial test, corrected for all the pairs looked at (Holm), below 5 %; "
    "at least 30 tickets together."
)
RULES = _(
    "Of the tickets that hold the first, the share that also hold the second (confidence), at least 10 %; times chance "
    "(lift); conviction: how many times oftener the rule would be broken if the two had nothing to do with each other."
)
LEVELS = ("department", "family", "product")
SEASON = {"winter": _("winter"), "spring": _("spring"), "summer": _("summer"), "autumn": _("autumn")}
SCOPED = _(
    "One shop, or one season (winter: December to February), of the twelve months: the 400 items most sold over the "
    "whole, and of them the 500 strongest pairs and rules. More: chaland baskets --shop-key, --since, --by."
)
MATRIX = _("How many times oftener than chance two departments are on the same ticket; empty where they are not.")
ITEMS = _("Tickets that hold the item at least once, and their share of the tickets.")


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    for level in ("family", "product", "department"):
        if best := ask.baskets(insight_baskets.BASKET_PAIRS, level, rows=1):
            row = best[0]
            return gettext("× %(lift)s") % {"lift": tell.number(row["lift"], 1)}, gettext(
                "“%(one)s” and “%(other)s”, so many times oftener together than by chance"
            ) % {"one": row["label"], "other": row["other_label"]}
    return "–", gettext("nothing is bought together more than chance would have it")


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page; `asked` chooses the level, a season or a shop, the order, and the words looked for."""
    level, order = asked.get("niveau", "family"), asked.get("ordre", "lift")
    level, order = level if level in LEVEL else "family", order if order in ORDERS else "lift"
    names = ask.shop_names()
    sold = ask.rows(insight_baskets.BASKET_ITEMS, scope="shop", level="department")
    shops = {key: names.get(key, key) for key in sorted({row["scope_key"] for row in sold})}
    shop, season, text = asked.get("magasin", ""), asked.get("saison", ""), asked.get("contient", "")[:60]
    scope, key = "all", ""
    if shop in shops:
        scope, key = "shop", shop
    elif season in SEASON:
        scope, key = "season", season
    pairs, rules = (
        ask.baskets(what, level, scope=scope, scope_key=key, text=text, order=order, rows=EXPORTED)
        for what in (insight_baskets.BASKET_PAIRS, insight_baskets.BASKET_RULES)
    )
    items = ask.rows(insight_baskets.BASKET_ITEMS, level=level, scope=scope, scope_key=key)
    items = sorted(items, key=lambda row: (-row["tickets"], row["item"]))
    wanted = folded(text)
    if wanted:
        items = [row for row in items if wanted in folded(row["label"])]

    kept = {"niveau": level, "ordre": order}
    where = {"magasin": key} if scope == "shop" else {"saison": key} if scope == "season" else {}

    def query(**changed: str) -> str:
        found = {**kept, **where, "contient": text, **changed}
        return "?" + urlencode({name: value for name, value in found.items() if value})

    seasons = [Choice(_("the whole year"), query(saison="", magasin=""), scope == "all")]
    seasons += [Choice(words, query(saison=one, magasin=""), key == one) for one, words in SEASON.items()]
    choices = (
        (_("Level"), [Choice(LEVEL[one], query(niveau=one), one == level) for one in LEVELS]),
        (_("When"), seasons),
        (_("First"), [Choice(ORDERS[one], query(ordre=one), one == order) for one in ORDERS]),
    )
    picker = None
    if len(shops) > 1:
        options = [("", _("all shops"), scope != "shop"), *((one, name, one == key) for one, name in shops.items())]
        picker = Picker(_("Shop"), "magasin", options, {**kept, **({"contient": text} if text else {})})
    limit = _("that chance does not explain") if scope == "all" else _("the strongest that chance does not explain")
    figures = [
        Figure(_("Pairs"), tell.count(len(pairs)), limit, PAIRS),
        Figure(_("Rules"), tell.count(len(rules)), _("who buys the first also buys the second"), RULES),
        Figure(_("Items"), tell.count(len(items)), _("on at least 30 tickets"), ITEMS),
    ]
    if scope != "all":
        place = shops[key] if scope == "shop" else SEASON[key]
        figures.append(Figure(_("Looked at"), str(place), _("of the twelve months"), SCOPED))
    if pairs and order == "lift":
        figures.insert(
            0,
            Figure(
                _("Strongest tie"),
                gettext("× %(lift)s") % {"lift": tell.number(pairs[0]["lift"], 1)},
                f"{pairs[0]['label']} + {pairs[0]['other_label']}",
                PAIRS,
            ),
        )
    sheets = [_pairs(pairs, tell), _rules(rules, tell)]
    if level == "department" and not wanted:
        sheets.insert(0, _matrix(pairs, tell))
    sheets.append(_items(items))
    value, told = head(ask, tell)
    return Page(f"{value} : {told}.", figures, sheets, choices, picker, search=text, kept={**kept, **where})


def _pairs(rows: list[Row], tell: Teller) -> Sheet:
    drawn = rows[:DRAWN]
    top = highest(row["lift"] for row in drawn)
    bars = tuple(
        bar(
            f"{row['label']} + {row['other_label']}",
            gettext("× %(lift)s") % {"lift": tell.number(row["lift"], 1)},
            row["lift"],
            top,
            aside=tell.count(row["both_tickets"]),
        )
        for row in drawn
    )
    return Sheet(
        "paires",
        _("Bought together"),
        PAIRS,
        (
            Column("label", _("One"), "text"),
            Column("other_label", _("The other"), "text"),
            Column("both_tickets", _("Tickets together")),
            Column("lift", _("Times chance"), "one"),
            Column("support", _("Share of the tickets"), "fine"),
            Column("leverage", _("Beyond chance (leverage)"), "fine"),
            Column("p_adjusted", _("Chance explains it (p, corrected)"), "four"),
            Column("item_tickets", _("Tickets with the one")),
            Column("other_tickets", _("with the other")),
        ),
        rows,
        chart=Bars(
            gettext("Pairs by how many times oftener than chance"),
            bars,
            gettext("Pair"),
            gettext("Times chance"),
            gettext("Tickets"),
        )
        if rows
        else None,
        shown_rows=SHOWN,
    )


def _rules(rows: list[Row], tell: Teller) -> Sheet:
    bars = tuple(
        bar(
            f"{row['antecedent_label']} → {row['consequent_label']}",
            tell.ratio(row["confidence"], 0),
            row["confidence"],
            1.0,
            aside=gettext("× %(lift)s") % {"lift": tell.number(row["lift"], 1)},
        )
        for row in rows[:DRAWN]
    )
    return Sheet(
        "regles",
        _("Who buys this also buys that"),
        RULES,
        (
            Column("antecedent_label", _("Who buys"), "text"),
            Column("consequent_label", _("also buys"), "text"),
            Column("confidence", _("Confidence"), "ratio"),
            Column("lift", _("Times chance"), "one"),
            Column("both_tickets", _("Tickets together")),
            Column("support", _("Share of the tickets"), "fine"),
            Column("leverage", _("Beyond chance (leverage)"), "fine"),
            Column("conviction", _("Conviction"), "two"),
            Column("p_adjusted", _("Chance explains it (p, corrected)"), "four"),
        ),
        rows,
        chart=Bars(
            gettext("Rules by their confidence"),
            bars,
            gettext("Who buys → also buys"),
            gettext("Confidence"),
            gettext("Times chance"),
        )
        if rows
        else None,
        shown_rows=SHOWN,
    )


def _items(rows: list[Row]) -> Sheet:
    return Sheet(
        "articles",
        _("The most frequent"),
        ITEMS,
        (
            Column("label", _("Item"), "text"),
            Column("tickets", _("Tickets")),
            Column("support", _("Share of the tickets"), "ratio"),
        ),
        rows,
        is_wide=True,
        shown_rows=SHOWN,
    )


def _matrix(pairs: list[Row], tell: Teller) -> Sheet:
    names = sorted({row["label"] for row in pairs} | {row["other_label"] for row in pairs})
    ties = {(row["label"], row["other_label"]): row for row in pairs}
    ties |= {(other, one): row for (one, other), row in ties.items()}
    high = max((row["lift"] for row in pairs), default=0.0)

    def cell(one: str, other: str) -> Cell | None:
        row = ties.get((one, other))
        if row is None:
            return None
        told = gettext("%(count)s tickets together") % {"count": tell.count(row["both_tickets"])}
        return Cell(tell.number(row["lift"], 1), heat(row["lift"], high), told)

    return Sheet(
        "rayons",
        _("Departments that go together"),
        MATRIX,
        (
            Column("label", _("One"), "text"),
            Column("other_label", _("The other"), "text"),
            Column("lift", _("Times chance"), "two"),
            Column("both_tickets", _("Tickets together")),
        ),
        pairs,
        chart=Heat(
            gettext("Times chance, department by department"),
            gettext("Department"),
            tuple(names),
            tuple((one, "", tuple(cell(one, other) for other in names)) for one in names),
        ),
        is_wide=True,
        shown_rows=0,
    )
