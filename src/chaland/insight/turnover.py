"""Turnover = active customers × purchases per customer × basket, and what each brought to the change in a year.

Reads base.tickets; writes insight.turnover. Source: Ang 2004 (logarithmic mean Divisia index, additive): the three
parts add up to the change, without a rest, whatever their order.
"""

from __future__ import annotations

from datetime import date

from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import base, insight

PACKAGE = "chaland.insight"


def measure_turnover(engine: Engine, *, as_of: date, reporter: Reporter) -> None:
    """Fill insight.turnover: the twelve months to `as_of`, and each twelve months before that tickets cover.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_turnover(engine, as_of=AS_OF, reporter=Reporter())
    >>> engine.rows("select active_customers from insight.turnover order by last_date desc limit 1")
    [(135,)]
    """
    engine.create_missing(base.TICKETS)
    with reporter.step("insight.turnover") as step:
        step.note(rows=engine.fill(insight.TURNOVER, PACKAGE, "turnover.sql", as_of=as_of))
