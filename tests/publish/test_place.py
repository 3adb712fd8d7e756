"""Locks, leases, staging and sweeping; readers while a run publishes; a disk that refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests import cast
from tests.publish.conftest import publish

from chaland.engine import Engine
from chaland.engine.disk import disk_errors
from chaland.errors import BaseBusyError, StorageError
from chaland.publish import lease, pinned, read_manifest, snapshot_in_force, snapshots
from chaland.publish.place import run_lock, staging, sweep_snapshots


@contextmanager
def other_process(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a Python script in another process until it says "ready"; end it when the block ends."""
    child = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


HOLD_LOCK = """
import sys, time
from pathlib import Path
from chaland.publish.place import run_lock
with run_lock(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(60)
"""
HOLD_LEASE = """
import sys, time
from pathlib import Path
from chaland.publish import lease
with lease(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_refused_with_the_pid_of_the_first(tmp_path: Path) -> None:
    with other_process(HOLD_LOCK, tmp_path) as first:
        with pytest.raises(BaseBusyError) as refusal, run_lock(tmp_path):
            pass
        assert refusal.value.message == f"Une autre construction (processus {first.pid}) travaille sur {tmp_path}."
        assert refusal.value.exit_code == 6


def test_a_killed_run_lets_go_of_the_base(tmp_path: Path) -> None:
    with other_process(HOLD_LOCK, tmp_path) as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
        with run_lock(tmp_path):
            assert (tmp_path / ".lock").read_text() == str(os.getpid())


def test_what_dead_runs_left_is_swept_at_start(tmp_path: Path) -> None:
    dead = tmp_path / "snapshots" / ".staging-999999"
    (dead / "snapshot").mkdir(parents=True)
    (dead / "work.duckdb").write_bytes(b"half")
    (tmp_path / ".current-999999").symlink_to("snapshots/nowhere")
    with staging(tmp_path) as place:
        assert place.name == f".staging-{os.getpid()}"
        assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [place.name]
        (place / "work.duckdb").write_bytes(b"half")
    assert list((tmp_path / "snapshots").iterdir()) == []
    assert not (tmp_path / ".current-999999").is_symlink()


def _three_snapshots(engine: Engine, folder: Path) -> list[Path]:
    return [publish(engine, folder, now=cast.NOW + timedelta(days=rank)) for rank in range(3)]


def test_old_snapshots_are_swept_but_not_those_being_read(cast_base: Engine, tmp_path: Path) -> None:
    oldest, middle, latest = _three_snapshots(cast_base, tmp_path)
    with other_process(HOLD_LEASE, oldest):
        assert sweep_snapshots(tmp_path, keep=1) == [middle]
        assert snapshots(tmp_path) == [oldest, latest]
    # the reader is dead: its lease no longer counts
    assert sweep_snapshots(tmp_path, keep=1) == [oldest]
    assert snapshot_in_force(tmp_path) == latest


def test_the_snapshot_in_force_is_never_swept(cast_base: Engine, tmp_path: Path) -> None:
    oldest, _, _ = _three_snapshots(cast_base, tmp_path)
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(f"snapshots/{oldest.name}")
    sweep_snapshots(tmp_path, keep=0)
    assert snapshot_in_force(tmp_path) == oldest


def test_leases_of_one_process_overlap(cast_base: Engine, tmp_path: Path) -> None:
    snapshot = publish(cast_base, tmp_path)
    mark = snapshot / f"lease-{os.getpid()}"
    with lease(snapshot):
        with lease(snapshot):
            assert mark.exists()
        assert mark.exists()
    assert not mark.exists()


def test_readers_never_see_a_torn_base_while_runs_publish(cast_base: Engine, tmp_path: Path) -> None:
    days = [cast.AS_OF + timedelta(days=rank) for rank in range(6)]
    publish(cast_base, tmp_path)
    stop = threading.Event()
    seen: list[str] = []
    faults: list[str] = []

    def read() -> None:
        while not stop.is_set():
            try:
                with pinned(tmp_path) as snapshot:
                    manifest = read_manifest(snapshot)
                    with Engine(snapshot / "chaland.duckdb", read_only=True, threads=1) as engine:
                        as_of = engine.value("select as_of from base.about")
                        tickets = engine.count("base.tickets")
                    if as_of.isoformat() != manifest["as_of"] or tickets != manifest["tables"]["base.tickets"]["rows"]:
                        faults.append(f"{snapshot.name}: {as_of} against {manifest['as_of']}")
                    seen.append(manifest["as_of"])
            except Exception as error:  # a reader must meet no error at all
                faults.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for rank, as_of in enumerate(days):
            with Engine(threads=1) as engine:
                _about(engine, cast_base, as_of)
                publish(engine, tmp_path, now=cast.NOW + timedelta(days=rank + 1), as_of=as_of)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert faults == []
    assert len(set(seen)) > 2
    assert len(seen) > 20


def _about(engine: Engine, source: Engine, as_of: date) -> None:
    """Copy the base tables of another engine, with another day."""
    from_tables = source.rows("select table_name from duckdb_tables() where schema_name = 'base'")
    engine.execute("create schema if not exists base")
    for (name,) in from_tables:
        rows = source.arrow(f"from base.{name}")
        engine.connection.register("copied", rows)
        engine.execute(f"create or replace table base.{name} as from copied")
        engine.connection.unregister("copied")
    engine.execute("update base.about set as_of = $as_of", {"as_of": as_of})


FILL_DISK = """
import resource, signal, sys
from pathlib import Path
from tests import cast
from chaland.base import build_base
from chaland.engine import Engine
from chaland.engine.disk import disk_errors
from chaland.errors import ChalandError
from chaland.progress import Reporter
from chaland.publish import publish_snapshot
folder = Path(sys.argv[1])
engine = Engine()
cast.fill_all(engine)
build_base(engine, cast.settings(folder), as_of=cast.AS_OF, reporter=Reporter())
if sys.argv[2] != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    with disk_errors(folder, left="Rien n’a été publié."):
        publish_snapshot(engine, cast.settings(folder), now=cast.NOW, as_of=cast.AS_OF, reporter=Reporter())
