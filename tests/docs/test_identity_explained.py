"""The figures of the examples worked by hand in docs/explanation/identity.md, worked again."""

from __future__ import annotations

import re
from fractions import Fraction
from math import log2
from pathlib import Path

import pytest

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "explanation" / "identity.md").read_text(encoding="utf-8")


def number(text: str) -> float:
    """Read 0,80, 0,000 002, 1/8 192, −2,7 or +12,7."""
    plain = re.sub(r"[\s*+]", "", text).replace("−", "-").replace(",", ".")
    return float(Fraction(plain))


def rows(columns: int, header: str) -> list[list[str]]:
    table = TEXT[TEXT.index(header) :].split("\n\n")[0].splitlines()[2:]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    assert all(len(row) == columns for row in found)
    return found


CAMILLE = rows(5, "| champ | résultat | m | u | poids |")
FATHER = rows(7, "| champ | résultat | m | h (même foyer) | u | contre inconnus | contre le foyer |")


@pytest.mark.parametrize("row", CAMILLE, ids=[row[0] for row in CAMILLE])
def test_each_weight_of_camille_is_the_log_of_its_ratio(row: list[str]) -> None:
    m, u = number(row[2]), number(row[3])
    ratio, weight = (number(part) for part in row[4].removeprefix("log₂ ").split("="))
    assert ratio == pytest.approx(m / u, rel=0.003)
    assert weight == pytest.approx(log2(m / u), abs=0.05)


def test_the_weight_of_camille_is_the_sum_and_the_prior() -> None:
    fields = sum(log2(number(row[2]) / number(row[3])) for row in CAMILLE)
    prior = log2(1e-6)
    assert f"Somme : {fields:.1f} bits".replace(".", ",") in TEXT
    said = f"{fields:.1f} − {-prior:.1f} = {fields + prior:.1f} bits".replace(".", ",")
    assert f"**{said}**" in TEXT
    assert round(2 ** (fields + prior), -2) == 12_500
    assert "12 500 contre 1 : `match_probability` = 0,9999" in TEXT
    assert int(1e4 * 2 ** (fields + prior) / (1 + 2 ** (fields + prior))) == 9_999


def test_a_common_name_alone_would_leave_two_homonyms() -> None:
    martin = log2(0.80 * 256)
    assert f"log₂(0,80 × 256) = {martin:.1f} bits".replace(".", ",") in TEXT
    by_field = {row[0]: log2(number(row[2]) / number(row[3])) for row in CAMILLE}
    assert by_field["prénom"] + martin + by_field["adresse"] + log2(1e-6) < 0


@pytest.mark.parametrize("row", FATHER, ids=[row[0] for row in FATHER])
def test_each_weight_of_father_and_son_is_the_log_of_its_ratio(row: list[str]) -> None:
    m, h, u, against_strangers, against_home = (number(cell) for cell in row[2:])
    assert against_strangers == pytest.approx(log2(m / u), abs=0.051)
    assert against_home == pytest.approx(log2(m / h), abs=0.051)


def test_father_and_son_are_two_customers_of_one_home() -> None:
    m, h, u = ([number(row[column]) for row in FATHER] for column in (2, 3, 4))
    strangers = sum(log2(one / other) for one, other in zip(m, u, strict=True))
    home = sum(log2(one / other) for one, other in zip(m, h, strict=True))
    assert f"{strangers:.1f} bits".replace(".", ",") in TEXT
    assert f"**+{strangers + log2(1e-6):.1f}**".replace(".", ",") in TEXT
    said = f"−{-home:.2f} + {log2(1.5):.2f} = **−{-(home + log2(1.5)):.1f}**".replace(".", ",")
    assert said in TEXT
