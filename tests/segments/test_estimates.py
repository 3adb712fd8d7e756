"""An estimate is told from the sample kept apart: the same conditions, of one customer in 16, with its interval."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.segments.conftest import AS_OF
from tests.segments.test_counts import a_purchase, where

from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.segments import OpenBase, SavedSegments, build_cubes, read_definition
from chaland.segments.open_base import SEEN_AT_LEAST
from chaland.segments.sets import numbers_of
from chaland.tables import base, segments

CUSTOMERS, TICKETS = 8_000, 24_000
FILL = (
    """insert into base.about by name
    select 'b' as base_name, 'EUR' as currency, $as_of::date as as_of, 'all' as detail, '0' as chaland_version""",
    """insert into base.customers by name
    select 'c' || lpad(i::varchar, 5, '0') as customer_id, 'h' as household_id, 1 as records,
        1 as systems, false as is_organisation,
        hash(i, 1) % 10 < 6 as is_card_holder, if(hash(i, 2) % 2 = 0, 'F', 'M') as sex,
        (18 + hash(i, 4) % 75)::integer as age_years, false as is_cedex, 'Client' as display_name, false as can_post,
        false as can_phone, false as can_sms, hash(i, 5) % 10 < 5 as can_email, 'no_address' as can_post_reason,
        'no_number' as can_phone_reason, 'no_mobile' as can_sms_reason, 'ok' as can_email_reason,
        false as is_bad_payer, false as is_high_potential, 0 as tickets, 0 as amount_total, 0 as amount_12_months,
        0 as contacts, 0 as surveys, 0 as projects, 0 as web_events, 0 as open_cases
    from range($customers) as numbers(i)""",
    """insert into base.products by name
    select 'P' || i as product_key, ['plants', 'tools', 'tools', 'pans', 'drills'][i] as family,
        ['Jardin', 'Jardin', 'Outillage', 'Cuisine', 'Outillage'][i] as department from range(1, 6) as numbers(i)""",
    """insert into base.tickets by name
    select 't' || i as ticket_id, i::varchar as ticket_key, 'till' as source, 'shop' as channel, false as is_return,
        'c' || lpad((pow(hash(i, 1) % 1000 / 1000.0, 2) * $customers)::integer::varchar, 5, '0') as customer_id,
        'S' || (1 + hash(i, 2) % 3) as shop_key, 1 as lines, 1 as units, (hash(i, 3) % 9000)::decimal / 100 as amount,
        $as_of::date - (hash(i, 4) % 700)::integer as sold_date, sold_date::timestamp as sold_at
    from range($tickets) as numbers(i)""",
    """insert into base.ticket_lines by name
    select ticket_id, 1 as line_number, customer_id, product_key, department, 1 as quantity, amount, true as is_product,
        sold_date, 'f' as file, 1 as line
    from base.tickets inner join base.products on product_key = 'P' || (1 + hash(ticket_id) % 5)""",
    """insert into base.contacts by name
    select 'k' || i as contact_id, 'desk' as source, ['phone', 'email'][1 + i % 2] as channel, 'in' as direction,
        'c' || lpad((hash(i) % $customers)::varchar, 5, '0') as customer_id,
        $as_of::timestamp - to_days((hash(i, 1) % 400)::integer) as contacted_at
    from range(4000) as numbers(i)""",
)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBase]:
    with Engine(threads=2) as engine:
        for table in base.TABLES:
            engine.create(table)
        for sql in FILL:
            engine.execute(sql, {"as_of": AS_OF, "customers": CUSTOMERS, "tickets": TICKETS})
        build_cubes(engine, as_of=AS_OF, reporter=Reporter())
        yield OpenBase(engine, SavedSegments(tmp_path_factory.mktemp("drawn")))


def an_attribute(draw: random.Random) -> dict[str, Any]:
    low = draw.randrange(18, 70)
    return draw.choice(
        (
            {"field": "age_years", "is": "between", "value": [low, low + 20]},
            {"field": "sex", "is": "one_of", "value": ["F"]},
            {"field": "is_card_holder", "is": "no"},
            {"did": {"event": "contact", "with": {"channel": ["phone"]}, "last_days": 180}},
            {"did": {"event": "contact", "times": {"at_most": 0}}},
        )
    )


def a_definition(draw: random.Random) -> dict[str, Any]:
    parts = [{"bought": a_purchase(draw)}, an_attribute(draw), {"bought": a_purchase(draw)}, an_attribute(draw)]
    return where(parts[0], {draw.choice(("any", "none")): parts[1:3]}, parts[3])


def test_the_sample_answers_as_its_customers_do_among_all_and_its_interval_holds_19_times_in_20(
    drawn: OpenBase,
) -> None:
    draw, held, definitions = random.Random(3), 0, 40
    assert drawn.sample is not None
    for _ in range(definitions):
        given = read_definition(a_definition(draw))
        with drawn.asking() as run:
            all_found = numbers_of(drawn.bits(given, run), CUSTOMERS)
            sampled = numbers_of(drawn.sample.found(given, run).sure, drawn.sample.customers)
        own = all_found[all_found % segments.ONE_IN == 0] // segments.ONE_IN
        assert sampled.tolist() == own.tolist(), given.text
        estimate = drawn.estimate(given)
        assert (estimate.seen, estimate.is_exact) == (sampled.size, False)
        assert estimate.low <= estimate.customers <= estimate.high
        assert estimate.is_rough == (sampled.size < SEEN_AT_LEAST)
        held += estimate.low <= all_found.size <= estimate.high
    assert held >= 0.92 * definitions


def test_an_estimate_keeps_nothing_of_the_exact_count_and_is_kept_itself(drawn: OpenBase) -> None:
    given = read_definition(where({"field": "age_years", "is": "at_least", "value": 37}))
    estimate = drawn.estimate(given)
    assert repr(given.leaves[0]) not in drawn.whole.kept
    assert drawn.sample is not None
    assert repr(given.leaves[0]) in drawn.sample.kept
    assert not estimate.is_rough
    assert (estimate.low, estimate.high) == (5632, 6242)
    assert drawn.count(given) == 5975


def test_saved_segments_are_estimated_too_living_or_frozen(drawn: OpenBase) -> None:
    women = read_definition(where({"field": "sex", "is": "one_of", "value": ["F"]}))
    now = datetime(2026, 10, 1, tzinfo=UTC)
    drawn.saved.save("Living", women, by="a", now=now)
    drawn.saved.save("Frozen", women, by="a", now=now, frozen_ids=lambda: drawn.member_ids(women))
    told = [drawn.estimate(read_definition(where({"segment": key}))) for key in ("living", "frozen")]
    assert told[0] == told[1] == drawn.estimate(women)


def test_a_base_published_before_samples_is_counted_exactly(drawn: OpenBase, tmp_path: Path) -> None:
    with Engine() as engine:
        for table in (segments.CUSTOMERS, base.ABOUT):
            engine.load(table, drawn.engine.arrow(f"from {table.full_name}"))
        old = OpenBase(engine, SavedSegments(tmp_path))
        estimate = old.estimate(read_definition(where({"field": "sex", "is": "one_of", "value": ["F"]})))
    assert estimate.is_exact
    assert estimate.low == estimate.customers == estimate.high
