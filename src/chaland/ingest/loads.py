"""Loads: what each run brought, remembered in one small JSON file per load.

`landing/<source>/<load_id>.json` is written last and atomically: a load exists when its marker does, and a run
killed before leaves only files that the next run sweeps. Taking a load back renames its marker, and so does
putting it back. A file's earlier version is superseded, never deleted.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from chaland.errors import ConfigError, NotFoundError, StorageError
from chaland.language import say

MARKER = ".json"
UNDONE = ".undone"
_PLAIN_NAME = re.compile(r"[\w][\w.-]*")


@dataclass(frozen=True)
class FileRecord:
    """One file of a load. `stamp` is (size, mtime_ns, ctime_ns, inode): unchanged, the file needs no reading.

    Rows: `rows_read = rows_blank + rows_filtered + rows_rejected + rows_landed`.
    `fault` is the reason a whole file was refused, else "". `notes` are sentences for the reader.
    """

    path: str
    sha256: str
    stamp: tuple[int, ...] = ()
    format: str = ""
    columns: tuple[str, ...] = ()
    rows_read: int = 0
    rows_blank: int = 0
    rows_filtered: int = 0
    rows_rejected: int = 0
    rows_landed: int = 0
    second_encoding_rows: int = 0
    fault: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Load:
    """What one run found new in one source.

    Attributes:
        layout: fingerprint of the settings that reading depends on; another layout reads the file again.
        supersedes: (load_id, path) of the earlier versions of its files.
        undone: taken back; its rows are on disk and in no build.
    """

    load_id: str
    source: str
    loaded_at: str
    layout: str
    files: tuple[FileRecord, ...]
    supersedes: tuple[tuple[str, str], ...] = ()
    undone: bool = field(default=False, compare=False)

    @property
    def rows_landed(self) -> int:
        return sum(file.rows_landed for file in self.files)

    @property
    def rows_rejected(self) -> int:
        return sum(file.rows_rejected for file in self.files)

    @property
    def rows_read(self) -> int:
        return sum(file.rows_read for file in self.files)


def new_load_id(source: str, now: datetime, content: str) -> str:
    """Return `<source>-<utc compact>-<8 hex of content>`.

    >>> new_load_id("carte", datetime(2025, 3, 12, 4, 0), "9f86d081884c7d65")
    'carte-20250312T040000-9f86d081'
    """
    return f"{source}-{now:%Y%m%dT%H%M%S}-{content[:8]}"


def source_folder(folder: Path, area: str, source: str) -> Path:
    """Return `<base>/<area>/<source>`.

    Raises:
        ConfigError: the source's name cannot be a folder's.
    """
    if not _PLAIN_NAME.fullmatch(source):
        raise ConfigError.of([say("sources.{name}: a source's name holds letters, digits, - and _ only.", name=source)])
    return folder / area / source


def read_marker(path: Path) -> Load:
    """Return the load a marker describes.

    Raises:
        StorageError: the marker is damaged.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(
            FileRecord(**{**file, **{key: tuple(file[key]) for key in ("stamp", "columns", "notes")}})
            for file in given.pop("files")
        )
        supersedes = tuple((str(load), str(name)) for load, name in given.pop("supersedes"))
        return Load(files=files, supersedes=supersedes, undone=path.suffix == UNDONE, **given)
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(
            say("The record of a load is damaged: {path}.", path=path),
            next_step=say("Delete this file to have its sources read again."),
        ) from error


def write_marker(path: Path, load: Load) -> None:
    """Write a marker whole or not at all, and make it last."""
    given = asdict(load)
    given.pop("undone")
    write_whole(path, json.dumps(given, ensure_ascii=False, indent=1))


def write_whole(path: Path, text: str) -> None:
    """Replace a file by the text in one instant: written beside, flushed to disk, renamed."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(say("Cannot write {path}: {cause}.", path=path, cause=error.strerror)) from error


def sync_folder(folder: Path) -> None:
    """Make renames in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def list_loads(folder: Path, source: str = "") -> list[Load]:
    """Return the loads of a base (of one source, when named), the undone ones included, oldest first."""
    landing = folder / "landing"
    if not landing.is_dir():
        return []
    loads = [
        read_marker(marker)
        for marker in landing.glob(f"{source or '*'}/*")
        if marker.suffix in (MARKER, UNDONE) and not marker.name.startswith(".")
    ]
    return sorted(loads, key=lambda load: (load.loaded_at, load.load_id))


def undo_load(folder: Path, load_id: str) -> Load:
    """Take a load back: builds no longer see its rows, and do not read its files again. Return it.

    Raises:
        NotFoundError: no such load in force.
    """
    return _renamed(folder, load_id, MARKER, UNDONE)


def redo_load(folder: Path, load_id: str) -> Load:
    """Put back a load that was taken back. Return it.

    Raises:
        NotFoundError: no such load among those taken back.
    """
    return _renamed(folder, load_id, UNDONE, MARKER)


def _renamed(folder: Path, load_id: str, old: str, new: str) -> Load:
    loads = list_loads(folder)
    found = next((load for load in loads if load.load_id == load_id and load.undone == (old == UNDONE)), None)
    if found is None:
        known = ", ".join(load.load_id for load in loads if load.undone == (old == UNDONE))
        raise NotFoundError(
            say("No load {load} to take.", load=load_id),
            next_step=say("Loads: {loads}", loads=known) if known else say("This base has none."),
        )
    marker = source_folder(folder, "landing", found.source) / f"{load_id}{old}"
    marker.replace(marker.with_suffix(new))
    sync_folder(marker.parent)
    return read_marker(marker.with_suffix(new))


def sweep_leftovers(folder: Path, source: str) -> int:
    """Delete what a killed run left behind: files no marker speaks of. Return how many."""
    swept = 0
    landing = source_folder(folder, "landing", source)
    known = {path.stem for path in landing.glob("*") if path.suffix in (MARKER, UNDONE) and path.name[0] != "."}
    for area in (landing, source_folder(folder, "rejects", source)):
        for path in area.glob("*") if area.is_dir() else ():
            if path.is_file() and (path.name.startswith(".") or path.stem not in known):
                path.unlink()
                swept += 1
    return swept


def superseded(loads: Iterable[Load]) -> set[tuple[str, str]]:
    """Return (load_id, path) of the file versions that a later load in force replaces."""
    return {old for load in loads if not load.undone for old in load.supersedes}
