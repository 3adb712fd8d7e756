"""What every test shares: the reader's language is French, and the public data sets lie beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


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
