"""Purchases follow BG/NBD: Fader, Hardie and Lee, Marketing Science 24 (2005), equations (9) and (8)."""

from __future__ import annotations

from datetime import date

import numpy as np

from chaland.demo.habits import BRINDILLE, Habits, draw_purchases
from chaland.demo.history import History

HISTORY = History(date(2026, 9, 30))
PERSONS = 200_000


def gauss_2f1(a: float, b: float, c: float, z: float) -> float:
    """Gauss's hypergeometric function by its series, for 0 <= z < 1."""
    term = total = 1.0
    for n in range(20_000):
        term *= (a + n) * (b + n) / (c + n) / (n + 1) * z
        total += term
        if term < 1e-12 * total:
            break
    return total


def expected_repeats(h: Habits, weeks: float) -> float:
    """E[X(t)], equation (9)."""
    z = weeks / (h.alpha + weeks)
    power = (h.alpha / (h.alpha + weeks)) ** h.r
    return (h.a + h.b - 1) / (h.a - 1) * (1 - power * gauss_2f1(h.r, h.b, h.a + h.b - 1, z))


def test_the_series_gives_the_published_expectation_of_cdnow() -> None:
    cdnow = Habits(r=0.243, alpha=4.414, a=0.793, b=2.426)
    assert abs(expected_repeats(cdnow, 52) - 1.446) < 0.001


def test_mean_repeat_purchases_are_those_of_equation_9() -> None:
    bought = draw_purchases(np.zeros(PERSONS), HISTORY, 3)
    repeats = len(bought.person) / PERSONS - 1
    expected = expected_repeats(BRINDILLE, HISTORY.days / 7)
    assert abs(repeats / expected - 1) < 0.02


def test_the_share_without_a_repeat_is_that_of_the_model() -> None:
    bought = draw_purchases(np.zeros(PERSONS), HISTORY, 4)
    counts = np.bincount(bought.person, minlength=PERSONS)
    once = (BRINDILLE.alpha / (BRINDILLE.alpha + HISTORY.days / 7)) ** BRINDILLE.r
    assert abs((counts == 1).mean() - once) < 0.005


def test_habits_before_the_history_only_show_inside_it() -> None:
    bought = draw_purchases(np.full(5_000, -400.0), HISTORY, 5)
    assert not bought.is_first.any()
    assert bought.operational_day.min() >= 0
    assert bought.operational_day.max() < HISTORY.days


def test_purchases_come_by_person_then_in_time() -> None:
    bought = draw_purchases(np.linspace(-500, 700, 2_000), HISTORY, 6)
    order = np.lexsort((bought.operational_day, bought.person))
    assert (order == np.arange(len(order))).all()


def test_seasons_bend_the_calendar_and_lose_no_day() -> None:
    days = HISTORY.calendar_days(np.arange(0, HISTORY.days, 0.01))
    trade = np.bincount(days, minlength=HISTORY.days)
    assert trade.min() > 0
    may = HISTORY.months(np.arange(HISTORY.days)) == 4
    january = HISTORY.months(np.arange(HISTORY.days)) == 0
    assert 1.6 < trade[may].mean() / trade[january].mean() < 1.9


def test_paris_is_two_hours_ahead_in_summer_and_one_in_winter() -> None:
    offset = HISTORY.utc_offset_hours
    assert offset[HISTORY.day(date(2025, 3, 29))] == 1
    assert offset[HISTORY.day(date(2025, 3, 30))] == 2
    assert offset[HISTORY.day(date(2025, 10, 25))] == 2
    assert offset[HISTORY.day(date(2025, 10, 26))] == 1
