"""Associations: counts are exact, whatever the way they are counted; what is no basket is left out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import hypergeom

from chaland.cli import main
from chaland.engine import Engine
from chaland.insight import baskets as module
from chaland.insight.basket_counts import Baskets, count_pairs, frequent_itemsets, item_blocks
from chaland.insight.basket_tables import measured
from chaland.insight.baskets import BasketQuestion, measure_baskets
from chaland.progress import Reporter
from chaland.tables import base


def sold(tickets: Sequence[Sequence[str]], *, quantity: int = 1, is_product: bool = True) -> Engine:
    """Return an engine with one ticket per sequence of products."""
    engine = Engine()
    engine.create_missing(base.TICKETS, base.TICKET_LINES, base.PRODUCTS)
    lines = [
        {"ticket_id": f"t{number}", "line_number": rank, "product_key": product}
        for number, items in enumerate(tickets)
        for rank, product in enumerate(items)
    ]
    engine.connection.register("lines", pa.Table.from_pylist(lines))
    engine.execute(
        "insert into base.ticket_lines by name select *, $quantity as quantity, 1 as amount, "
        "$is_product as is_product, date '2026-01-05' as sold_date, 'f' as file, 1 as line from lines",
        {"quantity": quantity, "is_product": is_product},
    )
    return engine


def drawn(count: int, seed: int) -> list[list[str]]:
    random = np.random.default_rng(seed)
    return [[f"p{item}" for item in random.zipf(1.6, random.integers(1, 9)) if item < 12] for _ in range(count)]


def brute(tickets: Sequence[Sequence[str]], longest: int) -> Counter[tuple[str, ...]]:
    """Count every itemset of every ticket, the plain way."""
    counts: Counter[tuple[str, ...]] = Counter()
    for items in tickets:
        for size in range(1, longest + 1):
            counts.update(combinations(sorted(set(items)), size))
    return counts


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_itemsets_are_those_of_a_plain_count(seed: int) -> None:
    tickets = drawn(300, seed)
    engine = sold(tickets)
    measure_baskets(engine, BasketQuestion(least=12, confidence=0.0, longest=4), reporter=Reporter())
    rows = engine.rows("select list_sort(list_append(antecedent, consequent)), both_tickets from insight.basket_rules")
    found = {tuple(itemset): both for itemset, both in rows}
    wanted = {itemset: n for itemset, n in brute(tickets, 4).items() if n >= 12 and len(itemset) > 1}
    assert found == wanted
    assert max(map(len, wanted)) >= 3


@pytest.mark.parametrize("seed", [4, 5])
def test_pairs_do_not_depend_on_parts_nor_blocks(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = drawn(200, seed)
    question, rows = BasketQuestion(least=5), "from insight.basket_pairs order by all"
    whole = sold(tickets)
    measure_baskets(whole, question, reporter=Reporter())
    monkeypatch.setattr(module, "PART_LINES", 100)
    monkeypatch.setattr(module, "item_blocks", lambda items: item_blocks(items, cells=3 * items))
    cut = sold(tickets[::-1])
    measure_baskets(cut, question, reporter=Reporter())
    assert cut.rows(rows) == whole.rows(rows)
    assert len(whole.rows(rows)) > 5


def test_a_product_twice_on_a_ticket_counts_once() -> None:
    engine = sold([["a", "a", "b"]] * 3)
    measure_baskets(engine, BasketQuestion(least=2), reporter=Reporter())
    assert engine.rows("select item, other_item, item_tickets, both_tickets from insight.basket_pairs") == [
        ("a", "b", 3, 3)
    ]


@pytest.mark.parametrize("way", [{"quantity": -1}, {"is_product": False}])
def test_returns_and_postage_are_in_no_basket(way: dict[str, int]) -> None:
    engine = sold([["a", "b"]] * 5, **way)  # type: ignore[arg-type]
    found = measure_baskets(engine, BasketQuestion(least=1), reporter=Reporter())
    assert (found.tickets, found.items, found.pairs) == (0, 0, 0)


def test_a_ticket_of_three_thousand_lines_is_counted_with_the_others() -> None:
    starts = np.array([0, 3_000, 3_002])
    items = np.append(np.arange(3_000, dtype=np.int32), np.array([3, 5], dtype=np.int32))
    pairs = np.zeros((3_000, 3_000), dtype=np.int32)
    count_pairs(starts, items, 0, 3_000, pairs)
    assert (int(pairs.sum()), int(pairs[3, 5])) == (3_000 * 2_999 // 2 + 1, 2)


def test_a_rule_never_broken_has_no_finite_conviction() -> None:
    found = measured(np.array([10]), np.array([20]), np.array([10]), 100, 1)
    assert found["confidence"].tolist() == [1.0]
    assert found["conviction"].to_pylist() == [None]


def test_the_binomial_test_bounds_fishers() -> None:
    first, second, both = np.array([200, 40, 900]), np.array([300, 50, 80]), np.array([90, 12, 75])
    fisher = hypergeom.sf(both - 1, 1000, first, second)
    bound = measured(first, second, both, 1000, 1)["p_value"]
    assert (bound >= fisher - 1e-15).all()
    assert (bound[:2] < 1e-3).all()


def test_chance_is_not_taken_for_an_association() -> None:
    random = np.random.default_rng(8)
    tickets = [[f"p{item:02d}" for item in range(40) if random.random() < 0.2] for _ in range(1_500)]
    engine = sold(tickets)
    found = measure_baskets(engine, BasketQuestion(least=30), reporter=Reporter())
    assert found.pairs == 780
    assert engine.value("select count(*) from insight.basket_pairs where p_value < 0.05") > 10
    assert engine.value("select count(*) from insight.basket_pairs where is_significant") == 0


def test_too_many_itemsets_are_not_counted_to_the_end() -> None:
    baskets = Baskets(np.array([0, 12]), np.arange(12, dtype=np.int32))
    assert frequent_itemsets(baskets, 12, 1, 12, 1_000) is None
    found = frequent_itemsets(baskets, 12, 1, 12, 5_000)
    assert found is not None and len(found) == 2**12 - 1


def test_families_come_from_the_products_file() -> None:
    engine = sold([["a", "b"], ["a", "c"], ["b", "d"]])
    engine.execute(
        "insert into base.products by name "
        "select * from (values ('a', 'x'), ('b', 'y'), ('c', 'y')) as p (product_key, family)"
    )
    found = measure_baskets(engine, BasketQuestion(level="family", least=1), reporter=Reporter())
    assert (found.tickets, engine.rows("select item, other_item, both_tickets from insight.basket_pairs")) == (
        3,
        [("x", "y", 2)],
    )


def test_the_command_reads_a_file_without_customers_nor_days(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("ticket;article\n" + "".join(f"{n};pain\n{n};lait\n" for n in range(40)), encoding="utf-8")
    main(["baskets", str(path), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (answer["tickets"], answer["pairs"], answer["pairs_found"][0]["both_tickets"]) == (40, 1, 40)
    main(["baskets", str(path), "--out", str(tmp_path / "out")])
    assert "40 tickets" in capsys.readouterr().out
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_each_shop_and_each_season_is_counted_as_if_it_were_alone() -> None:
    tickets = [[*items, "p4"] if "p3" in items else items for items in drawn(1200, 5)]
    months, shops = [1, 4, 7, 10], ["A", "B", None]
    lines, heads = [], []
    for number, items in enumerate(tickets):
        day = date(2026, months[number % 4], 1 + number % 28)
        heads.append({"ticket_id": f"t{number}", "shop_key": shops[number % 3]})
        lines += [
            {"ticket_id": f"t{number}", "line_number": rank, "product_key": item, "sold_date": day}
            for rank, item in enumerate(items)
        ]
    with Engine() as engine:
        engine.create_missing(base.TICKETS, base.TICKET_LINES, base.PRODUCTS)
        engine.connection.register("lines", pa.Table.from_pylist(lines))
        engine.connection.register("heads", pa.Table.from_pylist(heads))
        engine.execute(
            "insert into base.ticket_lines by name select *, 1 as quantity, 1 as amount, true as is_product, "
            "'f' as file, 1 as line from lines"
        )
        engine.execute(
            "insert into base.tickets by name select *, ticket_id as ticket_key, 's' as source, 'shop' as channel, "
            "false as is_return, 1 as lines, 1 as units, 1 as amount, timestamp '2026-01-01' as sold_at, "
            "date '2026-01-01' as sold_date from heads"
        )
        measure_baskets(engine, BasketQuestion(least=3, by=("season", "shop")), reporter=Reporter())
        rows = engine.rows("select scope, scope_key, item, other_item, both_tickets from insight.basket_pairs")
        sizes = dict(
            engine.rows("select scope_key, round(max(tickets / support)) from insight.basket_items group by 1")
        )
    of_scope = {
        ("shop", "A"): tickets[0::3],
        ("shop", "B"): tickets[1::3],
        ("season", "winter"): tickets[0::4],
        ("season", "spring"): tickets[1::4],
    }
    for (scope, key), own in of_scope.items():
        counts = brute(own, 2)
        found = [(one, other, both) for kind, name, one, other, both in rows if (kind, name) == (scope, key)]
        assert all(both == counts[(one, other)] for one, other, both in found)
        assert sizes[key] == sum(bool(items) for items in own)
    assert {name for kind, name, *_ in rows if kind == "shop"} <= {"A", "B"}
    assert len({kind for kind, *_ in rows}) > 1, "a scope has a sure pair"
