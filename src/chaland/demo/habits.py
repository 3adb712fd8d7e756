"""When each person buys: the habits of Fader, Hardie and Lee's BG/NBD model.

"Counting Your Customers the Easy Way", Marketing Science 24 (2005): while active, a person buys as a Poisson process of
rate lambda; after each repeat purchase he leaves for good with probability p; over the persons, lambda is
gamma(r, alpha) and p beta(a, b). Time here is operational: days of average trade, which `History.calendar_days` turns
into seasons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.demo.history import Array, History, stream

WEEK_DAYS = 7.0


@dataclass(frozen=True)
class Habits:
    """Parameters of BG/NBD, weeks as unit of time: mean rate r / alpha a week, mean leaving probability a / (a + b)."""

    r: float = 0.75
    alpha: float = 8.6
    a: float = 0.55
    b: float = 4.5


BRINDILLE = Habits()


@dataclass(frozen=True)
class Purchases:
    """One value per purchase inside the history, by person then in time.

    Attributes:
        person: index of the buyer.
        operational_day: instant, days of average trade since day 0.
        is_first: the person's very first purchase.
    """

    person: Array
    operational_day: Array
    is_first: Array


def draw_purchases(tenure_day: Array, history: History, seed: int, habits: Habits = BRINDILLE) -> Purchases:
    """Return the purchases of every person from his first one (`tenure_day`, possibly before day 0) to the end.

    >>> from datetime import date
    >>> bought = draw_purchases(np.zeros(10), History(date(2026, 9, 30)), 1)
    >>> int(bought.is_first.sum())
    10
    """
    rng = stream(seed, "habits")
    count = len(tenure_day)
    rate = rng.gamma(habits.r, 1 / (habits.alpha * WEEK_DAYS), count)
    leaving = rng.beta(habits.a, habits.b, count)
    person = np.arange(count, dtype=np.int32)
    now = tenure_day.astype(np.float64)
    bought: list[tuple[Array, Array, Array]] = []
    is_first = True
    while len(person):
        inside = (now >= 0) & (now < history.days)
        bought.append((person[inside], now[inside], np.full(int(inside.sum()), is_first)))
        # nobody leaves after his first purchase: that would be MBG/NBD
        stays = (rng.random(len(person)) >= leaving[person]) | is_first
        is_first = False
        person, now = person[stays], now[stays]
        now = now + rng.exponential(1.0, len(person)) / np.maximum(rate[person], 1e-12)
        on_time = now < history.days
        person, now = person[on_time], now[on_time]
    persons = np.concatenate([part[0] for part in bought])
    days = np.concatenate([part[1] for part in bought])
    firsts = np.concatenate([part[2] for part in bought])
    order = np.lexsort((days, persons))
    return Purchases(persons[order], days[order], firsts[order])
