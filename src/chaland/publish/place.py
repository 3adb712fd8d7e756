"""Where snapshots lie and who may touch them: the run's lock, its staging folder, the link in force, readers' leases.

my-base/
  .lock                       held by the run under way (flock: the system lets go of it when the run dies)
  current -> snapshots/<utc>  the snapshot in force
  snapshots/<utc>/            chaland.duckdb, cards.sqlite3, prepared.sqlite3, manifest.json; lease-<pid> while someone
                              reads
  snapshots/.staging-<pid>/   a run under way: its work file, and the snapshot being made
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chaland.errors import BaseBusyError, NotFoundError
from chaland.language import say

SNAPSHOTS = "snapshots"
CURRENT = "current"
DATABASE = "chaland.duckdb"
CARDS = "cards.sqlite3"
PREPARED = "prepared.sqlite3"
MANIFEST = "manifest.json"
BESIDE = "beside"
"""In the staging folder: finished files that a room leaves to be published with the snapshot."""
_LOCK = ".lock"
_STAGING = ".staging-"
_LEASE = "lease-"

_leases: Counter[Path] = Counter()
_leases_lock = threading.Lock()


# The run -----------------------------------------------------------------------------------------


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold the base for one run; the system releases it even when the run is killed.

    Raises:
        BaseBusyError: another run holds it; the message gives its process id.
    """
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            raise BaseBusyError(
                say("Another run (process {pid}) is working on {folder}.", pid=holder or "?", folder=folder),
                left=say("This run has touched nothing."),
                next_step=say("Wait until it ends, or end it: the snapshot in force will not suffer."),
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def staging_folder(folder: Path) -> Path:
    """Return this process's staging folder, made when missing."""
    staging = folder / SNAPSHOTS / f"{_STAGING}{os.getpid()}"
    staging.mkdir(parents=True, exist_ok=True)
    return staging


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Give a fresh staging folder, removed at the end, after sweeping what dead runs left. The lock must be held."""
    sweep_staging(folder)
    place = staging_folder(folder)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def sweep_staging(folder: Path) -> int:
    """Remove the staging folders and half-made links of dead runs; return how many. The lock must be held."""
    left = [*(folder / SNAPSHOTS).glob(f"{_STAGING}*"), *(folder / SNAPSHOTS).glob(".swept-*")]
    for place in left:
        shutil.rmtree(place, ignore_errors=True)
    links = list(folder.glob(f".{CURRENT}-*"))
    for link in links:
        link.unlink(missing_ok=True)
    return len(left) + len(links)


# Snapshots ---------------------------------------------------------------------------------------


def snapshot_in_force(folder: Path) -> Path:
    """Return the folder of the snapshot in force, resolved: read through it, never through the link.

    Raises:
        NotFoundError: nothing was published yet.
    """
    place = Path(os.path.realpath(folder / CURRENT))
    if not (place / MANIFEST).is_file():
        raise NotFoundError(
            say("{folder} has no snapshot in force.", folder=folder),
            next_step=say("Build one with: chaland build {folder}", folder=folder),
        )
    return place


def snapshots(folder: Path) -> list[Path]:
    """Return the published snapshots, oldest first."""
    return sorted(
        place for place in (folder / SNAPSHOTS).glob("*") if not place.name.startswith(".") and place.is_dir()
    )


def put_in_force(folder: Path, snapshot: Path) -> None:
    """Make `current` name the snapshot, in one atomic replacement that survives a power cut."""
    link = folder / f".{CURRENT}-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(SNAPSHOTS) / snapshot.name)
    link.replace(folder / CURRENT)
    sync_folder(folder)


def sweep_snapshots(folder: Path, keep: int) -> list[Path]:
    """Remove the oldest snapshots beyond `keep`; return those removed.

    The one in force and those that a living process reads stay, whatever `keep`.
    """
    in_force = Path(os.path.realpath(folder / CURRENT))
    removed = []
    for place in snapshots(folder)[: -max(keep, 1)]:
        if place == in_force or is_leased(place):
            continue
        # renamed first: a reader finds it whole or not at all
        doomed = place.with_name(f".swept-{place.name}")
        place.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)
        removed.append(place)
    return removed


def sync_file(path: Path) -> None:
    """Have the system write a file's bytes to the disk."""
    with path.open("rb") as opened:
        os.fsync(opened.fileno())


def sync_folder(path: Path) -> None:
    """Have the system write a folder's names to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# Readers -----------------------------------------------------------------------------------------


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_leased(snapshot: Path) -> bool:
    """Tell whether a living process holds a lease on the snapshot; leases of dead ones are removed."""
    leased = False
    for mark in snapshot.glob(f"{_LEASE}*"):
        pid = mark.name.removeprefix(_LEASE)
        if pid.isdigit() and _is_alive(int(pid)):
            leased = True
        else:
            mark.unlink(missing_ok=True)
    return leased


@contextmanager
def lease(snapshot: Path) -> Iterator[Path]:
    """Keep a snapshot from being swept while the block reads it; several blocks of one process may overlap.

    A reader who may not write in the folder reads without a lease: on Linux an open file outlives its name.
    """
    mark = snapshot / f"{_LEASE}{os.getpid()}"
    with _leases_lock:
        _leases[mark] += 1
        with suppress(OSError):
            mark.touch()
    try:
        yield snapshot
    finally:
        with _leases_lock:
            _leases[mark] -= 1
            if _leases[mark] == 0:
                del _leases[mark]
                with suppress(OSError):
                    mark.unlink(missing_ok=True)


@contextmanager
def pinned(folder: Path) -> Iterator[Path]:
    """Lease the snapshot in force and give its folder, surely whole: if it was swept in between, take the next one.

    Raises:
        NotFoundError: nothing was published yet.
    """
    while True:
        place = snapshot_in_force(folder)
        with lease(place):
            if (place / MANIFEST).is_file():
                yield place
                return
