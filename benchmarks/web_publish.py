"""Search cards written and put in force while people work: how long it takes, what the people feel of it.

    python benchmarks/web_publish.py [--customers 200000] [--people 8] [--pause 0.3] [--cards 4000000]

Makes a base of invented people (`web_base.py`), serves it by `chaland serve` on loopback, and publishes it a second
time from its own tables while eight people search and open files: tables, search cards and prepared files are written
beside, then come into force by one rename. Printed: seconds and cards a second of each step; p50, p99 and the worst of
what the people asked before, meanwhile and after; how many of them met an error (none is expected: it ends the run);
milliseconds from the rename to the first answer of the new snapshot. The publication runs at the lowest priority of
the system (nice 19), as a night's build may; server, people and publication share the machine.

With --cards, the people work while the search cards of as many other invented customers are written, and nothing else:
how long a base of millions keeps its search waiting.
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

CARDS = """
import sys, time
from pathlib import Path
from chaland.progress import Reporter
from chaland.publish.cards import write_cards
from web_base import made_tables

folder, customers = Path(sys.argv[1]).with_name("other"), int(sys.argv[2])
with made_tables(folder, customers, 1) as engine:
    print("made", flush=True)
    reporter, cpu = Reporter(), time.process_time()
    write_cards(engine, folder / "cards.sqlite3", reporter=reporter)
    print("processor", time.process_time() - cpu)
    print("publish.cards", reporter.steps[-1].seconds)
    print("megabytes", (folder / "cards.sqlite3").stat().st_size / 1e6)
"""
"""What writes the cards of other customers, in a process of its own; people work once it has said "made"."""


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


def run(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a program at the lowest priority."""
    return subprocess.Popen(
        ["nice", "-n", "19", sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent)},
    )


def told_by(process: subprocess.Popen[str]) -> dict[str, float]:
    """Return the figures that a program printed, once it has ended."""
    said = process.communicate(timeout=60)[0]
    if process.returncode:
        raise SystemExit(f"the program ended with {process.returncode}")
    return {name: float(figure) for name, figure in re.findall(r"^(\S+) ([\d.]+)$", said, re.MULTILINE)}


def while_cards_are_written(load: Load, folder: Path, options: argparse.Namespace) -> Round:
    """Let people work while the cards of other customers are written; print how long that takes."""
    writing = run(CARDS, folder, options.cards)
    assert writing.stdout and writing.stdout.readline() == "made\n", "the customers were not made"
    for person in load.persons:
        person.connection.close()  # idle as long, the server closed it: the next question opens another
    meanwhile = Working(load, options.pause).until(writing, options.at_most)
    told = told_by(writing)
    seconds = told["publish.cards"]
    print(
        f"\n{options.cards:,} cards written in {seconds:,.0f} s ({told['processor']:,.0f} s of processor), "
        f"{options.cards / seconds:,.0f} a second, {told['megabytes']:,.0f} MB, while serving:"
    )
    return meanwhile


def while_published(load: Load, watcher: Person, folder: Path, customers: int, options: argparse.Namespace) -> Round:
    """Let people work while the base they read is published again; print how long that takes."""
    old, noted = snapshot_in_force(folder), list[float]()
    watching = threading.Thread(target=seen_after, args=(folder, old, watcher, noted), daemon=True)
    watching.start()
    publishing = run(AGAIN, folder)
    meanwhile = Working(load, options.pause).until(publishing, options.at_most)
    steps = told_by(publishing)
    watching.join(timeout=60)
    print("\npublished again while serving:")
    for name in ("publish.tables", "publish.cards", "publish.prepared", "publish.swap", "whole"):
        print(f"  {name:20} {steps[name]:8.1f} s {customers / steps[name]:12,.0f} customers a second")
    print(f"  first answer of the new snapshot: {noted[0]:.0f} ms" if noted else "  the new snapshot was not seen")
    return meanwhile


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--tickets", type=int, default=5, help="tickets per customer")
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0.3)
    parser.add_argument("--cards", type=int, default=0, help="write as many search cards instead of publishing again")
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
            if options.cards:
                meanwhile = while_cards_are_written(load, folder, options)
            else:
                meanwhile = while_published(load, watcher, folder, customers, options)
            after = load.round(10, options.pause)
        finally:
            server.terminate()
            server.wait(timeout=20)
        print(
            f"{customers:,} customers served, {options.people} people, a question every {options.pause:g} s each, "
            f"{os.cpu_count()} cores"
        )
        heads = (f"{one:>7} {'p50 ms':>8} {'p99':>8} {'worst':>8}" for one in ("asked", "files"))
        print(" " * 26 + "".join(heads))
        for title, told in (("before", before), ("meanwhile", meanwhile), ("after", after)):
            print(line(title, told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
