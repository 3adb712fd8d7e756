"""Cleaning for `identity.py`, in a process that imports nothing else.

    python benchmarks/identity_clean.py people.parquet clean.parquet

The processes that cleaning starts import its main module again: that of the whole benchmark would cost each of them
three seconds, which are no part of cleaning.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from chaland.clean import clean_records
from chaland.config import Settings
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import clean, landing

AS_OF = date(2026, 9, 30)


def cpu_s() -> float:
    """Return the processor seconds of this process and of those it has ended."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def clean_task(people: Path, out: Path) -> dict[str, Any]:
    """Clean landing.people; write clean.records."""
    with Engine(temp_folder=out.parent) as engine:
        engine.create(landing.PEOPLE)
        engine.insert(landing.PEOPLE, "select * from read_parquet($path)", {"path": str(people)})
        before, start_s = cpu_s(), time.perf_counter()
        clean_records(engine, Settings(folder=out.parent), as_of=AS_OF, reporter=Reporter())
        told = {"cpu_s": cpu_s() - before, "clock_s": time.perf_counter() - start_s, "peak_gb": peak_gb()}
        engine.write_parquet("select * from clean.records order by record_id", out)
        return told | {"records": engine.count(clean.RECORDS)}


if __name__ == "__main__":
    print(json.dumps(clean_task(*(Path(argument) for argument in sys.argv[1:]))))
