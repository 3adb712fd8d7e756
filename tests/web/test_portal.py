"""The customer's own space, with a real mail server: a link by e-mail, his own data alone, one-click stop."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from queue import Empty
from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone
from tests.web.conftest import SignedIn
from tests.web.mailbox import Box, link_in, mail_server

EMAIL = "camille.chalain@orange.fr"
FORMER_EMAIL = "c.chalain@gmail.com"
ASKED = "Si cette adresse nous est connue"


@pytest.fixture
def box(store: None) -> Iterator[Box]:
    """Return what a mail server on this machine receives from the application."""
    with mail_server() as (box, port):
        server = {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": port,
            "DEFAULT_FROM_EMAIL": "Brindille <clients@example.org>",
            "CHALAND_PORTAL": True,
        }
        with override_settings(**server):
            yield box


@pytest.fixture
def camille(box: Box) -> Client:
    """Return the browser of Camille, who used her link."""
    browser = Client()
    assert ASKED in browser.post("/moi/", {"email": EMAIL.upper()}).content.decode()
    path = link_in(box.next())
    assert browser.get(path).status_code == 200
    assert browser.post(path)["Location"] == "/moi/dossier/"
    return browser


def test_a_link_opens_her_space_once(box: Box, camille: Client) -> None:
    other = Client()
    other.post("/moi/", {"email": EMAIL})
    path = link_in(box.next())
    assert [other.get(path).status_code, other.get(path).status_code] == [200, 200]  # looking does not use it
    assert other.post(path).status_code == 302
    assert Client().post(path).status_code == 410
    assert Client().get(path).status_code == 410


def test_the_message_says_who_sends_it_and_asks_for_no_answer(box: Box) -> None:
    Client().post("/moi/", {"email": EMAIL})
    message = box.next()
    assert (message["To"], message["Auto-Submitted"]) == (EMAIL, "auto-generated")
    assert message["From"] == "Brindille <clients@example.org>"
    assert "Votre lien pour ouvrir votre espace" in str(message["Subject"])


def test_an_address_unknown_or_former_is_answered_alike_and_nothing_is_sent(box: Box) -> None:
    answers = {
        re.sub(r'value="[^"]{64}"', "", Client().post("/moi/", {"email": email}).content.decode())
        for email in ("nobody@example.org", FORMER_EMAIL, EMAIL)
    }
    assert len(answers) == 1
    assert box.next()["To"] == EMAIL
    with pytest.raises(Empty):
        box.received.get(timeout=0.2)


def test_an_address_is_written_to_three_times_in_a_quarter_of_an_hour(box: Box) -> None:
    for _ in range(5):
        assert ASKED in Client().post("/moi/", {"email": EMAIL}).content.decode()
    assert [box.next()["To"] for _ in range(3)] == [EMAIL] * 3
    with pytest.raises(Empty):
        box.received.get(timeout=0.2)


def test_neither_the_address_nor_the_link_is_kept_in_clear(box: Box) -> None:
    from chaland_web.portal.models import Asked, Link

    Client().post("/moi/", {"email": EMAIL})
    token = link_in(box.next()).split("/")[3]
    kept = str([*Asked.objects.values(), *Link.objects.values()])
    assert EMAIL not in kept
    assert token not in kept


def test_a_link_is_dead_after_half_an_hour(box: Box) -> None:
    from chaland_web.portal.models import Link

    Client().post("/moi/", {"email": EMAIL})
    path = link_in(box.next())
    Link.objects.update(at=timezone.now() - timedelta(minutes=31))
    assert Client().post(path).status_code == 410


@pytest.mark.parametrize("page", ["dossier", "historique", "corriger", "preferences", "emporter", "effacer"])
def test_without_a_link_every_page_asks_for_the_address(box: Box, page: str) -> None:
    answer = Client().get(f"/moi/{page}/")
    assert (answer.status_code, answer["Location"], answer.content) == (302, "/moi/", b"")


def test_a_customer_is_nobody_at_the_desk_of_the_shop(camille: Client) -> None:
    for page in ("/", "/clients/", "/clients/c-camille/", "/base/", "/doublons/"):
        assert camille.get(page)["Location"].startswith("/connexion/")


def test_an_adviser_who_uses_a_link_is_signed_out_of_the_shop(box: Box, alice: Client) -> None:
    alice.post("/moi/", {"email": EMAIL})
    alice.post(link_in(box.next()))
    assert alice.get("/clients/")["Location"].startswith("/connexion/")
    assert alice.get("/moi/dossier/").status_code == 200


def test_she_sees_her_own_data_with_their_sources_and_it_is_logged_under_her_number(camille: Client) -> None:
    from chaland_web.accounts.models import Access

    text = camille.get("/moi/dossier/").content.decode()
    assert "Camille" in text
    assert "Lucas" not in text
    assert list(Access.objects.values_list("user_name", "customer_id", "what", "ground")) == [
        ("c-camille", "c-camille", "own", "own")
    ]


def test_she_puts_her_telephone_right_and_sees_it_at_once(camille: Client, base_folder: Any) -> None:
    form = camille.get("/moi/corriger/").context["form"]
    known = {name: value for name, value in form.initial.items() if value}
    answer = camille.post("/moi/corriger/", {**known, "mobile": "06 98 76 54 32"}, follow=True)
    text = answer.content.decode()
    assert "06 98 76 54 32" in text
    assert "corrigé par vous" in text
    assert "06 98 76 54 32" in (base_folder / "desk" / "corrections.csv").read_text(encoding="utf-8")


def test_she_stops_everything_in_one_click_and_the_desk_sees_it_at_once(camille: Client, alice: Client) -> None:
    answer = camille.post("/moi/plus-rien/", follow=True)
    assert "Vous ne recevrez plus rien de nous" in answer.content.decode()
    assert [field.value() for _, field in answer.context["rows"]] == ["no"] * 4
    lights = alice.get("/clients/c-camille/").context["desk"]
    from chaland_web.desk.models import Line

    said = Line.objects.filter(kind="consent")
    assert sorted((line.fields["channel"], line.fields["answer"], line.user_name) for line in said) == [
        (channel, "no", "c-camille") for channel in ("email", "phone", "post", "sms")
    ]
    assert len(lights.waiting) == 4


def test_a_choice_that_did_not_change_is_not_said_again(camille: Client) -> None:
    from chaland_web.desk.models import Line

    rows = camille.get("/moi/preferences/").context["rows"]
    before = {light.channel: field.value() for light, field in rows}
    after = {**before, "post": "no" if before["post"] == "yes" else "yes"}
    camille.post("/moi/preferences/", after)
    assert [(line.fields["channel"], line.fields["answer"]) for line in Line.objects.all()] == [("post", after["post"])]


def test_surveys_and_measures_are_chosen_apart_from_offers(camille: Client) -> None:
    from chaland_web.desk.models import Line

    form = camille.get("/moi/preferences/").context["form"]
    before = {name: form[name].value() for name in form.fields}
    assert (before["survey"], before["measure"]) == ("yes", "no")
    camille.post("/moi/preferences/", {**before, "survey": "no", "measure": "yes"})
    said = {(line.fields["purpose"], line.fields["channel"], line.fields["answer"]) for line in Line.objects.all()}
    surveys = {("survey", channel, "no") for channel in ("post", "phone", "sms", "email")}
    assert said == {*surveys, ("measure", "email", "yes")}
    html = camille.get("/moi/historique/").content.decode()
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    assert "Votre choix de canaux · Enquêtes de satisfaction · SMS non" in told
    assert "Votre choix de canaux · Mesurer ce que vous ouvrez · E-mail oui" in told
    form = camille.get("/moi/preferences/").context["form"]
    assert {name: form[name].value() for name in form.fields} == {**before, "survey": "no", "measure": "yes"}


def test_she_objects_to_profiling_in_one_click_and_takes_it_back(camille: Client, alice: Client) -> None:
    from chaland_web.desk.models import Line

    assert "M’opposer au profilage" in camille.get("/moi/dossier/").content.decode()
    answer = camille.post("/moi/profilage/", {"answer": "no"}, follow=True)
    assert "Votre opposition est gardée" in answer.content.decode()
    said = [(line.fields["channel"], line.fields["answer"], line.user_name) for line in Line.objects.all()]
    assert said == [("profiling", "no", "c-camille")]
    assert "Vous vous y opposez depuis le" in camille.get("/moi/dossier/").content.decode()
    assert [field.value() for _, field in camille.get("/moi/preferences/").context["rows"]] == [
        field.value() for _, field in answer.context["rows"]
    ]
    assert alice.get("/clients/c-camille/").context["study"] is None
    camille.post("/moi/profilage/", {"answer": "yes"})
    assert alice.get("/clients/c-camille/").context["study"] is not None


def test_each_figure_of_her_space_has_its_definition(camille: Client) -> None:
    html = camille.get("/moi/dossier/").content.decode()
    (told,) = re.findall(r'<dl class="card figures own-figures">(.*?)</dl>', html, re.DOTALL)
    figures = re.findall(r"<dt>(.*?)</dt>", told, re.DOTALL)
    assert len(figures) >= 4
    assert [one for one in figures if not one.startswith('<details class="defined">')] == []


def test_what_she_takes_away_does_not_tell_what_her_household_buys(camille: Client) -> None:
    assert camille.get("/moi/emporter/").json()["customer"]["household_amount_12_months"] is None


def test_she_takes_everything_away_in_one_file(camille: Client) -> None:
    answer = camille.get("/moi/emporter/")
    assert answer["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    told = json.loads(answer.content)
    assert (told["customer"]["customer_id"], told["customer"]["card_tier"]) == ("c-camille", "Or")
    tickets = [event for event in told["events"] if event["kind"] == "ticket"]
    assert len(tickets) >= 45
    assert set(told["ticket_lines"]) >= {event["event_id"] for event in tickets}
    assert {record["record_id"] for record in told["records"]} >= {"card:1001"}


def test_she_asks_to_be_forgotten_and_a_case_is_open(camille: Client) -> None:
    from chaland_web.desk.models import Line

    camille.post("/moi/effacer/")
    case = Line.objects.get()
    assert (case.kind, case.fields["stage"]) == ("case", "new")
    assert case.fields["subject"] == "Effacement demandé par le client"


def test_the_privacy_officer_sees_what_was_asked_until_it_is_closed(camille: Client, signed_in: SignedIn) -> None:
    officer = signed_in("privacy_officer")
    assert officer.get("/journal/demandes/").context["waiting"] == []
    camille.post("/moi/effacer/")
    ((case, due_at, customer),) = officer.get("/journal/demandes/").context["waiting"]
    assert (customer, (due_at - case.said_at).days) == (("c-camille", "Camille Chalain"), 30)
    step = {"stage": "closed", "comment": "Effacée le 12"}
    assert officer.post(f"/clients/c-camille/dossier/{case.key}/", step).status_code == 302
    assert officer.get("/journal/demandes/").context["waiting"] == []


def test_the_link_of_a_message_stops_its_channel_without_signing_in(store: None) -> None:
    from chaland_web.desk.models import Line
    from chaland_web.portal.stops import stop_path

    path = stop_path("c-camille", "email")
    mail_program = Client(enforce_csrf_checks=True)
    assert mail_program.get(path).status_code == 200
    assert Line.objects.count() == 0
    assert mail_program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    line = Line.objects.get()
    assert (line.fields["channel"], line.fields["answer"]) == ("email", "no")


def test_a_forged_stop_leads_nowhere(store: None) -> None:
    from chaland_web.portal.stops import stop_path

    path = stop_path("c-camille", "email")
    assert Client().post(path[:-5] + "AAAA/").status_code == 404


def test_without_a_mail_server_the_space_is_shut(stranger: Client) -> None:
    assert stranger.get("/moi/").status_code == 404
