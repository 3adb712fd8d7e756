"""A JSON array, garbage named .xlsx and a file that names nobody ended in "0 records" and success."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chaland.dedupe import dedupe_files
from chaland.errors import ChalandError, ConfigError, SourceError
from chaland.progress import Reporter


def refused(path: Path) -> ChalandError:
    with pytest.raises(ChalandError) as caught:
        dedupe_files([path], path.parent / "out", columns={}, as_of=date(2026, 11, 1), reporter=Reporter())
    return caught.value


def test_one_json_array_is_refused_with_what_to_write_instead(tmp_path: Path) -> None:
    path = tmp_path / "clients.json"
    path.write_text('[{"nom": "Durand"}, {"nom": "Lefevre"}]', encoding="utf-8")
    error = refused(path)
    assert isinstance(error, SourceError)
    assert "c’est un seul tableau : écrivez un objet par ligne" in str(error)
    assert "Durand" not in str(error)


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods", "a.parquet", "a.sqlite3", "a.mdb"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"not at all\x00what it says\n" * 20)
    error = refused(path)
    assert isinstance(error, SourceError)
    assert "ses premiers octets ne sont pas ceux de ce format" in str(error)


def test_a_header_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("nom;prenom\n", encoding="utf-8")
    assert str(refused(path)) == "clients.csv : aucune ligne ne peut être lue ; lignes refusées : 0."


def test_a_file_without_a_column_that_names_anybody_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mesures.csv"
    path.write_text("lambda;theta\n1.5;2\n2.5;3\n", encoding="utf-8")
    error = refused(path)
    assert isinstance(error, ConfigError)
    assert str(error).startswith("mesures.csv : aucune colonne ne nomme une personne")
