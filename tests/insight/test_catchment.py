"""Catchment: communes, shops and rings agree; the curve is the one drawn; small communes are marked."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from chaland.cli import main
from chaland.engine import Engine
from chaland.insight.catchment import Catchment, measure_catchment
from chaland.insight.decay import fit_decay
from chaland.progress import Reporter
from chaland.tables import base

AS_OF = date(2026, 6, 30)
NANTES, REZE, CHALON, PARIS_1 = "44109", "44143", "71076", "75101"


def living(homes: dict[tuple[str, str | None], int]) -> Engine:
    """Return an engine with so many customers by (commune, home shop), and two shops, in Nantes and Chalon."""
    engine = Engine()
    engine.create_missing(base.SHOPS, base.COMMUNES)
    engine.execute("create schema if not exists base")
    engine.execute(
        "create or replace table base.customers (customer_id varchar, household_id varchar, insee_code varchar, "
        "home_shop_key varchar, amount_12_months decimal(18, 4), is_organisation boolean, tickets integer, "
        "first_purchase_date date, last_purchase_date date)"
    )
    for (commune, shop), count in homes.items():
        engine.execute(
            "insert into base.customers select $commune || '-' || n, $commune || '-' || n // 2, $commune, $shop, 10, "
            "false, 1, '2026-01-05', '2026-01-05' from range($count) as numbers (n)",
            {"commune": commune, "shop": shop, "count": count},
        )
    engine.execute(
        "insert into base.shops by name select * from (values ('N', 'Nantes', '44000', 'NANTES'), "
        "('C', 'Chalon', '71100', 'Chalon s/ Saône'), ('X', 'Nowhere', '99999', 'Atlantis')) "
        "as s (shop_key, shop_name, postcode, city)"
    )
    return engine


def measured(homes: dict[tuple[str, str | None], int]) -> tuple[Engine, Catchment]:
    engine = living(homes)
    return engine, measure_catchment(engine, as_of=AS_OF, reporter=Reporter())


def test_customers_are_counted_by_commune_and_shop() -> None:
    engine, found = measured({(NANTES, "N"): 300, (REZE, "N"): 100, (CHALON, "C"): 40, (PARIS_1, None): 12})
    assert (found.customers, found.located, found.shops, found.sites) == (452, 452, 3, 2)
    rows = engine.rows(
        "select city, customers, households, amount::integer, nearest_shop_key, round(distance_km) from "
        "insight.catchment_communes where customers > 0 order by customers desc"
    )
    assert rows == [
        ("Nantes", 300, 150, 3000, "N", 0),
        ("Rezé", 100, 50, 1000, "N", 6),
        ("Chalon-sur-Saône", 40, 20, 400, "C", 0),
        ("Paris", 12, 6, 120, None, None),
    ]


def test_penetration_is_over_inhabitants() -> None:
    engine, _ = measured({(NANTES, "N"): 300})
    population, ratio, low, high = engine.rows(
        "select population, penetration_ratio, penetration_low, penetration_high from insight.catchment_communes "
        "where insee_code = '44109'"
    )[0]
    assert population > 300_000
    assert low < ratio == 300 / population < high
    engine.execute("insert into base.communes values ('44109', 'Nantes', 1000)")
    measure_catchment(engine, as_of=AS_OF, reporter=Reporter())
    assert engine.rows("select penetration_ratio from insight.catchment_communes where city = 'Nantes'") == [(0.3,)]


def test_zones_gather_the_nearest_communes_first() -> None:
    engine, _ = measured({(NANTES, "N"): 55, (REZE, "N"): 30, (CHALON, "N"): 15})
    rows = engine.rows("select city, zone, customers, is_small from insight.catchment_zones where customers > 0")
    assert sorted(rows) == [("Nantes", "primary", 55, False), ("Rezé", "secondary", 30, False)]
    shop = engine.rows("select customers, customers_within, reach_km from insight.catchment_shops where shop_key = 'N'")
    assert shop == [(100, 85, 100.0)]


def test_rings_hold_all_customers_within_reach() -> None:
    engine, _ = measured({(NANTES, "N"): 300, (REZE, "N"): 100, (CHALON, "C"): 40})
    assert engine.rows(
        "select shop_key, sum(customers)::integer, min(penetration_low) >= 0 from insight.catchment_rings "
        "group by shop_key order by shop_key"
    ) == [("", 440, True), ("C", 40, True), ("N", 400, True)]


def test_few_customers_of_a_commune_are_marked() -> None:
    engine, _ = measured({(NANTES, "N"): 11, (REZE, "N"): 10})
    rows = engine.rows("select city, is_small from insight.catchment_communes where customers > 0 order by city")
    assert rows == [("Nantes", False), ("Rezé", True)]


def test_a_base_without_shops_still_tells_its_communes() -> None:
    engine = living({(NANTES, None): 20})
    engine.execute("delete from base.shops")
    found = measure_catchment(engine, as_of=AS_OF, reporter=Reporter())
    assert (found.sites, engine.rows("select city from insight.catchment_communes")) == (0, [("Nantes",)])
    assert engine.rows("select shop_key, customers from insight.catchment_shops") == [("", 0)]


def test_the_interval_of_the_curve_holds_the_slope_drawn() -> None:
    """400 draws, five shops of sixty communes, scattered beyond Poisson: 95 % of the intervals hold −0.12."""
    random = np.random.default_rng(4)
    shop, held = np.repeat(np.arange(5), 60), 0
    for _ in range(400):
        distance, population = random.uniform(0, 40, 300), random.lognormal(8, 1, 300)
        mean = population * random.uniform(0.01, 0.05, 5)[shop] * np.exp(-0.12 * distance)
        customers = random.poisson(mean * random.gamma(5, 1 / 5, 300)).astype(float)
        found = fit_decay(shop, 5, population, distance, customers)
        assert found is not None
        held += found.low <= -0.12 <= found.high
    assert 0.90 <= held / 400 <= 0.985


def test_too_little_has_no_curve() -> None:
    distance = np.arange(20.0)
    assert fit_decay(np.zeros(20, np.int64), 1, np.full(20, 1e3), distance, np.full(20, 1.0)) is None


def test_a_file_is_refused_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["catchment", str(path)])
    assert stop.value.code == 2
    assert "base" in capsys.readouterr().err


def test_files_of_tickets_customers_and_shops_tell_what_a_base_would(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tickets = [f"{n},N,2026-03-0{1 + n % 9},20" for n in range(40)] + [f"{n},C,2026-04-01,10" for n in range(40, 60)]
    homes = [f"{n},{'44000,Nantes' if n < 25 else '44400,REZE'}," for n in range(40)]
    homes += [f"{n},,,{CHALON}" for n in range(40, 55)] + ["55,99999,Atlantis,", "56,1000,,"]
    (tmp_path / "tickets.csv").write_text("client,magasin,date,montant\n" + "\n".join(tickets), encoding="utf-8")
    (tmp_path / "clients.csv").write_text("client,cp,ville,code insee\n" + "\n".join(homes), encoding="utf-8")
    shops = "code,nom,latitude,longitude,cp,ville\nN,Nantes,47.19,-1.55,,\nC,Chalon,,,71100,Chalon-sur-Saône\n"
    (tmp_path / "magasins.csv").write_text(shops, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("tickets.csv", "clients.csv", "magasins.csv")]
    main(["catchment", files[0], "--customers", files[1], "--shops", files[2], "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert [
        (row["city"], row["customers"], row["nearest_shop_key"]) for row in answer["communes"] if row["customers"]
    ] == [
        ("Nantes", 25, "N"),
        ("Rezé", 15, "N"),
        ("Chalon-sur-Saône", 15, "C"),
    ]
    assert answer["small"] == 1  # 01000, its first zero given back
    assert [(row["shop_key"], row["customers"], row["insee_code"]) for row in answer["shops"]] == [
        ("", 56, None),
        ("C", 16, CHALON),
        ("N", 40, REZE),  # the commune whose centre is nearest to its coordinates
    ]
    main(["catchment", files[0], "--customers", files[1]])
    assert "56" in capsys.readouterr().out


def test_a_file_without_a_place_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("client,date,montant\n1,2026-01-01,5\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["catchment", str(path), "--customers", str(path)])
    assert "commune / postcode" in capsys.readouterr().err
