"""The sixth story, in real Chromium and on each store: a customer stops the letters, and the shop sees it at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.postgres_server import postgres_server
from tests.web.mailbox import link_in, mail_server
from tests.web.published import publish
from tests.web.serving import serve
from tests.web.test_browser import CHROMIUM, QUIET

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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of the store: "" for SQLite beside the base."""
    if request.param == "sqlite":
        yield ""
    else:
        with postgres_server() as url:
            yield url.replace("postgresql+psycopg://", "postgresql://")


def is_clean(page: Page) -> bool:
    page.wait_for_load_state("networkidle")
    return not Axe().run(page).response["violations"]


def test_a_customer_stops_the_letters_and_the_shop_sees_it_at_once(
    chromium: Browser, tmp_path: Path, store: str
) -> None:
    base = tmp_path / "base"
    publish(base)
    with mail_server() as (box, port), serve(base, store=store, mail=f"smtp://127.0.0.1:{port}") as server:
        hers = chromium.new_context(locale="fr-FR").new_page()
        complaints: list[str] = []
        hers.on("console", lambda message: complaints.append(message.text))
        hers.goto(server.url + "moi/")
        assert is_clean(hers)
        hers.get_by_label("Votre adresse e-mail").fill("camille.chalain@orange.fr")
        hers.keyboard.press("Enter")
        expect(hers.get_by_role("heading", name="Regardez vos messages")).to_be_visible()
        hers.goto(server.url + link_in(box.next()).lstrip("/"))
        hers.keyboard.press("Enter")
        expect(hers.get_by_role("heading", name="Bonjour Camille Chalain")).to_be_visible()
        assert is_clean(hers)
        hers.get_by_role("link", name="Choisir").click()
        post = hers.get_by_role("group", name="Courrier")
        expect(post.get_by_role("radio", name="Oui")).to_be_checked()
        post.get_by_role("radio", name="Non").check()
        hers.get_by_role("button", name="Garder mes choix").click()
        expect(hers.get_by_role("status")).to_contain_text("Vos choix sont gardés")
        expect(post.get_by_role("radio", name="Non")).to_be_checked()
        assert is_clean(hers)
        hers.get_by_role("button", name="Quitter").click()
        hers.goto(server.url + "moi/dossier/")
        expect(hers.get_by_role("heading", name="Votre espace")).to_be_visible()

        shops = chromium.new_context(locale="fr-FR").new_page()
        shops.goto(server.url + "clients/c-camille/")
        shops.get_by_label("Compte").fill(server.account)
        shops.get_by_label("Mot de passe").fill(server.password)
        shops.keyboard.press("Enter")
        expect(shops.get_by_role("heading", name="Camille Chalain")).to_be_visible()
        light = shops.locator(".lights li, .light, .fact").filter(has_text="Courrier").first
        expect(light).to_contain_text("opposition")
        assert complaints == []
