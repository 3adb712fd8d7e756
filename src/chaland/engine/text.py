"""The little SQL that has to be written as text: selects over columns that a user's file or settings name."""

from __future__ import annotations

from collections.abc import Sequence


def literal(text: str) -> str:
    """Return a text as an SQL literal.

    >>> literal("l'été")
    "'l''été'"
    """
    return "'" + text.replace("'", "''") + "'"


def select(columns: Sequence[str], source: str, where: str = "") -> str:
    """Return a select of expressions from a table, a join or `(query)`. Identifiers are quoted by the caller.

    >>> select(["1 as one"], "t", "x > 2")
    'select 1 as one\\nfrom t\\nwhere x > 2'
    """
    return "select " + ",\n    ".join(columns) + "\nfrom " + source + (f"\nwhere {where}" if where else "")
