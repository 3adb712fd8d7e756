"""A day's records joined to a base, and one record in real time: how fast, how much memory, how near to a whole run.

    python benchmarks/increment.py [--records 1000000] [--day 20000] [--asked 1000] [--whole-again] [--memory 4GB]
        [--cache FOLDER]

Rows are those of benchmarks/identity.py (Brindille's people), cleaned once; give the same --cache to share them. A day
is drawn at random from them; the rest is run whole and leaves its index; the day goes on from it, as `chaland build`
does. With --whole-again everything is run whole too, and the pairs of the two results compared. Real time asks records
of the base, cleaned, one after another, in one thread; each weight is compared with that of identity.pairs. What ran
whole is kept in --cache: asked again with the same sizes, only the day and real time are measured.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from identity_data import brindille

from chaland.clean import clean_records
from chaland.config import Settings
from chaland.demo.generate import AS_OF
from chaland.engine import Engine
from chaland.errors import NotFoundError, StorageError
from chaland.identity import identify
from chaland.identity.index import FILES, Index
from chaland.identity.indexing import made_with
from chaland.identity.realtime import Resolver
from chaland.progress import Reporter
from chaland.tables import clean, identity, landing

SEED = "20_014"


AGREEMENT = """
with groups as (
    select a, b, count(*) as records
    from both_ids
    group by grouping sets ((a), (b), (a, b))
)

