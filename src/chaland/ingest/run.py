"""Reads what is new in every source into landing/ and rejects/, one load per source.

What is new: a file whose content (sha256) no load of its source holds. The same content under another name is not
new. Other content under a known name is the next version of that file: it supersedes the one before, unless the
one before still lies in the sources under another name (a rotated log).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from chaland.config import Settings, SourceSettings
from chaland.engine import Engine
from chaland.errors import ConfigError, SourceError
from chaland.ingest.chunks import Chunk, FileFault, Reject, text_table
from chaland.ingest.databases import UrlReader
from chaland.ingest.fields import absent_fields, nearest_text
from chaland.ingest.landing import LandingWriter
from chaland.ingest.loads import FileRecord, Load, list_loads, new_load_id, superseded, sweep_leftovers
from chaland.ingest.mail import mail_files
from chaland.ingest.readers import Reader, kept_chunks, reader_for
from chaland.language import say
from chaland.progress import Reporter, Step

READING_SETTINGS = (
    "url", "table", "format", "encoding", "separator", "header", "skip_lines",
    "sheet", "widths", "filter", "explode", "path_pattern",
)  # fmt: skip
"""The settings that landing depends on. Mapping, dates and values may change freely: they apply afterwards."""


@dataclass(frozen=True)
class Candidate:
    """A file of a source as it lies now."""

    name: str
    path: Path
    stamp: tuple[int, ...]
    sha256: str


def layout_of(source: SourceSettings) -> str:
    """Return the fingerprint of the settings that reading depends on."""
    given = {name: getattr(source, name) for name in READING_SETTINGS}
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:16]


def source_files(root: Path, source: SourceSettings) -> list[Path]:
    """Return the files of a source, sorted, each once; where they are e-mails, a folder stands for those in it."""
    found = matched_files(root, source.files)
    if source.format != "mail":
        return found
    return sorted({one for path in found for one in (mail_files(path) if path.is_dir() else [path])})


def matched_files(root: Path, patterns: list[str]) -> list[Path]:
    """Return what the patterns name, sorted, each once. A path without wildcard is returned even when missing."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        full = Path(os.path.normpath(root / pattern))
        if not any(sign in pattern for sign in "*?["):
            found[full] = None
            continue
        anchor = full.anchor
        hits = Path(anchor).glob(str(full.relative_to(anchor)))
        found |= dict.fromkeys(sorted(hit for hit in hits if not hit.name.startswith(".")))
    return sorted(found)


def ingest_sources(settings: Settings, *, now: datetime, reporter: Reporter) -> list[Load]:
    """Read what is new in each source; return the loads made (none when nothing is new).

    Args:
        settings: the base's settings.
        now: moment of the run, UTC; it dates the loads.
        reporter: gets one step per source, with rows landed and refused.

    Raises:
        ConfigError: a source cannot be read as it is declared.
        SourceError: a source has no file at all, or its database does not answer.
        StorageError: the disk refused.
    """
    loads: list[Load] = []
    with Engine(memory_limit=settings.run.memory_limit, threads=settings.run.threads) as engine:
        for source in settings.sources.values():
            sweep_leftovers(settings.folder, source.name)
            known = list_loads(settings.folder, source.name)
            _check_found(settings, source, known)
        for source in settings.sources.values():
            known = list_loads(settings.folder, source.name)
            run = _SourceRun(settings, source, known, now, engine)
            load = run.database(reporter) if source.url else run.files(reporter)
            if load:
                loads.append(load)
    return loads


def _check_found(settings: Settings, source: SourceSettings, known: list[Load]) -> None:
    """Refuse a source whose files were never seen: a typing error in a path must not pass for an empty source."""
    if source.url or known:
        return
    if not any(path.exists() for path in matched_files(settings.sources_root, source.files)):
        folder = next(
            (p for p in (settings.sources_root / source.files[0]).parents if p.is_dir()), settings.sources_root
        )
        names = sorted(entry.name for entry in folder.iterdir())
        raise SourceError(
            say("sources.{name}: no file matches {patterns}.", name=source.name, patterns=", ".join(source.files)),
            left=say("Nothing was read."),
            next_step=say("{folder} holds: {names}", folder=folder, names=", ".join(names[:12]) or "∅"),
        )


