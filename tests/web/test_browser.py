"""Real Chromium against a real server: accessibility of every page, keyboard, widths, dark, paper."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright
from tests.web.doors import DOORS
from tests.web.published import publish
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


def sign_in(page: Page, server: Server) -> None:
    """Go to the first page, and sign in."""
    page.goto(server.url)
    page.get_by_label("Compte").fill(server.account)
    page.get_by_label("Mot de passe").fill(server.password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("searchbox").or_(page.get_by_role("combobox"))).to_be_visible()


@pytest.fixture(scope="module")
def session(chromium: Browser, server: Server) -> StorageState:
    """Return the cookies of someone signed in once; who signs out signs in for himself."""
    context = chromium.new_context(locale="fr-FR")
    sign_in(context.new_page(), server)
    state = context.storage_state()
    context.close()
    return state


def open_page(
    chromium: Browser, server: Server, session: StorageState | None, *, scheme: str = "light", width: int = 1360
) -> tuple[Page, list[str]]:
    """Return a page signed in, and the list where everything the browser complains of is written."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="fr-FR",
        storage_state=session,
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(server.url) else complaints.append(request.url))
    if session:
        page.goto(server.url)
    else:
        sign_in(page, server)
    return page, complaints


@pytest.fixture
def adviser(chromium: Browser, server: Server, session: StorageState) -> Iterator[Page]:
    page, complaints = open_page(chromium, server, session)
    yield page
    page.context.close()
    assert complaints == []


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


def test_nothing_of_a_customer_is_kept_by_the_browser_after_signing_out(chromium: Browser, server: Server) -> None:
    adviser, complaints = open_page(chromium, server, None)
    adviser.goto(f"{server.url}clients/c-camille/")
    adviser.get_by_role("button", name="Se déconnecter").click()
    expect(adviser.get_by_role("heading", name="Se connecter")).to_be_visible()
    kept = adviser.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Camille" not in kept
    adviser.go_back()
    expect(adviser.get_by_role("heading", name="Se connecter")).to_be_visible()
    adviser.context.close()
    assert complaints == []


def test_a_lost_server_is_told(chromium: Browser, server: Server, session: StorageState) -> None:
    page, _ = open_page(chromium, server, session)
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
    "clients/c-camille/?texte=zzzzz",
    "clients/c-paul/",
    "clients/c-louis/",
    "clients/c-unknown/",
    "clients/c-louis/achats/",
    "clients/c-camille/achats/",
    "clients/c-camille/foyer/",
    "clients/c-paul/foyer/",
    "clients/c-camille/projets/",
    "clients/c-camille/voix/",
    "clients/c-camille/fidelite/",
    "clients/c-camille/coordonnees/",
    "clients/c-camille/origine/",
    "clients/c-camille/tickets/tills:T1/",
    "clients/c-camille/visites/web_events:v1/",
    "telephone/",
    "telephone/?phone=0299304050",
    "telephone/?phone=0699999999",
    "telephone/c-camille/",
    "base/",
    "lexique/",
    "nowhere/",
)
"""The pages of the file, of the telephone and of the base: looked at in every dress."""


@pytest.fixture(scope="module")
def other_pages(application: Path) -> list[str]:
    """Return the pages of every other part, as the walk of test_doors.py opens them."""
    parts = ("customers", "phone", "state")
    return [
        reverse(name, kwargs=door.arguments).removeprefix("/") + (f"?{urlencode(door.fields)}" if door.fields else "")
        for name, door in DOORS.items()
        if door.method == "get" and door.answers == 200 and name.partition(":")[0] not in parts
    ]


CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""Colours are all that dark mode changes."""


def violations(page: Page, options: dict[str, object] | None = None) -> list[str]:
    """Return what axe reproaches to the page shown."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def open_details(page: Page) -> None:
    """Unfold the first tickets and details of a page, and one definition."""
    page.locator("details:not(.defined)").evaluate_all("all => all.slice(0, 3).forEach(one => { one.open = true; })")
    page.locator("details.defined").evaluate_all("all => all.slice(0, 1).forEach(one => { one.open = true; })")
    page.wait_for_load_state("networkidle")


def visited(
    page: Page, server: Server, addresses: Sequence[str], options: dict[str, object] | None
) -> dict[str, object]:
    """Return what axe reproaches to each address, those without reproach left out."""
    found: dict[str, object] = {}
    for address in addresses:
        page.goto(server.url + address)
        open_details(page)
        if reproaches := violations(page, options):
            found[address] = reproaches
    return found


