"""Seconds and peak memory of each room, from sources to snapshot, for bases of several sizes.

    python benchmarks/build.py [--persons 20000 200000 1000000] [--write]

Each size is generated in one process and built in another, so that neither counts the other's memory. Peak memory is
that of the process and of its workers together, sampled ten times a second, and never less than the kernel's own
high-water mark of the process (VmHWM, set back at the start of each room). `--write` puts the table in
docs/benchmarks/build.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from chaland.demo import write_demo
from chaland.pipeline import build
from chaland.progress import Reporter, Step

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks" / "build.md"
SIZES = (20_000, 200_000, 1_000_000)
SEED = 1
AS_OF = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)
ROOMS = ("generation", "ingest", "conform", "clean", "identity", "base", "insight", "segments", "publish")
MIB = 1 << 20


@dataclass
class Measure:
    """One room: seconds by the clock, and the most memory its process and workers held at once, in MiB."""

    seconds: float = 0.0
    peak_mib: int = 0


@dataclass
class Run:
    """One size: a measure per room, and what came out."""

    persons: int
    rooms: dict[str, Measure] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    mib: dict[str, int] = field(default_factory=dict)


class MemoryWatch:
    """Samples the memory of this process and its workers."""

    def __init__(self) -> None:
        self._self = psutil.Process()
        self._peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            total = 0
            for process in (self._self, *self._self.children(recursive=True)):
                with suppress(psutil.Error):
                    total += process.memory_info().rss
            self._peak = max(self._peak, total)

    def restart(self) -> int:
        """Return the peak in MiB since the last call, and start again."""
        status = Path("/proc/self/status").read_text(encoding="ascii")
        high_water = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
        peak = max(self._peak, high_water)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._peak = 0
        return peak // MIB


def room_of(step: str) -> str:
    """Return the room a step is counted in.

    >>> room_of("ingest.conform.card"), room_of("demo.tickets"), room_of("base.sales")
    ('conform', 'generation', 'base')
    """
    if step.startswith("ingest.conform"):
        return "conform"
    room = step.partition(".")[0]
    return "generation" if room == "demo" else room


class RoomMeter(Reporter):
    """Closes a room's account when the first step of another opens; the time between steps is the former's."""

    def __init__(self) -> None:
        super().__init__()
        self.rooms: dict[str, Measure] = {}
        self._watch = MemoryWatch()
        self._room = ""
        self._since_s = time.perf_counter()

    def close(self) -> None:
        """Close the account of the room under way."""
        now_s = time.perf_counter()
        peak = self._watch.restart()
        if self._room:
            measure = self.rooms.setdefault(self._room, Measure())
            measure.seconds += now_s - self._since_s
            measure.peak_mib = max(measure.peak_mib, peak)
        self._since_s = now_s

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Step]:
        room = room_of(name)
        if room != self._room:
            self.close()
            self._room = room
        with super().step(name, total) as current:
            yield current


def _size_mib(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) // MIB


def child(task: str, folder: Path, persons: int) -> None:
    """Do one task in this process and print its measures."""
    meter = RoomMeter()
    result: dict[str, object] = {}
    if task == "generate":
        write_demo(folder, persons=persons, seed=SEED, reporter=meter)
        result["mib"] = {"sources": _size_mib(folder)}
    else:
        built = build(folder, now=NOW, as_of=AS_OF, reporter=meter)
        names = ("records", "customers", "households", "tickets", "ticket_lines", "web_events", "record_links")
        result["rows"] = {name: built.manifest["tables"][f"base.{name}"]["rows"] for name in names}
        result["mib"] = {"landing": _size_mib(folder / "landing"), "snapshot": _size_mib(built.snapshot)}
    meter.close()
    result["rooms"] = {room: asdict(measure) for room, measure in meter.rooms.items()}
    print(json.dumps(result))


def measure(persons: int, place: Path) -> Run:
    """Generate and build one size in child processes; return the measures."""
    run = Run(persons)
    for task in ("generate", "build"):
        done = subprocess.run(
            [sys.executable, __file__, "--child", task, "--folder", str(place), "--persons", str(persons)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        answer = json.loads(done.stdout.splitlines()[-1])
        run.rooms |= {room: Measure(**given) for room, given in answer["rooms"].items()}
        run.rows |= answer.get("rows", {})
        run.mib |= answer["mib"]
    return run


def machine() -> str:
    """Return processor, cores and memory of this machine."""
    cpu = platform.processor() or platform.machine()
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    cores = len(os.sched_getaffinity(0))
    return f"{cpu}, {cores} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, {platform.system()}"


def commit() -> str:
    """Return the short commit, with a + when files differ from it."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or "unknown"


def table(runs: list[Run]) -> str:
    """Return the measures as a Markdown page."""
    sizes = [f"{run.persons:,}".replace(",", " ") for run in runs]
    lines = [
        "# `benchmarks/build.py`",
        "",
        f"Revision {commit()}, {date.today():%Y-%m-%d}; {machine()}, load {os.getloadavg()[1]:.1f}; "
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}, chaland {version('chaland')}. "
        "Seconds by the clock; peak MiB of the process and its workers together. A base is generated (Brindille, "
        f"seed {SEED}) in one process and built in another, from its sources to its snapshot; a load above 1 says that "
        "other work slowed it.",
        "",
        "| room | " + " | ".join(f"{size} persons" for size in sizes) + " |",
        "|---|" + "--:|" * len(runs),
    ]
    met = dict.fromkeys([*ROOMS, *(room for run in runs for room in run.rooms)])
    for room in met:
        cells = [run.rooms.get(room, Measure()) for run in runs]
        lines.append(f"| {room} | " + " | ".join(f"{cell.seconds:.1f} s, {cell.peak_mib} MiB" for cell in cells) + " |")
    totals = [sum(cell.seconds for room, cell in run.rooms.items() if room != "generation") for run in runs]
    peaks = [max(cell.peak_mib for room, cell in run.rooms.items() if room != "generation") for run in runs]
    build_cells = [f"**{seconds:.1f} s, {peak} MiB**" for seconds, peak in zip(totals, peaks, strict=True)]
    lines.append("| **build, without generation** | " + " | ".join(build_cells) + " |")
    for name in runs[0].rows:
        lines.append(f"| {name} | " + " | ".join(f"{run.rows[name]:,}".replace(",", " ") for run in runs) + " |")
    for name in runs[0].mib:
        lines.append(f"| {name}, on disk | " + " | ".join(f"{run.mib[name]} MiB" for run in runs) + " |")
    lines += [
        "",
        "Rooms: `ingest` lands the files as text, `conform` types them, `clean` qualifies them, `identity` "
        "joins records into persons and households, `base` makes the star schema, `insight` every study "
        "(`benchmarks/studies.py` tells them apart), `segments` the cubes that segments are counted on, `publish` the "
        "snapshot and its search cards. Totals reconcile at each size, or the build fails.",
        "",
        "`make bench` measures 20 000, 200 000 and 1 000 000 persons; "
        "`python benchmarks/build.py --persons 5000 --write` writes this page for other sizes.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, nargs="+", default=list(SIZES), help="sizes to build")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/build.md")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    parser.add_argument("--child", choices=("generate", "build"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.folder, options.persons[0])
        return
    runs = []
    for persons in options.persons:
        with tempfile.TemporaryDirectory(prefix="chaland-bench-", dir=options.folder) as place:
            runs.append(measure(persons, Path(place)))
        print(table(runs), flush=True)
    if options.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(table(runs), encoding="utf-8")


if __name__ == "__main__":
    main()
