"""A real PostgreSQL server on 127.0.0.1 for the length of a test, from Debian's package; it stops by itself."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def binaries() -> Path:
    """Return the folder of the newest PostgreSQL installed; the test skips where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    return found[-1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a fresh server; give its SQLAlchemy URL; stop it and remove its files at the end."""
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="chaland-postgres-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]
    port = free_port()
    data = folder / "data"
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    try:
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", "chaland", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run([*as_owner, *initdb], **quiet)
        subprocess.run([*as_owner, str(programs / "pg_ctl"), "-D", str(data), "-w", "-o", options, "start"], **quiet)
        try:
            yield f"postgresql+psycopg://chaland@127.0.0.1:{port}/postgres"
        finally:
            stop = [str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]
            subprocess.run([*as_owner, *stop], **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
