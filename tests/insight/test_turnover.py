"""Concentration, cohorts and the split of turnover, on ledgers small enough to count by hand."""

from __future__ import annotations

from datetime import date

import pytest
from tests.insight.ledger import ledger

from chaland.engine import Engine
from chaland.insight.cohorts import measure_cohorts
from chaland.insight.concentration import measure_concentration
from chaland.insight.turnover import measure_turnover
from chaland.progress import Reporter

AS_OF = date(2026, 6, 30)


def concentrated(amounts: list[float], *, with_zeros: bool = False) -> Engine:
    engine = ledger([(f"c{rank:03d}", "2026-06-01", amount) for rank, amount in enumerate(amounts)])
    measure_concentration(engine, as_of=AS_OF, with_zeros=with_zeros, reporter=Reporter())
    return engine


def test_gini_of_one_to_four_is_a_quarter() -> None:
    # by hand: 2 × (1×1 + 2×2 + 3×3 + 4×4) / (4 × 10) − 5/4
    assert concentrated([3, 1, 4, 2]).value("select gini from insight.concentration") == pytest.approx(0.25, abs=1e-12)


def test_gini_is_zero_when_all_spend_alike_and_near_one_when_one_spends_all() -> None:
    assert concentrated([10.0] * 50).value("select gini from insight.concentration") == pytest.approx(0, abs=1e-12)
    alone = concentrated([1_000.0] + [0.0] * 99, with_zeros=True)
    assert alone.value("select gini from insight.concentration") == pytest.approx(0.99, abs=1e-12)


def test_a_fifth_makes_eighty_per_cent() -> None:
    engine = concentrated([40.0, 40.0] + [2.5] * 8)
    assert engine.rows(
        "select half_customers_ratio, two_thirds_customers_ratio, eighty_customers_ratio from insight.concentration"
    ) == [(0.2, 0.2, 0.2)]
    assert engine.rows("select abc, count(*) from insight.abc group by abc order by abc") == [
        ("A", 2),
        ("B", 6),
        ("C", 2),
    ]
    assert engine.value("select amount_ratio from insight.lorenz where customers_percent = 100") == 1.0


def test_customers_who_gave_everything_back_are_counted_apart() -> None:
    engine = ledger([("a", "2026-06-01", 10.0), ("b", "2026-06-01", 10.0), ("b", "2026-06-02", -10.0)])
    measure_concentration(engine, as_of=AS_OF, reporter=Reporter())
    assert engine.rows("select customers, customers_left_out from insight.concentration") == [(1, 1)]


def test_anonymous_tickets_are_no_customer() -> None:
    engine = ledger([("a", "2026-06-01", 10.0), (None, "2026-06-01", 10.0)])
    measure_concentration(engine, as_of=AS_OF, reporter=Reporter())
    assert engine.rows("select customers, customers_left_out from insight.concentration") == [(1, 0)]


def test_cohorts_show_months_in_which_nobody_came_and_mark_the_one_under_way() -> None:
    engine = ledger(
        [("a", "2026-03-05", 10.0), ("b", "2026-03-20", 10.0), ("a", "2026-05-02", 7.0), ("b", "2026-05-02", -3.0)]
    )
    measure_cohorts(engine, as_of=date(2026, 6, 15), reporter=Reporter())
    assert engine.rows(
        "select months_since, active_customers, retention_ratio, amount::double, is_complete from insight.cohorts "
        "order by months_since"
    ) == [(0, 2, 1.0, 20.0, True), (1, 0, 0.0, 0.0, True), (2, 1, 0.5, 4.0, True), (3, 0, 0.0, 0.0, False)]


def test_the_three_parts_add_up_to_the_change() -> None:
    engine = ledger(
        [
            ("a", "2024-07-01", 100.0),
            ("b", "2025-01-01", 50.0),
            ("a", "2025-08-01", 80.0),
            ("a", "2026-01-01", 80.0),
            ("b", "2026-01-01", 40.0),
            ("c", "2026-02-01", 60.0),
            (None, "2026-02-01", 999.0),
        ]
    )
    measure_turnover(engine, as_of=AS_OF, reporter=Reporter())
    first, second = engine.arrow("from insight.turnover order by last_date").to_pylist()
    assert (first["first_date"], first["last_date"]) == (date(2024, 7, 1), date(2025, 6, 30))
    assert first["change_amount"] is None
    assert (second["active_customers"], second["tickets"], second["frequency"]) == (3, 4, 4 / 3)
    assert (float(second["amount"]), float(second["anonymous_amount"]), second["basket_amount"]) == (260.0, 999.0, 65.0)
    assert second["change_amount"] == 110.0
    parts = [second[f"change_from_{part}"] for part in ("customers", "frequency", "basket")]
    assert sum(parts) == pytest.approx(110.0, abs=1e-9)
    # three customers instead of two, four visits for three instead of two for two, 65 instead of 75 a basket
    assert [part > 0 for part in parts] == [True, True, False]


def test_doubling_the_customers_alone_explains_the_whole_change() -> None:
    engine = ledger([("a", "2024-07-01", 10.0), ("a", "2025-08-01", 10.0), ("b", "2025-08-01", 10.0)])
    measure_turnover(engine, as_of=AS_OF, reporter=Reporter())
    row = engine.arrow("from insight.turnover order by last_date desc limit 1").to_pylist()[0]
    assert row["change_from_customers"] == pytest.approx(10.0, abs=1e-9)
    assert row["change_from_frequency"] == pytest.approx(0.0, abs=1e-9)
    assert row["change_from_basket"] == pytest.approx(0.0, abs=1e-9)


def test_a_year_without_a_purchase_has_a_change_and_no_parts() -> None:
    engine = ledger([("a", "2023-07-01", 30.0), ("b", "2026-05-01", 50.0)])
    measure_turnover(engine, as_of=AS_OF, reporter=Reporter())
    years = engine.rows(
        "select active_customers, change_amount, change_from_customers from insight.turnover order by last_date"
    )
    assert years == [(1, None, None), (0, -30.0, None), (1, 50.0, None)]
