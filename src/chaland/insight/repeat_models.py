"""Models of repeat buying without a contract: BG/NBD, MBG/NBD and Pareto/NBD, by maximum likelihood.

Data per customer: x repeat purchases (days with a purchase, the first one set aside), t_x age at the last, T age now.
Customers that share the three, in days, are counted once. Sources: Fader, Hardie & Lee 2005 (BG/NBD); Batislam,
Denizel & Filiztekin 2007, Hoppe & Wagner 2007 (MBG/NBD); Schmittlein, Morrison & Colombo 1987, Fader & Hardie 2005
(Pareto/NBD). Parameters are in weeks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import gammaln, psi

from chaland.insight import repeat_kernels as kernels
from chaland.insight.arrays import Floats, Ints
from chaland.insight.fit import Fit, differentiated, maximise

WEEK = 7.0
MANY_ROWS = 20_000
"""Distinct rows above which a first estimate is made on weeks."""
NODES, WEIGHTS = (array / 2 for array in np.polynomial.legendre.leggauss(16))


@dataclass(frozen=True)
class Histories:
    """Distinct purchase histories: repeats x, recency t_x and age T in days, and how many customers share each."""

    x: Ints
    recency: Ints
    age: Ints
    count: Ints

    @property
    def customers(self) -> int:
        return int(self.count.sum())

    def by_week(self) -> Histories:
        """Return the histories with recency and age rounded to whole weeks (a repeat never on the first day)."""
        recency = np.where(self.x > 0, np.maximum(7, (self.recency + 3) // 7 * 7), 0)
        age = np.maximum(recency, (self.age + 3) // 7 * 7)
        width = int(age.max(initial=0)) + 1
        key = (self.x * width + recency) * width + age
        distinct, place = np.unique(key, return_inverse=True)
        count = np.bincount(place, weights=self.count).astype(np.int64)
        return Histories(distinct // width // width, distinct // width % width, distinct % width, count)


class RepeatModel(Protocol):
    """What every model gives. Arrays have one value per history."""

    @property
    def name(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...

    def fit(self, data: Histories) -> Fit: ...
    def alive(self, parameters: Floats, data: Histories) -> Floats: ...
    def expected(self, parameters: Floats, data: Histories, weeks: float) -> Floats: ...
    def variance(self, parameters: Floats, data: Histories, weeks: float) -> Floats: ...
    def quantiles(self, parameters: Floats, data: Histories, weeks: float, levels: Floats) -> Ints: ...
    def newcomer(self, parameters: Floats, weeks: Floats) -> Floats: ...
    def newcomer_counts(self, parameters: Floats, weeks: Floats, most: int) -> Floats: ...


class BetaGeometric:
    """BG/NBD (shift 0: nobody leaves before a repeat) and MBG/NBD (shift 1: one may leave after the first purchase)."""

    names = ("r", "alpha", "a", "b")

    def __init__(self, shift: int) -> None:
        self.shift = shift
        self.name = "mbg_nbd" if shift else "bg_nbd"

    def log_likelihood(self, parameters: Floats, data: Histories) -> tuple[float, Floats]:
        """Return the log-likelihood and its gradient.

        >>> one = Histories(*(np.array([value]) for value in (2, 213, 272, 1)))
        >>> round(BetaGeometric(0).log_likelihood(np.array([0.243, 4.414, 0.793, 2.426]), one)[0], 4)
        -9.4585
        """
        r, alpha, a, b = (float(value) for value in parameters)
        sums = kernels.beta_geometric_sums(
            data.x, data.recency / WEEK, data.age / WEEK, data.count, self.shift, r, alpha, a, b
        )
        x = np.arange(int(data.x.max(initial=0)) + 1)
        n = np.bincount(data.x, weights=data.count)
        k = x + self.shift
        # Γ(r+x)/Γ(r) · α^r · B(a, b+k)/B(a, b), once per number of repeats
        fixed = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        fixed += gammaln(a + b) + gammaln(b + k) - gammaln(b) - gammaln(a + b + k)
        by_r = psi(r + x) - psi(r) + np.log(alpha)
        by_a = psi(a + b) - psi(a + b + k)
        by_b = by_a + psi(b + k) - psi(b)
        value = float(n @ fixed + sums[0])
        gradient = np.array([n @ by_r, n.sum() * r / alpha, n @ by_a, n @ by_b]) + sums[1:]
        return value, gradient

    def fit(self, data: Histories) -> Fit:
        """Return the maximum-likelihood estimate."""
        rough = data.by_week() if len(data.x) > MANY_ROWS else data
        age = float(np.average(data.age, weights=data.count)) / WEEK
        starts = [np.array([0.5, age / 4, 0.8, 2.0]), np.array([1.0, age, 0.2, 5.0])]
        return maximise(lambda p: self.log_likelihood(p, data), lambda p: self.log_likelihood(p, rough), starts)

    def alive(self, parameters: Floats, data: Histories) -> Floats:
        """Return P(alive); for BG/NBD it is 1 without a repeat, a known defect."""
        r, alpha, a, b = parameters
        k = data.x + self.shift
        age, recency = data.age / WEEK, data.recency / WEEK
        with np.errstate(over="ignore", divide="ignore"):
            odds = a / (b + k - 1) * np.exp((r + data.x) * np.log((alpha + age) / (alpha + recency)))
        return np.asarray(np.where(k > 0, 1 / (1 + odds), 1.0))

    def expected(self, parameters: Floats, data: Histories, weeks: float) -> Floats:
        """Return E[Y(t)], expected purchases in the next `weeks`."""
        r, alpha, a, b = (float(value) for value in parameters)
        means = kernels.beta_geometric_means(data.x, data.age / WEEK, self.shift, r, alpha, a, b, weeks)
        return self.alive(parameters, data) * means

    def variance(self, parameters: Floats, data: Histories, weeks: float) -> Floats:
        """Return Var[Y(t)] of the purchases in the next `weeks`, the parameters being known."""
        r, alpha, a, b = (float(value) for value in parameters)
        squares = kernels.beta_geometric_squares(data.x, data.age / WEEK, self.shift, r, alpha, a, b, weeks)
        return np.asarray(self.alive(parameters, data) * squares - self.expected(parameters, data, weeks) ** 2)

    def quantiles(self, parameters: Floats, data: Histories, weeks: float, levels: Floats) -> Ints:
        """Return quantiles of the number of purchases in the next `weeks`; one column per level."""
        r, alpha, a, b = (float(value) for value in parameters)
        alive = self.alive(parameters, data)
        return kernels.beta_geometric_quantiles(
            data.x, data.age / WEEK, alive, self.shift, r, alpha, a, b, weeks, levels
        )

    def newcomer(self, parameters: Floats, weeks: Floats) -> Floats:
        """Return E[X(t)] of a customer just after the first purchase, for each t."""
        r, alpha, a, b = (float(value) for value in parameters)
        stays = b / (a + b) if self.shift else 1.0
        return stays * np.array([kernels.beta_geometric_mean(r, alpha, a, b + self.shift, float(t)) for t in weeks])

    def newcomer_counts(self, parameters: Floats, weeks: Floats, most: int) -> Floats:
        """Return P(X(t) = 0 … most − 1) and P(X(t) ≥ most): one row per t."""
        r, alpha, a, b = (float(value) for value in parameters)
        stays = b / (a + b) if self.shift else 1.0
        b += self.shift
        k = np.arange(most)
        t = np.asarray(weeks)[:, None]
        negative = np.exp(
            gammaln(r + k) - gammaln(r) - gammaln(k + 1) + r * np.log(alpha / (alpha + t)) + k * np.log(t / (alpha + t))
        )
        lived = np.exp(gammaln(b + k) - gammaln(b) + gammaln(a + b) - gammaln(a + b + k))
        left = np.where(k > 0, lived * a / np.where(k > 0, b + k - 1, 1), 0)
        chance = stays * (lived * negative + left * (1 - (np.cumsum(negative, axis=1) - negative)))
        chance[:, 0] += 1 - stays
        return np.column_stack([chance, 1 - chance.sum(axis=1)])


class Pareto:
    """Pareto/NBD; its 2F1 is worked out once per distinct (x, t_x) and (x, T)."""

    name = "pareto_nbd"
    names = ("r", "alpha", "s", "beta")

    def __init__(self) -> None:
        self._table: Floats = np.empty(0)

    def _odds(self, parameters: Floats, data: Histories, cells: Ints) -> Floats:
        """Return ln(odds of having left) of each history."""
        r, alpha, s, beta = (float(value) for value in parameters)
        width = int(data.age.max(initial=0)) + 1
        size = (int(data.x.max(initial=0)) + 1) * width
        if len(self._table) < size:
            self._table = np.empty(size)
        kernels.pareto_table(cells, width, r, alpha, s, beta, self._table)
        odds = np.empty(len(data.x))
        kernels.pareto_odds(data.x, data.recency, data.age, width, self._table, r, alpha, s, beta, odds)
        return odds

    @staticmethod
    def _cells(data: Histories) -> Ints:
        """Return the distinct x × width + t, t being an age or an age at the last purchase."""
        width = int(data.age.max(initial=0)) + 1
        used = np.zeros((int(data.x.max(initial=0)) + 1) * width, dtype=np.bool_)
        used[data.x * width + data.recency] = True
        used[data.x * width + data.age] = True
        return np.flatnonzero(used)

    def log_likelihood(self, parameters: Floats, data: Histories, cells: Ints) -> float:
        """Return the log-likelihood; `cells` are those of the histories."""
        r, alpha, s, beta = (float(value) for value in parameters)
        odds = self._odds(parameters, data, cells)
        x = np.arange(int(data.x.max(initial=0)) + 1)
        n = np.bincount(data.x, weights=data.count)
        fixed = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        return float(n @ fixed) + kernels.pareto_sum(data.x, data.age, data.count, odds, r, alpha, s, beta)

    def fit(self, data: Histories) -> Fit:
        """Return the maximum-likelihood estimate."""
        rough = data.by_week() if len(data.x) > MANY_ROWS else data
        cells, rough_cells = self._cells(data), self._cells(rough)
        age = float(np.average(data.age, weights=data.count)) / WEEK
        starts = [np.array([0.5, age / 4, 0.5, age / 4])]
        return maximise(
            differentiated(lambda p: self.log_likelihood(p, data, cells)),
            differentiated(lambda p: self.log_likelihood(p, rough, rough_cells)),
            starts,
        )

    def alive(self, parameters: Floats, data: Histories) -> Floats:
        """Return P(alive)."""
        odds = self._odds(parameters, data, self._cells(data))
        with np.errstate(over="ignore"):
            return np.asarray(1 / (1 + np.exp(odds)))

    def expected(self, parameters: Floats, data: Histories, weeks: float) -> Floats:
        """Return E[Y(t)], expected purchases in the next `weeks`."""
        r, alpha, s, beta = (float(value) for value in parameters)
        age = data.age / WEEK
        means = (r + data.x) * (beta + age) / (alpha + age) * _lifetime(s, weeks / (beta + age))
        return np.asarray(self.alive(parameters, data) * means)

    def variance(self, parameters: Floats, data: Histories, weeks: float) -> Floats:
        """Return Var[Y(t)], from E[λ²] E[min(t, τ)²] + E[λ] E[min(t, τ)]; τ: time until leaving."""
        r, alpha, s, beta = (float(value) for value in parameters)
        age, shape = data.age / WEEK, r + data.x
        moment = weeks * (NODES + 0.5)
        stay = beta + age[:, None]
        lived = ((stay / (stay + moment)) ** s * 2 * moment * WEIGHTS * weeks).sum(axis=1)
        means = self.expected(parameters, data, weeks)
        squares = self.alive(parameters, data) * shape * (shape + 1) / (alpha + age) ** 2 * lived
        return np.asarray(squares + means - means**2)

    def quantiles(self, parameters: Floats, data: Histories, weeks: float, levels: Floats) -> Ints:
        """Return quantiles of the number of purchases in the next `weeks`; one column per level.

        The moment of leaving is spread over sixteen points of the time to come (Gauss–Legendre).
        """
        r, alpha, s, beta = (float(value) for value in parameters)
        alive = self.alive(parameters, data)
        return kernels.pareto_quantiles(
            data.x, data.age / WEEK, alive, r, alpha, s, beta, weeks, levels, NODES + 0.5, WEIGHTS
        )

    def newcomer(self, parameters: Floats, weeks: Floats) -> Floats:
        """Return E[X(t)] of a customer just after the first purchase, for each t."""
        r, alpha, s, beta = parameters
        return np.asarray(r * beta / alpha * _lifetime(s, np.asarray(weeks) / beta))

    def newcomer_counts(self, parameters: Floats, weeks: Floats, most: int) -> Floats:
        """Return P(X(t) = 0 … most − 1) and P(X(t) ≥ most): one row per t."""
        r, alpha, s, beta = (float(value) for value in parameters)
        t = np.asarray(weeks)[:, None, None]
        k = np.arange(most)
        moment = t * (NODES + 0.5)[:, None]
        leaves = WEIGHTS[:, None] * t * s * beta**s / (beta + moment) ** (s + 1)
        chance = (leaves * _negative_binomial(r, alpha, moment, k)).sum(axis=1)
        chance += ((beta / (beta + t)) ** s * _negative_binomial(r, alpha, t, k))[:, 0]
        return np.column_stack([chance, 1 - chance.sum(axis=1)])


def _lifetime(s: float, ratio: Floats) -> Floats:
    """Return [1 − (1 + ratio)^−(s−1)] / (s − 1), whose limit at s = 1 is ln(1 + ratio)."""
    if abs(s - 1) < 1e-9:
        return np.asarray(np.log1p(ratio))
    return np.asarray(-np.expm1(-(s - 1) * np.log1p(ratio)) / (s - 1))


def _negative_binomial(r: float, alpha: float, t: Floats, k: Ints) -> Floats:
    return np.asarray(
        np.exp(
            gammaln(r + k) - gammaln(r) - gammaln(k + 1) + r * np.log(alpha / (alpha + t)) + k * np.log(t / (alpha + t))
        )
    )


MODELS: dict[str, Callable[[], RepeatModel]] = {
    "bg_nbd": lambda: BetaGeometric(0),
    "mbg_nbd": lambda: BetaGeometric(1),
    "pareto_nbd": Pareto,
}
"""Name → model."""


def fit_nbd(data: Histories) -> Fit:
    """Return the fit of the NBD, in which nobody leaves (r, alpha): what the other models must beat."""
    x, age = data.x, data.age / WEEK

    def likelihood(parameters: Floats) -> tuple[float, Floats]:
        r, alpha = parameters
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + age)
        by_r = psi(r + x) - psi(r) + np.log(alpha) - np.log(alpha + age)
        by_alpha = r / alpha - (r + x) / (alpha + age)
        return float(data.count @ value), np.array([data.count @ by_r, data.count @ by_alpha])

    return maximise(likelihood, likelihood, [np.array([0.5, 10.0])])


def nbd_log_likelihood(data: Histories) -> float:
    """Return the log-likelihood of the NBD at its maximum; on weeks where histories are many."""
    if len(data.x) <= MANY_ROWS:
        return fit_nbd(data).log_likelihood
    pairs, place = np.unique(data.x * (int(data.age.max()) + 1) + data.age, return_inverse=True)
    width = int(data.age.max()) + 1
    count = np.bincount(place, weights=data.count).astype(np.int64)
    return fit_nbd(Histories(pairs // width, np.zeros_like(pairs), pairs % width, count)).log_likelihood
