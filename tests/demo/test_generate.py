"""The same arguments give the same bytes; a folder that is not ours is left alone."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from chaland.cli.demo import demo_command
from chaland.config import load_settings
from chaland.demo import CAST, MessRates, write_demo
from chaland.demo.history import History
from chaland.errors import ConfigError, StorageError
from chaland.progress import Reporter


def fingerprints(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a demonstration of 300 persons, seed 5, for reading only."""
    folder = tmp_path_factory.mktemp("small")
    write_demo(folder, persons=300, seed=5)
    return folder


def test_another_seed_gives_other_files_and_the_same_again_the_same_bytes(small: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, persons=400, seed=6, as_of=date(2025, 3, 31))
    other = fingerprints(tmp_path)
    write_demo(tmp_path, persons=300, seed=5)
    assert fingerprints(tmp_path) == fingerprints(small)
    differing = {name for name, print_ in fingerprints(small).items() if print_ != other.get(name)}
    assert {"carte/porteurs.txt", "voix_du_client/enquetes.xlsx", "assistance/assistance.sqlite3"} <= differing
    assert "chaland.toml" not in differing
    assert "externe/communes.csv" not in differing


def test_rates_change_what_is_written_and_not_who_is_who(small: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, persons=300, seed=5, rates=MessRates(typing_error=0.5, lost_accents=1.0))
    assert fingerprints(small)["truth.parquet"] == fingerprints(tmp_path)["truth.parquet"]
    usual, dirtier = ((folder / "carte" / "porteurs.txt").read_bytes() for folder in (small, tmp_path))
    assert usual != dirtier
    assert len(usual) == len(dirtier)


def test_a_folder_with_other_files_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("précieux", encoding="utf-8")
    before = fingerprints(tmp_path)
    with pytest.raises(StorageError) as refusal:
        write_demo(tmp_path, persons=300)
    assert str(refusal.value).splitlines() == [
        f"{tmp_path} n’est pas vide et ne contient pas de démonstration.",
        "Rien n’a été touché.",
        "Nommez un autre dossier.",
    ]
    assert fingerprints(tmp_path) == before


def test_a_base_is_not_taken_for_a_demonstration(tmp_path: Path) -> None:
    (tmp_path / "chaland.toml").write_text('[base]\nname = "À moi"\n', encoding="utf-8")
    before = fingerprints(tmp_path)
    with pytest.raises(StorageError):
        write_demo(tmp_path, persons=300)
    assert fingerprints(tmp_path) == before


def test_too_few_persons_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="au moins 200 personnes"):
        write_demo(tmp_path / "demo", persons=50)
    assert not (tmp_path / "demo").exists()


def test_rates_are_shares() -> None:
    with pytest.raises(ValueError, match="typing_error must be between 0 and 1"):
        MessRates(typing_error=1.5)
    assert MessRates().scaled(1_000).typing_error == 1.0


def test_the_history_ends_where_it_is_told_and_every_step_is_reported(tmp_path: Path) -> None:
    reporter = Reporter()
    write_demo(tmp_path, persons=200, as_of=date(2025, 2, 28), reporter=reporter)
    names = sorted(path.name for path in (tmp_path / "tickets").iterdir())
    assert (names[0], names[-1], len(names)) == ("tickets_20230301.csv", "tickets_20250228.csv", 731)
    assert History(date(2024, 2, 29)).start == date(2022, 3, 1)
    assert {step.name for step in reporter.steps} == {
        "demo.persons", "demo.sales", "demo.tickets", "demo.card", "demo.site", "demo.events", "demo.projects",
        "demo.installations", "demo.surveys", "demo.help_line", "demo.lists", "demo.truth",
    }  # fmt: skip
    told = pq.read_table(tmp_path / "truth.parquet").num_rows
    assert next(step for step in reporter.steps if step.name == "demo.truth").facts == {"records": told}


def test_the_mapping_names_only_columns_that_the_files_have(brindille: Path) -> None:
    settings = load_settings(brindille)
    assert settings.base.name == "Brindille"
    assert settings.card_systems == ("carte",)
    assert {source.kind for source in settings.sources.values()} == {
        "people", "loyalty", "tickets", "surveys", "contacts", "cases", "web_events", "projects", "flags", "communes",
        "shops", "products",
    }  # fmt: skip
    read: set[Path] = set()
    for source in settings.sources.values():
        files = [path for pattern in source.files for path in brindille.glob(pattern)]
        assert files, source.name
        read |= set(files)
        if source.format != "csv":
            continue
        for path in files:
            header = path.read_bytes().decode(source.encoding).split("\n")[0].split(source.separator)
            wanted = [name for name in source.columns.values() if name != "magasin" or "magasin" in header]
            assert set(wanted) <= set(header), (source.name, path.name)
    unread = {path for path in brindille.rglob("*") if path.is_file()} - read
    assert {path.name for path in unread} == {".demo", "chaland.toml", "phone_ranges.csv", "truth.parquet"}


def test_each_folder_file_belongs_to_one_source(brindille: Path) -> None:
    settings = load_settings(brindille)
    for system in ("projets", "poses"):
        files = [
            path
            for source in settings.sources.values()
            if source.key_system == system
            for pattern in source.files
            for path in brindille.glob(pattern)
        ]
        assert len(files) == len(set(files)) == 24


def test_the_command_answers_in_json_and_says_what_is_next(tmp_path: Path) -> None:
    arguments = [str(tmp_path / "demo"), "--persons", "200", "--mess", "0", "--as-of", "2026-09-30"]
    answer = CliRunner().invoke(demo_command, [*arguments, "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["persons"] == 200
    assert told["cast"]["helene"] == CAST["helene"].person_id
    spoken = CliRunner().invoke(demo_command, arguments)
    assert f"chaland init BASE --from {tmp_path / 'demo' / 'chaland.toml'}" in spoken.stdout
