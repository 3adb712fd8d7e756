"""RFM: how recently, how often and for how much each customer bought; behavioural segments and their movements.

Reads base.tickets and base.customers; writes insight.rfm, rfm_grid, rfm_segments and rfm_movements.
Source: Hughes, Strategic Database Marketing (scores by fifths); segments are read off recency and frequency.
"""

from __future__ import annotations

from datetime import date

from chaland.engine import Engine
from chaland.insight.window import months_before
from chaland.progress import Reporter
from chaland.tables import base, insight

PACKAGE = "chaland.insight"

SEGMENTS = (
    "champions",
    "loyal",
    "promising",
    "new",
    "to_follow",
    "dozing",
    "not_to_lose",
    "at_risk",
    "asleep",
    "lost",
)
"""Codes of the segments, the most active first."""

WINDOW_MONTHS = 24


def measure_rfm(
    engine: Engine, *, as_of: date, before: date | None = None, months: int = WINDOW_MONTHS, reporter: Reporter
) -> None:
    """Fill the four RFM tables.

    Args:
        engine: holds base.tickets; base.customers, when there, tells the companies, which are left out.
        as_of: day looked from; later tickets are not seen.
        before: earlier day that movements start from; twelve months before `as_of` when None.
        months: length of the window in which purchases and amount are counted.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_rfm(engine, as_of=AS_OF, reporter=Reporter())
    >>> engine.rows("select segment, customers from insight.rfm_segments order by customers desc limit 2")
    [('champions', 58), ('lost', 40)]
    """
    earlier = before or months_before(as_of, 12)
    engine.create_missing(base.TICKETS, base.CUSTOMERS)
    with reporter.step("insight.rfm") as step:
        since = months_before(as_of, months)
        customers = engine.fill(insight.RFM, PACKAGE, "rfm.sql", as_of=as_of, since=since)
        engine.append(insight.RFM, PACKAGE, "rfm.sql", as_of=earlier, since=months_before(earlier, months))
        engine.fill(insight.RFM_GRID, PACKAGE, "rfm_grid.sql", as_of=as_of)
        engine.fill(insight.RFM_SEGMENTS, PACKAGE, "rfm_segments.sql", as_of=as_of)
        engine.fill(insight.RFM_MOVEMENTS, PACKAGE, "rfm_movements.sql", as_of=as_of, before=earlier)
        step.note(customers=customers)