class _SourceRun:
    """One source in one run."""

    def __init__(
        self, settings: Settings, source: SourceSettings, known: list[Load], now: datetime, engine: Engine
    ) -> None:
        self.settings = settings
        self.source = source
        self.known = known
        self.now = now
        self.engine = engine
        self.layout = layout_of(source)

    # Files -------------------------------------------------------------------------------------

    def files(self, reporter: Reporter) -> Load | None:
        """Read the new files of the source."""
        with reporter.step(f"ingest.{self.source.name}") as step:
            candidates = self._candidates()
            fresh = self._fresh(candidates)
            step.note(files=len(fresh))
            if not fresh:
                return None
            step.total = sum(candidate.stamp[0] for candidate in fresh if candidate.stamp)
            writer = LandingWriter(self.settings.folder, self.source.name)
            try:
                records = [self._read(candidate, writer, step) for candidate in fresh]
                content = hashlib.sha256("".join(record.sha256 for record in records).encode()).hexdigest()
                load = self._load(records, content, self._superseded_by(fresh, candidates))
                writer.commit(load, self.engine)
            except BaseException:
                writer.discard()
                raise
            step.note(rows=load.rows_landed, rejects=load.rows_rejected)
            return load

    def _candidates(self) -> list[Candidate]:
        """Return the source's files with their content's hash; a file whose stamp is known is not read again."""
        root = self.settings.sources_root
        by_stamp = {
            (record.path, record.stamp): record.sha256
            for load in self.known
            for record in load.files
            if record.stamp and load.layout == self.layout
        }
        ever = {record.path for load in self.known for record in load.files}
        result = []
        stamp: tuple[int, ...]
        for path in source_files(root, self.source):
            name = Path(os.path.relpath(path, root)).as_posix()
            try:
                stamp = _stamp_of(path)
                sha256 = by_stamp.get((name, stamp)) or _hash_of(path)
            except FileNotFoundError:
                if name in ever:
                    continue  # read once, taken away since: its rows stay
                stamp, sha256 = (), _fault_hash("missing_file", name)
            except OSError as error:
                sha256 = _fault_hash(type(error).__name__, name, *stamp)
            result.append(Candidate(name, path, stamp, sha256))
        return result

    def _fresh(self, candidates: list[Candidate]) -> list[Candidate]:
        held = {record.sha256 for load in self.known if load.layout == self.layout for record in load.files}
        first = {candidate.sha256: candidate for candidate in reversed(candidates)}
        return [candidate for sha256, candidate in reversed(first.items()) if sha256 not in held]

    def _superseded_by(self, fresh: list[Candidate], candidates: list[Candidate]) -> tuple[tuple[str, str], ...]:
        """Return the file versions that these replace: at the same path, or the same content in another layout."""
        gone = superseded(self.known)
        latest: dict[str, tuple[Load, FileRecord]] = {}
        result: list[tuple[str, str]] = []
        new_paths = {candidate.name for candidate in fresh}
        new_contents = {candidate.sha256 for candidate in fresh}
        elsewhere = {candidate.sha256 for candidate in candidates if candidate.name not in new_paths}
        for load in self.known:
            if load.undone:
                continue
            for record in load.files:
                if load.layout != self.layout and record.sha256 in new_contents:
                    result.append((load.load_id, record.path))
                elif record.path in new_paths and (load.load_id, record.path) not in gone:
                    latest[record.path] = (load, record)
        for load, record in latest.values():
            if record.sha256 not in elsewhere:
                result.append((load.load_id, record.path))
                result += [old for old in load.supersedes if old[1] == record.path]
        return tuple(dict.fromkeys(result))

    def _read(self, candidate: Candidate, writer: LandingWriter, step: Step) -> FileRecord:
        """Read one file into the writer; a file that cannot be read is one reject, and the others go on."""
        record = FileRecord(candidate.name, candidate.sha256, candidate.stamp)
        columns: list[str] = []
        notes: tuple[str, ...] = ()
        read_bytes = 0  # files read by blocks tell where they are; the others count when they are done
        try:
            constants = path_values(self.source.path_pattern, candidate.name)
            reader = reader_for(candidate.path, self.source, self.engine)
            record = replace(record, format=reader.format)
            for chunk in kept_chunks(reader, self.source):
                step.advance(getattr(reader, "position", 0) - read_bytes)
                read_bytes = getattr(reader, "position", 0)
                record = _counted(record, chunk)
                notes = (*notes, *chunk.notes)
                writer.add(candidate.name, chunk, constants)
                columns = reader.columns or _merged(columns, chunk)
            columns = list(reader.columns) or columns
            columns = [*columns, *(name for name in constants if name not in columns)]
            if columns:
                writer.declare(columns)
            notes = (*notes, *self._notes(record, columns, reader))
        except FileFault as fault:
            refused = Chunk(text_table([], [], []), rejects=[Reject(0, fault.reason, fault.message)])
            writer.add(candidate.name, refused, {})
            record = replace(_counted(record, refused), fault=fault.reason)
        step.advance((candidate.stamp[0] if candidate.stamp else 0) - read_bytes)
        return replace(record, columns=tuple(columns), notes=notes)

    def _notes(self, record: FileRecord, columns: list[str], reader: Reader) -> tuple[str, ...]:
        """Return the sentences a data lead should read about a file that was read."""
        notes = []
        if record.second_encoding_rows:
            notes.append(
                say(
                    "Lines in a second encoding, each read in its own: {rows}.",
                    rows=record.second_encoding_rows,
                )
            )
        if not record.rows_read:
            notes.append(say("The file has a header and no row.") if columns else say("The file holds nothing."))
        elif reader.format != "jsonl":  # a key that a JSON object lacks is an empty value
            notes += [
                say("No column {column}: {field} is empty in this file.", column=" / ".join(names), field=field)
                + nearest_text(names, columns)
                for field, names in absent_fields(self.source, columns)
            ]
        return tuple(notes)

    # Databases ---------------------------------------------------------------------------------

    def database(self, reporter: Reporter) -> Load | None:
        """Read the table or query of the source's URL; keep it when its rows differ from the last load's."""
        if not self.source.table:
            raise ConfigError.of([say("sources.{name}: a url needs table.", name=self.source.name)])
        name = re.sub(r"\s+", " ", self.source.table).strip()
        with reporter.step(f"ingest.{self.source.name}") as step:
            writer = LandingWriter(self.settings.folder, self.source.name)
            digest = hashlib.sha256()
            record = FileRecord(name, "", format="sql")
            try:
                reader = UrlReader(self.source.url, self.source.table)
                for chunk in kept_chunks(reader, self.source):
                    _digest_rows(digest, chunk.rows)
                    record = _counted(record, chunk)
                    writer.add(name, chunk, {})
                    step.advance(chunk.met)
                writer.declare(reader.columns)
                record = replace(record, sha256=digest.hexdigest(), columns=tuple(reader.columns))
                fresh = Candidate(name, Path(), (), record.sha256)
                if not self._fresh([fresh]):
                    writer.discard()
                    step.note(files=0)
                    return None
                load = self._load([record], record.sha256, self._superseded_by([fresh], [fresh]))
                writer.commit(load, self.engine)
            except BaseException:
                writer.discard()
                raise
            step.note(files=1, rows=load.rows_landed, rejects=load.rows_rejected)
            return load

    def _load(self, records: list[FileRecord], content: str, supersedes: tuple[tuple[str, str], ...]) -> Load:
        load_id = new_load_id(self.source.name, self.now, content)
        taken = {load.load_id for load in self.known}
        rank = 2
        while load_id in taken:  # the same content in another layout within one second
            load_id, rank = f"{new_load_id(self.source.name, self.now, content)}-{rank}", rank + 1
        loaded_at = f"{self.now:%Y-%m-%dT%H:%M:%S}"
        return Load(load_id, self.source.name, loaded_at, self.layout, tuple(records), supersedes)


