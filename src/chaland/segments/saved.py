"""Segments people saved: one JSON file each in the base's folder `segments/`, read alike by screen and command line.

    segments/<key>.json            name, definition, revision, and every earlier definition
    segments/<key>.sizes.jsonl     its size, each time it was counted to be kept
    segments/<key>.members.parquet who is in it, when frozen
    segments/exports.jsonl         who took which segment away, when, how many

A file is written beside and renamed; who saves over a revision he has not seen is told so. Nothing is erased: a segment
removed goes to segments/removed/.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chaland.engine.disk import disk_errors
from chaland.errors import ChalandError, ConfigError, NotFoundError, StorageError
from chaland.language import say
from chaland.segments.definition import Definition, read_definition

FOLDER = "segments"
LIVING, FROZEN = "living", "frozen"
NAME_AT_MOST = 80
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Saved:
    """A segment people saved. `kind`: living (counted anew) or frozen (its members are kept)."""

    key: str
    name: str
    kind: str
    definition: dict[str, Any]
    revision: int
    created_by: str
    created_at: str
    saved_by: str
    saved_at: str
    earlier: tuple[dict[str, Any], ...] = field(default=())

    def read(self) -> Definition:
        """Return its definition, checked again: the file may have been edited by hand."""
        return read_definition(self.definition)


@dataclass(frozen=True)
class Size:
    """A size measured: instant (UTC), day of the base, size, revision of the segment."""

    at: str
    as_of: str
    customers: int
    revision: int


def key_of(name: str) -> str:
    """Return the key of a name: lower case, no accent, hyphens; it names the file.

    >>> key_of("Jardiniers réguliers — été 2026")
    'jardiniers-reguliers-ete-2026'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:NAME_AT_MOST].strip("-")