except ChalandError as error:
    print(error.exit_code, error.left, str(error).count("Traceback"))
else:
    print("published")
"""


def test_a_file_that_may_not_grow_is_told_and_leaves_the_snapshot_in_force(cast_base: Engine, tmp_path: Path) -> None:
    in_force = publish(cast_base, tmp_path)
    size = (in_force / "chaland.duckdb").stat().st_size
    done = subprocess.run(
        [sys.executable, "-c", FILL_DISK, str(tmp_path), str(size // 2)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "7 Rien n’a été publié. 0\n", done.stderr
    assert snapshot_in_force(tmp_path) == in_force
    assert snapshots(tmp_path) == [in_force]
    with staging(tmp_path):
        pass
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [in_force.name]


def test_a_full_disk_is_told_and_leaves_the_snapshot_in_force(cast_base: Engine, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(path.stat().st_size for path in publish(cast_base, tmp_path).iterdir())
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size * 3 // 2}", "chaland-test", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        in_force = publish(cast_base, disk)
        done = subprocess.run(
            [sys.executable, "-c", FILL_DISK, str(disk), "0"], capture_output=True, text=True, check=False
        )
        assert done.stdout == "7 Rien n’a été publié. 0\n", done.stderr
        assert snapshot_in_force(disk) == in_force
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_refuses_writing_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError) as refusal,
        disk_errors(tmp_path, left="Rien n’a changé."),
    ):
        (tmp_path / "file").write_text("")
        (tmp_path / "file" / "below").mkdir()
    assert refusal.value.left == "Rien n’a changé."
    assert "Not a directory" in refusal.value.message


def test_waiting_for_nothing_is_not_part_of_a_swap(cast_base: Engine, tmp_path: Path) -> None:
    publish(cast_base, tmp_path)
    started_s = time.perf_counter()
    for _ in range(50):
        with pinned(tmp_path):
            pass
    assert time.perf_counter() - started_s < 1.0
