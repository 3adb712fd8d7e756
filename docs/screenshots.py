"""Take a picture of every page of the web application, light, dark, on a tablet, a telephone and on paper.

    python docs/screenshots.py demo/base [--customer "chalin helene"] [--out docs/images] [--only dossier]

Starts `chaland serve` on the base with the demonstration account, and Chromium; look at what it wrote.
`docs/images/dossier.png` is the README's picture; the others are not kept in the repository.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
LOOKS = {
    "": {"viewport": {"width": 1360, "height": 960}, "color_scheme": "light"},
    "-sombre": {"viewport": {"width": 1360, "height": 960}, "color_scheme": "dark"},
    "-tablette": {"viewport": {"width": 820, "height": 1180}, "color_scheme": "light"},
    "-telephone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "device_scale_factor": 2},
    "-papier": {"viewport": {"width": 794, "height": 1123}, "color_scheme": "light"},
}


FILE_PARTS = ("achats", "foyer", "projets", "voix", "fidelite", "coordonnees", "origine")
"""Tabs of a customer's file."""

PAGES = {
    "base": "base/",
    "clients": "clients/",
    "personne": "clients/?q=zzzzzz",
    "lexique": "lexique/",
    "telephone": "telephone/",
    "telephone-inconnu": "telephone/?phone=0699999999",
    "a-rappeler": "a-rappeler/",
    "doublons": "doublons/",
    "comprendre": "comprendre/",
    "segments": "segments/",
    "rien-ici": "nulle-part/",
}
"""Name of a picture → address of its page; a part that adds a page adds it here."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(base: Path, port: int) -> tuple[subprocess.Popen[str], str]:
    """Start the server; return it with the password it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "chaland.cli", "serve", str(base), "--port", str(port), "--demo-account"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "CHALAND_LANG": "fr", "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    for line in process.stdout:
        found = re.search(r"mot de passe (\S+)", line)
        if found:
            break
    else:
        raise SystemExit("the server did not start")
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/vivant/", timeout=2).read()
            return process, found[1]
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not answer")


def sign_in(page: Page, url: str, password: str) -> None:
    page.goto(url)
    page.fill("#id_username", "demo")
    page.fill("#id_password", password)
    page.click("button.button-main")
    page.wait_for_selector("#main")


def take(browser: Browser, url: str, password: str, customer: str, out: Path, look: str, only: str) -> None:
    """Take every page in one look."""
    context = browser.new_context(locale="fr-FR", **LOOKS[look])  # type: ignore[arg-type]
    page = context.new_page()
    if look == "-papier":
        page.emulate_media(media="print")

    def shoot(name: str, *, whole: bool = True) -> None:
        if only in ("", name):
            page.wait_for_load_state("networkidle")
            page.screenshot(path=out / f"{name}{look}.png", full_page=whole)

    page.goto(url)
    shoot("connexion")
    sign_in(page, url, password)
    shoot("accueil")
    if look != "-papier":
        page.fill("#q", customer)
        page.wait_for_selector('[role="option"]')
        shoot("recherche", whole=False)
    page.goto(f"{url}clients/?q={customer}")
    shoot("reponses")
    file = page.locator(".hits a").first.get_attribute("href") if page.locator(".hits a").count() else None
    address = url.rstrip("/") + (file or page.url.removeprefix(url.rstrip("/")))
    page.goto(address)
    shoot("dossier", whole=look == "-papier")
    shoot("dossier-entier")
    for part in FILE_PARTS:
        page.goto(f"{address}{part}/")
        shoot(part)
    page.goto(address)
    page.locator(".defined summary").first.click()
    shoot("definition", whole=False)
    page.goto(url + "telephone" + address.removeprefix(url.rstrip("/")).removeprefix("/clients"))
    shoot("appel")
    for name, place in PAGES.items():
        page.goto(url + place)
        shoot(name)
    context.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("--customer", default="chalin helene")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "images")
    parser.add_argument("--only", default="", help="one page, in the light look, for instance dossier")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise SystemExit("Chromium is not installed")
    port = free_port()
    server, password = start(options.base, port)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
            for look in [""] if options.only else LOOKS:
                take(
                    browser,
                    f"http://127.0.0.1:{port}/",
                    password,
                    options.customer,
                    options.out,
                    look,
                    options.only,
                )
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
