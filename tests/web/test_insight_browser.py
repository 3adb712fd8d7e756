"""Understand in real Chromium: no accessibility violation, by night too; by keyboard; on a telephone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, StorageState, expect
from tests.web.browsing import CONTRAST, NEEDS_CHROMIUM, browsing, violations
from tests.web.serving import Server
from tests.web.studied import publish_studied

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

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def served_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a base with a crowd, and every study made."""
    folder = tmp_path_factory.mktemp("understand") / "base"
    publish_studied(folder)
    return folder


@pytest.mark.parametrize(
    ("scheme", "options"), [("light", None), pytest.param("dark", CONTRAST, marks=pytest.mark.long)]
)
def test_no_page_of_understand_has_an_accessibility_violation_nor_overflows_a_telephone(
    chromium: Browser,
    server: Server,
    session: StorageState,
    scheme: Literal["light", "dark"],
    options: dict[str, object] | None,
) -> None:
    found: dict[str, list[str]] = {}
    with browsing(chromium, server, session, scheme=scheme) as page:
        for address in PAGES:
            page.set_viewport_size({"width": 1360, "height": 900})
            page.goto(f"{server.url}comprendre/{address}")
            for summary in page.locator("summary").all()[:3]:
                summary.click()
            found[address] = violations(page, options)
            page.set_viewport_size({"width": 360, "height": 780})
            wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            if wide > 0:
                found[address].append(f"{wide} pixels too wide")
    assert {address: one for address, one in found.items() if one} == {}


def test_a_definition_and_an_export_are_reached_by_keyboard(
    chromium: Browser, server: Server, session: StorageState
) -> None:
    with browsing(chromium, server, session) as page:
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
