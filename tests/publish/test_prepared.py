"""What is prepared of a customer's file is what the reader would answer, whatever the snapshot holds of him."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from tests import cast
from tests.publish.conftest import publish

from chaland.engine import Engine
from chaland.publish import Snapshot, prepared
from chaland.publish.insight import InsightReader
from chaland.publish.place import PREPARED
from chaland.publish.prepared import QUESTIONS
from chaland.publish.timeline import Wanted
from chaland.tables import base

PEOPLE = [cast.customer_id(person) for person in sorted(set(cast.PERSON_OF.values()))]


@pytest.fixture(scope="module")
def snapshot(cast_base: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with Snapshot(publish(cast_base, tmp_path_factory.mktemp("prepared"))) as opened:
        yield opened


@pytest.fixture
def asked(snapshot: Snapshot, tmp_path: Path) -> Iterator[Snapshot]:
    """The same snapshot as one published before documents: every question is asked."""
    for path in snapshot.place.iterdir():
        if path.name != PREPARED:
            (tmp_path / path.name).symlink_to(path)
    with Snapshot(tmp_path) as opened:
        yield opened


def test_every_customer_has_one_document(snapshot: Snapshot) -> None:
    with closing(sqlite3.connect(snapshot.place / PREPARED)) as documents:
        assert [row[0] for row in documents.execute("select customer_id from documents order by 1")] == PEOPLE


def test_a_document_answers_what_the_questions_answer(snapshot: Snapshot, asked: Snapshot) -> None:
    with snapshot.reader() as ready, asked.reader() as slow:
        for customer_id in PEOPLE:
            for kind in QUESTIONS.keys() - {"insight"}:  # the cast's base was not studied
                names, rows = ready.answer(kind, customer_id)
                assert (list(names), rows) == tuple(map(list, slow.answer(kind, customer_id)))
            assert ready.customer(customer_id) == slow.customer(customer_id)
            assert ready.history(customer_id) == slow.history(customer_id)
            assert ready.history(customer_id, Wanted(text="lilas")) == slow.history(customer_id, Wanted(text="lilas"))


def test_a_file_is_read_without_asking_the_base(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chaland.publish.reader.sql_text", None)
    with snapshot.reader() as reader:
        assert reader.find_customer("c-camille") == "c-camille"
        assert reader.customer("c-camille")
        assert reader.history("c-camille").events
        assert reader.values("c-camille")
        assert InsightReader(reader).customer("c-camille") is None
        assert reader.in_shops(PEOPLE, {"LIL"})


def test_rows_beyond_what_a_page_wants_are_asked_for(
    cast_base: Engine, tmp_path: Path, asked: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST_ROWS", 1)
    with Snapshot(publish(cast_base, tmp_path / "base")) as short, short.reader() as reader, asked.reader() as slow:
        document = reader._document("c-camille")
        assert document
        assert document.rows("ticket") is None
        for rows in (1, 2, 30):
            assert reader.history("c-camille", rows=rows) == slow.history("c-camille", rows=rows)


def test_whom_a_shop_knows_is_the_same_by_the_cards_and_by_the_base(snapshot: Snapshot) -> None:
    with snapshot.reader() as reader:
        for shops in ({"LIL"}, {"LIL", "WEB"}, {"nowhere"}):
            by_base = reader._rows("in_shops.sql", customer_ids=PEOPLE, shop_keys=sorted(shops))
            assert reader.in_shops(PEOPLE, shops) == {row[0] for row in by_base}


def test_a_word_whose_proof_was_kept_is_told_once_with_its_proof(cast_base: Engine, tmp_path: Path) -> None:
    said = {"customer_id": "c-camille", "record_id": "web:501", "source": "desk_consents", "is_granted": True}
    word = {**said, "channel": "email", "said_at": datetime(2026, 9, 1, 9, 30)}
    with Engine() as engine:
        for table in base.TABLES:
            engine.load(table, cast_base.arrow(f"from {table.full_name}"))
        told = {**word, "consent_event_id": "desk_consents:k1", "purpose": "marketing", "proof": "texte lu"}
        cast.load_rows(engine, base.CONSENTS, [word])
        cast.load_rows(engine, base.CONSENT_EVENTS, [told])
        with Snapshot(publish(engine, tmp_path / "base")) as spoken, spoken.reader() as reader:
            (event,) = reader.history("c-camille", Wanted("consent")).events
    assert (event.event_id, event.code, event.label) == ("desk_consents:k1", "yes", "web:501")
    assert (event.status, event.comment, event.departments) == ("marketing", "texte lu", ["email"])
