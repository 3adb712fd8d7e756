"""The cast, built once for the tests that only look, or as often as wanted for those that change a row first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from tests import cast

from chaland.base import build_base
from chaland.engine import Engine
from chaland.progress import Reporter


def build_cast(
    *, change: Callable[[Engine], Any] | None = None, as_of: date = cast.AS_OF, detail: str = "all"
) -> Engine:
    """Return an engine with the base of the cast; `change` may edit landing, clean and identity first."""
    engine = Engine(threads=2)
    cast.fill_all(engine)
    if change:
        change(engine)
    build_base(engine, cast.settings(detail=detail), as_of=as_of, reporter=Reporter())
    return engine


@pytest.fixture(scope="module")
def base() -> Iterator[Engine]:
    """Give the base of the cast, to be read only."""
    with build_cast() as engine:
        yield engine
