"""Makes the table `diminutives` from its text: `python -m chaland.reference.diminutives` after editing the CSV."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pyarrow.csv as pc
import pyarrow.parquet as pq


def make_diminutives(folder: Path) -> None:
    """Write `diminutives.parquet` from `diminutives.csv` of a folder."""
    pq.write_table(pc.read_csv(folder / "diminutives.csv"), folder / "diminutives.parquet", compression="zstd")


if __name__ == "__main__":
    make_diminutives(Path(str(files("chaland.reference").joinpath("data"))))
