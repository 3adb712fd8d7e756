"""Work tables filled from Python in batches: what one room keeps for itself while it runs, in the schema `work`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from chaland.engine.duckdb import Engine, quoted


def append_rows(engine: Engine, table: str, rows: pa.Table) -> None:
    """Append Arrow rows to the work table `work.<table>` by column name; create it from their columns at first.

    >>> engine = Engine()
    >>> append_rows(engine, "letters", pa.table({"letter": ["a"]}))
    >>> append_rows(engine, "letters", pa.table({"letter": ["b"]}))
    >>> engine.rows("select letter from work.letters order by letter")
    [('a',), ('b',)]
    """
    name = f"work.{quoted(table)}"
    engine.execute("create schema if not exists work")
    engine.connection.register("rows_to_append", rows)
    try:
        if engine.exists(f"work.{table}"):
            engine.execute(f"insert into {name} by name select * from rows_to_append")
        else:
            engine.execute(f"create table {name} as select * from rows_to_append")
    finally:
        engine.connection.unregister("rows_to_append")


def batches(engine: Engine, table: str, size: int) -> Iterator[pa.Table]:
    """Yield the rows of the work table `work.<table>`, at most `size` at once, by its column `n` (1, 2, 3 …).

    The table is read by ranges rather than streamed, so that the connection stays free between two batches.
    """
    name = f"work.{quoted(table)}"
    last = int(engine.value(f"select coalesce(max(n), 0) from {name}"))
    for start in range(0, last, size):
        yield engine.arrow(
            f"select * from {name} where n > $start and n <= $start + $size order by n", {"start": start, "size": size}
        )


def drop_work_tables(engine: Engine, names: Sequence[str]) -> None:
    """Drop work tables; those that do not exist are passed over."""
    for name in names:
        engine.execute(f"drop table if exists work.{quoted(name)}")
