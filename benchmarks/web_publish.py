"""Search cards written and put in force while people work: how long it takes, what the people feel of it.

    python benchmarks/web_publish.py [--customers 200000] [--people 8] [--pause 0.3]

Makes a base of invented people (`web_base.py`), serves it by `chaland serve` on loopback, and publishes it a second
time from its own tables while eight people search and open files: tables, search cards and prepared files are written
beside, then come into force by one rename. Printed: seconds and cards a second of each step; p50, p99 and the worst of
what the people asked before, meanwhile and after; how many of them met an error (none is expected: it ends the run);
milliseconds from the rename to the first answer of the new snapshot. The publication runs at the lowest priority of
the system (nice 19), as a night's build may; server, people and publication share the machine.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import numpy as np
from web_base import make_base
from web_load import Load, Person, Round, serve, some_people

from chaland.publish import snapshot_in_force

AGAIN = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from chaland.config import load_settings
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.publish import publish_snapshot, snapshot_in_force
from chaland.publish.place import DATABASE
from web_base import AS_OF

folder = Path(sys.argv[1])
with Engine(folder / "work.duckdb", memory_limit="4GB", temp_folder=folder / "tmp") as engine:
    with engine.attached(snapshot_in_force(folder) / DATABASE, "served", read_only=True):
        engine.execute("create schema if not exists base")
        for (name,) in engine.rows(
            "select table_name from duckdb_tables() where database_name = 'served' and schema_name = 'base'"
        ):
            engine.execute(f"create table base.{name} as from served.base.{name}")
    reporter = Reporter()
    start = time.monotonic()
    publish_snapshot(
        engine, load_settings(folder), now=datetime(2026, 10, 2, tzinfo=UTC), as_of=AS_OF, reporter=reporter
    )
    for step in reporter.steps:
        print(step.name, step.seconds)
    print("whole", time.monotonic() - start)
"""
"""What the second publication runs, in a process of its own: the tables of the snapshot in force, published again."""


class Working:
    """People who go on asking while something else happens."""

    def __init__(self, load: Load, pause: float) -> None:
        self.load, self.pause = load, pause
        self.rounds: list[Round] = []

    def until(self, process: subprocess.Popen[str], seconds_at_most: float) -> Round:
        """Let everybody ask, two seconds at a time, until the process ends; return all that was asked."""
        end = time.monotonic() + seconds_at_most
        while process.poll() is None and time.monotonic() < end:
            self.rounds.append(self.load.round(2, self.pause))
        whole = Round()
        for one in self.rounds:
            for kind, spent in one.spent.items():
                whole.spent[kind] += spent
        return whole


def line(title: str, told: Round) -> str:
    searches = [one for kind, spent in told.spent.items() if kind != "open a file" for one in spent]
    files = told.spent["open a file"]
    text = f"{title:26}"
    for spent in (searches, files):
        p50, p99 = np.percentile(spent, [50, 99]) if spent else (float("nan"),) * 2
        text += f"{len(spent):7} {p50:8.1f} {p99:8.1f} {max(spent, default=float('nan')):8.1f}"
    return text


def seen_after(folder: Path, before: Path, person: Person, noted: list[float]) -> None:
    """Note the milliseconds from the rename to the end of the first request that follows it."""
    while snapshot_in_force(folder) == before:
        time.sleep(0.005)
    person.connection.close()  # kept idle, the server may have closed it: the next request opens another
    start = time.perf_counter()
    person.ask("/clients/?q=martin", part=True)
    noted.append(1000 * (time.perf_counter() - start))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--tickets", type=int, default=5, help="tickets per customer")
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0.3)
    parser.add_argument("--at-most", type=float, default=3600, help="seconds the publication is waited for")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "served"
        make_base(folder, options.customers, options.tickets)
        people, customers = some_people(folder, 2000)
        server, port, password = serve(folder, "")
        try:
            load = Load([Person(port, password) for _ in range(options.people)], people, server.pid)
            watcher = Person(port, password)
            load.round(3, 0)
            before = load.round(10, options.pause)
            old, noted = snapshot_in_force(folder), list[float]()
            watching = threading.Thread(target=seen_after, args=(folder, old, watcher, noted), daemon=True)
            watching.start()
            publishing = subprocess.Popen(
                ["nice", "-n", "19", sys.executable, "-c", AGAIN, str(folder)],
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent)},
            )
            meanwhile = Working(load, options.pause).until(publishing, options.at_most)
            said = publishing.communicate(timeout=60)[0]
            if publishing.returncode:
                raise SystemExit(f"the publication ended with {publishing.returncode}")
            watching.join(timeout=60)
            after = load.round(10, options.pause)
        finally:
            server.terminate()
            server.wait(timeout=20)
        steps = {name: float(seconds) for name, seconds in re.findall(r"^(\S+) ([\d.]+)$", said, re.MULTILINE)}
        print(
            f"\n{customers:,} customers, {options.people} people, a question every {options.pause:g} s each, ", end=""
        )
        print(f"{os.cpu_count()} cores; published again while serving:")
        for name in ("publish.tables", "publish.cards", "publish.prepared", "publish.swap", "whole"):
            print(f"  {name:20} {steps[name]:8.1f} s {customers / steps[name]:12,.0f} customers a second")
        four = 4e6 * steps["publish.cards"] / customers
        print(f"  four million cards at this pace: {four / 60:.1f} minutes")
        print(f"  first answer of the new snapshot: {noted[0]:.0f} ms" if noted else "  the new snapshot was not seen")
        heads = (f"{one:>7} {'p50 ms':>8} {'p99':>8} {'worst':>8}" for one in ("asked", "files"))
        print(" " * 26 + "".join(heads))
        for title, told in (("before", before), ("while publishing", meanwhile), ("after", after)):
            print(line(title, told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
