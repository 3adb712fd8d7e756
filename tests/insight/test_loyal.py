"""What makes loyal: likes are compared with likes; chance is not taken for an effect; an effect is found, as wide."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.insight.test_paths import AS_OF, START, Line, bought

from chaland.cli import main
from chaland.engine import Engine
from chaland.insight.loyal import LoyalQuestion, measure_loyal
from chaland.insight.matched import mantel_haenszel
from chaland.progress import Reporter

END = (AS_OF - START).days
FOUND, DURING = END - 180, END - 270


def drawn(customers: int, seed: int, *, effect: float = 0.0) -> list[Line]:
    """Return purchases of regular customers: the keener buy more of everything, before, meanwhile and after.

    Four in ten discover "lights" whatever they were, and more often "keen" when they buy much; `effect` is added to
    the chance that each purchase afterwards takes place, for those who discover lights.
    """
    random = np.random.default_rng(seed)
    lines: list[Line] = []
    for number in range(customers):
        who, rate = f"c{number:05d}", int(random.integers(4, 22))
        before = np.sort(random.choice(np.arange(FOUND - 455, DURING), rate, replace=False))
        during = random.choice(np.arange(DURING + 1, FOUND + 1), max(1, rate // 4), replace=False)
        lights, keen = random.random() < 0.4, random.random() < (rate - 4) / 20
        chance = 0.35 + 0.02 * rate + effect * lights
        after = [day for day in range(FOUND + 1, END + 1) if random.random() < chance * rate / 455]
        lines += [(who, int(day), "plain", 30.0) for day in (*before, *after)]
        lines += [(who, int(day), "plain", 30.0) for day in during]
        lines += [(who, int(during[0]), "lights" if lights else "rest", 20.0)]
        lines += [(who, int(during[0]), "keen" if keen else "rest2", 20.0)]
    return lines


def measured(lines: list[Line]) -> Engine:
    engine = bought(lines)
    found = measure_loyal(engine, LoyalQuestion(AS_OF, before_days=455), reporter=Reporter())
    assert found.refusal == ""
    return engine


def test_an_effect_is_found_and_what_goes_with_keen_customers_is_not_taken_for_one() -> None:
    engine = measured(drawn(1_800, 1, effect=0.5))
    rows = engine.rows("select item, is_significant, change > 0.3 from insight.loyal order by item")
    assert ("lights", True, True) in rows
    assert ("keen", False, False) in rows
    assert engine.value("select unlikeness < unlikeness_before / 4 from insight.loyal where item = 'keen'")


def test_nothing_is_found_where_nothing_is() -> None:
    engine = measured(drawn(1_200, 2))
    assert engine.value("select count(*) from insight.loyal") == 4
    assert engine.value("select count(*) from insight.loyal where is_significant") == 0


def test_customers_on_a_list_of_high_potential_are_taken_when_there_are_enough() -> None:
    engine = bought(drawn(900, 3))
    question = LoyalQuestion(AS_OF, before_days=455)
    assert 300 <= measure_loyal(engine, question, reporter=Reporter()).customers < 350
    assert engine.rows("select basis from insight.loyal_population") == [("amount",)]
    engine.execute(
        "create or replace table base.customers (customer_id varchar, is_high_potential bool, is_organisation bool)"
    )
    engine.execute("insert into base.customers select distinct customer_id, true, false from base.tickets limit 250")
    assert measure_loyal(engine, question, reporter=Reporter()).customers == 250
    assert engine.rows("select basis from insight.loyal_population") == [("list",)]


def test_too_few_customers_are_refused() -> None:
    found = measure_loyal(bought(drawn(60, 4)), LoyalQuestion(AS_OF), reporter=Reporter())
    assert found.refusal.startswith("21 clients à fort potentiel")


def test_the_interval_of_a_difference_over_small_strata_holds_the_truth() -> None:
    """500 draws of 60 strata of a few customers each, true difference .15: 95 % of the intervals hold it."""
    random = np.random.default_rng(5)
    draws, strata = 500, 60
    n, m = random.integers(1, 4, draws * strata), random.integers(1, 6, draws * strata)
    level = random.uniform(0.1, 0.7, draws * strata)
    a, b = random.binomial(n, level + 0.15), random.binomial(m, level)
    group = np.repeat(np.arange(draws), strata)
    found = mantel_haenszel(group, draws, *(values.astype(float) for values in (n, a, m, b)))
    held = np.mean((found.low <= 0.15) & (found.high >= 0.15))
    assert 0.925 < held < 0.975
    assert abs(found.change.mean() - 0.15) < 0.01


def test_the_command_says_that_it_is_no_cause(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines.csv"
    rows = "".join(f"{who};{START + timedelta(days=day)};{item};{paid}\n" for who, day, item, paid in drawn(900, 6))
    path.write_text("client;date;rayon;montant\n" + rows, encoding="utf-8")
    main(["loyal", str(path), "--as-of", str(AS_OF), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["population"]["basis"] == "amount"
    main(["loyal", str(path), "--as-of", str(AS_OF), "--out", str(tmp_path / "out")])
    assert "pas une cause" in capsys.readouterr().out
    assert len(list((tmp_path / "out").iterdir())) == 2
