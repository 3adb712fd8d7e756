"""The truth: households and persons, their names, births, addresses, telephones and e-mail addresses.

Reads the reference; makes arrays, one value per person or household, that the other steps index.
The named cast (`cast.py`) is apart: this is the crowd.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.demo.history import Array, History, stream
from chaland.demo.names import Names
from chaland.demo.places import Places, numbers
from chaland.demo.rates import MessRates

# Kinds of household: persons in it who are customers, and their share.
HOUSEHOLD_SIZES = np.array([1, 2, 3, 4, 2, 2])
SOLO, COUPLE, COUPLE_CHILD, COUPLE_TWO_CHILDREN, PARENT_CHILD, FLATMATES = range(6)
HOUSEHOLD_SHARES = (0.46, 0.34, 0.08, 0.04, 0.06, 0.02)
HEAD, PARTNER, CHILD, FLATMATE = range(4)
NEVER = np.int32(1 << 20)
ALWAYS = np.int32(-(1 << 20))
DAYS_A_YEAR = 365.2425


@dataclass(frozen=True)
class People:
    """One value per person, unless said otherwise. Indexes point into `Names` and `Places`; -1 is none.

    Attributes:
        household: index of the household, in order.
        role: HEAD, PARTNER, CHILD or FLATMATE.
        born: birth day, days since 1970-01-01.
        last, second: surname in use and the second half of a double name.
        birth_name: surname at birth.
        married_day: day from which a wife bears her husband's name; ALWAYS before the history, NEVER otherwise.
        partner: another person of the household, or -1.
        tenure_day: day of the first purchase.
        taste: inclination, 0 gardener, 1 handyman, 2 decorator, 3 household.
        email_domain, email_style: index in EMAIL_DOMAINS, and how the local part is made of the names (0 to 4).
        home_*: one per household, then one per household for the address after a move (2 H values).
        moved_day: per household; NEVER when it does not move.
    """

    household: Array
    role: Array
    is_woman: Array
    born: Array
    first: Array
    last: Array
    second: Array
    birth_name: Array
    married_day: Array
    partner: Array
    tenure_day: Array
    taste: Array
    has_mobile: Array
    email_domain: Array
    email_style: Array
    moved_day: Array
    home_shop: Array
    home_place: Array
    home_street: Array
    home_number: Array
    home_extension: Array
    home_complement: Array
    has_landline: Array

    @property
    def count(self) -> int:
        return len(self.household)

    @property
    def households(self) -> int:
        return len(self.moved_day)

    def home(self, persons: Array, days: Array, stale: Array | None = None) -> Array:
        """Return the index in `home_*` of where persons live on a day (or lived, where `stale`)."""
        house = self.household[persons]
        moved = days >= self.moved_day[house]
        if stale is not None:
            moved &= ~stale
        made: Array = house + self.households * moved
        return made


def _households(count: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Return the kind of each household, and of each person its household and rank in it."""
    kinds = rng.choice(len(HOUSEHOLD_SIZES), size=count, p=HOUSEHOLD_SHARES)
    filled = np.cumsum(HOUSEHOLD_SIZES[kinds])
    kept = int(np.searchsorted(filled, count, side="right"))
    alone = count - (int(filled[kept - 1]) if kept else 0)
    kinds = np.concatenate([kinds[:kept], np.full(alone, SOLO)])
    sizes = HOUSEHOLD_SIZES[kinds]
    household = np.repeat(np.arange(len(kinds), dtype=np.int32), sizes)
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    return kinds, household, (np.arange(count) - first).astype(np.int8)


def _roles(kind: Array, rank: Array) -> Array:
    second = np.select([kind == PARENT_CHILD, kind == FLATMATES], [CHILD, FLATMATE], PARTNER)
    made: Array = np.select([rank == 0, rank == 1], [np.full(len(rank), HEAD), second], CHILD).astype(np.int8)
    return made


def _births(kind: Array, role: Array, head: Array, history: History, rng: np.random.Generator) -> Array:
    """Return birth days: adults of 19 to 92, children at least 18, partners near the head's age."""
    count = len(kind)
    age = np.clip(rng.gamma(9.0, 5.9, count), 20, 92)
    with_children = np.isin(kind, (COUPLE_CHILD, COUPLE_TWO_CHILDREN, PARENT_CHILD))
    age = np.where(with_children & (role == HEAD), 44 + 22 * rng.random(count), age)
    head_age = age[head]
    age = np.where(role == PARTNER, np.clip(head_age - 1.5 + 3.5 * rng.standard_normal(count), 19, 92), age)
    child_age = np.clip(head_age - 22 - 12 * rng.random(count), 18.5, 45)
    age = np.where(role == CHILD, child_age, age)
    as_of = np.datetime64(history.as_of, "D").astype(np.int64)
    made: Array = (as_of - age * DAYS_A_YEAR).astype(np.int32)
    return made


def _birth_years(born: Array) -> Array:
    made: Array = born.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return made


def _first_names(people: dict[str, Array], head: Array, names: Names, rates: MessRates, seed: int) -> Array:
    """Draw first names, again until chosen sons have their father's initial and neighbours in a home differ."""
    rng = stream(seed, "first names")
    woman, years = people["is_woman"], np.clip(_birth_years(people["born"]), 1930, 2009)
    first = names.draw_first(woman, years, rng.random(len(woman)))
    son = (people["role"] == CHILD) & ~woman & ~woman[head]
    alike = son & (rng.random(len(son)) < rates.father_son_initial)
    for _ in range(300):
        wrong = alike & (names.initial[first] != names.initial[first[head]])
        wrong[1:] |= (first[1:] == first[:-1]) & (head[1:] == head[:-1])
        again = np.flatnonzero(wrong)
        if not len(again):
            break
        first[again] = names.draw_first(woman[again], years[again], rng.random(len(again)))
    return first


