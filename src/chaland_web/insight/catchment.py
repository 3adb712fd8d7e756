"""Where the customers live: penetration by commune on a map, by shop, and how it thins out with distance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight_studies
from chaland_web.insight.plots import lines, places
from chaland_web.insight.sheets import Column, Figure, Page, Picker, Sheet, Teller

COMMUNES = _(
    "Customers who bought in twelve months, by the commune where they live, over its inhabitants (INSEE), with an "
    "interval of 95 % (Wilson). Index: 100 for all the communes shown together. A commune with fewer than 11 customers "
    "is not shown by itself."
)
ZONES = _(
    "Communes within reach of the shop, the nearest first. Primary zone: those that make 60 % of its customers; "
    "secondary: up to 85 %; tertiary: the rest. Potential index: customers over what the distance foretells by the "
    "shop’s own curve; below 100, fewer than foretold."
)
RINGS = _(
    "Customers per inhabitant by rings of five kilometres around the shops, and what the shops’ own curves foretell."
)
MEDIAN = _("Median distance, as the crow flies, from the centre of the customer’s commune to that of the shop’s.")
SHOPS = _(
    "Reach: the distance within which 95 % of the shop’s customers live. Halving: the distance that halves the "
    "penetration (an exponential fall, quasi-Poisson)."
)
ZONE = {"primary": _("Primary"), "secondary": _("Secondary"), "tertiary": _("Tertiary")}


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    everywhere = _everywhere(ask)
    if everywhere is None or everywhere["median_km"] is None:
        return tell.count(len(ask.rows(insight_studies.CATCHMENT_COMMUNES))), gettext("communes within reach")
    return _km(everywhere["median_km"], tell), gettext("from home to the shop, for half of the customers")


def _everywhere(ask: InsightReader) -> Row | None:
    return next((row for row in ask.rows(insight_studies.CATCHMENT_SHOPS) if not row["shop_key"]), None)


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page, of all shops or of the one `asked` names."""
    every = ask.rows(insight_studies.CATCHMENT_SHOPS)
    shops = [row for row in every if row["shop_key"]]
    chosen = next((row for row in shops if row["shop_key"] == asked.get("magasin")), None)
    shown = chosen or next((row for row in every if not row["shop_key"]), None)
    by_name = sorted(shops, key=lambda row: str(row["shop_name"]))
    picker = Picker(
        _("Shop"),
        "magasin",
        [
            ("", _("All shops"), chosen is None),
            *((row["shop_key"], row["shop_name"], row is chosen) for row in by_name),
        ],
    )
    figures = [_figure(shown, tell)] if shown and shown["median_km"] is not None else []
    if shown:
        figures += _figures(shown, tell)
    sheets = []
    if chosen:
        sheets.append(_zones(ask.rows(insight_studies.CATCHMENT_ZONES, shop_key=chosen["shop_key"]), chosen, tell))
    else:
        sheets.append(_communes(ask.rows(insight_studies.CATCHMENT_COMMUNES), shops, tell))
    rings = ask.rows(insight_studies.CATCHMENT_RINGS, shop_key=chosen["shop_key"] if chosen else "")
    if rings:
        sheets.append(_rings(rings, tell))
    sheets.append(_shops(shops))
    value, told = head(ask, tell)
    return Page(f"{value} {told}.", figures, sheets, picker=picker)


def _km(distance: float, tell: Teller) -> str:
    return gettext("%(km)s km") % {"km": tell.number(distance, 1)}


def _figure(shop: Row, tell: Teller) -> Figure:
    return Figure(
        _("Half of the customers"),
        _km(shop["median_km"], tell),
        _("from the shop, at the most"),
        MEDIAN,
    )


def _figures(shop: Row, tell: Teller) -> list[Figure]:
    figures = [
        Figure(
            _("Customers"),
            tell.count(shop["customers_within"]),
            gettext("within %(km)s km") % {"km": tell.number(shop["reach_km"], 0)},
            SHOPS,
        )
    ]
    if shop["primary_km"] is not None:
        figures.append(
            Figure(
                _("Primary zone"),
                _km(shop["primary_km"], tell),
                _("60 % live there"),
                ZONES,
            )
        )
    if shop["halving_km"] is not None:
        figures.append(
            Figure(
                _("Halved every"),
                _km(shop["halving_km"], tell),
                _("away from the shop"),
                SHOPS,
            )
        )
    return figures


def _spots(
    rows: list[Row], told: list[Row], tone: Callable[[Row], str], tell: Teller, labelled: Collection[str] = ()
) -> list[tuple[float, float, float, str, str, str]]:
    """Return every commune as a speck, then those told by their customers, with the names of some."""
    specks = [(row["latitude"], row["longitude"], -1.0, "speck", row["city"], "") for row in rows]
    return specks + [
        (
            row["latitude"],
            row["longitude"],
            float(row["customers"]),
            tone(row),
            f"{row['city']} : {tell.count(row['customers'])}",
            row["city"] if row["insee_code"] in labelled else "",
        )
        for row in told
    ]


