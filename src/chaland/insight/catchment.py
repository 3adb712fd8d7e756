"""Catchment: where the customers live, what share of the inhabitants they are, and how it falls with distance.

Reads base.customers, base.shops, base.communes and the reference communes (inhabitants and centres: INSEE and IGN,
Licence Ouverte); writes insight.catchment_communes, catchment_zones, catchment_shops and catchment_rings. The number of
households of a commune is not openly at hand: penetration is over inhabitants. A shop stands at the centre of its
commune, or at its own place where a file gives it (work.shop_places); customers of a file of tickets live where
work.homes says. Distances are as the crow flies. Zones: the nearest communes that make 60 %, then 85 %, of a shop's
customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.engine.work_tables import drop_work_tables
from chaland.insight.arrays import Floats, Ints
from chaland.insight.decay import Decay, fit_decay
from chaland.insight.intervals import wilson
from chaland.insight.window import months_before
from chaland.progress import Reporter
from chaland.reference import table_path
from chaland.tables import Table, base, insight_studies

PACKAGE = "chaland.insight"
WINDOW_MONTHS = 12
RING_KM = 5
_WORK = [
    "catchment_customers",
    "catchment_places",
    "catchment_sites",
    "catchment_homes",
    "catchment_pairs",
    "catchment_reach",
]


@dataclass(frozen=True)
class Catchment:
    """What was found: customers of the window, those whose commune is known, shops, and shops on the map."""

    customers: int
    located: int
    shops: int
    sites: int


def measure_catchment(engine: Engine, *, as_of: date, months: int = WINDOW_MONTHS, reporter: Reporter) -> Catchment:
    """Fill the four tables of catchment.

    Args:
        as_of: day looked from.
        months: customers counted are the persons whose last purchase is within so many months.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_catchment(engine, as_of=AS_OF, reporter=Reporter()).located
    135
    """
    engine.create_missing(base.CUSTOMERS, base.SHOPS, base.COMMUNES, insight_studies.SHOP_PLACES)
    of_files = engine.exists(insight_studies.HOMES)
    engine.execute("create schema if not exists work")
    for table in insight_studies.CATCHMENT_TABLES:
        engine.create(table)
    window = {"as_of": as_of, "since": months_before(as_of, months)}
    try:
        with reporter.step("insight.catchment") as step:
            engine.run(PACKAGE, "catchment_places.sql", communes=str(table_path("communes")))
            engine.run(PACKAGE, "catchment_sites.sql", postcodes=str(table_path("postcodes")))
            engine.run(PACKAGE, f"catchment_customers{'_of_files' if of_files else ''}.sql", **window)
            engine.run(PACKAGE, "catchment_homes.sql")
            engine.run(PACKAGE, "catchment_pairs.sql")
            engine.run(PACKAGE, "catchment_reach.sql")
            _fill_communes(engine)
            _fill_shops(engine)
            found = Catchment(
                customers=engine.count("work.catchment_customers"),
                located=int(engine.value("select coalesce(sum(customers), 0) from work.catchment_homes")),
                shops=engine.count(base.SHOPS),
                sites=engine.count("work.catchment_sites"),
            )
            step.note(customers=found.customers, located=found.located, shops=found.sites)
        return found
    finally:
        drop_work_tables(engine, _WORK)


def _floats(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows[name].to_numpy(), dtype=np.float64)


def _fill_communes(engine: Engine) -> None:
    rows = engine.arrow(sql_text(PACKAGE, "catchment_communes.sql"))
    customers, population = _floats(rows, "customers"), _floats(rows, "population")
    low, high = wilson(np.minimum(customers, population), population)
    mean = customers.sum() / max(population.sum(), 1.0)
    index = 100 * customers / population / (mean or 1.0)
    nobody = np.full(len(rows), mean == 0)
    told = rows.append_column("penetration_ratio", pa.array(customers / population))
    told = told.append_column("penetration_low", pa.array(low)).append_column("penetration_high", pa.array(high))
    _insert(
        engine,
        insight_studies.CATCHMENT_COMMUNES,
        told.append_column("penetration_index", pa.array(index, mask=nobody)),
    )


def _fill_shops(engine: Engine) -> None:
    """Fill the tables of zones, shops and rings."""
    rows = engine.arrow(sql_text(PACKAGE, "catchment_zones.sql"))
    reach = engine.arrow("from work.catchment_reach order by shop_key").to_pylist()
    number = {shop["shop_key"]: place for place, shop in enumerate(reach)}
    shop = np.array([number[key] for key in rows["shop_key"].to_pylist()], dtype=np.int64)
    population, distance, customers = (_floats(rows, name) for name in ("population", "distance_km", "customers"))
    expected = np.full(len(rows), np.nan)
    told: list[dict[str, Any]] = []
    for place, facts in enumerate(reach):
        mine = shop == place
        curve = fit_decay(np.zeros(int(mine.sum()), np.int64), 1, population[mine], distance[mine], customers[mine])
        if curve:
            expected[mine] = curve.expected
        told.append(_shop(facts, int(customers[mine].sum()), curve, float(curve.levels[0]) if curve else None))
    whole = fit_decay(shop, len(reach), population, distance, customers) if reach else None
    told.append(_shop(_together(reach, distance, customers), int(customers.sum()), whole, None))
    _insert(engine, insight_studies.CATCHMENT_SHOPS, pa.Table.from_pylist(told))
    _fill_zones(engine, rows, expected)
    _fill_rings(engine, rows["shop_key"].to_pylist(), population, distance, customers, expected)


def _shop(facts: dict[str, Any], within: int, curve: Decay | None, level: float | None) -> dict[str, Any]:
    """Return a row of insight.catchment_shops."""
    halving, halving_low, halving_high = curve.halving_km() if curve else (None, None, None)
    return {
        **facts,
        "customers_within": within,
        "decay_per_km": curve.slope if curve else None,
        "decay_low": curve.low if curve else None,
        "decay_high": curve.high if curve else None,
        "halving_km": halving,
        "halving_low_km": halving_low,
        "halving_high_km": halving_high,
        "penetration_at_shop": level,
        "dispersion": curve.dispersion if curve else None,
    }


def _together(reach: list[dict[str, Any]], distance: Floats, customers: Floats) -> dict[str, Any]:
    """Return what is known of all shops together, as of one."""
    order = np.argsort(distance, kind="stable")
    until, ends = np.cumsum(customers[order]), distance[order]

    def within(share: float) -> float | None:
        return float(ends[np.searchsorted(until, share * until[-1])]) if len(until) and until[-1] else None

    return {
        "shop_key": "",
        "shop_name": "",
        "insee_code": None,
        "latitude": None,
        "longitude": None,
        "customers": sum(shop["customers"] for shop in reach),
        "reach_km": max((shop["reach_km"] for shop in reach), default=0.0),
        "median_km": within(0.5),
        "primary_km": within(0.6),
        "secondary_km": within(0.85),
    }


def _fill_zones(engine: Engine, rows: pa.Table, expected: Floats) -> None:
    customers, population = _floats(rows, "customers"), _floats(rows, "population")
    low, high = wilson(np.minimum(customers, population), population)
    unknown = np.isnan(expected)
    index = 100 * customers / np.where(unknown | (expected <= 0), 1.0, expected)
    columns = {
        "penetration_ratio": pa.array(customers / population),
        "penetration_low": pa.array(low),
        "penetration_high": pa.array(high),
        "expected_customers": pa.array(expected, mask=unknown),
        "potential_index": pa.array(index, mask=unknown | (expected <= 0)),
    }
    for name, values in columns.items():
        rows = rows.append_column(name, values)
    _insert(engine, insight_studies.CATCHMENT_ZONES, rows)


def _fill_rings(
    engine: Engine, keys: list[str], population: Floats, distance: Floats, customers: Floats, expected: Floats
) -> None:
    ring = (distance // RING_KM).astype(np.int64)
    names = sorted(set(keys))
    number = {key: place for place, key in enumerate(names)}
    shop: Ints = np.array([number[key] for key in keys], dtype=np.int64)
    told: list[dict[str, Any]] = []
    for key, mine in [("", np.ones(len(ring), dtype=bool)), *((name, shop == place) for name, place in number.items())]:
        for number_of_ring in np.unique(ring[mine]).tolist():
            inside = mine & (ring == number_of_ring)
            people, met = float(population[inside].sum()), float(customers[inside].sum())
            low, high = wilson(min(met, people), people)
            foretold = expected[inside]
            told.append(
                {
                    "shop_key": key,
                    "from_km": number_of_ring * RING_KM,
                    "to_km": (number_of_ring + 1) * RING_KM,
                    "communes": int(inside.sum()),
                    "population": int(people),
                    "customers": int(met),
                    "penetration_ratio": met / people,
                    "penetration_low": float(low),
                    "penetration_high": float(high),
                    "expected_customers": None if np.isnan(foretold).any() else float(foretold.sum()),
                }
            )
    if told:
        _insert(engine, insight_studies.CATCHMENT_RINGS, pa.Table.from_pylist(told))


def _insert(engine: Engine, table: Table, rows: pa.Table) -> None:
    engine.connection.register("catchment_rows", rows)
    try:
        engine.insert(table, "from catchment_rows")
    finally:
        engine.connection.unregister("catchment_rows")
