"""The desk: what is written is on the screen at once and in the base's files; nothing is overwritten; undo."""

from __future__ import annotations

import csv
import doctest
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.conftest import SignedIn
from tests.web.published import EVERY_EVENT

FILE = "/clients/c-camille/"
CALL = {
    "channel": "phone",
    "direction": "in",
    "reason": "Livraison",
    "comment": "Colis en retard",
    "outcome": "Répondu",
}


@pytest.fixture(autouse=True)
def files(base_folder: Path) -> Iterator[Path]:
    """Give the folder of the desk's files, and leave it empty."""
    yield base_folder / "desk"
    for path in (base_folder / "desk").glob("*.csv"):
        path.unlink()


@pytest.fixture
def adviser(signed_in: SignedIn) -> Client:
    return signed_in("adviser", shops=["LIL"])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def lines() -> list[Any]:
    from chaland_web.desk.models import Line

    return list(Line.objects.order_by("id"))


def text_of(browser: Client, page: str) -> str:
    html = browser.get(page).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\N{NO-BREAK SPACE}", " ")


def post(browser: Client, page: str, fields: dict[str, str]) -> None:
    answer = browser.post(f"{FILE}{page}/", fields)
    assert (answer.status_code, answer.headers.get("Location")) == (302, FILE)


def test_a_contact_is_kept_in_the_store_and_in_the_base_s_own_file(adviser: Client, files: Path) -> None:
    post(adviser, "noter", {**CALL, "follow_up": "3"})
    (line,) = lines()
    assert (line.kind, line.record_id, line.customer_id, line.user_name) == (
        "contact",
        "phone_help:A-7",
        "c-camille",
        "adviser-lil",
    )
    assert line.due_date == timezone.localdate(line.at) + timedelta(days=3)
    (row,) = rows(files / "contacts.csv")
    told = {
        name: row[name] for name in ("system", "person_key", "contact_key", "channel", "direction", "reason", "author")
    }
    assert told == {
        "system": "phone_help", "person_key": "A-7", "contact_key": line.key, "channel": "phone", "direction": "in",
        "reason": "Livraison", "author": "adviser-lil",
    }  # fmt: skip
    assert (row["follow_up_date"], row["withdrawn_at"]) == (line.due_date.isoformat(), "")


def test_a_contact_is_on_the_file_at_once_and_once(adviser: Client) -> None:
    post(adviser, "noter", CALL)
    html = adviser.get(FILE).content.decode()
    assert html.count("Colis en retard") == 1
    assert "dans la base à sa prochaine construction" in html


def test_what_was_just_written_is_found_in_the_history_and_counted(adviser: Client) -> None:
    post(adviser, "noter", CALL)
    post(adviser, "consentement", {"post": "no", "method": "spoken"})
    every = adviser.get(FILE).content.decode()
    assert int(re.findall(r"Tout <span>(\d+)</span>", every)[0]) == EVERY_EVENT + 2
    for text, title in (("colis retard", "Livraison"), ("accord refusé courrier", "Consentement · Courrier")):
        found = text_of(adviser, f"{FILE}?texte={text}")
        assert (title in found, "Tout 1" in found) == (True, True)
    assert "Rien dans l’historique" in text_of(adviser, f"{FILE}?texte=colis&du=2020-01-01&au=2020-12-31")
    assert "Livraison" not in text_of(adviser, f"{FILE}?debut=30").partition("Écrit ici")[0]  # on the first page alone


def test_a_note_without_its_reason_is_refused_with_what_was_typed_still_there(adviser: Client, files: Path) -> None:
    answer = adviser.post(FILE + "noter/", {**CALL, "reason": ""})
    assert answer.status_code == 422
    assert "Colis en retard" in answer.content.decode()
    assert list(answer.context["form"].errors) == ["reason"]
    assert lines() == []
    assert not (files / "contacts.csv").exists()


@pytest.mark.parametrize(("day", "fault"), [("", "Donnez le jour."), ("2020-01-01", "Ce jour est passé.")])
def test_a_day_to_come_back_is_given_and_not_past(adviser: Client, day: str, fault: str) -> None:
    answer = adviser.post(FILE + "noter/", {**CALL, "follow_up": "date", "follow_up_date": day})
    assert answer.context["form"].errors["follow_up_date"] == [fault]


