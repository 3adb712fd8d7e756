"""A base in a temporary folder: write sources, declare them, read, conform, look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chaland.config import Settings, parse_settings
from chaland.engine import Engine
from chaland.ingest import Load, conform_sources, ingest_sources, list_loads
from chaland.progress import Reporter

PEOPLE = """
[sources.clients]
kind = "people"
files = ["*.csv"]
columns = { person_key = "no", last_name = "nom", city = "ville" }
"""


class Base:
    """A base under test; each run is a day later."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources = folder / "sources"
        self.sources.mkdir()
        self.now = datetime(2025, 3, 1, 4, 0, 0)
        self.toml = PEOPLE
        self.engine: Engine | None = None

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    @property
    def settings(self) -> Settings:
        return parse_settings('[base]\nsources_root = "sources"\n' + self.toml, self.folder)

    def ingest(self) -> list[Load]:
        self.now += timedelta(days=1)
        return ingest_sources(self.settings, now=self.now, reporter=Reporter())

    def conform(self) -> Engine:
        if self.engine:
            self.engine.close()
        self.engine = Engine()
        conform_sources(self.engine, self.settings, reporter=Reporter())
        return self.engine

    def build(self) -> Engine:
        self.ingest()
        return self.conform()

    def loads(self) -> list[Load]:
        return list_loads(self.folder)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        assert self.engine
        return self.engine.rows(sql)

    def values(self, sql: str) -> list[Any]:
        return [row[0] for row in self.rows(sql)]

    def rejects(self) -> list[tuple[int, str, str]]:
        return self.rows("select line, reason, detail from landing.rejects order by file, line")

    def counts(self) -> dict[str, Any]:
        assert self.engine
        cursor = self.engine.execute("select * from landing.counts")
        names = [column[0] for column in cursor.description or ()]
        return dict(zip(names, cursor.fetchone() or (), strict=True))

    def landing_files(self) -> list[str]:
        return sorted(
            str(path.relative_to(self.folder))
            for area in ("landing", "rejects")
            for path in (self.folder / area).rglob("*")
            if path.is_file()
        )


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    made = Base(tmp_path)
    yield made
    if made.engine:
        made.engine.close()
