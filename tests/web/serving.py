"""A real server for a test: `chaland serve` in another process on a free port, ended with the block."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 120


@dataclass(frozen=True)
class Server:
    """A running server and the account it printed."""

    url: str
    account: str
    password: str
    said: str
    process: subprocess.Popen[str]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_alive(url: str, process: subprocess.Popen[str]) -> None:
    """Return once the server answers; raise when it died or takes too long."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url + "vivant/", timeout=2) as answer:
                assert answer.read() == b"ok"
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not answer")


@contextmanager
def serve(base: Path, *options: str, store: str = "", mail: str = "") -> Iterator[Server]:
    """Run `chaland serve` on a base with the demonstration account.

    Args:
        store: URL of PostgreSQL, or "".
        mail: URL of a mail server, or "": the customers' own space is shut then.
    """
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CHALAND_", "DJANGO_"))}
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "chaland.cli",
            "serve",
            str(base),
            "--port",
            str(port),
            *(options or ["--demo-account"]),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **environment,
            "CHALAND_LANG": "fr",
            "PYTHONUNBUFFERED": "1",
            **({"CHALAND_STORE": store} if store else {}),
            **({"CHALAND_SMTP": mail, "CHALAND_MAIL_FROM": "clients@example.org"} if mail else {}),
        },
    )
    said: list[str] = []
    assert process.stdout
    reading = threading.Thread(target=lambda: said.extend(iter(process.stdout.readline, "")), daemon=True)
    reading.start()
    url = f"http://127.0.0.1:{port}/"
    try:
        wait_until_alive(url, process)
        text = "".join(said)
        found = re.search(r"Compte (\S+), mot de passe (\S+)", text)
        yield Server(url, found[1] if found else "", found[2] if found else "", text, process)
    finally:
        process.terminate()
        process.wait(timeout=20)
        reading.join(timeout=5)
        process.stdout.close()
