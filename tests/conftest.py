"""What every test shares: the reader's language is French, and the public data sets lie beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


LONGEST_FIRST = ("test_kill", "test_store", "test_stories", "test_desk", "test_increment", "test_browser", "test_year")
"""Files that take a minute or so: begun first, none is left running alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        name = item.path.stem
        return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=rank)


@pytest.fixture(autouse=True)
def french_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALAND_LANG", "fr")


@pytest.fixture
def english_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALAND_LANG", "en")


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of public data sets; the test skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the public data sets are not beside the project (../shared/data)")
    return SHARED_DATA
