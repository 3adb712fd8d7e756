"""Home, the state of the base, and what is shown when there is none or something breaks."""

from __future__ import annotations

import io
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests import cast
from tests.web.published import publish

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
