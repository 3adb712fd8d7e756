"""How a customer may be taken apart: the merges stewards decided, and the links that hold his records together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from chaland.publish.customer_file import Link, Record
from chaland.publish.steward import Kept, kept_decisions
from chaland.publish.story import Decision, Explained, explained, holding
from chaland_web.access import CustomerFile


@dataclass(frozen=True)
class Cut:
    """One link that holds: without it, these records on each side."""

    told: Explained
    left: tuple[Record, ...]
    right: tuple[Record, ...]

    @property
    def pair(self) -> tuple[str, str]:
        return self.told.link.record_id_l, self.told.link.record_id_r


@dataclass(frozen=True)
class Separable:
    """What may be undone of a customer, and what is decided of his records and waits for the next build."""

    merges: tuple[Decision, ...]
    cuts: tuple[Cut, ...]
    waiting: tuple[Kept, ...]


def separable(opened: CustomerFile) -> Separable:
    """Return how a customer may be taken apart, the weakest link first: what is cut most often."""
    records = opened.records()
    mine = {record.record_id for record in records}
    known = {(one.record_id_l, one.record_id_r): one for one in opened.decisions()}
    kept = {pair: word for pair, word in kept_decisions(settings.CHALAND_BASE).items() if mine & set(pair)}
    waiting = [word for pair, word in kept.items() if _is_news(word, known.get(pair))]
    changing = {(word.record_id_l, word.record_id_r) for word in waiting}
    merges = [
        one
        for pair, one in known.items()
        if one.decision == "same" and one.outcome == "obeyed" and set(pair) <= mine and pair not in changing
    ]
    tree = sorted(holding(opened.links()), key=lambda link: link.match_weight)
    cuts = [
        Cut(told, *_halves(tree, told.link, records))
        for told in explained(tree)
        if (told.link.record_id_l, told.link.record_id_r) not in changing
    ]
    return Separable(tuple(merges), tuple(cuts), tuple(waiting))


def _is_news(word: Kept, before: Decision | None) -> bool:
    if before is None:
        return word.decision != "withdrawn"
    return before.decision != word.decision or f"{before.decided_at:%Y-%m-%dT%H:%M:%S.%f}Z" != word.decided_at


def _halves(
    tree: Sequence[Link], cut: Link, records: Sequence[Record]
) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """Return the records on each side once a link of the tree is cut."""
    left = {cut.record_id_l}
    grew = True
    while grew:
        more = {
            other
            for link in tree
            if link is not cut
            for one, other in ((link.record_id_l, link.record_id_r), (link.record_id_r, link.record_id_l))
            if one in left
        } - left
        left |= more
        grew = bool(more)
    ours = tuple(record for record in records if record.record_id in left)
    return ours, tuple(record for record in records if record.record_id not in left)
