"""JSON lines: each scalar becomes a column named by its dotted path (`traits.email`); a list stays JSON text.

With `explode`, each element of one list becomes a row that keeps the fields around it. DuckDB reads the JSON;
lines that are not an object are refused one by one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import quoted
from chaland.engine.text import select
from chaland.ingest.blocks import BlockReader, LineDecoder, opened, sample_of
from chaland.ingest.chunks import LINE, RANK, Chunk, FileFault, Reject, text_table, unique_names
from chaland.ingest.delimited import Dialect

MAX_PATHS = 1000
Path_ = tuple[str, ...]
"""Nested keys, outermost first."""


def json_path(keys: tuple[str, ...]) -> str:
    """Return DuckDB's path to nested keys.

    >>> json_path(("traits", "email"))
    '$."traits"."email"'
    """
    return "$" + "".join(f'."{key}"' for key in keys)


def leaf_paths(structure: Any, keys: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the paths of the scalars and lists of a `json_structure`; a list is a leaf.

    >>> leaf_paths({"a": {"b": "VARCHAR"}, "c": ["UBIGINT"]})
    [('a', 'b'), ('c',)]
    """
    if not isinstance(structure, dict):
        return [keys]
    return [path for key, inner in structure.items() if '"' not in key for path in leaf_paths(inner, (*keys, key))]


class JsonLinesReader:
    """Reads one file of JSON lines.

    Args:
        engine: DuckDB, for its JSON functions.
        kept: column = value that a line must have to be kept (the source's filter).
        explode: dotted path of a list, or "".
    """

    format: ClassVar[str] = "jsonl"

    def __init__(
        self, path: Path, dialect: Dialect, engine: Engine, *, kept: Mapping[str, str], explode: str = ""
    ) -> None:
        self.path = path
        self.dialect = dialect
        self.engine = engine
        self.kept = kept
        self.explode = tuple(explode.split(".")) if explode else ()
        self.decoder = LineDecoder(dialect.encoding)
        self.columns: list[str] = []
        self._line = 1
        self.position = 0

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows of the file, block after block."""
        with opened(self.path) as stream:
            blocks = BlockReader(stream, self.dialect.encoding, sample_of(self.path))
            while not blocks.at_end:
                block = blocks.next()
                self.position = blocks.position
                while block and self._line <= self.dialect.skip_lines:
                    block, self._line = block.partition(b"\n")[2], self._line + 1
                if block:
                    yield self._read(block, is_last=blocks.at_end)
            if blocks.torn:
                yield Chunk(text_table([], [], []), rejects=[Reject.because("torn_archive", self._line)])

    def _read(self, block: bytes, *, is_last: bool) -> Chunk:
        last_open = is_last and not block.endswith(b"\n")
        chunk = Chunk(text_table([], [], []))
        lines: list[str] = []
        numbers: list[int] = []
        for raw in block.removesuffix(b"\n").split(b"\n"):
            decoded = self.decoder.line(raw) if b"\0" not in raw else None
            if decoded is None:
                reason = "nul_bytes" if b"\0" in raw else "undecodable"
                kept = raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
                values = {"count": raw.count(b"\0"), "encoding": self.decoder.encoding}
                chunk.rejects.append(Reject.because(reason, self._line, kept, **values))
            elif not decoded[0].strip():
                chunk.blank += 1
            else:
                lines.append(decoded[0])
                numbers.append(self._line)
                chunk.second_encoding += decoded[1]
            self._line += 1
        table = pa.table({"text": pa.array(lines, pa.string()), "line": pa.array(numbers, pa.int64())})
        self.engine.connection.register("json_block", table)
        try:
            self._extract(chunk, torn_line=self._line - 1 if last_open else 0)
        finally:
            self.engine.connection.unregister("json_block")
        return chunk

    def _extract(self, chunk: Chunk, *, torn_line: int) -> None:
        rows = self.engine.rows
        for line, text, is_valid in rows(
            "select line, text, json_valid(text) from json_block "
            "where case when json_valid(text) then json_type(text) <> 'OBJECT' else true end order by line"
        ):
            reason = "not_an_object" if is_valid else "torn_last_text" if line == torn_line else "bad_json"
            chunk.rejects.append(Reject.because(reason, line, text))
        self.engine.execute(
            "create or replace temp table json_objects as select line, text from json_block "
            "where case when json_valid(text) then json_type(text) = 'OBJECT' else false end"
        )
        for column, wanted in self.kept.items():
            removed = self.engine.execute(
                "delete from json_objects where json_extract_string(text, $path) is distinct from $wanted",
                {"path": json_path(tuple(column.split("."))), "wanted": wanted},
            ).fetchone()
            chunk.filtered += int(removed[0]) if removed else 0
        if self.explode:
            chunk.rows, lines_without = self._exploded()
            chunk.blank += lines_without
        else:
            paths = self._paths("select distinct json_structure(text) from json_objects")
            chunk.rows = self._table("json_objects", {"text": paths}, [])

    def _paths(self, structures: str) -> list[Path_]:
        paths: dict[Path_, None] = {}
        for (structure,) in self.engine.rows(structures):
            paths |= dict.fromkeys(leaf_paths(json.loads(structure)))
        if len(paths) > MAX_PATHS:
            raise FileFault("unreadable_file", format="jsonl", cause=f"{len(paths)} > {MAX_PATHS} columns")
        return sorted(paths)

    def _table(self, source: str, paths: Mapping[str, list[Path_]], lineage: list[str]) -> pa.Table:
        """Return the values at the paths of each JSON column of `source`, with the lineage columns."""
        names = unique_names(
            [
                ".".join(self.explode + path if column == "element" else path)
                for column, of in paths.items()
                for path in of
            ]
        )
        found: list[str] = []
        for column, of_column in paths.items():
            found += [f"nullif({column}_found[{rank}], '')" for rank in range(1, len(of_column) + 1)]
        wanted = [f"{value} as {quoted(name)}" for value, name in zip(found, names, strict=True)]
        extracted = [f"json_extract_string({column}, ${column}) as {column}_found" for column in paths]
        return self.engine.arrow(
            select([*wanted, f"line as {LINE}", *lineage], f"({select(['*', *extracted], source)})"),
            {column: [json_path(path) for path in of_column] for column, of_column in paths.items()},
        )

    def _exploded(self) -> tuple[pa.Table, int]:
        """Return one row per element of the list, and how many lines had none."""
        self.engine.execute(
            "create or replace temp table json_elements as "
            "select line, text, unnest(elements) as element, generate_subscripts(elements, 1) as rank from ("
            "select line, text, cast(json_extract(text, $path) as json[]) as elements from json_objects "
            "where json_type(text, $path) = 'ARRAY')",
            {"path": json_path(self.explode)},
        )
        without = self.engine.value(
            "select count(*) from json_objects where coalesce(json_array_length(text, $path), 0) = 0",
            {"path": json_path(self.explode)},
        )
        depth = len(self.explode)
        around = self._paths("select distinct json_structure(text) from json_elements")
        paths = {
            "text": [path for path in around if path[:depth] != self.explode],
            "element": self._paths("select distinct json_structure(element) from json_elements"),
        }
        return self._table("json_elements", paths, [f"rank as {RANK}"]), int(without)
