"""A pure function over many distinct values, on every core: what SQL cannot do runs here, once a value.

Processes are kept for several maps in a row: their start and what they load is paid once. Pieces (Arrow tables) stream
in and out, so memory stays bounded.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import TypeVar

Piece = TypeVar("Piece")
Made = TypeVar("Made")


SMALL = 30_000
"""Below this many values a second process costs more than it brings."""


def worker_count(threads: int = 0) -> int:
    """Return how many processes to use: the setting, or the cores this process may run on."""
    return threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers:
    """A pool of processes that starts with the first map big enough to need it.

    Args:
        threads: processes; 0 takes every core.

    >>> with Workers() as workers:
    ...     list(workers.map(str.upper, ["a", "b"], values=2))
    ['A', 'B']
    """

    def __init__(self, threads: int = 0) -> None:
        self.count = worker_count(threads)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=error is not None)
            self._pool = None

    def map(self, function: Callable[[Piece], Made], pieces: Iterable[Piece], *, values: int) -> Iterator[Made]:
        """Yield `function(piece)` in order; at most two pieces a process are under way.

        Args:
            function: a module-level function, or a partial of one.
            pieces: read as they are needed.
            values: how many values the pieces hold together; few stay in this process, unless the others have started:
                what they have loaded is not loaded here again.
        """
        if (values <= SMALL and self._pool is None) or self.count == 1:
            yield from (function(piece) for piece in pieces)
            return
        if self._pool is None:
            # spawn: DuckDB's and Arrow's threads do not survive a fork
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(max_workers=self.count, mp_context=context)
        waiting: deque[Future[Made]] = deque()
        for piece in pieces:
            waiting.append(self._pool.submit(function, piece))
            if len(waiting) >= 2 * self.count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
