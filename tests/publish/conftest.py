"""The cast's base, ready to be published, and published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from tests import cast

from chaland.base import build_base
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.publish import publish_snapshot


@pytest.fixture(scope="module")
def cast_base() -> Iterator[Engine]:
    """Give an engine that holds the cast's base tables."""
    with Engine(threads=2) as engine:
        cast.fill_all(engine)
        build_base(engine, cast.settings(), as_of=cast.AS_OF, reporter=Reporter())
        yield engine


def publish(engine: Engine, folder: Path, *, now: datetime = cast.NOW, as_of: date = cast.AS_OF) -> Path:
    """Publish the engine's base in `folder`."""
    return publish_snapshot(engine, cast.settings(folder), now=now, as_of=as_of, reporter=Reporter())


__all__ = ["cast_base", "publish"]
