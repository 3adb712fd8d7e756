"""The contracts: every table that crosses rooms, with its grain, key, columns, types and units."""

from __future__ import annotations

from chaland.tables import base, clean, identity, insight, insight_baskets, insight_studies, landing, segments
from chaland.tables.contract import Column, Table

ALL_TABLES: tuple[Table, ...] = (
    *landing.TABLES,
    *clean.TABLES,
    *identity.TABLES,
    *base.TABLES,
    *insight.TABLES,
    *insight_baskets.TABLES,
    *insight_studies.TABLES,
    *segments.TABLES,
)
TABLES_BY_NAME: dict[str, Table] = {table.full_name: table for table in ALL_TABLES}

__all__ = [
    "ALL_TABLES",
    "TABLES_BY_NAME",
    "Column",
    "Table",
    "base",
    "clean",
    "identity",
    "insight",
    "insight_baskets",
    "insight_studies",
    "landing",
    "segments",
]