def make_people(count: int, seed: int, history: History, names: Names, places: Places, rates: MessRates) -> People:
    """Return `count` persons in their households."""
    rng = stream(seed, "persons")
    kinds, household, rank = _households(count, rng)
    kind = kinds[household]
    head = (np.arange(count) - rank).astype(np.int32)
    role = _roles(kind, rank)
    woman = np.where(kind == PARENT_CHILD, rng.random(count) < 0.8, rng.random(count) < 0.52)
    woman &= (role != HEAD) | ~np.isin(kind, (COUPLE, COUPLE_CHILD, COUPLE_TWO_CHILDREN))
    woman = np.where((role == PARTNER) & (rng.random(count) < 0.97), True, np.where(role == PARTNER, False, woman))
    child_is_woman = rng.random(count) < 0.5
    woman = np.where(role == CHILD, child_is_woman, woman)
    born = _births(kind, role, head, history, rng)
    sibling = np.flatnonzero((role[1:] == CHILD) & (role[:-1] == CHILD) & (head[1:] == head[:-1])) + 1
    twin = sibling[rng.random(len(sibling)) < rates.twins]
    born[twin] = born[twin - 1]
    people = {"role": role, "is_woman": woman, "born": born}
    first = _first_names(people, head, names, rates, seed)

    own = names.draw_last(rng.random(count))
    draw = rng.random(count)
    wife = (role == PARTNER) & woman
    takes, doubles = wife & (draw < 0.64), wife & (draw >= 0.64) & (draw < 0.72)
    last = np.where(takes | doubles | (role == CHILD), own[head], own)
    birth_name = np.where(role == CHILD, own[head], own)
    second = np.where(doubles, own, -1).astype(np.int32)
    weds = takes & (rng.random(count) < rates.married_name)
    wedding = rng.integers(0, history.days, count)
    married_day = np.where(weds, wedding, np.where(takes | doubles, ALWAYS, NEVER)).astype(np.int32)

    size = HOUSEHOLD_SIZES[kind]
    partner = np.where(size == 1, -1, np.where(rank == 0, head + 1, head)).astype(np.int32)
    age = history.as_of.year - _birth_years(born)
    return People(
        household=household,
        role=role,
        is_woman=woman,
        born=born,
        first=first,
        last=last.astype(np.int32),
        second=second,
        birth_name=birth_name.astype(np.int32),
        married_day=married_day,
        partner=partner,
        tenure_day=(history.days - rng.random(count) * (history.days + 1095)).astype(np.int32),
        taste=rng.choice(4, size=count, p=(0.32, 0.24, 0.22, 0.22)).astype(np.int8),
        has_mobile=rng.random(count) < np.where(age < 70, 0.96, 0.66),
        email_domain=_email_domains(age, rng),
        email_style=rng.integers(0, 5, count).astype(np.int8),
        **_homes(len(kinds), history, places, rates, seed),
    )


EMAIL_DOMAINS = (
    "gmail.com", "orange.fr", "hotmail.fr", "free.fr", "wanadoo.fr", "sfr.fr", "laposte.net", "yahoo.fr",
    "outlook.fr", "hotmail.com", "live.fr", "icloud.com", "bbox.fr", "neuf.fr", "aliceadsl.fr", "proton.me",
)  # fmt: skip
EMAIL_SHARES_YOUNG = (0.52, 0.06, 0.09, 0.03, 0.01, 0.02, 0.02, 0.03, 0.08, 0.04, 0.03, 0.04, 0.01, 0.0, 0.0, 0.02)
EMAIL_SHARES_OLD = (0.24, 0.21, 0.05, 0.11, 0.12, 0.06, 0.06, 0.04, 0.02, 0.02, 0.01, 0.01, 0.02, 0.02, 0.01, 0.0)


def _email_domains(age: Array, rng: np.random.Generator) -> Array:
    uniform = rng.random(len(age))
    young = np.searchsorted(np.cumsum(EMAIL_SHARES_YOUNG), uniform, side="right")
    old = np.searchsorted(np.cumsum(EMAIL_SHARES_OLD), uniform, side="right")
    made: Array = np.minimum(np.where(age < 45, young, old), len(EMAIL_DOMAINS) - 1).astype(np.int8)
    return made


def _homes(count: int, history: History, places: Places, rates: MessRates, seed: int) -> dict[str, Array]:
    """Return the addresses of the households before and after a possible move, and their landlines."""
    rng = stream(seed, "homes")
    weights = np.cumsum(numbers(places.shops, "weight"))
    shop = np.searchsorted(weights / weights[-1], rng.random(count), side="right").astype(np.int8)
    elsewhere = np.searchsorted(weights / weights[-1], rng.random(count), side="right").astype(np.int8)
    after = np.where(rng.random(count) < 0.3, elsewhere, shop)
    moves = rng.random(count) < rates.mover
    shops = np.concatenate([shop, after])
    number = np.minimum(1 + rng.gamma(1.3, 22.0, 2 * count), 399).astype(np.int16)
    return {
        "moved_day": np.where(moves, rng.integers(30, history.days, count), NEVER).astype(np.int32),
        "home_shop": shops,
        "home_place": places.draw(shops, rng.random(2 * count)),
        "home_street": places.draw_streets(rng.random(2 * count)),
        "home_number": number,
        "home_extension": rng.choice(4, size=2 * count, p=(0.90, 0.07, 0.02, 0.01)).astype(np.int8),
        "home_complement": np.where(rng.random(2 * count) < 0.2, rng.integers(1, 200, 2 * count), 0).astype(np.int16),
        "has_landline": rng.random(count) < 0.55,
    }
