"""An amount written 1.776357e-15 (a float that should be zero) came out as 0.0001, and turnover was off by 0.0005."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from chaland.config import parse_settings
from chaland.engine import Engine
from chaland.ingest import conform_sources, ingest_sources
from chaland.progress import Reporter

SETTINGS = """
[sources.tickets]
kind = "tickets"
files = ["tickets.csv"]
constants = { channel = "shop" }
columns = { ticket_key = "n", sold_at = "at", quantity = "q", amount = "amount" }
"""


def test_an_amount_with_an_exponent_is_read_for_what_it_is(tmp_path: Path) -> None:
    lines = ["n;at;q;amount", "1;2026-01-02;1;1.776357e-15", "2;2026-01-02;1;1.25e2", "3;2026-01-02;1;-4.4E-16"]
    (tmp_path / "tickets.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = parse_settings(SETTINGS, tmp_path)
    ingest_sources(settings, now=datetime(2026, 9, 30, tzinfo=UTC), reporter=Reporter())
    with Engine() as engine:
        conform_sources(engine, settings, reporter=Reporter())
        found = engine.rows("select amount from landing.ticket_lines order by ticket_key")
    assert found == [(Decimal("0.0000"),), (Decimal("125.0000"),), (Decimal("0.0000"),)]