def path_values(pattern: str, name: str) -> dict[str, str]:
    """Return the named groups that `path_pattern` finds in a file's path.

    >>> path_values(r"magasin_(?P<shop>[0-9]+)/", "poses/magasin_12/clients.csv")
    {'shop': '12'}

    Raises:
        FileFault: the path does not fit the pattern.
        ConfigError: the pattern is no regular expression.
    """
    if not pattern:
        return {}
    try:
        found = re.search(pattern, name)
    except re.error as error:
        raise ConfigError.of([say("path_pattern is no regular expression: {cause}.", cause=error)]) from error
    if not found:
        raise FileFault("path_unlike", pattern=pattern)
    return {group: value for group, value in found.groupdict().items() if value is not None}


def _counted(record: FileRecord, chunk: Chunk) -> FileRecord:
    return replace(
        record,
        rows_read=record.rows_read + chunk.met,
        rows_blank=record.rows_blank + chunk.blank,
        rows_filtered=record.rows_filtered + chunk.filtered,
        rows_rejected=record.rows_rejected + len(chunk.rejects),
        rows_landed=record.rows_landed + chunk.rows.num_rows,
        second_encoding_rows=record.second_encoding_rows + chunk.second_encoding,
    )


def _merged(columns: list[str], chunk: Chunk) -> list[str]:
    return list(dict.fromkeys([*columns, *(name for name in chunk.rows.column_names if not name.startswith("_"))]))


def _write_ahead_log(path: Path) -> Path | None:
    """Return the log beside an SQLite file that a program is still writing: its rows count too."""
    log = path.with_name(path.name + "-wal")
    return log if log.is_file() and log.stat().st_size else None


def _stamp_of(path: Path) -> tuple[int, ...]:
    stat = path.stat()
    log = _write_ahead_log(path)
    written = (log.stat().st_size, log.stat().st_mtime_ns) if log else ()
    return (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, *written)


def _hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    if log := _write_ahead_log(path):
        digest.update(log.read_bytes())
    return digest.hexdigest()


def _fault_hash(*parts: object) -> str:
    """Return what stands for the content of a file that cannot be read: it changes when the file does."""
    return "fault-" + hashlib.sha256(repr(parts).encode()).hexdigest()


def _digest_rows(digest: hashlib._Hash, rows: pa.Table) -> None:
    for name in rows.column_names:
        digest.update(name.encode())
        digest.update(
            "\x1f".join("\x1e" if value is None else str(value) for value in rows.column(name).to_pylist()).encode()
        )