def _communes(rows: list[Row], shops: list[Row], tell: Teller) -> Sheet:
    told = sorted((row for row in rows if row["customers"] and not row["is_small"]), key=lambda row: -row["customers"])
    spots = _spots(rows, told, lambda row: "primary" if (row["penetration_index"] or 0) >= 100 else "low", tell)
    spots += [(row["latitude"], row["longitude"], 0.0, "shop", row["shop_name"], "") for row in shops]
    small = [row for row in rows if row["is_small"]]
    reads = gettext("%(count)s communes hold fewer than 11 customers each, %(people)s in all: they are not shown.") % {
        "count": tell.count(len(small)),
        "people": tell.count(sum(row["customers"] for row in small)),
    }
    return Sheet(
        "communes",
        _("Penetration by commune"),
        COMMUNES,
        (
            Column("city", _("Commune"), "text"),
            Column("insee_code", "INSEE", "text"),
            Column("customers", _("Customers")),
            Column("households", _("Households")),
            Column("amount", _("Amount, 12 months"), "amount"),
            Column("population", _("Inhabitants")),
            Column("penetration_ratio", _("Penetration"), "fine"),
            Column("penetration_low", _("Low"), "fine"),
            Column("penetration_high", _("High"), "fine"),
            Column("penetration_index", _("Index")),
            Column("distance_km", _("Nearest shop, km"), "one"),
        ),
        told,
        reads=reads,
        chart=places(
            gettext("Customers by commune; the shops"),
            spots,
            legend=(
                ("primary", gettext("above the average")),
                ("low", gettext("below the average")),
                ("shop", gettext("shop")),
            ),
        ),
        is_wide=True,
        shown_rows=40,
    )


def _zones(rows: list[Row], shop: Row, tell: Teller) -> Sheet:
    told = [
        {**row, "zone_name": ZONE.get(row["zone"], row["zone"])}
        for row in rows
        if row["customers"] and not row["is_small"]
    ]
    labelled = {row["insee_code"] for row in sorted(told, key=lambda row: -row["customers"])[:8]}
    spots = _spots(rows, told, lambda row: str(row["zone"]), tell, labelled)
    spots.append((shop["latitude"], shop["longitude"], 0.0, "shop", shop["shop_name"], ""))
    return Sheet(
        "zone",
        _("Catchment area of the shop"),
        ZONES,
        (
            Column("city", _("Commune"), "text"),
            Column("zone_name", _("Zone"), "text"),
            Column("distance_km", _("Distance, km"), "one"),
            Column("customers", _("Customers")),
            Column("customers_ratio", _("Share"), "ratio"),
            Column("cumulated_ratio", _("Cumulated"), "ratio"),
            Column("population", _("Inhabitants")),
            Column("penetration_ratio", _("Penetration"), "fine"),
            Column("potential_index", _("Potential index")),
        ),
        told,
        chart=places(
            gettext("Customers of the shop by commune"),
            spots,
            legend=(*((code, str(words)) for code, words in ZONE.items()), ("shop", gettext("shop"))),
        ),
        is_wide=True,
        shown_rows=40,
    )


def _rings(rows: list[Row], tell: Teller) -> Sheet:
    def middle(row: Row) -> float:
        return (row["from_km"] + row["to_km"]) / 2

    found = [(middle(row), 100 * row["penetration_ratio"]) for row in rows]
    curve = [
        (middle(row), 100 * row["expected_customers"] / row["population"])
        for row in rows
        if row["expected_customers"] is not None and row["population"]
    ]
    series = [(gettext("counted"), "one", found)]
    if curve:
        series.append((gettext("by the curve"), "two", curve))
    return Sheet(
        "distance",
        _("How it thins out with distance"),
        RINGS,
        (
            Column("from_km", _("From, km")),
            Column("to_km", _("To, km")),
            Column("communes", _("Communes")),
            Column("population", _("Inhabitants")),
            Column("customers", _("Customers")),
            Column("penetration_ratio", _("Penetration"), "fine"),
            Column("penetration_low", _("Low"), "fine"),
            Column("penetration_high", _("High"), "fine"),
            Column("expected_customers", _("By the curve")),
        ),
        rows,
        chart=lines(
            gettext("Penetration by distance"),
            series,
            x_text=lambda km: f"{km:.0f}",
            y_text=lambda share: tell.ratio(share / 100, 2),
            x_title=gettext("Kilometres from the shop"),
            y_title=gettext("Customers per inhabitant"),
            with_dots=True,
        ),
        is_wide=True,
    )


def _shops(rows: list[Row]) -> Sheet:
    return Sheet(
        "magasins",
        _("Shop by shop"),
        SHOPS,
        (
            Column("shop_name", _("Shop"), "text"),
            Column("customers", _("Customers")),
            Column("median_km", _("Median, km"), "one"),
            Column("primary_km", _("Primary, km"), "one"),
            Column("secondary_km", _("Secondary, km"), "one"),
            Column("reach_km", _("Reach, km"), "one"),
            Column("halving_km", _("Halved every, km"), "one"),
        ),
        sorted(rows, key=lambda row: -row["customers"]),
        is_wide=True,
        is_folded=False,
    )