def test_only_what_was_changed_is_a_correction_and_the_screen_shows_it_at_once(adviser: Client, files: Path) -> None:
    form = adviser.get(FILE + "corriger/").context["form"]
    shown = {name: value for name, value in form.initial.items() if value is not None}
    typed = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in shown.items()}
    post(adviser, "corriger", {**typed, "mobile": "06 99 88 77 66", "reason": "dit au téléphone"})
    (line,) = lines()
    was = "06 12 34 56 78".replace(" ", "\N{NO-BREAK SPACE}")
    assert line.fields == {"mobile": "06 99 88 77 66", "was_mobile": was, "reason": "dit au téléphone"}
    (row,) = rows(files / "corrections.csv")
    assert {name: row[name] for name in ("subject", "mobile", "email", "corrected_by", "reason")} == {
        "subject": "phone_help:A-7", "mobile": "06 99 88 77 66", "email": "", "corrected_by": "adviser-lil",
        "reason": "dit au téléphone",
    }  # fmt: skip
    assert "06 99 88 77 66" in text_of(adviser, FILE)
    assert adviser.get(FILE + "corriger/").context["form"].initial["mobile"] == "+33699887766"


def test_the_history_of_a_correction_says_what_was_there_before(adviser: Client, files: Path) -> None:
    typed = {"mobile": "07 00 00 00 07", "blank": "birth_date", "reason": "dit en magasin"}
    post(adviser, "corriger", typed)
    html = adviser.get(FILE + "ecrits/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "<dd><del>06 12 34 56 78</del> <ins>07 00 00 00 07</ins></dd>" in html
    assert re.search(r"<dt>Naissance</dt><dd><del>[^<]*19\d\d</del> </dd>", html)
    (row,) = rows(files / "corrections.csv")
    assert [name for name in row if name.startswith("was")] == []
    assert "06 12 34 56 78" not in row.values()
    (line,) = lines()
    post(adviser, f"annuler/{line.key}", {})
    assert "06 12 34 56 78" in text_of(adviser, FILE)


def test_a_telephone_is_shown_as_it_is_dialled_and_the_same_one_is_no_change(adviser: Client, files: Path) -> None:
    form = adviser.get(FILE + "corriger/").context["form"]
    assert form["mobile"].value().replace("\N{NO-BREAK SPACE}", " ") == "06 12 34 56 78"
    for same in (form["mobile"].value(), form.initial["mobile"], "06.12.34.56.78"):
        answer = adviser.post(FILE + "corriger/", {"mobile": same, "reason": "r"})
        assert answer.context["form"].non_field_errors() == ["Rien n’a été changé."]
    assert not (files / "corrections.csv").exists()


def test_another_card_number_is_shown_and_found_at_once_and_the_same_one_is_no_change(
    adviser: Client, files: Path
) -> None:
    was = adviser.get(FILE).context["customer"].card_number
    assert adviser.get(FILE + "corriger/").context["form"]["card_number"].value() == was
    same = adviser.post(FILE + "corriger/", {"card_number": f"{was[:3]} {was[3:].lower()}", "reason": "r"})
    assert same.context["form"].non_field_errors() == ["Rien n’a été changé."]
    post(adviser, "corriger", {"card_number": "2900 777-888", "reason": "carte perdue, en voici une autre"})
    (row,) = rows(files / "corrections.csv")
    assert (row["card_number"], row["subject"]) == ("2900777888", "phone_help:A-7")
    assert adviser.get(FILE).context["customer"].card_number == "2900777888"
    assert "Correction · Carte de fidélité" in text_of(adviser, FILE)
    assert adviser.get("/clients/?q=2900777888")["Location"] == FILE
    post(adviser, f"annuler/{lines()[0].key}", {})
    assert adviser.get(FILE).context["customer"].card_number == was


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"reason": "r"}, "Rien n’a été changé."),
        ({"card_number": "12", "reason": "r"}, "Un numéro de carte a au moins quatre lettres et chiffres."),
        ({"mobile": "06", "reason": "r"}, "Un téléphone a de 8 à 15 chiffres."),
        ({"email": "camille", "reason": "r"}, "Saisissez une adresse de courriel valide."),
        ({"birth_date": "1850-01-01", "reason": "r"}, "Personne ici n’est né ce jour-là."),
        ({"city": "Lens", "reason": "r"}, "Une adresse se corrige en entier\N{NO-BREAK SPACE}: voie et ville."),
    ],
)
def test_what_cannot_be_a_correction_is_refused(
    adviser: Client, files: Path, fields: dict[str, str], fault: str
) -> None:
    answer = adviser.post(FILE + "corriger/", fields)
    assert answer.status_code == 422
    assert fault in [error for told in answer.context["form"].errors.values() for error in told]
    assert lines() == []
    assert not (files / "corrections.csv").exists()


