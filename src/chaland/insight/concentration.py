"""Concentration: what share of the customers makes what share of the turnover; ABC classes, Lorenz curve, Gini.

Reads base.tickets; writes insight.abc, lorenz and concentration. Source: Gini 1912, in its form by ranks; customers
whose net amount is zero or below are left out, and counted, unless zeros are asked for.
"""

from __future__ import annotations

from datetime import date

from chaland.engine import Engine
from chaland.insight.window import months_before
from chaland.progress import Reporter
from chaland.tables import base, insight

PACKAGE = "chaland.insight"
WINDOW_MONTHS = 12


def measure_concentration(
    engine: Engine, *, as_of: date, months: int = WINDOW_MONTHS, with_zeros: bool = False, reporter: Reporter
) -> None:
    """Fill insight.abc, insight.lorenz and insight.concentration.

    Args:
        as_of: day looked from; the window is the `months` before it.
        with_zeros: count customers whose net amount is zero or below, as zero.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_concentration(engine, as_of=AS_OF, reporter=Reporter())
    >>> engine.rows("select customers, round(gini, 3) from insight.concentration")
    [(135, 0.334)]
    """
    since = months_before(as_of, months)
    engine.create_missing(base.TICKETS)
    with reporter.step("insight.concentration") as step:
        customers = engine.fill(insight.ABC, PACKAGE, "abc.sql", as_of=as_of, since=since, with_zeros=with_zeros)
        engine.fill(insight.LORENZ, PACKAGE, "lorenz.sql")
        engine.fill(insight.CONCENTRATION, PACKAGE, "concentration.sql", as_of=as_of, since=since)
        step.note(customers=customers)
