"""The phone adviser's part: who calls, his file in big type, one key an outcome; who may, and what is logged."""

from __future__ import annotations

import re

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


def test_a_number_of_nobody_says_what_to_do_and_offers_to_search(alice: Client) -> None:
    html = alice.get("/telephone/?phone=0699999999").content.decode()
    assert "n’est à personne ici" in html
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
