"""`chaland inspect` never came back from a file holding one cell of a million letters."""

from __future__ import annotations

import time
from pathlib import Path

from chaland.ingest import inspect_files


def test_a_cell_of_a_million_letters_does_not_hold_inspection(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    rows = ["id;prenom;nom;email", "1;Anne;" + "x" * 1_000_000 + ";anne@example.org", "2;Jean;Martin;jean@example.org"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    start = time.process_time()
    (guess,) = inspect_files([path])
    assert [column.field for column in guess.columns] == ["person_key", "first_name", "last_name", "email"]
    assert time.process_time() - start < 20
