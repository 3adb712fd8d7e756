"""Shop tickets of two years: from habits, from projects, from passers-by; returns; in till order.

Reads people, records and habits. Money in cents, tax included. A ticket carries a card number only when a holder
shows it; the other tickets, of known persons or not, are anonymous, and passers-by fill up to the wanted share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.demo.baskets import Lines, fill, joined, promotions
from chaland.demo.catalogue import DELIVERY, PROJECT_MISSIONS, Catalogue
from chaland.demo.habits import draw_purchases
from chaland.demo.history import MONTHS, Array, History, stream
from chaland.demo.jobs import Jobs
from chaland.demo.people import People
from chaland.demo.places import Places, numbers, texts
from chaland.demo.presence import CARD, SITE, Records

ANONYMOUS_SHARE = 0.45
CARD_SHOWN = 0.88
WEB_SHARE = 0.24
"""Purchases of account holders made on the web site."""
AWAY_SHARE = 0.05
"""Purchases made in another shop than the usual one."""
RETURNED_LINES = 0.016
DELIVERED_TICKETS = 0.3
"""Tickets of a project with a delivery fee."""


@dataclass(frozen=True)
class Tickets:
    """One value per ticket or order. Indexes: -1 is none.

    Attributes:
        person: buyer, or -1 for a passer-by.
        reference: record of the card shown (shop) or of the account (web), -1 when anonymous.
        day, minute: local time.
    """

    person: Array
    reference: Array
    shop: Array
    day: Array
    minute: Array
    mission: Array

    def take(self, chosen: Array) -> Tickets:
        """Return some of the tickets, in the order given."""
        return Tickets(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Sales:
    """Tickets in till order with their lines (`lines.basket` is the rank of the ticket), and their number in the day.

    Attributes:
        till: till of each ticket.
        rank: rank of the ticket in its till's day, from 1.
        first_line: rank of each ticket's first line, and the number of lines at the end.
    """

    tickets: Tickets
    lines: Lines
    till: Array
    rank: Array
    first_line: Array


def joined_tickets(parts: list[Tickets]) -> Tickets:
    """Return the tickets of all parts, one after the other."""
    names = Tickets.__dataclass_fields__
    return Tickets(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def opening_minutes(rng: np.random.Generator, count: int) -> Array:
    """Return minutes of the day between 9:00 and 19:29, with a rush late in the morning and in the afternoon."""
    morning = rng.random(count) < 0.4
    minute = np.where(morning, 660 + 50 * rng.standard_normal(count), 990 + 75 * rng.standard_normal(count))
    made: Array = np.clip(minute, 540, 1169).astype(np.int16)
    return made


def history_months(history: History, days: Array) -> Array:
    """Return the month of the history, 0 the first (a 25th, cut at both ends, joins the last)."""
    months = history.dates(days).astype("datetime64[M]").astype(np.int64)
    first = np.datetime64(history.start, "M").astype(np.int64)
    made: Array = np.minimum(months - first, MONTHS - 1)
    return made


def _records_by_person(records: Records, count: int) -> tuple[Array, Array]:
    """Return the first and the second record of each person, -1 for none."""
    first, second = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    rank = np.arange(records.count, dtype=np.int32)
    first[records.person[~records.is_second]] = rank[~records.is_second]
    second[records.person[records.is_second]] = rank[records.is_second]
    return first, second


def _shown_card(person: Array, day: Array, cards: Records, people: People, rng: np.random.Generator) -> Array:
    """Return the card shown at each purchase, -1 when none: not a holder yet, or forgotten."""
    first, second = _records_by_person(cards, people.count)
    card = first[person]
    other = second[person]
    has_other = (other >= 0) & (day >= cards.opened_day[np.maximum(other, 0)]) & (rng.random(len(person)) < 0.5)
    card = np.where(has_other, other, card)
    open_ = (card >= 0) & (day >= cards.opened_day[np.maximum(card, 0)])
    return np.where(open_ & (rng.random(len(person)) < CARD_SHOWN), card, -1).astype(np.int32)


def draw_tickets(
    people: People, records: dict[str, Records], jobs: Jobs, catalogue: Catalogue, places: Places, history: History,
    seed: int,
) -> tuple[Tickets, Tickets]:  # fmt: skip
    """Return the shop tickets (no returns yet, in no order) and the web orders (in time order)."""
    rng = stream(seed, "tickets")
    bought = draw_purchases(people.tenure_day, history, seed)
    person, day = bought.person, history.calendar_days(bought.operational_day)
    count = len(person)
    account, _ = _records_by_person(records[SITE], people.count)
    account = account[person]
    on_line = (account >= 0) & (day >= records[SITE].opened_day[np.maximum(account, 0)])
    on_line &= rng.random(count) < WEB_SHARE
    shop = people.home_shop[people.home(person, day)]
    weights = numbers(places.shops, "weight")
    elsewhere = rng.choice(len(weights), size=count, p=weights / weights.sum()).astype(np.int8)
    shop = np.where(rng.random(count) < AWAY_SHARE, elsewhere, shop)
    mission = catalogue.draw_missions(history.months(day), people.taste[person], rng.random(count))
    card = _shown_card(person, day, records[CARD], people, rng)
    habits = Tickets(person, np.where(on_line, account, card), shop, day, opening_minutes(rng, count), mission)
    web = habits.take(np.flatnonzero(on_line))
    web = Tickets(web.person, web.reference, web.shop, web.day, _web_minutes(rng, len(web.day)), web.mission)
    works = _project_tickets(people, records[CARD], jobs, catalogue, history, rng)
    known = joined_tickets([habits.take(np.flatnonzero(~on_line)), works])
    passers_by = _passers_by(known, catalogue, weights, history, rng)
    return joined_tickets([known, passers_by]), web.take(np.lexsort((web.minute, web.day)))


def _web_minutes(rng: np.random.Generator, count: int) -> Array:
    made: Array = np.clip(1150 + 170 * rng.standard_normal(count), 380, 1439).astype(np.int16)
    return made


def _project_tickets(
    people: People, cards: Records, jobs: Jobs, catalogue: Catalogue, history: History, rng: np.random.Generator
) -> Tickets:
    """Return the purchases that signed projects cause: one to five tickets between the quote and the end of works."""
    job = np.repeat(np.flatnonzero(jobs.is_signed), rng.integers(1, 6, int(jobs.is_signed.sum())))
    person = jobs.person[job]
    span = np.maximum(jobs.works_day[job] - jobs.opened_day[job] + 15, 1)
    day = np.minimum(jobs.opened_day[job] + 3 + (rng.random(len(job)) * span).astype(np.int32), history.days - 1)
    names = {name: rank for rank, name in enumerate(catalogue.missions)}
    options = [np.asarray([names[name] for name in missions]) for missions in PROJECT_MISSIONS.values()]
    mission = np.zeros(len(job), np.int16)
    for kind, choice in enumerate(options):
        mine = np.flatnonzero(jobs.kind[job] == kind)
        mission[mine] = choice[(rng.random(len(mine)) ** 1.6 * len(choice)).astype(int)]
    card = _shown_card(person, day, cards, people, rng)
    return Tickets(person, card, jobs.shop[job], day.astype(np.int32), opening_minutes(rng, len(job)), mission)


def _passers_by(
    known: Tickets, catalogue: Catalogue, weights: Array, history: History, rng: np.random.Generator
) -> Tickets:
    """Return tickets of persons nobody knows, so that ANONYMOUS_SHARE of all tickets carry no card."""
    carded = int((known.reference >= 0).sum())
    anonymous = len(known.person) - carded
    count = max(round(carded * ANONYMOUS_SHARE / (1 - ANONYMOUS_SHARE)) - anonymous, 0)
    day = history.calendar_days(rng.random(count) * history.days)
    nobody = np.full(count, -1, np.int32)
    return Tickets(
        person=nobody,
        reference=nobody,
        shop=rng.choice(len(weights), size=count, p=weights / weights.sum()).astype(np.int8),
        day=day,
        minute=opening_minutes(rng, count),
        mission=catalogue.draw_missions(history.months(day), rng.integers(0, 4, count), rng.random(count)),
    )


def sell(tickets: Tickets, catalogue: Catalogue, places: Places, history: History, seed: int) -> Sales:
    """Fill the shop tickets, add the returns, and put everything in till order."""
    rng = stream(seed, "baskets")
    reductions = promotions(catalogue, MONTHS, seed)
    lines = fill(catalogue, tickets.mission, history_months(history, tickets.day), reductions, rng)
    lines = joined([lines, _deliveries(tickets, catalogue, rng)])
    back, returned = _returns(tickets, lines, len(catalogue.cents) - 1, history, rng)
    tickets, lines = joined_tickets([tickets, back]), joined([lines, returned])
    area = numbers(places.shops, "area_m2")
    tills = np.maximum(area // 1200, 2).astype(np.int16)
    till = 1 + (rng.random(len(tickets.day)) ** 1.5 * tills[tickets.shop]).astype(np.int16)
    moment = ((tickets.day.astype(np.int64) * 64 + tickets.shop) * 64 + till) * 1440 + tickets.minute
    order = np.argsort(moment, kind="stable")
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    basket = place[lines.basket]
    by_ticket = np.argsort(basket, kind="stable")
    lines = lines.take(by_ticket)
    lines = Lines(basket[by_ticket], lines.product, lines.units, lines.amount, lines.discount)
    day_till = (moment // 1440)[order]
    starts = np.concatenate([[0], np.flatnonzero(np.diff(day_till)) + 1]) if len(order) else np.zeros(0, np.int64)
    sizes = np.diff(np.append(starts, len(order)))
    return Sales(
        tickets=tickets.take(order),
        lines=lines,
        till=till[order],
        rank=(np.arange(len(order)) - np.repeat(starts, sizes) + 1).astype(np.int32),
        first_line=np.searchsorted(lines.basket, np.arange(len(order) + 1)),
    )


def _deliveries(tickets: Tickets, catalogue: Catalogue, rng: np.random.Generator) -> Lines:
    """Return a delivery fee on some of the heavy baskets."""
    heavy = [rank for rank, name in enumerate(catalogue.missions) if name in ("cuisine", "salle_de_bains", "terrasse")]
    chosen = np.flatnonzero(np.isin(tickets.mission, heavy) & (rng.random(len(tickets.day)) < DELIVERED_TICKETS))
    fee = texts(catalogue.products, "product_key").index(DELIVERY)
    product = np.full(len(chosen), fee, np.int32)
    zero = np.zeros(len(chosen), np.int32)
    return Lines(chosen.astype(np.int32), product, np.ones(len(chosen), np.int16), catalogue.cents[product], zero)


def _returns(
    tickets: Tickets, lines: Lines, fee: int, history: History, rng: np.random.Generator
) -> tuple[Tickets, Lines]:
    """Return tickets that bring one line back within four weeks, at the price paid, as negative lines."""
    chosen = np.flatnonzero(rng.random(len(lines.basket)) < RETURNED_LINES)
    ticket = lines.basket[chosen]
    day = tickets.day[ticket] + rng.integers(1, 29, len(chosen)).astype(np.int32)
    kept = (day < history.days) & (lines.product[chosen] != fee)
    chosen, ticket, day = chosen[kept], ticket[kept], day[kept]
    sold = lines.take(chosen)
    whole = (rng.random(len(chosen)) < 0.6) | (sold.units == 1)
    units = np.where(whole, sold.units, 1)
    back = tickets.take(ticket)
    back = Tickets(back.person, back.reference, back.shop, day, opening_minutes(rng, len(chosen)), back.mission)
    rank = len(tickets.day) + np.arange(len(chosen), dtype=np.int32)
    amount = -np.round(sold.amount * (units / sold.units)).astype(np.int32)
    return back, Lines(rank, sold.product, (-units).astype(np.int16), amount, np.zeros(len(chosen), np.int32))
