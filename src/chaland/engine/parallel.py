"""One pure function over many distinct values, on every core.

SQL works on sets; what must run in Python (a telephone, a name) runs once per distinct value, here.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Generic, TypeVar

from chaland.progress import Step

Value = TypeVar("Value")
Result = TypeVar("Result")

SMALL = 20_000
"""Below this many values a second process costs more than it brings."""


def worker_count(threads: int = 0) -> int:
    """Return how many processes to use: the setting, or the cores this process may run on."""
    return threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Chunk(Generic[Value, Result]):
    """Applies a function to a list; a class so that it can be sent to another process."""

    def __init__(self, function: Callable[[Value], Result]) -> None:
        self.function = function

    def __call__(self, values: Sequence[Value]) -> list[Result]:
        function = self.function
        return [function(value) for value in values]


def map_distinct(
    function: Callable[[Value], Result],
    values: Sequence[Value],
    *,
    workers: int = 0,
    step: Step | None = None,
    chunk: int = 10_000,
) -> list[Result]:
    """Return `[function(value) for value in values]`, in order, on several processes when it pays.

    Args:
        function: a module-level function (it is sent to other processes by name).
        values: distinct values; the caller makes them distinct.
        workers: processes; 0 takes every core.
        step: advanced by the number of values done.

    >>> map_distinct(str.upper, ["a", "b"])
    ['A', 'B']
    """
    apply: _Chunk[Value, Result] = _Chunk(function)
    chunks = [values[start : start + chunk] for start in range(0, len(values), chunk)]
    results: list[Result] = []
    count = worker_count(workers)
    if len(values) <= SMALL or count == 1:
        for part in chunks:
            results += apply(part)
            if step:
                step.advance(len(part))
        return results
    # spawn: DuckDB's and Arrow's threads do not survive a fork
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=count, mp_context=context) as pool:
        for part, done in zip(chunks, pool.map(apply, chunks), strict=True):
            results += done
            if step:
                step.advance(len(part))
    return results
