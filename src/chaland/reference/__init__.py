"""French reference data: communes, postcodes, CEDEX, first names, surnames, streets. Read-only, shipped.

Provenance and licence of each table are in README.md beside this file.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def table_path(name: str) -> Path:
    """Return the path of a reference table.

    Args:
        name: communes, postcodes, cedex, first_names, last_names, diminutives, phone_ranges or streets.

    Raises:
        FileNotFoundError: no such table.

    >>> table_path("communes").suffix
    '.parquet'
    """
    path = Path(str(files("chaland.reference").joinpath("data", f"{name}.parquet")))
    if not path.is_file():
        raise FileNotFoundError(f"chaland.reference has no table {name!r}")
    return path
