"""The examples written in the docstrings of the room run."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import chaland.dedupe
import chaland.identity

ROOM = Path(chaland.identity.__file__).parent
MODULES = sorted(f"chaland.identity.{path.stem}" for path in ROOM.glob("[a-z]*.py"))


@pytest.mark.parametrize("name", [*MODULES, chaland.dedupe.__name__])
def test_examples_run(name: str) -> None:
    assert doctest.testmod(import_module(name), extraglobs={"np": np, "pa": pa}).failed == 0
