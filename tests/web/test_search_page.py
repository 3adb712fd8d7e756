"""The search box and the page of answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from tests.web.conftest import SignedIn


def panel(browser: Client, text: str) -> str:
    return browser.get("/clients/", {"q": text}, headers={"HX-Request": "true"}).content.decode()


def names(html: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", name) for name in re.findall(r'<span class="hit-name">(.*?)</span>', html)]


def test_the_panel_finds_a_misspelt_name_and_says_what_it_took_it_for(alice: Client) -> None:
    html = panel(alice, "chalin camile")
    assert names(html) == ["Camille Chalain"]
    assert "chalin ≈ chalain" in html
    assert "<html" not in html


def test_the_panel_says_by_what_a_key_was_found(alice: Client) -> None:
    assert "téléphone" in panel(alice, "+33 6 12 34")
    assert "carte" in panel(alice, "1001")


def test_one_letter_asks_nothing(alice: Client) -> None:
    assert panel(alice, "c").strip() == ""


def test_nobody_found_is_said(alice: Client) -> None:
    assert "Personne ne répond à cela" in panel(alice, "zzzzzz")
    assert "Personne de trouvé" in alice.get("/clients/?q=zzzzzz").content.decode()


def test_what_was_typed_is_escaped(alice: Client) -> None:
    html = alice.get("/clients/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in html


def test_a_whole_key_opens_its_file_at_once(alice: Client) -> None:
    for text in ("06.12.34.56.78", "camille.chalain@orange.fr"):
        answer = alice.get("/clients/", {"q": text})
        assert (answer.status_code, answer["Location"]) == (302, "/clients/c-camille/")


def test_the_page_marks_the_words_that_answer(alice: Client) -> None:
    html = alice.get("/clients/?q=marti").content.decode()
    assert sorted(names(html)) == ["Louis Martin", "Lucas Martin"]
    assert "Lucas <mark>Marti</mark>n" in html
    assert re.search(r"<h1><details class=\"defined\"><summary>2 clients<.*?Clients qui répondent", html)


def test_an_empty_question_shows_what_may_be_typed(alice: Client) -> None:
    assert "un nom, même mal écrit" in alice.get("/clients/").content.decode()


@pytest.fixture
def desk(base_folder: Path) -> Iterator[None]:
    """Leave the desk's files of the base empty."""
    yield
    for path in (base_folder / "desk").glob("*.csv"):
        path.unlink()


def correct(browser: Client, **fields: str) -> None:
    answer = browser.post("/clients/c-camille/corriger/", {**fields, "reason": "dit en magasin"})
    assert answer.status_code == 302


def test_what_is_put_right_is_found_at_once_and_what_was_there_still_is(alice: Client, desk: None) -> None:
    assert names(panel(alice, "kerbrat")) == []
    correct(alice, last_name="Kerbrat", mobile="07 55 50 12 34")
    for typed in ("kerbrat", "kerbart camile", "kerb", "07.55.50.12.34", "075550"):
        assert names(panel(alice, typed)) == ["Camille Kerbrat"], typed
    for typed in ("chalain", "chalin camile", "0612345678"):
        html = panel(alice, typed)
        assert (names(html), "avant correction" in html) == (["Camille Kerbrat"], True), typed
    assert "07 55 50 12 34" in panel(alice, "chalain").replace("\N{NO-BREAK SPACE}", " ")
    answer = alice.get("/clients/", {"q": "0755501234"})
    assert (answer.status_code, answer["Location"]) == (302, "/clients/c-camille/")


def test_a_later_correction_takes_the_place_of_the_first_and_one_taken_back_is_forgotten(
    alice: Client, desk: None
) -> None:
    from chaland_web.desk.models import Line

    correct(alice, last_name="Kerbrat")
    correct(alice, last_name="Quemener", email="ck@orange.fr")
    assert [names(panel(alice, typed)) for typed in ("quemener", "kerbrat", "ck@orange.fr")] == [
        ["Camille Quemener"], [], ["Camille Quemener"],
    ]  # fmt: skip
    alice.post(f"/clients/c-camille/annuler/{Line.objects.order_by('-id').first().key}/")
    assert [names(panel(alice, typed)) for typed in ("quemener", "kerbrat")] == [[], ["Camille Kerbrat"]]


def test_a_corrected_customer_of_another_shop_is_found_as_any_other_is(
    alice: Client, signed_in: SignedIn, desk: None
) -> None:
    correct(alice, last_name="Kerbrat", mobile="07 55 50 12 34")
    own, other = signed_in("adviser", shops=["LIL"]), signed_in("adviser", shops=["REN"])
    assert names(panel(own, "kerbrat")) == ["Camille Kerbrat"]
    assert names(panel(other, "kerbrat")) == []
    assert names(panel(other, "075550")) == []
    assert names(panel(other, "0755501234")) == ["C•••• K••••"]
    assert "avant correction" in panel(other, "0612345678")


def test_a_search_asks_the_store_one_more_question_and_no_more_whatever_was_corrected(
    alice: Client, desk: None
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked_of_the_desk() -> int:
        panel(alice, "chalain")
        with CaptureQueriesContext(connection) as asked:
            panel(alice, "chalain")
        return len([one for one in asked if "desk_line" in one["sql"]])

    before = asked_of_the_desk()
    correct(alice, last_name="Kerbrat")
    assert (before, asked_of_the_desk()) == (1, 1)
