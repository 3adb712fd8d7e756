"""What was put right at the desk since the base was built, searched at once: the published cards know it afterwards.

Each process keeps the cards of those it changes (`chaland.publish.corrected`), and makes a customer's anew when a
correction of his was written or taken back: a search asks the store for the numbers of its last lines, which is all
that it costs.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

from django.http import HttpRequest

from chaland.publish import Reader, Snapshot
from chaland.publish.corrected import CorrectedCards
from chaland_web.desk.models import Kind, Line
from chaland_web.desk.values import card_values, put_right
from chaland_web.snapshots import reader_of, snapshot_of

MOST_WORDS = 5_000
"""Corrections held, the latest: those of a day, and many more."""
_MARGIN = timedelta(days=1)
"""A build reads the desk before it publishes."""
_LATE = 50
"""Lines looked at again: a line may be seen after one that took its number later, when many write at once."""


class _Known(NamedTuple):
    """What was taken in: the last line, those near it, and the cards made of them."""

    last: int | None
    seen: frozenset[int]
    cards: CorrectedCards | None


def _numbers(last: int) -> frozenset[int]:
    """Return the numbers of the lines written since, and of some before."""
    return frozenset(Line.objects.filter(id__gt=last - _LATE).values_list("id", flat=True))


class _Fresh:
    """The corrections written since one snapshot was published."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._since = snapshot.published_at - _MARGIN
        self._words: dict[str, Line] = {}
        self._lines: dict[str, dict[str, Line]] = {}  # customer → key → line
        self._customers: dict[str, str | None] = {}
        self._known = _Known(None, frozenset(), None)

    def cards(self, reader: Reader) -> CorrectedCards | None:
        """Return the cards as they stand now; None when nothing was put right."""
        if not self._is_known():  # asked without the lock: who waits for the store must not make the others wait
            with self._lock:
                if not self._is_known():
                    self._known = self._anew(reader)
        return self._known.cards

    def _is_known(self) -> bool:
        """Tell whether the store has no line that was not taken in."""
        known = self._known
        return known.last is not None and _numbers(known.last) == known.seen

    def _anew(self, reader: Reader) -> _Known:
        """Take in the lines that were not seen yet; return what is known then."""
        before = self._known
        window = _numbers(before.last) if before.last is not None else frozenset[int]()
        corrections = Line.objects.filter(kind=Kind.CORRECTION)
        if before.last is None or before.seen - window:  # the first time, or lines were erased: all is read
            self._words, self._lines = {}, {}
            before = _Known(None, frozenset(), None)
            last = Line.objects.order_by("-id").values_list("id", flat=True).first() or 0
            new = list(corrections.filter(at__gt=self._since, id__lte=last).order_by("-id")[:MOST_WORDS])
            seen = frozenset(number for number in _numbers(last) if number <= last)
        else:
            last = max(window)
            new = list(corrections.filter(id__in=window - before.seen))
            seen = frozenset(number for number in window if number > last - _LATE)
        unknown = {line.record_id for line in new} - self._customers.keys()
        if len(unknown) > 1:  # the first time of a snapshot: all at once, not two questions each
            self._customers |= reader.customers_of_records(unknown)
        changed = {customer_id for line in new for customer_id in self._taken_in(line, reader)}
        return _Known(last, seen, self._made(changed, before.cards))

    def _taken_in(self, line: Line, reader: Reader) -> set[str]:
        """Put a line in the place of the earlier one of its key; return the customers that this changes."""
        earlier = self._words.get(line.key)
        if earlier and earlier.id > line.id:
            return set()
        self._words[line.key] = line
        if line.record_id not in self._customers:
            self._customers[line.record_id] = reader.customer_of(line.record_id)
        changed = set()
        for one, is_said in ((earlier, False), (line, True)):
            customer_id = self._customers[one.record_id] if one else None
            if customer_id:
                lines = self._lines.setdefault(customer_id, {})
                lines.pop(line.key, None)
                if is_said and not line.is_withdrawn:
                    lines[line.key] = line
                changed.add(customer_id)
        return changed

    def _made(self, changed: set[str], known: CorrectedCards | None) -> CorrectedCards | None:
        """Return the cards of who is corrected: those known, and anew those of whom a correction came or went."""
        if changed:
            told = {customer_id: self._told(self._lines[customer_id]) for customer_id in changed}
            known = self._snapshot.corrected_cards(told, known)
        return known if any(self._lines.values()) else None

    @staticmethod
    def _told(lines: dict[str, Line]) -> dict[str, str | None] | None:
        """Return what was put right of a customer; None when nothing is."""
        return card_values(put_right(sorted(lines.values(), key=lambda line: line.id))) if lines else None


_OF_SNAPSHOT: WeakKeyDictionary[Snapshot, _Fresh] = WeakKeyDictionary()
_LOCK = threading.Lock()


def corrected_of(request: HttpRequest) -> CorrectedCards | None:
    """Return the search cards of those whose values were put right since the request's snapshot; None without any."""
    snapshot = snapshot_of(request)
    with _LOCK:
        if snapshot not in _OF_SNAPSHOT:
            _OF_SNAPSHOT[snapshot] = _Fresh(snapshot)
        fresh = _OF_SNAPSHOT[snapshot]
    return fresh.cards(reader_of(request))
