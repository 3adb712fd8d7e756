"""Whose file opens to whom: shops, reasons, limits; and logs nobody changes."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.conftest import SignedIn

CAMILLE = "/clients/c-camille/"  # home shop LIL, bought in ROU
LUCAS = "/clients/c-lucas/"  # bought in LIL only
WHY = "/motif/c-camille/"
OLD_NUMBER = "c-chalain"  # hers, until her records were joined


def accesses() -> list[tuple[str, str, str, str]]:
    from chaland_web.accounts.models import Access

    return list(Access.objects.order_by("pk").values_list("customer_id", "what", "ground", "reason"))


def found(browser: Client, text: str) -> list[tuple[str, str]]:
    answer = browser.get("/clients/", {"q": text}, headers={"HX-Request": "true"})
    return [(hit.customer_id, hit.display_name) for hit in answer.context["hits"]]


# Shops ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shop", ["LIL", "ROU"])
def test_an_adviser_opens_the_customers_of_his_home_shop_and_those_who_bought_there(
    signed_in: SignedIn, shop: str
) -> None:
    assert signed_in("adviser", shops=[shop]).get(CAMILLE).status_code == 200
    assert accesses() == [("c-camille", "file", "shop", "")]


def test_a_shop_manager_of_several_shops_opens_the_customers_of_each(signed_in: SignedIn) -> None:
    browser = signed_in("shop_manager", shops=["ROU", "LIL"])
    assert [browser.get(page).status_code for page in (CAMILLE, LUCAS)] == [200, 200]
    assert signed_in("shop_manager", shops=["ROU"]).get(LUCAS).status_code == 302


def test_a_file_opened_does_not_open_those_of_the_home(signed_in: SignedIn, alice: Client) -> None:
    def home(browser: Client) -> list[tuple[str, str]]:
        members = [bar.item for bar, _ in browser.get("/clients/c-paul/foyer/").context["members"]]
        return [(one.customer_id, one.display_name) for one in members]

    named = [("c-hugo", "Hugo Bernard"), ("c-julie", "Julie Bernard"), ("c-paul", "Paul Bernard")]
    masked = [("c-hugo", "H•••• B••••"), ("c-julie", "J•••• B••••"), ("c-paul", "Paul Bernard")]
    adviser = signed_in("adviser", shops=["REN"])
    adviser.post("/motif/c-paul/", {"reason": "Après-vente"})
    assert home(alice) == named
    assert home(adviser) == masked
    assert "Julie" not in adviser.get("/clients/c-paul/foyer/").content.decode()
    # nor what they buy, nor what would tell it by subtraction: the total of the home, a share of it
    page = adviser.get("/clients/c-paul/foyer/")
    amounts = {bar.item.customer_id: (bar.item.amount_12_months is None, part) for bar, part in page.context["members"]}
    assert amounts == {"c-hugo": (True, None), "c-julie": (True, None), "c-paul": (False, None)}
    assert (page.context["household_amount"], page.context["household_share"]) == (None, None)
    assert adviser.get("/clients/c-paul/").context["household_share"] is None
    assert page.context["customer"].household_amount_12_months is None
    whole = alice.get("/clients/c-paul/foyer/")
    amounts_seen = [bar.item.amount_12_months for bar, _ in whole.context["members"]]
    assert whole.context["household_amount"] == sum(amounts_seen)
    assert adviser.get("/clients/c-julie/")["Location"] == "/motif/c-julie/"


def test_a_customer_of_another_shop_opens_for_a_reason_which_is_logged(signed_in: SignedIn) -> None:
    browser = signed_in("adviser", shops=["REN"])
    assert browser.get(CAMILLE)["Location"] == WHY
    page = browser.get(WHY).content.decode()
    assert "C•••• C••••" in page
    assert "Camille" not in page and "06 12" not in page and "Lilas" not in page
    answer = browser.post(WHY, {"reason": "Après-vente", "more": "perceuse"})
    assert answer["Location"] == CAMILLE
    assert browser.get(CAMILLE).status_code == 200
    assert accesses() == [("c-camille", "file", "reason", "Après-vente : perceuse")]
    assert signed_in("adviser", shops=["NAN"]).get(CAMILLE).status_code == 302


def test_no_reason_opens_nothing(signed_in: SignedIn) -> None:
    browser = signed_in("adviser", shops=["REN"])
    assert browser.post(WHY, {"reason": "", "more": "  "}).status_code == 403
    assert browser.get(CAMILLE).status_code == 302
    assert accesses() == []


def test_a_reason_lasts_an_hour(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from chaland_web import access

    browser = signed_in("adviser", shops=["REN"])
    browser.post(WHY, {"reason": "Après-vente"})
    assert browser.get(CAMILLE).status_code == 200
    monkeypatch.setattr(access, "REASON_LASTS", timedelta(0))
    assert browser.get(CAMILLE).status_code == 302


def test_a_part_of_a_page_asked_by_a_script_leads_the_whole_page_to_the_reason(signed_in: SignedIn) -> None:
    answer = signed_in("adviser", shops=["REN"]).get(CAMILLE + "historique/", headers={"HX-Request": "true"})
    assert (answer["HX-Redirect"], answer.content) == (WHY, b"")


# Finding ----------------------------------------------------------------------------------------


def test_an_adviser_finds_by_name_the_customers_of_his_shops_only(signed_in: SignedIn) -> None:
    assert [number for number, _ in found(signed_in("adviser", shops=["LIL"]), "martin")] == ["c-lucas"]
    assert found(signed_in("adviser", shops=["REN"]), "chalain") == []
    assert found(signed_in("adviser"), "martin") == []
    told = signed_in("adviser", shops=["REN"]).get("/clients/?q=chalain").content.decode()
    assert "Un client d’un autre magasin se trouve par son téléphone" in told  # and not: nobody bears this name
    assert "autre magasin" not in signed_in("steward").get("/clients/?q=zzzzzz").content.decode()


@pytest.mark.parametrize("text", ["06 12 34 56 78", "camille.chalain@orange.fr", "1001"])
def test_an_exact_number_finds_the_customer_of_another_shop_masked(signed_in: SignedIn, text: str) -> None:
    browser = signed_in("adviser", shops=["REN"])
    assert found(browser, text) == [("c-camille", "C•••• C••••")]
    page = browser.get("/clients/", {"q": text}, headers={"HX-Request": "true"}).content.decode().replace(text, "")
    for known in ("Camille", "Lille", "59000", "1979", "06 12", "@gmail", "camille.chalain"):
        assert known not in page


@pytest.mark.parametrize("text", ["06 12 34 56", "camille.chalain", "100", "c-cami", "rue des lilas", "lille"])
def test_the_beginning_of_a_number_or_an_address_fishes_nobody_of_another_shop(signed_in: SignedIn, text: str) -> None:
    assert found(signed_in("adviser", shops=["REN"]), text) == []


def test_a_phone_adviser_finds_everybody_and_opens_for_a_call(signed_in: SignedIn) -> None:
    browser = signed_in("phone_adviser")
    assert ("c-camille", "Camille Chalain") in found(browser, "chalain")
    assert browser.get(CAMILLE)["Location"] == WHY
    browser.post(WHY, {"reason": "Appel reçu"})
    assert browser.get(CAMILLE).status_code == 200
    assert accesses() == [("c-camille", "file", "reason", "Appel reçu")]


def test_those_of_other_shops_leave_the_list_of_recent_ones_with_their_reason(signed_in: SignedIn) -> None:
    from chaland_web.accounts.models import User

    browser = signed_in("adviser", shops=["LIL"])
    browser.get(CAMILLE)
    assert [customer.customer_id for customer in browser.get("/clients/").context["recent"]] == ["c-camille"]
    User.objects.filter(username="adviser-lil").update(shops=["REN"])
    assert browser.get("/clients/").context["recent"] == []


# Limits -----------------------------------------------------------------------------------------


def test_a_role_opens_so_many_different_files_in_an_hour(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from chaland_web import access

    monkeypatch.setattr(access, "FILES_AN_HOUR", {**access.FILES_AN_HOUR, access.Role.ADVISER: 1})
    browser = signed_in("adviser", shops=["LIL"])
    assert [browser.get(page).status_code for page in (CAMILLE, LUCAS, CAMILLE)] == [200, 429, 200]
    assert [number for number, *_ in accesses()] == ["c-camille", "c-camille"]


def test_so_many_customers_of_other_shops_in_an_hour(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from chaland_web import access

    monkeypatch.setattr(access, "REASONS_AN_HOUR", 1)
    browser = signed_in("adviser", shops=["REN"])
    pages = (WHY, "/motif/c-lucas/")
    assert [browser.post(page, {"reason": "Après-vente"}).status_code for page in pages] == [302, 403]


def test_a_customer_is_given_all_his_data_by_who_may_export_and_it_leaves_a_trace(signed_in: SignedIn) -> None:
    from chaland_web.accounts.models import Export

    page = CAMILLE + "emporter/"
    refused = signed_in("adviser", shops=["LIL"])
    assert (refused.post(page).status_code, page in refused.get(CAMILLE + "coordonnees/").content.decode()) == (
        403,
        False,
    )
    officer = signed_in("privacy_officer")
    assert page in officer.get(CAMILLE + "coordonnees/").content.decode()
    answer = officer.post(page)
    assert answer["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    assert answer.json()["customer"]["display_name"] == "Camille Chalain"
    assert list(Export.objects.values_list("user_name", "what", "detail")) == [
        ("privacy_officer", "customer", "c-camille")
    ]
    assert "tout ce qui est connu d’un client" in officer.get("/journal/exports/").content.decode()


# The log ----------------------------------------------------------------------------------------


@pytest.fixture
def logged(signed_in: SignedIn) -> Client:
    """Return the privacy officer’s browser, after an adviser opened three pages."""
    browser = signed_in("adviser", shops=["LIL"])
    for page in (CAMILLE, CAMILLE + "achats/", LUCAS):
        browser.get(page)
    return signed_in("privacy_officer")


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("", ["c-lucas", "c-camille", "c-camille"]),
        ("?client=c-lucas", ["c-lucas"]),
        ("?personne=ADVISER-LIL&client=c-camille", ["c-camille", "c-camille"]),
        ("?personne=nobody", []),
        ("?du=2020-01-01&au=2020-12-31", []),
        ("?du=2020-01-01", ["c-lucas", "c-camille", "c-camille"]),
        ("?du=hier&avant=x", ["c-lucas", "c-camille", "c-camille"]),
        ("?page=purchases", ["c-camille"]),
        ("?page=file&client=c-camille", ["c-camille"]),
    ],
)
def test_the_privacy_officer_searches_by_customer_by_person_by_page_and_by_period(
    logged: Client, query: str, lines: list[str]
) -> None:
    assert [line.customer_id for line in logged.get("/journal/" + query).context["page"].lines] == lines


def test_the_log_is_searched_by_the_words_of_the_reason(signed_in: SignedIn) -> None:
    adviser = signed_in("adviser", shops=["REN"])
    adviser.post(WHY, {"reason": "Après-vente", "more": "perceuse en panne"})
    adviser.get(CAMILLE)
    officer = signed_in("privacy_officer")
    asked = ("Perceuse", "panne après", "livraison")
    assert [len(officer.get("/journal/", {"motif": words}).context["page"].lines) for words in asked] == [1, 1, 0]


def test_a_customer_s_accesses_are_found_under_the_numbers_he_bore(signed_in: SignedIn) -> None:
    from chaland_web.accounts.models import Access, Ground

    Access.objects.create(user_name="nadia", customer_id=OLD_NUMBER, what="file", ground=Ground.SHOP)
    officer = signed_in("privacy_officer")
    for number in ("c-camille", OLD_NUMBER):
        assert [line.user_name for line in officer.get("/journal/", {"client": number}).context["page"].lines] == [
            "nadia"
        ]
    assert officer.get("/journal/exports/", {"client": "c-camille"}).status_code == 200


def test_a_file_leads_the_privacy_officer_to_who_opened_it(signed_in: SignedIn) -> None:
    link = 'href="/journal/?client=c-camille"'
    pages = [signed_in(role).get(CAMILLE + "coordonnees/").content.decode() for role in ("privacy_officer", "steward")]
    assert [link in page for page in pages] == [True, False]


def test_the_log_is_paged_to_its_very_first_line(logged: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chaland_web.privacy import logs

    monkeypatch.setattr(logs, "ROWS", 1)
    seen, page = [], "/journal/?personne=adviser-lil"
    while page:
        shown = logged.get(page).context["page"]
        seen += [(line.customer_id, line.what) for line in shown.lines]
        page = f"/journal/?personne=adviser-lil&avant={shown.older}" if shown.older else ""
    assert seen == [("c-lucas", "file"), ("c-camille", "purchases"), ("c-camille", "file")]


def test_the_log_leaves_as_a_csv_file_and_leaving_is_logged(logged: Client) -> None:
    from chaland_web.accounts.models import Export

    answer = logged.get("/journal/acces.csv?client=c-camille")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["Moment (UTC)", "Personne", "Client"]
    assert [row[1:6] for row in rows[1:]] == [
        ["adviser-lil", "c-camille", "achats", "magasin", ""],
        ["adviser-lil", "c-camille", "dossier", "magasin", ""],
    ]
    export = Export.objects.get()
    assert (export.user_name, export.what, export.rows) == ("privacy_officer", "access log", 2)
    assert [line.rows for line in logged.get("/journal/exports/").context["page"].lines] == [2]


def test_many_files_in_an_hour_are_shown_as_unusual(logged: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chaland_web.privacy import logs

    assert logged.get("/journal/inhabituel/").context["hours"] == []
    monkeypatch.setattr(logs, "MANY_FILES", 2)
    hours = logged.get("/journal/inhabituel/").context["hours"]
    assert [(hour["user_name"], hour["customers"], hour["others"]) for hour in hours] == [("adviser-lil", 2, 0)]


def test_no_line_of_a_log_can_be_changed_or_deleted(logged: Client) -> None:
    from django.db import DatabaseError

    from chaland_web.accounts.models import LOGS, Access

    before = accesses()
    acts: list[Any] = [
        lambda: Access.objects.update(customer_id="c-nobody"),
        lambda: Access.objects.first().save(),
        lambda: Access.objects.first().delete(),
        lambda: Access.objects.all().delete(),
    ]
    for act in acts:
        with pytest.raises(DatabaseError, match="append-only"):
            act()
    assert accesses() == before
    assert len(LOGS) == 5


def test_lines_older_than_a_year_are_purged_and_the_others_stay(logged: Client) -> None:
    from django.utils import timezone

    from chaland_web.accounts import append_only
    from chaland_web.accounts.models import Access

    append_only.release()
    Access.objects.filter(what="purchases").update(at=timezone.now() - timedelta(days=366))
    append_only.protect()
    assert append_only.purge() == 1
    assert [what for _, what, *_ in accesses()] == ["file", "file"]


def test_every_page_of_a_file_has_its_words_in_the_log() -> None:
    from chaland_web.privacy.views import PARTS

    source = Path(__file__).resolve().parents[2] / "src" / "chaland_web"
    opened = re.compile(r"""(?:customer_page|own_page|own_file|what=)\(?[^")\n]*"([a-z_]+)\"""")
    named = {name for path in source.rglob("*.py") for name in opened.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 20
    assert named - {*PARTS, "file"} == set()


def test_to_see_is_not_to_export(signed_in: SignedIn) -> None:
    from django.core.exceptions import PermissionDenied
    from django.test import RequestFactory

    from chaland_web import access
    from chaland_web.accounts.models import Export, User

    signed_in("adviser", shops=["LIL"])
    request = RequestFactory().get("/")
    request.user = User.objects.get(username="adviser-lil")
    with pytest.raises(PermissionDenied):
        access.note_export(request, "segment", 3)
    assert Export.objects.count() == 0
