"""Home, the state of the base, and what is shown when there is none or something breaks."""

from __future__ import annotations

import io
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from tests import cast
from tests.web.conftest import SignedIn
from tests.web.published import publish

from chaland.errors import ChalandError
from chaland.publish import CurrentSnapshot


def text_of(browser: Client, page: str) -> str:
    html = browser.get(page).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_home_gives_the_true_figures_of_the_base(alice: Client) -> None:
    overview = alice.get("/").context["overview"]
    assert (overview.customers, overview.households, overview.card_holders) == (11, 8, 6)
    text = text_of(alice, "/")
    assert "juste au centime" in text
    assert "Brindille" in text


@pytest.mark.parametrize("page", ["/", "/base/", "/doublons/accord/"])
def test_every_figure_of_the_base_and_of_stewards_has_its_definition_one_click_away(alice: Client, page: str) -> None:
    if "accord" in page:
        from chaland_web.steward.models import Judgement

        for name in ("alice", "nadia"):
            Judgement.objects.create(
                record_id_l="card:1", record_id_r="card:2", answer="same", user_name=name, at=cast.NOW
            )
    html = alice.get(page).content.decode()
    told = re.findall(r'<dl class="card figures">(.*?)</dl>', html, re.DOTALL)
    figures = re.findall(r"<dt>(.*?)</dt>", told[0], re.DOTALL)
    cards = re.findall(r'<div class="card-head"><h2>(.*?)</h2>', html, re.DOTALL)
    assert len(figures) >= 4 and len(cards) >= 2
    assert [one for one in figures + cards if not one.startswith('<details class="defined">')] == []


def test_the_glossary_holds_the_definition_of_each_page(alice: Client) -> None:
    html = alice.get("/lexique/").content.decode()
    for code in ("amount_12_months", "base_households", "kappa", "segment_reach", "own_points"):
        assert f'<div id="{code}">' in html


def test_the_base_page_tells_each_source_and_that_totals_agree(alice: Client) -> None:
    text = text_of(alice, "/base/")
    assert "tout tombe juste" in text
    assert "phone_cases dossiers 1 1 0 0 1" in text


