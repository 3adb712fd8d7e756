"""What the file of a customer says, and how its timeline is paged and filtered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from django.test import Client
from tests.web.conftest import BaseMaker
from tests.web.published import EVERY_EVENT, OLD_TICKETS

from chaland.errors import ChalandError
from chaland.language import say
from chaland.publish import CurrentSnapshot, Reader
from chaland.publish.place import DATABASE, PREPARED

FILE = "/clients/c-camille/"


def text_of(browser: Client, page: str, **headers: str) -> str:
    """Return a page's text without tags, no-break spaces as spaces."""
    html = browser.get(page, headers=headers, follow=True).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'"))


def test_the_head_says_who_he_is_and_why_he_may_not_be_called(alice: Client) -> None:
    text = text_of(alice, FILE)
    for words in (
        "Camille Chalain",
        "47 ans",
        "Carte 1001 · Palier de la carte Or",
        "1 dossier ouvert",
        "Téléphone · opposition",
    ):
        assert words in text


def test_the_tier_of_the_card_is_told_with_where_it_comes_from(alice: Client) -> None:
    assert "Palier de la carte Or card , 5 mars 2026" in text_of(alice, FILE + "origine/").replace("card,", "card ,")
    assert "Palier de la carte Or" in text_of(alice, FILE + "fidelite/")
    assert "Palier" not in text_of(alice, "/clients/c-louis/")  # a card, and no tier
    assert "Card tier Or" in text_of(alice, FILE, **{"Accept-Language": "en"})


def test_each_value_has_its_source_and_date(alice: Client) -> None:
    text = text_of(alice, FILE)
    assert "06 12 34 56 78" in text
    assert "survey · 1er juin 2026" in text


def test_every_grade_is_told_with_its_reason_and_what_is_missing_too(alice: Client) -> None:
    html = alice.get(FILE).content.decode()
    assert 'role="img" aria-label="Note B\u00a0: valable une fois remis en forme"' in html
    text = text_of(alice, FILE)
    assert "B valable une fois remis en forme · survey · 1er juin 2026" in text
    assert "Téléphone E absent" in text  # she gave a mobile only


def test_a_letter_that_came_back_is_told_where_the_address_stands(alice: Client) -> None:
    assert "Le courrier revient" in text_of(alice, "/clients/c-louis/")
    text = text_of(alice, "/clients/c-louis/coordonnees/")
    for words in (
        "D le courrier en est revenu",
        "Revenu le 1er févr. 2026 inconnu à l’adresse · returned",
        "Courrier revenu on n’y écrit plus inconnu à l’adresse (PND2) · Courrier · "
        "reconnu par nom et adresse (probable) · returned · 1er févr. 2026",
    ):
        assert words in text


def test_external_lists_tell_what_they_say_and_what_they_change(alice: Client) -> None:
    text = text_of(alice, FILE + "coordonnees/")
    for words in (
        "Haut potentiel marqué à haut potentiel reconnu par n° de client (certain) · potential · 3 mai 2026",
        "Courrier revenu on n’y écrit plus boîte inexistante (5.1.1) · E-mail · reconnu par e-mail (certain) · bounces",
        "Enrichissement complète, ne remplace rien",
    ):
        assert words in text
    paul = text_of(alice, "/clients/c-paul/coordonnees/")
    assert "Courrier revenu ne change rien pour l’instant pli non réclamé (PND4)" in paul
    assert "Mauvais payeur marqué mauvais payeur" in paul


def test_what_lists_add_stands_beside_his_own_word(alice: Client) -> None:
    text = text_of(alice, FILE + "origine/")
    for words in (
        "c.chalain@gmail.com web_customers",
        "D les messages en sont revenus Revenu le 2 avr. 2026 boîte inexistante · bounces",
        "Téléphone 03 20 30 40 50 d’une liste externe enriched, 1er juin 2026",
        "Tranche de revenus 30 à 40 k€ enriched, 1er juin 2026 · reconnu par n° de client (certain)",
        "Profession Paysagiste",
        "returns/1.eml, ligne 2",
    ):
        assert words in text


def test_three_systems_meet_in_one_timeline(alice: Client) -> None:
    text = text_of(alice, FILE)
    assert "Ticket T1" in text
    assert "Appel reçu · livraison" in text
    assert "recommande 9/10" in text


def test_a_ticket_shows_its_points_amount_and_departments(alice: Client) -> None:
    text = text_of(alice, FILE)
    assert "Ticket T1 · LIL · 3 lignes · +57 points" in text
    assert "56,86 €" in text


def test_free_text_is_escaped(alice: Client) -> None:
    html = alice.get(FILE).content.decode()
    assert "Photo demandée &lt;b&gt;par&lt;/b&gt; e-mail" in html


def events(html: str) -> int:
    return len(re.findall(r'<li class="event event-', html))


