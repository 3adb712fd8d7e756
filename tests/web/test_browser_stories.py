"""Two stories from sign-in to effect, in real Chromium: the shop adviser's and the phone adviser's, on each store."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.postgres_server import postgres_server
from tests.web.published import publish
from tests.web.serving import Server, serve

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

expect.set_options(timeout=20_000)  # a machine that does something else is slow, not wrong

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (make test installs it as root on Debian)"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of the store: "" for SQLite beside the base."""
    if request.param == "sqlite":
        yield ""
    else:
        with postgres_server() as url:
            yield url.replace("postgresql+psycopg://", "postgresql://")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stories") / "base"
    publish(folder)
    return folder


def bind(base: Path, store: str, account: str, shops: str) -> None:
    """Bind an account to shops, as the page of accounts does."""
    if store:
        import psycopg  # noqa: PLC0415 - an extra

        with psycopg.connect(store) as opened_store:
            opened_store.execute("update accounts_user set shops = %s where username = %s", (shops, account))
        return
    with closing(sqlite3.connect(base / "store.sqlite3")) as file, file:
        file.execute("update accounts_user set shops = ? where username = ?", (shops, account))


def opened(chromium: Browser, server: Server, address: str = "") -> tuple[Page, list[str]]:
    """Return a page that asked for an address and signed in, and what the browser complains of."""
    page = chromium.new_context(viewport={"width": 1360, "height": 900}, locale="fr-FR").new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(server.url + address)
    page.get_by_label("Compte").fill(server.account)
    page.get_by_label("Mot de passe").fill(server.password)
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_visible()
    page.wait_for_load_state("load")  # the scripts that hear the keyboard are there
    return page, complaints


def test_an_adviser_finds_in_three_keystrokes_reads_everything_and_notes_the_contact(
    chromium: Browser, base: Path, store: str
) -> None:
    with serve(base, "--account", "nadia", "--role", "adviser", store=store) as server:
        bind(base, store, "nadia", '["LIL"]')
        page, complaints = opened(chromium, server)
        page.keyboard.press("/")
        page.keyboard.type("cam", delay=20)
        expect(page.get_by_role("option", name=re.compile("Camille Chalain"))).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Camille Chalain")).to_be_visible()
        expect(page.get_by_role("link", name="1 dossier ouvert")).to_be_visible()
        expect(page.get_by_text("Le rappeler pour son dossier")).to_be_visible()

        page.locator(".defined summary").get_by_text("Achats, 12 mois").click()
        expect(page.get_by_text("retours déduits, toutes taxes comprises").first).to_be_visible()
        page.keyboard.press("Escape")
        history = page.locator("#history")
        history.get_by_text("Ticket T1").click()
        expect(history.get_by_role("cell", name=re.compile("Sécateur"))).to_be_visible()
        history.get_by_role("searchbox").fill("livraison")
        page.keyboard.press("Enter")
        expect(page.locator("#history .event")).to_have_count(1)
        page.get_by_role("link", name="Origine").click()
        expect(page.get_by_text("card.csv, ligne 3").first).to_be_visible()

        page.keyboard.press("n")
        panel = page.locator("#desk-panel")
        panel.get_by_label("Motif").fill("Devis")
        panel.get_by_label("Note", exact=True).fill("Terrasse en bois, rappeler après le 15")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Terrasse en bois, rappeler après le 15").first).to_be_visible()
        page.get_by_role("link", name="Historique").click()
        expect(page.locator("#history").get_by_text("Terrasse en bois, rappeler après le 15")).to_be_visible()

        page.keyboard.press("/")
        page.keyboard.type("bernard", delay=20)  # a customer of another shop: by a name, he is nobody
        expect(page.get_by_text("Personne ne répond à cela")).to_be_visible()
        page.get_by_role("button", name="Se déconnecter").click()
        expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
        page.context.close()
        assert complaints == []


def test_a_call_opens_the_file_and_one_key_notes_it_without_a_mouse(chromium: Browser, base: Path, store: str) -> None:
    with serve(base, "--account", "omar", "--role", "phone_adviser", store=store) as server:
        page, complaints = opened(chromium, server, "telephone/?phone=0612345678")
        expect(page.get_by_role("heading", name="Camille Chalain")).to_be_visible()
        expect(page.get_by_text("Le rappeler pour son dossier")).to_be_visible()
        page.keyboard.press("2")
        expect(page.get_by_role("status")).to_have_text("Appel noté. Prêt pour le suivant.")

        expect(page.get_by_role("searchbox")).to_be_focused()
        page.keyboard.type("bernrad", delay=20)
        expect(page.get_by_role("button", name=re.compile("Bernard"))).to_have_count(3)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=re.compile("Bernard"))).to_be_visible()

        page.goto(server.url + "telephone/?phone=0299304050")
        expect(page.get_by_role("heading", name=re.compile("qui appelle"))).to_be_visible()
        expect(page.locator(".call-hit").first).to_be_focused()
        page.goto(server.url + "telephone/?phone=0612345678")
        expect(page.get_by_text("À rappeler").first).to_be_visible()  # what was noted is there for the next call
        page.context.close()
        assert complaints == []
