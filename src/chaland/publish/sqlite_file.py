"""A SQLite file of a published snapshot, read by many threads."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path


class SQLiteFile:
    """A SQLite file that never changes any more, opened once per process; each thread has its own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: list[sqlite3.Connection] = []

    @property
    def connection(self) -> sqlite3.Connection:
        """The thread's own read-only connection.

        Raises:
            sqlite3.OperationalError: there is no such file.
        """
        if not hasattr(self._local, "connection"):
            # immutable: a published snapshot never changes, so SQLite needs no lock
            opened = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._local.connection = opened
            with self._lock:
                self._opened.append(opened)
        connection: sqlite3.Connection = self._local.connection
        return connection

    def close(self) -> None:
        """Close the connections of every thread; nobody may be reading any more."""
        with self._lock:
            while self._opened:
                self._opened.pop().close()
        self._local = threading.local()
