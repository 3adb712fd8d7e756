"""One timeline of everything a customer did, made of one simple question per kind of event.

A single statement over every kind costs more to plan (50 ms) than all its rows to read; small questions take 1 to 2 ms
each, and their rows are merged here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from chaland.publish.customer_file import Event, Movement, PageView
from chaland.publish.keys import folded

VISIT_GAP = timedelta(minutes=30)
"""A visit of the web site ends after so long without a page, and at midnight."""


def _nothing_more(_event: Event) -> str:
    return ""


@dataclass(frozen=True)
class Wanted:
    """What part of a timeline is asked for.

    Attributes:
        kind: one of EVENT_KINDS, or "" for all.
        text: words that an event, or a line of a ticket, must all hold, accents and capitals apart; "" for all.
        first_date, last_date: days, both included; None without limit.
        told: what a screen says of an event beyond what the event holds, in its reader's language: words are looked
            for there too.
    """

    kind: str = ""
    text: str = ""
    first_date: date | None = None
    last_date: date | None = None
    told: Callable[[Event], str] = field(default=_nothing_more, compare=False)

    @property
    def is_filter(self) -> bool:
        """Whether events have to be looked at one by one."""
        return bool(folded(self.text) or self.first_date or self.last_date)

    def among(self, events: Iterable[Event], ticket_texts: Mapping[str, str]) -> list[Event]:
        """Return those of the events that answer, whatever their kind.

        Args:
            ticket_texts: ticket_id → what its lines say.
        """
        words = [word for word in map(folded, self.text.split()) if word]
        return [
            event
            for event in events
            if (self.first_date is None or event.happened_at.date() >= self.first_date)
            and (self.last_date is None or event.happened_at.date() <= self.last_date)
            and (not words or _holds(event, words, f"{ticket_texts.get(event.event_id, '')} {self.told(event)}"))
        ]


EVERYTHING = Wanted()


def _holds(event: Event, words: Sequence[str], more: str) -> bool:
    """Tell whether what an event says holds every word; a number may be typed with its marks or without."""
    parts = (event.label, event.status, event.comment, event.source, event.shop_name, *event.departments, more)
    amount = "" if event.amount is None else f"{event.amount:.2f}"
    number = event.event_id if event.kind in ("case", "project") else ""
    text = folded(" ".join(str(part) for part in (*parts, amount, number) if part))
    return all(word in text or word.replace(" ", "") in text.replace(" ", "") for word in words)


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
