"""Customer lifetime value: who is still a customer, how often he will buy, what that is worth.

Reads base.tickets and, for its segments, insight.rfm; writes insight.clv, clv_totals, clv_model, clv_checks,
clv_tracking, clv_calibration and clv_matrix. The model is first tried on the past: fitted on the first half of the
days, compared with the second. Then it is fitted on all
days. Models: `repeat_models`, `spend_model`. When the data cannot carry one, the reason is returned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.engine.work_tables import append_rows, drop_work_tables
from chaland.insight import spend_model
from chaland.insight.arrays import Floats
from chaland.insight.clv_total import Groups, purchase_total, total_rows, value_total
from chaland.insight.fit import Fit
from chaland.insight.repeat_models import MODELS, WEEK, Histories, RepeatModel, nbd_log_likelihood
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import base, insight

PACKAGE = "chaland.insight"
HORIZONS = (3, 12, 36)
"""Months ahead."""
WEEKS_A_MONTH = 365.25 / 12 / 7
LEVELS = np.array([0.05, 0.95])
"""Ends of the intervals: nine customers in ten stay within."""
LEAST_CUSTOMERS = 500
LEAST_REPEATERS = 50
LEAST_DAYS = 56
LEAST_GAIN = 3.0
"""Of log-likelihood over the NBD, in which nobody leaves: twice it is the 5 % point of a chi-square with 2 degrees."""
MOST_CORRELATION = 0.3
"""Between amount and number of purchases; beyond it the Gamma-Gamma model does not hold (Fader & Hardie 2013)."""
TOP_REPEATS = 7
"""Repeats shown one by one; the rest together, as Fader, Hardie & Lee 2005 do."""


@dataclass(frozen=True)
class Clv:
    """What came out: `refusal` says why there is no model, `value_refusal` why there is no value; empty otherwise."""

    customers: int
    refusal: str = ""
    value_refusal: str = ""


def measure_clv(
    engine: Engine,
    *,
    as_of: date,
    model: str = "mbg_nbd",
    cut: date | None = None,
    margin: float = 1.0,
    discount: float = 0.0,
    reporter: Reporter,
) -> Clv:
    """Fill the tables of lifetime value.

    Args:
        as_of: day looked from.
        model: bg_nbd, mbg_nbd or pareto_nbd.
        cut: last day of the first part in the comparison with the past; the middle of the days when None.
        margin: share of the amount that is earned; 1 leaves turnover.
        discount: yearly rate by which later purchases are worth less, by quarters; 0 for none.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_clv(engine, as_of=AS_OF, reporter=Reporter()).customers  # too few customers for a model: it says so
    0
    """
    engine.create_missing(base.TICKETS, insight.RFM)
    for table in insight.CLV_TABLES:
        engine.create(table)
    engine.execute("create schema if not exists work")
    repeat_model = MODELS[model]()
    try:
        with reporter.step("insight.clv.holdout") as step:
            refusal = _compare_with_past(engine, repeat_model, as_of, cut)
            step.note(model=model)
        if refusal:
            return Clv(0, refusal)
        with reporter.step("insight.clv.scores") as step:
            engine.run(PACKAGE, "clv_customers.sql", until=as_of)
            data = _histories(engine)
            fit = repeat_model.fit(data)
            refusal = reason_against(data, fit)
            if refusal:
                return Clv(0, refusal)
            _append_model(engine, "scores", repeat_model.name, repeat_model.names, fit)
            spending, value_refusal = _spending(engine)
            discounts = _score(engine, repeat_model, fit.parameters, data, discount)
            _fill_totals(engine, repeat_model, fit, spending, as_of, margin, discounts)
            p, q, v = spending.parameters if spending else (None, None, None)
            customers = engine.append(insight.CLV, PACKAGE, "clv.sql", p=p, q=q, v=v, margin=margin)
            _fill_matrix(engine, repeat_model, fit.parameters, int(data.age.max()))
            step.note(customers=customers, histories=len(data.x))
        return Clv(customers, "", value_refusal)
    finally:
        drop_work_tables(engine, ["clv_customers", "clv_scores"])


def reason_against(data: Histories, fit: Fit | None = None) -> str:
    """Return why the data cannot carry a model of repeat buying, or ""."""
    repeaters = int(data.count[data.x > 0].sum())
    days = int(data.age.max(initial=0))
    if data.customers < LEAST_CUSTOMERS:
        return say("{count} customers: a model needs at least {least}.", count=data.customers, least=LEAST_CUSTOMERS)
    if repeaters < LEAST_REPEATERS:
        return say(
            "{count} customers bought again: a model needs at least {least}.", count=repeaters, least=LEAST_REPEATERS
        )
    if days < LEAST_DAYS:
        return say("The tickets span {days} days: a model needs at least {least}.", days=days, least=LEAST_DAYS)
    if fit and fit.log_likelihood < nbd_log_likelihood(data) + LEAST_GAIN:
        return say(
            "Nobody seems to leave: a model with departures explains these purchases no better than one without."
        )
    if fit and not (fit.converged and np.isfinite(fit.errors).all()):
        return say("The model does not settle: these purchases do not tell how customers leave.")
    return ""


def _histories(engine: Engine) -> Histories:
    rows = engine.arrow(sql_text(PACKAGE, "clv_histories.sql"))
    return Histories(*(rows[name].to_numpy() for name in ("x", "recency", "age", "count")))


def _compare_with_past(engine: Engine, model: RepeatModel, as_of: date, cut: date | None) -> str:
    """Fit on the days to `cut` and fill tracking, calibration and checks with the days after; return the refusal."""
    first = engine.value(
        "select min(sold_date) from base.tickets "
        "where customer_id is not null and not is_return and sold_date <= $as_of",
        {"as_of": as_of},
    )
    if first is None:
        return say("No ticket bears a customer.")
    last_day = cut or first + timedelta(days=(as_of - first).days // 2)
    engine.run(PACKAGE, "clv_customers.sql", until=last_day)
    data = _histories(engine)
    refusal = reason_against(data)
    if refusal:
        return refusal
    fit = model.fit(data)
    refusal = reason_against(data, fit)
    if refusal:
        return refusal
    _append_model(engine, "holdout", model.name, model.names, fit)
    rows = engine.arrow(sql_text(PACKAGE, "clv_holdout.sql"), {"cut": last_day, "as_of": as_of})
    x, recency, age, later, count = (rows[name].to_numpy() for name in ("x", "recency", "age", "purchases", "count"))
    weeks = (as_of - last_day).days / WEEK
    expected = model.expected(fit.parameters, Histories(x, recency, age, count), weeks)
    chi_square = _fill_calibration(engine, model, fit.parameters, data, x, later, expected, count)
    total = purchase_total(model, fit, Groups.whole(Histories(x, recency, age, count)), weeks)
    track_error = _fill_tracking(engine, model, fit.parameters, data, last_day, as_of)
    _append_checks(
        engine,
        {
            "cut_days": float((as_of - last_day).days),
            "holdout_correlation": _correlation(expected, later, count),
            "holdout_purchases": float(later @ count),
            "holdout_expected": float(expected @ count),
            "holdout_low": float(total.low[0]),
            "holdout_high": float(total.high[0]),
            "cumulative_error_ratio": track_error,
            "chi_square": chi_square,
            "log_likelihood_gain": fit.log_likelihood - nbd_log_likelihood(data),
        },
    )
    return ""


def _correlation(one: Floats, other: Floats, count: Floats) -> float:
    matrix = np.cov(np.vstack([one, other]), fweights=count.astype(np.int64))
    return float(matrix[0, 1] / np.sqrt(matrix[0, 0] * matrix[1, 1]))


def _fill_calibration(
    engine: Engine,
    model: RepeatModel,
    parameters: Floats,
    data: Histories,
    x: Floats,
    later: Floats,
    expected: Floats,
    count: Floats,
) -> float:
    """Fill insight.clv_calibration; return the chi-square of the repeats counted against the repeats expected."""
    ages, place = np.unique(data.age, return_inverse=True)
    born = np.bincount(place, weights=data.count)
    # a customer of age 0 had no time for a repeat
    chances = model.newcomer_counts(parameters, np.maximum(ages / WEEK, 1e-9), TOP_REPEATS)
    fitted = born @ chances
    group = np.minimum(x, TOP_REPEATS)
    size = np.bincount(group, weights=count, minlength=TOP_REPEATS + 1)
    known = np.maximum(size, 1)
    engine.connection.register(
        "calibration_rows",
        pa.table(
            {
                "repeats": pa.array(range(TOP_REPEATS + 1), pa.int32()),
                "customers": pa.array(size.astype(np.int32)),
                "expected_customers": fitted,
                "mean_purchases": np.bincount(group, weights=later * count, minlength=TOP_REPEATS + 1) / known,
                "mean_expected": np.bincount(group, weights=expected * count, minlength=TOP_REPEATS + 1) / known,
            }
        ),
    )
    engine.insert(insight.CLV_CALIBRATION, "from calibration_rows")
    engine.connection.unregister("calibration_rows")
    return float(((size - fitted) ** 2 / fitted).sum())


def _fill_tracking(
    engine: Engine, model: RepeatModel, parameters: Floats, data: Histories, cut: date, as_of: date
) -> float:
    """Fill insight.clv_tracking; return the relative error of the purchases cumulated to the last whole week."""
    oldest = int(data.age.max())
    start = cut - timedelta(days=oldest)
    weeks = ((as_of - start).days + 1) // 7
    born = np.bincount(oldest - data.age, weights=data.count)
    means = model.newcomer(parameters, np.arange(weeks * 7 + 1) / WEEK)
    ends = [7 * week for week in range(1, weeks + 1)]
    expected = np.array([born[: end + 1] @ means[end - np.arange(min(end + 1, len(born)))] for end in ends])
    rows = engine.rows(sql_text(PACKAGE, "clv_weeks.sql"), {"cut": cut, "as_of": as_of})
    counted = np.zeros(weeks)
    for week, purchases in rows:
        if week <= weeks:
            counted[week - 1] = purchases
    last_days = [start + timedelta(days=end - 1) for end in ends]
    engine.connection.register(
        "tracking_rows",
        pa.table(
            {
                "week": pa.array(range(1, weeks + 1), pa.int32()),
                "last_date": pa.array(last_days, pa.date32()),
                "purchases": counted.astype(np.int64),
                "expected": np.diff(expected, prepend=0.0),
                "purchases_cumulated": np.cumsum(counted).astype(np.int64),
                "expected_cumulated": expected,
                "is_holdout": [day > cut for day in last_days],
            }
        ),
    )
    engine.insert(insight.CLV_TRACKING, "from tracking_rows")
    engine.connection.unregister("tracking_rows")
    return float(expected[-1] / max(1.0, counted.sum()) - 1)


def _spending(engine: Engine) -> tuple[Fit | None, str]:
    """Return the fit of the amounts, or None and the reason."""
    rows = engine.arrow(
        "select repeats::bigint as x, mean_amount as mean from work.clv_customers "
        "where repeats > 0 and mean_amount > 0 order by repeats, mean_amount"
    )
    x, mean = rows["x"].to_numpy(), rows["mean"].to_numpy()
    if len(x) < LEAST_REPEATERS:
        return None, say("No value: {count} customers bought again for an amount.", count=len(x))
    correlation = float(np.corrcoef(x, mean)[0, 1]) if x.std() > 0 and mean.std() > 0 else 0.0
    _append_checks(engine, {"amount_correlation": correlation})
    if abs(correlation) > MOST_CORRELATION:
        reason = say("No value: amount and number of purchases go together (correlation {r}).", r=f"{correlation:.2f}")
        return None, reason
    fit = spend_model.fit_spending(x, mean)
    if not fit.converged or fit.parameters[1] <= 1:
        return None, say("No value: the amounts do not settle on a mean.")
    _append_model(engine, "scores", "gamma_gamma", spend_model.NAMES, fit)
    return fit, ""


def _score(
    engine: Engine, model: RepeatModel, parameters: Floats, data: Histories, discount: float
) -> dict[int, Floats]:
    """Make work.clv_scores: one row per history; return, by horizon, discounted over plain purchases of each."""
    columns = {
        "repeats": data.x,
        "recency_days": data.recency,
        "age_days": data.age,
        "alive": model.alive(parameters, data),
    }
    discounted = _discounted(model, parameters, data, discount) if discount else {}
    for months in HORIZONS:
        weeks = months * WEEKS_A_MONTH
        columns[f"purchases_{months}"] = model.expected(parameters, data, weeks)
        columns[f"discounted_{months}"] = discounted.get(months, columns[f"purchases_{months}"])
        low, high = model.quantiles(parameters, data, weeks, LEVELS).T
        columns[f"low_{months}"], columns[f"high_{months}"] = low.astype(np.int32), high.astype(np.int32)
    drop_work_tables(engine, ["clv_scores"])
    append_rows(engine, "clv_scores", pa.table(columns))
    return {
        months: columns[f"discounted_{months}"] / np.maximum(columns[f"purchases_{months}"], 1e-300)
        for months in HORIZONS
    }


def _fill_totals(
    engine: Engine,
    model: RepeatModel,
    fit: Fit,
    spending: Fit | None,
    as_of: date,
    margin: float,
    discounts: dict[int, Floats],
) -> None:
    """Fill insight.clv_totals; `discounts` are by history, in the order of clv_histories.sql."""
    groups = Groups.of(engine.arrow(sql_text(PACKAGE, "clv_groups.sql"), {"as_of": as_of}))
    alive = model.alive(fit.parameters, groups.histories)
    rows: list[dict[str, object]] = []
    for months in HORIZONS:
        weeks = months * WEEKS_A_MONTH
        purchases = purchase_total(model, fit, groups, weeks)
        value = None
        if spending:
            value = value_total(model, fit, spending, groups, weeks, margin=margin, discount=discounts[months])
        rows += total_rows(groups, months, alive, purchases, value)
    engine.connection.register("total_rows", pa.Table.from_pylist(rows))
    engine.insert(insight.CLV_TOTALS, "from total_rows")
    engine.connection.unregister("total_rows")


def _discounted(model: RepeatModel, parameters: Floats, data: Histories, rate: float) -> dict[int, Floats]:
    """Return, by horizon, Σ (E[Y(t)] − E[Y(t−1)]) / (1 + d)^t over quarters, each taken in its middle."""
    before, total, found = np.zeros(len(data.x)), np.zeros(len(data.x)), {}
    for quarter in range(1, max(HORIZONS) // 3 + 1):
        now = model.expected(parameters, data, 3 * quarter * WEEKS_A_MONTH)
        total = total + (now - before) / (1 + rate) ** ((quarter - 0.5) / 4)
        before = now
        if 3 * quarter in HORIZONS:
            found[3 * quarter] = total
    return found


def _fill_matrix(engine: Engine, model: RepeatModel, parameters: Floats, age: int) -> None:
    """Fill insight.clv_matrix for customers as old as the oldest."""
    recencies = np.append(np.arange(0, age, 30, dtype=np.int64), age)
    x, recency = (grid.ravel() for grid in np.meshgrid(np.arange(13, dtype=np.int64), recencies, indexing="ij"))
    possible = (x > 0) == (recency > 0)
    x, recency = x[possible].astype(np.int64), recency[possible].astype(np.int64)
    data = Histories(x, recency, np.full(len(x), age, dtype=np.int64), np.ones(len(x), dtype=np.int64))
    engine.connection.register(
        "matrix_rows",
        pa.table(
            {
                "clv_frequency_repeats": x.astype(np.int32),
                "clv_recency_days": recency.astype(np.int32),
                "alive_probability": model.alive(parameters, data),
                "purchases_12_months": model.expected(parameters, data, 12 * WEEKS_A_MONTH),
            }
        ),
    )
    engine.insert(insight.CLV_MATRIX, "from matrix_rows")
    engine.connection.unregister("matrix_rows")


def _append_model(engine: Engine, purpose: str, model: str, names: tuple[str, ...], fit: Fit) -> None:
    rows = [
        {
            "purpose": purpose,
            "model": model,
            "parameter": name,
            "estimate": float(value),
            "standard_error": float(error),
        }
        for name, value, error in zip(names, fit.parameters, fit.errors, strict=True)
    ]
    rows.append(
        {"purpose": purpose, "model": model, "parameter": "log_likelihood", "estimate": fit.log_likelihood}
        | {"standard_error": None}
    )
    engine.connection.register("model_rows", pa.Table.from_pylist(rows))
    engine.insert(insight.CLV_MODEL, "from model_rows")
    engine.connection.unregister("model_rows")


def _append_checks(engine: Engine, checks: dict[str, float]) -> None:
    engine.connection.register(
        "check_rows", pa.table({"check_name": list(checks), "found": pa.array(checks.values(), pa.float64())})
    )
    engine.insert(insight.CLV_CHECKS, "from check_rows")
    engine.connection.unregister("check_rows")
