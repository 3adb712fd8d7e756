"""The reference pages say what the code does: every command, setting, table, column and error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chaland.cli import COMMANDS
from chaland.tables import ALL_TABLES

ROOT = Path(__file__).resolve().parents[2]


def test_reference_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_room_has_its_page() -> None:
    rooms = {"demo", "ingest", "clean", "identity", "base", "insight", "publish", "pipeline", "web"}
    assert {path.stem for path in (ROOT / "docs" / "rooms").glob("*.md")} >= rooms


def test_every_column_says_what_it_means() -> None:
    silent = [f"{t.full_name}.{c.name}" for t in ALL_TABLES for c in t.columns if not c.doc]
    assert silent == []


EVERY_HELP = """
from chaland.cli import COMMANDS, root
for name in COMMANDS:
    print("==", name)
    try:
        root.main([name, "--help"], standalone_mode=False)
    except SystemExit:
        pass
"""
"""One process a language: sentences are said when a command's module is imported."""


@pytest.mark.parametrize(("language", "sentence"), [("fr", "Répondre en JSON"), ("en", "Answer in JSON")])
def test_every_command_answers_help_in_both_languages(language: str, sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", EVERY_HELP],
        capture_output=True,
        text=True,
        check=False,
        env={"CHALAND_LANG": language, "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    helps = {part.split("\n", 1)[0]: part for part in done.stdout.split("== ")[1:]}
    assert list(helps) == list(COMMANDS)
    assert all(f"Usage: chaland {name}" in text or f" {name} [OPTIONS]" in text for name, text in helps.items())
    assert sentence in helps["build"]
