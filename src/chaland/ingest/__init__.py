"""Room: ingest. Files, databases and events of every form → landing/ and rejects/ on disk → landing.* tables."""

from __future__ import annotations

from chaland.ingest.conform import conform_sources
from chaland.ingest.guess import Guess, inspect_files
from chaland.ingest.loads import FileRecord, Load, list_loads, redo_load, undo_load
from chaland.ingest.mapping import start_base, write_mapping
from chaland.ingest.readers import TableRead, read_table
from chaland.ingest.run import ingest_sources

__all__ = [
    "FileRecord",
    "Guess",
    "Load",
    "TableRead",
    "conform_sources",
    "ingest_sources",
    "inspect_files",
    "list_loads",
    "read_table",
    "redo_load",
    "start_base",
    "undo_load",
    "write_mapping",
]
