"""The phone adviser's part: who calls, his file in big type, one key an outcome; who may, and what is logged."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from django.test import Client
from tests.web.conftest import SignedIn


def names(html: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", name) for name in re.findall(r'<span class="call-name">(.*?)</span></?', html)]


def accesses() -> list[tuple[str, str, str, str]]:
    from chaland_web.accounts.models import Access

    return list(Access.objects.order_by("id").values_list("customer_id", "what", "ground", "reason"))


def contacts() -> list[tuple[str, dict[str, str]]]:
    from chaland_web.desk.models import Line

    return [(line.customer_id, line.fields) for line in Line.objects.all()]


def test_the_number_that_calls_opens_the_file_of_its_only_holder(alice: Client) -> None:
    answer = alice.get("/telephone/?phone=06.12.34.56.78")
    assert (answer.status_code, answer["Location"]) == (302, "/telephone/c-camille/")
    assert "Camille Chalain" in alice.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("number", ["tel:%2B33612345678", "sip:0612345678@pbx.local;user=phone", "+33612345678"])
def test_the_addresses_of_telephone_systems_are_understood(alice: Client, number: str) -> None:
    assert alice.get(f"/telephone/?phone={number}")["Location"] == "/telephone/c-camille/"


@pytest.mark.parametrize("number", ["anonymous", "sip:Anonymous@anonymous.invalid", "Unknown"])
def test_a_hidden_number_is_told_as_hidden(alice: Client, number: str) -> None:
    html = alice.get("/telephone/", {"phone": number}).content.decode()
    assert "Numéro masqué\N{NO-BREAK SPACE}: qui appelle" in html
    assert 'id="call-q"' in html


def test_a_number_put_right_at_the_desk_is_known_at_the_next_call(alice: Client, base_folder: Path) -> None:
    asked = "/telephone/?phone=0788990011"
    assert alice.get(asked).status_code == 200
    alice.post("/clients/c-camille/corriger/", {"mobile": "07 88 99 00 11", "reason": "dit au téléphone"})
    try:
        assert alice.get(asked)["Location"] == "/telephone/c-camille/"
        hits = alice.get("/clients/?q=07+88+99+00+11", headers={"HX-Request": "true"}).context["hits"]
        assert [(hit.display_name, hit.mobile) for hit in hits] == [("Camille Chalain", "+33788990011")]
        begun = alice.get("/clients/?q=07+88+99+00", headers={"HX-Request": "true"}).context["hits"]
        assert [(hit.display_name, hit.score) for hit in begun] == [("Camille Chalain", 0.9)]
    finally:
        (base_folder / "desk" / "corrections.csv").unlink()


def test_a_call_noted_too_fast_is_undone_from_the_next_screen(alice: Client, signed_in: SignedIn) -> None:
    alice.post("/telephone/c-camille/", {"direction": "in", "reason": "Devis", "outcome": "Répondu"})
    ((line, customer),) = alice.get("/telephone/").context["noted"]
    assert (customer, line.fields["outcome"]) == (("c-camille", "Camille Chalain"), "Répondu")
    assert signed_in("steward").get("/telephone/").context["noted"] == []
    alice.post(f"/clients/c-camille/annuler/{line.key}/")
    assert alice.get("/telephone/").context["noted"] == []


def test_what_was_typed_of_a_call_survives_a_refusal(alice: Client) -> None:
    answer = alice.post("/telephone/c-camille/", {"direction": "in", "comment": "Colis abîmé", "outcome": "Répondu"})
    assert (answer.status_code, "Colis abîmé</textarea>" in answer.content.decode()) == (422, True)


def test_the_examples_of_the_numbers_run(application: object) -> None:
    from chaland_web.desk import values
    from chaland_web.phone import views

    for module in (values, views):
        assert doctest.testmod(module).failed == 0
        assert doctest.testmod(module).attempted


def test_a_number_of_nobody_says_what_to_do_and_offers_to_search(alice: Client) -> None:
    html = alice.get("/telephone/?phone=0699999999").content.decode()
    assert "Le 06 99 99 99 99 n’est à personne ici" in html.replace("\N{NO-BREAK SPACE}", " ")
    assert "Demandez son nom et sa ville" in html
    assert 'id="call-q"' in html


def test_a_number_that_several_share_asks_who_is_calling(alice: Client) -> None:
    html = alice.get("/telephone/?phone=%2B33299304050").content.decode()
    assert sorted(names(html)) == ["Hugo Bernard", "Julie Bernard", "Paul Bernard"]
    assert "qui appelle" in html
    assert alice.get("/telephone/?phone=0612").status_code == 200  # the beginning of a number opens nobody's file


def test_a_typed_name_is_found_with_its_errors(alice: Client) -> None:
    html = alice.get("/telephone/?q=chalin+camile", headers={"HX-Request": "true"}).content.decode()
    assert names(html) == ["Camille Chalain"]
    assert "<html" not in html


def test_taking_a_call_is_the_reason_of_a_phone_adviser_and_it_is_logged(signed_in: SignedIn) -> None:
    phone = signed_in("phone_adviser")
    assert phone.get("/telephone/c-camille/")["Location"].startswith("/motif/")
    assert accesses() == []
    answer = phone.post("/telephone/c-camille/prendre/")
    assert answer["Location"] == "/telephone/c-camille/"
    assert phone.get("/telephone/c-camille/").status_code == 200
    assert accesses() == [("c-camille", "phone", "reason", "Appel, client trouvé en parlant")]


def test_someone_of_another_shop_takes_no_call_without_a_reason(signed_in: SignedIn) -> None:
    adviser = signed_in("adviser", ["PAR"])
    answer = adviser.post("/telephone/c-camille/prendre/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/motif/")
    assert accesses() == []


def test_an_outcome_notes_the_call_and_makes_ready_for_the_next(alice: Client) -> None:
    fields = {"direction": "in", "reason": "Livraison", "outcome": "À rappeler", "comment": "Colis", "follow_up": "1"}
    answer = alice.post("/telephone/c-camille/", fields)
    assert (answer.status_code, answer["Location"]) == (302, "/telephone/")
    ((customer_id, told),) = contacts()
    assert customer_id == "c-camille"
    assert told == {
        "channel": "phone", "direction": "in", "reason": "Livraison", "outcome": "À rappeler", "comment": "Colis",
    }  # fmt: skip
    assert "Appel noté" in alice.get("/telephone/").content.decode()
    assert "À rappeler" in alice.get("/clients/c-camille/").content.decode()


def test_a_call_about_nothing_is_not_noted(alice: Client) -> None:
    answer = alice.post("/telephone/c-camille/", {"direction": "in", "reason": "", "outcome": "Répondu"})
    assert answer.status_code == 422
    assert contacts() == []


@pytest.mark.parametrize("role", ["analyst", "campaign_manager", "privacy_officer"])
def test_who_notes_no_contact_has_no_telephone(signed_in: SignedIn, role: str) -> None:
    assert signed_in(role).get("/telephone/").status_code == 403
