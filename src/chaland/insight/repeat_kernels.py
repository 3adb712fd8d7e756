"""The compiled loops of the models of repeat buying: sums over rows, expectations, quantiles.

Time is in weeks. `k` is the number of chances to leave that a customer has lived through: x repeats for BG/NBD (none
before the first), x + 1 for MBG/NBD (one after the first purchase too). Symbols are those of Fader, Hardie & Lee 2005.
"""

from __future__ import annotations

import math

import numpy as np

from chaland.engine.compiled import compiled
from chaland.insight.arrays import Floats, Ints


@compiled
def softplus(u: float) -> float:
    """Return ln(1 + e^u)."""
    if u > 0:
        return u + math.log1p(math.exp(-u))
    return math.log1p(math.exp(u))


@compiled
def beta_geometric_sums(
    x: Ints, recency: Floats, age: Floats, count: Ints, shift: int, r: float, alpha: float, a: float, b: float
) -> Floats:
    """Return the part of the log-likelihood that depends on times, and its derivatives by r, alpha, a and b."""
    total, by_r, by_alpha, by_a, by_b = 0.0, 0.0, 0.0, 0.0, 0.0
    log_a = math.log(a)
    for i in range(len(x)):
        k = x[i] + shift
        n = count[i]
        shape = r + x[i]
        log_age = math.log(alpha + age[i])
        gone = 0.0
        value = -shape * log_age
        drift = 0.0
        if k > 0:
            since = math.log(alpha + recency[i])
            u = log_a - math.log(b + k - 1) + shape * (log_age - since)
            value += softplus(u)
            gone = 1.0 / (1.0 + math.exp(-u)) if u > -700 else 0.0
            drift = gone * (log_age - since)
            by_a += n * gone / a
            by_b -= n * gone / (b + k - 1)
        total += n * value
        by_r += n * (drift - log_age)
        by_alpha -= n * shape * ((1.0 - gone) / (alpha + age[i]) + gone / (alpha + recency[i]))
    return np.array([total, by_r, by_alpha, by_a, by_b])


@compiled
def fraction_2f1(b: float, c: float, z: float) -> float:
    """Return 2F1(1, b; c; z) for 0 ≤ z < 1 and 0 < b < c, by Gauss's continued fraction (DLMF 15.7.5), Lentz's way."""
    tiny = 1e-300
    value = 1.0
    left, right = 1.0, 0.0
    for step in range(1, 20_000):
        m = step // 2
        if step % 2 == 1:
            factor = -(b + m) * (c + m - 1.0) / ((c + 2 * m - 1.0) * (c + 2 * m)) * z
        else:
            factor = -m * (c - b + m - 1.0) / ((c + 2 * m - 2.0) * (c + 2 * m - 1.0)) * z
        right = 1.0 + factor * right
        if abs(right) < tiny:
            right = tiny
        right = 1.0 / right
        left = 1.0 + factor / left
        if abs(left) < tiny:
            left = tiny
        change = left * right
        value *= change
        if abs(change - 1.0) < 1e-15:
            break
    return 1.0 / value


@compiled
def pareto_table(cells: Ints, width: int, r: float, alpha: float, s: float, beta: float, table: Floats) -> None:
    """Write ln F(z) = ln 2F1(r+s+x, p2; r+s+x+1; |α−β|/(m+z)) − (r+s+x) ln(m+z) for the cells x × width + z (days)."""
    largest = max(alpha, beta)
    for place in range(len(cells)):
        cell = cells[place]
        x, z = cell // width, (cell % width) / 7.0
        top = r + s + x
        w = abs(alpha - beta) / (largest + z)
        # Euler: 2F1(a, p; a + 1; w) = (1 − w)^(1 − p) 2F1(1, a + 1 − p; a + 1; w)
        p = s + 1.0 if alpha >= beta else r + x
        log_f = (1.0 - p) * math.log1p(-w) + math.log(fraction_2f1(top + 1.0 - p, top + 1.0, w))
        table[cell] = log_f - top * math.log(largest + z)


@compiled
def pareto_odds(
    x: Ints,
    recency: Ints,
    age: Ints,
    width: int,
    table: Floats,
    r: float,
    alpha: float,
    s: float,
    beta: float,
    out: Floats,
) -> None:
    """Write ln(odds of having left) of each row, recency and age in days."""
    log_s = math.log(s)
    for i in range(len(x)):
        since, now = table[x[i] * width + recency[i]], table[x[i] * width + age[i]]
        if recency[i] >= age[i]:
            out[i] = -np.inf
            continue
        alive = -(r + x[i]) * math.log(alpha + age[i] / 7.0) - s * math.log(beta + age[i] / 7.0)
        out[i] = log_s - math.log(r + s + x[i]) + since + math.log(-math.expm1(now - since)) - alive


@compiled
def pareto_sum(x: Ints, age: Ints, count: Ints, odds: Floats, r: float, alpha: float, s: float, beta: float) -> float:
    """Return the part of the log-likelihood that depends on times."""
    total = 0.0
    for i in range(len(x)):
        alive = -(r + x[i]) * math.log(alpha + age[i] / 7.0) - s * math.log(beta + age[i] / 7.0)
        total += count[i] * (alive + softplus(odds[i]))
    return total


