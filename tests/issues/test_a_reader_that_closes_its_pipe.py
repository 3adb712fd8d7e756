"""`chaland export … --out /dev/stdout | head -1` blamed the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chaland.engine import Engine
from chaland.engine.disk import disk_errors


def test_a_pipe_that_nobody_reads_any_more_is_no_refusal_of_the_disk() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        with pytest.raises(BrokenPipeError), disk_errors(Path("base"), left=""), Engine() as engine:
            engine.write_csv("select range as n from range(100000)", Path(f"/dev/fd/{writing}"), separator=",")
    finally:
        os.close(writing)
