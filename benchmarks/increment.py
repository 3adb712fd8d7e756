"""A day's records joined to a base, and one record in real time: how fast, and how near to a whole run.

    python benchmarks/increment.py [--records 1000000] [--day 20000] [--asked 1000] [--whole-again]

Rows are those of benchmarks/identity.py (Brindille's people), cleaned once. A day is drawn at random from them; the
rest is run whole and leaves its index; the day is joined to it. With --whole-again everything is run whole too, and
the pairs of the two results compared. Real time asks records of the base, cleaned, one after another, in one thread;
each weight is compared with that of identity.pairs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from identity_data import brindille

from chaland.clean import clean_records
from chaland.config import Settings
from chaland.demo.generate import AS_OF
from chaland.engine import Engine
from chaland.identity import resolve_identities
from chaland.identity.increment import Increment, increment
from chaland.identity.index import FILES, Index
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


def cleaned(records: int, cache: Path) -> Path:
    """Return the cleaned records, made once and kept in `cache`."""
    path = cache / f"increment-{records}.parquet"
    if not path.exists():
        made = brindille(records, "whole", cache)
        with Engine(temp_folder=cache) as engine:
            engine.create(landing.PEOPLE)
            engine.insert(landing.PEOPLE, f"from '{made.people}'")
            clean_records(engine, Settings(folder=cache), as_of=AS_OF, reporter=Reporter())
            engine.write_parquet("select * from clean.records order by record_id", path)
    return path


def engine_with(path: Path, *, day: bool | None, one_in: int) -> Engine:
    """Return an engine that holds the day's records, or the others, or all (None): one in `one_in` is of the day."""
    engine = Engine()
    engine.create(clean.RECORDS)
    engine.insert(
        clean.RECORDS,
        "select * from read_parquet($path) where $all or $day = (hash(record_id || $seed) % $one_in = 0)",
        {"path": str(path), "all": day is None, "day": bool(day), "one_in": one_in, "seed": SEED},
    )
    engine.create_missing(landing.DECISIONS)
    return engine


def whole(engine: Engine, folder: Path | None, previous: pa.Table | None = None) -> float:
    """Run identity whole; return its seconds."""
    if previous is not None:
        engine.load(identity.PREVIOUS, previous)
    started = time.perf_counter()
    resolve_identities(engine, Settings(folder=Path()), as_of=AS_OF, reporter=Reporter(), index=folder)
    return time.perf_counter() - started


def milliseconds(seconds: list[float]) -> dict[str, float]:
    return {f"p{rank}": round(float(np.percentile(seconds, rank)) * 1_000, 1) for rank in (50, 95, 99, 100)}


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
        "wall_ms": milliseconds(wall),
        "processor_ms": milliseconds(processor),
        "compared": {"p50": float(np.percentile(compared, 50)), "p100": max(compared)},
        "pairs_checked": pairs,
        "furthest_bits": furthest,
    }


def persons_after(base: Engine, day: Increment) -> pa.Table:
    """Return record_id and customer_id of everybody once the day is joined."""
    base.connection.register("day", day.persons)
    return base.arrow(
        "select record_id, customer_id from day union all "
        "select record_id, customer_id from identity.persons where record_id not in (select record_id from day)"
    )


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


def measured(records: int, day_records: int, asked: int, cache: Path, *, whole_again: bool) -> dict[str, Any]:
    path = cleaned(records, cache)
    one_in = max(2, records // day_records)
    folder = cache / f"index-{records}"
    base = engine_with(path, day=False, one_in=one_in)
    results: dict[str, Any] = {"records": records, "whole_s": round(whole(base, folder), 1)}
    results["index_mb"] = {name: round((folder / name).stat().st_size / 1e6, 1) for name in FILES}
    results["real_time"] = asked_one_by_one(base, folder, asked)
    with engine_with(path, day=True, one_in=one_in) as engine:
        started = time.perf_counter()
        reporter = Reporter()
        joined = increment(engine, Index.open(folder), reporter=reporter)
        results["day"] = {
            "records": engine.count(clean.RECORDS),
            "seconds": round(time.perf_counter() - started, 1),
            "steps": {step.name: round(step.seconds, 1) for step in reporter.steps},
            "compared": joined.compared,
            "put_together_again": len(joined.persons),
            "drift_bits": {name: round(bits, 4) for name, bits in joined.drift.bits.items()},
        }
    if whole_again:
        previous = base.arrow("from identity.persons")
        with engine_with(path, day=None, one_in=one_in) as engine:
            results["whole_again_s"] = round(whole(engine, None, previous), 1)
            expected = engine.arrow("select record_id, customer_id from identity.persons")
        found = persons_after(base, joined)
        results["pairs_in_common"] = round(agreement(found, expected), 6)
    base.close()
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--day", type=int, default=20_000)
    parser.add_argument("--asked", type=int, default=1_000)
    parser.add_argument("--whole-again", action="store_true")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "chaland-identity")
    given = parser.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    print(
        json.dumps(
            measured(given.records, given.day, given.asked, given.cache, whole_again=given.whole_again), indent=1
        )
    )


if __name__ == "__main__":
    main()
