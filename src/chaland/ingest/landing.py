"""Writes one load: `landing/<source>/<load_id>.parquet` and `rejects/<source>/<load_id>.parquet`.

Rows go to files beside, batch by batch, so memory stays bounded; they take their names only when the load is whole,
and the marker comes last.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from chaland.engine import Engine
from chaland.errors import StorageError
from chaland.ingest.chunks import FILE, LINE, RANK, Chunk, Reject
from chaland.ingest.loads import MARKER, Load, source_folder, sync_folder, write_marker
from chaland.language import say

GROUP_ROWS = 200_000
REJECT_COLUMNS = pa.schema(
    [
        pa.field(name, pa.int64() if name == LINE else pa.string())
        for name in (FILE, LINE, "stage", "reason", "detail", "raw")
    ]
)
_TYPES = {LINE: pa.int64(), RANK: pa.int64()}


class LandingWriter:
    """Takes chunks of one load and commits them, or leaves nothing behind.

    Args:
        folder: the base.
        source: name of the source.
    """

    def __init__(self, folder: Path, source: str) -> None:
        self.landing = source_folder(folder, "landing", source)
        self.rejects = source_folder(folder, "rejects", source)
        self._stem = f".load-{secrets.token_hex(6)}"
        self._columns = {FILE: FILE, LINE: LINE}  # folded name → name, in the order met
        self._part_columns = 0
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._writer: parquet.ParquetWriter | None = None
        self._parts: list[Path] = []
        self._reject_writer: parquet.ParquetWriter | None = None
        try:
            self.landing.mkdir(parents=True, exist_ok=True)
            self.rejects.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _disk_error(self.landing, error) from error

    def declare(self, columns: Mapping[str, str] | tuple[str, ...] | list[str]) -> None:
        """Make columns known before their rows, so that files of several layouts share one Parquet schema."""
        for name in columns:
            self._columns.setdefault(name.casefold(), name)

    def add(self, path: str, chunk: Chunk, constants: Mapping[str, str]) -> None:
        """Take a chunk of the file `path`; `constants` are columns read from the path."""
        try:
            if chunk.rejects:
                self._add_rejects(path, chunk.rejects)
            if chunk.rows.num_rows:
                rows = chunk.rows
                for name, value in {**constants, FILE: path}.items():
                    column = pa.repeat(pa.scalar(value, pa.string()), rows.num_rows)
                    rows = rows.drop_columns([name]) if name in rows.column_names else rows
                    rows = rows.append_column(name, column)
                self.declare([*rows.column_names])
                self._waiting.append(rows)
                self._waiting_rows += rows.num_rows
                if self._waiting_rows >= GROUP_ROWS:
                    self._flush()
        except OSError as error:
            raise _disk_error(self.landing, error) from error

    def _add_rejects(self, path: str, rejects: list[Reject]) -> None:
        if self._reject_writer is None:
            self._reject_writer = parquet.ParquetWriter(
                self.rejects / f"{self._stem}.parquet", REJECT_COLUMNS, compression="zstd"
            )
        rows = [
            {FILE: path, LINE: r.line, "stage": "read", "reason": r.reason, "detail": r.detail, "raw": r.raw}
            for r in rejects
        ]
        self._reject_writer.write_table(pa.Table.from_pylist(rows, REJECT_COLUMNS))

    def _schema(self) -> pa.Schema:
        return pa.schema([pa.field(name, _TYPES.get(name, pa.string())) for name in self._columns.values()])

    def _flush(self) -> None:
        if not self._waiting_rows:
            return
        if self._writer is None or self._part_columns < len(self._columns):
            if self._writer is not None:
                self._writer.close()
            part = self.landing / f"{self._stem}-{len(self._parts)}.parquet"
            self._parts.append(part)
            self._part_columns = len(self._columns)
            self._writer = parquet.ParquetWriter(part, self._schema(), compression="zstd", compression_level=1)
        schema = self._schema()
        tables = [_fitted(table, schema) for table in self._waiting]
        self._writer.write_table(pa.concat_tables(tables).combine_chunks(), row_group_size=GROUP_ROWS)
        self._waiting, self._waiting_rows = [], 0

    def commit(self, load: Load, engine: Engine) -> None:
        """Give the files their names, and write the marker."""
        try:
            self._flush()
            self._close()
            whole = self.landing / f"{load.load_id}.parquet"
            if not self._parts:
                parquet.write_table(self._schema().empty_table(), whole)
            elif len(self._parts) == 1:
                self._parts[0].replace(whole)
            else:
                merged = self.landing / f"{self._stem}.parquet"
                _merge(self._parts, merged, engine)
                merged.replace(whole)
                for part in self._parts:
                    part.unlink()
            if self._reject_writer is not None:
                refused = self.rejects / f"{load.load_id}.parquet"
                (self.rejects / f"{self._stem}.parquet").replace(refused)
                _sync(refused)
            _sync(whole)
            sync_folder(self.rejects)
            sync_folder(self.landing)
        except OSError as error:
            raise _disk_error(self.landing, error) from error
        write_marker(self.landing / f"{load.load_id}{MARKER}", load)

    def discard(self) -> None:
        """Leave nothing behind."""
        self._close()
        for area in (self.landing, self.rejects):
            for path in area.glob(f"{self._stem}*"):
                path.unlink()

    def _close(self) -> None:
        for writer in (self._writer, self._reject_writer):
            if writer is not None:
                writer.close()


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    folded = {name.casefold(): name for name in table.column_names}
    arrays = [
        table.column(folded[field.name.casefold()]).cast(field.type)
        if field.name.casefold() in folded
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def _merge(parts: list[Path], target: Path, engine: Engine) -> None:
    names = ", ".join("'" + str(part).replace("'", "''") + "'" for part in parts)
    engine.write_parquet(f"from read_parquet([{names}], union_by_name = true)", target)


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _disk_error(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        say("Cannot write {path}: {cause}.", path=folder, cause=error.strerror or type(error).__name__),
        left=say("Nothing of this load is kept; the loads before it are untouched."),
        next_step=say("Make room or give the right to write, then build again."),
    )