def test_the_timeline_is_paged_to_its_end_without_losing_or_repeating_an_event(alice: Client) -> None:
    first = alice.get(FILE).content.decode()
    following = re.search(r'hx-get="([^"]+debut=30[^"]*)"', first)
    assert following
    second = alice.get(following.group(1).replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert (events(first), events(second)) == (30, EVERY_EVENT - 30)
    assert "debut=60" not in second
    tickets = re.findall(r"tickets/tills:(\w+)/\" hx-trigger", first + second)
    assert len(tickets) == len(set(tickets)) == OLD_TICKETS + 4


def test_a_year_already_shown_is_not_told_again_on_the_next_page(alice: Client) -> None:
    part = alice.get(FILE + "historique/?debut=30&annee=2023", headers={"HX-Request": "true"}).content.decode()
    assert '<li class="year"><span>2023' not in part
    assert '<li class="year"><span>2022' in part


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("ticket", 30),
        ("return", 1),
        ("contact", 1),
        ("case", 1),
        ("survey", 1),
        ("web", 2),
        ("loyalty", 2),
        ("consent", 3),
        ("merge", 1),
    ],
)
def test_one_kind_of_event_is_shown_alone(alice: Client, kind: str, count: int) -> None:
    html = alice.get(f"{FILE}?genre={kind}").content.decode()
    assert events(html) == html.count(f"event event-{kind}") == count


def test_the_history_is_searched_by_word_and_period_and_its_chips_count_what_is_found(alice: Client) -> None:
    html = alice.get(f"{FILE}?texte=t1").content.decode()
    assert re.findall(r"tickets/tills:(\w+)/\" hx-trigger", html) == ["T1"]
    assert ("Tout <span>1</span>" in html, "Achats <span>1</span>" in html) == (True, True)
    period = alice.get(f"{FILE}?du=2026-05-01&au=2026-05-31").content.decode()
    assert events(period) == 3  # a ticket, its return, a consent
    assert "Rien dans l’historique ne répond à cela" in text_of(alice, f"{FILE}?texte=zzzzz")


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("retour", "return", 1),
        ("appel reçu", "contact", 1),
        ("accord donné e-mail", "consent", 2),
        ("fusion", "merge", 1),
        ("visite du site", "web", 2),
        ("phone_cases:D-1", "case", 1),
    ],
)
def test_the_history_is_searched_by_the_words_the_screen_says(alice: Client, text: str, kind: str, count: int) -> None:
    html = alice.get(FILE, {"texte": text}).content.decode()
    assert events(html) == html.count(f"event event-{kind}") == count


