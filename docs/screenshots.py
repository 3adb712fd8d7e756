"""Take a picture of every page of the web application, light, dark, on a tablet, a telephone and on paper.

    python -m docs.screenshots demo/base [--customer "chalin helene"] [--out docs/images] [--only dossier]

Serves the snapshot in force from a folder of its own: nothing is written to the base. Look at what it wrote.
The README's pictures, KEPT, are the only ones in the repository; the others are not.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright
from tests.web.browsing import CHROMIUM, QUIET, sign_in
from tests.web.mailbox import link_in
from tests.web.retailer import Retailer, retailer

LOOKS: dict[str, dict[str, Any]] = {
    "": {"viewport": {"width": 1360, "height": 960}, "color_scheme": "light"},
    "-sombre": {"viewport": {"width": 1360, "height": 960}, "color_scheme": "dark"},
    "-tablette": {"viewport": {"width": 820, "height": 1180}, "color_scheme": "light"},
    "-telephone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "device_scale_factor": 2},
    "-papier": {"viewport": {"width": 794, "height": 1123}, "color_scheme": "light"},
}
KEPT = ("dossier", "doublons", "appel")
"""The README's three, in the light look."""

FILE_PARTS = ("achats", "foyer", "projets", "voix", "fidelite", "coordonnees", "origine")
"""Tabs of a customer's file."""

OF_CUSTOMER = {
    "noter": "noter/",
    "corriger": "corriger/",
    "consentement": "consentement/",
    "ouvrir-dossier": "dossier/",
    "ecrits": "ecrits/",
    "separer": "separer/",
}
"""Name of a picture → page of the customer, as it stands alone."""

PAGES = {
    "accueil": "",
    "base": "base/",
    "clients": "clients/",
    "personne": "clients/?q=zzzzzz",
    "lexique": "lexique/",
    "telephone": "telephone/",
    "telephone-inconnu": "telephone/?phone=0699999999",
    "a-rappeler": "a-rappeler/",
    "doublons": "doublons/",
    "doublons-decisions": "doublons/decisions/",
    "doublons-accord": "doublons/accord/",
    "comprendre": "comprendre/",
    "segments": "segments/",
    "segments-comparer": "segments/comparer/",
    "segments-recouper": "segments/recouper/",
    "journal": "journal/",
    "journal-demandes": "journal/demandes/",
    "journal-inhabituel": "journal/inhabituel/",
    "journal-exports": "journal/exports/",
    "journal-connexions": "journal/connexions/",
    "journal-comptes": "journal/comptes/",
    "comptes": "comptes/",
    "compte-nouveau": "comptes/nouveau/",
    "regions": "comptes/regions/",
    "compte": "compte/",
    "mot-de-passe": "compte/mot-de-passe/",
    "double": "compte/double/",
    "confirmer": "compte/confirmer/",
    "rien-ici": "nulle-part/",
}
"""Name of a picture → address of its page; a part that adds a page adds it here."""

OWN_PAGES = ("dossier", "historique", "corriger", "preferences", "effacer")
"""Pages of the customers' own space."""

Shoot = Callable[..., None]


def write_a_little(page: Page, url: str, file: str) -> None:
    """Note a contact to come back to, decide two pairs and save a segment: pages are shown with something on them."""
    page.goto(f"{file}noter/")
    page.get_by_label("Motif").fill("Devis")
    page.get_by_label("Note", exact=True).fill("Terrasse en bois, rappeler après le 15")
    page.get_by_role("radio", name="Dans une semaine").check()
    page.get_by_role("button", name="Garder").click()
    page.goto(f"{url}doublons/")
    for key in "mk":
        if page.locator(f"[data-key='{key}']").count():
            with page.expect_response("**/doublons/decider/"):
                page.keyboard.press(key)
    page.goto(f"{url}segments/nouveau/")
    for typed in ("carte", "jardin 2 fois"):
        page.get_by_role("combobox", name="Ajouter une condition").fill(typed)
        page.keyboard.press("Enter")
        page.wait_for_load_state("networkidle")
    page.get_by_label("Nom", exact=True).fill("Jardiniers à carte")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Jardiniers à carte")).to_be_visible()


def found(page: Page, url: str, customer: str) -> str:
    """Return the address of the file of the customer looked for."""
    page.goto(f"{url}clients/?q={customer}")
    link = page.locator(".hits a")
    return url.rstrip("/") + str(link.first.get_attribute("href")) if link.count() else page.url


