"""A chaland.toml in another encoding, with sources that are no tables or with items of a wrong type: tracebacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland.config import load_settings, parse_settings
from chaland.errors import ConfigError


def faults_of(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        parse_settings(text, Path())
    return caught.value.faults


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "chaland.toml").write_bytes(b'[base]\nname = "caf\xe9"\n')
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path)
    assert caught.value.message == (f"{tmp_path}/chaland.toml : UTF-8 attendu, autre encodage trouvé à la ligne 2.")
    assert caught.value.next_step == "Enregistrez le fichier en UTF-8 et relancez."


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "chaland.toml").write_bytes(b'\xef\xbb\xbf[base]\nname = "Brindille"\n')
    assert load_settings(tmp_path).base.name == "Brindille"


@pytest.mark.parametrize("text", ["sources = 3", '[[sources]]\nkind = "people"'])
def test_sources_that_are_no_tables_are_told(text: str) -> None:
    assert faults_of(text) == ("Chaque source a sa propre table : [sources.NOM].",)


def test_items_of_a_wrong_type_are_told_by_their_setting() -> None:
    text = """
    [sources.card]
    kind = "people"
    files = [3]
    filter = { a = 1 }
    constants = { sex = 1 }
    values = { sex = 3 }
    widths = { a = ["x"], b = [1, 2] }
    """
    assert faults_of(text)[:5] == (
        "sources.card.files : list[str] attendu, list[int] trouvé.",
        "sources.card.filter : dict[str, str] attendu, dict[str, int] trouvé.",
        "sources.card.constants : dict[str, str] attendu, dict[str, int] trouvé.",
        "sources.card.values : dict[str, dict[str, str]] attendu, dict[str, int] trouvé.",
        "sources.card.widths : dict[str, list[int]] attendu, dict[str, list[int] | list[str]] trouvé.",
    )


def test_limits_that_no_build_could_keep_are_told() -> None:
    text = """
    [run]
    memory_limit = "lots"
    threads = -1
    keep_snapshots = 0
    [identity]
    threshold = 7
    max_block_rows = 0
    """
    assert faults_of(text) == (
        "run.memory_limit : taille attendue, par exemple 4GB.",
        "run.threads : 0 ou plus attendu.",
        "run.keep_snapshots : 1 ou plus attendu.",
        "identity.threshold : nombre entre 0 et 1 attendu.",
        "identity.max_block_rows : 1 ou plus attendu.",
    )
