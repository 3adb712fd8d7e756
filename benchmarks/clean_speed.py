"""Seconds, processor seconds and peak memory of `clean_records`, step by step, on the records the demo's people leave
in six systems. The database is a file with chaland's own memory limit (run.memory_limit), as in a build.

    python benchmarks/clean_speed.py [--records 200000] [--threads 0] [--memory 4GB] [--keep FOLDER] [--work FOLDER]
                                     [--profile]

The people are the demo's (`chaland.demo`): households, moves, wives' names, typing errors, abbreviated streets. A
person leaves two records on average; nine addresses in ten are written once or twice. They are written to a file in
one process and cleaned in another; peak memory is that of the process and of its workers together. `--keep` writes the
people once and finds them again; `--work` says on which disk the database and what spills from memory stand.
"""

from __future__ import annotations

import argparse
import cProfile
import platform
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from build import MIB, MemoryWatch

from chaland.clean import clean_records
from chaland.config import RunSettings, Settings
from chaland.demo.files import ordered_engine
from chaland.demo.history import History
from chaland.demo.names import read_names
from chaland.demo.people import make_people
from chaland.demo.places import read_places
from chaland.demo.presence import draw_presence
from chaland.demo.rates import MessRates
from chaland.demo.written import Scribe
from chaland.engine import Engine
from chaland.progress import Reporter, Step
from chaland.reference import table_path
from chaland.tables import landing

AS_OF = date(2026, 11, 1)
SEED = 1
RECORDS_PER_PERSON = 2.05
TARGET_RECORDS = 10_000_000

AS_KEPT = """
-- Three systems keep a name in one field, one an address in one line. The demo knows 2 000 street names, France some
-- 700 000: two streets in three are given somebody's name, by the town and eight to a town.
with firsts as (
    select name, row_number() over (order by births desc, name) - 1 as rank
    from read_parquet($first_names) qualify rank < 500
),

lasts as (
    select name, row_number() over (order by percent desc, name) - 1 as rank
    from read_parquet($last_names) qualify rank < 20000
),

doors as (
    select
        *,
        regexp_extract(
            street, '^([0-9]+[ ,]*(?:(?:bis|ter|quater|BIS|TER|QUATER|[A-D]) *,? *)?[A-Za-zÀ-ÿ.]+) [A-Za-z]', 1
        ) as door,
        hash(postcode || (try_cast(regexp_extract(street, '[0-9]+') as integer) % 8)) as h,
    from read_parquet($people)
)

select
    doors.* exclude (door, h, street, address, full_name) replace (
        case when system not in ('enquetes', 'projets', 'poses') then first_name end as first_name,
        case when system not in ('enquetes', 'projets', 'poses') then last_name end as last_name,
        case when system <> 'poses' then postcode end as postcode,
        case when system <> 'poses' then city end as city
    ),
    case when system in ('enquetes', 'projets', 'poses') then full_name end as full_name,
    case when system = 'poses' then address end as address,
    case
        when system = 'poses' then null
        when h % 3 = 0 or door = '' then street
        when street = upper(street) then door || ' ' || firsts.name || ' ' || lasts.name
        else door || ' ' || lower(firsts.name || ' ' || lasts.name)
    end as street,
from doors
left join firsts on firsts.rank = h % 500
left join lasts on lasts.rank = (h // 500) % 20000
"""


def write_people(path: Path, records: int) -> None:
    """Write about `records` rows of landing.people: what six systems wrote of the demo's people."""
    with ordered_engine() as engine:
        places, names, rates, history = read_places(engine), read_names(engine), MessRates(), History(AS_OF)
        people = make_people(int(records / RECORDS_PER_PERSON), SEED, history, names, places, rates)
        scribe = Scribe(people, names, places, history, rates, SEED)
        writer: pq.ParquetWriter | None = None
        for system, found in draw_presence(people, history, rates, SEED).items():
            first = 0
            for rows in scribe.write(engine, found):
                lines = pa.array(range(first + 2, first + 2 + len(rows)), pa.int64())
                keys = lines.cast(pa.string())
                first += len(rows)
                lineage = {
                    "source": pa.array([system] * len(rows)),
                    "load_id": pa.array([f"{system}-1"] * len(rows)),
                    "file": pa.array([f"{system}.csv"] * len(rows)),
                    "line": lines,
                    "system": pa.array([system] * len(rows)),
                    "person_key": keys,
                    "record_id": pa.compute.binary_join_element_wise(system, keys, ":"),
                }
                table = pa.table(lineage | {name: rows[name].cast(pa.string()) for name in rows.column_names})
                writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
                writer.write_table(table)
        if writer:
            writer.close()


