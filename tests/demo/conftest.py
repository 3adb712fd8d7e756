"""One small demonstration for the room's tests, written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland.demo import write_demo

PERSONS = 3_000
SEED = 7


@pytest.fixture(scope="session")
def brindille(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a demonstration of 3 000 persons, for reading only."""
    folder = tmp_path_factory.mktemp("brindille") / "sources"
    write_demo(folder, persons=PERSONS, seed=SEED)
    return folder