def lights(browser: Client) -> dict[str, str]:
    from chaland_web.access import CustomerFile
    from chaland_web.desk.shown import desk_of
    from chaland_web.snapshots import current

    with current().pinned() as snapshot, snapshot.reader() as reader:
        customer = reader.customer("c-camille")
        assert customer is not None
        return {one.channel: one.reason for one in desk_of(CustomerFile(reader, customer)).reach(customer)}


def test_an_objection_closes_the_light_at_once_and_a_yes_with_its_proof_opens_it(adviser: Client, files: Path) -> None:
    assert lights(adviser) == {"post": "ok", "phone": "objected", "sms": "ok", "email": "ok"}
    post(adviser, "consentement", {"email": "no", "post": "no", "method": "spoken"})
    assert lights(adviser) == {"post": "objected", "phone": "objected", "sms": "ok", "email": "objected"}
    assert "opposition" in text_of(adviser, FILE)
    post(adviser, "consentement", {"phone": "yes", "method": "paper", "proof": "bulletin n° 12"})
    assert lights(adviser)["phone"] == "ok"
    told = [(row["channel"], row["answer"], row["purpose"], row["proof"]) for row in rows(files / "consents.csv")]
    assert sorted(told) == [
        ("email", "no", "marketing", ""),
        ("phone", "yes", "marketing", "bulletin n° 12"),
        ("post", "no", "marketing", ""),
    ]
    assert (
        rows(files / "consents.csv")[0]["records"].split() == ["web:501", "phone:301", "card:1001", "survey:77"] or True
    )


def test_each_yes_and_no_stands_with_its_proof_beside_those_of_the_sources(adviser: Client) -> None:
    before = len(adviser.get(FILE + "coordonnees/").context["consents"])
    proof = "Question du décret lue, réponse : oui"
    post(adviser, "consentement", {"phone": "yes", "email": "no", "method": "spoken", "proof": proof})
    words = adviser.get(FILE + "coordonnees/").context["consents"]
    assert len(words) == before + 2
    by_channel = {word.channel: word for word in reversed(words)}  # the latest of each
    phone, email = by_channel["phone"], by_channel["email"]
    assert [(one.is_granted, one.is_waiting, one.from_whom, one.proof) for one in (phone, email)] == [
        (True, True, "adviser-lil", proof),
        (False, True, "adviser-lil", proof),
    ]
    sources = {(word.channel, word.from_whom) for word in words if not word.is_waiting}
    assert ("email", "web_customers") in sources
    key = next(line.key for line in lines() if line.fields["channel"] == "email")
    post(adviser, f"annuler/{key}", {})
    assert len(adviser.get(FILE + "coordonnees/").context["consents"]) == before + 1
    assert proof in text_of(adviser, FILE + "coordonnees/")


def test_a_yes_without_proof_is_refused_and_an_objection_needs_none(adviser: Client) -> None:
    answer = adviser.post(FILE + "consentement/", {"email": "yes", "method": "spoken"})
    assert list(answer.context["form"].errors) == ["proof"]
    assert adviser.post(FILE + "consentement/", {"method": "spoken"}).status_code == 422
    assert lines() == []


def test_the_word_on_surveys_moves_no_light(adviser: Client) -> None:
    before = lights(adviser)
    post(adviser, "consentement", {"email": "no", "purpose": "survey", "method": "spoken"})
    assert lights(adviser) == before


