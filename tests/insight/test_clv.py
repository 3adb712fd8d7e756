"""Lifetime value: what is known of the models, and what the study refuses."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.insight.ledger import ledger

from chaland.cli import main
from chaland.engine import Engine
from chaland.insight.clv import Clv, measure_clv
from chaland.insight.repeat_models import MODELS, BetaGeometric, Histories
from chaland.insight.spend_model import Spending
from chaland.progress import Reporter

START = date(2024, 1, 1)
AS_OF = date(2025, 12, 31)
Ticket = tuple[str | None, str, float]


def bought(customers: int, *, seed: int = 7, leaves: bool = True) -> list[Ticket]:
    """Return tickets of customers who buy at their own rate, and may leave after each purchase."""
    random = np.random.default_rng(seed)
    tickets: list[Ticket] = []
    for number in range(customers):
        day = float(random.integers(0, 365))
        rate = random.gamma(1.0, 1 / 60)
        stop = random.beta(1.0, 2.5) if leaves else 0.0
        mean = 30 * random.gamma(6, 1 / 6)
        while day <= (AS_OF - START).days:
            amount = round(mean * random.gamma(6, 1 / 6), 2)
            tickets.append((f"c{number:04d}", str(START + timedelta(days=int(day))), amount))
            if random.random() < stop:
                break
            day += max(1.0, random.exponential(1 / rate))
    return tickets


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
    return bought(900)


def valued(tickets: list[Ticket], model: str = "mbg_nbd", **options: float) -> tuple[Engine, Clv]:
    engine = ledger(tickets)
    return engine, measure_clv(engine, as_of=AS_OF, model=model, reporter=Reporter(), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("model", MODELS)
def test_chances_of_a_newcomer_add_up_and_give_his_mean(model: str) -> None:
    parameters = np.array([0.8, 9.0, 0.7, 2.5 if model != "pareto_nbd" else 14.0])
    fitted = MODELS[model]()
    chances = fitted.newcomer_counts(parameters, np.array([20.0]), 400)[0]
    assert chances.min() > -1e-9
    assert float(chances[:-1] @ np.arange(400)) == pytest.approx(
        float(fitted.newcomer(parameters, np.array([20.0]))[0]), rel=1e-4
    )


@pytest.mark.parametrize("shift", [0, 1])
def test_gradient_is_that_of_the_likelihood(shift: int) -> None:
    data = Histories(*(np.array(v) for v in ([0, 1, 4, 30], [0, 20, 100, 390], [50, 90, 120, 400], [9, 4, 2, 1])))
    model, parameters = BetaGeometric(shift), np.array([0.6, 5.0, 0.8, 2.4])
    gradient = model.log_likelihood(parameters, data)[1]
    for index in range(4):
        step = np.zeros(4)
        step[index] = 1e-6
        rise = model.log_likelihood(parameters + step, data)[0] - model.log_likelihood(parameters - step, data)[0]
        assert rise / 2e-6 == pytest.approx(gradient[index], rel=1e-5)


def test_gradient_of_the_amounts_is_that_of_their_likelihood() -> None:
    spending, parameters = Spending(np.array([1, 2, 7]), np.array([12.0, 30.5, 22.0])), np.array([6.2, 3.7, 15.4])
    gradient = spending.log_likelihood(parameters)[1]
    for index in range(3):
        step = np.zeros(3)
        step[index] = 1e-6
        rise = spending.log_likelihood(parameters + step)[0] - spending.log_likelihood(parameters - step)[0]
        assert rise / 2e-6 == pytest.approx(gradient[index], rel=1e-5)


def test_histories_counted_once_give_the_fit_of_every_customer() -> None:
    one = Histories(*(np.array(v) for v in ([0, 2, 5], [0, 40, 150], [90, 95, 200], [300, 80, 40])))
    apart = Histories(*(np.repeat(column, one.count) for column in (one.x, one.recency, one.age)), np.ones(420, int))
    parameters = np.array([0.6, 5.0, 0.8, 2.4])
    model = BetaGeometric(1)
    assert model.log_likelihood(parameters, one)[0] == pytest.approx(model.log_likelihood(parameters, apart)[0])


@pytest.mark.parametrize("model", MODELS)
def test_intervals_hold_what_customers_then_do(model: str) -> None:
    """Nine customers in ten should lie within; on counts, at least that many."""
    tickets = bought(1_000, seed=11)
    before = date(2025, 3, 31)
    engine = ledger(tickets)
    assert measure_clv(engine, as_of=before, model=model, reporter=Reporter()).refusal == ""
    later: dict[str | None, set[str]] = {}
    for customer, day, _ in tickets:
        if str(before) < day <= str(before + timedelta(days=91)):
            later.setdefault(customer, set()).add(day)
    rows = engine.rows("select customer_id, purchases_3_low, purchases_3_high from insight.clv")
    within = sum(low <= len(later.get(customer, ())) <= high for customer, low, high in rows)
    assert 0.88 < within / len(rows) < 0.995


def test_every_customer_has_one_row_and_sound_figures(tickets: list[Ticket]) -> None:
    engine, found = valued(tickets)
    assert (found.customers, found.refusal, found.value_refusal) == (900, "", "")
    assert engine.value("select count(distinct customer_id) from insight.clv") == 900
    odd = engine.value(
        "select count(*) from insight.clv where alive_probability not between 0 and 1 "
        "or not purchases_3_months <= purchases_12_months or not purchases_12_months <= purchases_36_months "
        "or purchases_12_low > purchases_12_high or expected_amount is null or expected_amount <= 0 "
        "or abs(value_12_months::double - purchases_12_months * expected_amount::double) > 0.01"
    )
    assert odd == 0


def test_margin_and_discount_lower_the_value(tickets: list[Ticket]) -> None:
    whole, _ = valued(tickets)
    less, _ = valued(tickets, margin=0.3, discount=0.1)
    total = (
        "select sum(value_36_months)::double / sum(value_3_months)::double, sum(value_3_months)::double "
        "from insight.clv"
    )
    (spread, near), (spread_less, near_less) = whole.rows(total)[0], less.rows(total)[0]
    assert spread_less < spread
    assert near_less == pytest.approx(0.3 * near / 1.1 ** (1 / 8), rel=1e-4)


def test_the_order_of_tickets_changes_nothing(tickets: list[Ticket]) -> None:
    rows = "select customer_id, alive_probability, value_12_months from insight.clv order by customer_id"
    assert valued(tickets[::-1])[0].rows(rows) == valued(tickets)[0].rows(rows)


def test_few_customers_are_refused_with_the_count() -> None:
    engine, found = valued(bought(120))
    assert "120 clients" in found.refusal
    assert engine.value("select count(*) from insight.clv") == 0


def test_a_base_without_customers_is_refused() -> None:
    assert valued([(None, "2025-01-01", 5.0)])[1].refusal == "Aucun ticket ne porte de client."


def test_purchases_that_show_nobody_leaving_are_refused() -> None:
    assert "Personne ne semble partir" in valued(bought(900, leaves=False))[1].refusal


def test_amounts_that_go_with_the_number_of_purchases_have_no_value(tickets: list[Ticket]) -> None:
    often: dict[str | None, int] = {}
    for customer, _, _ in tickets:
        often[customer] = often.get(customer, 0) + 1
    engine, found = valued([(customer, day, 10.0 * often[customer]) for customer, day, _ in tickets])
    assert "vont ensemble" in found.value_refusal
    assert engine.rows("select count(*), count(value_12_months), count(expected_amount) from insight.clv") == [
        (900, 0, 0)
    ]


def test_tickets_without_amounts_still_tell_who_is_alive(tickets: list[Ticket]) -> None:
    engine, found = valued([(customer, day, 0.0) for customer, day, _ in tickets])
    assert found.refusal == "" and found.value_refusal != ""
    assert engine.value("select count(alive_probability) from insight.clv") == 900


def test_the_command_answers_on_a_file(
    tickets: list[Ticket], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tickets.csv"
    lines = "".join(f"{customer},{day},{amount}\n" for customer, day, amount in tickets)
    path.write_text("customer,date,amount\n" + lines, encoding="utf-8")
    main(["clv", str(path), "--json", "--out", str(tmp_path / "out"), "--format", "parquet"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["customers"] == 900
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"clv.parquet", "clv_tracking.parquet"}
    main(["clv", str(path)])
    assert "Essayé sur le passé" in capsys.readouterr().out


def test_the_command_refuses_what_cannot_carry_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("customer,date,amount\n1,2025-01-01,5\n1,2025-03-01,5\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["clv", str(path)])
    assert stop.value.code == 1
    assert "chaland rfm" in capsys.readouterr().err
