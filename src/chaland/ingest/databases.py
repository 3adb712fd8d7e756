"""Tables of a database: SQLite files by the standard library, any other by its SQLAlchemy URL; Parquet files.

Rows stream in batches. A URL may name environment variables (`postgresql://reader:$SHOP_PASSWORD@host/base`);
its password is never shown.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as parquet

from chaland.engine import Engine
from chaland.engine.duckdb import quoted
from chaland.engine.text import select
from chaland.errors import ConfigError, SourceError
from chaland.ingest.blocks import start_of
from chaland.ingest.chunks import LINE, Chunk, FileFault, text_table, unique_names, without_blank_rows
from chaland.language import say

try:
    import sqlalchemy
except ImportError:  # the extra `databases` is not installed
    sqlalchemy = None  # type: ignore[assignment]

BATCH_ROWS = 50_000
_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")


def is_query(table: str) -> bool:
    """Tell a query from a table's name: it starts with select or with.

    >>> is_query("SELECT * FROM appels"), is_query("appels 2024")
    (True, False)
    """
    return bool(re.match(r"\s*(select|with)\s", table, re.IGNORECASE))


def value_text(value: Any) -> str | None:
    """Return a database value as text: dates in ISO, whole floats without point, '' and null as None.

    >>> value_text(17850.0), value_text(b"caf\\xe9"), value_text("")
    ('17850', 'café', None)
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (bytes, memoryview)):
        return decoded(bytes(value)) or None
    if hasattr(value, "isoformat"):
        return (
            str(value.isoformat(" ")) if hasattr(value, "hour") and hasattr(value, "year") else str(value.isoformat())
        )
    return str(value)


def decoded(data: bytes) -> str:
    """Return a database's bytes as text: UTF-8, else cp1252, else hexadecimal."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.hex()


def _chunk(columns: list[str], rows: Sequence[Sequence[Any]], first: int) -> Chunk:
    texts = [[value_text(value) for value in row] for row in rows]
    table, blank = without_blank_rows(text_table(columns, texts, range(first, first + len(rows))))
    return Chunk(table, blank=blank)


class SqliteReader:
    """Reads a table or a query of one SQLite file; `_line` is the rank of the row, from 1."""

    format: ClassVar[str] = "sqlite"

    def __init__(self, path: Path, table: str = "") -> None:
        self.path = path
        self.table = table
        self.columns: list[str] = []

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, batch after batch."""
        start_of(self.path, 1)
        try:
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)
            connection.text_factory = decoded
            try:
                yield from self._read(connection)
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise FileFault("unreadable_file", format="SQLite", cause=_sqlite_cause(error)) from error

    def _read(self, connection: sqlite3.Connection) -> Iterator[Chunk]:
        table = self.table or only_table(sqlite_tables(connection), "SQLite")
        cursor = connection.execute(table if is_query(table) else select(["*"], quoted(table)))
        self.columns = unique_names([description[0] for description in cursor.description])
        first = 1
        yield Chunk(text_table(self.columns, [], []))
        while rows := cursor.fetchmany(BATCH_ROWS):
            yield _chunk(self.columns, rows, first)
            first += len(rows)


def _sqlite_cause(error: sqlite3.Error) -> str:
    text = str(error)
    if "no such table" in text or "no such column" in text:
        return text
    return say("the database is damaged or is another format")


def sqlite_tables(connection: sqlite3.Connection) -> list[str]:
    """Return the user's tables and views of an open SQLite database."""
    found = connection.execute(
        "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' order by name"
    )
    return [str(row[0]) for row in found]


def only_table(tables: Sequence[str], format_name: str) -> str:
    """Return the single table of a database file.

    Raises:
        FileFault: there is none, or several and the setting `table` does not say which.
    """
    if len(tables) == 1:
        return tables[0]
    if not tables:
        raise FileFault("unreadable_file", format=format_name, cause=say("it holds no table"))
    cause = say("it holds {count} tables; set table to one of {tables}", count=len(tables), tables=", ".join(tables))
    raise FileFault("unreadable_file", format=format_name, cause=cause)


def resolved_url(url: str) -> str:
    """Return the URL with its $NAME read from the environment.

    Raises:
        ConfigError: a variable is not set.
    """
    missing = [name for name in _VARIABLE.findall(url) if name not in os.environ]
    if missing:
        raise ConfigError.of(
            [say("The environment variable {name} of a url is not set.", name=name) for name in missing]
        )
    return _VARIABLE.sub(lambda found: os.environ[found.group(1)], url)


