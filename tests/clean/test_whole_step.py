"""The whole step on hostile rows: nothing is lost, order does not matter, and what is clean stays as it is."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.clean.test_records import cleaned, person

from chaland.engine import Engine

ROWS = 200
CLEAN = (
    "organisation", "civility", "first_name", "last_name", "birth_name", "birth_date", "street_number",
    "street_extension", "street", "complement", "place", "postcode", "city", "insee_code", "country", "phone",
    "mobile", "email",
)  # fmt: skip
"""What cleaning answers of each record, in the order compared."""
GIVEN_BACK = tuple(name for name in CLEAN if name not in ("street_extension", "insee_code"))
"""What is cleaned again: all of it; the extension goes back with its number, the commune's code is never received."""
WORDS: dict[str, tuple[str | None, ...]] = {
    "civility": (None, "M.", "Mme", "MLLE", "Mr et Mme", "Dr", "??", "Mme le Dr", "STE"),
    "first_name": (
        None, "Paul", "ZOE", "jean-marie", "J.P.", "M'hamed", "rene", "Ñandú", "-", "TEST", "Jo", "a" * 80, "Martin",
        "Jean et Marie", "Mme", "Dr Anne", "DURAND Paul", "jean  pierre", "Le", "Société",
    ),
    "last_name": (
        None, "DURAND", "lefèvre", "LEFEVRE", "O'Connor", "de la Tour", "le goff", "SARL Durand", "NC", "X",
        "DUPONT*JEAN PAUL/", "Mme MARTIN née PETIT", "D’ARTAGNAN", "NGuyen  Van", "\x00\x07", "👍", "12 rue Haute",
        "Durand MARIE", "Marie", "BEN SALAH", "van der Berg Anne", "DUPONT ép. MARTIN", "Durand (DCD)", "DUPONT fils",
        "MARTIN-Dupont", "Jean et Marie DUPONT", "M. Paul DURAND et Mme Anne PETIT", "Garage du Centre", "née Leroy",
        "Paul Durand - SARL Toitures", "Durand EI", "CAMILLE Thomas", "d'", "Mac Donald", "DUPONT, Jean",
    ),
    "birth_name": (None, None, None, None, "PETIT", "née Leroy", "nc", "D'ARC"),
    "street_number": (None, None, None, None, None, "12", "3 bis", "7B", "0", "12345", "10-12", "rue Basse"),
    "street": (
        None, "12 rue Haute", "12bis, av. du Gal de Gaulle", "3 r. Hugo MARSEILE 13001", "BP 123", "Résidence Les Pins",
        "lieu-dit Kerbihan", "???", "7 ALLEE DES LILAS BAT B ESC 3", "1" * 60, "CHEZ M. PAUL 4 PL DE L'EGLISE", "Rue",
        "rue de la Paix 12 bis", "15/17 rue des Lilas, Bât. A", "8 r du 8 mai 1945", "CS 12345 ZI Nord", "A", "12",
        "4 rue Haute 6 rue Basse", "Appt 12 3e ét. esc B, rés. Les Tilleuls, 4 rue Haute", "Kerbihan", "le bourg",
        "Hameau de Caudos", "chez Durand", "rue Ste Anne", "5 pl. N D", "1er étage 3 quai Nord", "12 13 rue Haute",
        "lot 4 Les Pins", "TSA 1234", "Les Tilleuls, 12", "7 U Carrughju", "Immeuble Le Parc 3 av. Foch", "2 Foch",
    ),
    "complement": (
        None, "Bât. C", "Apt 12 ETG 3", "chez Durand", ".", "NEANT", "Résidence Les Pins", "12 rue Basse", "BP 7",
        "c/o Mme Petit appt 4", "Lille", "RDC", "lieu-dit Caudos", "12", "Tour B", "Mme Petit", "porte A esc 2 bat B",
    ),
    "place": (None, None, None, None, "Kerbihan", "lieu-dit Caudos", "BP 12", "3 rue Basse", "Lille", "Puyricard"),
    "postcode": (
        None, "59000", "5900", "01 000", "2A004", "99999", "750O1", "97410", "98000", "SW1A 1AA", "00000", "20000",
        "20137", "98713", "33506", "75800", "13540", "1000", "L-1611", "35000", "00100", "94880", "24230", "F-75008",
    ),
    "city": (
        None, "Lille", "MARSEILE", "ST GERMIN EN LAYE", "paris 11", "RENNES CEDEX", "Saint-Denis", "London", "n/a",
        "L'Haÿ-les-Roses", "75011 PARIS", "Ville inconnue", "PORTO VECCHIO", "Ajaccio", "Monaco", "Papeete",
        "Libourne Cedex", "PARIS CEDEX 08", "Bruxelles", "LA CHAPELLE MONTHODON", "Puyricard", "Mios Cedex", "Fort de "
        "France", "LYON 3EME", "st pierre", "Marseille la Valentine", "ARMEES", "Genève SUISSE", "A", "LILLE NORD",
    ),
    "country": (None, None, None, None, None, "France", "FR", "Belgique", "MC", "xx", "Suisse", "Royaume-Uni", "?"),
    "phone": (
        None, "0612345678", "01 45 67 89 01", "+33 (0)6 12 34 56 78", "0692123456", "0000000000", "06/07", "321",
        "45678901", "0145678901 / 0612345678", "+32 475 12 34 56", "0377 97 70 70 70", "612345678.0", "36 30",
        "0495123456", "+687 12 34 56", "0145678901 poste 12",
    ),
    "mobile": (
        None, "06.98.76.54.32", "0145678901", "33612345678", "06123456", "0612345678 ou 0687654321", "0690123456",
        "+41 79 123 45 67", "0700123456", "nc",
    ),
    "email": (
        None, "Paul.Durand@gmial.com", "zoe@wanado.fr", "a@b", "PAUL@EXAMPLE.ORG ", "contact@brindille.fr", "n@n.fr",
        "paul durand@orange.fr", "é@orange.fr", "x" * 90 + "@free.fr", "paul@orange.fr;zoe@free.fr", "<a.b@sfr.fr>",
        "mailto:zoe@free.fr", "zoe@free", "Zoé <zoe@free.fr>", "paul.durand@orange..fr", "p@yopmail.com", "zoe@free,fr",
    ),
    "birth_date": (
        None, "12/03/1975", "1975-03-12", "31/02/1980", "01/01/1900", "27465", "12 mars 75", "2031-01-01", "03/75",
        "1975", "12031975", "1912-02-03", "12-3-75 00:00:00", "03/14/1980",
    ),
}  # fmt: skip