def signed_in_pages(page: Page, made: Retailer, customer: str, shoot: Shoot) -> None:
    """Take the pages of someone who may do everything."""
    url = made.server.url
    page.goto(url)
    shoot("connexion")
    sign_in(page, made.server)
    file = found(page, url, customer)
    if not made.stored("select 1 from desk_line"):
        write_a_little(page, url, file)
    page.goto(url)
    page.fill("#q", customer)
    page.wait_for_selector('#panel [role="option"]', state="attached")
    shoot("recherche", whole=False)
    page.goto(f"{url}clients/?q=martin")
    shoot("reponses")
    page.goto(file)
    shoot("dossier", whole=False)
    shoot("dossier-entier")
    page.locator(".defined summary").first.click()
    shoot("definition", whole=False)
    page.goto(file)
    page.keyboard.press("n")
    page.wait_for_selector("#desk-panel form")
    shoot("tiroir", whole=False)
    for name, place in [*((part, f"{part}/") for part in FILE_PARTS), *OF_CUSTOMER.items()]:
        page.goto(file + place)
        shoot(name)
    page.goto(file.replace("/clients/", "/telephone/"))
    shoot("appel")
    for name, place in PAGES.items():
        page.goto(url + place)
        shoot(name)
    page.goto(f"{url}comprendre/")
    studies = page.locator("#main a[href^='/comprendre/']").evaluate_all("all => all.map(one => one.pathname)")
    for place in dict.fromkeys(studies):
        page.goto(url.rstrip("/") + place)
        shoot(f"comprendre-{place.strip('/').partition('/')[2]}")
    page.goto(f"{url}segments/")
    page.get_by_role("link", name="Jardiniers à carte").first.click()
    page.wait_for_selector("#study section")
    shoot("segment", whole=False)


def refused_pages(page: Page, made: Retailer, customer: str, shoot: Shoot) -> None:
    """Take what an adviser without a shop meets: the question why, and a refusal."""
    sign_in(page, made.server, "omar")
    page.goto(found(page, made.server.url, customer))
    shoot("motif")
    page.goto(made.server.url + "doublons/")
    shoot("refus")


def own_pages(page: Page, made: Retailer, email: str, shoot: Shoot) -> None:
    """Take the customer's own space."""
    url = made.server.url
    page.goto(f"{url}moi/")
    shoot("moi")
    page.fill("#id_email", email)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Regardez vos messages')")
    shoot("moi-envoye")
    page.goto(url + link_in(made.box.next()).lstrip("/"))
    shoot("moi-lien")
    page.click("button.button-main")
    for one in OWN_PAGES:
        page.goto(f"{url}moi/{one}/")
        shoot(f"moi-{one}")


def take(made: Retailer, customer: str, out: Path, look: str, only: str) -> None:
    """Take every page in one look, each audience in a browser of its own."""

    def opened() -> tuple[Page, Shoot]:
        page = made.chromium.new_context(locale="fr-FR", **LOOKS[look]).new_page()
        is_paper = look == "-papier"

        def shoot(name: str, *, whole: bool = True) -> None:
            if only in ("", name):
                page.wait_for_load_state("networkidle")
                if is_paper:  # for the picture alone: what is clicked and typed in is not on paper
                    page.emulate_media(media="print")
                page.screenshot(path=out / f"{name}{look}.png", full_page=whole or is_paper)
                if is_paper:
                    page.emulate_media(media="screen")

        return page, shoot

    page, shoot = opened()
    signed_in_pages(page, made, customer, shoot)
    page.goto(found(page, made.server.url, customer) + "coordonnees/")
    address = re.search(r"[\w.+-]+@[\w-]+\.[\w.]+", page.inner_text("#main"))
    page.context.close()
    page, shoot = opened()
    refused_pages(page, made, customer, shoot)
    page.context.close()
    if address:
        page, shoot = opened()
        own_pages(page, made, address[0], shoot)
        page.context.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("--customer", default="chalin helene")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "images")
    parser.add_argument("--look", choices=LOOKS, help="one look; all of them when not given")
    parser.add_argument("--only", default="", help="one picture, in the light look, for instance dossier")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    looks = [options.look] if options.look is not None else [""] if options.only else list(LOOKS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        base = Path(folder) / "base"
        base.mkdir()
        for name in ("chaland.toml", "snapshots"):
            (base / name).symlink_to((options.base / name).resolve())
        (base / "current").symlink_to((options.base / "current").readlink())
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--hide-scrollbars"])
        with retailer(chromium, base, "") as made:
            for look in looks:
                take(made, options.customer, options.out, look, options.only)
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
