"""Without a postcode, the last words are the town or the end of the street's name: what French usage decides."""

from __future__ import annotations

import pytest

from chaland.clean.addresses import clean_address


@pytest.mark.parametrize(
    "street",
    [
        "RUE DU PROFESSEUR CALMETTE",
        "AVENUE DU PREFET CLAUDE ERIGNAC",
        "RUE ROGER ET EMMA BOLLEAU",
        "AVENUE TRENTIEME CORPS",
        "RESIDENCE DE PLEIN MER",
        "RUE DE LA CROIX DE KER CHALON",
        "RUE DE LA FONTAINE SAINT JEAN",
        "PETITE RUE SAINT NICOLAS",
        "RUE FAUBOURG SAINT JACQUES",
    ],
)
def test_a_word_that_asks_for_another_does_not_end_a_street(street: str) -> None:
    found = clean_address(f"12 {street}")
    assert (found.street, found.city) == (street, None)


@pytest.mark.parametrize(
    ("text", "street", "city"),
    [
        ("17 rue du Maréchal Joffre Brissac-Quincé", "RUE DU MARECHAL JOFFRE", "Brissac Loire Aubance"),
        ("13 Rue Nicole Chartrs", "RUE NICOLE", "Chartres"),
        ("8 Rue Mathieu Saint-Ouen-sur-Seine", "RUE MATHIEU", "Saint-Ouen-sur-Seine"),
        ("1 Rue Romaine Saint-Martinien", "RUE ROMAINE", "Saint-Martinien"),
        ("5 rue de la Fontaine Saint-Étienne", "RUE DE LA FONTAINE", "Saint-Étienne"),
    ],
)
def test_a_whole_street_is_followed_by_its_town(text: str, street: str, city: str) -> None:
    found = clean_address(text)
    assert (found.street, found.city) == (street, city)