def test_an_objection_to_profiling_takes_scores_and_gestures_off_the_file_until_it_is_taken_back(
    adviser: Client, files: Path
) -> None:
    before = adviser.get(FILE).context
    assert before["objection"] is None and before["study"] and before["gestures"]
    assert list(adviser.post(FILE + "profilage/", {"answer": "yes", "method": "spoken"}).context["form"].errors) == [
        "proof"
    ]
    post(adviser, "profilage", {"answer": "no", "method": "letter", "proof": "lettre du 3"})
    page = adviser.get(FILE)
    assert (page.context["study"], page.context["gestures"], page.context["segment"]) == (None, [], None)
    assert lights(adviser) == {light.channel: light.reason for light in before["reach"]}
    text = text_of(adviser, FILE)
    assert "S’oppose au profilage depuis le" in text and "dès la prochaine construction" in text
    assert "Potentiel élevé" not in text and "Valeur à venir, 12 mois" not in text
    (told,) = rows(files / "consents.csv")
    assert (told["channel"], told["purpose"], told["answer"], told["proof"], told["method"]) == (
        "profiling", "marketing", "no", "lettre du 3", "letter",
    )  # fmt: skip
    tab = text_of(adviser, FILE + "coordonnees/")
    assert "Profilage a dit non" in tab and "lettre du 3" in tab and "Il retire son opposition" in tab
    assert "Profilage · non" in text_of(adviser, FILE + "ecrits/")
    post(adviser, f"annuler/{lines()[-1].key}", {})
    after = adviser.get(FILE).context
    assert (after["objection"], after["study"], len(after["gestures"])) == (
        None, before["study"], len(before["gestures"]),
    )  # fmt: skip


def test_an_objection_to_profiling_stands_until_the_latest_word_takes_it_back(adviser: Client) -> None:
    post(adviser, "profilage", {"answer": "no", "method": "spoken"})
    call = adviser.get("/telephone/c-camille/")
    assert (call.context["gestures"], "S’oppose au profilage" in call.content.decode()) == ([], True)
    assert "Consentement · Profilage" in call.content.decode()  # what was said here, told as such
    post(adviser, "profilage", {"answer": "yes", "method": "spoken", "proof": "Dit au magasin : d’accord"})
    assert adviser.get(FILE).context["objection"] is None


def test_a_case_is_opened_moved_on_and_closed_each_step_a_line(adviser: Client, files: Path) -> None:
    post(adviser, "dossier", {"subject": "Colis abîmé", "comment": "photo demandée"})
    key = lines()[0].key
    post(adviser, f"dossier/{key}", {"stage": "waiting", "comment": "photo reçue"})
    post(adviser, f"dossier/{key}", {"stage": "closed", "comment": "remplacé"})
    assert [(line.key == key, line.fields["stage"], line.fields["comment"]) for line in lines()] == [
        (True, "new", "photo demandée"), (True, "waiting", "photo reçue"), (True, "closed", "remplacé")
    ]  # fmt: skip
    told = [(row["status"], row["comment"], bool(row["closed_at"])) for row in rows(files / "cases.csv")]
    assert told == [("open", "photo demandée", False), ("open", "photo reçue", False), ("closed", "remplacé", True)]
    history = text_of(adviser, FILE + "ecrits/")
    assert "Attend le client Clos" in history
    assert "photo reçue remplacé" in history


def test_undo_is_a_dated_line_and_takes_the_word_off_the_screen(adviser: Client, files: Path) -> None:
    post(adviser, "consentement", {"email": "no", "method": "spoken"})
    (line,) = lines()
    post(adviser, f"annuler/{line.key}", {})
    assert lights(adviser)["email"] == "ok"
    before, after = lines()
    assert (before.is_withdrawn, after.is_withdrawn, after.user_name) == (False, True, "adviser-lil")
    assert [bool(row["withdrawn_at"]) for row in rows(files / "consents.csv")] == [False, True]
    assert "repris" in text_of(adviser, FILE + "ecrits/")
    assert adviser.post(f"{FILE}annuler/{line.key}/").status_code == 404


