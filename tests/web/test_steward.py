"""Stewardship: one decision a pair, kept for every later run; undone; a second look; how far stewards agree."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.conftest import SignedIn

from chaland.publish.queue import Question

PAIRS = [("card:1001", "web:501"), ("card:1005", "web:502"), ("card:1003", "card:1004")]


@pytest.fixture(autouse=True)
def decisions(base_folder: Path) -> Iterator[Path]:
    """Give the base's file of decisions, and leave none."""
    path = base_folder / "decisions.csv"
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def asked(application: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask about three pairs of the cast; none of them twice."""
    from chaland_web import access
    from chaland_web.steward import judging

    found = [Question(rank, *pair, 1.0, 0.5, False, 1.0, 0) for rank, pair in enumerate(PAIRS, start=1)]
    monkeypatch.setattr(access, "questions", lambda request: found)
    monkeypatch.setattr(judging, "has_second_look", lambda pair: False)


@pytest.fixture
def steward(signed_in: SignedIn) -> Client:
    return signed_in("steward")


def told(path: Path) -> list[tuple[str, str, str]]:
    """Return the lines of decisions.csv: both records and the word."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [(row["record_id_l"], row["record_id_r"], row["decision"]) for row in csv.DictReader(stream)]


def shown(browser: Client) -> tuple[str, str] | None:
    pair = browser.get("/doublons/").context["pair"]
    return (pair.left.record.record_id, pair.right.record.record_id) if pair else None


def say(browser: Client, answer: str, pair: tuple[str, str] | None = None, **more: str) -> Any:
    one, other = pair or shown(browser) or ("", "")
    return browser.post("/doublons/decider/", {"l": one, "r": other, "answer": answer, **more})


def test_the_most_useful_pair_comes_first_and_each_answer_brings_the_next(steward: Client, decisions: Path) -> None:
    for pair, answer in zip(PAIRS, ("same", "apart", "skip"), strict=True):
        assert shown(steward) == pair
        assert say(steward, answer).status_code == 302
    assert shown(steward) is None
    assert told(decisions) == [(*PAIRS[0], "same"), (*PAIRS[1], "apart")]


def test_a_script_is_given_the_next_pair_alone(steward: Client) -> None:
    one, other = PAIRS[0]
    answer = steward.post(
        "/doublons/decider/", {"l": one, "r": other, "answer": "same"}, headers={"HX-Request": "true"}
    )
    html = answer.content.decode()
    assert "<html" not in html
    assert answer.context["pair"].left.record.record_id == PAIRS[1][0]


def test_a_pair_decided_by_one_is_not_asked_of_another_and_a_skipped_one_is(
    steward: Client, signed_in: SignedIn
) -> None:
    say(steward, "same")
    say(steward, "skip")
    assert shown(signed_in("administrator")) == PAIRS[1]


def test_what_differs_is_marked_letter_by_letter(steward: Client) -> None:
    rows = {str(row.label): row for row in steward.get("/doublons/").context["rows"]}
    assert {label: row.state for label, row in rows.items()}["Nom"] in ("same", "different")
    html = steward.get("/doublons/").content.decode()
    assert "<del>" in html or "<ins>" in html
    assert "Tickets" in html


def test_looking_at_a_pair_is_logged_for_each_customer(steward: Client) -> None:
    from chaland_web.accounts.models import Access

    steward.get("/doublons/")
    pair = steward.get("/doublons/").context["pair"]
    ids = sorted({side.customer.customer_id for side in pair.sides})
    logged = Access.objects.filter(what="pair").order_by("id").values_list("customer_id", flat=True)
    assert list(logged) == ids * 2


def test_undo_takes_back_the_last_word_and_shows_its_pair_again(steward: Client, decisions: Path) -> None:
    say(steward, "same")
    say(steward, "apart")
    answer = steward.post("/doublons/annuler/", headers={"HX-Request": "true"})
    assert answer.context["pair"].left.record.record_id == PAIRS[1][0]
    assert told(decisions)[-1] == (*PAIRS[1], "withdrawn")
    steward.post("/doublons/annuler/", headers={"HX-Request": "true"})
    assert told(decisions)[-1] == (*PAIRS[0], "withdrawn")
    assert shown(steward) == PAIRS[0]
    assert steward.post("/doublons/annuler/").status_code == 302  # nothing left to take back
    assert len(told(decisions)) == 4


def test_undoing_a_skip_writes_no_decision(steward: Client, decisions: Path) -> None:
    say(steward, "skip")
    steward.post("/doublons/annuler/")
    assert shown(steward) == PAIRS[0]
    assert told(decisions) == []


def test_the_list_says_what_waits_and_undoes_anybody_s_word(
    steward: Client, signed_in: SignedIn, decisions: Path
) -> None:
    say(steward, "same")
    page = signed_in("administrator").get("/doublons/decisions/")
    assert page.context["waiting"] == 1
    ((word, kept, known),) = page.context["listed"]
    assert (word.user_name, kept.decision, known) == ("steward", "same", None)
    signed_in("administrator").post("/doublons/annuler/", {"id": str(word.id)})
    assert told(decisions) == [(*PAIRS[0], "same"), (*PAIRS[0], "withdrawn")]
    assert shown(steward) == PAIRS[0]


@pytest.fixture
def asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    from chaland_web.steward import judging

    monkeypatch.setattr(judging, "has_second_look", lambda pair: pair == PAIRS[0])
    monkeypatch.setattr(judging, "SECOND_LOOK_EVERY", 1)


def test_a_second_look_is_blind_and_decides_nothing(
    steward: Client, signed_in: SignedIn, asked_twice: None, decisions: Path
) -> None:
    say(steward, "same")
    other = signed_in("administrator")
    page = other.get("/doublons/")
    assert page.context["pair"].left.record.record_id == PAIRS[0][0]
    assert page.context["answers"] == []
    say(other, "apart")
    assert told(decisions) == [(*PAIRS[0], "same")]
    assert steward.get("/doublons/decisions/").context["disagreements"] == [PAIRS[0]]
    settle = steward.get("/doublons/", {"l": PAIRS[0][0], "r": PAIRS[0][1]})
    assert {word.answer for word in settle.context["answers"]} == {"same", "apart"}
    say(steward, "apart", PAIRS[0], settles="1")
    assert told(decisions)[-1] == (*PAIRS[0], "apart")
    assert steward.get("/doublons/decisions/").context["disagreements"] == []


def test_once_the_first_word_is_taken_back_the_next_one_decides(
    steward: Client, signed_in: SignedIn, asked_twice: None, decisions: Path
) -> None:
    say(steward, "same")
    say(signed_in("administrator"), "apart", PAIRS[0])
    steward.post("/doublons/annuler/")
    assert shown(steward) == PAIRS[0]
    say(steward, "apart")
    assert [word for _, _, word in told(decisions)] == ["same", "withdrawn", "apart"]


def test_agreement_is_told_with_its_kappa(steward: Client, signed_in: SignedIn, asked_twice: None) -> None:
    say(steward, "same")
    say(signed_in("administrator"), "same", PAIRS[0])
    page = steward.get("/doublons/accord/")
    assert (page.context["whole"].pairs, page.context["whole"].observed, page.context["whole"].kappa) == (1, 1.0, None)
    assert page.context["done"] == [("administrator", 1), ("steward", 1)]


@pytest.mark.parametrize("answer", ["", "merge", "withdrawn"])
def test_an_answer_nobody_offered_is_refused(steward: Client, decisions: Path, answer: str) -> None:
    assert say(steward, answer, PAIRS[0]).status_code == 400
    assert told(decisions) == []


def test_records_that_the_base_lacks_are_not_found(steward: Client, decisions: Path) -> None:
    assert say(steward, "same", ("card:1001", "nowhere:1")).status_code == 404
    assert say(steward, "same", ("card:1001", "card:1001")).status_code == 404
    assert told(decisions) == []


def test_a_customer_is_taken_apart_at_one_of_his_links_and_put_back(steward: Client, decisions: Path) -> None:
    page = "/clients/c-camille/separer/"
    cut = steward.get(page).context["separable"].cuts[0]
    assert {record.record_id for record in (*cut.left, *cut.right)} == {
        record.record_id for record in steward.get(page).context["records"]
    }
    fields = {"l": cut.pair[0], "r": cut.pair[1], "reason": "mère et fille"}
    assert steward.post(page, fields).headers["Location"] == page
    assert told(decisions) == [(*cut.pair, "apart")]
    told_now = steward.get(page).context["separable"]
    assert [(word.decision, word.reason) for word in told_now.waiting] == [("apart", "mère et fille")]
    assert cut.pair not in [one.pair for one in told_now.cuts]
    assert "deux personnes" in steward.get("/clients/c-camille/origine/").content.decode()
    steward.post(page, fields)
    assert told(decisions)[-1] == (*cut.pair, "withdrawn")
    assert steward.get(page).context["separable"].waiting == ()


def test_only_a_link_of_his_may_be_cut(steward: Client, decisions: Path) -> None:
    assert steward.post("/clients/c-camille/separer/", {"l": "card:1003", "r": "card:1004"}).status_code == 404
    assert told(decisions) == []


def test_an_adviser_sees_no_way_to_take_apart(signed_in: SignedIn) -> None:
    adviser = signed_in("adviser", shops=["LIL"])
    assert "Défusionner" not in adviser.get("/clients/c-camille/origine/").content.decode()