@compiled
def beta_geometric_mean(r: float, alpha: float, a: float, b: float, t: float) -> float:
    """Return E[X(t)] of a customer alive at 0.

    With z = t/(α+t): (a+b−1)/(a−1) · [1 − (1−z)^(a−1) 2F1(a+b−1−r, a−1; a+b−1; z)], which is equation (9) of Fader,
    Hardie & Lee 2005 after Euler's transformation: no parameter of 2F1 grows with x, no power underflows.
    """
    if abs(a - 1.0) < 1e-6:
        a = 1.0 + 1e-6
    z = t / (alpha + t)
    first, second, third = a + b - 1.0 - r, a - 1.0, a + b - 1.0
    term, total = 1.0, 1.0
    for n in range(5_000):
        term *= (first + n) * (second + n) / ((third + n) * (n + 1.0)) * z
        total += term
        if abs(term) < 1e-15 * abs(total):
            break
    return float(third / second * (1.0 - (1.0 - z) ** second * total))


@compiled
def beta_geometric_means(
    x: Ints, age: Floats, shift: int, r: float, alpha: float, a: float, b: float, t: float
) -> Floats:
    """Return E[Y(t)] of each row, given that the customer is alive."""
    out = np.empty(len(x))
    for i in range(len(x)):
        out[i] = beta_geometric_mean(r + x[i], alpha + age[i], a, b + x[i] + shift, t)
    return out


@compiled
def beta_geometric_squares(
    x: Ints, age: Floats, shift: int, r: float, alpha: float, a: float, b: float, t: float
) -> Floats:
    """Return E[Y(t)²] of each row, given that the customer is alive: Σ (2j − 1) P(Y ≥ j).

    He reaches j purchases when his rate gives at least j and he did not leave after one of the first j − 1.
    """
    out = np.empty(len(x))
    for i in range(len(x)):
        shape, rate, stay = r + x[i], alpha + age[i], b + x[i] + shift
        log_z, log_negative = math.log(t / (rate + t)), shape * math.log(rate / (rate + t))
        beyond, lived, total = 1.0 - math.exp(log_negative), 1.0, 0.0
        for j in range(1, 100_000):
            added = (2 * j - 1) * beyond * lived
            total += added
            log_negative += log_z + math.log((shape + j - 1.0) / j)
            beyond -= math.exp(log_negative)
            lived *= (stay + j - 1.0) / (a + stay + j - 1.0)
            if added < 1e-10 * total or beyond <= 0.0:
                break
        out[i] = total
    return out


@compiled
def beta_geometric_quantiles(
    x: Ints,
    age: Floats,
    alive: Floats,
    shift: int,
    r: float,
    alpha: float,
    a: float,
    b: float,
    t: float,
    levels: Floats,
) -> Ints:
    """Return, for each row, the least number of purchases in t weeks whose distribution function reaches each level."""
    out = np.zeros((len(x), len(levels)), dtype=np.int64)
    for i in range(len(x)):
        shape, rate, stay = r + x[i], alpha + age[i], b + x[i] + shift
        log_z, log_negative = math.log(t / (rate + t)), shape * math.log(rate / (rate + t))
        lived, below, reached = 1.0, 0.0, 1.0 - alive[i]
        level, k = 0, 0
        while level < len(levels) and k < 100_000:
            negative = math.exp(log_negative)
            chance = lived * negative
            if k > 0:
                chance += lived / (stay + k - 1.0) * a * (1.0 - below)
            reached += alive[i] * chance
            while level < len(levels) and reached >= levels[level] - 1e-12:
                out[i, level] = k
                level += 1
            below += negative
            log_negative += log_z + math.log((shape + k) / (k + 1.0))
            lived *= (stay + k) / (a + stay + k)
            k += 1
    return out


@compiled
def pareto_quantiles(
    x: Ints,
    age: Floats,
    alive: Floats,
    r: float,
    alpha: float,
    s: float,
    beta: float,
    t: float,
    levels: Floats,
    nodes: Floats,
    weights: Floats,
) -> Ints:
    """Return quantiles as `beta_geometric_quantiles` does: negative binomials mixed over the moment of leaving."""
    out = np.zeros((len(x), len(levels)), dtype=np.int64)
    size = len(nodes) + 1
    share, log_z, log_negative = np.empty(size), np.empty(size), np.empty(size)
    for i in range(len(x)):
        shape, rate, stay = r + x[i], alpha + age[i], beta + age[i]
        for j in range(size):
            moment = t * nodes[j] if j < size - 1 else t
            if j < size - 1:
                share[j] = weights[j] * t * s / (stay + moment) * (stay / (stay + moment)) ** s
            else:
                share[j] = (stay / (stay + moment)) ** s
            log_z[j] = math.log(moment / (rate + moment))
            log_negative[j] = shape * math.log(rate / (rate + moment))
        reached = 1.0 - alive[i]
        level, k = 0, 0
        while level < len(levels) and k < 100_000:
            for j in range(size):
                reached += alive[i] * share[j] * math.exp(log_negative[j])
                log_negative[j] += log_z[j] + math.log((shape + k) / (k + 1.0))
            while level < len(levels) and reached >= levels[level] - 1e-9:
                out[i, level] = k
                level += 1
            k += 1
    return out
