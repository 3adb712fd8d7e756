"""Input made to blow a matcher up: time and memory stay bounded, and nobody is joined by what everybody shares."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.identity.test_resolve import customer_of, resolved
from tests.identity.town import Row, blank_record, fill_records

from chaland.cli.status import tell_identified
from chaland.config import Settings
from chaland.engine import Engine
from chaland.identity import resolve_identities
from chaland.identity.blocks import DROPPED, Blocking, grouped
from chaland.identity.crowds import crowds_of
from chaland.identity.records import read_records
from chaland.identity.run import Identified
from chaland.progress import Reporter


def strangers(count: int, seed: int = 3, **shared: object) -> list[Row]:
    chance = random.Random(seed)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [
        blank_record(
            f"s:{number:06d}",
            first_name_key="".join(chance.choices(letters, k=6)),
            last_name_key="".join(chance.choices(letters, k=8)),
            **shared,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(
    "shared",
    [
        {"email_key": "accueil@magasin.fr"},
        {"street_number": "1", "street": "RUE DE LA TOUR", "postcode": "75001", "insee_code": "75101"},
        {"phone": "+33100000000", "mobile": "+33600000000"},
        {},
    ],
    ids=["one e-mail", "one building", "one telephone", "names only"],
)
def test_what_everybody_shares_joins_nobody(shared: dict[str, object]) -> None:
    started = time.perf_counter()
    engine = resolved(strangers(3_000, **shared))
    assert len(set(customer_of(engine).values())) == 3_000
    assert time.perf_counter() - started < 30


def test_one_name_on_every_record_joins_nobody() -> None:
    rows = [blank_record(f"s:{n:06d}", first_name_key="CLIENT", last_name_key="WEB") for n in range(5_000)]
    assert len(set(customer_of(resolved(rows)).values())) == 5_000


def test_records_without_any_field_stay_alone() -> None:
    rows = [blank_record(f"s:{n:06d}") for n in range(2_000)]
    assert len(set(customer_of(resolved(rows)).values())) == 2_000


def test_a_field_of_a_megabyte_costs_no_more_than_another() -> None:
    rows = strangers(1_500)
    rows[0]["last_name_key"] = "A" * 1_000_000
    rows[1]["street"] = "RUE " * 250_000
    started = time.perf_counter()
    assert len(set(customer_of(resolved(rows)).values())) == 1_500
    assert time.perf_counter() - started < 20


def test_a_contact_shared_by_too_many_names_is_taken_away() -> None:
    engine = Engine()
    fill_records(
        engine, [*strangers(7, email_key="a@b.fr"), blank_record("t:1", last_name_key="X", email_key="c@d.fr")]
    )
    records = read_records(engine, max_surnames_per_contact=5)
    assert (records.email.codes >= 0).tolist() == [False] * 7 + [True]
    assert records.shared_contacts == 1


def test_the_warning_names_the_shape_of_what_is_shared_and_not_the_value(capsys: pytest.CaptureFixture[str]) -> None:
    engine = Engine()
    rows = [*strangers(8, email_key="accueil2@magasin.fr"), *strangers(9, 4, mobile="+33600000000")]
    fill_records(engine, [row | {"record_id": f"s:{place}"} for place, row in enumerate(rows)])
    settings = Settings(folder=Path())
    crowds = resolve_identities(engine, settings, as_of=date(2026, 11, 1), reporter=Reporter())
    assert crowds.contacts == [
        {"shape": "+99999999999", "contacts": 1, "records": 9},
        {"shape": "aaaaaaa9@aaaaaaa.aa", "contacts": 1, "records": 8},
    ]
    tell_identified(Identified("whole", crowds=crowds).facts())
    told = capsys.readouterr().out
    assert "aaaaaaa9@aaaaaaa.aa" in told
    assert "accueil" not in told


def test_a_placeholder_name_and_a_building_are_told_by_their_shapes(
    english_reader: None, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = Engine()
    house = {"street_number": "1", "street": "RUE DE LA TOUR", "postcode": "75001", "insee_code": "75101"}
    rows = [*strangers(300, **house), *strangers(700, 4)]
    rows += [blank_record("", first_name_key="CLIENT", last_name_key="WEB") for _ in range(250)]
    fill_records(engine, [row | {"record_id": f"s:{place:04d}"} for place, row in enumerate(rows)])
    crowds = crowds_of(engine, read_records(engine, max_surnames_per_contact=5), most=200)
    tell_identified(Identified("whole", crowds=crowds).facts())
    assert capsys.readouterr().out.splitlines()[1:] == [
        "Too common to tell anybody: 1 names like aaaaaa aaa, on 250 records.",
        "Too many people to be a home: 1 addresses like 9 aaa aa aa aaaa, on 300 records.",
    ]


HOSTILE = {
    "one e-mail on 200 000 records": (200_000, {"email_key": "accueil@magasin.fr"}),
    "30 000 people in one building": (
        30_000, {"street_number": "1", "street": "RUE DE LA TOUR", "postcode": "75001", "insee_code": "75101"}
    ),
    "a placeholder name on 100 000 records": (100_000, {"first_name_key": "CLIENT", "last_name_key": "WEB"}),
    "100 000 records without any field": (100_000, {"first_name_key": None, "last_name_key": None}),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("case", HOSTILE)
def test_time_and_memory_are_bounded_at_the_size_the_trap_is_met(case: str) -> None:
    """A process of its own, so that its peak of memory is that of the run."""
    here = "from tests.identity.test_hostile_input import run_alone; "
    done = subprocess.run(
        [sys.executable, "-c", f"{here}run_alone({case!r})"], capture_output=True, text=True, check=True
    )
    customers, seconds, megabytes = map(float, done.stdout.split())
    assert customers == HOSTILE[case][0]
    assert (seconds < 120, megabytes < 2_500) == (True, True)


def run_alone(case: str) -> None:
    """Resolve one case; print its customers, its processor seconds and the process's peak of memory in MB."""
    count, shared = HOSTILE[case]
    rows = strangers(count)
    for row in rows:
        row |= shared
    started = time.process_time()
    customers = len(set(customer_of(resolved(rows)).values()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_000
    sys.stdout.write(f"{customers} {time.process_time() - started:.1f} {peak}")


def test_a_block_beyond_the_cap_is_dropped_and_counted() -> None:
    blocking = Blocking(np.zeros(17, dtype=bool), room=100)
    assert blocking.take(grouped(np.array([1] * 10 + [2] * 3 + [-1] * 4)), 5) == 3
    assert blocking.pairs[0].left.tolist() == [10, 10, 11]
    assert blocking.pairs[0].right.tolist() == [11, 12, 12]
    assert (blocking.dropped_blocks, blocking.dropped_pairs) == (1, 45)
    assert blocking.blocks(0).tolist() == [DROPPED] * 10 + [0] * 3 + [-1] * 4


def test_pairs_never_exceed_the_room_left() -> None:
    blocking = Blocking(np.zeros(1_000, dtype=bool), room=1_000)
    assert blocking.take(grouped(np.repeat(np.arange(100), 10)), 200) == 990
    assert (blocking.dropped_blocks, blocking.dropped_pairs) == (78, 78 * 45)


def test_a_pair_two_rules_bring_is_written_once() -> None:
    blocking = Blocking(np.array([False, False, False, True]), room=100)
    assert blocking.take(grouped(np.array([1, 1, 1, 1])), 5) == 3
    assert blocking.take(grouped(np.array([1, 1, 2, 2])), 5) == 0
