"""Loads: a file twice changes nothing, a new version replaces, a load can be taken back, a kill leaves nothing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.ingest.conftest import PEOPLE, Base

from chaland.errors import ConfigError, NotFoundError, StorageError
from chaland.ingest import redo_load, undo_load
from chaland.ingest.landing import LandingWriter

HEADER = "no;nom;ville\n"
NAMES = "select last_name from landing.people order by file, line"


def test_the_same_file_twice_changes_nothing(base: Base) -> None:
    base.write("a.csv", HEADER + "1;Zoé;Lille\n")
    assert len(base.ingest()) == 1
    before = base.landing_files()

    assert base.ingest() == []
    assert base.landing_files() == before


def test_the_same_content_under_another_name_changes_nothing(base: Base) -> None:
    base.write("a.csv", HEADER + "1;Zoé;Lille\n")
    base.ingest()
    shutil.copy(base.sources / "a.csv", base.sources / "copie.csv")

    assert base.ingest() == []
    (base.sources / "a.csv").unlink()
    assert base.ingest() == []
    base.conform()
    assert base.values(NAMES) == ["Zoé"]


def test_a_new_file_is_a_load_of_its_own(base: Base) -> None:
    base.write("a.csv", HEADER + "1;Zoé;Lille\n")
    base.ingest()
    base.write("b.csv", HEADER + "2;Noël;Lens\n")
    (load,) = base.ingest()

    assert [file.path for file in load.files] == ["b.csv"]
    assert load.load_id.startswith("clients-20250303T040000-")
    base.conform()
    assert base.values(NAMES) == ["Zoé", "Noël"]
    assert (base.counts()["files"], base.counts()["rows_read"]) == (2, 2)


def test_a_file_written_over_replaces_its_former_version(base: Base) -> None:
    base.write("a.csv", HEADER + "1;Zoé;Lille\n2;Max;Lens\n")
    base.ingest()
    base.write("a.csv", HEADER + "1;Zoé;Lille\n2;Max;Lens\n3;Noël;Arras\n")
    base.build()

    assert base.values(NAMES) == ["Zoé", "Max", "Noël"]
    assert base.counts()["rows_read"] == 3


def test_a_rotated_log_is_kept_whole(base: Base) -> None:
    base.toml = base.toml.replace("*.csv", "log*")
    base.write("log", HEADER + "1;Un;Lille\n")
    base.ingest()
    (base.sources / "log").rename(base.sources / "log.1")
    base.write("log", HEADER + "2;Deux;Lille\n")
    base.ingest()
    (base.sources / "log.1").unlink()
    (base.sources / "log").rename(base.sources / "log.1")
    base.write("log", HEADER + "3;Trois;Lille\n")
    base.build()

    assert sorted(base.values(NAMES)) == ["Deux", "Trois", "Un"]


def test_a_file_taken_away_keeps_its_rows(base: Base) -> None:
    base.write("a.csv", HEADER + "1;Zoé;Lille\n")
    base.ingest()
    (base.sources / "a.csv").unlink()
    base.build()

    assert base.values(NAMES) == ["Zoé"]


def test_other_reading_settings_read_the_file_again(base: Base) -> None:
    base.write("a.csv", "a;b;c\n" + HEADER + "1;Zoé;Lille\n")
    base.build()
    assert base.rejects() != []
    base.toml = base.toml.replace("columns =", "skip_lines = 1\ncolumns =")
    base.build()

    assert base.rejects() == []
    assert base.values(NAMES) == ["Zoé"]
    assert base.counts()["rows_read"] == 1


def test_another_mapping_needs_no_reading(base: Base) -> None:
    base.write("a.csv", HEADER + "1;Zoé;Lille\n")
    base.build()
    base.toml = base.toml.replace('last_name = "nom"', 'first_name = "nom"')

    assert base.ingest() == []
    base.conform()
    assert base.values("select first_name from landing.people") == ["Zoé"]


def test_a_load_taken_back_is_neither_seen_nor_read_again(base: Base) -> None:
    base.write("a.csv", HEADER + "1;Zoé;Lille\n")
    base.ingest()
    base.write("b.csv", HEADER + "2;Noël;Lens\nfaux\n")
    (load,) = base.ingest()

    assert undo_load(base.folder, load.load_id).undone
    assert base.ingest() == []
    base.conform()
    assert base.values(NAMES) == ["Zoé"]
    assert base.rejects() == []

    assert not redo_load(base.folder, load.load_id).undone
    base.conform()
    assert base.values(NAMES) == ["Zoé", "Noël"]
    assert len(base.rejects()) == 1


def test_taking_back_a_new_version_brings_the_former_one_back(base: Base) -> None:
    for names in ("Un", "Deux", "Trois"):
        base.write("a.csv", HEADER + f"1;{names};Lille\n")
        base.ingest()
    _, second, third = base.loads()

    undo_load(base.folder, third.load_id)
    base.conform()
    assert base.values(NAMES) == ["Deux"]
    undo_load(base.folder, second.load_id)
    base.conform()
    assert base.values(NAMES) == ["Un"]
    redo_load(base.folder, third.load_id)
    base.conform()
    assert base.values(NAMES) == ["Trois"]


def test_an_unknown_load_is_refused_with_those_there_are(base: Base) -> None:
    base.write("a.csv", HEADER + "1;Zoé;Lille\n")
    (load,) = base.ingest()
    before = base.landing_files()

    with pytest.raises(NotFoundError) as refusal:
        undo_load(base.folder, "clients-1")

    assert str(refusal.value) == f"Aucun chargement clients-1 à prendre.\nChargements : {load.load_id}"
    assert base.landing_files() == before


def test_a_run_that_fails_before_its_marker_leaves_nothing(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    base.write("a.csv", HEADER + "1;Zoé;Lille\nfaux\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as playing:
        playing.setattr("chaland.ingest.landing._sync", full)
        with pytest.raises(StorageError) as refusal:
            base.ingest()
    assert "No space left on device" in refusal.value.message
    assert base.loads() == []

    base.build()
    assert base.values(NAMES) == ["Zoé"]
    assert len(base.landing_files()) == 3  # rows, rejects, marker: what the first run left was swept


def test_a_damaged_marker_says_what_to_do(base: Base) -> None:
    base.write("a.csv", HEADER + "1;Zoé;Lille\n")
    (load,) = base.ingest()
    marker = base.folder / "landing" / "clients" / f"{load.load_id}.json"
    marker.write_text(marker.read_text()[:40])

    with pytest.raises(StorageError) as refusal:
        base.ingest()

    assert refusal.value.next_step == "Supprimez ce fichier pour que ses sources soient relues."
    marker.unlink()
    base.build()
    assert base.values(NAMES) == ["Zoé"]


def test_a_source_cannot_be_named_out_of_its_folder(base: Base) -> None:
    base.toml = PEOPLE.replace("[sources.clients]", '[sources."../clients"]')
    base.write("a.csv", HEADER)

    with pytest.raises(ConfigError):
        base.ingest()

    assert not (base.folder / "clients").exists()


def test_discarding_leaves_nothing(tmp_path: Path) -> None:
    LandingWriter(tmp_path, "clients").discard()

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("delay_s", [0.0, 0.05])
def test_a_killed_run_resumes_and_nothing_is_read_twice(base: Base, delay_s: float) -> None:
    for rank in range(40):
        base.write(f"{rank:02d}.csv", HEADER + "".join(f"{rank}-{row};Zoé;Lille\n" for row in range(2_000)))
    program = (
        "import datetime, pathlib, sys\n"
        "import chaland.ingest.landing\n"
        "from chaland.config import parse_settings\n"
        "from chaland.ingest import ingest_sources\n"
        "from chaland.progress import Reporter\n"
        "chaland.ingest.landing.GROUP_ROWS = 4_000  # so that files appear from the start\n"
        "settings = parse_settings(sys.argv[2], pathlib.Path(sys.argv[1]))\n"
        "ingest_sources(settings, now=datetime.datetime(2025, 3, 1), reporter=Reporter())\n"
    )
    toml = '[base]\nsources_root = "sources"\n' + base.toml
    process = subprocess.Popen([sys.executable, "-c", program, str(base.folder), toml])
    while not base.landing_files() and process.poll() is None:
        time.sleep(0.005)
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if delay_s == 0:  # killed while its first files were being written
        assert (process.returncode, base.loads()) == (-signal.SIGKILL, [])
        assert base.landing_files() != []

    base.build()

    assert base.values("select count(distinct person_key) from landing.people") == [80_000]
    assert base.values("select count(*) from landing.people") == [80_000]
    known = {load.load_id for load in base.loads()}
    assert {Path(name).stem for name in base.landing_files()} == known
