"""How a long run tells where it is: a bar in a terminal, a plain line per step in a log, JSON for machines.

Rooms receive a `Reporter` and call `step`; they never print.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from chaland.language import say


@dataclass
class Step:
    """One step under way. `advance` moves the bar; `note` records counts that the summary shows.

    Attributes:
        name: dotted name, `<room>.<step>`, for instance "ingest.read".
        total: units to do (rows, files, values), or None when unknown.
    """

    name: str
    total: int | None = None
    done: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    started_s: float = field(default_factory=time.perf_counter)
    seconds: float = 0.0

    def advance(self, units: int = 1) -> None:
        self.done += units

    def note(self, **facts: Any) -> None:
        """Record counts (never customer data): `step.note(rows=120, rejects=3)`."""
        self.facts.update(facts)


class Reporter:
    """Silent reporter, and the base of the three that speak. Keeps every finished step in `steps`."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Step]:
        """Open a step; it is finished, timed and told when the block ends without an error."""
        current = Step(name, total)
        with self._showing(current):
            yield current
        current.seconds = time.perf_counter() - current.started_s
        self.steps.append(current)
        self._finished(current)

    @contextmanager
    def _showing(self, step: Step) -> Iterator[None]:
        yield

    def _finished(self, step: Step) -> None:
        return None


def _facts_text(step: Step) -> str:
    return "  ".join(
        f"{name} {value:,}".replace(",", " ") if isinstance(value, int) else f"{name} {value}"
        for name, value in step.facts.items()
    )


class PlainReporter(Reporter):
    """One line per finished step, for logs and pipes."""

    def __init__(self, out: TextIO | None = None) -> None:
        super().__init__()
        self.out = out or sys.stderr

    def _finished(self, step: Step) -> None:
        self.out.write(f"{step.name:<28} {step.seconds:8.2f} s  {_facts_text(step)}\n")
        self.out.flush()


class JsonReporter(Reporter):
    """One JSON object per finished step on the given stream."""

    def __init__(self, out: TextIO | None = None) -> None:
        super().__init__()
        self.out = out or sys.stderr

    def _finished(self, step: Step) -> None:
        record = {"step": step.name, "seconds": round(step.seconds, 3), **step.facts}
        self.out.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")
        self.out.flush()


class _LiveStep(Step):
    """A step whose progress shows in a bar, with its rate."""

    progress: Progress | None = None
    task: TaskID = TaskID(0)

    def advance(self, units: int = 1) -> None:
        super().advance(units)
        elapsed_s = max(time.perf_counter() - self.started_s, 1e-9)
        rate = say("{count}/s", count=f"{self.done / elapsed_s:,.0f}".replace(",", " "))
        if self.progress:
            self.progress.update(self.task, completed=self.done, total=self.total, rate=rate)


class RichReporter(Reporter):
    """A bar with rate and time left in a terminal; a ticked line per finished step."""

    def __init__(self, console: Console | None = None) -> None:
        super().__init__()
        self.console = console or Console(stderr=True)

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Step]:
        current = _LiveStep(name, total)
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            current.progress = progress
            current.task = progress.add_task(name, total=total, rate="")
            yield current
        current.seconds = time.perf_counter() - current.started_s
        self.steps.append(current)
        self.console.print(f"[green]✓[/] {current.name:<28} [dim]{current.seconds:7.1f} s[/]  {_facts_text(current)}")


def reporter_for(*, as_json: bool, quiet: bool = False) -> Reporter:
    """Return the reporter that fits: JSON when asked, a bar in a terminal, else plain lines."""
    if quiet:
        return Reporter()
    if as_json:
        return JsonReporter()
    if sys.stderr.isatty():
        return RichReporter()
    return PlainReporter()
