"""Understand in real Chromium: no accessibility violation, by night too; by keyboard; on a telephone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.web.serving import Server, serve
from tests.web.studied import publish_studied

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""Colours are all that dark mode changes."""
PAGES = (
    "",
    "segments-rfm/",
    "concentration/",
    "chiffre-affaires/",
    "cohortes/",
    "valeur/",
    "attrition/",
    "paniers/?niveau=department",
    "parcours/",
    "fidelisation/",
    "profil/",
    "zones/",
    "canaux/",
    "satisfaction/",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (make test installs it as root on Debian)"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("understand") / "base"
    publish_studied(folder)
    with serve(folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
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
    page.goto(server.url)
    page.get_by_label("Compte").fill(server.account)
    page.get_by_label("Mot de passe").fill(server.password)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "connexion" not in url)
    return page, complaints


@pytest.mark.parametrize(
    ("scheme", "options"), [("light", None), pytest.param("dark", CONTRAST, marks=pytest.mark.long)]
)
def test_no_page_of_understand_has_an_accessibility_violation_nor_overflows_a_telephone(
    chromium: Browser, server: Server, scheme: str, options: dict[str, object] | None
) -> None:
    page, complaints = open_page(chromium, server, scheme=scheme)
    found: dict[str, list[str]] = {}
    for address in PAGES:
        page.set_viewport_size({"width": 1360, "height": 900})
        page.goto(f"{server.url}comprendre/{address}")
        for summary in page.locator("summary").all()[:3]:
            summary.click()
        violations = Axe().run(page, options=options).response["violations"]
        found[address] = [f"{one['id']}: {node['target']}" for one in violations for node in one["nodes"]]
        page.set_viewport_size({"width": 360, "height": 780})
        wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            found[address].append(f"{wide} pixels too wide")
    page.context.close()
    assert {address: one for address, one in found.items() if one} == {}
    assert complaints == []


def test_a_definition_and_an_export_are_reached_by_keyboard(chromium: Browser, server: Server) -> None:
    page, complaints = open_page(chromium, server)
    page.goto(f"{server.url}comprendre/")
    page.get_by_role("link", name=re.compile("Concentration")).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Concentration", exact=True)).to_be_visible()
    definition = page.locator("summary", has_text="Définition : Gini")
    definition.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 quand tous les clients apportent autant")).to_be_visible()
    export = page.get_by_role("link", name="Chiffres : Courbe de Lorenz (CSV)")
    export.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "concentration-lorenz.csv"
    page.context.close()
    assert complaints == []
