"""What was put right at the desk since the base was built, searched at once: the published cards know it afterwards.

Each process keeps the cards of those it changes (`chaland.publish.corrected`), and makes them anew when a correction
was written or taken back: a search asks the store for the numbers of its last lines, which is all that it costs.
"""

from __future__ import annotations

import threading
from datetime import timedelta
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


class _Fresh:
    """The corrections written since one snapshot was published."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._since = snapshot.published_at - _MARGIN
        self._last: int | None = None
        self._seen: frozenset[int] = frozenset()
        self._words: dict[str, Line] = {}
        self._customers: dict[str, str | None] = {}
        self._cards: CorrectedCards | None = None

    def cards(self, reader: Reader) -> CorrectedCards | None:
        """Return the cards as they stand now; None when nothing was put right."""
        with self._lock:
            if self._took_news():
                self._cards = self._made(reader)
            return self._cards

    def _took_news(self) -> bool:
        """Take in the corrections that were not seen yet; tell whether there were any."""
        if self._last is None:
            last = Line.objects.order_by("-id").values_list("id", flat=True).first() or 0
            lines = Line.objects.filter(kind=Kind.CORRECTION, at__gt=self._since)
            self._last, new = last, sorted(lines.order_by("-id")[:MOST_WORDS], key=lambda line: line.id)
            self._seen = frozenset(Line.objects.filter(id__gt=last - _LATE, id__lte=last).values_list("id", flat=True))
        else:
            window = frozenset(Line.objects.filter(id__gt=self._last - _LATE).values_list("id", flat=True))
            if window == self._seen:
                return False
            if self._seen - window:  # lines were erased: all is read anew
                self._last, self._words = None, {}
                self._took_news()
                return True
            unseen, self._last = window - self._seen, max(window)
            self._seen = frozenset(number for number in window if number > self._last - _LATE)
            new = list(Line.objects.filter(id__in=unseen, kind=Kind.CORRECTION).order_by("id"))
        for line in new:
            if line.key not in self._words or line.id > self._words[line.key].id:
                self._words[line.key] = line
        return bool(new)

    def _made(self, reader: Reader) -> CorrectedCards | None:
        """Return the cards of who is corrected."""
        by_customer: dict[str, list[Line]] = {}
        for line in sorted(self._words.values(), key=lambda line: line.id):
            if line.record_id not in self._customers:
                self._customers[line.record_id] = reader.customer_of(line.record_id)
            customer_id = self._customers[line.record_id]
            if customer_id and not line.is_withdrawn:
                by_customer.setdefault(customer_id, []).append(line)
        if not by_customer:
            return None
        told = {customer_id: card_values(put_right(lines)) for customer_id, lines in by_customer.items()}
        return self._snapshot.corrected_cards(told)


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
