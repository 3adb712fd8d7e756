"""The application as it is deployed: Django's own list is clean, no file is received, no refusal goes unwritten."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from tests.web.conftest import SignedIn

SOURCE = Path(__file__).resolve().parents[2] / "src" / "chaland_web"


def test_djangos_list_for_deployment_has_nothing_to_say(application: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={**os.environ, "CHALAND_HTTPS": "1", "CHALAND_HOSTS": "clients.example.org"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_behind_https_the_session_is_bound_to_the_host_and_a_second_factor_is_asked(application: Path) -> None:
    asked = "print(settings.SESSION_COOKIE_NAME, settings.SECURE_HSTS_SECONDS, *sorted(settings.CHALAND_SECOND_FACTOR))"
    done = subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; {asked}"],
        env={**os.environ, "CHALAND_HTTPS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["__Host-chaland", "31536000", "administrator", "privacy_officer"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHALAND_SECOND_FACTOR", "queen"),
        ("CHALAND_IDLE_MINUTES", "soon"),
        ("CHALAND_HTTPS", "yes"),
        ("CHALAND_X", "1"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(application: Path, name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"],
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"ConfigError: {name}: " in done.stderr


def test_the_application_receives_no_file() -> None:
    texts = [path.read_text(encoding="utf-8") for path in [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]]
    assert [
        sign for sign in ("request.FILES", 'type="file"', "FileField(") if any(sign in text for text in texts)
    ] == []


def test_a_refusal_is_logged_by_route_and_account_without_the_customer(
    signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    from chaland_web.logs import WithoutCustomers

    caplog.handler.addFilter(kept := WithoutCustomers())
    with caplog.at_level(logging.WARNING, logger="django.request"):
        logging.getLogger("django.request").addHandler(caplog.handler)
        browser: Client = signed_in("analyst")
        assert browser.get("/clients/c-camille/?q=secret").status_code == 403
        assert browser.get("/clients/c-nobody/rien/").status_code == 404
        logging.getLogger("django.request").removeHandler(caplog.handler)
    caplog.handler.removeFilter(kept)
    said = {record.getMessage() for record in caplog.records}
    assert len(said) == 1
    assert said.pop().startswith("GET clients/<str:customer_id>/ 403 account ")
