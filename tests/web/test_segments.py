"""The builder of segments, asked as its page asks: conditions, counts, saving, the customer's file, taking away."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.conftest import SignedIn

from chaland.segments import OpenBase
from chaland_web.rights import Role

CARD = {"field": "is_card_holder", "is": "yes"}
GARDEN = {"bought": {"department": ["Jardin"]}}


@pytest.fixture(autouse=True)
def no_segment(application: Path) -> Iterator[None]:
    yield
    shutil.rmtree(application / "segments", ignore_errors=True)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found
    return found.group(1).replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")


def do(browser: Client, state: dict[str, str], action: str, **fields: str) -> tuple[dict[str, str], str]:
    """Post an action as the page does; return the state and the page's part."""
    answer = browser.post("/segments/atelier/", {**state, "action": action, **fields})
    assert answer.status_code == 200
    html = answer.content.decode()
    return {name: hidden(html, name) for name in ("definition", "past", "target", "editing")}, html


def saved(browser: Client, name: str, *parts: dict[str, Any], **fields: str) -> Any:
    definition = json.dumps({"version": 1, "where": {"all": list(parts)}})
    return browser.post("/segments/enregistrer/", {"definition": definition, "name": name, "kind": "living", **fields})


def test_conditions_are_offered_while_typing_with_their_numbers(alice: Client) -> None:
    def offered(text: str) -> list[str]:
        html = alice.get("/segments/proposer/", {"typed": text}).content.decode()
        return re.findall(r'class="seg-offer".*?<span>(.*?)</span>', html, re.DOTALL)

    assert (
        offered("jardin 2 fois 80 €")[0] == "a acheté au rayon Jardin au moins 2 fois pour au moins 80\u00a0€ en tout"
    )
    assert offered("palier") == ["palier de la carte\u00a0: Argent", "palier de la carte\u00a0: Or"]
    assert offered("palier or")[0] == "palier de la carte\u00a0: Or"
    assert offered("femme")[0] == "sexe\u00a0: femme"
    assert offered("age 40 60")[0] == "âge de 40 à 60"
    assert "habite à 20\u00a0km au plus de la commune Lille" in offered("lille 20 km")
    assert offered("jamais jardin")[0] == "jamais\u00a0: a acheté au rayon Jardin"
    assert offered("jardin lil 2 fois")[0] == "a acheté au rayon Jardin au magasin LIL au moins 2 fois"
    assert offered("jardin entre mars et juin, et plus depuis")[0] == (
        "a acheté au rayon Jardin entre le 1er mars 2026 et le 30 juin 2026, et plus depuis"
    )
    assert offered("30 à 40 ans")[0] == "âge de 30 à 40"
    assert offered("sauf femme") == ["sexe autre que femme"]
    assert offered("recommandation 9") == ["enquête répondue (recommandation au moins 9)"]
    assert offered("pas de contact")[0] == "jamais\u00a0: contact"
    assert offered("groupe aucune") == ["un groupe\u00a0: aucune de"]
    assert offered("zzzz") == []


def test_a_definition_is_built_changed_undone_and_never_trusted(alice: Client) -> None:
    state, html = do(alice, {}, "add", add=json.dumps(CARD))
    state, _ = do(alice, state, "add", add=json.dumps({"any": []}))
    assert state["target"] == "/where/all/1"
    state, _ = do(alice, state, "add", add=json.dumps(GARDEN))
    assert json.loads(state["definition"])["where"] == {"all": [CARD, {"any": [GARDEN]}]}
    state, html = do(alice, state, "open:/where/all/1/any/0")
    assert 'name="times_at_least"' in html
    state, html = do(alice, state, "edit:/where/all/1/any/0", times_at_least="2", amount_at_least="80,50")
    assert json.loads(state["definition"])["where"]["all"][1]["any"][0]["bought"] == {
        "department": ["Jardin"],
        "times": {"at_least": 2},
        "amount": {"at_least": 80.5},
    }
    assert "au moins 2 fois pour au moins 80,50\u00a0€ en tout" in html
    state, html = do(alice, state, "edit:/where/all/1/any/0", times_at_least="2", shop="LIL")
    assert json.loads(state["definition"])["where"]["all"][1]["any"][0]["bought"]["shop"] == ["LIL"]
    assert "a acheté au rayon Jardin au magasin LIL au moins 2 fois" in html
    before = state["definition"]
    state, html = do(alice, state, "edit:/where/all/1/any/0", times_at_least="beaucoup")
    assert state["definition"] == before
    assert "attendu un nombre" in html
    state, _ = do(alice, state, "kind:/where/all/1", **{"kind/where/all/1": "none"})
    state, _ = do(alice, state, "remove:/where/all/0")
    assert list(json.loads(state["definition"])["where"]["all"][0]) == ["none"]
    for _ in range(7):
        state, _ = do(alice, state, "undo")
    assert json.loads(state["definition"])["where"] == {"all": []}
    state, html = do(alice, state, "add", add=json.dumps({"field": "1; drop table x", "is": "yes"}))
    assert json.loads(state["definition"])["where"] == {"all": []}
    assert "drop table" not in html


