"""What visitors do on the web site: sessions before buying in a shop, orders, wandering; in UTC order.

"Informs on line, buys in shop" is built in: INFORMED_SHARE of account holders' shop tickets follow, within two weeks,
a visit to the pages of a product they then bought.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.demo.baskets import Lines, fill, promotions
from chaland.demo.cast import before, cast_records, minute_of
from chaland.demo.catalogue import Catalogue
from chaland.demo.history import MONTHS, Array, History, stream
from chaland.demo.people import People
from chaland.demo.presence import SITE, Records
from chaland.demo.sales import Sales, Tickets, history_months, joined_tickets

INFORMED_SHARE = 0.30
SIGNED_IN_SHARE = 0.75
"""Sessions of account holders in which they are signed in; in the others only anonymousId is known."""
WANDERING = 0.25
"""Mean number of other sessions per account."""
STRANGERS = 0.10
"""Sessions of visitors without an account, per account."""
IDENTIFY, PAGE, VIEWED, ADDED, ORDERED = range(5)
EVENTS = ("identify", "page", "Product Viewed", "Product Added", "Order Completed")


@dataclass(frozen=True)
class Orders:
    """Web orders in time order with their lines; `first_line` as in Sales. `tickets.reference` is the account."""

    tickets: Tickets
    lines: Lines
    first_line: Array


@dataclass(frozen=True)
class Events:
    """One value per event, in UTC order.

    Attributes:
        account: account, or -1 in a session that is not signed in.
        device: number of the visitor's browser (anonymousId).
        second: UTC seconds since the start of day 0.
        kind: index in EVENTS.
        product: product of the page, or -1.
        order: order completed, or -1.
    """

    account: Array
    device: Array
    second: Array
    kind: Array
    product: Array
    order: Array


def draw_orders(web: Tickets, crowd_accounts: int, catalogue: Catalogue, history: History, seed: int) -> Orders:
    """Fill the web orders of the crowd and of the cast."""
    missions = {name: rank for rank, name in enumerate(catalogue.missions)}
    rows = [
        (crowd_accounts + rank, before(history.days, back), minute_of(clock), missions[mission])
        for rank, record in enumerate(cast_records(SITE))
        for back, clock, mission in record.facts["orders"]
    ]
    account, day, minute, mission = (np.asarray(column) for column in zip(*rows, strict=True))
    nobody = np.full(len(rows), -1)
    tickets = joined_tickets([web, Tickets(nobody, account, np.zeros(len(rows), np.int8), day, minute, mission)])
    tickets = tickets.take(np.lexsort((tickets.minute, tickets.day)))
    reductions = promotions(catalogue, MONTHS, seed)
    months = history_months(history, tickets.day)
    lines = fill(catalogue, tickets.mission, months, reductions, stream(seed, "web baskets"))
    return Orders(tickets, lines, np.searchsorted(lines.basket, np.arange(len(tickets.day) + 1)))


@dataclass(frozen=True)
class _Sessions:
    """One value per session: who, which browser, when (UTC seconds), product looked at, order made or -1."""

    account: Array
    device: Array
    second: Array
    product: Array
    order: Array


def _utc_seconds(day: Array, minute: Array, history: History) -> Array:
    day = np.clip(day, 0, history.days - 1).astype(np.int64)
    made: Array = day * 86_400 + minute.astype(np.int64) * 60 - history.utc_offset_hours[day] * 3_600
    return made


def _informed(sales: Sales, accounts: Records, people: People, history: History, rng: np.random.Generator) -> _Sessions:
    """Sessions that precede a shop ticket: the visitor looks at the ticket's first product."""
    account = np.full(people.count, -1, np.int32)
    rank = np.arange(accounts.count, dtype=np.int32)
    account[accounts.person[~accounts.is_second]] = rank[~accounts.is_second]
    person = sales.tickets.person
    holder = np.where(person >= 0, account[np.maximum(person, 0)], -1)
    sells = sales.lines.units[sales.first_line[:-1]] > 0
    chosen = np.flatnonzero((holder >= 0) & sells & (rng.random(len(person)) < INFORMED_SHARE))
    day = sales.tickets.day[chosen] - rng.integers(0, 14, len(chosen))
    minute = np.clip(1200 + 120 * rng.standard_normal(len(chosen)), 400, 1435)
    minute = np.where(day == sales.tickets.day[chosen], np.minimum(minute, sales.tickets.minute[chosen] - 30), minute)
    known = (day >= 0) & (day >= accounts.opened_day[holder[chosen]])
    chosen, day, minute = chosen[known], day[known], minute[known]
    return _Sessions(
        account=holder[chosen],
        device=holder[chosen],
        second=_utc_seconds(day, minute, history),
        product=sales.lines.product[sales.first_line[chosen]],
        order=np.full(len(chosen), -1),
    )


