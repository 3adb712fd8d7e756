"""A question on its way to the database: through a cursor of its own, which another thread may stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from chaland.engine import Engine
from chaland.errors import ChalandError
from chaland.language import say
from chaland.segments.compiler import Statement

ROWS_AT_A_TIME = 122_880
"""Rows of a batch: as many as DuckDB stores together."""


class Cancelled(ChalandError):
    """The count was stopped by whoever asked for it."""


@dataclass
class Run:
    """A count under way, which another thread may stop."""

    cursor: duckdb.DuckDBPyConnection | None = None
    is_cancelled: bool = False
    statements: int = 0
    beside: tuple[Run, ...] = ()

    def cancel(self) -> None:
        self.is_cancelled = True
        for one in self.beside:
            one.cancel()
        if self.cursor is not None:
            self.cursor.interrupt()

    def open_cursor(self) -> duckdb.DuckDBPyConnection:
        """Return the cursor of a run that goes on.

        Raises:
            Cancelled: the run was stopped.
        """
        if self.cursor is None or self.is_cancelled:
            raise Cancelled(say("Stopped."))
        return self.cursor

    def ask(self, statement: Statement) -> duckdb.DuckDBPyConnection:
        """Send a statement; its rows are then fetched from what is returned."""
        cursor = self.open_cursor()
        self.statements += 1
        return cursor.execute(statement.sql, statement.values) if statement.values else cursor.execute(statement.sql)

    def rows(self, sql: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of a question as tuples."""
        return self.ask(Statement(sql, values or {})).fetchall()

    def arrays(self, statement: Statement) -> dict[str, np.ndarray[Any, Any]]:
        """Return the columns of a question as arrays; no value may be null."""
        found = self.ask(statement).to_arrow_table()
        return {name: found[name].to_numpy() for name in found.column_names}

    def batches(self, statement: Statement) -> Iterator[dict[str, np.ndarray[Any, Any]]]:
        """Give the columns of a question as arrays, some rows at a time, as they are read: two thirds of the time of
        having them whole. No value may be null."""
        try:
            for batch in self.ask(statement).to_arrow_reader(ROWS_AT_A_TIME):
                if batch.num_rows:
                    yield dict(zip(batch.schema.names, (column.to_numpy() for column in batch.columns), strict=True))
        except OSError as error:  # what Arrow makes of the database's own
            if "INTERRUPT" in str(error):
                raise duckdb.InterruptException(str(error)) from error
            raise

    def numbers(self, statement: Statement) -> np.ndarray[Any, Any]:
        """Return the customer_number column of a question."""
        return self.arrays(statement)["customer_number"]


@contextmanager
def asking(engine: Engine, run: Run | None = None, *, timeout_s: float = 60.0) -> Iterator[Run]:
    """Give a run with a cursor of its own, interrupted after `timeout_s` seconds.

    Raises:
        Cancelled: the run was stopped. ChalandError: it took too long.
    """
    run = run or Run()
    with engine.limited_cursor(timeout_s) as run.cursor:
        try:
            if run.is_cancelled:
                raise Cancelled(say("Stopped."))
            yield run
        except duckdb.InterruptException as error:
            if run.is_cancelled:
                raise Cancelled(say("Stopped.")) from error
            raise ChalandError(say("The question took too long and was stopped.")) from error
        finally:
            run.cursor = None
