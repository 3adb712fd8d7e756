"""The search box and the page of answers."""

from __future__ import annotations

import re

from django.test import Client


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


def test_an_empty_question_shows_what_may_be_typed(alice: Client) -> None:
    assert "un nom, même mal écrit" in alice.get("/clients/").content.decode()
