"""The room as a whole: the cast, the properties that hold on any input, and the ids from run to run."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests import cast
from tests.identity.town import Row, blank_record, fill_records, town

from chaland.config import Settings
from chaland.engine import Engine
from chaland.identity import resolve_identities
from chaland.identity.evaluate import evaluate
from chaland.progress import Reporter
from chaland.tables import identity

AS_OF = date(2026, 11, 1)
WRITTEN = tuple(table for table in identity.TABLES if not table.name.startswith("previous"))
KEPT = (
    (identity.PERSONS, identity.PREVIOUS),
    (identity.ALIASES, identity.PREVIOUS_ALIASES),
    (identity.HOUSEHOLD_ALIASES, identity.PREVIOUS_HOUSEHOLD_ALIASES),
)


def resolved(
    rows: list[Row], *, previous: Engine | None = None, fill: Callable[[Engine], None] | None = None
) -> Engine:
    """Return an engine in which the room has run on the rows (and what else `fill` gives), after `previous`."""
    engine = Engine(threads=2)
    fill_records(engine, rows)
    if fill:
        fill(engine)
    if previous:
        for table, before in KEPT:
            engine.load(before, previous.arrow(f"select * from {table.full_name}"))
    resolve_identities(engine, Settings(folder=Path()), as_of=AS_OF, reporter=Reporter())
    return engine


def customer_of(engine: Engine) -> dict[str, str]:
    return dict(engine.rows("select record_id, customer_id from identity.persons"))


def content(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    return {table.name: sorted(engine.rows(f"select * from {table.full_name}"), key=repr) for table in WRITTEN}


@pytest.fixture(scope="module")
def small_town() -> tuple[list[Row], dict[str, str], dict[str, str]]:
    return town(800)


@pytest.fixture(scope="module")
def first_run(small_town: tuple[list[Row], dict[str, str], dict[str, str]]) -> Engine:
    return resolved(small_town[0])


def test_the_cast_is_recognised() -> None:
    engine = Engine()
    cast.fill_clean(engine)
    resolve_identities(engine, cast.settings(), as_of=AS_OF, reporter=Reporter())
    found = customer_of(engine)
    together = {frozenset(r for r in found if found[r] == customer) for customer in found.values()}
    who = cast.PERSON_OF
    assert together == {frozenset(r for r in who if who[r] == person) for person in who.values()}


def test_the_cast_lives_in_its_homes() -> None:
    engine = Engine()
    cast.fill_clean(engine)
    resolve_identities(engine, cast.settings(), as_of=AS_OF, reporter=Reporter())
    home = dict(engine.rows("select record_id, household_id from identity.persons"))
    assert home["card:1002"] == home["card:1003"]
    assert home["card:1005"] == home["web:502"] == home["projects:P-1"]
    assert len(set(home.values())) == 8


def test_every_record_is_in_exactly_one_cluster(first_run: Engine, small_town: tuple[list[Row], ...]) -> None:
    rows = small_town[0]
    assert first_run.count(identity.PERSONS) == len(rows)
    assert set(customer_of(first_run)) == {row["record_id"] for row in rows}
    assert first_run.value("select sum(records) from identity.customers") == len(rows)
    assert first_run.value("select sum(customers) from identity.households") == first_run.count(identity.CUSTOMERS)


def test_every_table_keeps_its_key(first_run: Engine) -> None:
    for table in WRITTEN:
        first_run.check_key(table)


def test_persons_and_homes_of_a_town_are_found(
    first_run: Engine, small_town: tuple[list[Row], dict[str, str], dict[str, str]]
) -> None:
    _, person_of, family_of = small_town
    rows = first_run.rows("select record_id, customer_id, household_id from identity.persons order by 1")
    persons = evaluate([row[1] for row in rows], [person_of[row[0]] for row in rows])
    homes = evaluate([row[2] for row in rows], [family_of[row[0]] for row in rows])
    assert persons.pairwise.precision > 0.97
    assert persons.pairwise.recall > 0.93
    assert homes.pairwise.f1 > 0.90


def test_the_order_of_the_records_changes_nothing(first_run: Engine, small_town: tuple[list[Row], ...]) -> None:
    rows = list(small_town[0])
    random.Random(7).shuffle(rows)
    assert content(resolved(rows)) == content(first_run)


def test_running_again_changes_nothing(first_run: Engine, small_town: tuple[list[Row], ...]) -> None:
    assert content(resolved(small_town[0], previous=first_run)) == content(first_run)


def test_customers_keep_their_id_when_new_records_arrive(first_run: Engine, small_town: tuple[list[Row], ...]) -> None:
    newcomers = [{**row, "record_id": "new" + row["record_id"], "person_key": "new" + row["person_key"]}
                 for row in town(45, seed=2)[0]]  # fmt: skip
    rows = [*small_town[0], *newcomers]
    assert len(newcomers) > 0.04 * len(small_town[0])
    before, after = customer_of(first_run), customer_of(resolved(rows, previous=first_run))
    kept = sum(after[record] == customer for record, customer in before.items())
    assert kept / len(before) >= 0.999


def test_weights_of_fields_and_a_prior_add_up_to_the_match_weight(first_run: Engine) -> None:
    priors = [row[0] for row in first_run.rows("select match_weight from identity.model where comparison = 'prior'")]
    fields = " + ".join(f"weight_{field}" for field in identity.WEIGHT_FIELDS)
    rest = [row[0] for row in first_run.rows(f"select match_weight - ({fields}) from identity.pairs")]
    assert len(priors) == 2
    assert len(rest) > 1_000
    assert max(min(abs(value - prior) for prior in priors) for value in rest) < 1e-9


def test_pairs_kept_are_linked_or_near_the_threshold(first_run: Engine) -> None:
    far = first_run.value("select count(*) from identity.pairs where not is_linked and match_weight < -6")
    torn = first_run.value(
        "select count(*) from identity.pairs "
        "inner join identity.persons as one on record_id_l = one.record_id "
        "inner join identity.persons as other on record_id_r = other.record_id "
        "where is_linked <> (one.customer_id = other.customer_id) or record_id_l >= record_id_r"
    )
    assert (far, torn) == (0, 0)


def test_a_record_known_by_its_key_alone_is_a_customer_alone() -> None:
    rows = [blank_record(f"card:{number}", is_key_only=True, versions=0) for number in range(3)]
    engine = resolved([*rows, blank_record("web:1", first_name_key="ANNE", last_name_key="PETIT")])
    assert len(set(customer_of(engine).values())) == 4


def test_no_record_at_all_gives_empty_tables() -> None:
    engine = resolved([])
    assert [engine.count(table) for table in (identity.PERSONS, identity.CUSTOMERS, identity.PAIRS)] == [0, 0, 0]


def test_organisations_are_never_joined_to_persons() -> None:
    same = {"email_key": "contact@a.fr", "phone": "+33144556677", "postcode": "75001", "insee_code": "75101"}
    rows = [
        blank_record(f"web:{n}", is_organisation=n % 2 == 0, organisation="LA COMPAGNIE" if n % 2 == 0 else None,
                     last_name_key=None if n % 2 == 0 else "COMPAGNIE", **same)
        for n in range(6)
    ]  # fmt: skip
    found = customer_of(resolved(rows))
    assert not {found[f"web:{n}"] for n in (0, 2, 4)} & {found[f"web:{n}"] for n in (1, 3, 5)}
    assert len({found[f"web:{n}"] for n in (0, 2, 4)}) == 1
