"""Worked examples of names, to be read: what came in one field → what is kept. A person could tell each of them."""
# ruff: noqa: E501  tables to be read across

from __future__ import annotations

import pytest

from chaland.clean.first_names import formal_names, likely_sex
from chaland.clean.names import RawName, clean_name

# full name → civility title | first name | last name | birth name | organisation | sex, reason
FULL_NAMES = """
M. Jean-Pierre DUPONT                       → M       | Jean-Pierre    | Dupont              |        |                   | M split_name
Mme Marie-Claude DURAND née PETIT           → MME     | Marie-Claude   | Durand              | Petit  |                   | F split_name
Mme DURAND Marie ép. PETIT                  → MME     | Marie          | Petit               | Durand |                   | F split_name
DUPONT veuve MARTIN Jeanne                  →         | Jeanne         | Martin              | Dupont |                   | F split_name
Mme DUPONT Marie-France (NOM JF MARTIN)     → MME     | Marie-France   | Dupont              | Martin |                   | F split_name
Mme Vve Jeanne MARTIN                       → MME VVE | Jeanne         | Martin              |        |                   | F split_name
Dr. Paul PETIT                              → DR      | Paul           | Petit               |        |                   | M split_name
M. le Docteur Paul Petit                    → M DR    | Paul           | Petit               |        |                   | M split_name
J.P. Lebourg                                →         | J.-P.          | Lebourg             |        |                   |   initial_only
M. Guillon J-L                              → M       | J.-L.          | Guillon             |        |                   | M initial_only
Mme le Professeur Anne Martin               → MME PR  | Anne           | Martin              |        |                   | F split_name
Me Jean Durand                              → ME      | Jean           | Durand              |        |                   | M split_name
Mgr Paul Lefèvre                            → MGR     | Paul           | Lefèvre             |        |                   | M split_name
Soeur Marie Thérèse                         → SOEUR   | Marie-Thérèse  |                     |        |                   | F last_name_missing
Col. Paul Durand                            → COL     | Paul           | Durand              |        |                   | M split_name
Général de Gaulle                           → GAL     |                | de Gaulle           |        |                   |   first_name_missing
M. et Mme DURAND Paul                       → M+MME   | Paul           | Durand              |        |                   |   couple
Paul & Marie DUPONT                         → M+MME   | Paul et Marie  | Dupont              |        |                   |   couple
DUPONT Paul ou Marie                        → M+MME   | Paul et Marie  | Dupont              |        |                   |   couple
M. Paul DUPONT et Mme Marie DURAND          → M+MME   | Paul et Marie  | Dupont et Durand    |        |                   |   couple
Famille DUPONT                              → M+MME   |                | Dupont              |        |                   |   couple
JP DUPONT                                   →         | J.-P.          | Dupont              |        |                   |   initial_only
DUPONT J.                                   →         | J              | Dupont              |        |                   |   initial_only
VAN DER BERG Pieter                         →         | Pieter         | Van Der Berg        |        |                   |   split_name
Pieter van der Berg                         →         | Pieter         | van der Berg        |        |                   |   split_name
DE GAULLE Charles                           →         | Charles        | de Gaulle           |        |                   | M split_name
Jean de La Fontaine                         →         | Jean           | de La Fontaine      |        |                   | M split_name
Jean d'ORMESSON                             →         | Jean           | d'Ormesson          |        |                   | M split_name
Mohamed Ben Salah                           →         | Mohamed        | Ben Salah           |        |                   | M split_name
DOS SANTOS FERREIRA Ana                     →         | Ana            | Dos Santos Ferreira |        |                   | F split_name
MARTIN-DUPONT Claire                        →         | Claire         | Martin-Dupont       |        |                   | F split_name
DUPONT, Jean                                →         | Jean           | Dupont              |        |                   | M split_name
MARTIN Bernard                              →         | Bernard        | Martin              |        |                   | M split_name
Laurent Simon                               →         | Laurent        | Simon               |        |                   | M order_doubtful
LEFEVRE RENE                                →         | René           | Lefevre             |        |                   | M split_name
Henri Dupont II                             →         | Henri          | Dupont II           |        |                   | M split_name
M. Dupont Jr                                → M       |                | Dupont Jr           |        |                   | M first_name_missing
Paul DUPONT (décédé)                        →         | Paul           | Dupont              |        |                   | M deceased_note
DCD Paul Dupont                             →         | Paul           | Dupont              |        |                   | M deceased_note
SARL DUPONT                                 →         |                |                     |        | SARL DUPONT       |   organisation
Dupont & Fils                               →         |                |                     |        | Dupont & Fils     |   organisation
Le Garage                                   →         |                |                     |        | Le Garage         |   organisation
Mairie de Lyon                              →         |                |                     |        | Mairie de Lyon    |   organisation
FR40303265045                               →         |                |                     |        | FR40303265045     |   organisation
M. Paul Durand - SARL Toitures              → M       | Paul           | Durand              |        | SARL Toitures     | M split_name
EI Paul DURAND                              →         | Paul           | Durand              |        | EI Paul DURAND    | M split_name
Jean Boulanger                              →         | Jean           | Boulanger           |        |                   | M split_name
Monsieur                                    → M       |                |                     |        |                   | M placeholder
M. Inconnu                                  → M       |                |                     |        |                   | M placeholder
Client de passage                           →         |                |                     |        |                   |   placeholder
"""


