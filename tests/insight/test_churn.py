"""Attrition: silence against one's own rhythm, and a score that never sees the days it foretells."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.insight.ledger import ledger
from tests.insight.test_clv import AS_OF, Ticket, bought

from chaland.cli import main
from chaland.engine import Engine
from chaland.insight.churn import VARIABLES, Churn, features, in_season, measure_churn, rhythms, season_ratio
from chaland.insight.logistic import auc, fit_logistic
from chaland.progress import Reporter


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
    return bought(1_200, seed=21)


def watched(tickets: list[Ticket], as_of: date = AS_OF) -> tuple[Engine, Churn]:
    engine = ledger(tickets)
    return engine, measure_churn(engine, as_of=as_of, reporter=Reporter())


def visits(customer: str, gap: int, count: int, silence: int) -> list[Ticket]:
    """Return visits every `gap` days, the last one `silence` days before the end."""
    return [(customer, str(AS_OF - timedelta(days=silence + gap * number)), 10.0) for number in range(count)]


def test_the_same_silence_worries_for_the_regular_and_not_for_the_rare() -> None:
    engine, found = watched(visits("weekly", 7, 30, 60) + visits("yearly", 300, 3, 60))
    rows = engine.rows("select customer_id, silence_days, is_silent from insight.churn order by customer_id")
    assert rows == [("weekly", 60, True), ("yearly", 60, False)]
    assert (found.customers, found.silent) == (2, 1)


def test_a_customer_of_one_purchase_is_given_the_usual_rhythm() -> None:
    engine, _ = watched(visits("regular", 10, 11, 0) + visits("once", 1, 1, 25) + visits("long ago", 1, 1, 35))
    rows = engine.rows("select customer_id, gap_days, is_silent from insight.churn order by customer_id")
    assert rows == [("long ago", 10.0, True), ("once", 10.0, False), ("regular", 10.0, False)]


def test_nobody_has_a_rhythm_where_nobody_came_twice() -> None:
    engine, found = watched([("a", "2025-01-01", 5.0), ("b", "2025-02-01", 5.0)])
    assert engine.rows("select gap_days, silence_limit_days, is_silent from insight.churn") == [(None, None, False)] * 2
    assert found.refusal == "2 clients : un score en demande au moins 500."


def test_the_score_ranks_a_later_period_and_is_calibrated(tickets: list[Ticket]) -> None:
    engine, found = watched(tickets)
    checks = dict(engine.rows("from insight.churn_checks"))
    assert found.refusal == ""
    assert found.auc == checks["auc"] > 0.8
    assert abs(checks["expected_ratio"] - checks["buyers_ratio"]) < 0.04
    gains = engine.rows("select customers, buyers_ratio, lift from insight.churn_gains order by customers_percent")
    assert gains[-1][1:] == (1.0, 1.0)
    assert gains[9][2] > 2


def seasonal(customers: int, *, days: int = 730, seed: int = 5) -> list[Ticket]:
    """Return tickets of customers who buy three times as often from April to June, at rates of their own."""
    random = np.random.default_rng(seed)
    start = AS_OF - timedelta(days=days - 1)
    tickets: list[Ticket] = []
    months = np.array([(start + timedelta(days=day)).month for day in range(days)])
    season = np.where((months >= 4) & (months <= 6), 3.0, 1.0)
    for number, rate in enumerate(random.gamma(0.6, 1 / 90, customers)):
        bought_days = np.flatnonzero(random.random(days) < np.minimum(rate * season, 1))
        tickets += [(f"c{number:04d}", str(start + timedelta(days=int(day))), 10.0) for day in bought_days]
    return tickets


def test_a_season_seen_a_year_ago_is_counted_in() -> None:
    summer_ends = date(2025, 9, 28)
    tickets = [ticket for ticket in seasonal(2_500, days=830) if ticket[1] <= str(summer_ends)]
    engine, found = watched(tickets, summer_ends)
    checks = dict(engine.rows("from insight.churn_checks"))
    assert checks["season_ratio"] == pytest.approx(1 / 3, abs=0.03)
    assert abs(checks["expected_ratio"] - checks["buyers_ratio"]) < 0.05
    assert checks["expected_without_season"] - checks["buyers_ratio"] > 0.2
    assert found.auc == checks["auc"] > 0.7


def test_the_ratio_of_two_seasons_leaves_growth_aside() -> None:
    def on(days_before: int, count: int) -> list[Ticket]:
        return [(f"{days_before}-{n}", str(AS_OF - timedelta(days=days_before)), 1.0) for n in range(count)]

    periods = [*on(364 + 40, 500), *on(364 - 40, 800), *on(40, 1_000)]
    engine = watched(periods + on(364 + 89 + 180, 1))[0]
    assert season_ratio(engine, AS_OF, 90) == pytest.approx(800 / 500 * 2 ** (-90 / 364))
    assert season_ratio(engine, AS_OF, 30) is None  # nothing was bought in those days
    assert season_ratio(watched(periods + on(364 + 89 + 179, 1))[0], AS_OF, 90) is None


def test_a_season_changes_chances_not_their_order() -> None:
    chances = np.array([0.1, 0.4, 0.9])
    assert in_season(chances, 0.5) == pytest.approx(1 - (1 - chances) ** 0.5)
    assert in_season(chances, 1.0) == pytest.approx(chances)
    assert (in_season(chances, None) == chances).all()


def test_tickets_after_the_day_change_nothing(tickets: list[Ticket]) -> None:
    day = date(2025, 9, 30)
    known = [ticket for ticket in tickets if ticket[1] <= str(day)]
    rows = "select customer_id, buys_probability, reasons from insight.churn order by customer_id"
    assert watched(tickets, day)[0].rows(rows) == watched(known, day)[0].rows(rows)
    engine = ledger(tickets)
    measure_churn(engine, as_of=day, reporter=Reporter())
    assert (features(rhythms(engine, day, AS_OF)) == features(rhythms(engine, day, day))).all()


def test_each_customer_has_five_reasons_with_their_sign(tickets: list[Ticket]) -> None:
    engine, _ = watched(tickets)
    reasons = [row[0] for row in engine.rows("select reasons from insight.churn")]
    assert {len(row) for row in reasons} == {5}
    assert {reason[1:] for row in reasons for reason in row} <= set(VARIABLES)
    assert {reason[0] for row in reasons for reason in row} == {"+", "-"}


def test_auc_counts_ties_as_halves() -> None:
    assert auc(np.array([1.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0])) == 0.5
    assert auc(np.array([3.0, 2.0, 1.0]), np.array([1.0, 1.0, 0.0])) == 1.0


def test_logistic_regression_recovers_the_weights_it_was_drawn_with() -> None:
    random = np.random.default_rng(2)
    columns = random.normal(size=(40_000, 2))
    chance = 1 / (1 + np.exp(-(0.4 + 1.2 * columns[:, 0] - 0.7 * columns[:, 1])))
    model = fit_logistic(["a", "b"], columns, (random.random(40_000) < chance).astype(float))
    assert model.converged
    assert [round(float(value), 1) for value in model.weights / model.scale] == [1.2, -0.7]


def test_a_column_that_never_changes_does_no_harm() -> None:
    columns = np.column_stack([np.tile([0.0, 1.0], 100), np.ones(200)])
    model = fit_logistic(["a", "same"], columns, np.tile([0.0, 0.0, 1.0, 1.0], 50))
    assert model.converged and float(model.weights[1]) == 0.0


def test_the_command_tells_silence_and_score(
    tickets: list[Ticket], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tickets.csv"
    lines = "".join(f"{customer},{day},{amount}\n" for customer, day, amount in tickets)
    path.write_text("customer,date,amount\n" + lines, encoding="utf-8")
    main(["churn", str(path), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (answer["customers"], answer["refusal"]) == (1_200, "")
    main(["churn", str(path), "--horizon", "60", "--out", str(tmp_path / "out")])
    assert "se taisent" in capsys.readouterr().out


def test_the_command_still_tells_silence_where_no_score_can_be_learnt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("customer,date,amount\n1,2025-01-01,5\n1,2025-03-01,5\n", encoding="utf-8")
    main(["churn", str(path)])
    assert "Pas de score" in capsys.readouterr().out