def measure(path: Path, folder: Path, threads: int, memory: str, *, profile: bool) -> None:
    """Clean the people of the file and print one line per step."""
    settings = Settings(folder=folder, run=RunSettings(memory_limit=memory, threads=threads))
    with Engine(folder / "run.duckdb", memory_limit=memory, threads=threads, temp_folder=folder / "spill") as engine:
        engine.create(landing.PEOPLE)
        names = {name: str(table_path(name)) for name in ("first_names", "last_names")}
        records = engine.insert(landing.PEOPLE, AS_KEPT, {"people": str(path), **names})
        reporter, watch, profiler = CpuReporter(), MemoryWatch(), cProfile.Profile()
        watch.restart()
        start_s, start_cpu_s = time.perf_counter(), _cpu_s()
        if profile:
            profiler.enable()
        clean_records(engine, settings, as_of=AS_OF, reporter=reporter)
        profiler.disable()
        seconds, cpu_s, peak = time.perf_counter() - start_s, _cpu_s() - start_cpu_s, watch.restart()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}; {records:,} records\n")
    print("| step | values | seconds | of processors | values/s | s for 10 M records |\n|---|--:|--:|--:|--:|--:|")
    scale = TARGET_RECORDS / records
    for step in reporter.steps:
        values = step.facts.get("values", records)
        cpu = f"{reporter.cpu_s[step.name]:.1f}"
        rate = f"{values / step.seconds:,.0f}"
        row = (f"{values:,}", f"{step.seconds:.1f}", cpu, rate, f"{scale * step.seconds:.0f}")
        print(f"| {step.name} | {' | '.join(row)} |")
    rate = f"{records / seconds:,.0f}"
    print(f"| **all** | {records:,} | {seconds:.1f} | {cpu_s:.1f} | {rate} | **{scale * seconds:.0f}** |")
    print(
        f"\n{cpu_s:.0f} s of processors: {scale * cpu_s / 2:.0f} s for 10 M records on two cores that do nothing else"
    )
    database_mib = (folder / "run.duckdb").stat().st_size // MIB
    print(
        f"peak memory of the process and its workers {peak} MiB (DuckDB's limit {memory}); database {database_mib} MiB"
    )
    if profile:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


class CpuReporter(Reporter):
    """Keeps the processor time of each step, workers still alive included."""

    def __init__(self) -> None:
        super().__init__()
        self.cpu_s: dict[str, float] = {}
        self._last_s = _living_cpu_s()

    def _finished(self, step: Step) -> None:
        now_s = _living_cpu_s()
        # when the workers end between two steps, their time has been counted
        self.cpu_s[step.name] = max(now_s - self._last_s, 0.0)
        self._last_s = now_s

    @contextmanager
    def _showing(self, step: Step) -> Iterator[None]:
        self._last_s = _living_cpu_s()
        yield


def _living_cpu_s() -> float:
    """Return the processor time of this process and of the workers that live."""
    process = psutil.Process()
    return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))


def _cpu_s() -> float:
    """Return the processor time of this process and of its ended workers."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--child", choices=["write", "clean"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.work) as temporary:
        kept = given.keep or Path(temporary)
        kept.mkdir(parents=True, exist_ok=True)
        path = kept / f"people-{given.records}.parquet"
        if given.child == "write":
            write_people(path, given.records)
        elif given.child == "clean":
            measure(path, Path(temporary), given.threads, given.memory, profile=given.profile)
        else:
            same = [sys.executable, __file__, *sys.argv[1:], "--keep", str(kept)]
            if not path.is_file():
                subprocess.run([*same, "--child", "write"], check=True)
            subprocess.run([*same, "--child", "clean"], check=True)


if __name__ == "__main__":
    main()
