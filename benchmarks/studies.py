"""Seconds, processor seconds and memory of every study and of the cubes, on a base already built.

    python benchmarks/studies.py BASE [--memory 8GB]

BASE is the folder of a base (`chaland demo … --persons 1000000`, then `chaland build`). Its snapshot is read as it
lies, through views; the studies are made again, as a build makes them, in a temporary file. The base is not touched.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path

from build import commit, machine

from chaland.engine import Engine
from chaland.engine.duckdb import quoted
from chaland.insight.studies import study_base
from chaland.publish import snapshot_in_force
from chaland.publish.manifest import read_manifest
from chaland.segments.cubes import build_cubes
from chaland.tables import base
from identity import Meter


def main() -> None:
    """Study the base, print a row per study."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("--memory", default="8GB", help="DuckDB's limit")
    options = parser.parse_args()
    snapshot = snapshot_in_force(options.base)
    as_of = date.fromisoformat(read_manifest(snapshot)["as_of"])
    meter = Meter()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with Engine(
            place / "run.duckdb", memory_limit=options.memory, temp_folder=place / "spill", is_scratch=True
        ) as engine:
            path = str(snapshot / "chaland.duckdb").replace("'", "''")
            engine.execute(f"attach '{path}' as published (read_only)")
            engine.execute("create schema base")
            names = "select table_name from duckdb_tables() where database_name = 'published' and schema_name = 'base'"
            held = {name for (name,) in engine.rows(names)}
            for table in base.TABLES:
                if table.name not in held:  # a base built before this table was: the studies make it, empty
                    continue
                engine.execute(f"create view {table.full_name} as from published.base.{quoted(table.name)}")
            study_base(engine, as_of=as_of, reporter=meter)
            build_cubes(engine, as_of=as_of, reporter=meter)
            customers, tickets = engine.count(base.CUSTOMERS), engine.count(base.TICKETS)
    cpu_s: dict[str, float] = defaultdict(float)
    clock_s: dict[str, float] = defaultdict(float)
    for step in meter.profile:
        room, name, *_ = step["step"].split(".")
        study = name if room == "insight" else "cubes"
        cpu_s[study] += step["cpu_s"]
        clock_s[study] += step["clock_s"]
    print(f"{commit()}; {machine()}; {customers:,} customers, {tickets:,} tickets")
    print("| study | processor | clock |\n|---|--:|--:|")
    for study in sorted(cpu_s, key=lambda name: -cpu_s[name]):
        print(f"| {study} | {cpu_s[study]:.1f} s | {clock_s[study]:.1f} s |")
    print(f"| **all** | {sum(cpu_s.values()):.1f} s | {sum(clock_s.values()):.1f} s |")
    print(f"peak {max(step['peak_gb'] for step in meter.profile):.2f} GB")


if __name__ == "__main__":
    main()