class UrlReader:
    """Reads a table or a query of a database by SQLAlchemy URL; `_line` is the rank of the row, from 1.

    A table is read in the order of its primary key, so that a rank means the same row from run to run.
    """

    format: ClassVar[str] = "sql"

    def __init__(self, url: str, table: str) -> None:
        self.url = url
        self.table = table
        self.columns: list[str] = []

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, batch after batch, from a server-side cursor where the database has them."""
        if sqlalchemy is None:
            raise ConfigError(say("Reading a database needs: pip install 'chaland[databases]'"))
        try:
            url = sqlalchemy.make_url(resolved_url(self.url))
        except sqlalchemy.exc.ArgumentError as error:
            raise ConfigError(say("A url is not a SQLAlchemy URL (dialect://user:password@host/base).")) from error
        try:
            engine = sqlalchemy.create_engine(url, hide_parameters=True)
            with engine.connect() as connection:
                yield from self._read(connection)
        except ImportError as error:
            raise ConfigError(say("The driver of {dialect} is not installed.", dialect=url.drivername)) from error
        except sqlalchemy.exc.SQLAlchemyError as error:
            shown = url.render_as_string(hide_password=True)
            raise SourceError(
                say("The database {url} cannot be read ({kind}).", url=shown, kind=type(error).__name__),
                next_step=say("Check the address, the account and the table {table}.", table=self.table),
            ) from None
        finally:
            if "engine" in locals():
                engine.dispose()

    def _read(self, connection: Any) -> Iterator[Chunk]:
        statement: Any
        if is_query(self.table):
            statement = sqlalchemy.text(self.table)
        else:
            schema, _, name = self.table.rpartition(".")
            table = sqlalchemy.Table(name, sqlalchemy.MetaData(), schema=schema or None, autoload_with=connection)
            statement = sqlalchemy.select(table).order_by(*table.primary_key.columns)
        result = connection.execution_options(stream_results=True, yield_per=BATCH_ROWS).execute(statement)
        self.columns = unique_names(list(result.keys()))
        first = 1
        yield Chunk(text_table(self.columns, [], []))
        for rows in result.partitions(BATCH_ROWS):
            yield _chunk(self.columns, rows, first)
            first += len(rows)


class ParquetReader:
    """Reads a Parquet file; `_line` is the rank of the row, from 1. Nested values become JSON."""

    format: ClassVar[str] = "parquet"

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self.engine = engine
        self.columns: list[str] = []

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, batch after batch."""
        start_of(self.path, 1)
        try:
            with self.path.open("rb") as stream:
                yield from self._read(parquet.ParquetFile(stream))
        except (pa.ArrowInvalid, OSError) as error:
            cause = say("the file is damaged or is another format")
            raise FileFault("unreadable_file", format="Parquet", cause=cause) from error

    def _read(self, source: parquet.ParquetFile) -> Iterator[Chunk]:
        names = source.schema_arrow.names
        self.columns = unique_names(names)
        first = 1
        yield Chunk(text_table(self.columns, [], []))
        for batch in source.iter_batches(batch_size=BATCH_ROWS):
            table = pa.Table.from_batches([batch]).rename_columns(self.columns)
            self.engine.connection.register("parquet_batch", table)
            try:
                wanted = [f"{_text_sql(field)} as {quoted(field.name)}" for field in table.schema]
                texts = self.engine.arrow(select(wanted, "parquet_batch"))
            finally:
                self.engine.connection.unregister("parquet_batch")
            numbers = pa.array(range(first, first + batch.num_rows), pa.int64())
            rows, blank = without_blank_rows(texts.append_column(LINE, numbers))
            first += batch.num_rows
            yield Chunk(rows, blank=blank)


def _text_sql(field: Any) -> str:
    name = quoted(field.name)
    if pa.types.is_nested(field.type):
        return f"cast(to_json({name}) as varchar)"
    if pa.types.is_floating(field.type):
        whole = f"{name} = trunc({name}) and abs({name}) < 1e15"
        return f"case when {whole} then cast(cast({name} as bigint) as varchar) else cast({name} as varchar) end"
    if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
        return f"nullif(coalesce(try(decode({name})), hex({name})), '')"
    return f"nullif(cast({name} as varchar), '')"
