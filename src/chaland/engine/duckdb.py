"""DuckDB behind one small class: contract tables in, contract tables out.

Reads and writes one DuckDB file (or memory). SQL comes from `.sql` files that lie beside their step;
identifiers come from `chaland.tables`, never from a user.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from chaland.engine.closing import Closing
from chaland.errors import ContractError, StorageError
from chaland.language import say
from chaland.tables import Table


@cache
def sql_text(package: str, name: str) -> str:
    """Return the text of `name` (a `.sql` file) in a package of chaland."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def quoted(identifier: str) -> str:
    """Return the identifier quoted for SQL.

    >>> quoted("Nom client")
    '"Nom client"'
    """
    return '"' + identifier.replace('"', '""') + '"'


class Engine(Closing):
    """One DuckDB connection with the run's limits.

    Args:
        path: DuckDB file, or None for memory.
        memory_limit: for instance "4GB"; DuckDB spills to `temp_folder` beyond it.
        threads: 0 lets DuckDB take every core.
        read_only: open a finished file; nothing outside it can be read.
        is_scratch: the file goes when the work is done: its tables are not compressed, which costs twice what writing
            them does, and closing it makes nothing ready for another to open.

    >>> engine = Engine()
    >>> engine.rows("select 1 as one, 'a' as letter")
    [(1, 'a')]
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        memory_limit: str = "",
        threads: int = 0,
        temp_folder: Path | None = None,
        read_only: bool = False,
        is_scratch: bool = False,
    ) -> None:
        config: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        }
        if memory_limit:
            config["memory_limit"] = memory_limit
        if threads:
            config["threads"] = threads
        if temp_folder:
            config["temp_directory"] = str(temp_folder)
        try:
            self.connection = duckdb.connect(str(path) if path and not read_only else ":memory:", False, config)
            # DuckDB's own bar goes to standard output, among what a command answers
            self.connection.execute("set enable_progress_bar = false")
            if path and read_only:
                self._read_only(path)
        except duckdb.IOException as error:
            raise StorageError(say("Cannot open the database file {path}.", path=path), next_step=str(error)) from error
        self.path = path
        self._compression = "auto"
        self._cursors = threading.Lock()
        if is_scratch:
            # a second a hundred tables otherwise
            self.connection.execute("pragma disable_checkpoint_on_shutdown")
            self._compress("uncompressed")

    def _read_only(self, path: Path) -> None:
        """Open a finished file under a name of our own, then close every other door: were it called base.duckdb,
        `base.customers` could be a table of the schema base or of the database base, and DuckDB refuses to choose."""
        target = str(path).replace("'", "''")
        self.connection.execute(f"attach '{target}' as finished (read_only)")
        self.connection.execute("use finished")
        self.connection.execute("set enable_external_access = false")
        self.connection.execute("set lock_configuration = true")

    def _compress(self, method: str) -> str:
        """Write tables so from now on, whatever the file; return how they were written."""
        before, self._compression = self._compression, method
        if method != before:
            self.execute(f"set force_compression = '{method}'")
        return before

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a further connection to what this one has open, for another thread; its user closes it."""
        with self._cursors:  # two threads must not ask of one connection at once
            cursor = self.connection.cursor()
            cursor.execute(f"use {self.value('select current_catalog()')}")
        return cursor

    @contextmanager
    def limited_cursor(self, timeout_s: float) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a cursor of its own, interrupted `timeout_s` seconds later and closed when the block ends."""
        cursor = self.cursor()
        timer = threading.Timer(timeout_s, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield cursor
        finally:
            timer.cancel()
            cursor.close()

    def close(self) -> None:
        self.connection.close()

    # Queries -----------------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run one statement with bound, named parameters; only those the text names are passed on."""
        used = {name: value for name, value in (parameters or {}).items() if f"${name}" in sql}
        return self.connection.execute(sql, used) if used else self.connection.execute(sql)

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query as tuples."""
        return self.execute(sql, parameters).fetchall()

    def described(self, select: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
        """Return name and type of each column of a query, in order."""
        found = self.execute(f"from (\n{select}\n) limit 0", parameters).description or ()
        return [(str(name), str(type_)) for name, type_, *_ in found]

    def keyed_json(self, select: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Return the first column of each row of a query, and the others as one JSON list and a comma, in its order.

        >>> found = Engine().keyed_json("select 'a' as letter, 1.50 as amount, date '2026-11-02' as day")
        >>> [column.to_pylist() for column in found.columns]
        [['a'], ['[1.5,"2026-11-02"],']]
        """
        key, *others = [quoted(name) for name, _ in self.described(select, parameters)]
        made = f"cast(json_array({', '.join(others)}) as varchar) || ','"
        return self.execute(f"select {key}, {made} from (\n{select}\n)", parameters).to_arrow_table()

    def value(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """Return the single value of a query, or None when it has no row."""
        row = self.execute(sql, parameters).fetchone()
        return row[0] if row else None

    def arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Return the rows of a query as an Arrow table."""
        return self.execute(sql, parameters).to_arrow_table()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block as one transaction: many small appends are then written to the disk once; undone on an error.

        >>> engine = Engine()
        >>> with engine.transaction():
        ...     _ = engine.execute("create table letters as select 'a' as letter")
        >>> engine.count("letters")
        1
        """
        self.execute("begin transaction")
        try:
            yield
        except BaseException:
            self.execute("rollback")
            raise
        self.execute("commit")

    def count(self, table: Table | str) -> int:
        """Return the number of rows of a table."""
        name = table.full_name if isinstance(table, Table) else table
        return int(self.value(f"select count(*) from {name}"))

    def exists(self, table: Table | str) -> bool:
        """Tell whether `schema.name` is a table or a view here."""
        name = table.full_name if isinstance(table, Table) else table
        try:  # asking for the table is four times quicker than asking the catalogue about it
            self.execute(f"select 1 from {self._here}.{name} limit 0")
        except duckdb.CatalogException:
            return False
        return True

    @cached_property
    def _here(self) -> str:
        """The name of the current database: a name in two parts could be that of an attached one."""
        return quoted(str(self.value("select current_database()")))

    # Contract tables ---------------------------------------------------------------------------

    def create(self, table: Table) -> None:
        """Create the table empty, as its contract says; replaces an older one."""
        columns = ", ".join(
            f"{quoted(column.name)} {column.type}{'' if column.nullable else ' not null'}" for column in table.columns
        )
        self.execute(f"create schema if not exists {table.schema}")
        self.execute(f"create or replace table {table.full_name} ({columns})")

    def create_missing(self, *tables: Table) -> None:
        """Create empty those of the tables that do not exist yet."""
        for table in tables:
            if not self.exists(table):
                self.create(table)

    def insert(self, table: Table, select: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Append the rows of a select to a contract table, by column name; return how many.

        Raises:
            ContractError: a column is unknown to the contract, of another type, or null where it may not be.
        """
        try:
            counted = self.execute(
                f"insert into {table.full_name} by name\n{select}",
                parameters,
            ).fetchone()
        except (duckdb.BinderException, duckdb.ConstraintException, duckdb.ConversionException) as error:
            raise ContractError(
                say("A step does not keep the contract of {table}.", table=table.full_name),
                next_step=str(error).split("\n")[0] if isinstance(error, duckdb.BinderException) else "",
            ) from error
        return int(counted[0]) if counted else 0

    def fill(self, table: Table, package: str, file: str, **parameters: Any) -> int:
        """Create a contract table from the select of a `.sql` file; return its rows.

        Args:
            package: package that holds the file, for instance "chaland.base".
            file: name of the file, for instance "tickets.sql".
            parameters: values bound to `$name` in the text.
        """
        self.create(table)
        return self.insert(table, sql_text(package, file), parameters)

    def append(self, table: Table, package: str, file: str, **parameters: Any) -> int:
        """Append the rows of the select of a `.sql` file to a contract table; return how many."""
        return self.insert(table, sql_text(package, file), parameters)

    def show(self, table: Table, package: str, file: str) -> None:
        """Make a contract table a view of the select of a `.sql` file: nothing is written; it is done when read."""
        columns = ", ".join(
            f"cast({quoted(column.name)} as {column.type}) as {quoted(column.name)}" for column in table.columns
        )
        self.execute(f"create schema if not exists {table.schema}")
        self.execute(f"create or replace view {table.full_name} as select {columns} from (\n{sql_text(package, file)})")

    def forget(self, table: Table, customers: str, *columns: str) -> None:
        """Take the rows of some customers out of a contract table, or only what these columns of theirs say.

        Args:
            customers: full name of the table that holds their customer_id.
            columns: made null, and the rows kept; none: the rows go.
        """
        his = f"where customer_id in (select customer_id from {customers})"
        emptied = ", ".join(f"{quoted(column)} = null" for column in columns)
        what = f"update {table.full_name} set {emptied}" if columns else f"delete from {table.full_name}"
        self.execute(f"{what} {his}")

    def run(self, package: str, file: str, **parameters: Any) -> None:
        """Run the single statement of a `.sql` file (a work table of the step, a view)."""
        self.execute(sql_text(package, file), parameters)

    def load(self, table: Table, rows: pa.Table) -> int:
        """Create a contract table from an Arrow table; return its rows."""
        self.create(table)
        self.connection.register("rows_to_load", rows)
        try:
            return self.insert(table, "select * from rows_to_load")
        finally:
            self.connection.unregister("rows_to_load")

    def check_key(self, table: Table) -> None:
        """Raise ContractError when two rows share the table's key (nulls count as equal)."""
        if not table.key:
            return
        key = ", ".join(quoted(name) for name in table.key)
        doubles = self.value(
            f"select count(*) from (select 1 from {table.full_name} group by {key} having count(*) > 1)"
        )
        if doubles:
            raise ContractError(
                say(
                    "{table}: {count} keys ({key}) stand on more than one row; the contract says {grain}.",
                    table=table.full_name,
                    count=doubles,
                    key=", ".join(table.key),
                    grain=table.grain,
                )
            )

    def check_columns(self, table: Table) -> None:
        """Raise ContractError when the table is missing, or its columns are not those of its contract, in order."""
        try:
            found = [(row[0], row[1].lower()) for row in self.rows(f"describe {self._here}.{table.full_name}")]
        except duckdb.CatalogException:
            found = []
        wanted = [(column.name, column.type.lower()) for column in table.columns]
        if found != wanted:
            odd = sorted({name for name, _ in set(found) ^ set(wanted)})
            raise ContractError(
                say(
                    "{table} does not have the columns of its contract (differing: {columns}).",
                    table=table.full_name,
                    columns=", ".join(odd) or say("their order"),
                )
            )

    # Other database files ----------------------------------------------------------------------

    @contextmanager
    def attached(self, path: Path, name: str, *, read_only: bool = False) -> Iterator[None]:
        """Give the DuckDB file `path` the database name `name` for the length of the block; checkpoint it at the end.

        A file that is written is compressed, even from an engine whose own is not.

        Raises:
            StorageError: the file cannot be opened or written.
        """
        target = str(path).replace("'", "''")
        try:
            self.execute(f"attach '{target}' as {quoted(name)}{' (read_only)' if read_only else ''}")
        except duckdb.IOException as error:
            raise StorageError(say("Cannot open the database file {path}.", path=path), next_step=str(error)) from error
        before = self._compression if read_only else self._compress("auto")
        try:
            yield
            if not read_only:
                self.execute(f"checkpoint {quoted(name)}")
        finally:
            self._compress(before)
            self.execute(f"detach {quoted(name)}")

    def copy_table(self, source: str, target: str, table: Table) -> int:
        """Copy a contract table from one attached database to another, in the order `table.sort_by`; return its rows.

        Args:
            source: database name of the rows; "" for this engine's own.
            target: database name that receives them; its schema is made when missing.
        """
        columns = ", ".join(
            f"{quoted(column.name)} {column.type}{'' if column.nullable else ' not null'}" for column in table.columns
        )
        names = ", ".join(quoted(name) for name in table.column_names)
        order = f" order by {', '.join(quoted(name) for name in table.sort_by)}" if table.sort_by else ""
        origin = f"{quoted(source)}.{table.full_name}" if source else table.full_name
        self.execute(f"create schema if not exists {quoted(target)}.{table.schema}")
        self.execute(f"create or replace table {quoted(target)}.{table.full_name} ({columns})")
        counted = self.execute(
            f"insert into {quoted(target)}.{table.full_name} select {names} from {origin}{order}"
        ).fetchone()
        return int(counted[0]) if counted else 0

    def view_table(self, source: str, table: Table, view: Table) -> None:
        """Make `view` show, in the columns of its contract, a contract table of the attached database `source`."""
        names = ", ".join(quoted(name) for name in view.column_names)
        self.execute(f"create schema if not exists {view.schema}")
        self.execute(f"create view {view.full_name} as select {names} from {quoted(source)}.{table.full_name}")

    def content(self, table: Table, database: str = "", *, without: Container[str] = ()) -> tuple[int, str]:
        """Return (rows, hash) of a contract table's content; the order of rows does not change the hash.

        Args:
            database: attached database that holds it; "" for this engine's own.
            without: columns left out of the hash (a load id, which tells when a run took place).
        """
        names = ", ".join(quoted(name) for name in table.column_names if name not in without)
        origin = f"{quoted(database)}.{table.full_name}" if database else table.full_name
        rows, total = self.rows(f"select count(*), coalesce(sum(hash({names})::hugeint), 0) from {origin}")[0]
        return int(rows), f"{int(total):032x}"

    # Files -------------------------------------------------------------------------------------

    def view_parquet(self, path: Path, name: str) -> list[str]:
        """Make the view `schema.name` of a Parquet file's rows and of `_line` (1, 2, 3 …); return the file's columns.

        Raises:
            StorageError: the file is not there, or is torn.
        """
        target = str(path).replace("'", "''")
        try:
            self.execute(
                f"create or replace view {name} as select * exclude (file_row_number), "
                f"file_row_number + 1 as \"_line\" from read_parquet('{target}', file_row_number = true)"
            )
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise StorageError(say("Cannot read the file {path}.", path=path), next_step=str(error)) from error
        return [column[0] for column in self.execute(f"describe {name}").fetchall() if column[0] != "_line"]

    def write_parquet(self, select: str, path: Path) -> int:
        """Write the rows of a select to a Parquet file (zstd); return how many."""
        target = str(path).replace("'", "''")
        counted = self.execute(f"copy ({select}) to '{target}' (format parquet, compression zstd)").fetchone()
        return int(counted[0]) if counted else 0

    def write_csv(self, select: str, path: Path, *, separator: str) -> int:
        """Write the rows of a select to a UTF-8 CSV file with a header; return how many."""
        target = str(path).replace("'", "''")
        counted = self.execute(
            f"copy ({select}) to '{target}' (format csv, header, delimiter '{separator}')"
        ).fetchone()
        return int(counted[0]) if counted else 0