def test_what_an_event_is_told_by_and_units_are_changed_in_the_form_and_the_rest_is_kept(alice: Client) -> None:
    survey = {"did": {"event": "survey", "with": {"shop": ["LIL"], "recommendation": {"at_least": 9}}}}
    state, _ = do(alice, {}, "add", add=json.dumps(survey))
    state, html = do(alice, state, "open:/where/all/0")
    assert 'name="with_shop" value="LIL" list="f-known-shop"' in html
    assert 'name="with_recommendation_at_least" value="9"' in html
    marks = {"with_shop": "LIL, PAR", "with_recommendation_at_most": "6", "times_at_least": "1"}
    state, html = do(alice, state, "edit:/where/all/0", **marks)
    assert json.loads(state["definition"])["where"]["all"][0]["did"] == {
        "event": "survey",
        "times": {"at_least": 1},
        "with": {"shop": ["LIL", "PAR"], "recommendation": {"at_most": 6}},
    }
    case = {"did": {"event": "case", "with": {"subject": ["Retard, casse"]}}}
    state, _ = do(alice, {}, "add", add=json.dumps(case))
    state, _ = do(alice, state, "edit:/where/all/0", with_subject="Retard, casse", times_at_least="2")
    assert json.loads(state["definition"])["where"]["all"][0]["did"]["with"] == {"subject": ["Retard, casse"]}
    state, _ = do(alice, {}, "add", add=json.dumps({"bought": {"department": ["Jardin"], "units": {"at_least": 3}}}))
    state, html = do(alice, state, "open:/where/all/0")
    assert 'name="units_at_least" value="3"' in html


def test_the_count_is_told_beside_each_condition_with_reach_profile_and_sample(alice: Client) -> None:
    definition = json.dumps({"version": 1, "where": {"all": [CARD, GARDEN]}})
    html = alice.post("/segments/compter/", {"definition": definition}).content.decode()
    total = int(re.search(r'data-count="exact">(\d+)<', html).group(1))  # type: ignore[union-attr]
    assert 0 < total < 11
    assert 'id="n-where-all-0"' in html
    assert 'id="n-where-all-1"' in html
    assert "par courrier" in html
    assert "Qui ils sont, face à la base" in html
    assert "Camille Chalain" in html


def test_names_are_shown_to_those_who_may_find_customers_only(signed_in: SignedIn) -> None:
    definition = json.dumps({"version": 1, "where": {"all": [CARD]}})
    html = signed_in(Role.ANALYST).post("/segments/compter/", {"definition": definition}).content.decode()
    assert "Quelques-uns" in html
    assert "Chalain" not in html


def test_a_saved_segment_is_listed_found_in_the_file_compared_and_crossed(alice: Client) -> None:
    assert saved(alice, "Carte", CARD)["Location"] == "/segments/carte/"
    assert saved(alice, "Jardin et carte", {"segment": "carte"}, GARDEN).status_code == 302
    listed = alice.get("/segments/").content.decode()
    assert "carte de fidélité" in listed
    assert "utilisé par 1 segment" in listed
    page = alice.get("/segments/carte/").content.decode()
    assert "révision 1, alice" in page
    assert "Jardin et carte" in page
    of_camille = alice.get("/segments/client/c-camille/").content.decode()
    assert re.findall(r"/segments/([a-z-]+)/", of_camille) == ["carte", "jardin-et-carte"]
    assert "Ce qui diffère le plus" in alice.get("/segments/comparer/?a=carte&b=jardin-et-carte").content.decode()
    crossed = alice.get("/segments/recouper/?s=carte&s=jardin-et-carte").content.decode()
    assert "Carte + Jardin et carte" in crossed
    offered = alice.get("/segments/proposer/", {"typed": "segment jardin"}).content.decode()
    assert "Jardin et carte" in offered
    refused = alice.post("/segments/carte/retirer/", follow=True).content.decode()
    assert "reposent sur ce segment" in refused


