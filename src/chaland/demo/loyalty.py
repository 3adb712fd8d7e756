"""Movements on the loyalty cards: opening, points earned and taken back, cheques cut, points expired; and their tiers.

One point a euro; 300 points make a cheque of 5 €, which most holders cut at once; after a year without purchase the
rest expires. The points earned in the last 12 months, those taken back deducted, make the tier of the card.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.demo.history import Array, History, stream
from chaland.demo.sales import Sales

CHEQUE_POINTS = 300
CUTS_CHEQUE = 0.7
EXPIRY_DAYS = 365
TIER_DAYS = 365
OPENING, EARN, CHEQUE, ADJUST, EXPIRY = range(5)
CODES = ("OUV", "ACQ", "UTI", "AJU", "EXP")
TIERS = ("Bronze", "Argent", "Or")
TIER_POINTS = (300, 900)
"""Points of the last 12 months from which a card is Argent, then Or."""


@dataclass(frozen=True)
class Movements:
    """One value per movement, in time order. `ticket` is the rank of the ticket, -1 none; `shop` -1 none."""

    card: Array
    day: Array
    minute: Array
    code: Array
    points: Array
    ticket: Array
    shop: Array


def draw_movements(sales: Sales, amounts: Array, opened_day: Array, history: History, seed: int) -> Movements:
    """Return the movements of every card.

    Args:
        sales: tickets in till order; `reference` is the card.
        amounts: cents of each ticket.
        opened_day: day each card was opened.
    """
    rng = stream(seed, "loyalty")
    tickets = sales.tickets
    rank = np.flatnonzero((tickets.reference >= 0) & (np.abs(amounts) >= 100))
    rank = rank[np.lexsort((rank, tickets.reference[rank]))]
    card, day = tickets.reference[rank], tickets.day[rank]
    points = np.trunc(amounts[rank] / 100).astype(np.int32)
    earn = Movements(
        card, day, tickets.minute[rank], np.where(points > 0, EARN, ADJUST), points, rank, tickets.shop[rank]
    )
    gained = np.cumsum(np.maximum(points, 0))
    first = np.concatenate([[True], card[1:] != card[:-1]]) if len(card) else np.zeros(0, bool)
    start = np.maximum.accumulate(np.where(first, gained - np.maximum(points, 0), 0)) if len(card) else gained
    reached = (gained - start) // CHEQUE_POINTS
    before = np.where(first, 0, np.concatenate([[0], reached[:-1]])) if len(card) else reached
    cut = np.flatnonzero((reached > before) & (rng.random(len(card)) < CUTS_CHEQUE))
    taken = (-CHEQUE_POINTS * (reached - before)[cut]).astype(np.int32)
    cheque = Movements(
        card[cut], day[cut], earn.minute[cut] + 1, np.full(len(cut), CHEQUE), taken, rank[cut], tickets.shop[rank[cut]]
    )
    expiry = _expiry(card, day, points, cut, taken, history)
    opened = np.flatnonzero(opened_day >= 0)
    nothing = np.full(len(opened), -1, np.int32)
    opening = Movements(
        opened, opened_day[opened], np.full(len(opened), 540), np.full(len(opened), OPENING),
        np.zeros(len(opened), np.int32), nothing, nothing,
    )  # fmt: skip
    names = Movements.__dataclass_fields__
    parts = (opening, earn, cheque, expiry)
    merged = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.lexsort((merged["code"], merged["card"], merged["minute"], merged["day"]))
    return Movements(**{name: column[order] for name, column in merged.items()})


def tiers(movements: Movements, cards: int, history: History) -> Array:
    """Return the tier of each card, an index of TIERS, by the points earned and taken back in the last 365 days.

    >>> from datetime import date
    >>> three = Movements(*(np.array(values) for values in (
    ...     [0, 0, 1], [700, 700, 700], [0, 0, 0], [EARN, CHEQUE, EARN], [950, -300, 299], [0, 0, 0], [0, 0, 0])))
    >>> [TIERS[tier] for tier in tiers(three, 3, History(date(2026, 9, 30)))]
    ['Or', 'Bronze', 'Bronze']
    """
    counts = np.isin(movements.code, (EARN, ADJUST)) & (movements.day >= history.days - TIER_DAYS)
    points = np.bincount(movements.card[counts], weights=movements.points[counts], minlength=cards)
    found: Array = np.searchsorted(TIER_POINTS, points, side="right")
    return found


def _expiry(card: Array, day: Array, points: Array, cut: Array, taken: Array, history: History) -> Movements:
    """Return the expiry of what is left on cards unused for a year before the end."""
    cards = int(card.max()) + 1 if len(card) else 0
    balance = np.bincount(card, weights=points, minlength=cards)
    balance += np.bincount(card[cut], weights=taken, minlength=cards)
    last = np.full(cards, -1, np.int64)
    np.maximum.at(last, card, day)
    idle = np.flatnonzero((last >= 0) & (last + EXPIRY_DAYS < history.days) & (balance > 0))
    nothing = np.full(len(idle), -1, np.int32)
    return Movements(
        idle, (last[idle] + EXPIRY_DAYS).astype(np.int32), np.full(len(idle), 60), np.full(len(idle), EXPIRY),
        (-balance[idle]).astype(np.int32), nothing, nothing,
    )  # fmt: skip
