"""Attrition and propensity: who has been silent longer than his own rhythm allows, and who will buy again.

Reads base.tickets and, for one department, base.ticket_lines; writes insight.churn, churn_model, churn_checks,
churn_gains and churn_calibration. The score is a logistic regression on the logarithms of what is known on a day; it is
learnt on one period, judged on the next, then learnt again on that one to foresee the days to come. Every variable is
computed from tickets of the day or before, so none can know the outcome. What is learnt in spring foresees too much for
summer: where tickets reach back over a year, chances are brought to the season to come (`season_ratio`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.insight.arrays import Floats
from chaland.insight.logistic import auc, fit_logistic, signed_reasons, tenths
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import Table, base, insight

PACKAGE = "chaland.insight"
HORIZON_DAYS = 90
VARIABLES = (
    "recency",
    "repeats",
    "age",
    "amount",
    "only_one",
    "gap",
    "silence",
    "recent_90",
    "recent_180",
)
"""What the score looks at, as ln(1 + x) but `only_one`: days since the last purchase, repeats, days since the first,
amount, whether there was but one, mean days between two, days since the last per mean gap, recent purchases."""
REASONS = 5
YEAR_DAYS = 364
"""Fifty-two weeks: the same season and the same days of the week."""
KNOWN_DAYS = 180
"""Tickets must reach back so far before the first period compared: a file that begins with its customers, as CDNOW,
falls off at first, all of them being new, which is no season."""
LEAST_PURCHASES = 400
"""Of each period compared: below, chance alone moves their ratio by more than 7 %."""
LEAST_CUSTOMERS = 500
LEAST_OUTCOMES = 50
SILENCE_QUANTILE = 0.95
"""Of the time between two purchases, at each customer's own rhythm, taken as exponential: 3 times the mean gap."""


@dataclass(frozen=True)
class Churn:
    """What came out: `auc` on the later period; `refusal` says why there is no score (silence is told all the same)."""

    customers: int
    silent: int
    auc: float = math.nan
    refusal: str = ""


def measure_churn(
    engine: Engine,
    *,
    as_of: date,
    horizon_days: int = HORIZON_DAYS,
    department: str | None = None,
    reporter: Reporter,
) -> Churn:
    """Fill the tables of attrition.

    Args:
        as_of: day looked from.
        horizon_days: days ahead in which a purchase is foreseen.
        department: foresee a purchase in this department only.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> found = measure_churn(engine, as_of=AS_OF, reporter=Reporter())
    >>> found.customers, found.silent
    (240, 161)
    """
    engine.create_missing(base.TICKETS, base.TICKET_LINES)
    for table in insight.CHURN_TABLES:
        engine.create(table)
    horizon = timedelta(days=horizon_days)
    with reporter.step("insight.churn") as step:
        learnt = rhythms(engine, as_of - 2 * horizon, as_of - horizon, department)
        judged = rhythms(engine, as_of - horizon, as_of, department)
        now = rhythms(engine, as_of, as_of, department)
        refusal = reason_against(learnt) or reason_against(judged)
        score, quality = np.full(len(now), np.nan), math.nan
        reasons = pa.nulls(len(now), pa.list_(pa.string()))
        if not refusal:
            past, ahead = (season_ratio(engine, day, horizon_days, department) for day in (as_of - horizon, as_of))
            quality = _judge(engine, learnt, judged, past)
            del learnt
            _append_checks(engine, {"season_ratio_ahead": ahead} if ahead else {})
            model = fit_logistic(VARIABLES, features(judged), outcome(judged))
            _insert(
                engine,
                insight.CHURN_MODEL,
                pa.table(
                    {"variable": list(VARIABLES), "weight": model.weights, "mean": model.centre, "sd": model.scale}
                ),
            )
            score = in_season(model.probability(features(now)), ahead)
            reasons = signed_reasons(model, features(now), REASONS)
        silent = _fill_customers(engine, now, score, reasons)
        step.note(customers=len(now), silent=silent)
    return Churn(len(now), silent, quality, refusal)


def rhythms(engine: Engine, until: date, next_day: date, department: str | None = None) -> pa.Table:
    """Return the rhythm of each customer on a day, and whether he bought in the days after it."""
    values = {"until": until, "next": next_day, "department": department}
    return engine.arrow(sql_text(PACKAGE, "churn_customers.sql"), values)


def season_ratio(engine: Engine, day: date, horizon_days: int, department: str | None = None) -> float | None:
    """Return how many times more is bought in the days after this day of a year than in those before it.

    Taken a year ago, all that is counted being known on the day: purchases of the days after over those before, less
    the share of a year's growth (the days before, now over a year ago) that falls between the two. None where tickets
    do not reach back so far, or are too few.
    """
    values = {"day": day, "year": YEAR_DAYS, "days": horizon_days, "known": KNOWN_DAYS, "department": department}
    counted = engine.rows(sql_text(PACKAGE, "churn_season.sql"), values)
    if not counted or min(counted[0]) < LEAST_PURCHASES:
        return None
    before, after, now = counted[0]
    return float(after / before * (now / before) ** (-horizon_days / YEAR_DAYS))


