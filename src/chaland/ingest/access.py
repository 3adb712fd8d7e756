"""Access databases (.mdb, .accdb): mdbtools where it is installed, else access-parser (up to Access 2007).

mdb-export writes CSV, which goes through the delimited reader like any other file.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from chaland.errors import ConfigError, SourceError
from chaland.ingest.blocks import start_of
from chaland.ingest.chunks import LINE, Chunk, FileFault, text_table, unique_names, without_blank_rows
from chaland.ingest.databases import BATCH_ROWS, only_table, value_text
from chaland.ingest.delimited import DelimitedReader, Dialect
from chaland.language import say

try:
    import access_parser
except ImportError:  # the extra `access` is not installed
    access_parser = None

_MAGIC = (b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB")


def _checked(path: Path) -> None:
    if start_of(path, 19) not in _MAGIC:
        raise FileFault("unreadable_file", format="Access", cause=say("the database is damaged or is another format"))


def _run(arguments: list[str]) -> str:
    done = subprocess.run(arguments, capture_output=True, check=False, encoding="utf-8", errors="replace")
    if done.returncode:
        cause = say("mdbtools refuses it (code {code})", code=done.returncode)
        raise FileFault("unreadable_file", format="Access", cause=cause)
    return done.stdout


def _is_users(name: str) -> bool:
    return not name.startswith(("MSys", "f_", "~"))


def access_tables(path: Path) -> list[str]:
    """Return the user's tables of an Access database."""
    _checked(path)
    if shutil.which("mdb-tables"):
        names = _run(["mdb-tables", "-1", str(path)]).splitlines()
    else:
        names = list(_parsed(path).catalog)
    return [name for name in names if name and _is_users(name)]


def _parsed(path: Path) -> Any:
    if access_parser is None:
        raise ConfigError(
            say("Reading {file} needs mdbtools, or: pip install 'chaland[access]'", file=path.name),
        )
    try:
        return access_parser.AccessParser(str(path))
    except Exception as error:  # access-parser raises KeyError, IndexError, construct's errors … on recent files
        raise _needs_mdbtools(path) from error


def _needs_mdbtools(path: Path) -> SourceError:
    # an error, not a reject: the file is sound, and reading it again after the installation must work
    return SourceError(
        say("{file}: access-parser cannot read this Access database.", file=path.name),
        next_step=say("It reads up to Access 2007; install mdbtools (apt install mdbtools) for later ones."),
    )


class AccessReader:
    """Reads one table of an Access database; `_line` is the rank of the row, from 1."""

    format: ClassVar[str] = "access"

    def __init__(self, path: Path, table: str = "") -> None:
        self.path = path
        self.table = table
        self.columns: list[str] = []

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows of the table."""
        tables = access_tables(self.path)
        table = self.table or only_table(tables, "Access")
        if table not in tables:
            cause = say("no table {table}; it has {tables}", table=table, tables=", ".join(tables))
            raise FileFault("unreadable_file", format="Access", cause=cause)
        yield from self._exported(table) if shutil.which("mdb-export") else self._parsed_rows(table)

    def _exported(self, table: str) -> Iterator[Chunk]:
        with tempfile.TemporaryDirectory(prefix="chaland-access-") as folder:
            target = Path(folder) / "table.csv"
            with target.open("wb") as stream:
                done = subprocess.run(
                    ["mdb-export", "-D", "%Y-%m-%d", "-T", "%Y-%m-%d %H:%M:%S", "-b", "hex", str(self.path), table],
                    stdout=stream,
                    stderr=subprocess.PIPE,
                    check=False,
                )
            if done.returncode:
                cause = say("mdbtools refuses it (code {code})", code=done.returncode)
                raise FileFault("unreadable_file", format="Access", cause=cause)
            reader = DelimitedReader(target, Dialect("utf-8", ","))
            rank = 1
            if b"unsupported data type" in done.stderr:
                note = say(
                    "mdbtools cannot read some columns of {table} (a recent type of date); they are empty.", table=table
                )
                yield Chunk(text_table([], [], []), notes=[note])
            for chunk in reader.chunks():
                # ranks of rows, not lines of our own export: memo fields hold ends of line
                self.columns = reader.columns
                numbers = range(rank, rank + chunk.rows.num_rows)
                rank += chunk.rows.num_rows
                chunk.rows = chunk.rows.drop_columns([LINE]).append_column(LINE, pa.array(numbers, pa.int64()))
                yield chunk

    def _parsed_rows(self, table: str) -> Iterator[Chunk]:
        try:
            values = _parsed(self.path).parse_table(table)
        except Exception as error:
            raise _needs_mdbtools(self.path) from error
        self.columns = unique_names(list(values))
        rows = [[value_text(value) for value in row] for row in zip(*values.values(), strict=False)]
        for start in range(0, len(rows) or 1, BATCH_ROWS):
            part = rows[start : start + BATCH_ROWS]
            table_, blank = without_blank_rows(text_table(self.columns, part, range(start + 1, start + 1 + len(part))))
            yield Chunk(table_, blank=blank)
