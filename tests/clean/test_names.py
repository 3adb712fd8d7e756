"""Names: one readable table, and organisations told from persons."""

from __future__ import annotations

import pytest

from chaland.clean.names import RawName, clean_name
from chaland.clean.organisations import is_company_number, looks_like_organisation

# full_name, civility, first, last → civility, first, last, birth, sex, reason
NAMES = [
    ("", "M.", "Paul", "Durand", "M", "Paul", "Durand", None, "M", "ok"),
    ("", "MLLE", "CAMILLE", "DURAND", "MME", "Camille", "Durand", None, "F", "reformatted"),
    ("", "", "camille", "durand", None, "Camille", "Durand", None, None, "reformatted"),
    ("", "", "rene", "LEFEVRE", None, "René", "Lefevre", None, "M", "reformatted"),
    ("", "", "JEAN PIERRE", "LE GOFF", None, "Jean-Pierre", "Le Goff", None, "M", "reformatted"),
    ("", "", "J-P", "MARTIN", None, "J.-P.", "Martin", None, None, "initial_only"),
    ("", "", "JC", "MARTIN", None, "J.-C.", "Martin", None, None, "initial_only"),
    ("", "", "Zoé", "O'NEILL", None, "Zoé", "O'Neill", None, "F", "reformatted"),
    ("", "", "Marie", "DE LA FONTAINE", None, "Marie", "de La Fontaine", None, "F", "reformatted"),
    ("", "", "Anna", "McDonald", None, "Anna", "McDonald", None, "F", "ok"),
    ("", "Mme", "Claire", "DUPONT EP. MARTIN", "MME", "Claire", "Martin", "Dupont", "F", "reformatted"),
    ("", "Mme", "Claire", "MARTIN née DUPONT", "MME", "Claire", "Martin", "Dupont", "F", "reformatted"),
    ("", "", "LEFEBVRE", "Sophie", None, "Sophie", "Lefebvre", None, "F", "swapped_names"),
    ("", "", "Martin", "Thomas", None, "Martin", "Thomas", None, "M", "ok"),
    ("", "", "", "Mme DURAND MARIE", "MME", "Marie", "Durand", None, "F", "reformatted"),
    ("", "", "Durand Paul", "Durand", None, "Paul", "Durand", None, "M", "reformatted"),
    ("", "M et Mme", "Paul", "Durand", "M+MME", "Paul", "Durand", None, None, "couple"),
    ("", "", "", "Durand", None, None, "Durand", None, None, "first_name_missing"),
    ("", "", "Paul", "", None, "Paul", None, None, "M", "last_name_missing"),
    ("", "", "X", "INCONNU", None, None, None, None, None, "placeholder"),
    ("", "", "Paul", "INCONNU", None, "Paul", None, None, "M", "placeholder"),
    ("", "", "", "12345", None, None, None, None, None, "no_letters"),
    ("", "", "", "", None, None, None, None, None, "empty"),
    ("M. Paul DURAND", "", "", "", "M", "Paul", "Durand", None, "M", "split_name"),
    ("DURAND Paul", "", "", "", None, "Paul", "Durand", None, "M", "split_name"),
    ("MARTIN Bernard", "", "", "", None, "Bernard", "Martin", None, "M", "split_name"),
    ("LEFEBVRE CAMILLE", "", "", "", None, "Camille", "Lefebvre", None, None, "split_name"),
    ("Durand, Paul", "", "", "", None, "Paul", "Durand", None, "M", "split_name"),
    ("Marie Claude", "", "", "", None, "Marie", "Claude", None, "F", "order_doubtful"),
    ("ROUSSEAU Marie-Claude", "", "", "", None, "Marie-Claude", "Rousseau", None, "F", "split_name"),
    ("Charles de Gaulle", "", "", "", None, "Charles", "de Gaulle", None, "M", "split_name"),
    ("JEAN ET MARIE DUPONT", "", "", "", "M+MME", "Jean et Marie", "Dupont", None, None, "couple"),
    ("M. MME DUPONT JEAN MARIE", "", "", "", "M+MME", "Jean-Marie", "Dupont", None, None, "couple"),
    ("BERNARD Jeanne épouse DURAND", "", "", "", None, "Jeanne", "Durand", "Bernard", "F", "split_name"),
    ("Dr Paul Petit", "", "", "", None, "Paul", "Petit", None, "M", "split_name"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("full", "civility", "first", "last", "civility_out", "first_out", "last_out", "birth_out", "sex", "reason"), NAMES
)
def test_a_name_is_cleaned(
    full: str, civility: str, first: str, last: str, civility_out: str | None, first_out: str | None,
    last_out: str | None, birth_out: str | None, sex: str | None, reason: str,
) -> None:  # fmt: skip
    found = clean_name(RawName(full_name=full, civility=civility, first_name=first, last_name=last))
    name = (found.civility, found.first_name, found.last_name, found.birth_name, found.sex, found.name_reason)
    assert name == (civility_out, first_out, last_out, birth_out, sex, reason)


def test_keys_are_folded_and_keep_particles() -> None:
    found = clean_name(RawName(first_name="Jean-François", last_name="d'Almeida", birth_name="LE GOFF"))
    assert (found.first_name_key, found.last_name_key, found.birth_name_key) == (
        "JEAN FRANCOIS",
        "D ALMEIDA",
        "LE GOFF",
    )


def test_the_sex_said_by_the_source_wins_over_the_first_name() -> None:
    assert clean_name(RawName(first_name="Camille", last_name="Durand", sex="2")).sex == "F"
    assert clean_name(RawName(first_name="Camille", last_name="Durand", sex="H")).sex == "M"


@pytest.mark.parametrize(
    "text", ["SARL Dupont", "Dupont et Fils", "Mairie de Lyon", "GARAGE DU CENTRE", "SCI Les Lilas", "Pharmacie"]
)
def test_an_organisation_is_told_from_its_name(text: str) -> None:
    found = clean_name(RawName(last_name=text))
    assert (found.is_organisation, found.organisation, found.last_name) == (True, text, None)


@pytest.mark.parametrize("text", ["Sa", "Paulo SA", "Jean Garage", "Martin", "Boulanger", "Maison"])
def test_a_person_is_not_taken_for_an_organisation(text: str) -> None:
    assert not looks_like_organisation(text)


def test_a_contact_in_a_company_stays_a_person() -> None:
    found = clean_name(RawName(first_name="Paul", last_name="Durand", organisation="SARL Durand"))
    assert (found.is_organisation, found.organisation, found.last_name) == (False, "SARL Durand", "Durand")


def test_company_numbers_keep_their_check_sum() -> None:
    assert is_company_number("73282932000074") and is_company_number("35600000000048")
    assert not is_company_number("73282932000075")


def test_further_placeholders_come_from_the_settings() -> None:
    assert clean_name(RawName(last_name="Fiche Web"), ("FICHE WEB",)).name_reason == "placeholder"
