"""The reference pages say what the code does: every command, setting, table, column and error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from chaland.cli import COMMANDS
from chaland.tables import ALL_TABLES

ROOT = Path(__file__).resolve().parents[2]


def test_reference_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_room_has_its_page() -> None:
    rooms = {"demo", "ingest", "clean", "identity", "base", "publish", "pipeline", "web"}
    assert {path.stem for path in (ROOT / "docs" / "rooms").glob("*.md")} >= rooms


def test_every_column_says_what_it_means() -> None:
    silent = [f"{t.full_name}.{c.name}" for t in ALL_TABLES for c in t.columns if not c.doc]
    assert silent == []


def test_every_command_answers_help_in_both_languages() -> None:
    for language, word in (("fr", "Usage"), ("en", "Usage")):
        for name in COMMANDS:
            done = subprocess.run(
                [sys.executable, "-m", "chaland.cli", name, "--help"],
                capture_output=True,
                text=True,
                check=False,
                env={"CHALAND_LANG": language, "PATH": "/usr/bin:/bin"},
            )
            assert done.returncode == 0, done.stderr
            assert word in done.stdout