class SavedSegments:
    """The segments of the base in a folder."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / FOLDER

    # Reading -----------------------------------------------------------------------------------

    def all(self) -> list[Saved]:
        """Return every segment, by name."""
        found = [self.get(path.stem) for path in sorted(self.place.glob("*.json"))]
        return sorted(found, key=lambda one: (one.name.casefold(), one.key))

    def get(self, key: str) -> Saved:
        """Return one segment.

        Raises:
            NotFoundError: there is none of that key.
            StorageError: its file is damaged.
        """
        path = self._path(key)
        try:
            given = json.loads(path.read_text(encoding="utf-8"))
            return Saved(**{**given, "key": key, "earlier": tuple(given["earlier"])})
        except FileNotFoundError as error:
            raise NotFoundError(
                say("There is no segment {key}.", key=key), next_step=say("List them with: chaland segment list")
            ) from error
        except (ValueError, TypeError, KeyError) as error:
            raise StorageError(say("The file of a segment is damaged: {path}.", path=path)) from error

    def sizes(self, key: str) -> list[Size]:
        """Return the sizes measured, oldest first."""
        path = self._path(key).with_suffix(".sizes.jsonl")
        if not path.exists():
            return []
        return [Size(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]

    def frozen_members(self, key: str) -> pa.Table:
        """Return the customer_id of a frozen segment's members."""
        try:
            return pq.read_table(self._path(key).with_suffix(".members.parquet"))
        except (FileNotFoundError, pa.ArrowInvalid) as error:
            raise StorageError(say("The members of the frozen segment {key} cannot be read.", key=key)) from error

    def used_by(self, key: str) -> list[Saved]:
        """Return the segments that rest on this one."""
        return [one for one in self.all() if key in one.read().segments]

    def exports(self) -> list[dict[str, Any]]:
        """Return the trace of exports, oldest first."""
        path = self.place / "exports.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line] if path.exists() else []

    # Writing -----------------------------------------------------------------------------------

    def save(
        self,
        name: str,
        definition: Definition,
        *,
        by: str,
        now: datetime,
        key: str = "",
        seen_revision: int | None = None,
        frozen_ids: Callable[[], pa.Table] | None = None,
    ) -> Saved:
        """Save a new segment, or a new revision of the one of `key`; return it.

        Args:
            seen_revision: revision the person was looking at; when another was saved since, he is told.
            frozen_ids: gives the customer_id of the members to keep, for a frozen segment.

        Raises:
            ConfigError: a name that says nothing or is taken; a segment that would rest on itself.
            NotFoundError: a segment it rests on does not exist.
        """
        name = " ".join(name.split())
        wanted = key or key_of(name)
        if not wanted or len(name) > NAME_AT_MOST:
            raise ConfigError(say("A segment needs a name of 1 to {count} characters.", count=NAME_AT_MOST))
        before = self.get(wanted) if self._path(wanted).exists() else None
        if before and not key:
            raise ConfigError(say("There is already a segment named {name}.", name=before.name))
        if before and seen_revision is not None and before.revision != seen_revision:
            raise ConfigError(
                say("Someone saved this segment in the meantime (revision {revision}).", revision=before.revision),
                next_step=say("Open it again, or save yours under another name."),
            )
        self.check_no_cycle(wanted, definition)
        moment = now.isoformat(timespec="seconds")
        saved = Saved(
            key=wanted,
            name=name,
            kind=FROZEN if frozen_ids else LIVING,
            definition=definition.json,
            revision=before.revision + 1 if before else 1,
            created_by=before.created_by if before else by,
            created_at=before.created_at if before else moment,
            saved_by=by,
            saved_at=moment,
            earlier=(*before.earlier, _past(before)) if before else (),
        )
        with disk_errors(self.place, left=say("The segment was not saved.")):
            self.place.mkdir(exist_ok=True)
            if frozen_ids:
                path = self._path(wanted).with_suffix(".members.parquet")
                part = path.with_name(f".{path.name}.part-{os.getpid()}")
                pq.write_table(frozen_ids(), part)
                part.replace(path)
            self._write(saved)
        return saved

    def keep_size(self, key: str, customers: int, *, as_of: str, now: datetime) -> None:
        """Add a size to the history, unless the last one was of the same base, revision and size."""
        revision = self.get(key).revision
        last = self.sizes(key)[-1:]
        if last and (last[0].as_of, last[0].revision, last[0].customers) == (as_of, revision, customers):
            return
        size = Size(now.isoformat(timespec="seconds"), as_of, customers, revision)
        self._append(self._path(key).with_suffix(".sizes.jsonl"), asdict(size))

    def trace_export(self, what: dict[str, Any]) -> None:
        """Write that a segment was taken away, before it is: no trace, no export."""
        self.place.mkdir(exist_ok=True)
        self._append(self.place / "exports.jsonl", what)

    def remove(self, key: str) -> None:
        """Set a segment aside; refused while another rests on it."""
        saved, users = self.get(key), self.used_by(key)
        if users:
            raise ChalandError(
                say("{names} rest on this segment.", names=", ".join(one.name for one in users)),
                next_step=say("Change them first."),
            )
        removed = self.place / "removed"
        removed.mkdir(exist_ok=True)
        self._path(key).replace(removed / f"{key}-{saved.revision}.json")
        for suffix in (".sizes.jsonl", ".members.parquet"):
            path = self._path(key).with_suffix(suffix)
            if path.exists():
                path.replace(removed / f"{key}-{saved.revision}{suffix}")

    def check_no_cycle(self, key: str, definition: Definition) -> None:
        """Raise ConfigError when a segment would rest on itself, through others or not."""

        def walk(one: Definition, path: Sequence[str]) -> None:
            for name in sorted(one.segments):
                if name in path:
                    raise ConfigError(
                        say("A segment cannot rest on itself: {path}.", path=" → ".join((*path, name))),
                    )
                walk(self.get(name).read(), (*path, name))

        walk(definition, (key,) if key else ())

    # Files -------------------------------------------------------------------------------------

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key) or len(key) > NAME_AT_MOST:
            raise NotFoundError(say("There is no segment {key}.", key=key[:NAME_AT_MOST]))
        return self.place / f"{key}.json"

    def _write(self, saved: Saved) -> None:
        path = self._path(saved.key)
        part = path.with_name(f".{path.name}.part-{os.getpid()}")
        content = {name: value for name, value in asdict(saved).items() if name != "key"}
        part.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        part.replace(path)

    def _append(self, path: Path, row: dict[str, Any]) -> None:
        with disk_errors(self.place, left=""), path.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(row, ensure_ascii=False) + "\n")
            opened.flush()
            os.fsync(opened.fileno())


def _past(saved: Saved) -> dict[str, Any]:
    """Return what is remembered of a revision replaced."""
    kept = replace(saved, earlier=())
    return {name: getattr(kept, name) for name in ("revision", "name", "kind", "saved_by", "saved_at", "definition")}
