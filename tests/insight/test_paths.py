"""Purchase paths: counts are those of a plain count; chance is no path; purchases of one day have no order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.insight.ledger import ledger

from chaland.cli import main
from chaland.engine import Engine
from chaland.insight import paths as module
from chaland.insight.path_counts import lower_median
from chaland.insight.paths import PathQuestion, measure_paths
from chaland.progress import Reporter
from chaland.tables import base

START = date(2025, 1, 1)
AS_OF = date(2026, 12, 31)
Line = tuple[str, int, str, float]
"""Customer, day since START, department, amount."""


def bought(lines: Iterable[Line]) -> Engine:
    """Return an engine with one ticket and one line per purchase."""
    rows = list(lines)
    engine = ledger((who, str(START + timedelta(days=day)), amount) for who, day, _, amount in rows)
    engine.create_missing(base.TICKET_LINES, base.PRODUCTS)
    held = [
        {"rank": rank, "customer_id": who, "department": item, "sold_date": START + timedelta(days=day)}
        for rank, (who, day, item, _) in enumerate(rows)
    ]
    engine.connection.register("held", pa.Table.from_pylist(held))
    engine.execute(
        "insert into base.ticket_lines by name select 't' || rank as ticket_id, 1 as line_number, customer_id, "
        "department || '1' as product_key, department, 1 as quantity, 1 as amount, true as is_product, sold_date, "
        "'f' as file, rank as line from held"
    )
    return engine


def drawn(customers: int, seed: int, items: int = 6) -> list[Line]:
    random = np.random.default_rng(seed)
    lines: list[Line] = []
    for number in range(customers):
        days = np.sort(random.choice(400, random.integers(1, 7), replace=False)).tolist()
        for day in days:
            held = random.choice(items, random.integers(1, 4), replace=False).tolist()
            lines += [(f"c{number:04d}", day, f"d{item}", 10.0) for item in held]
    return lines


def visits(lines: Iterable[Line]) -> dict[str, list[tuple[int, set[str]]]]:
    told: dict[str, dict[int, set[str]]] = {}
    for who, day, item, _ in lines:
        told.setdefault(who, {}).setdefault(day, set()).add(item)
    return {who: sorted(days.items()) for who, days in told.items()}


def measured(lines: list[Line], **asked: int) -> Engine:
    engine = bought(lines)
    measure_paths(engine, PathQuestion(AS_OF, **asked), reporter=Reporter())  # type: ignore[arg-type]
    return engine


def test_transitions_are_those_of_a_plain_count() -> None:
    lines = drawn(60, 1)
    times: Counter[tuple[str, str]] = Counter()
    gaps: dict[tuple[str, str], list[int]] = {}
    who: dict[tuple[str, str], set[str]] = {}
    for customer, days in visits(lines).items():
        for (day, here), (later, there) in pairwise(days):
            for pair in product(here, there):
                times[pair] += 1
                gaps.setdefault(pair, []).append(later - day)
                who.setdefault(pair, set()).add(customer)
    found = measured(lines, least=3).rows(
        "select item, next_item, transitions, customers, median_days from insight.path_transitions"
    )
    wanted = {
        (*pair, n, len(who[pair]), lower_median(np.array(gaps[pair])))
        for pair, n in times.items()
        if len(who[pair]) >= 3
    }
    assert set(found) == wanted
    assert len(wanted) > 20


def test_order_counts_each_customer_once() -> None:
    lines = drawn(60, 2)
    leads: Counter[tuple[str, str]] = Counter()
    for days in visits(lines).values():
        first: dict[str, int] = {}
        for day, held in days:
            for item in held:
                first.setdefault(item, day)
        leads.update((a, b) for a, b in product(first, first) if first[a] < first[b])
    found = measured(lines, least=3).rows(
        "select item, next_item, item_first_customers, next_first_customers from insight.path_transitions"
    )
    assert {(a, b): (n, m) for a, b, n, m in found} == {(a, b): (leads[a, b], leads[b, a]) for a, b, _, _ in found}


@pytest.mark.parametrize("seed", [3, 4])
def test_sequences_are_those_of_a_plain_count(seed: int) -> None:
    lines = drawn(50, seed, items=4)
    held: dict[tuple[str, ...], dict[str, int]] = {}
    for customer, days in visits(lines).items():
        for size in (1, 2, 3):
            for sequence in product("0123", repeat=size):
                place, begun = -1, 0
                for rank, letter in enumerate(sequence):
                    nexts = [i for i in range(place + 1, len(days)) if f"d{letter}" in days[i][1]]
                    if not nexts:
                        break
                    place = nexts[0]
                    begun = days[place][0] if rank == 0 else begun
                else:
                    held.setdefault(sequence, {})[customer] = days[place][0] - begun
    wanted = {
        (tuple(f"d{letter}" for letter in sequence), len(who), lower_median(np.array(list(who.values()))))
        for sequence, who in held.items()
        if len(who) >= 5 and len(sequence) > 1
    }
    engine = measured(lines, least=5, longest=3)
    rows = engine.rows("select sequence, customers, median_days from insight.path_sequences")
    assert {(tuple(sequence), n, days) for sequence, n, days in rows} == wanted
    assert max(len(sequence) for sequence, _, _ in wanted) == 3


def test_blocks_parts_and_the_order_of_lines_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = drawn(80, 5)
    whole = measured(lines, least=3)
    monkeypatch.setattr(module, "PART_LINES", 60)
    monkeypatch.setattr(module, "BLOCK_CELLS", 12)
    monkeypatch.setattr(module, "SLOTS", 5)
    cut = measured(lines[::-1], least=3)
    for table in ("path_transitions", "path_sequences", "path_starts"):
        rows = f"from insight.{table} order by all"
        assert cut.rows(rows) == whole.rows(rows)


def test_chance_is_not_taken_for_a_path() -> None:
    engine = measured(drawn(600, 6, items=12), least=20)
    assert engine.value("select count(*) from insight.path_transitions where p_value < 0.05") > 1
    assert engine.value("select count(*) from insight.path_transitions where is_significant") == 0
    assert engine.value("select count(*) from insight.path_transitions where order_p_adjusted < 0.05") == 0


def test_a_path_is_found_with_its_days_and_its_order() -> None:
    lines = drawn(300, 7)
    for number in range(120):
        lines += [(f"p{number:03d}", 10, "bath", 50.0), (f"p{number:03d}", 31, "tiles", 50.0)]
    engine = measured(lines, least=30)
    best = engine.rows(
        "select item, next_item, customers, median_days, is_significant, order_p_adjusted < 0.001 "
        "from insight.path_transitions order by lift desc limit 1"
    )
    assert best == [("bath", "tiles", 120, 21, True, True)]


def test_purchases_of_one_day_have_no_order() -> None:
    lines = [(f"c{n}", 5, item, 10.0) for n in range(40) for item in ("a", "b")]
    engine = measured(lines, least=2)
    assert engine.value("select count(*) from insight.path_transitions") == 0
    assert engine.value("select count(*) from insight.path_sequences") == 0


def test_a_beginning_that_leads_to_good_customers_is_told_with_its_interval() -> None:
    lines: list[Line] = [("z", 0, "plants", 1.0)]  # the tickets begin: a first purchase seen at once may not be one
    for number in range(400):
        start, after = ("tools", 300.0) if number % 4 == 0 else ("plants", 20.0)
        lines += [(f"c{number:03d}", 120, start, 10.0), (f"c{number:03d}", 160 + number % 50, "plants", after)]
    rows = measured(lines, least=30).rows(
        "select item, customers, good_customers, other_good_ratio, change, is_significant, change_low > 0.5 "
        "from insight.path_starts order by item"
    )
    assert rows == [("plants", 300, 0, 1.0, -1.0, True, False), ("tools", 100, 100, 0.0, 1.0, True, True)]


def test_a_beginner_not_yet_followed_long_enough_is_not_judged() -> None:
    late = (AS_OF - START).days - 100
    lines: list[Line] = [("z", 0, "a", 1.0), *((f"c{n}", late, "a", 10.0) for n in range(40))]
    assert measured(lines, least=10).value("select count(*) from insight.path_starts") == 0


def test_too_many_sequences_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SEQUENCES", 10)
    found = measure_paths(bought(drawn(60, 8)), PathQuestion(AS_OF, least=2), reporter=Reporter())
    assert found.refusal == "Plus de 10 suites : demandez davantage de clients."
    assert found.sequences == 0 and found.transitions > 0


def test_nothing_bought_tells_nothing() -> None:
    engine = Engine()
    found = measure_paths(engine, PathQuestion(AS_OF), reporter=Reporter())
    assert (found.customers, found.items, found.transitions, found.sequences, found.starts) == (0, 0, 0, 0, 0)


def test_the_command_reads_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines.csv"
    rows = "".join(f"{who};{START + timedelta(days=day)};{item};10\n" for who, day, item, _ in drawn(80, 9))
    path.write_text("client;date;rayon;montant\n" + rows, encoding="utf-8")
    main(["paths", str(path), "--customers", "5", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (answer["customers"], len(answer["transitions"])) == (80, 36)
    main(["paths", str(path), "--customers", "5", "--out", str(tmp_path / "out")])
    assert "80 clients" in capsys.readouterr().out
    assert len(list((tmp_path / "out").iterdir())) == 3
