"""Cohorts: of the customers who first bought in a month, how many buy again one, two, three months later.

Reads base.tickets; writes insight.cohorts. The month under way is marked as not complete.
"""

from __future__ import annotations

from datetime import date

from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import base, insight

PACKAGE = "chaland.insight"


def measure_cohorts(engine: Engine, *, as_of: date, reporter: Reporter) -> None:
    """Fill insight.cohorts as seen on the day `as_of`.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_cohorts(engine, as_of=AS_OF, reporter=Reporter())
    >>> engine.rows("select max(cohort_customers), max(months_since) from insight.cohorts")
    [(88, 23)]
    """
    engine.create_missing(base.TICKETS)
    with reporter.step("insight.cohorts") as step:
        step.note(rows=engine.fill(insight.COHORTS, PACKAGE, "cohorts.sql", as_of=as_of))
