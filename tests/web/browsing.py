"""A page of real Chromium: opened, signed in by its form, listened to, judged by axe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState, expect
from tests.web.serving import Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (make test installs it as root on Debian)"),
]
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""Colours are all that dark mode changes."""
REFUSED = ("Failed to load resource", "Response Status Error Code")
"""How the lines start that Chromium and htmx write of an answer 403, 404 or 500."""

expect.set_options(timeout=20_000)  # a machine that does something else is slow, not wrong


@contextmanager
def browsing(
    chromium: Browser,
    server: Server,
    session: StorageState | None = None,
    *,
    scheme: Literal["light", "dark"] = "light",
    width: int = 1360,
    meets_refusals: bool = False,
) -> Iterator[Page]:
    """Give a page of a browser of its own, which may complain of nothing nor ask anything of another server.

    Args:
        session: cookies of someone signed in; None for a stranger.
        meets_refusals: answers 403, 404 and 500 are part of the test, whatever the console says of them.
    """
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale="fr-FR",
        storage_state=session,
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(server.url) else complaints.append(request.url))
    try:
        yield page
    finally:
        context.close()
    heard = [one for one in complaints if not (meets_refusals and one.startswith(REFUSED))]
    assert heard == [], heard


def sign_in(page: Page, server: Server, account: str = "", address: str = "") -> None:
    """Ask for an address, and sign in by the form it leads to; the account is the server's own when not given."""
    page.goto(server.url + address)
    page.get_by_label("Compte").fill(account or server.account)
    page.get_by_label("Mot de passe").fill(server.password)
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_visible()
    page.wait_for_load_state("load")  # the scripts that hear the keyboard are there


def violations(page: Page, options: dict[str, object] | None = None) -> list[str]:
    """Return what axe reproaches to the page shown."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]
