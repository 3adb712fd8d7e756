"""A table of a real PostgreSQL server is a source like another, and its password is never shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

sqlalchemy = pytest.importorskip("sqlalchemy")

from tests.postgres_server import postgres_server  # noqa: E402

from chaland.config import parse_settings  # noqa: E402
from chaland.engine import Engine  # noqa: E402
from chaland.errors import ChalandError  # noqa: E402
from chaland.ingest import conform_sources, ingest_sources  # noqa: E402
from chaland.progress import Reporter  # noqa: E402

pytestmark = pytest.mark.postgres

SETTINGS = """
[sources.clients]
kind = "people"
url = "{url}"
table = "clients"
[sources.clients.columns]
person_key = "numero"
last_name = "nom"
email = "courriel"
recorded_at = "maj"
"""


def settings_for(url: str, folder: Path) -> object:
    return parse_settings(SETTINGS.format(url=url), folder)


def test_rows_of_a_postgresql_table_land_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres_server() as url:
        database = sqlalchemy.create_engine(url)
        with database.begin() as connection:
            connection.execute(
                sqlalchemy.text("create table clients (numero int, nom text, courriel text, maj timestamp)")
            )
            rows = "select i, 'NOËL ' || i, null, timestamp '2026-01-02 03:04:05' from generate_series(1, 1000) t(i)"
            connection.execute(sqlalchemy.text(f"insert into clients {rows}"))
        database.dispose()
        monkeypatch.setenv("SHOP_URL_PASSWORD", "s3cret")
        settings = settings_for(url.replace("chaland@", "chaland:$SHOP_URL_PASSWORD@"), tmp_path)
        now = datetime(2026, 9, 30, tzinfo=UTC)
        first = ingest_sources(settings, now=now, reporter=Reporter())
        again = ingest_sources(settings, now=now, reporter=Reporter())
    assert [load.rows_landed for load in first] == [1000]
    assert again == []
    with Engine() as engine:
        conform_sources(engine, settings, reporter=Reporter())
        found = engine.rows("select person_key, last_name, recorded_at from landing.people order by line limit 1")
    assert found == [("1", "NOËL 1", datetime(2026, 1, 2, 3, 4, 5))]
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*.json"))
    assert b"s3cret" not in on_disk


def test_a_server_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    settings = settings_for("postgresql+psycopg://reader:s3cret@127.0.0.1:9/shop?connect_timeout=2", tmp_path)
    with pytest.raises(ChalandError) as caught:
        ingest_sources(settings, now=datetime(2026, 9, 30, tzinfo=UTC), reporter=Reporter())
    assert "s3cret" not in str(caught.value)
    assert "clients" in str(caught.value)
