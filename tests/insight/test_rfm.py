"""RFM: scores by fifths, segments, movements."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pyarrow as pa
from tests.insight.ledger import ledger

from chaland.engine import Engine
from chaland.insight.rfm import SEGMENTS, measure_rfm
from chaland.progress import Reporter
from chaland.tables import base

AS_OF = date(2026, 6, 30)


def scored(tickets: list[tuple[str | None, str, float]]) -> Engine:
    engine = ledger(tickets)
    measure_rfm(engine, as_of=AS_OF, reporter=Reporter())
    return engine


def ten_customers() -> list[tuple[str | None, str, float]]:
    """Customer k buys k times, last k days before the end, for 10 k each time."""
    tickets: list[tuple[str | None, str, float]] = []
    for k in range(1, 11):
        for order in range(k):
            tickets.append((f"c{k:02d}", str(AS_OF - timedelta(days=k + 20 * order)), 10.0 * k))
    return tickets


def test_fifths_hold_two_customers_of_ten_each() -> None:
    engine = scored(ten_customers())
    rows = engine.rows(
        "select customer_id, r_score, f_score, m_score from insight.rfm where as_of_date = $as_of order by customer_id",
        {"as_of": AS_OF},
    )
    assert [row[1] for row in rows] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert [row[2] for row in rows] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert [row[3] for row in rows] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_equal_values_share_the_class_of_their_mean_rank() -> None:
    same_day = str(AS_OF)
    engine = scored([(f"c{k}", same_day, 10.0) for k in range(9)] + [("late", "2026-01-05", 10.0)])
    assert engine.rows("select distinct r_score, f_score, m_score from insight.rfm where customer_id <> 'late'") == [
        (3, 3, 3)
    ]
    assert engine.value("select r_score from insight.rfm where customer_id = 'late'") == 1


def test_returns_lower_the_amount_and_are_no_purchase() -> None:
    engine = scored([("a", "2026-06-01", 50.0), ("a", "2026-06-20", -20.0), ("b", "2026-06-10", -5.0)])
    rows = "select customer_id, rfm_recency_days, rfm_frequency_orders, rfm_monetary_amount::double from insight.rfm"
    assert engine.rows(rows) == [("a", 29, 1, 30.0)]


def test_every_pair_of_scores_has_one_segment_and_all_are_named() -> None:
    random.seed(3)
    tickets: list[tuple[str | None, str, float]] = [
        (f"c{random.randrange(400)}", str(AS_OF - timedelta(days=int(700 * random.random() ** 2))), 10.0)
        for _ in range(1_500)
    ]
    found = {row[0] for row in scored(tickets).rows("select distinct segment from insight.rfm")}
    assert found <= set(SEGMENTS)
    assert len(found) == 10


def test_movements_count_each_customer_once() -> None:
    engine = scored(
        [
            ("stays", "2025-05-01", 10.0),
            ("stays", "2026-05-01", 10.0),
            ("comes", "2026-06-01", 5.0),
            ("goes", "2024-01-01", 7.0),
        ]
    )
    moves = engine.rows(
        "select segment_before, segment_after, customers, amount_before::double, amount_after::double "
        "from insight.rfm_movements where 'arrived' = segment_before or segment_after = 'gone' order by all"
    )
    assert [(move[0] == "arrived", move[1] == "gone", *move[2:]) for move in moves] == [
        (True, False, 1, 0.0, 5.0),
        (False, True, 1, 7.0, 0.0),
    ]
    assert engine.value("select sum(customers) from insight.rfm_movements") == 3


def test_companies_are_left_out_when_the_base_knows_them() -> None:
    engine = ledger([("person", "2026-06-01", 10.0), ("company", "2026-06-01", 9_000.0)])
    engine.execute("create table base.customers (customer_id varchar, is_organisation boolean)")
    engine.connection.register("flags", pa.table({"c": ["person", "company"], "o": [False, True]}))
    engine.execute("insert into base.customers from flags")
    measure_rfm(engine, as_of=AS_OF, reporter=Reporter())
    assert engine.rows("select customer_id from insight.rfm") == [("person",)]
    assert engine.exists(base.CUSTOMERS)


def test_the_order_of_tickets_changes_nothing() -> None:
    tickets = ten_customers()
    first = scored(tickets).rows("from insight.rfm order by all")
    random.seed(1)
    random.shuffle(tickets)
    assert scored(tickets).rows("from insight.rfm order by all") == first


def test_a_base_without_tickets_gives_empty_tables() -> None:
    assert scored([]).rows("from insight.rfm_segments") == []
