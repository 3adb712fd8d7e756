"""What a contract is: a table that crosses rooms, with its grain, key, columns, types and units.

A room writes only tables declared here, and reads its neighbours' work only through them.
Types are DuckDB's. `engine` creates and checks the tables; `docs/generate.py` prints them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: name, DuckDB type, meaning (with its unit), and whether it may be null."""

    name: str
    type: str
    doc: str
    nullable: bool = True


@dataclass(frozen=True)
class Table:
    """One table: `schema.name`, its grain in one sentence, its key, and its columns in order.

    `sort_by` is the order in which a snapshot stores it, chosen for its commonest reading.
    """

    schema: str
    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    sort_by: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the named column; KeyError when the contract has none such."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.full_name} has no column {name!r}")


def columns(*lines: str) -> tuple[Column, ...]:
    """Read columns written one a line: `name type [not null] -- meaning`.

    >>> columns("quantity decimal(12,3) not null -- units sold")[0].type
    'decimal(12,3)'
    """
    read = []
    for line in lines:
        declaration, _, doc = line.partition(" -- ")
        declaration = declaration.strip()
        nullable = not declaration.endswith(" not null")
        name, _, kind = declaration.removesuffix(" not null").partition(" ")
        read.append(Column(name, kind.strip(), doc.strip(), nullable))
    return tuple(read)
