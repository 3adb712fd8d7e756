"""Real Chromium against a real server: accessibility of every page, keyboard, widths, dark, paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, StorageState, expect
from tests.web.browsing import CONTRAST, NEEDS_CHROMIUM, browsing, sign_in, violations
from tests.web.conftest import Mailbox
from tests.web.doors import DOORS
from tests.web.mailbox import link_in
from tests.web.serving import Server, serve

from chaland.demo import write_demo
from chaland.pipeline import build
from chaland.progress import Reporter

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def adviser(chromium: Browser, server: Server, session: StorageState) -> Iterator[Page]:
    with browsing(chromium, server, session) as page:
        page.goto(server.url)
        yield page


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
    with browsing(chromium, server) as adviser:
        sign_in(adviser, server, address="clients/c-camille/")
        adviser.get_by_role("button", name="Se déconnecter").click()
        expect(adviser.get_by_role("heading", name="Se connecter")).to_be_visible()
        kept = adviser.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert "Camille" not in kept
        adviser.go_back()
        expect(adviser.get_by_role("heading", name="Se connecter")).to_be_visible()


def test_a_lost_server_is_told(chromium: Browser, server: Server, session: StorageState) -> None:
    with browsing(chromium, server, session, meets_refusals=True) as page:
        page.goto(server.url)
        page.route("**/clients/?q=*", lambda route: route.fulfill(status=500, body=""))
        page.get_by_role("combobox").fill("chalain")
        expect(page.get_by_role("alert")).to_be_visible()


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
def other_pages(django_ready: Path) -> list[str]:
    """Return the pages of every other part, as the walk of test_doors.py opens them."""
    parts = ("customers", "phone", "state")
    return [
        reverse(name, kwargs=door.arguments).removeprefix("/") + (f"?{urlencode(door.fields)}" if door.fields else "")
        for name, door in DOORS.items()
        if door.method == "get" and door.answers == 200 and name.partition(":")[0] not in parts
    ]


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
    with browsing(chromium, server, session, meets_refusals=True) as page:
        shown = [one for one in other_pages if page.request.get(server.url + one).text().startswith("<!doctype html>")]
        assert len(shown) >= 28
        found = visited(page, server, [*PAGES, *shown], None)
        page.goto(f"{server.url}clients/c-camille/")
        page.keyboard.press("n")
        expect(page.get_by_role("dialog", name="Noter un contact")).to_be_visible()
        found["note"] = violations(page)
        page.goto(server.url)
        page.get_by_role("combobox").fill("chalin")
        expect(page.get_by_role("option").first).to_be_visible()
        found["search panel"] = violations(page)
        page.context.clear_cookies()
        page.goto(server.url)
        expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
        found["sign in"] = violations(page)
    assert {address: one for address, one in found.items() if one} == {}


OWN_PAGES = ("dossier", "historique", "corriger", "preferences", "effacer")


def test_the_customer_s_own_space_has_no_accessibility_violation_and_fits_a_telephone(
    chromium: Browser, server: Server, mailbox: Mailbox
) -> None:
    box, _ = mailbox
    found: dict[str, object] = {}
    with browsing(chromium, server, width=360) as page:
        page.goto(server.url + "moi/")
        found["moi"] = violations(page)
        page.get_by_label("Votre adresse e-mail").fill("camille.chalain@orange.fr")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Regardez vos messages")).to_be_visible()
        page.goto(server.url + link_in(box.next()).lstrip("/"))
        found["lien"] = violations(page)
        page.get_by_role("button", name="Ouvrir").click()
        expect(page.get_by_role("heading", name="Bonjour Camille Chalain")).to_be_visible()
        for one in OWN_PAGES:
            page.goto(f"{server.url}moi/{one}/")
            wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            found[one] = violations(page) or ([f"{wide} pixels too wide"] if wide > 0 else [])
    assert {address: one for address, one in found.items() if one} == {}


@pytest.mark.long
def test_colours_keep_their_contrast_in_the_dark(chromium: Browser, server: Server, session: StorageState) -> None:
    with browsing(chromium, server, session, scheme="dark", meets_refusals=True) as page:
        assert visited(page, server, PAGES, CONTRAST) == {}


@pytest.mark.parametrize("width", [360, pytest.param(820, marks=pytest.mark.long)])
def test_every_page_fits_a_telephone_and_a_tablet(
    chromium: Browser, server: Server, session: StorageState, width: int
) -> None:
    overflow: dict[str, int] = {}
    with browsing(chromium, server, session, width=width, meets_refusals=True) as page:
        for address in PAGES:
            page.goto(server.url + address)
            if width == 360:
                open_details(page)
            overflow[address] = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert violations(page) == []
    assert {address: pixels for address, pixels in overflow.items() if pixels > 0} == {}


def test_a_page_does_not_move_while_it_loads(adviser: Page, server: Server) -> None:
    moved = {}
    for address in ("", "clients/c-camille/", "clients/c-camille/origine/", "telephone/c-camille/"):
        adviser.goto(server.url + address)
        adviser.wait_for_load_state("networkidle")
        moved[address] = adviser.evaluate(
            """() => new Promise(done => new PerformanceObserver((seen, observer) => {
                observer.disconnect();
                done(seen.getEntries().reduce((sum, one) => sum + one.value, 0));
            }).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 150))"""
        )
    assert {address: shift for address, shift in moved.items() if shift > 0.01} == {}


def test_the_file_prints_on_one_sheet_without_menu_nor_search(adviser: Page, server: Server) -> None:
    adviser.goto(f"{server.url}clients/c-camille/")
    adviser.emulate_media(media="print")
    expect(adviser.get_by_role("heading", name="Camille Chalain")).to_be_visible()
    expect(adviser.locator(".rail")).to_be_hidden()
    expect(adviser.get_by_role("combobox")).to_be_hidden()
    adviser.evaluate(  # as long a history as a page of it may be, each event with words beneath
        """() => { const all = document.querySelector('.timeline'), one = all.querySelector('.event-contact');
            for (let n = 0; n < 40; n++) all.append(one.cloneNode(true)); }"""
    )
    assert len(re.findall(rb"/Type\s*/Page\b", adviser.pdf(format="A4", prefer_css_page_size=True))) == 1


def test_grades_and_lists_are_told_in_english_too_on_screen_and_on_paper(adviser: Page, server: Server) -> None:
    adviser.get_by_role("button", name="English").click()
    for address in ("clients/c-louis/", "clients/c-camille/origine/", "clients/c-paul/"):
        adviser.goto(server.url + address)
        assert violations(adviser) == []
    adviser.goto(server.url + "clients/c-louis/coordonnees/")
    media: Literal["screen", "print"]
    for media in ("screen", "print"):
        adviser.emulate_media(media=media)
        expect(adviser.get_by_role("img", name="Grade D: unusable")).to_be_visible()
        expect(adviser.get_by_text("Came back on 1 Feb 2026")).to_be_visible()
        expect(adviser.get_by_text("unknown at this address (PND2)")).to_be_visible()


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
    with serve(base) as server, browsing(chromium, server) as page:
        sign_in(page, server)
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
