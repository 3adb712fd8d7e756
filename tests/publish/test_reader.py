"""A snapshot is read whole, safely and within a time limit, and followed when another is published."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests import cast
from tests.publish.conftest import publish

from chaland.engine import Engine
from chaland.errors import ChalandError, NotFoundError
from chaland.progress import Reporter
from chaland.publish import CurrentSnapshot, Reader, Snapshot
from chaland.publish.customer_file import EVENT_KINDS
from chaland.publish.place import PREPARED
from chaland.publish.prepared import write_prepared
from chaland.publish.snapshot import previous_snapshot
from chaland.publish.timeline import Wanted
from chaland.tables import identity


@pytest.fixture(scope="module")
def snapshot(cast_base: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    place = publish(cast_base, tmp_path_factory.mktemp("reader"))
    with Snapshot(place) as opened:
        yield opened


@pytest.fixture
def reader(snapshot: Snapshot) -> Iterator[Reader]:
    with snapshot.reader() as opened:
        yield opened


def test_a_customer_is_found_under_his_id_and_under_an_old_one(reader: Reader) -> None:
    assert reader.find_customer("c-camille") == "c-camille"
    assert reader.find_customer("c-chalain") == "c-camille"
    assert reader.find_customer("nobody") is None
    assert reader.customer("nobody") is None


def test_the_golden_record_comes_with_reach_and_totals(reader: Reader) -> None:
    customer = reader.customer("c-camille")
    assert customer
    assert (customer.display_name, customer.age_years, customer.since) == ("Camille Chalain", 47, date(2024, 4, 1))
    assert {light.channel: light.reason for light in customer.reach}["phone"] == "objected"
    assert customer.address_lines == ("12 RUE DES LILAS", "59000 LILLE")
    assert customer.amount_total == Decimal("206.45")


def test_the_tier_of_the_card_is_told_with_its_source(reader: Reader) -> None:
    customer = reader.customer("c-camille")
    assert customer
    assert (customer.card_number, customer.card_tier) == ("1001", "Or")
    assert {record.record_id: record.card_tier for record in reader.records("c-camille")}["card:1001"] == "Or"
    (told,) = [value for value in reader.values("c-camille") if value.field == "card_tier"]
    assert (told.value, told.is_chosen, told.source, told.seen_at) == ("Or", True, "card", datetime(2026, 3, 5))


def test_a_snapshot_older_than_tiers_opens(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(snapshot.place.parents[1], tmp_path / "base", symlinks=True))
    place = folder / "snapshots" / snapshot.place.name
    with duckdb.connect(str(place / "chaland.duckdb")) as database:
        for table in ("customers", "records"):
            database.execute(f"alter table base.{table} drop column card_tier")
    (place / PREPARED).unlink()
    for is_prepared in (False, True):
        if is_prepared:
            write_prepared(place / "chaland.duckdb", place / PREPARED, reporter=Reporter())
        with Snapshot(place) as opened, opened.reader() as old:
            customer = old.customer("c-camille")
            assert customer
            assert (customer.display_name, customer.card_number, customer.card_tier) == (
                "Camille Chalain",
                "1001",
                None,
            )
            assert {record.card_tier for record in old.records("c-camille")} == {None}
            assert old.customer("nobody") is None
    with Engine() as engine, previous_snapshot(engine, folder) as found:
        assert found == place
        # an increment cannot go on from it: the next build is whole
        assert [engine.exists(table) for table in (identity.PREVIOUS_CUSTOMERS, identity.PREVIOUS_PAIRS)] == [
            False,
            True,
        ]


def test_the_chosen_value_of_a_field_comes_before_its_alternatives(reader: Reader) -> None:
    emails = [
        (value.value, value.is_chosen, value.file) for value in reader.values("c-camille") if value.field == "email"
    ]
    assert emails == [
        ("camille.chalain@orange.fr", True, "survey.csv"),
        ("c.chalain@gmail.com", False, "web_customers.csv"),
    ]


def test_every_event_of_a_customer_is_on_his_timeline_once(reader: Reader) -> None:
    history = reader.history("c-camille", rows=100)
    assert [(event.kind, event.event_id) for event in history.events] == [
        ("merge", "alias:c-chalain"),
        ("ticket", "tills:T3"),
        ("web", "web_events:e1"),
        ("contact", "phone_help:C-1"),
        ("consent", "phone_help:A-7:no:2026-06-12 00:00:00"),
        ("survey", "survey:S-1"),
        ("return", "tills:T2"),
        ("ticket", "tills:T1"),
        ("consent", "web:501:yes:2026-05-02 00:00:00"),
        ("consent", "card:1001:yes:2026-03-05 00:00:00"),
        ("ticket", "tills:T4"),
    ]
    assert history.every == len(history.events)


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_counts_agree_with_the_timeline_of_each_kind(reader: Reader, kind: str) -> None:
    for person in sorted(set(cast.PERSON_OF.values())):
        history = reader.history(cast.customer_id(person), Wanted(kind), rows=100)
        assert history.of(kind) == len(history.events)
        assert {event.kind for event in history.events} <= {kind}
        assert reader.history(cast.customer_id(person), rows=1).of(kind) == len(history.events)


def test_pages_of_the_timeline_follow_one_another(reader: Reader) -> None:
    whole = reader.history("c-camille", rows=100).events
    pages = [event for skip in range(0, 15, 3) for event in reader.history("c-camille", rows=3, skip=skip).events]
    assert pages == whole


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("secateur", ["tills:T2", "tills:T1"]),  # a line of the ticket, and of the return
        ("t1", ["tills:T1"]),
        ("56,86", ["tills:T1"]),
        ("livraison", ["phone_help:C-1"]),
        ("secateur livraison", []),
    ],
)
def test_the_timeline_is_searched_by_text_down_to_the_lines_of_tickets(
    reader: Reader, text: str, found: list[str]
) -> None:
    history = reader.history("c-camille", Wanted(text=text))
    assert [event.event_id for event in history.events] == found
    assert history.every == len(found)


def test_the_timeline_is_cut_to_a_period_and_counts_what_is_in_it(reader: Reader) -> None:
    whole = reader.history("c-camille", rows=100).events
    first, last = date(2026, 5, 1), date(2026, 6, 30)
    history = reader.history("c-camille", Wanted(first_date=first, last_date=last), rows=100)
    assert history.events == [event for event in whole if first <= event.happened_at.date() <= last] != []
    assert history.of("ticket") == sum(event.kind == "ticket" for event in history.events)


def test_purchases_of_the_last_year_stand_beside_those_of_the_year_before(reader: Reader) -> None:
    customer = reader.customer("c-camille")
    assert customer
    assert (customer.amount_12_months, customer.amount_year_before) == (Decimal("127.45"), Decimal(0))


def test_the_points_of_a_ticket_stand_on_the_ticket(reader: Reader) -> None:
    points = {event.label: event.points for event in reader.history("c-camille", Wanted("ticket")).events}
    assert points == {"T3": None, "T1": 57, "T4": None}


def test_web_events_are_told_at_the_shops_time(reader: Reader) -> None:
    (visit,) = reader.history("c-camille", Wanted("web")).events
    assert visit.happened_at == datetime(2026, 9, 11, 22, 0)  # 20:00 UTC in summer


def test_the_lines_of_a_ticket_are_its_customers_alone(reader: Reader) -> None:
    assert [line.amount for line in reader.ticket_lines("c-camille", "tills:T1")] == [
        Decimal("24.9000"),
        Decimal("15.9800"),
        Decimal("15.9800"),
    ]
    assert reader.ticket_lines("c-lucas", "tills:T1") == []


def test_the_overview_counts_what_the_base_holds(reader: Reader) -> None:
    overview = reader.overview()
    assert (overview.customers, overview.households, overview.records) == (11, 8, 14)
    assert (overview.tickets, overview.identified_tickets, overview.amount) == (9, 7, Decimal("1003.30"))
    months = reader.sales_months()
    assert (len(months), months[-1].sold_month) == (24, date(2026, 9, 1))
    assert sum(month.amount for month in months) == Decimal("924.30")


def test_a_snapshot_cannot_be_written_nor_left(snapshot: Snapshot, reader: Reader, tmp_path: Path) -> None:
    cursor = reader._cursor
    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        cursor.execute("delete from base.customers")
    for forbidden in (f"copy base.customers to '{tmp_path}/out.csv'", "select * from read_csv('/etc/passwd')"):
        with pytest.raises(duckdb.PermissionException):
            cursor.execute(forbidden)
    with pytest.raises(duckdb.InvalidInputException, match="locked"):
        cursor.execute("set enable_external_access = true")
    assert list(tmp_path.iterdir()) == []


def test_a_question_that_takes_too_long_is_stopped(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "chaland.publish.reader.sql_text",
        lambda *_: "select count(*) from range(100000000) a, range(100000) b where a.range + b.range = 3",
    )
    with snapshot.reader(timeout_s=0.2) as slow, pytest.raises(ChalandError, match="trop de temps"):
        slow.overview()


def test_two_readers_do_not_wait_for_each_other(snapshot: Snapshot) -> None:
    with snapshot.reader() as one, snapshot.reader() as other:
        assert one.overview() == other.overview()


def test_a_base_without_snapshot_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="chaland build"), CurrentSnapshot(tmp_path).pinned():
        pass


def test_a_reader_keeps_its_snapshot_while_the_next_one_is_served(cast_base: Engine, tmp_path: Path) -> None:
    current = CurrentSnapshot(tmp_path)
    first = publish(cast_base, tmp_path)
    with current.pinned() as before:
        second = publish(cast_base, tmp_path, now=cast.NOW + timedelta(hours=1))
        with current.pinned() as after:
            assert (before.place, after.place) == (first, second)
        with before.reader() as reader:
            assert reader.find_customer("c-camille") == "c-camille"
        assert list(first.glob("lease-*")) != []
    assert list(first.glob("lease-*")) == []
    current.close()
    assert list(second.glob("lease-*")) == []


def test_nobody_waits_while_the_next_snapshot_is_made_ready(
    cast_base: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = CurrentSnapshot(tmp_path)
    first = publish(cast_base, tmp_path)
    with current.pinned() as opened:
        assert opened.place == first
    second = publish(cast_base, tmp_path, now=cast.NOW + timedelta(hours=1))
    begun, may_end, given = threading.Event(), threading.Event(), list[Path]()

    def make_ready(_: Snapshot) -> None:
        begun.set()
        may_end.wait(10)

    def ask() -> None:
        with current.pinned() as snapshot:
            given.append(snapshot.place)

    monkeypatch.setattr(Snapshot, "make_ready", make_ready)
    follower = threading.Thread(target=ask)
    follower.start()
    assert begun.wait(10)
    ask()
    may_end.set()
    follower.join(10)
    ask()
    assert given == [first, second, second]
    assert list(first.glob("lease-*")) == []
    current.close()


def test_the_customers_of_many_records_are_those_of_each(reader: Reader) -> None:
    asked = [*reader.record_ids("c-camille"), "nobody:1"]
    assert reader.customers_of_records(asked) == dict.fromkeys(asked[:-1], "c-camille")
    assert reader.customers_of_records([]) == {}
