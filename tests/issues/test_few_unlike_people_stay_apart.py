"""Three people with nothing in common came out as one: no pair matches, so training took every pair for a match."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chaland.dedupe import dedupe_files
from chaland.progress import Reporter

HEADER = "id,prenom,nom,email,ville"
MARIE = "{},Marie,Durand,marie.durand@orange.fr,Lyon"
PAUL = "{},Paul,Lefevre,plef@free.fr,Nantes"
SOPHIE = "{},Sophie,Garnier,sgarnier@gmail.com,Lille"


@pytest.mark.parametrize(
    ("people", "persons"),
    [((MARIE,), 1), ((MARIE, PAUL), 2), ((MARIE, PAUL, SOPHIE), 3), ((MARIE, MARIE, SOPHIE), 2)],
)
def test_a_file_of_few_people_joins_only_those_alike(tmp_path: Path, people: tuple[str, ...], persons: int) -> None:
    path = tmp_path / "people.csv"
    lines = [HEADER, *(line.format(rank) for rank, line in enumerate(people, 1))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = dedupe_files(
        [path], tmp_path / "out", columns={}, id_column="id", as_of=date(2026, 11, 1), reporter=Reporter()
    )
    assert found.persons == persons
