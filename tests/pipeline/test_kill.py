"""`kill -9` at random instants of a build: what is in force stays in force, whole, and the next build succeeds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.pipeline.small import write_base, write_sources, write_till_day

from chaland.publish import check_snapshot, read_manifest, snapshot_in_force
from chaland.publish.manifest import Manifest


@contextmanager
def forge() -> Iterator[subprocess.Popen[str]]:
    """Start the process that forks builds."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("forge.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    try:
        yield process
    finally:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()


def order(process: subprocess.Popen[str], folder: Path, kill_after_s: float | None = None) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps({"folder": str(folder), "kill_after_s": kill_after_s}) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def contents(manifest: Manifest) -> dict[str, object]:
    """Return the content of every table; which runs loaded the files is another matter."""
    return {name: entry for name, entry in manifest["tables"].items() if name != "base.loads"}


@pytest.mark.slow
@pytest.mark.parametrize("kills", [5, pytest.param(20, marks=pytest.mark.long)])
def test_a_build_killed_at_any_instant_leaves_the_base_whole(tmp_path: Path, kills: int) -> None:
    random = Random(20261101)
    sources = tmp_path / "sources"
    write_sources(sources, persons=120)
    base = write_base(tmp_path / "base", sources)
    cards = [1000 + number for number in range(120) if number % 3]
    with forge() as process:
        assert order(process, base)["status"] == 0, (tmp_path / "base.log").read_text()
        write_till_day(sources, 6, cards, random)
        whole = order(process, base)
        assert whole["status"] == 0, (tmp_path / "base.log").read_text()

        killed = 0
        for rank in range(kills):
            # a new file each time, so that the kill can also fall on its loading; instants spread over the whole build
            write_till_day(sources, 7 + rank, cards, random)
            before = snapshot_in_force(base)
            told = (before / "manifest.json").read_bytes()
            answer = order(process, base, (rank + random.random()) / kills * whole["seconds"])
            killed += answer["status"] == -9
            after = snapshot_in_force(base)
            check_snapshot(after)
            if after == before:
                assert (after / "manifest.json").read_bytes() == told
            else:
                assert after.name > before.name
        # the last instants may fall just after the end of a quick build
        assert killed >= kills - 3

        last = order(process, base)
        assert last["status"] == 0, (tmp_path / "base.log").read_text()
        undisturbed = write_base(tmp_path / "undisturbed", sources)
        assert order(process, undisturbed)["status"] == 0

    assert contents(read_manifest(snapshot_in_force(base))) == contents(read_manifest(snapshot_in_force(undisturbed)))
    # nothing is left of the runs that died
    left = [path.name for path in (base / "snapshots").iterdir() if path.name.startswith(".")]
    assert left == []
    landed = sorted(path.suffix for path in (base / "landing").glob("*/*"))
    assert set(landed) == {".json", ".parquet"}
    assert landed.count(".json") == landed.count(".parquet")