def test_no_page_has_an_accessibility_violation(
    chromium: Browser, server: Server, session: StorageState, other_pages: list[str]
) -> None:
    page, _ = open_page(chromium, server, session)
    shown = [one for one in other_pages if page.request.get(server.url + one).text().startswith("<!doctype html>")]
    assert len(shown) >= 28
    found = visited(page, server, [*PAGES, *shown], None)
    page.goto(server.url)
    page.get_by_role("combobox").fill("chalin")
    expect(page.get_by_role("option").first).to_be_visible()
    found["search panel"] = violations(page)
    page.context.clear_cookies()
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    found["sign in"] = violations(page)
    page.context.close()
    assert {address: one for address, one in found.items() if one} == {}


@pytest.mark.long
def test_colours_keep_their_contrast_in_the_dark(chromium: Browser, server: Server, session: StorageState) -> None:
    page, _ = open_page(chromium, server, session, scheme="dark")
    found = visited(page, server, PAGES, CONTRAST)
    page.context.close()
    assert found == {}


@pytest.mark.parametrize("width", [360, 820])
def test_every_page_fits_a_telephone_and_a_tablet(
    chromium: Browser, server: Server, session: StorageState, width: int
) -> None:
    page, _ = open_page(chromium, server, session, width=width)
    overflow: dict[str, int] = {}
    for address in PAGES:
        page.goto(server.url + address)
        if width == 360:
            open_details(page)
        overflow[address] = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    found = violations(page)
    page.context.close()
    assert {address: pixels for address, pixels in overflow.items() if pixels > 0} == {}
    assert found == []


def test_a_page_does_not_move_while_it_loads(chromium: Browser, server: Server, session: StorageState) -> None:
    page, _ = open_page(chromium, server, session)
    moved = {}
    for address in ("", "clients/c-camille/", "clients/c-camille/origine/", "telephone/c-camille/"):
        page.goto(server.url + address)
        page.wait_for_load_state("networkidle")
        moved[address] = page.evaluate(
            """() => new Promise(done => new PerformanceObserver((seen, observer) => {
                observer.disconnect();
                done(seen.getEntries().reduce((sum, one) => sum + one.value, 0));
            }).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 150))"""
        )
    page.context.close()
    assert {address: shift for address, shift in moved.items() if shift > 0.01} == {}


def test_the_file_prints_without_menu_nor_search(adviser: Page, server: Server) -> None:
    adviser.goto(f"{server.url}clients/c-lucas/")
    adviser.emulate_media(media="print")
    expect(adviser.get_by_role("heading", name="Lucas Martin")).to_be_visible()
    expect(adviser.locator(".rail")).to_be_hidden()
    expect(adviser.get_by_role("combobox")).to_be_hidden()


def test_grades_and_lists_are_told_in_english_too_on_screen_and_on_paper(
    chromium: Browser, server: Server, session: StorageState
) -> None:
    page, complaints = open_page(chromium, server, session)
    page.get_by_role("button", name="English").click()
    for address in ("clients/c-louis/", "clients/c-camille/origine/", "clients/c-paul/"):
        page.goto(server.url + address)
        assert violations(page) == []
    page.goto(server.url + "clients/c-louis/coordonnees/")
    for media in ("screen", "print"):
        page.emulate_media(media=media)  # type: ignore[arg-type]
        expect(page.get_by_role("img", name="Grade D: unusable")).to_be_visible()
        expect(page.get_by_text("Came back on 1 Feb 2026")).to_be_visible()
        expect(page.get_by_text("unknown at this address (PND2)")).to_be_visible()
    page.context.close()
    assert complaints == []


@pytest.mark.long
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
        page, complaints = open_page(chromium, server, None)
        page.keyboard.press("/")
        page.keyboard.type("chalin helene", delay=20)
        page.get_by_role("option", name=re.compile("Hélène Chalain")).click()
        expect(page.get_by_role("heading", name="Hélène Chalain")).to_be_visible()
        history = page.locator("#history")
        expect(history.get_by_text("Ticket 001-").first).to_be_visible()
        expect(history.get_by_text("Appel reçu · réclamation")).to_be_visible()
        expect(history.get_by_text("recommande 9/10")).to_be_visible()
        expect(history.get_by_text("Projet · cuisine").first).to_be_visible()
        page.get_by_role("link", name="Foyer", exact=True).click()
        expect(page.get_by_role("link", name="Marc Chalain")).to_be_visible()
        page.context.close()
        assert complaints == []
