"""Published fits of the models of repeat buying, on the data sets they were published with."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.special import hyp2f1
from tests.insight.ledger import ledger

from chaland.insight.clv import measure_clv
from chaland.insight.discrete_model import fit_beta_geometric_beta_binomial
from chaland.insight.repeat_kernels import fraction_2f1
from chaland.insight.repeat_models import MODELS, Histories, fit_nbd
from chaland.insight.spend_model import expected_amount, fit_spending
from chaland.progress import Reporter

PUBLISHED = {
    "bg_nbd": ([0.243, 4.414, 0.793, 2.426], -9582.4),  # Fader, Hardie & Lee 2005
    "mbg_nbd": ([0.525, 6.183, 0.891, 1.614], -9582.1),  # Batislam et al. 2007, Hoppe & Wagner 2007
    "pareto_nbd": ([0.553, 10.578, 0.606, 11.669], -9595.0),  # Schmittlein, Morrison & Colombo 1987; FHL 2005
}


def one(x: int, recency_days: int, age_days: int) -> Histories:
    return Histories(*(np.array([value]) for value in (x, recency_days, age_days, 1)))


def summary(folder: Path) -> np.ndarray:
    """Return the 2,357 customers of CDNOW: number, x, t_x and T in weeks, mean amount of the repeats."""
    with gzip.open(folder / "cdnow" / "cdnow_customers_summary_with_transactions.csv.gz", "rt") as opened:
        return np.array(list(csv.reader(opened))[1:], dtype=float)


@pytest.fixture
def cdnow(shared_data: Path) -> Histories:
    rows = summary(shared_data)
    days = np.rint(rows[:, 1:4] * [1, 7, 7]).astype(np.int64)
    distinct, count = np.unique(days, axis=0, return_counts=True)
    return Histories(*(np.ascontiguousarray(column) for column in distinct.T), count)


@pytest.mark.parametrize("model", MODELS)
def test_three_models_on_cdnow(model: str, cdnow: Histories) -> None:
    fit = MODELS[model]().fit(cdnow)
    parameters, log_likelihood = PUBLISHED[model]
    assert fit.converged
    assert [round(float(value), 3) for value in fit.parameters] == parameters
    assert round(fit.log_likelihood, 1) == log_likelihood


def test_nbd_without_departures_on_cdnow(cdnow: Histories) -> None:
    fit = fit_nbd(cdnow)
    assert [round(float(value), 3) for value in fit.parameters] == [0.385, 12.072]
    assert round(fit.log_likelihood, 1) == -9763.7


def test_bg_bb_on_the_donations_of_fader_hardie_and_shang_2010(shared_data: Path) -> None:
    with gzip.open(shared_data / "cdnow" / "donations.csv.gz", "rt") as opened:
        x, last, n, count = np.array(list(csv.reader(opened))[1:], dtype=np.int64).T
    assert count.sum() == 11_104
    fit = fit_beta_geometric_beta_binomial(x, last, n, count)
    assert [round(float(value), 3) for value in fit.parameters] == [1.204, 0.750, 0.657, 2.783]
    assert round(fit.log_likelihood, 1) == -33_225.6


def test_gamma_gamma_on_the_946_repeaters_of_cdnow(shared_data: Path) -> None:
    rows = summary(shared_data)
    repeaters = rows[rows[:, 1] > 0]
    assert len(repeaters) == 946
    fit = fit_spending(repeaters[:, 1].astype(np.int64), repeaters[:, 4])
    assert fit.converged
    p, q, v = (float(value) for value in fit.parameters)
    assert (round(p, 2), round(q, 2), round(v, 1)) == (6.25, 3.74, 15.4)
    assert round(fit.log_likelihood, 1) == -4055.9
    assert round(p * v / (q - 1), 2) == 35.17  # 35.22 from the published, rounded parameters
    rounded = np.array([6.25, 3.74, 15.44])
    assert round(float(expected_amount(rounded, np.array([2.0]), np.array([22.35]))[0]), 2) == 24.66


@pytest.mark.parametrize(
    ("model", "history", "weeks", "alive", "purchases"),
    [
        ("bg_nbd", (2, 213, 272), 39.0, 0.7266, 1.2260),
        ("mbg_nbd", (2, 213, 272), 39.0, 0.7062, None),
        ("pareto_nbd", (2, 213, 272), 39.0, 0.8692, 1.4551),
        ("bg_nbd", (26, 216, 217), 52.0, 0.9689, 25.756),
        ("pareto_nbd", (26, 216, 217), 52.0, 0.9979, 25.457),
    ],
)
def test_vectors_of_single_customers(
    model: str, history: tuple[int, int, int], weeks: float, alive: float, purchases: float | None
) -> None:
    """t_x = 30.43 and T = 38.86 weeks are 213 and 272 days; 30.857 and 31 are 216 and 217."""
    fitted, parameters = MODELS[model](), np.array(PUBLISHED[model][0])
    assert float(fitted.alive(parameters, one(*history))[0]) == pytest.approx(alive, abs=1.1e-4)
    if purchases:
        assert float(fitted.expected(parameters, one(*history), weeks)[0]) == pytest.approx(purchases, rel=2e-4)


def test_a_new_customer_of_cdnow_buys_1_446_times_in_a_year() -> None:
    newcomer = MODELS["bg_nbd"]().newcomer(np.array(PUBLISHED["bg_nbd"][0]), np.array([52.0]))
    assert round(float(newcomer[0]), 3) == 1.446


def test_hold_out_of_cdnow_from_its_tickets(shared_data: Path) -> None:
    """Fader, Hardie & Lee 2005: fitted on 39 weeks, .626 with the next 39, 4 % short at week 78, chi-square 4.82."""
    with gzip.open(shared_data / "cdnow" / "CDNOW_sample.txt.gz", "rt") as opened:
        lines = [line.split() for line in opened]
    tickets = [(line[1], f"{line[2][:4]}-{line[2][4:6]}-{line[2][6:]}", float(line[4])) for line in lines]
    engine = ledger(tickets)
    found = measure_clv(engine, as_of=date(1998, 6, 30), cut=date(1997, 9, 30), model="bg_nbd", reporter=Reporter())
    assert (found.customers, found.refusal, found.value_refusal) == (2_357, "", "")
    checks = dict(engine.rows("from insight.clv_checks"))
    assert round(checks["holdout_correlation"], 3) == 0.626
    assert round(100 * checks["cumulative_error_ratio"]) == -4
    assert round(checks["chi_square"], 2) == 4.82
    fitted = engine.rows(
        "select round(estimate, 3) from insight.clv_model where purpose = 'holdout' and parameter <> 'log_likelihood' "
        "order by parameter"
    )
    assert fitted == [(0.793,), (4.414,), (2.426,), (0.243,)]
    assert engine.rows("select max(week), count(*) filter (where is_holdout) from insight.clv_tracking") == [(78, 39)]


@pytest.mark.parametrize(("b", "c", "z"), [(0.6, 1.9, 0.3), (12.5, 14.0, 0.999), (40.0, 41.0, 0.5), (1.5, 30.0, 0.9)])
def test_gauss_fraction_agrees_with_scipy(b: float, c: float, z: float) -> None:
    assert fraction_2f1(b, c, z) == pytest.approx(float(hyp2f1(1, b, c, z)), rel=1e-11)
