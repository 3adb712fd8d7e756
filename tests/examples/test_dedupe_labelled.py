"""The labelled files are matched at least as well as the best published run of Splink, where there is one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_labelled_files_are_matched_as_well_as_by_the_best_peer(shared_data: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "examples/dedupe_labelled.py", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    pairwise_f1 = {row[0]: float(row[5]) for row in rows}
    assert pairwise_f1["febrl3"] >= 0.9955
    assert pairwise_f1["fake_1000"] >= 0.886
    assert pairwise_f1["febrl1"] >= 0.99
    assert pairwise_f1["febrl2"] >= 0.995
    assert pairwise_f1["rldata500"] >= 0.98
    assert pairwise_f1["chicago"] >= 0.87