def hostile(seed: int) -> list[dict[str, Any]]:
    """Return rows whose fields are drawn one by one: most of them make no sense together."""
    draw = random.Random(seed)
    drawn = [{name: draw.choice(words) for name, words in WORDS.items()} for _ in range(ROWS)]
    return [person(str(row), row + 2, **fields) for row, fields in enumerate(drawn)]


def answers(engine: Engine) -> list[dict[str, Any]]:
    """Return what was cleaned of each record, by its key."""
    rows = engine.rows(f"select person_key, {', '.join(CLEAN)} from clean.records order by record_id")
    return [dict(zip(("person_key", *CLEAN), row, strict=True)) for row in rows]


def given_back(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a clean record as a source would say it."""
    fields = {name: answer[name] and str(answer[name]) for name in GIVEN_BACK}
    number = " ".join(part for part in (answer["street_number"], answer["street_extension"]) if part)
    return person(answer["person_key"], 2, **fields | {"street_number": number or None})


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_clean_stays_as_it_is(seed: int) -> None:
    once = answers(cleaned(hostile(seed)))
    twice = answers(cleaned([given_back(answer) for answer in once]))
    changed = [
        (before["person_key"], name, before[name], after[name])
        for before, after in zip(once, twice, strict=True)
        for name in CLEAN
        if before[name] != after[name]
    ]
    assert changed == []


def test_the_order_of_hostile_rows_does_not_matter() -> None:
    people = hostile(3)
    shuffled = list(people)
    random.Random(7).shuffle(shuffled)
    query = "select * from clean.records order by record_id"
    assert cleaned(shuffled).rows(query) == cleaned(people).rows(query)
