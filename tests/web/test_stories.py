"""Six stories from sign-in to effect, in real Chromium, on each store: one server plays them all.

The effect is read where it must be: in the store, in the log of accesses, in the files of the base for the next build.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.postgres_server import postgres_server
from tests.web.browsing import NEEDS_CHROMIUM, browsing
from tests.web.conftest import BaseMaker
from tests.web.mailbox import link_in
from tests.web.published import PAIRS
from tests.web.retailer import Retailer, retailer

pytestmark = NEEDS_CHROMIUM

CAMILLE, PAUL = "clients/c-camille/", "clients/c-paul/"
"""A customer of Lille, and one who has nothing to do with it."""


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of the store: "" for SQLite beside the base."""
    if request.param == "sqlite":
        yield ""
    else:
        with postgres_server() as url:
            yield url.replace("postgresql+psycopg://", "postgresql://")


@pytest.fixture(scope="module")
def shop(
    chromium: Browser, new_base: BaseMaker, tmp_path_factory: pytest.TempPathFactory, store: str
) -> Iterator[Retailer]:
    with retailer(chromium, new_base(tmp_path_factory.mktemp("stories") / "base"), store) as made:
        yield made


def test_an_adviser_finds_in_three_keystrokes_reads_everything_writes_and_undoes(shop: Retailer) -> None:
    with shop.opened("nadia") as page:
        page.keyboard.press("/")
        page.keyboard.type("cam")
        page.keyboard.press("Enter")  # before the answers came: it waits for them
        expect(page.get_by_role("heading", name="Camille Chalain")).to_be_visible()
        expect(page.get_by_role("link", name="1 dossier ouvert")).to_be_visible()
        expect(page.get_by_text("Le rappeler pour son dossier")).to_be_visible()
        read_the_file(page)

        page.wait_for_load_state("load")
        page.keyboard.press("n")
        drawer = page.get_by_role("dialog", name="Noter un contact")
        expect(drawer.get_by_label("Motif")).to_be_focused()
        page.keyboard.press("Escape")
        expect(drawer).to_have_count(0)
        page.keyboard.press("n")
        expect(drawer.get_by_label("Motif")).to_be_focused()
        page.keyboard.type("Devis")
        page.keyboard.press("Tab")
        page.keyboard.type("Terrasse en bois, rappeler après le 15")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Contact noté.")).to_be_visible()
        page.get_by_role("link", name="Historique").click()
        expect(page.locator("#history").get_by_text("Terrasse en bois, rappeler après le 15")).to_have_count(1)

        page.wait_for_load_state("load")  # before, the link leads to a page of its own
        page.get_by_role("link", name="Corriger").click()
        drawer = page.get_by_role("dialog", name="Corriger ce qu’on sait")
        drawer.get_by_role("textbox", name="Mobile").fill("06 99 88 77 66")
        drawer.get_by_label("Pourquoi").fill("dit au téléphone")
        drawer.get_by_role("button", name="Garder la correction").click()
        expect(page.get_by_text("06 99 88 77 66").first).to_be_visible()
        page.get_by_role("button", name=re.compile("Annuler.*Correction")).click()
        expect(page.get_by_text("Repris. L’historique en garde la trace.")).to_be_visible()
        expect(page.get_by_text("06 99 88 77 66")).to_have_count(0)

        page.get_by_role("button", name="Se déconnecter").click()
        expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()

    lines = "select kind, customer_id, is_withdrawn from desk_line where user_name = 'nadia' order by id"
    assert [(kind, customer, bool(undone)) for kind, customer, undone in shop.stored(lines)] == [
        ("contact", "c-camille", False), ("correction", "c-camille", False), ("correction", "c-camille", True)
    ]  # fmt: skip
    noted = [(row["channel"], row["reason"], row["author"]) for row in shop.kept("desk/contacts.csv")]
    assert ("phone", "Devis", "nadia") in noted
    assert [bool(row["withdrawn_at"]) for row in shop.kept("desk/corrections.csv")] == [False, True]
    assert {(customer, ground) for customer, _, ground, _ in shop.opened_files("nadia")} == {("c-camille", "shop")}


def read_the_file(page: Page) -> None:
    """Read a definition, a ticket to its lines, one word of the history, and where a value comes from."""
    page.locator(".defined summary").get_by_text("Achats, 12 mois").click()
    opened = page.locator(".defined[open]")
    expect(opened.get_by_text("retours déduits, toutes taxes comprises")).to_be_visible()
    page.keyboard.press("Escape")
    history = page.locator("#history")
    history.get_by_text("Ticket T1").click()
    expect(history.get_by_role("cell", name=re.compile("Sécateur"))).to_be_visible()
    history.get_by_role("searchbox").fill("livraison")
    page.keyboard.press("Enter")
    expect(page.locator("#history .event")).to_have_count(1)
    page.get_by_role("link", name="Origine").click()
    expect(page.get_by_text("card.csv, ligne 3").first).to_be_visible()


