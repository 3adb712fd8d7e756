"""Real Chromium against a real server: an adviser's story, accessibility of every page, keyboard, paper."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.web.published import EVERY_EVENT, publish
from tests.web.serving import Server, serve

from chaland.demo import write_demo
from chaland.pipeline import build
from chaland.progress import Reporter

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (make test installs it as root on Debian)"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("browser") / "base"
    publish(folder)
    with serve(folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def open_page(chromium: Browser, server: Server, *, scheme: str = "light", width: int = 1360) -> tuple[Page, list[str]]:
    """Return a page signed in, and the list where everything the browser complains of is written."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="fr-FR",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(server.url) else complaints.append(request.url))
    page.goto(server.url)
    page.get_by_label("Compte").fill(server.account)
    page.get_by_label("Mot de passe").fill(server.password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("searchbox").or_(page.get_by_role("combobox"))).to_be_visible()
    return page, complaints


@pytest.fixture
def adviser(chromium: Browser, server: Server) -> Iterator[Page]:
    page, complaints = open_page(chromium, server)
    yield page
    page.context.close()
    assert complaints == []


def test_an_adviser_finds_a_misspelt_customer_by_keyboard_and_sees_three_systems_meet(adviser: Page) -> None:
    adviser.keyboard.press("/")
    adviser.keyboard.type("chalin camile", delay=20)
    expect(adviser.get_by_role("option", name=re.compile("Camille Chalain"))).to_be_visible()
    adviser.keyboard.press("Enter")
    expect(adviser.get_by_role("heading", name="Camille Chalain")).to_be_visible()
    history = adviser.locator("#history")
    expect(history.get_by_text("Ticket T1")).to_be_visible()
    expect(history.get_by_text("Appel reçu · livraison")).to_be_visible()
    expect(history.get_by_text("recommande 9/10")).to_be_visible()

    history.get_by_text("Ticket T1").click()
    expect(history.get_by_role("cell", name=re.compile("Sécateur"))).to_be_visible()
    history.get_by_role("link", name="Plus ancien").click()
    expect(history.locator(".event")).to_have_count(EVERY_EVENT)
    history.get_by_role("link", name=re.compile("Enquêtes")).click()
    expect(history.locator(".event")).to_have_count(1)

    adviser.get_by_role("link", name="Origine").click()
    expect(adviser.get_by_text("card.csv, ligne 3").first).to_be_visible()
    adviser.get_by_role("button", name="English").click()
    expect(adviser.get_by_role("heading", name="Why these records are one person")).to_be_visible()
    adviser.get_by_role("button", name="Sign out").click()
    expect(adviser.get_by_role("heading", name="Sign in")).to_be_visible()


def test_ctrl_k_reaches_the_box_arrows_choose_and_escape_closes(adviser: Page) -> None:
    box = adviser.get_by_role("combobox")
    adviser.keyboard.press("Control+k")
    expect(box).to_be_focused()
    adviser.keyboard.type("martin")
    expect(adviser.get_by_role("option")).to_have_count(2)
    first, second = adviser.get_by_role("option").all()
    expect(first).to_have_attribute("aria-selected", "true")
    adviser.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "hit-2")
    adviser.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_nothing_of_a_customer_is_kept_by_the_browser_after_signing_out(adviser: Page, server: Server) -> None:
    adviser.goto(f"{server.url}clients/c-camille/")
    adviser.get_by_role("button", name="Se déconnecter").click()
    expect(adviser.get_by_role("heading", name="Se connecter")).to_be_visible()
    kept = adviser.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Camille" not in kept
    adviser.go_back()
    expect(adviser.get_by_role("heading", name="Se connecter")).to_be_visible()


def test_a_lost_server_is_told(chromium: Browser, server: Server) -> None:
    page, _ = open_page(chromium, server)
    page.route("**/clients/?q=*", lambda route: route.fulfill(status=500, body=""))
    page.get_by_role("combobox").fill("chalain")
    expect(page.get_by_role("alert")).to_be_visible()
    page.context.close()


PAGES = (
    "",
    "clients/",
    "clients/?q=bernard",
    "clients/?q=zzzzz",
    "clients/c-camille/",
    "clients/c-paul/",
    "clients/c-louis/",
    "clients/c-unknown/",
    "clients/c-louis/achats/",
    "clients/c-camille/achats/",
    "clients/c-camille/origine/",
    "clients/c-camille/tickets/tills:T1/",
    "clients/c-camille/visites/web_events:v1/",
    "base/",
    "nowhere/",
)


CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""Colours are all that dark mode changes."""


def violations(page: Page, options: dict[str, object] | None = None) -> list[str]:
    """Return what axe reproaches to the page shown."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def open_details(page: Page) -> None:
    """Unfold the first tickets and details of a page."""
    for summary in page.locator("summary").all()[:3]:
        summary.click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("scheme", "options"), [("light", None), ("dark", CONTRAST)])
def test_no_page_has_an_accessibility_violation(
    chromium: Browser, server: Server, scheme: str, options: dict[str, object] | None
) -> None:
    page, _ = open_page(chromium, server, scheme=scheme)
    found: dict[str, list[str]] = {}
    for address in PAGES:
        page.goto(server.url + address)
        open_details(page)
        found[address] = violations(page, options)
    page.goto(server.url)
    page.get_by_role("combobox").fill("chalin")
    expect(page.get_by_role("option").first).to_be_visible()
    found["search panel"] = violations(page, options)
    page.get_by_role("button", name="Se déconnecter").click()
    found["sign in"] = violations(page, options)
    page.context.close()
    assert {address: one for address, one in found.items() if one} == {}


def test_every_page_fits_a_telephone(chromium: Browser, server: Server) -> None:
    page, _ = open_page(chromium, server, width=360)
    overflow: dict[str, int] = {}
    for address in PAGES:
        page.goto(server.url + address)
        open_details(page)
        overflow[address] = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    found = violations(page)
    page.context.close()
    assert {address: pixels for address, pixels in overflow.items() if pixels > 0} == {}
    assert found == []


def test_the_file_prints_without_menu_nor_search(adviser: Page, server: Server) -> None:
    adviser.goto(f"{server.url}clients/c-lucas/")
    adviser.emulate_media(media="print")
    expect(adviser.get_by_role("heading", name="Lucas Martin")).to_be_visible()
    expect(adviser.locator(".rail")).to_be_hidden()
    expect(adviser.get_by_role("combobox")).to_be_hidden()


def test_grades_and_lists_are_told_in_english_too_on_screen_and_on_paper(chromium: Browser, server: Server) -> None:
    page, complaints = open_page(chromium, server)
    page.get_by_role("button", name="English").click()
    for address in ("clients/c-louis/", "clients/c-camille/origine/", "clients/c-paul/"):
        page.goto(server.url + address)
        assert violations(page) == []
    page.goto(server.url + "clients/c-louis/")
    for media in ("screen", "print"):
        page.emulate_media(media=media)  # type: ignore[arg-type]
        expect(page.get_by_role("img", name="Grade D: unusable")).to_be_visible()
        expect(page.get_by_text("Came back on 1 Feb 2026")).to_be_visible()
        expect(page.get_by_text("unknown at this address (PND2)")).to_be_visible()
    page.context.close()
    assert complaints == []


@pytest.mark.slow
def test_the_same_story_on_the_demonstration_from_its_files_to_the_screen(chromium: Browser, tmp_path: Path) -> None:
    sources, base = tmp_path / "sources", tmp_path / "base"
    write_demo(sources, persons=200, seed=1, reporter=Reporter())
    base.mkdir()
    settings = (sources / "chaland.toml").read_text(encoding="utf-8")
    (base / "chaland.toml").write_text(
        settings.replace('sources_root = "."', f'sources_root = "{sources}"'), encoding="utf-8"
    )
    build(base, now=datetime(2026, 10, 1, 3, 0, tzinfo=UTC), as_of=date(2026, 9, 30), reporter=Reporter())
    with serve(base) as server:
        page, complaints = open_page(chromium, server)
        page.keyboard.press("/")
        page.keyboard.type("chalin helene", delay=20)
        page.get_by_role("option", name=re.compile("Hélène Chalain")).click()
        expect(page.get_by_role("heading", name="Hélène Chalain")).to_be_visible()
        history = page.locator("#history")
        expect(history.get_by_text("Ticket 001-").first).to_be_visible()
        expect(history.get_by_text("Appel reçu · réclamation")).to_be_visible()
        expect(history.get_by_text("recommande 9/10")).to_be_visible()
        expect(history.get_by_text("Projet · cuisine").first).to_be_visible()
        expect(page.get_by_role("link", name="Marc Chalain")).to_be_visible()
        page.context.close()
        assert complaints == []