select
    sum(records * (records - 1) // 2) filter (where b is null),
    sum(records * (records - 1) // 2) filter (where a is null),
    sum(records * (records - 1) // 2) filter (where a is not null and b is not null)
from groups
"""


VALUES_KEPT = replace(identity.VALUES, name="values_kept")
"""identity.values is a view; a snapshot holds its rows."""
PREVIOUS = (
    (identity.PREVIOUS, identity.PERSONS),
    (identity.PREVIOUS_ALIASES, identity.ALIASES),
    (identity.PREVIOUS_HOUSEHOLD_ALIASES, identity.HOUSEHOLD_ALIASES),
    (identity.PREVIOUS_PAIRS, identity.PAIRS),
    (identity.PREVIOUS_VALUES, VALUES_KEPT),
    (identity.PREVIOUS_CUSTOMERS, identity.CUSTOMERS),
    (identity.PREVIOUS_HOUSEHOLDS, identity.HOUSEHOLDS),
    (identity.PREVIOUS_QUESTIONS, identity.QUESTIONS),
    (identity.PREVIOUS_MODEL, identity.MODEL),
)


def cleaned(records: int, cache: Path) -> Path:
    """Return the cleaned records, made once and kept in `cache`, where benchmarks/identity.py keeps them."""
    made = brindille(records, "whole", cache)
    path = made.people.parent / "clean.parquet"
    if not path.exists():
        with Engine(temp_folder=cache) as engine:
            engine.create(landing.PEOPLE)
            engine.insert(landing.PEOPLE, f"from '{made.people}'")
            clean_records(engine, Settings(folder=cache), as_of=AS_OF, reporter=Reporter())
            engine.write_parquet("select * from clean.records order by record_id", path)
    return path


def engine_with(file: Path, path: Path, *, memory: str, is_whole: bool, one_in: int) -> Engine:
    """Return an engine on disk that holds all records, or those of before the day: one in `one_in` is of the day."""
    file.unlink(missing_ok=True)
    file.with_suffix(".duckdb.wal").unlink(missing_ok=True)
    # what goes on from another run is thrown away, as a build's is; the base is kept, as a snapshot's
    engine = Engine(file, memory_limit=memory, temp_folder=file.with_suffix(".spill"), is_scratch=is_whole)
    engine.create(clean.RECORDS)
    engine.insert(
        clean.RECORDS,
        "select * from read_parquet($path) where $all or hash(record_id || $seed) % $one_in <> 0 order by record_id",
        {"path": str(path), "all": is_whole, "one_in": one_in, "seed": SEED},
    )
    return engine


def run(engine: Engine, before: Path | None, last: Path | None, folder: Path, *, is_full: bool) -> dict[str, Any]:
    """Resolve identities after the run in the database `before`, whose index is in `last`; return what it took."""
    reporter = Reporter()
    started, cpu = time.perf_counter(), time.process_time()
    with engine.attached(before, "previous", read_only=True) if before else nullcontext():
        for view, table in PREVIOUS if before else ():
            engine.view_table("previous", table, view)
        how = identify(
            engine,
            Settings(folder=folder),
            as_of=AS_OF,
            reporter=reporter,
            index=folder,
            previous=last,
            is_full=is_full,
        )
    return {
        "kind": how.kind,
        "changes": dict(how.changes),
        "clock_s": round(time.perf_counter() - started, 1),
        "processor_s": round(time.process_time() - cpu, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "steps": {step.name: round(step.seconds, 1) for step in reporter.steps},
        "beside": {step.name: step.facts["beside_s"] for step in reporter.steps if "beside_s" in step.facts},
        "drift_bits": how.facts().get("drift_bits"),
    }


def milliseconds(seconds: list[float]) -> dict[str, float]:
    return {f"p{rank}": round(float(np.percentile(seconds, rank)) * 1_000, 1) for rank in (50, 95, 99, 100)}


def _resident_gb() -> float:
    """Return the memory that this process holds now, the files it has mapped and read included."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * resource.getpagesize() / 2**30, 2)


def asked_one_by_one(base: Engine, folder: Path, count: int) -> dict[str, Any]:
    """Return how long records of the base take in real time, and how far their weights are from the batch's."""
    rows = base.arrow(
        "select * from clean.records where not is_key_only order by hash(record_id) limit $count", {"count": count}
    ).to_pylist()
    wanted = pa.table({"record_id": [row["record_id"] for row in rows]})
    base.connection.register("wanted", wanted)
    expected: dict[tuple[str, str], float] = {}
    for one, other, weight in base.rows(
        "select record_id_l, record_id_r, match_weight from identity.pairs "
        "where record_id_l in (from wanted) or record_id_r in (from wanted)"
    ):
        expected[one, other] = expected[other, one] = weight
    started = time.perf_counter()
    resolver = Resolver(folder)
    opened = time.perf_counter() - started
    before_gb = _resident_gb()
    wall, processor, compared, pairs, furthest = [], [], [], 0, 0.0
    for row in rows:
        clock, cpu = time.perf_counter(), time.process_time()
        answer = resolver.resolve(row)
        wall.append(time.perf_counter() - clock)
        processor.append(time.process_time() - cpu)
        compared.append(answer.compared)
    for row in rows[:200]:
        found = resolver.weighed(row)
        for other, weight in zip(resolver.index.texts("record_id", found.rows), found.match_weight, strict=True):
            if (row["record_id"], other) in expected:
                pairs += 1
                furthest = max(furthest, abs(weight - expected[row["record_id"], other]))
    return {
        "open_ms": round(opened * 1_000, 1),
        "resident_gb": {"opened": before_gb, "asked": _resident_gb()},
        "wall_ms": milliseconds(wall),
        "processor_ms": milliseconds(processor),
        "compared": {"p50": float(np.percentile(compared, 50)), "p100": max(compared)},
        "pairs_checked": pairs,
        "furthest_bits": furthest,
    }


def agreement(one: pa.Table, other: pa.Table) -> float:
    """Return the share of linked pairs of records that two results have in common, among those either has."""
    with Engine() as engine:
        engine.connection.register("one", one)
        engine.connection.register("other", other)
        engine.execute(
            "create table both_ids as select one.customer_id as a, other.customer_id as b "
            "from one inner join other using (record_id)"
        )
        a, b, common = engine.rows(AGREEMENT)[0]
    return float(common) / float(a + b - common)


def task(name: str, records: int, day_records: int, asked: int, memory: str, cache: Path) -> dict[str, Any]:
    """Do one part in this process, and return its measures: memory is counted by process."""
    one_in = max(2, records // day_records)
    place = cache / f"increment-{records}-{day_records}"
    path = cleaned(records, cache)
    place.mkdir(exist_ok=True)
    if name == "real_time":
        with Engine(place / "base.duckdb", memory_limit=memory) as base:
            return asked_one_by_one(base, place / "base", asked)
    is_base = name == "base"
    with engine_with(place / f"{name}.duckdb", path, memory=memory, is_whole=not is_base, one_in=one_in) as engine:
        before, last = (None, None) if is_base else (place / "base.duckdb", place / "base")
        told = run(engine, before, last, place / name, is_full=name == "whole")
        engine.write_parquet("select record_id, customer_id from identity.persons", place / f"{name}.parquet")
        if is_base:
            engine.create(VALUES_KEPT)
            engine.insert(VALUES_KEPT, f"from {identity.VALUES.full_name}")
    return told


def is_current(folder: Path) -> bool:
    """Tell whether the base kept in a folder, and its index, are of this version of chaland: others are made again."""
    try:
        with Engine(folder.with_suffix(".duckdb"), read_only=True) as engine:
            is_kept = engine.exists(VALUES_KEPT)
        made = Index.open(folder).description["made_with"]
    except (NotFoundError, StorageError):
        return False
    return is_kept and bool(made == made_with(Settings(folder=folder).identity))


def measured(given: argparse.Namespace) -> dict[str, Any]:
    """Return the measures of every part, each in a process of its own."""
    place = given.cache / f"increment-{given.records}-{given.day}"
    results: dict[str, Any] = {"records": given.records, "memory": given.memory}
    parts = ("base", "real_time", "day", *(("whole",) if given.whole_again else ()))
    for name in parts:
        kept = place / f"{name}.json"
        if name == "base" and kept.exists() and is_current(place / "base"):
            results[name] = json.loads(kept.read_text(encoding="utf-8"))
            continue
        asked = {name: getattr(given, name) for name in ("records", "day", "asked", "memory", "cache")}
        options = [str(part) for name, value in asked.items() for part in (f"--{name}", value)]
        command = [sys.executable, __file__, *options, "--task", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        results[name] = json.loads(done.stdout)
        kept.write_text(json.dumps(results[name]), encoding="utf-8")
    results["index_mb"] = {name: round((place / "base" / name).stat().st_size / 1e6, 1) for name in FILES}
    if given.whole_again:
        day, whole = (pq.read_table(place / f"{name}.parquet") for name in ("day", "whole"))
        results["pairs_in_common"] = round(agreement(day, whole), 6)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--day", type=int, default=20_000)
    parser.add_argument("--asked", type=int, default=1_000)
    parser.add_argument("--whole-again", action="store_true")
    parser.add_argument("--memory", default="4GB", help="what DuckDB may hold; arrays come on top")
    parser.add_argument("--task", choices=("base", "real_time", "day", "whole"), help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "chaland-identity")
    given = parser.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    if given.task:
        print(json.dumps(task(given.task, given.records, given.day, given.asked, given.memory, given.cache)))
        return
    print(json.dumps(measured(given), indent=1))


if __name__ == "__main__":
    main()