@pytest.mark.parametrize("example", FULL_NAMES.strip().splitlines())
def test_a_name_in_one_field(example: str) -> None:
    given, expected = example.split("→")
    name = clean_name(RawName(full_name=given.strip()))
    civilities = " ".join(filter(None, (name.civility, name.title)))
    verdict = f"{name.sex or ''} {name.name_reason}"
    parts = (civilities, name.first_name, name.last_name, name.birth_name, name.organisation, verdict)
    assert [part or "" for part in parts[:-1]] == [cell.strip() for cell in expected.split("|")[:-1]]
    assert verdict.split() == expected.split("|")[-1].split()


# first name | last name → civility title | first name | last name | birth name | organisation, reason
TWO_FIELDS = """
rene               | LEFEVRE             →     | René          | Lefevre        |        |             reformatted
JEAN PIERRE        | LE GOFF             →     | Jean-Pierre   | Le Goff        |        |             reformatted
Marie (née Martin) | Dupont              →     | Marie         | Dupont         | Martin |             reformatted
M. Paul            | Dupont              → M   | Paul          | Dupont         |        |             reformatted
Dr Paul            | Dupont              → DR  | Paul          | Dupont         |        |             reformatted
Mme                | DUPONT              → MME |               | Dupont         |        |             first_name_missing
SARL               | DUPONT              →     |               |                |        | SARL DUPONT organisation
Dupont             | Paul                →     | Paul          | Dupont         |        |             swapped_names
MARTIN             | Thomas              →     | Martin        | Thomas         |        |             reformatted
Paul Dupont        |                     →     | Paul          | Dupont         |        |             reformatted
Paul               | DUPONT PAUL         →     | Paul          | Dupont         |        |             reformatted
Jean et Marie      | Dupont              →     | Jean et Marie | Dupont         |        |             couple
marie-claude       | de la fontaine      →     | Marie-Claude  | de La Fontaine |        |             reformatted
Loïc               | MCDONALD            →     | Loïc          | McDonald       |        |             reformatted
Mehdi              | N'DIAYE             →     | Mehdi         | N'Diaye        |        |             reformatted
Paul               | DUPONT (DCD)        →     | Paul          | Dupont         |        |             deceased_note
Éloïse             | L'HERMITTE          →     | Éloïse        | L'Hermitte     |        |             reformatted
"""


@pytest.mark.parametrize("example", TWO_FIELDS.strip().splitlines())
def test_a_name_in_two_fields(example: str) -> None:
    given, expected = example.split("→")
    first, last = (cell.strip() for cell in given.split("|"))
    name = clean_name(RawName(first_name=first, last_name=last))
    *cells, end = (cell.strip() for cell in expected.split("|"))
    civilities = " ".join(filter(None, (name.civility, name.title)))
    parts = (civilities, name.first_name, name.last_name, name.birth_name)
    assert [part or "" for part in parts] == cells
    assert f"{name.organisation or ''} {name.name_reason}".strip() == end


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("d'Almeida", "D ALMEIDA"), ("DE LA FONTAINE", "DE LA FONTAINE"), ("Dupont fils", "DUPONT"),
        ("Dupont Jr", "DUPONT"), ("Saint-Exupéry", "SAINT EXUPERY"), ("Fils", "FILS"),
    ],
)  # fmt: skip
def test_the_key_of_a_last_name_leaves_out_what_follows_it(written: str, key: str) -> None:
    assert clean_name(RawName(first_name="Paul", last_name=written)).last_name_key == key


@pytest.mark.parametrize(
    ("short", "formal"),
    [
        ("Babeth", ("ELISABETH",)), ("Seb", ("SEBASTIEN",)), ("Manu", ("EMMANUEL", "EMMANUELLE", "MANUEL", "MANUELLE")),
        ("Bob", ("ROBERT",)), ("Peggy", ("MARGUERITE", "MARGARET")), ("Thibaud", ("THIBAULT",)), ("Matthieu", ("MATHIEU",)),
        ("Paul", ()), ("", ()),
    ],
)  # fmt: skip
def test_a_diminutive_tells_the_names_it_may_stand_for(short: str, formal: tuple[str, ...]) -> None:
    assert set(formal_names(short)) == set(formal)


def test_the_likely_sex_comes_with_its_probability() -> None:
    found = likely_sex("Dominique")
    assert found is not None
    assert (found.sex, 0.5 < found.probability < 0.7) == ("M", True)
    assert [likely_sex(name).sex for name in ("Marie-Ange", "Seb", "ZOE", "Jean Gaston")] == ["F", "M", "F", "M"]  # type: ignore[union-attr]
    assert likely_sex("Xyzzq") is None