@pytest.fixture
def mailed(new_base: BaseMaker, tmp_path: Path, application: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve a base where Camille was sent a catalogue and used its coupon."""
    from chaland_web import snapshots

    folder = new_base(tmp_path / "mailed")
    place = (folder / "current").resolve()
    (place / PREPARED).unlink()
    with closing(duckdb.connect(str(place / DATABASE))) as base:
        base.execute("insert into base.operations values ('OP1', 'Catalogue de printemps', null, null, null, 1, 1)")
        base.execute("insert into base.operation_targets values ('OP1', 'c-camille', 'post', '2026-03-02 00:00:00')")
        base.execute(
            "insert into base.redemptions values ('c-camille', 'BON10', 'OP1', '2026-03-20 10:00:00', 's', 'l', 'f', 2)"
        )
    opened = CurrentSnapshot(folder)
    monkeypatch.setattr(snapshots, "current", lambda: opened)
    yield
    opened.close()


def test_campaigns_are_on_the_timeline_and_found_by_their_words(alice: Client, mailed: None) -> None:
    text = text_of(alice, FILE + "?genre=campaign")
    assert "Bon utilisé · Catalogue de printemps BON10 20 mars" in text
    assert "Opération · Catalogue de printemps Courrier 2 mars" in text
    assert "Campagnes 2" in text
    for words, found in (("catalogue", 2), ("bon utilisé", 1), ("campagne courrier", 1), ("bon10", 1)):
        html = alice.get(FILE, {"texte": words}).content.decode()
        assert html.count("event event-campaign") == found
    english = text_of(alice, FILE + "?genre=campaign", **{"Accept-Language": "en"})
    assert "Coupon used · Catalogue de printemps" in english


def test_an_unknown_kind_is_not_found(alice: Client) -> None:
    assert alice.get(f"{FILE}?genre=nothing").status_code == 404


def test_a_page_of_the_timeline_without_script_is_the_whole_page(alice: Client) -> None:
    answer = alice.get(FILE + "historique/?genre=ticket&debut=30")
    assert (answer.status_code, answer["Location"]) == (302, FILE + "?genre=ticket&debut=30")


def test_page_views_less_than_half_an_hour_apart_are_one_visit(alice: Client) -> None:
    text = text_of(alice, f"{FILE}?genre=web")
    assert "1er juil., 9 h 00" in text
    assert "3 pages" in text


def test_a_visit_opens_to_its_pages(alice: Client) -> None:
    text = text_of(alice, FILE + "visites/web_events:v1/", **{"HX-Request": "true"})
    assert [page in text for page in ("/page-1", "/page-2", "/page-3", "/mitigeur")] == [True, True, True, False]


def test_a_ticket_opens_to_its_lines_with_file_and_line(alice: Client) -> None:
    text = text_of(alice, FILE + "tickets/tills:T1/", **{"HX-Request": "true"})
    assert "Sécateur 101 Jardin 1 24,90 €" in text
    assert "tills.csv, ligne 2" in text
    assert "56,86 €" in text


def test_purchases_by_department_add_up_to_all_purchases(alice: Client) -> None:
    text = text_of(alice, FILE + "achats/")
    assert "Salle de bains" in text
    # 450.00 of old tickets, and 206.45 of the others
    assert "656,45 €" in text


def test_origin_tells_file_line_alternatives_and_evidence(alice: Client) -> None:
    text = text_of(alice, FILE + "origine/")
    for words in (
        "card.csv, ligne 3",
        "2 versions reçues",
        "c.chalain@gmail.com",
        "retenue : la plus récente",
        "E-mail +9,5",
        "lien le plus faible",
        "auparavant c-chalain",
    ):
        assert words in text


def test_a_lone_record_has_nothing_to_join(alice: Client) -> None:
    assert "Une seule fiche : rien à réunir." in text_of(alice, "/clients/c-lucas/origine/")


@pytest.mark.parametrize("tab", ["", "achats/", "foyer/", "projets/", "voix/", "fidelite/", "origine/"])
def test_every_figure_of_a_file_has_its_definition_one_click_away(alice: Client, tab: str) -> None:
    figures = []
    for customer in ("c-camille", "c-paul", "c-hugo"):  # a life in the shops, a household, a project
        html = alice.get(f"/clients/{customer}/{tab}").content.decode()
        for told in re.findall(r'<dl class="(?:card figures|worth-first)">(.*?)</dl>', html, re.DOTALL):
            figures += re.findall(r"<dt>(.*?)</dt>", told, re.DOTALL)
    assert figures
    assert [figure for figure in figures if not figure.startswith('<details class="defined">')] == []


def test_an_old_id_leads_to_the_file_in_force(alice: Client) -> None:
    for part in ("", "origine/", "tickets/tills:T1/"):
        answer = alice.get(f"/clients/c-chalain/{part}")
        assert (answer.status_code, answer["Location"]) == (302, FILE + part)


def test_a_household_links_its_members(alice: Client) -> None:
    assert "Mauvais payeur" in text_of(alice, "/clients/c-paul/")
    html = alice.get("/clients/c-paul/foyer/").content.decode()
    assert 'href="/clients/c-julie/"' in html
    assert 'href="/clients/c-hugo/"' in html
    assert "Mauvais payeur" in html


def test_a_customer_known_by_a_number_alone_has_a_page(alice: Client) -> None:
    text = text_of(alice, "/clients/c-unknown/")
    assert "Connu par un numéro seul" in text
    assert "Ticket T6" in text


def test_a_customer_without_history_is_told_so(alice: Client) -> None:
    assert "Rien encore" in text_of(alice, "/clients/c-louis/")
    assert "Aucun achat connu" in text_of(alice, "/clients/c-louis/achats/")


def test_files_opened_last_are_one_click_away(alice: Client) -> None:
    alice.get("/clients/c-lucas/")
    alice.get(FILE)
    html = alice.get("/clients/").content.decode()
    assert html.index("Camille Chalain") < html.index("Lucas Martin")


def test_every_page_exists_in_english(alice: Client) -> None:
    alice.post("/langue/", {"language": "en", "next": FILE})
    text = text_of(alice, FILE)
    for words in ("47 years old", "Telephone · objection", "Incoming call", "€56.86", "4 May"):
        assert words in text
    assert "Origine" not in text
    assert "B valid once reformatted · survey · 1 Jun 2026" in text
    assert (
        "Returned mail no longer written to no such mailbox (5.1.1) · E-mail · found by e-mail (certain)"
    ) in text_of(alice, FILE + "coordonnees/")
    assert "External lists that name him" in text_of(alice, FILE + "origine/")


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "La question prenait trop de temps"), ("en", "The question took too long")],
)
def test_what_the_base_itself_says_is_in_the_readers_language(
    alice: Client, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    def stopped(reader: Reader, customer_id: str) -> None:
        raise ChalandError(say("The question took too long and was stopped."))

    monkeypatch.setattr(Reader, "customer", stopped)
    answer = alice.get(FILE, headers={"Accept-Language": language})
    assert (answer.status_code, said in answer.content.decode()) == (503, True)


def test_a_browser_in_english_is_answered_in_english_a_german_one_in_french(alice: Client) -> None:
    assert "Customers" in text_of(alice, "/", **{"Accept-Language": "en-GB"})
    assert "Clients" in text_of(alice, "/", **{"Accept-Language": "de-DE"})
