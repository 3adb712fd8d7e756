"""Counts are those of plain Python over the same rows, whatever cube answered; sets are told in steps."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from tests.segments.conftest import AS_OF, CUSTOMERS, DEPARTMENTS, FAMILIES, SHOPS, Small

from chaland.engine import Engine
from chaland.errors import ChalandError, ConfigError, NotFoundError
from chaland.segments import Cancelled, OpenBase, Run, read_definition
from chaland.segments.compiler import Statement
from chaland.segments.sets import numbers_of
from chaland.segments.study import Profiles, compare, members, overlap, profile, reach, sample
from chaland.tables import base, segments


def where(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "where": {"all": list(parts)}}


def found(small: Small, given: dict[str, Any]) -> set[int]:
    with small.base.asking() as run:
        return set(numbers_of(small.base.bits(read_definition(given), run), CUSTOMERS).tolist())


def within(bounds: dict[str, float] | None, value: float) -> bool:
    bounds = bounds or {}
    return bounds.get("at_least", value) <= value <= bounds.get("at_most", value)


def bought(small: Small, given: dict[str, Any]) -> set[int]:
    """Return who meets a purchase condition, row by row."""
    first, last = (date.fromisoformat(given[side]) if side in given else None for side in ("from", "to"))
    if "last_days" in given:
        first, last = AS_OF - timedelta(days=given["last_days"] - 1), AS_OF
    asked = {what: given[what] for what in ("department", "family", "product", "shop") if what in given}
    of = {
        "department": lambda one: DEPARTMENTS.get(one.product),
        "family": lambda one: FAMILIES.get(one.product),
        "product": lambda one: one.product,
        "shop": lambda one: one.shop,
    }
    rows = [
        one
        for one in small.lines
        if one.day <= AS_OF and all(of[what](one) in values for what, values in asked.items())
    ]
    times = given.get("times")
    if not times and not given.get("amount") and not given.get("units"):
        times = {"at_least": 1}
    members_found = set()
    for number in range(CUSTOMERS):
        his = [one for one in rows if one.customer == number]
        kept = [one for one in his if (not first or one.day >= first) and (not last or one.day <= last)]
        days = {one.day for one in kept if one.quantity > 0}
        is_in = within(times, len(days))
        is_in &= within(given.get("amount"), sum(one.cents for one in kept) / 100)
        is_in &= within(given.get("units"), sum(one.quantity for one in kept))
        if given.get("not_since"):
            is_in &= not any(last and one.day > last and one.quantity > 0 for one in his)
        if is_in:
            members_found.add(number)
    return members_found


def a_purchase(draw: random.Random) -> dict[str, Any]:
    given: dict[str, Any] = {}
    what = draw.choice(("department", "family", "product", "shop", ""))
    values = {
        "department": sorted(set(DEPARTMENTS.values())),
        "family": sorted(set(FAMILIES.values())),
        "product": sorted(DEPARTMENTS),
        "shop": sorted(SHOPS),
    }
    if what:
        given[what] = draw.sample(values[what], draw.choice((1, 1, 2)))
        if what != "shop" and draw.random() < 0.4:
            given["shop"] = draw.sample(values["shop"], draw.choice((1, 1, 2)))
    if draw.random() < 0.6:
        first = AS_OF - timedelta(days=draw.randrange(0, 720))
        given["from"] = first.isoformat()
        if draw.random() < 0.8:
            given["to"] = (first + timedelta(days=draw.randrange(0, 400))).isoformat()
            given["not_since"] = draw.random() < 0.3
    elif draw.random() < 0.5:
        given["last_days"] = draw.choice((30, 45, 90, 180, 365, 500))
    if draw.random() < 0.6:
        given["times"] = draw.choice(({"at_least": 2}, {"at_most": 0}, {"at_most": 2}, {"at_least": 1, "at_most": 3}))
    if draw.random() < 0.5:
        given["amount"] = draw.choice(({"at_least": 80}, {"at_most": 50.5}, {"at_least": 10, "at_most": 300}))
    if draw.random() < 0.2:
        given["units"] = {"at_least": 3}
    return given


@pytest.mark.parametrize("seed", range(4))
def test_purchases_are_those_counted_row_by_row(small: Small, seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(60):
        given = a_purchase(draw)
        assert found(small, where({"bought": given})) == bought(small, given), given


def test_fields_groups_places_and_contacts_are_those_counted_row_by_row(small: Small) -> None:
    people = dict(enumerate(small.people))
    women = {n for n, one in people.items() if one["sex"] == "F"}
    middle = {n for n, one in people.items() if one["age_years"] is not None and 30 <= one["age_years"] <= 60}
    rennes = {n for n, one in people.items() if one["city"] == "Rennes"}
    called = {n for n, channel, day in small.contacts if channel == "phone" and day > AS_OF - timedelta(days=200)}
    sex = {"field": "sex", "is": "one_of", "value": ["F"]}
    age = {"field": "age_years", "is": "between", "value": [30, 60]}
    town = {"field": "city", "is": "starts_with", "value": "RÉN"}
    contact = {"did": {"event": "contact", "with": {"channel": ["phone"]}, "last_days": 200}}
    silent = {"did": {"event": "contact", "times": {"at_most": 0}}}
    everybody = set(people)

    assert found(small, where(sex)) == women
    assert found(small, where({"field": "sex", "is": "unknown"})) == {n for n in people if people[n]["sex"] is None}
    assert found(small, where(age, {"any": [sex, town]})) == middle & (women | rennes)
    assert found(small, where({"none": [age, sex]})) == everybody - middle - women
    assert found(small, where(contact)) == called
    assert found(small, where(silent)) == everybody - {n for n, _, _ in small.contacts}
    assert found(small, where({"near": {"km": 15, "shop": "S1"}})) == rennes
    assert found(small, where({"near": {"km": 15, "commune": "35238"}})) == rennes
    # Lille is 204 km from Paris as the crow flies, Rennes 309, Lyon 392
    near_paris = {n for n, one in people.items() if one["city"] == "Lille"}
    assert found(small, where({"near": {"km": 220, "postcode": "75001"}})) == near_paris
    with pytest.raises(ConfigError, match="pas connu"):
        found(small, where({"near": {"km": 15, "shop": "nowhere"}}))


def test_each_step_is_counted_alone_and_with_those_before(small: Small) -> None:
    card = {"field": "is_card_holder", "is": "yes"}
    sex = {"field": "sex", "is": "one_of", "value": ["F"]}
    mail = {"field": "can_email", "is": "yes"}
    garden = {"bought": {"department": ["Jardin"]}}
    explained = small.base.explain(where(card, {"any": [sex, mail]}, {"none": [garden]}))
    sets = [found(small, where(one)) for one in (card, sex, mail, garden)]
    either = sets[1] | sets[2]
    assert [(step.pointer, step.alone, step.so_far) for step in explained.steps] == [
        ("/where/all/0", len(sets[0]), len(sets[0])),
        ("/where/all/1", len(either), len(sets[0] & either)),
        ("/where/all/1/any/0", len(sets[1]), len(sets[0] & sets[1])),
        ("/where/all/1/any/1", len(sets[2]), len(sets[0] & either)),
        ("/where/all/2", CUSTOMERS - len(sets[3]), len(sets[0] & either - sets[3])),
        ("/where/all/2/none/0", len(sets[3]), len(sets[0] & either - sets[3])),
    ]
    assert explained.customers == len(sets[0] & either - sets[3])
    assert small.base.explain(where(card)).asked == 0, "a condition answered once is kept"


def test_a_run_that_was_cancelled_says_so_and_leaves_the_base_fit(small: Small) -> None:
    run = Run()
    run.cancel()
    with pytest.raises(Cancelled):
        small.base.count(where({"field": "tickets", "is": "at_least", "value": 3}), run)
    assert small.base.count(where()) == CUSTOMERS


def test_a_run_cancelled_while_rows_are_read_or_out_of_time_says_so(small: Small) -> None:
    endless = Statement("select range::integer as customer_number from range(2000000000)")
    run = Run()
    with pytest.raises(Cancelled), small.base.asking(run):
        for _ in run.batches(endless):
            run.cancel()
    with pytest.raises(ChalandError, match="trop de temps"), small.base.asking(timeout_s=0.05) as late:
        assert [len(batch) for batch in late.batches(endless)] == []


def test_reach_profile_comparison_overlap_and_members_agree_with_the_sets(small: Small) -> None:
    profiles = Profiles(small.base)
    with small.base.asking() as run:
        women = small.base.bits(read_definition(where({"field": "sex", "is": "one_of", "value": ["F"]})), run)
        garden = small.base.bits(read_definition(where({"bought": {"department": ["Jardin"]}})), run)
        size = small.base.size(women)
        assert [(one.channel, one.customers) for one in reach(profiles, women, run)][-1] == ("email", size)
        shares = {(one.dimension, one.value): one for one in profile(profiles, women, run)}
        assert shares["sex", "F"].ratio == 1.0
        assert shares["sex", "F"].base_customers == size
        men = sum(one["sex"] == "M" for one in small.people)
        assert (shares["sex", "M"].customers, shares["sex", "M"].base_customers) == (0, men)
        assert {one.dimension for one in compare(profiles, women, garden, run)[:3]} & {"sex", "department"}
        both = small.base.size(women & garden)
        crossed = {one.keys: one.customers for one in overlap(small.base, {"w": women, "g": garden})}
        assert crossed.get(("w", "g"), 0) == both
        assert crossed[("w",)] == size - both
        ages = [one.age_years for one in members(small.base, women, run, rows=80, sort="age_years", descending=True)]
        known = [age for age in ages if age is not None]
        assert known == sorted(known, reverse=True)
        assert ages[len(known) :] == [None] * (size - len(known))
        first = members(small.base, women, run, rows=5)
        rest = members(small.base, women, run, rows=80, skip=5)
        ids = [one.customer_id for one in (*first, *rest)]
        assert ids == sorted(ids)
        assert len(ids) == size
        drawn = [one.customer_id for one in sample(small.base, women, run)]
        assert drawn == [one.customer_id for one in sample(small.base, women, run)]
        assert set(drawn) <= set(ids)


def test_a_tier_is_asked_for_whatever_its_capitals_and_accents(small: Small) -> None:
    tier = {"field": "card_tier"}
    gold = {number for number in range(CUSTOMERS) if number % 4 < 2}
    assert found(small, where({**tier, "is": "one_of", "value": ["or"]})) == gold
    assert found(small, where({**tier, "is": "one_of", "value": ["Or", "bronze"]})) == gold | set(
        range(2, CUSTOMERS, 4)
    )
    assert found(small, where({**tier, "is": "none_of", "value": ["Or"]})) == set(range(2, CUSTOMERS, 4))
    assert found(small, where({**tier, "is": "unknown"})) == set(range(3, CUSTOMERS, 4))


def test_a_base_published_before_tiers_answers_all_but_them(small: Small, english_reader: None) -> None:
    with Engine() as engine:
        for table in (*segments.TABLES, base.ABOUT):
            engine.load(table, small.base.engine.arrow(f"from {table.full_name}"))
        for column in ("card_tier", "card_tier_key"):
            engine.execute(f"alter table segments.customers drop column {column}")
        old = OpenBase(engine, small.base.saved)
        assert old.count(read_definition(where())) == CUSTOMERS
        with pytest.raises(NotFoundError) as refused:
            old.count(read_definition(where({"field": "card_tier", "is": "known"})))
        assert str(refused.value).splitlines() == [
            "This base was published before “card tier” was kept.",
            "Build it again: chaland build",
        ]


def test_a_base_published_before_segments_is_told_so(small: Small) -> None:
    with Engine() as engine, pytest.raises(Exception, match="avant les segments"):
        OpenBase(engine, small.base.saved)
