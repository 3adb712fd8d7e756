"""Whether a customer objects to profiling (GDPR, article 21): his word at the desk or in his own space, at once, and
what the base knows of it. While he objects, no score, value to come, segment or next gesture is shown of him.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chaland.config import PROFILING
from chaland_web.access import CustomerFile
from chaland_web.desk.shown import Desk


@dataclass(frozen=True)
class Objection:
    """An objection that stands: when it was said, from which source or by whom, and whether the base knows it yet."""

    said_at: datetime
    source: str
    is_waiting: bool


def objection_of(opened: CustomerFile, desk: Desk) -> Objection | None:
    """Return the customer's objection to profiling; None while he has none.

    What was written since the base stands over what it knows. Of records that said otherwise before they were joined,
    the one that objects stands, as in the base (insight/objectors.sql).
    """
    waiting = [event for event in desk.waiting if event.kind == "consent" and event.code == PROFILING]
    if waiting:  # the latest first
        last = waiting[0]
        return Objection(last.happened_at, last.source, True) if last.status == "no" else None
    told = [event for event in desk.applied(opened.latest("consent")) if PROFILING in event.departments]
    last_of = {event.label: event for event in reversed(told)}
    objections = [event for event in last_of.values() if event.code == "no"]
    last_no = max(objections, key=lambda event: event.happened_at, default=None)
    return Objection(last_no.happened_at, last_no.source, False) if last_no else None
