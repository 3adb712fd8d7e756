"""A folder completes the words and the tables cleaning knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chaland.clean.dictionaries import use_dictionaries
from chaland.clean.emails import clean_email
from chaland.clean.names import RawName, clean_name
from chaland.clean.reference_columns import reference_columns
from chaland.config import parse_settings
from chaland.errors import ConfigError


@pytest.fixture(autouse=True)
def own_words_afterwards() -> Iterator[None]:
    yield
    use_dictionaries(None)


def test_words_of_a_toml_file_are_added_to_chalands(tmp_path: Path) -> None:
    assert not clean_name(RawName(full_name="Toiturex Grand Ouest")).is_organisation
    (tmp_path / "names.toml").write_text('[organisations]\nwords = ["TOITUREX"]\n', encoding="utf-8")

    use_dictionaries(tmp_path)

    assert clean_name(RawName(full_name="Toiturex Grand Ouest")).is_organisation
    assert clean_name(RawName(full_name="Garage du Centre")).is_organisation


def test_a_typing_error_of_a_domain_is_added(tmp_path: Path) -> None:
    (tmp_path / "email_domains.toml").write_text('[typing_errors]\n"oranje.fr" = "orange.fr"\n', encoding="utf-8")

    use_dictionaries(tmp_path)

    assert clean_email("a.durand@oranje.fr")[:4] == ("a.durand@orange.fr", "a.durand@orange.fr", "C", "domain_repaired")


def test_rows_of_a_csv_file_are_added_to_a_reference_table(tmp_path: Path) -> None:
    (tmp_path / "first_names.csv").write_text("name;sex;births\nZzyva;F;400\n", encoding="utf-8")
    assert clean_name(RawName(first_name="Zzyva", last_name="Durand")).sex is None

    use_dictionaries(tmp_path)

    assert clean_name(RawName(first_name="Zzyva", last_name="Durand")).sex == "F"
    assert [column[-1] for column in reference_columns("first_names", "name", "births")] == ["Zzyva", 400]


def test_chalands_words_come_back_without_the_folder(tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_text('[organisations]\nwords = ["TOITUREX"]\n', encoding="utf-8")
    use_dictionaries(tmp_path)
    use_dictionaries(None)
    assert not clean_name(RawName(full_name="Toiturex Grand Ouest")).is_organisation


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("first_name.csv", "name\nZzyva\n", "Vouliez-vous dire first_names.csv"),
        ("first_names.csv", "names\nZzyva\n", "Vouliez-vous dire name"),
        ("first_names.csv", "name,births\nZzyva,many\n", "colonne births\N{NO-BREAK SPACE}: attendu int32"),
        ("names.toml", "organisations = 3\n", "organisations\N{NO-BREAK SPACE}: attendu dict, trouvé int"),
        ("names.toml", "organisations = \n", "ne se lit pas"),
    ],
)
def test_a_wrong_dictionary_is_told_in_a_sentence(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=sentence):
        use_dictionaries(tmp_path)
    assert clean_name(RawName(full_name="Garage du Centre")).is_organisation


def test_the_folder_lies_under_the_root_of_the_sources(tmp_path: Path) -> None:
    assert parse_settings('[clean]\ndictionaries = "mots"\n', tmp_path).dictionaries == (tmp_path / "mots").resolve()
    elsewhere = '[base]\nsources_root = "../files"\n[clean]\ndictionaries = "mots"\n'
    assert parse_settings(elsewhere, tmp_path).dictionaries == (tmp_path.parent / "files" / "mots").resolve()
    assert parse_settings("", tmp_path).dictionaries is None
    with pytest.raises(ConfigError, match="n’est pas un dossier"):
        use_dictionaries(tmp_path / "mots")