def in_season(probability: Floats, ratio: float | None) -> Floats:
    """Return the chances of a purchase when everybody's rate is multiplied by `ratio` (proportional hazards, Cox 1972).

    Who has bought so many times more often stays so; the order of the customers does not change.

    >>> in_season(np.array([0.0, 0.5, 1.0]), 2.0).tolist(), in_season(np.array([0.5]), None).tolist()
    ([0.0, 0.75, 1.0], [0.5])
    """
    return probability if ratio is None else np.asarray(1 - (1 - probability) ** ratio)


def features(rows: pa.Table) -> Floats:
    """Return the columns of VARIABLES, one row per customer."""

    def column(name: str) -> Floats:
        return np.asarray(rows[name].fill_null(0).to_numpy(), dtype=np.float64)

    gap, recency, repeats = column("own_gap_days"), column("recency_days"), column("repeats")
    silence = np.where(repeats > 0, recency / (gap + 1), 0.0)
    columns = [recency, repeats, column("age_days"), column("amount"), repeats == 0, gap, silence]
    columns += [column("purchases_90_days"), column("purchases_180_days")]
    made = np.log1p(np.column_stack(columns))
    made[:, VARIABLES.index("only_one")] = repeats == 0
    return np.asarray(made)


def outcome(rows: pa.Table) -> Floats:
    """Return 1 for who bought in the days after, else 0."""
    return np.asarray(rows["is_later_buyer"].to_numpy(zero_copy_only=False), dtype=np.float64)


def reason_against(rows: pa.Table) -> str:
    """Return why no score can be learnt or judged on these customers, or ""."""
    bought = int(outcome(rows).sum())
    if len(rows) < LEAST_CUSTOMERS:
        return say("{count} customers: a score needs at least {least}.", count=len(rows), least=LEAST_CUSTOMERS)
    if min(bought, len(rows) - bought) < LEAST_OUTCOMES:
        return say(
            "Of {count} customers, {bought} bought in the period: a score needs {least} who did, {least} who did not.",
            count=len(rows),
            bought=bought,
            least=LEAST_OUTCOMES,
        )
    return ""


def _judge(engine: Engine, learnt: pa.Table, judged: pa.Table, season: float | None) -> float:
    """Fill checks, gains and calibration with the later period, unseen by the model; return its AUC."""
    model = fit_logistic(VARIABLES, features(learnt), outcome(learnt))
    plain, bought = model.probability(features(judged)), outcome(judged)
    score = in_season(plain, season)
    quality = auc(score, bought)
    recency = judged["recency_days"].to_numpy()
    checks = {
        "auc": quality,
        "auc_recency_alone": auc(-recency.astype(np.float64), bought),
        "buyers_ratio": float(bought.mean()),
        "expected_ratio": float(score.mean()),
        "customers": float(len(bought)),
    }
    if season is not None:
        checks |= {"season_ratio": season, "expected_without_season": float(plain.mean())}
    _append_checks(engine, checks)
    # equal scores in the order of customers, which is that of the rows
    order = np.argsort(-score, kind="stable")
    ends = np.maximum(1, np.rint(np.arange(1, 101) * len(order) / 100)).astype(np.int64)
    reached = np.cumsum(bought[order])[ends - 1]
    _insert(
        engine,
        insight.CHURN_GAINS,
        pa.table(
            {
                "customers_percent": pa.array(range(1, 101), pa.int32()),
                "customers": ends.astype(np.int32),
                "buyers": reached.astype(np.int32),
                "buyers_ratio": reached / bought.sum(),
                "lift": reached / ends / bought.mean(),
            }
        ),
    )
    found = tenths(score, bought)
    _insert(
        engine,
        insight.CHURN_CALIBRATION,
        pa.table(
            {
                "tenth": pa.array(range(1, 11), pa.int32()),
                "customers": found.rows.astype(np.int32),
                "expected_ratio": found.expected_ratio,
                "buyers_ratio": found.found_ratio,
            }
        ),
    )
    return quality


def _fill_customers(engine: Engine, now: pa.Table, score: Floats, reasons: pa.Array | pa.ChunkedArray) -> int:
    """Fill insight.churn; return how many are silent beyond their rhythm."""
    limit = -math.log(1 - SILENCE_QUANTILE) * np.asarray(
        now["gap_days"].to_numpy(zero_copy_only=False), dtype=np.float64
    )
    silence = now["recency_days"].to_numpy()
    # without a single repeat in the whole base nobody has a rhythm
    silent = np.where(np.isnan(limit), False, silence > limit)
    unknown = np.isnan(score)
    _insert(
        engine,
        insight.CHURN,
        pa.table(
            {
                "customer_id": now["customer_id"],
                "silence_days": silence.astype(np.int32),
                "gap_days": now["gap_days"],
                "silence_limit_days": pa.array(limit, mask=np.isnan(limit)),
                "is_silent": silent.astype(np.bool_),
                "buys_probability": pa.array(score, mask=unknown),
                "reasons": reasons,
            }
        ),
    )
    return int(silent.sum())


def _append_checks(engine: Engine, checks: dict[str, float]) -> None:
    found = pa.array(checks.values(), pa.float64())
    _insert(engine, insight.CHURN_CHECKS, pa.table({"check_name": pa.array(list(checks), pa.string()), "found": found}))


def _insert(engine: Engine, table: Table, rows: pa.Table) -> None:
    engine.connection.register("churn_rows", rows)
    try:
        engine.insert(table, "from churn_rows")
    finally:
        engine.connection.unregister("churn_rows")
