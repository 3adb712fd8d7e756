"""Who is this person, asked by a program: answered as on the command line, to whoever may judge pairs, and logged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.identity.town import fill_records, town
from tests.web.conftest import SignedIn

from chaland.config import Settings
from chaland.engine import Engine
from chaland.identity import resolve_identities
from chaland.identity.index import FILES
from chaland.progress import Reporter
from chaland.publish.place import snapshot_in_force
from chaland.resolve import as_facts, open_base

ASKED = "/api/identite/"
AS_OF = date(2026, 11, 1)


@pytest.fixture(scope="module")
def indexed(base_folder: Path) -> Iterator[Path]:
    """Give the base an index of a small town for as long as these tests last."""
    place = snapshot_in_force(base_folder)
    with Engine(threads=1) as engine:
        fill_records(engine, town(25)[0])
        resolve_identities(engine, Settings(folder=Path()), as_of=AS_OF, reporter=Reporter(), index=place)
    yield base_folder
    for name in FILES:
        (place / name).unlink()


def ask(browser: Client, asked: Any) -> HttpResponse:
    answer: HttpResponse = browser.post(ASKED, json.dumps(asked), content_type="application/json")
    return answer


def accesses() -> list[tuple[str, str]]:
    from chaland_web.accounts.models import Access

    return list(Access.objects.filter(what="resolve").order_by("id").values_list("user_name", "customer_id"))


def fields_of_town() -> dict[str, str]:
    row = next(row for row in town(25)[0] if row.get("first_name_key") and row.get("mobile") and row.get("street"))
    return {
        "first_name": row["first_name_key"],
        "last_name": row["last_name_key"],
        "mobile": row["mobile"],
        "street": f"{row['street_number']} {row['street']}",
        "postcode": row["postcode"],
    }


def test_a_program_is_answered_what_the_command_line_answers_and_it_is_logged(
    indexed: Path, signed_in: SignedIn
) -> None:
    steward = signed_in("steward")
    answer = ask(steward, {"record": fields_of_town(), "most": 3})
    assert answer.status_code == 200
    told = json.loads(answer.content)
    with open_base(indexed, as_of=date.today()) as base:
        assert told == json.loads(json.dumps(as_facts(base.resolve(fields_of_town(), most=3))))
    assert told["candidates"]
    assert accesses() == [("steward", one["customer_id"]) for one in told["candidates"]]


@pytest.mark.parametrize(
    ("asked", "status", "details"),
    [
        ({"first_name": "Léa"}, 400, ["record"]),
        ([], 400, ["record"]),
        ({"record": {"first_name": "Léa"}, "most": 21}, 422, ["most"]),
        ({"record": {"first_name": ["Léa"]}}, 422, None),
        ({"record": {"telefone": "06"}}, 422, None),
    ],
)
def test_what_cannot_be_resolved_is_refused_with_its_reason_and_nothing_of_the_person(
    indexed: Path, signed_in: SignedIn, asked: Any, status: int, details: list[str] | None
) -> None:
    answer = ask(signed_in("steward"), asked)
    assert answer.status_code == status
    found = json.loads(answer.content)["details"]
    assert found == details if details else len(found) == 1
    assert "Léa" not in answer.content.decode()
    assert accesses() == []


def test_anything_but_json_is_refused_unread_and_no_answer_is_shown_by_a_browser(
    indexed: Path, signed_in: SignedIn
) -> None:
    steward = signed_in("steward")
    text = json.dumps({"record": fields_of_town()})
    codes = [steward.post(ASKED, text, content_type=kind).status_code for kind in ("text/plain", "text/json", "")]
    assert codes == [415, 415, 415]
    assert accesses() == []
    answer = ask(steward, {"record": fields_of_town()})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="api.json"'


def test_an_account_is_told_so_many_customers_an_hour(
    indexed: Path, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chaland_web import access

    monkeypatch.setattr(access, "FILES_AN_HOUR", dict.fromkeys(access.FILES_AN_HOUR, 2))
    steward = signed_in("steward")
    stranger = {"record": {"first_name": "Zébulon", "last_name": "Quixada"}}
    codes = [ask(steward, stranger | {"most": 1}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert len(accesses()) == 2


def test_an_adviser_may_not_ask(indexed: Path, signed_in: SignedIn) -> None:
    assert ask(signed_in("adviser", shops=["LIL"]), {"record": fields_of_town()}).status_code == 403
    assert accesses() == []