def test_pages_say_what_they_count_and_give_their_figures_to_those_who_may_export(
    alice: Client, signed_in: SignedIn
) -> None:
    assert saved(alice, "Carte", CARD).status_code == saved(alice, "Jardin", GARDEN).status_code == 302

    def figures(what: str, **fields: str) -> list[list[str]]:
        address = f"/segments/chiffres/{what}"
        answer = alice.post(address, fields) if fields else alice.get(address)
        assert answer.status_code == 200
        return [line.split(";") for line in answer.content.decode().lstrip("\ufeff").splitlines()]

    compared, crossed = "comparaison.csv?a=carte&b=jardin", "recoupement.csv?s=carte&s=jardin"
    for page, link in (("comparer/?a=carte&b=jardin", compared), ("recouper/?s=carte&s=jardin", crossed)):
        html = alice.get(f"/segments/{page}").content.decode().replace("&amp;", "&")
        assert "Définition" in html
        assert f"/segments/chiffres/{link}" in html
    definition = json.dumps({"version": 1, "where": {"all": [CARD]}})
    counted = alice.post("/segments/compter/", {"definition": definition}).content.decode()
    assert "Définition" in counted
    assert "/segments/chiffres/composition.csv" in counted
    customers = int(re.findall(r'data-count="exact">(\d+)', counted)[0])
    rows = figures("composition.csv", definition=definition)
    assert rows[0][:4] == ["Quoi", "Valeur", "Clients", "Part"]
    assert sum(int(row[2]) for row in rows if row[0] == "Sexe") == customers
    assert figures(compared)[0] == ["Quoi", "Valeur", "Carte", "Jardin", "z"]
    rows = figures(crossed)
    assert rows[0] == ["Carte", "Jardin", "Clients"]
    assert sum(int(row[2]) for row in rows if row[0] == "oui") == customers
    assert alice.get("/segments/chiffres/composition.csv").status_code == 404
    assert signed_in(Role.STEWARD).get(f"/segments/chiffres/{compared}").status_code == 403


def test_a_frozen_segment_shows_its_members_without_counting_again(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = saved(alice, "Vivante", CARD) and alice.get("/segments/vivante/").context["sizes"][0].customers
    assert 'hx-trigger="load, segment-changed' in alice.get("/segments/vivante/").content.decode()
    saved(alice, "Figée", CARD, kind="frozen")
    monkeypatch.setattr(OpenBase, "bits", lambda *_: pytest.fail("counted again"))
    html = alice.get("/segments/figee/").content.decode()
    assert re.findall(r'data-count="frozen">([^<]+)<', html) == [str(counted)]
    assert 'hx-trigger="segment-changed' in html
    assert "Compter qui remplit les conditions aujourd’hui" in html


def test_who_saves_over_an_unseen_revision_loses_nothing(alice: Client) -> None:
    saved(alice, "Carte", CARD)
    saved(alice, "Carte", GARDEN, key="carte", revision="1")
    late = saved(alice, "Carte", CARD, GARDEN, key="carte", revision="1")
    html = late.content.decode()
    assert late.status_code == 422
    assert "entre-temps (révision 2)" in html
    assert json.loads(hidden(html, "definition"))["where"]["all"] == [CARD, GARDEN]


def test_a_segment_leaves_with_the_right_a_trace_and_no_formula(signed_in: SignedIn, application: Path) -> None:
    analyst = signed_in(Role.ANALYST)
    saved(analyst, "Carte", CARD)
    answer = analyst.post("/segments/carte/emporter/", {"channel": ""})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Disposition"] == 'attachment; filename="carte.csv"'
    traces = [json.loads(line) for line in (application / "segments" / "exports.jsonl").read_text("utf-8").splitlines()]
    assert [one["customers"] for one in traces] == [len(text.splitlines()) - 1]
    refused = signed_in(Role.STEWARD).post("/segments/carte/emporter/", {"channel": ""})
    assert refused.status_code == 403
    assert len((application / "segments" / "exports.jsonl").read_text("utf-8").splitlines()) == 1


def test_an_estimate_is_told_for_one_and_the_exact_count_follows(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaland_web.segments.working.ESTIMATE_FROM", 1)
    definition = json.dumps({"version": 1, "where": {"all": [CARD]}})
    first = alice.post("/segments/compter/", {"definition": definition}).content.decode()
    assert 'data-count="estimate"' in first
    assert "estimation, sur un client sur 16" in first
    assert "Trop peu pour une estimation" in first, "ten customers give a sample of one"
    exact = alice.post("/segments/compter/", {"definition": definition, "exact": "1"}).content.decode()
    assert 'data-count="exact"' in exact


def test_a_count_is_stopped_from_another_request_by_its_token_alone(alice: Client, application: Path) -> None:
    from chaland_web.segments.bases import running

    token = "0123456789abcdef"
    with running(token) as run:
        assert alice.post("/segments/arreter/", {"token": "../store"}).status_code == 204
        assert not run.is_cancelled
        assert alice.post("/segments/arreter/", {"token": token}).status_code == 204
        until = time.monotonic() + 10
        while not run.is_cancelled and time.monotonic() < until:
            time.sleep(0.02)
        assert run.is_cancelled
    assert list((application / "segments" / ".running").iterdir()) == []