@pytest.fixture
def other_base(tmp_path: Path, application: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Point the application at a base where nothing is published yet."""
    from chaland_web import snapshots

    folder = tmp_path / "other"
    folder.mkdir()
    other = CurrentSnapshot(folder)
    monkeypatch.setattr(snapshots, "current", lambda: other)
    yield folder
    other.close()


def test_a_base_not_built_yet_says_so_and_then_opens_by_itself(alice: Client, other_base: Path) -> None:
    answer = alice.get("/")
    assert answer.status_code == 503
    assert "pas encore construite" in answer.content.decode()
    publish(other_base)
    assert alice.get("/").status_code == 200


def test_a_newly_published_snapshot_is_followed_and_the_old_one_let_go(alice: Client, other_base: Path) -> None:
    first = publish(other_base)
    assert first.name in text_of(alice, "/base/")
    assert len(list(first.glob("lease-*"))) == 1
    second = publish(other_base, now=cast.NOW + timedelta(days=1))
    assert second.name in text_of(alice, "/base/")
    assert list(first.glob("lease-*")) == []
    assert len(list(second.glob("lease-*"))) == 1


def test_an_unknown_address_is_a_page_of_ours(alice: Client, stranger: Client) -> None:
    answer = alice.get("/nowhere/")
    assert (answer.status_code, "Rien ici" in answer.content.decode()) == (404, True)


def ways(page: HttpResponse) -> list[str]:
    """Return where the links of an error page lead."""
    (part,) = re.findall(r'<nav class="ways".*?</nav>', page.content.decode(), re.DOTALL)
    return re.findall(r'href="([^"]+)"', part)


def follows(browser: Client, page: HttpResponse) -> list[int]:
    return [browser.get(way, follow=True).status_code for way in ways(page)]


@pytest.mark.parametrize(
    ("role", "page", "expected"),
    [
        ("adviser", "/base/", ["/", "/clients/"]),
        ("analyst", "/clients/", ["/"]),
        ("phone_adviser", "/comptes/", ["/", "/clients/"]),
    ],
)
def test_who_is_refused_a_page_is_given_ways_that_are_his(
    signed_in: SignedIn, role: str, page: str, expected: list[str]
) -> None:
    browser = signed_in(role)
    refused = browser.get(page)
    assert (refused.status_code, ways(refused)) == (403, expected)
    assert set(follows(browser, refused)) == {200}
    english = browser.get(page, headers={"Accept-Language": "en"}).content.decode()
    assert ">Home</a>" in english and (">Find a customer</a>" in english) == (role != "analyst")


def test_a_stranger_and_a_customer_are_given_their_own_ways(stranger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ways(stranger.get("/nowhere/")) == ["/connexion/"]  # no mail server: no space for customers
    monkeypatch.setattr("django.conf.settings.CHALAND_PORTAL", True)
    page = stranger.get("/nowhere/")
    assert (page.status_code, ways(page)) == (404, ["/connexion/", "/moi/"])
    assert follows(stranger, page) == [200, 200]
    assert ">Se connecter</a>" in page.content.decode()
    assert ">I am a customer</a>" in stranger.get("/nowhere/", headers={"Accept-Language": "en"}).content.decode()
    session = stranger.session
    session["own_customer"], session["own_seen"] = "c-camille", int(time.time())
    session.save()
    assert ways(stranger.get("/nowhere/")) == ["/moi/dossier/"]
    assert follows(stranger, stranger.get("/nowhere/")) == [200]


def test_a_form_too_old_too_large_or_sent_elsewhere_has_a_way_on(
    alice: Client, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Client(enforce_csrf_checks=True).post("/connexion/", {})
    assert (old.status_code, ways(old)) == (403, ["/connexion/"])
    elsewhere = stranger.get("/connexion/", headers={"Host": "elsewhere.example"})
    assert (elsewhere.status_code, ways(elsewhere)) == (400, ["/connexion/"])
    monkeypatch.setattr("django.conf.settings.DATA_UPLOAD_MAX_MEMORY_SIZE", 10)
    large = alice.post("/langue/", {"language": "fr", "next": "/" * 50})
    assert (large.status_code, ways(large)) == (400, ["/", "/clients/"])
    assert "trop gros" in large.content.decode()


def test_an_address_asked_in_a_manner_it_does_not_take_is_a_page_of_ours(
    alice: Client, stranger: Client, signed_in: SignedIn
) -> None:
    asked = [
        (alice.get("/clients/c-camille/emporter/"), ["/", "/clients/"], "POST"),
        (alice.post("/base/"), ["/", "/clients/"], "GET, HEAD"),
        (signed_in("analyst").get("/deconnexion/"), ["/"], "POST, OPTIONS"),
        (stranger.get("/moi/sortir/"), ["/connexion/"], "POST"),
    ]
    for page, expected, methods in asked:
        assert (page.status_code, ways(page), page["Allow"]) == (405, expected, methods)
        assert "Pas par ici" in page.content.decode()
    program = alice.get("/api/identite/")
    assert (program.status_code, program.content) == (405, b"")


def test_a_base_that_does_not_answer_leaves_the_other_pages(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> None:
        raise ChalandError("trop long")

    monkeypatch.setattr("chaland_web.access.CustomerFile.departments", silent)
    page = alice.get("/clients/c-camille/achats/")
    assert (page.status_code, ways(page)) == (503, ["/", "/clients/"])


def test_a_fault_shows_no_trace_and_logs_no_customer(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chaland_web import access

    def broken(*_: object) -> None:
        raise RuntimeError("camille.chalain@orange.fr")

    monkeypatch.setattr(access.CustomerFile, "departments", broken)
    written = io.StringIO()
    handler = logging.getLogger("django").handlers[0]
    monkeypatch.setattr(handler, "stream", written)
    alice.raise_request_exception = False
    answer = alice.get("/clients/c-camille/achats/")
    assert answer.status_code == 500
    assert "Quelque chose a cassé" in answer.content.decode()
    assert ways(answer) == ["/", "/clients/"]
    logged = written.getvalue()
    assert "RuntimeError" in logged
    assert "clients/<str:customer_id>/achats/" in logged
    assert "camille" not in logged


def test_a_supervisor_is_told_the_process_lives(stranger: Client) -> None:
    assert stranger.get("/vivant/").content == b"ok"


def test_the_deployment_check_is_clean_behind_https(base_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={
            **os.environ,
            "CHALAND_BASE": str(base_folder),
            "CHALAND_HTTPS": "1",
            "DJANGO_SETTINGS_MODULE": "chaland_web.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
