"""Runs `chaland build` in forked processes and kills them on order: importing the rooms once instead of twenty times.

Reads one JSON order a line on standard input, {"folder": …, "kill_after_s": seconds or null}, and answers one line,
{"pid": …, "status": exit code, negative when killed by a signal, "seconds": …}. This process opens no database
itself, so that it has no thread that a fork would lose.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import numba

import chaland.cli.build
from chaland.clean.gazetteer import gazetteer
from chaland.cli import main


def _child(folder: str) -> None:
    """Become `chaland build FOLDER`, its words in FOLDER.log."""
    log = os.open(f"{folder}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 0
    try:
        main(["build", folder, "--as-of", "2026-11-01"])
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    os._exit(code)


def build(folder: str, kill_after_s: float | None) -> dict[str, object]:
    """Build `folder` in another process; kill it with SIGKILL after `kill_after_s`, or let it end."""
    started_s = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        _child(folder)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return {
        "pid": pid,
        "status": os.waitstatus_to_exitcode(status),
        "seconds": round(time.perf_counter() - started_s, 3),
    }


if __name__ == "__main__":
    assert chaland.cli.build.build_command.name == "build"
    gazetteer()  # every child then has it, and Numba awake
    numba.njit(lambda number: number)(1)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(build(str(Path(order["folder"])), order["kill_after_s"])), flush=True)