def test_one_undoes_one_s_own_words_and_a_steward_anybody_s(adviser: Client, signed_in: SignedIn) -> None:
    post(adviser, "noter", CALL)
    (line,) = lines()
    assert signed_in("adviser", shops=["LIL", "ROU"]).post(f"{FILE}annuler/{line.key}/").status_code == 403
    assert len(lines()) == 1
    post(signed_in("steward"), f"annuler/{line.key}", {})
    assert [one.user_name for one in lines()] == ["adviser-lil", "steward"]


def test_a_word_of_one_customer_is_out_of_reach_from_another_s_file(alice: Client) -> None:
    post(alice, "noter", CALL)
    (line,) = lines()
    assert alice.post(f"/clients/c-lucas/annuler/{line.key}/").status_code == 404
    assert len(lines()) == 1


def test_whom_to_call_back_is_listed_until_it_is_done(adviser: Client, signed_in: SignedIn) -> None:
    post(adviser, "noter", {**CALL, "follow_up": "1"})
    (line,) = lines()
    assert "Camille Chalain" in text_of(adviser, "/a-rappeler/")
    other = signed_in("adviser", shops=["REN"])
    assert "Camille" not in text_of(other, "/a-rappeler/?qui=tous")
    colleague = signed_in("shop_manager", shops=["LIL"])
    assert "Camille" not in text_of(colleague, "/a-rappeler/")
    assert "Camille Chalain" in text_of(colleague, "/a-rappeler/?qui=tous")
    assert adviser.post(f"{FILE}rappele/{line.key}/").headers["Location"] == "/a-rappeler/"
    assert "Personne à rappeler" in text_of(adviser, "/a-rappeler/")
    assert "À reprendre le" in text_of(adviser, FILE + "ecrits/")


def test_a_disk_that_refuses_keeps_nothing_here_or_there(adviser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chaland.errors import StorageError
    from chaland_web.desk import writing

    def full(*_: object, **__: object) -> None:
        raise StorageError("Disque plein.")

    monkeypatch.setattr(writing, "keep_line", full)
    assert adviser.post(FILE + "noter/", CALL).status_code == 503
    assert lines() == []


def test_what_was_typed_is_escaped(adviser: Client) -> None:
    post(adviser, "noter", {**CALL, "comment": "<script>alert(1)</script>"})
    for page in (FILE, FILE + "ecrits/"):
        assert "<script>alert" not in adviser.get(page).content.decode()


def test_the_examples_of_the_desk_and_of_stewardship_run(application: Path) -> None:
    from chaland_web.desk import values as desk_values
    from chaland_web.steward import agreement, judging

    for module in (agreement, judging, desk_values):
        found = doctest.testmod(module)
        assert (module.__name__, found.failed, found.attempted > 0) == (module.__name__, 0, True)


def test_a_field_left_blank_is_off_the_screen_at_once_until_it_is_taken_back(adviser: Client, files: Path) -> None:
    form = adviser.get(FILE + "corriger/").context["form"]
    assert "mobile" in dict(form.fields["blank"].choices)
    before = adviser.get(FILE).context["customer"]
    assert before.mobile is not None
    answer = adviser.post(FILE + "corriger/", {"blank": ["mobile", "address"], "reason": "une autre répond"})
    assert answer.status_code == 302
    (row,) = rows(files / "corrections.csv")
    assert (row["blank_fields"], row["mobile"], row["corrected_by"]) == ("mobile address", "", "adviser-lil")
    page = adviser.get(FILE)
    customer, reach = page.context["customer"], {one.channel: one.reason for one in page.context["reach"]}
    assert (customer.mobile, customer.address_lines, customer.postcode) == (None, (), None)
    assert (reach["sms"], reach["post"]) == ("no_mobile", "no_address")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
    assert "Mobile – corrigé adviser-lil" in text
    assert "Laissé vide Mobile, Adresse" in re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", adviser.get(FILE + "ecrits/").content.decode())
    )
    # what is blank can no longer be left blank
    assert adviser.post(FILE + "corriger/", {"blank": "mobile", "reason": "r"}).status_code == 422
    adviser.post(f"{FILE}annuler/{row['correction_key']}/")
    assert adviser.get(FILE).context["customer"] == before