def test_a_call_opens_the_file_and_one_key_notes_it_without_a_mouse(shop: Retailer) -> None:
    with shop.opened("omar", "telephone/?phone=0612345678") as page:
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

        page.goto(shop.server.url + "telephone/?phone=0299304050")
        expect(page.get_by_role("heading", name=re.compile("qui appelle"))).to_be_visible()
        expect(page.locator(".call-hit").first).to_be_focused()
        page.goto(shop.server.url + "telephone/?phone=0612345678")
        expect(page.get_by_text("À rappeler").first).to_be_visible()  # what was noted is there for the next call

    assert shop.stored("select kind, customer_id from desk_line where user_name = 'omar'") == [("contact", "c-camille")]
    noted = [row for row in shop.kept("desk/contacts.csv") if row["author"] == "omar"]
    assert [(row["channel"], row["direction"], row["outcome"]) for row in noted] == [("phone", "in", "À rappeler")]
    assert {(page, ground) for customer, page, ground, _ in shop.opened_files("omar") if customer == "c-camille"} == {
        ("phone", "reason")
    }


def test_a_steward_merges_by_keyboard_undoes_and_takes_a_customer_apart(shop: Retailer) -> None:
    first, second = PAIRS
    with shop.opened("sonia", "doublons/") as page:
        heading = page.get_by_role("columnheader", name=first[0])
        expect(heading).to_be_visible()
        page.keyboard.press("m")
        expect(page.get_by_role("columnheader", name=second[0])).to_be_visible()
        page.keyboard.press("k")
        expect(page.get_by_text("Plus rien à décider")).to_be_visible()
        page.keyboard.press("u")
        expect(page.get_by_role("columnheader", name=second[0])).to_be_visible()
        page.keyboard.press("u")
        expect(heading).to_be_visible()
        page.keyboard.press("s")
        expect(page.get_by_role("columnheader", name=second[0])).to_be_visible()

        page.goto(shop.server.url + CAMILLE + "origine/")
        page.get_by_role("link", name="Défusionner").click()
        page.get_by_role("textbox", name="Pourquoi").first.fill("mère et fille")
        page.get_by_role("button", name=re.compile("^Séparer")).first.click()
        expect(page.get_by_role("heading", name="Décidé, attend la prochaine construction")).to_be_visible()
        expect(page.get_by_text("mère et fille")).to_be_visible()
        page.get_by_role("button", name=re.compile("^Annuler")).click()
        expect(page.get_by_role("heading", name="Décidé, attend la prochaine construction")).to_have_count(0)

    told = [(row["record_id_l"], row["decision"]) for row in shop.kept("decisions.csv")]
    assert told[:4] == [
        (first[0], "same"), (second[0], "apart"), (second[0], "withdrawn"), (first[0], "withdrawn")
    ]  # fmt: skip
    assert [decision for _, decision in told[4:]] == ["apart", "withdrawn"]
    words = shop.stored("select answer from steward_judgement where user_name = 'sonia' order by id")
    assert [word for (word,) in words] == ["same", "apart", "withdrawn", "withdrawn", "skip", "apart", "withdrawn"]
    looked_at = shop.opened_files("sonia")
    assert {customer for customer, page, _, _ in looked_at if page == "pair"} == {
        "c-lucas", "c-louis", "c-paul", "c-julie"
    }  # fmt: skip
    assert ("c-camille", "separate", "role", "") in looked_at


def test_a_shop_manager_is_refused_elsewhere_and_nothing_of_it_is_read_or_written(shop: Retailer) -> None:
    with shop.opened("denis", CAMILLE, meets_refusals=True) as page:
        expect(page.get_by_role("heading", name="Camille Chalain")).to_be_visible()
        menu = page.get_by_role("navigation", name="Menu principal").get_by_role("link")
        expect(menu).to_have_text(["Clients", "Au téléphone", "À rappeler", "Comprendre"])
        for address in ("base/", "doublons/", "segments/", "journal/", "comptes/", CAMILLE + "separer/"):
            answer = page.goto(shop.server.url + address)
            assert answer
            assert (address, answer.status) == (address, 403)
            expect(page.get_by_role("heading", name="Accès refusé")).to_be_visible()

        page.goto(shop.server.url + "clients/")
        page.keyboard.press("/")
        page.keyboard.type("bernard", delay=20)  # customers of another shop: by a name, they are nobody
        expect(page.get_by_text("Aucun client de vos magasins ne répond à cela")).to_be_visible()
        page.keyboard.press("Control+k")
        page.keyboard.type("1005", delay=20)  # by the whole number of a card, one is somebody without a name
        expect(page.get_by_role("option", name=re.compile("P•••• B••••"))).to_be_visible()
        for address in (PAUL, PAUL + "achats/", PAUL + "origine/", PAUL + "noter/", PAUL + "corriger/"):
            page.goto(shop.server.url + address)
            expect(page.get_by_role("heading", name="Un client d’un autre magasin")).to_be_visible()
            expect(page.get_by_text("Bernard")).to_have_count(0)
        page.get_by_role("button", name="Mes mots seuls").click()
        expect(page.get_by_role("alert")).to_contain_text("Un motif est nécessaire")
        answered = page.request.post(
            shop.server.url + PAUL + "noter/",
            form={"channel": "phone", "direction": "in", "reason": "Devis", "csrfmiddlewaretoken": token_of(page)},
            headers={"Referer": shop.server.url},
        )
        assert "Un client d’un autre magasin" in answered.text()

    assert {customer for customer, _, _, _ in shop.opened_files("denis")} == {"c-camille"}
    for table in ("accounts_reason", "accounts_export", "desk_line", "steward_judgement"):
        assert (table, shop.stored(f"select count(*) from {table} where user_name = 'denis'")) == (table, [(0,)])


