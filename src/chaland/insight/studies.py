"""Every study of a base, one after the other, as a run of the chain makes them, and what screens show of them.

Reads base.*; writes insight.*, and insight.studies, which keeps from which day each looked and what it refused. A study
that refuses leaves its tables empty and stops nothing. Who objects to profiling counts in figures of all customers, and
keeps no row of his own (docs/decisions/0035-an-objection-to-profiling-is-kept-as-one-to-a-channel.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from chaland.config import PROFILING
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.insight.basket_scopes import SCOPES
from chaland.insight.baskets import LEVELS, BasketQuestion, measure_baskets
from chaland.insight.catchment import measure_catchment
from chaland.insight.channels import measure_channels
from chaland.insight.churn import measure_churn
from chaland.insight.clv import measure_clv
from chaland.insight.cohorts import measure_cohorts
from chaland.insight.concentration import measure_concentration
from chaland.insight.loyal import LoyalQuestion, measure_loyal
from chaland.insight.paths import LEAST_CUSTOMERS, PathQuestion, measure_paths
from chaland.insight.profile import measure_profile
from chaland.insight.rfm import WINDOW_MONTHS, measure_rfm
from chaland.insight.satisfaction import measure_satisfaction
from chaland.insight.turnover import measure_turnover
from chaland.insight.window import months_before
from chaland.language import Said, say
from chaland.progress import Reporter
from chaland.tables import Table, base, insight, insight_baskets, insight_studies

PACKAGE = "chaland.insight"
BASKET_MONTHS = 12
ONE_CUSTOMER_IN = 1_000
"""Paths of families and products must be followed by this share of the customers."""
PATH_PRODUCTS = 1_000
"""Products whose paths are followed: those of most customers."""
SHUT_DAYS = 7
"""A history counts as whole when sales begin within its first week: shops are shut on a few days."""


@dataclass(frozen=True)
class Outcome:
    """What a study has to say beside its tables: why there is no result, or what part of it is missing."""

    refusal: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Study:
    """One study: its name, the tables it fills, the function that fills them as seen from a day."""

    name: str
    tables: tuple[Table, ...]
    measure: Callable[[Engine, date, Reporter], Outcome]


def _rfm(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    measure_rfm(engine, as_of=as_of, reporter=reporter)
    outcome = _nobody(engine, insight.RFM)
    first = engine.value("select min(sold_date) from base.tickets")
    if outcome.refusal or first <= months_before(as_of, WINDOW_MONTHS + 12) + timedelta(days=SHUT_DAYS):
        return outcome
    return Outcome(
        remark=say(
            "The tickets do not reach back far enough: a year ago customers are known over fewer months than today, "
            "so that segments seem to grow."
        )
    )


def _concentration(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    measure_concentration(engine, as_of=as_of, reporter=reporter)
    engine.fill(insight.ABC_CLASSES, PACKAGE, "abc_classes.sql")
    return _nobody(engine, insight.CONCENTRATION)


def _cohorts(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    measure_cohorts(engine, as_of=as_of, reporter=reporter)
    return _nobody(engine, insight.COHORTS)


def _turnover(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    measure_turnover(engine, as_of=as_of, reporter=reporter)
    return Outcome("" if engine.count(insight.TURNOVER) else say("The tickets cover less than twelve months."))


def _clv(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    found = measure_clv(engine, as_of=as_of, reporter=reporter)
    engine.fill(insight.CLV_TENTHS, PACKAGE, "clv_tenths.sql")
    engine.create_missing(insight.RFM)
    engine.fill(insight.CLV_SEGMENTS, PACKAGE, "clv_segments.sql", as_of=as_of)
    return Outcome(found.refusal, found.value_refusal)


def _churn(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    found = measure_churn(engine, as_of=as_of, reporter=reporter)
    engine.create_missing(insight.RFM)
    engine.fill(insight.CHURN_SEGMENTS, PACKAGE, "churn_segments.sql", as_of=as_of)
    engine.fill(insight.CHURN_REASONS, PACKAGE, "churn_reasons.sql")
    return Outcome(found.refusal) if not found.customers else Outcome(remark=found.refusal)


def _baskets(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    since = months_before(as_of, BASKET_MONTHS)
    pairs, refusal, least = 0, "", 0
    for level in LEVELS:
        question = BasketQuestion(level=level, since=since, until=as_of, by=SCOPES)
        found = measure_baskets(engine, question, is_first=level == LEVELS[0], reporter=reporter)
        pairs, refusal, least = pairs + found.pairs, refusal or found.refusal, found.least
    if not pairs:
        return Outcome(say("No two articles are on {least} tickets together.", least=least))
    return Outcome(remark=refusal)


def _paths(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    known = engine.value("select count(distinct customer_id) from base.tickets")
    least = max(LEAST_CUSTOMERS, known // ONE_CUSTOMER_IN)
    questions = (
        PathQuestion(as_of),
        PathQuestion(as_of, level="family", least=least, longest=2, only_sure=True),
        PathQuestion(as_of, level="product", least=least, longest=2, most_items=PATH_PRODUCTS, only_sure=True),
    )
    found = [
        measure_paths(engine, question, is_first=question is questions[0], reporter=reporter) for question in questions
    ]
    if not engine.count(insight_studies.PATH_TRANSITIONS):
        return Outcome(found[0].refusal or say("No customer’s purchases follow one another often enough."))
    return Outcome(remark=found[0].refusal)


def _loyal(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    found = measure_loyal(engine, LoyalQuestion(as_of), reporter=reporter)
    for level in LEVELS[:2] if not found.refusal else ():
        measure_loyal(engine, LoyalQuestion(as_of, level=level), is_first=False, reporter=reporter)
    return Outcome(found.refusal)


def _profile(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    measure_profile(engine, as_of=as_of, reporter=reporter)
    return _nobody(engine, insight_studies.PROFILE)


def _catchment(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    found = measure_catchment(engine, as_of=as_of, reporter=reporter)
    return Outcome("" if found.located else say("No customer’s commune is known."))


def _channels(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    found = measure_channels(engine, as_of=as_of, reporter=reporter)
    if not found.web_to_shop and not found.shop_to_web:
        return Outcome(say("No customer is known both on line and in the shop."))
    return Outcome()


def _satisfaction(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
    found = measure_satisfaction(engine, as_of=as_of, reporter=reporter)
    return Outcome("" if found.answers else say("No survey was answered in twelve months."))


def _nobody(engine: Engine, table: Table) -> Outcome:
    return Outcome("" if engine.count(table) else say("No ticket bears a customer."))


STUDIES: tuple[Study, ...] = (
    Study("rfm", (insight.RFM, insight.RFM_GRID, insight.RFM_SEGMENTS, insight.RFM_MOVEMENTS), _rfm),
    Study("concentration", (insight.ABC, insight.ABC_CLASSES, insight.LORENZ, insight.CONCENTRATION), _concentration),
    Study("cohorts", (insight.COHORTS,), _cohorts),
    Study("turnover", (insight.TURNOVER,), _turnover),
    Study("clv", (*insight.CLV_TABLES, insight.CLV_TENTHS, insight.CLV_SEGMENTS), _clv),
    Study("churn", (*insight.CHURN_TABLES, insight.CHURN_SEGMENTS, insight.CHURN_REASONS), _churn),
    Study("baskets", insight_baskets.TABLES, _baskets),
    Study("paths", insight_studies.PATH_TABLES, _paths),
    Study("loyal", insight_studies.LOYAL_TABLES, _loyal),
    Study("profile", insight_studies.PROFILE_TABLES, _profile),
    Study("catchment", insight_studies.CATCHMENT_TABLES, _catchment),
    Study("channels", insight_studies.CHANNEL_TABLES, _channels),
    Study("satisfaction", insight_studies.SATISFACTION_TABLES, _satisfaction),
)
"""In order: later studies read the segments of the first."""

OF_ONE_CUSTOMER = (insight.RFM, insight.ABC, insight.CLV, insight.CHURN)
"""Tables of scores and classes that hold a row per customer."""


def study_base(engine: Engine, *, as_of: date, reporter: Reporter) -> None:
    """Fill every insight table from the base the engine holds.

    Args:
        as_of: the day the base was computed for; when tickets stop before it, the studies look from the last one.
    """
    engine.create_missing(base.TICKETS)
    looked_from = engine.value(sql_text(PACKAGE, "looked_from.sql"), {"as_of": as_of})
    engine.create(insight.STUDIES)
    for study in STUDIES:
        outcome = _outcome(study, engine, looked_from, reporter)
        if outcome.refusal:
            for table in study.tables:
                engine.create(table)
        engine.insert(
            insight.STUDIES,
            "select $study as study, $looked_from as looked_from_date, $refusal as refusal, "
            "$refusal_values as refusal_values, $remark as remark, $remark_values as remark_values",
            {
                "study": study.name,
                "looked_from": looked_from,
                "refusal": _template(outcome.refusal),
                "refusal_values": _values(outcome.refusal),
                "remark": _template(outcome.remark),
                "remark_values": _values(outcome.remark),
            },
        )
    _forget_objectors(engine, reporter)


def _forget_objectors(engine: Engine, reporter: Reporter) -> None:
    """Take the scores of those who object to profiling out of every table that tells one customer from another."""
    engine.create_missing(base.CONSENTS, insight_studies.SATISFACTION_ALERTS, *OF_ONE_CUSTOMER)
    with reporter.step("insight.objectors") as step:
        engine.execute("create schema if not exists work")
        engine.run(PACKAGE, "objectors.sql", profiling=PROFILING)
        objectors = engine.value("select count(*) from work.objectors")
        step.note(rows=objectors)
        if objectors:
            for table in OF_ONE_CUSTOMER:
                engine.forget(table, "work.objectors")
            engine.forget(insight_studies.SATISFACTION_ALERTS, "work.objectors", "value_12_months")
        engine.execute("drop table work.objectors")


def _outcome(study: Study, engine: Engine, looked_from: date, reporter: Reporter) -> Outcome:
    """Return what the study says; a computation that breaks on these figures is a refusal too."""
    try:
        return study.measure(engine, looked_from, reporter)
    except (ArithmeticError, ValueError, duckdb.DataError) as error:
        return Outcome(say("The computation failed on these figures ({kind}).", kind=type(error).__name__))


def _template(sentence: str) -> str | None:
    return (sentence.template if isinstance(sentence, Said) else sentence) or None


def _values(sentence: str) -> str | None:
    return json.dumps(sentence.values, sort_keys=True) if isinstance(sentence, Said) and sentence else None
