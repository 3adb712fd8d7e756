"""What all customers together, and each segment, are expected to buy and bring, with the interval of that total.

Reads work.clv_customers and insight.rfm; writes insight.clv_totals. Two things make a total uncertain: the parameters
are estimated (delta method on their logarithms, whose covariance is the inverse of the observed information), and each
customer will do as chance has it (variance of his purchases and of their amounts, the parameters being known). The two
variances add up (law of total variance); the interval is that of a normal law on the logarithm of the total. Spending
per purchase: Fader & Hardie 2013, whose rates 1/ν are inverse gamma. What the models leave out, seasons above all, is
in no interval: what the hold-out shows is said beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chaland.insight.arrays import Floats, Ints
from chaland.insight.fit import Fit
from chaland.insight.repeat_models import Histories, RepeatModel

Z = 1.6448536269514722
"""Half-width of an interval that nine totals in ten are within, in standard errors: that of one customer's too."""
STEP = 1e-3
"""Of the logarithm of a parameter, in the derivatives of the totals."""


@dataclass(frozen=True)
class Groups:
    """Customers put together by group and history.

    Attributes:
        group: of each row, 0 to `groups` − 1; a row is counted in its group and in the whole.
        history: place of each row's history in `histories`.
        count: customers of each row.
        priced: those whose repeats have an amount above zero.
        amounts, squares: sum of these mean amounts, and of their squares.
    """

    names: list[str]
    group: Ints
    histories: Histories
    history: Ints
    count: Floats
    priced: Floats
    amounts: Floats
    squares: Floats

    @classmethod
    def whole(cls, histories: Histories) -> Groups:
        """Return the one group of customers whose amounts are not looked at."""
        nothing = np.zeros(len(histories.x))
        place = np.arange(len(histories.x))
        return cls(["none"], 0 * place, histories, place, histories.count.astype(np.float64), nothing, nothing, nothing)

    @classmethod
    def of(cls, rows: pa.Table) -> Groups:
        """Return the groups of the rows of clv_groups.sql."""
        x, recency, age, count = (rows[name].to_numpy() for name in ("x", "recency", "age", "count"))
        width = int(age.max(initial=0)) + 1
        keys, place = np.unique((x * width + recency) * width + age, return_inverse=True)
        shared = np.bincount(place, weights=count, minlength=len(keys)).astype(np.int64)
        names = sorted(set(rows["segment"].to_pylist()))
        number = {name: index for index, name in enumerate(names)}
        group = np.array([number[name] for name in rows["segment"].to_pylist()], dtype=np.int64)
        histories = Histories(keys // width // width, keys // width % width, keys % width, shared)
        priced, amounts, squares = (
            rows[name].to_numpy().astype(np.float64) for name in ("priced", "amounts", "squares")
        )
        return cls(names, group, histories, place, count.astype(np.float64), priced, amounts, squares)

    def sums(self, values: Floats) -> Floats:
        """Return the sum of each row's value over all, then over each group."""
        return np.append(values.sum(), np.bincount(self.group, weights=values, minlength=len(self.names)))


@dataclass(frozen=True)
class Total:
    """A total and its interval, for all and for each group; `low` and `high` are not numbers where none is known."""

    mean: Floats
    low: Floats
    high: Floats


def interval(mean: Floats, variance: Floats) -> Total:
    """Return a total with its interval, given its variance.

    >>> found = interval(np.array([100.0]), np.array([25.0]))
    >>> round(float(found.low[0]), 1), round(float(found.high[0]), 1)
    (92.1, 108.6)
    """
    spread = Z * np.sqrt(variance) / np.where(mean > 0, mean, 1.0)
    return Total(mean, mean * np.exp(-spread), mean * np.exp(spread))


def purchase_total(model: RepeatModel, fit: Fit, groups: Groups, weeks: float) -> Total:
    """Return the purchases expected in the next `weeks`."""
    each = model.expected(fit.parameters, groups.histories, weeks)[groups.history]
    chance = model.variance(fit.parameters, groups.histories, weeks)[groups.history]
    moved = [groups.sums(groups.count * change) for change in _changes(model, fit, groups, weeks)]
    return interval(groups.sums(groups.count * each), _quadratic(moved, fit) + groups.sums(groups.count * chance))


def value_total(
    model: RepeatModel, fit: Fit, spending: Fit, groups: Groups, weeks: float, *, margin: float, discount: Floats
) -> Total:
    """Return the value of the purchases of the next `weeks`.

    Args:
        margin: share of the amount that is earned.
        discount: of each history, what later purchases lose: discounted over plain purchases.
    """
    each = model.expected(fit.parameters, groups.histories, weeks)[groups.history]
    chance = model.variance(fit.parameters, groups.histories, weeks)[groups.history]
    less = margin * discount[groups.history]
    amount = _amounts(spending.parameters, groups)
    moved = [groups.sums(less * amount * change) for change in _changes(model, fit, groups, weeks)]
    priced = []
    for index in range(len(spending.parameters)):
        up, down = (_amounts(_aside(spending.parameters, index, step), groups) for step in (STEP, -STEP))
        priced.append(groups.sums(less * each * (up - down) / (2 * STEP)))
    once, twice = _rates(spending.parameters, groups)
    p = float(spending.parameters[0])
    # V given Y and ν: mean Y p/ν, variance Y p/ν²; Y and ν are independent
    squared = twice * (p * each + p**2 * (chance + each**2))
    sampling = groups.sums(less**2 * (squared - p**2 * once * each**2))
    variance = _quadratic(moved, fit) + _quadratic(priced, spending) + sampling
    return interval(groups.sums(less * amount * each), variance)


def _changes(model: RepeatModel, fit: Fit, groups: Groups, weeks: float) -> list[Floats]:
    """Return, by parameter, how the purchases of each row change with its logarithm."""
    found = []
    for index in range(len(fit.parameters)):
        up, down = (
            model.expected(_aside(fit.parameters, index, step), groups.histories, weeks) for step in (STEP, -STEP)
        )
        found.append(((up - down) / (2 * STEP))[groups.history])
    return found


def _aside(parameters: Floats, index: int, step: float) -> Floats:
    moved = parameters.copy()
    moved[index] *= np.exp(step)
    return moved


def _quadratic(gradient: list[Floats], fit: Fit) -> Floats:
    """Return the variance the estimates give each total: g' Σ g."""
    slopes = np.array(gradient)
    return np.asarray(np.einsum("ig,ij,jg->g", slopes, fit.covariance, slopes))


def _amounts(parameters: Floats, groups: Groups) -> Floats:
    """Return the sum of the amounts expected per purchase of the customers of each row."""
    p, q, v = parameters
    x = groups.histories.x[groups.history]
    known = p * x + q - 1
    alone = (groups.count - groups.priced) * p * v / (q - 1)
    return np.asarray(alone + (groups.priced * p * v + p * x * groups.amounts) / known)


def _rates(parameters: Floats, groups: Groups) -> tuple[Floats, Floats]:
    """Return Σ E[1/ν]² and Σ E[1/ν²] of each row: ν is Gamma(q, v), or Gamma(p x + q, v + x z̄) once repeats are seen.

    The second is infinite where the law of amounts has too long a tail (a shape of 2 or below).
    """
    p, q, v = parameters
    x = groups.histories.x[groups.history]
    unseen, shape = groups.count - groups.priced, p * x + q
    rates = groups.priced * v**2 + 2 * v * x * groups.amounts + x**2 * groups.squares

    def over(top: Floats, below: Floats) -> Floats:
        return np.divide(top, below, out=np.where(top > 0, np.inf, 0.0), where=below > 0)

    once = over(unseen * v**2, np.full(len(x), (q - 1) ** 2)) + over(rates, (shape - 1) ** 2)
    twice = over(unseen * v**2, np.full(len(x), (q - 1) * (q - 2))) + over(rates, (shape - 1) * (shape - 2))
    return once, twice


def total_rows(
    groups: Groups, months: int, alive: Floats, purchases: Total, value: Total | None
) -> list[dict[str, object]]:
    """Return the rows of insight.clv_totals for one horizon: the whole, then each group where there are several."""
    customers = groups.sums(groups.count)
    still = groups.sums(groups.count * alive[groups.history])
    names = ["", *groups.names] if groups.names != ["none"] else [""]

    def told(figure: float) -> float | None:
        return float(figure) if np.isfinite(figure) else None

    return [
        {
            "segment": name,
            "months": months,
            "customers": int(customers[place]),
            "alive": float(still[place]),
            "purchases": float(purchases.mean[place]),
            "purchases_low": told(purchases.low[place]),
            "purchases_high": told(purchases.high[place]),
            "value_amount": told(value.mean[place]) if value else None,
            "value_low": told(value.low[place]) if value else None,
            "value_high": told(value.high[place]) if value else None,
        }
        for place, name in enumerate(names)
    ]