def token_of(page: Page) -> str:
    return str(page.locator("[name='csrfmiddlewaretoken']").first.get_attribute("value"))


def test_a_privacy_officer_reads_who_opened_a_file_why_and_takes_the_proof_away(shop: Retailer, tmp_path: Path) -> None:
    with shop.opened("nadia", "clients/c-dominique/") as page:  # a customer of Nantes, who stands in Lille
        page.get_by_role("button", name="Le client est au magasin").click()
        expect(page.get_by_role("heading", name="Dominique Leroy")).to_be_visible()

    with shop.opened("agnes", "journal/") as page:
        page.get_by_label("N° de client").fill("c-dominique")
        page.get_by_label("Personne").fill("NADIA")
        page.get_by_role("button", name="Montrer").click()
        lines = page.get_by_role("row")
        expect(lines).to_have_count(2)  # that of the titles, and hers
        expect(lines.last).to_contain_text("c-dominique")
        expect(lines.last).to_contain_text("motif donné")
        expect(lines.last).to_contain_text("Le client est au magasin")
        with page.expect_download() as download:
            page.get_by_role("link", name="Fichier CSV").click()
        download.value.save_as(tmp_path / "log.csv")
        page.get_by_role("link", name="Exports").click()
        expect(page.get_by_role("row").last).to_contain_text("agnes")
        page.get_by_role("link", name="Connexions").click()
        expect(page.get_by_role("row").nth(1)).to_contain_text("agnes")
        page.get_by_role("link", name="Inhabituel").click()
        expect(page.get_by_role("heading", name="Ce qui mérite une question")).to_be_visible()

    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as stream:
        _, *told = csv.reader(stream, delimiter=";")
    assert [(row[1], row[2], row[5]) for row in told] == [("nadia", "c-dominique", "Le client est au magasin")]
    assert shop.stored("select user_name, what, rows from accounts_export") == [("agnes", "access log", 1)]
    with pytest.raises(Exception, match="append-only"):
        shop.stored("delete from accounts_access where user_name = 'nadia'")
    assert ("c-dominique", "file", "reason", "Le client est au magasin") in shop.opened_files("nadia")


def test_a_customer_stops_the_letters_and_the_shop_sees_it_at_once(shop: Retailer) -> None:
    with browsing(shop.chromium, shop.server) as hers:
        hers.goto(shop.server.url + "moi/")
        hers.get_by_label("Votre adresse e-mail").fill("camille.chalain@orange.fr")
        hers.keyboard.press("Enter")
        expect(hers.get_by_role("heading", name="Regardez vos messages")).to_be_visible()
        hers.goto(shop.server.url + link_in(shop.box.next()).lstrip("/"))
        expect(hers.get_by_role("button", name="Ouvrir")).to_be_focused()
        hers.keyboard.press("Enter")
        expect(hers.get_by_role("heading", name="Bonjour Camille Chalain")).to_be_visible()
        hers.get_by_role("link", name="Choisir").click()
        post = hers.get_by_role("group", name="Courrier")
        expect(post.get_by_role("radio", name="Oui")).to_be_checked()
        post.get_by_role("radio", name="Non").check()
        hers.get_by_role("button", name="Garder mes choix").click()
        expect(hers.get_by_role("status")).to_contain_text("Vos choix sont gardés")
        expect(post.get_by_role("radio", name="Non")).to_be_checked()
        hers.get_by_role("button", name="Quitter").click()
        hers.goto(shop.server.url + "moi/dossier/")
        expect(hers.get_by_role("heading", name="Votre espace")).to_be_visible()

    with shop.opened("nadia", CAMILLE) as page:
        expect(page.get_by_role("heading", name="Camille Chalain")).to_be_visible()
        light = page.locator(".lights li, .light, .fact").filter(has_text="Courrier").first
        expect(light).to_contain_text("opposition")

    said = [(row["channel"], row["answer"], row["author"]) for row in shop.kept("desk/consents.csv")]
    assert said == [("post", "no", "c-camille")]
    assert shop.stored("select kind, user_id from desk_line where user_name = 'c-camille'") == [("consent", None)]
    assert {ground for _, _, ground, _ in shop.opened_files("c-camille")} == {"own"}
