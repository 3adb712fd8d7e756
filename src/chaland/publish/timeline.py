"""One timeline of everything a customer did, made of one simple question per kind of event.

A single statement over every kind costs more to plan (50 ms) than all its rows to read; small questions take 1 to 2 ms
each, and their rows are merged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from chaland.publish.customer_file import Event, Movement, PageView

VISIT_GAP = timedelta(minutes=30)
"""A visit of the web site ends after so long without a page, and at midnight."""


def latest_first(events: Iterable[Event]) -> list[Event]:
    """Return the events in the order of the timeline, every tie broken."""
    by_id = sorted(events, key=lambda event: (event.kind, event.event_id))
    return sorted(by_id, key=lambda event: event.happened_at, reverse=True)


def visits(views: Sequence[PageView]) -> list[list[PageView]]:
    """Return page views, given in order, cut into visits.

    >>> from datetime import datetime
    >>> hours = [datetime(2026, 5, 4, 9, 0), datetime(2026, 5, 4, 9, 20), datetime(2026, 5, 4, 18, 0)]
    >>> views = [PageView(str(n), "web", "Page Viewed", "/", None, None, at) for n, at in enumerate(hours)]
    >>> [[view.event_id for view in visit] for visit in visits(views)]
    [['0', '1'], ['2']]
    """
    found: list[list[PageView]] = []
    for view in views:
        if found:
            before = found[-1][-1].local_at
            if view.local_at - before <= VISIT_GAP and view.local_at.date() == before.date():
                found[-1].append(view)
                continue
        found.append([view])
    return found


def visit_event(visit: Sequence[PageView]) -> Event:
    """Return a visit as one event, named by its first page view."""
    first, last = visit[0], visit[-1]
    return Event(
        kind="web",
        event_id=first.event_id,
        happened_at=first.local_at,
        source=first.source,
        code="order" if any(view.ticket_key for view in visit) else "visit",
        number=len(visit),
        until_at=last.local_at,
        departments=tuple(sorted({view.department for view in visit if view.department})),
    )


def movement_event(movement: Movement) -> Event:
    """Return a movement on a card as an event of its own."""
    return Event(
        kind="loyalty",
        event_id=movement.event_id,
        happened_at=movement.happened_at,
        source=movement.source,
        shop_key=movement.shop_key,
        code=movement.code,
        label=movement.label,
        points=movement.points,
    )


def with_points(tickets: Iterable[Event], movements: Iterable[Movement]) -> list[Event]:
    """Return the tickets, each with the points that the card moved for it."""
    points: dict[str, int] = {}
    for movement in movements:
        if movement.ticket_key:
            points[movement.ticket_key] = points.get(movement.ticket_key, 0) + movement.points
    return [replace(ticket, points=points.get(ticket.label or "")) for ticket in tickets]