def _ordering(orders: Orders, history: History) -> _Sessions:
    tickets = orders.tickets
    return _Sessions(
        account=tickets.reference,
        device=tickets.reference,
        second=_utc_seconds(tickets.day, tickets.minute, history) - 600,
        product=orders.lines.product[orders.first_line[:-1]],
        order=np.arange(len(tickets.day)),
    )


def _wandering(accounts: Records, catalogue: Catalogue, history: History, rng: np.random.Generator) -> _Sessions:
    """Sessions without a purchase, of account holders and of strangers."""
    holders = np.repeat(np.arange(accounts.count), rng.poisson(WANDERING, accounts.count))
    opened = np.maximum(accounts.opened_day[holders], 0)
    day = opened + (rng.random(len(holders)) * (history.days - opened)).astype(int)
    strangers = round(accounts.count * STRANGERS)
    account = np.concatenate([holders, np.full(strangers, -1)])
    device = np.concatenate([holders, 500_000_000 + np.arange(strangers)])
    day = np.concatenate([day, history.calendar_days(rng.random(strangers) * history.days)])
    minute = np.clip(1150 + 170 * rng.standard_normal(len(day)), 380, 1435)
    mission = catalogue.draw_missions(history.months(day), rng.integers(0, 4, len(day)), rng.random(len(day)))
    product = catalogue.draw_products(catalogue.anchor[mission], rng.random(len(day)))
    return _Sessions(account, device, _utc_seconds(day, minute, history), product, np.full(len(day), -1))


def _cast_visits(crowd_accounts: int, catalogue: Catalogue, history: History) -> _Sessions:
    missions = {name: rank for rank, name in enumerate(catalogue.missions)}
    rows = [
        (crowd_accounts + rank, before(history.days, back), minute_of(clock), missions[mission])
        for rank, record in enumerate(cast_records(SITE))
        for back, clock, mission in record.facts["visits"]
    ]
    account, day, minute, mission = (np.asarray(column) for column in zip(*rows, strict=True))
    product = catalogue.family_start[catalogue.anchor[mission]]
    return _Sessions(account, account, _utc_seconds(day, minute, history), product, np.full(len(rows), -1))


def draw_events(
    sales: Sales, orders: Orders, accounts: Records, people: People, catalogue: Catalogue, history: History, seed: int
) -> Events:
    """Return every event of the site."""
    rng = stream(seed, "site")
    crowd = [
        _informed(sales, accounts, people, history, rng),
        _wandering(accounts, catalogue, history, rng),
    ]
    certain = [_ordering(orders, history), _cast_visits(accounts.count, catalogue, history)]
    names = _Sessions.__dataclass_fields__
    merged = {name: np.concatenate([getattr(part, name) for part in crowd + certain]) for name in names}
    unsure = sum(len(part.account) for part in crowd)
    count = len(merged["account"])
    signed_in = (np.arange(count) >= unsure) | (rng.random(count) < SIGNED_IN_SHARE)
    account = np.where(signed_in, merged["account"], -1)
    sessions = _Sessions(account, merged["device"], merged["second"], merged["product"], merged["order"])
    return _events(sessions, rng)


def _events(sessions: _Sessions, rng: np.random.Generator) -> Events:
    """Unfold sessions: identify (first signed-in session of an account), page, product seen, added, order."""
    count = len(sessions.account)
    by_account = np.lexsort((np.arange(count), sessions.second, sessions.account))
    owner = sessions.account[by_account]
    is_first = np.concatenate([[True], owner[1:] != owner[:-1]]) & (owner >= 0)
    identifies = by_account[is_first]
    ordering = np.flatnonzero(sessions.order >= 0)
    lands = np.flatnonzero(rng.random(count) < 0.45)
    everyone = np.arange(count)
    steps = (
        (identifies, IDENTIFY, 0),
        (lands, PAGE, 4),
        (everyone, VIEWED, 45),
        (ordering[rng.random(len(ordering)) < 0.5], ADDED, 120),
        (ordering, ORDERED, 600),
    )
    session = np.concatenate([chosen for chosen, _, _ in steps])
    kind = np.concatenate([np.full(len(chosen), code) for chosen, code, _ in steps])
    delay = np.concatenate([np.full(len(chosen), seconds) for chosen, _, seconds in steps])
    second = sessions.second[session] + delay
    order = np.lexsort((session, kind, second))
    session, kind = session[order], kind[order]
    return Events(
        account=sessions.account[session],
        device=sessions.device[session],
        second=second[order],
        kind=kind.astype(np.int8),
        product=np.where(np.isin(kind, (VIEWED, ADDED)), sessions.product[session], -1),
        order=np.where(kind == ORDERED, sessions.order[session], -1),
    )
