"""The desk and the stewards through the whole chain: written, merged, changed, taken apart, and as if never merged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from chaland.pipeline import BuildResult, build
from chaland.progress import Reporter
from chaland.publish import Snapshot
from chaland.publish.desk import event_id, keep_line
from chaland.publish.queue import desk_words
from chaland.publish.steward import BLANK, keep_correction, keep_decision, withdraw_correction

NOW = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
LOCAL = datetime(2026, 11, 1, 10, 30)
SETTINGS = """
[run]
memory_limit = "1GB"
threads = 2
[sources.card]
kind = "people"
files = ["card.csv"]
[sources.card.columns]
person_key = "no"
first_name = "prenom"
last_name = "nom"
street = "rue"
postcode = "cp"
city = "ville"
mobile = "tel"
"""
CARD = """no,prenom,nom,rue,cp,ville,tel
1,Odile,Vasseur,12 rue des Lilas,59000,Lille,0612345601
2,Brice,Quemener,3 place Royale,44000,Nantes,0612345602
3,Anna,Roux,5 avenue Foch,69006,Lyon,0612345603
"""
MORE_SETTINGS = """
[sources.tills]
kind = "tickets"
files = ["tills*.csv"]
person_system = "card"
columns = { ticket_key = "t", sold_at = "le", person_key = "carte", quantity = "q", amount = "m", department = "r" }
[sources.moves]
kind = "loyalty"
files = ["moves*.csv"]
person_system = "card"
[sources.moves.columns]
card_number = "no"
person_key = "no"
moved_at = "le"
movement = "type"
points = "pts"
ticket_key = "t"
"""
TILLS = (
    "t,le,carte,q,m,r\nA1,2026-09-01,1,1,10.00,Jardin\nB1,2026-09-02,2,2,20.00,Outils\nC1,2026-09-03,3,1,5.00,Jardin\n"
)
MOVES = "no,le,type,pts,t\n1,2026-09-01,earn,10,A1\n2,2026-09-02,earn,20,B1\n2,2026-09-20,redeem,-5,\n"
CALL = {"channel": "phone", "direction": "in", "reason": "Livraison", "follow_up_date": "2026-11-04"}
CASE = {"subject": "Colis", "status": "open", "comment": "abîmé"}
YES = {"channel": "email", "purpose": "marketing", "answer": "yes", "method": "spoken", "proof": "texte lu"}


def run(folder: Path, hours: int) -> BuildResult:
    now = datetime(2026, 11, 1, 3, tzinfo=UTC) + timedelta(hours=hours)
    return build(folder, now=now, as_of=date(2026, 11, 1), reporter=Reporter())


def asked(result: BuildResult, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(result.snapshot / "chaland.duckdb"), read_only=True) as base:
        return base.sql(sql).fetchall()


def say(folder: Path, kind: str, key: str, fields: dict[str, str], record: str, *, withdrawn: bool = False) -> None:
    keep_line(folder, kind, key, fields, record_id=record, by="nadia", at=NOW, now=NOW, withdrawn=withdrawn)


def start(folder: Path) -> Path:
    folder.mkdir()
    (folder / "chaland.toml").write_text(SETTINGS + MORE_SETTINGS, encoding="utf-8")
    for name, text in (("card", CARD), ("tills", TILLS), ("moves", MOVES)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def change(folder: Path) -> None:
    """Write what happens while the two are one: purchases, points, and every kind of word, some of them taken back."""
    (folder / "tills2.csv").write_text(
        "t,le,carte,q,m,r\nA2,2026-10-20,1,1,30.00,Outils\nB2,2026-10-21,2,1,7.00,Jardin\n"
    )
    (folder / "moves2.csv").write_text("no,le,type,pts,t\n1,2026-10-20,earn,30,A2\n")
    say(folder, "contact", "k1", CALL, "card:1")
    say(folder, "contact", "k2", {**CALL, "reason": "Devis"}, "card:2")
    say(folder, "case", "d1", CASE, "card:1")
    say(
        folder,
        "case",
        "d1",
        {**CASE, "status": "closed", "comment": "remplacé", "closed_at": "2026-11-01T10:00:00Z"},
        "card:1",
    )
    say(folder, "consent", "c1", {**YES, "records": "card:1 card:2"}, "card:1")
    say(folder, "consent", "c2", {**YES, "channel": "post", "answer": "no", "records": "card:1 card:2"}, "card:1")
    say(folder, "correction", "x1", {"mobile": "06 12 34 56 77", "reason": "dit au téléphone"}, "card:1")
    say(folder, "correction", "x2", {"email": "brice@orange.fr", "reason": "dit au magasin"}, "card:2")
    keep_correction(folder, "card:3", {"mobile": "06 12 34 56 99"}, by="D", reason="", now=NOW - timedelta(hours=1))
    keep_correction(folder, "card:3", {BLANK: "mobile address"}, by="D", reason="une autre répond", now=NOW)


def take_back(folder: Path) -> None:
    say(folder, "contact", "k2", {**CALL, "reason": "Devis"}, "card:2", withdrawn=True)
    say(folder, "correction", "x2", {"email": "brice@orange.fr", "reason": "dit au magasin"}, "card:2", withdrawn=True)
    withdraw_correction(folder, "card:3", by="E", reason="", now=NOW + timedelta(hours=1))


@dataclass(frozen=True)
class Lives:
    """One base built apart, merged and changed, then apart again; and its twin, never merged."""

    apart: BuildResult
    merged: BuildResult
    again: BuildResult
    twin: BuildResult


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Lives:
    root = tmp_path_factory.mktemp("desk")
    folder = start(root / "base")
    apart = run(folder, 0)
    keep_decision(folder, ("card:1", "card:2"), "same", by="D", reason="", now=NOW)
    change(folder)
    merged = run(folder, 1)
    keep_decision(folder, ("card:1", "card:2"), "withdrawn", by="D", reason="", now=NOW + timedelta(hours=2))
    take_back(folder)
    again = run(folder, 3)
    other = start(root / "twin")
    change(other)
    take_back(other)
    return Lives(apart, merged, again, run(other, 3))


def who(built: BuildResult, columns: str, record: str) -> tuple[object, ...]:
    of_card = f"(select customer_id from base.records where record_id = '{record}')"
    return asked(built, f"select {columns} from base.customers where customer_id = {of_card}")[0]


def odile(built: BuildResult, columns: str) -> tuple[object, ...]:
    return who(built, columns, "card:1")


def test_a_decision_joins_two_customers_and_their_homes_until_it_is_taken_back(lives: Lives) -> None:
    ids = "select record_id, customer_id, household_id from base.records order by record_id"
    assert [len({row[1] for row in asked(built, ids)}) for built in (lives.apart, lives.merged)] == [3, 2]
    assert asked(lives.merged, "select decision, outcome, decided_at from base.decisions") == [
        ("same", "obeyed", datetime(2026, 11, 1, 9, 30))
    ]
    assert asked(lives.merged, "select reason from base.customer_aliases") == [("merged",)]
    assert asked(lives.merged, "select reason from base.household_aliases") == [("merged",)]
    assert asked(lives.again, ids) == asked(lives.apart, ids)


def test_a_field_left_blank_is_blank_whatever_the_sources_say_until_it_is_taken_back(lives: Lives) -> None:
    known = "mobile, address_line_6, can_sms_reason"
    assert who(lives.apart, known, "card:3") == ("+33612345603", "69006 LYON", "no_consent")
    assert who(lives.merged, known, "card:3") == (None, None, "no_mobile")
    assert who(lives.again, known, "card:3") == ("+33612345699", "69006 LYON", "no_consent")
    anna = f"'{who(lives.merged, 'customer_id', 'card:3')[0]}'"
    values = f"from base.customer_values where field = 'mobile' and customer_id = {anna} order by value"
    assert asked(lives.merged, f"select value, is_chosen, rule, source, seen_at {values}") == [
        ("", True, "corrected", "corrections", datetime(2026, 11, 1, 9, 30)),
        ("+33612345603", False, "corrected", "card", None),
        ("+33612345699", False, "corrected", "corrections", datetime(2026, 11, 1, 8, 30)),
    ]
    points = f"select value, is_chosen from base.contact_points where channel = 'mobile' and customer_id = {anna}"
    assert sorted(asked(lives.merged, points)) == [("+33612345603", False), ("+33612345699", False)]
    told = (
        f"select corrected_by, correction_reason from base.corrections where customer_id = {anna} order by corrected_at"
    )
    assert asked(lives.merged, told) == [("D", None), ("D", "une autre répond")]
    assert asked(lives.again, told) == [("D", None)]


def test_what_is_written_is_in_the_base_once(lives: Lives) -> None:
    contacts = "select contact_id, reason, author, follow_up_date, contacted_at from base.contacts order by 1"
    assert asked(lives.merged, contacts) == [
        ("desk_contacts:k1", "Livraison", "nadia", date(2026, 11, 4), LOCAL),
        ("desk_contacts:k2", "Devis", "nadia", date(2026, 11, 4), LOCAL),
    ]
    assert asked(lives.merged, "select case_id, status, comment, opened_at, closed_at from base.cases") == [
        ("desk_cases:d1", "closed", "remplacé", LOCAL, datetime(2026, 11, 1, 11))
    ]
    assert odile(lives.merged, "mobile, email, can_post_reason, consent_email, contacts, open_cases") == (
        "+33612345677", "brice@orange.fr", "objected", True, 2, 0
    )  # fmt: skip
    assert asked(lives.merged, "select channel, is_granted, proof, author from base.consent_events order by 1") == [
        ("email", True, "texte lu", "nadia"), ("post", False, "texte lu", "nadia")
    ]  # fmt: skip


def test_its_timeline_shows_it_once_and_the_screen_knows_that_it_is_there(lives: Lives) -> None:
    customer_id = str(odile(lives.merged, "customer_id")[0])
    with Snapshot(lives.merged.snapshot) as snapshot, snapshot.reader() as reader:
        kinds = ("contact", "case", "consent")
        told = [event.event_id for event in reader.history(customer_id).events if event.kind in kinds]
        known = desk_words(reader, customer_id)
    events = {event_id("contact", "k1"), event_id("contact", "k2"), event_id("case", "d1")}
    consents = {event_id("consent", "c1"), event_id("consent", "c2")}
    assert len(told) == len(set(told))
    assert set(told) >= events
    assert known.keys() == events | consents | {"desk_corrections@2026-11-01T09:30:00.000000Z"}
    assert known[event_id("case", "d1")] == "closed remplacé"


def test_what_is_taken_back_leaves_the_base(lives: Lives) -> None:
    assert asked(lives.again, "select contact_id from base.contacts") == [("desk_contacts:k1",)]
    assert odile(lives.again, "mobile, email") == ("+33612345677", None)
    assert asked(lives.again, "select source from base.corrections order by 1") == [
        ("corrections",),
        ("desk_corrections",),
    ]


def test_everything_reconciles_at_every_build(lives: Lives) -> None:
    for built in (lives.apart, lives.merged, lives.again, lives.twin):
        assert [check for check in built.manifest["reconciliation"] if not check["is_equal"]] == []


def test_an_old_id_opens_the_right_file_merged_and_apart(lives: Lives) -> None:
    ids = dict(asked(lives.apart, "select record_id, customer_id from base.records"))
    (heir,) = {
        row[0] for row in asked(lives.merged, "select customer_id from base.records where record_id <> 'card:3'")
    }
    for built, expected in ((lives.merged, [heir, heir]), (lives.again, [ids["card:1"], ids["card:2"]])):
        with Snapshot(built.snapshot) as snapshot, snapshot.reader() as reader:
            assert [reader.find_customer(str(ids[card])) for card in ("card:1", "card:2")] == expected


@pytest.mark.parametrize(
    "table",
    [
        "customers", "households", "records", "tickets", "ticket_lines", "loyalty_movements", "contacts", "cases",
        "consents", "consent_events", "contact_points", "customer_values", "customer_departments", "corrections",
        "customer_aliases",
    ],
)  # fmt: skip
def test_after_an_unmerge_each_has_his_own_again_as_if_never_merged(lives: Lives, table: str) -> None:
    unload = "load_id" if table in ("records", "loyalty_movements") else ""
    columns = f"* exclude ({unload})" if unload else "*"
    rows = [
        sorted(map(str, asked(built, f"select {columns} from base.{table}"))) for built in (lives.again, lives.twin)
    ]
    assert rows[0] == rows[1]
    assert (len(rows[0]) > 0) == (table != "customer_aliases")
