"""The house keeps its shape: files stay readable, SQL says what it does."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*sorted((ROOT / "src").rglob("*.py")), *sorted((ROOT / "src").rglob("*.sql"))]


def test_no_source_file_passes_seven_hundred_lines() -> None:
    long = {str(p.relative_to(ROOT)) for p in SOURCES if len(p.read_text(encoding="utf-8").splitlines()) > 700}
    assert long == set()


def test_every_module_says_why_it_exists() -> None:
    silent = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.suffix == ".py"
        and path.stat().st_size
        and not path.read_text(encoding="utf-8").startswith(('"""', 'r"""'))
    }
    assert silent == set()


def test_every_sql_file_says_what_it_reads_and_writes() -> None:
    silent = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.suffix == ".sql" and not path.read_text(encoding="utf-8").startswith("-- ")
    }
    assert silent == set()
