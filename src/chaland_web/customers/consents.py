"""Each yes and no of a customer, channel by channel, with its proof: from every source, and from the desk at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chaland.publish.customer_file import Consent, Event
from chaland_web import words
from chaland_web.access import CustomerFile
from chaland_web.desk.shown import Desk

DESK = "desk_consents"
"""The source of what the desk wrote, once the base knows it."""


@dataclass(frozen=True)
class Word:
    """One yes or no.

    Attributes:
        purpose: what it was said for; "" where the source does not say, which is prospection.
        proof: the question and the answer, or the document; "" where the source gives none.
        from_whom: source of the record, or who wrote it at the desk.
        record_id: record that says so; "" at the desk.
        is_waiting: the base does not know it yet.
        is_latest: no later word on this channel for this purpose.
    """

    channel: str
    is_granted: bool
    said_at: datetime | None
    purpose: str
    proof: str
    from_whom: str
    record_id: str
    is_waiting: bool = False
    is_latest: bool = False


def consents_of(opened: CustomerFile, desk: Desk) -> list[Word]:
    """Return every yes and no, by channel, the latest first; those taken back at the desk are not among them."""
    told = desk.applied(opened.latest("consent"))
    rows = [*_waiting(desk.waiting), *_told(told), *_silent(opened.consents(), told)]
    order = {channel: rank for rank, channel in enumerate(words.CHANNEL)}
    latest_first = sorted(rows, key=lambda word: (word.said_at or datetime.min, word.from_whom), reverse=True)
    shown, seen = [], set[tuple[str, str]]()
    for word in sorted(latest_first, key=lambda word: order.get(word.channel, len(order))):
        about = (word.channel, word.purpose or "marketing")
        shown.append(replace(word, is_latest=about not in seen))
        seen.add(about)
    return shown


def _waiting(events: Sequence[Event]) -> Iterator[Word]:
    for event in events:
        if event.kind == "consent":
            purpose, proof = event.label or "", event.comment or ""
            is_granted = event.status == "yes"
            yield Word(event.code or "", is_granted, event.happened_at, purpose, proof, event.source, "", True)


def _told(events: Sequence[Event]) -> Iterator[Word]:
    for event in events:
        for channel in event.departments:
            purpose, proof = event.status or "", event.comment or ""
            is_granted = event.code == "yes"
            yield Word(channel, is_granted, event.happened_at, purpose, proof, event.source, event.label or "")


def _silent(consents: Sequence[Consent], events: Sequence[Event]) -> Iterator[Word]:
    """Give the words without a date, which no event tells."""
    told = {(channel, event.label, event.happened_at) for event in events for channel in event.departments}
    for one in consents:
        if one.source != DESK and (one.channel, one.record_id, one.said_at) not in told:
            yield Word(one.channel, one.is_granted, one.said_at, "", "", one.source, one.record_id)
