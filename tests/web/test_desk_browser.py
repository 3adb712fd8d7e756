"""Real Chromium: an adviser writes while someone talks; a steward merges by keyboard, undoes, and takes apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests import cast
from tests.web import published
from tests.web.serving import Server, serve
from tests.web.test_browser import CHROMIUM, QUIET

from chaland.engine import Engine
from chaland.tables import identity

PAIRS = (("card:1002", "card:1003"), ("card:1005", "web:502"))

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (make test installs it as root on Debian)"),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a base that asks about two pairs."""
    folder = tmp_path_factory.mktemp("desk") / "base"
    rows = [
        {"rank": rank, "record_id_l": left, "record_id_r": right, "match_weight": 0.5, "match_probability": 0.6,
         "is_linked": False, "expected_gain": 1.0, "related": 0}
        for rank, (left, right) in enumerate(PAIRS, start=1)
    ]  # fmt: skip
    fill = published.fill

    def fill_and_ask(engine: Engine) -> None:
        fill(engine)
        cast.load_rows(engine, identity.QUESTIONS, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(published, "fill", fill_and_ask)
        published.publish(folder)
    return folder


@pytest.fixture(scope="module")
def server(base: Path) -> Iterator[Server]:
    with serve(base) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1360, "height": 900}, locale="fr-FR")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(server.url)
    page.get_by_label("Compte").fill(server.account)
    page.get_by_label("Mot de passe").fill(server.password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("combobox").first).to_be_visible()
    yield page
    context.close()
    assert complaints == []


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def violations(page: Page) -> list[str]:
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in Axe().run(page).response["violations"]]


def test_an_adviser_notes_a_contact_and_corrects_a_value_without_leaving_the_file(
    page: Page, server: Server, base: Path
) -> None:
    page.goto(server.url + "clients/c-camille/")
    page.keyboard.press("n")
    drawer = page.get_by_role("dialog", name="Noter un contact")
    expect(drawer.get_by_label("Motif")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    page.keyboard.press("n")
    expect(drawer.get_by_label("Motif")).to_be_focused()
    page.keyboard.type("Livraison")
    page.keyboard.press("Tab")
    page.keyboard.type("Colis promis pour vendredi")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Contact noté.")).to_be_visible()
    expect(page.get_by_text("Colis promis pour vendredi")).to_have_count(1)
    assert [(row["channel"], row["reason"], row["author"]) for row in rows(base / "desk" / "contacts.csv")] == [
        ("phone", "Livraison", server.account)
    ]

    page.get_by_role("link", name="Corriger").click()
    drawer = page.get_by_role("dialog", name="Corriger ce qu’on sait")
    drawer.get_by_label("Mobile").fill("06 99 88 77 66")
    drawer.get_by_label("Pourquoi").fill("dit au téléphone")
    drawer.get_by_role("button", name="Garder la correction").click()
    expect(page.get_by_text("06 99 88 77 66").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Annuler.*Correction")).click()
    expect(page.get_by_text("Repris. L’historique en garde la trace.")).to_be_visible()
    expect(page.get_by_text("06 99 88 77 66")).to_have_count(0)
    assert [bool(row["withdrawn_at"]) for row in rows(base / "desk" / "corrections.csv")] == [False, True]


def test_a_steward_merges_by_keyboard_undoes_and_takes_apart(page: Page, server: Server, base: Path) -> None:
    page.goto(server.url + "doublons/")
    heading = page.get_by_role("columnheader", name=PAIRS[0][0])
    expect(heading).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("m")
    expect(page.get_by_role("columnheader", name=PAIRS[1][0])).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_text("Plus rien à décider")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_role("columnheader", name=PAIRS[1][0])).to_be_visible()
    page.keyboard.press("u")
    expect(heading).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_role("columnheader", name=PAIRS[1][0])).to_be_visible()
    told = [(row["record_id_l"], row["decision"]) for row in rows(base / "decisions.csv")]
    assert told == [
        (PAIRS[0][0], "same"), (PAIRS[1][0], "apart"), (PAIRS[1][0], "withdrawn"), (PAIRS[0][0], "withdrawn")
    ]  # fmt: skip

    page.goto(server.url + "clients/c-camille/origine/")
    page.get_by_role("link", name="Défusionner").click()
    page.get_by_role("textbox", name="Pourquoi").first.fill("mère et fille")
    page.get_by_role("button", name=re.compile("^Séparer")).first.click()
    expect(page.get_by_role("heading", name="Décidé, attend la prochaine construction")).to_be_visible()
    expect(page.get_by_text("mère et fille")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Annuler")).click()
    expect(page.get_by_role("heading", name="Décidé, attend la prochaine construction")).to_have_count(0)
    assert [row["decision"] for row in rows(base / "decisions.csv")][4:] == ["apart", "withdrawn"]
