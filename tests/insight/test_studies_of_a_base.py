"""Every study answers on the folder of a base as on a file: its snapshot in force is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests import cast

from chaland.base import build_base
from chaland.cli import main
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.publish import publish_snapshot

LAST_TICKET = "2026-09-12"
"""The cast's, seven weeks before the day of its base: every command looks from it, as a build does (decision 26)."""


@pytest.fixture(scope="module")
def base_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the cast's base, published."""
    folder = tmp_path_factory.mktemp("base")
    with Engine(threads=2) as engine:
        cast.fill_all(engine)
        build_base(engine, cast.settings(), as_of=cast.AS_OF, reporter=Reporter())
        publish_snapshot(engine, cast.settings(folder), now=cast.NOW, as_of=cast.AS_OF, reporter=Reporter())
    return folder


@pytest.mark.parametrize("command", ["rfm", "concentration", "cohorts", "turnover", "churn"])
def test_a_study_of_a_base_whose_tickets_stop_before_its_day_looks_from_the_last(
    command: str, base_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([command, str(base_folder), "--json"])
    assert json.loads(capsys.readouterr().out)["as_of"] == LAST_TICKET


def test_baskets_are_those_of_the_base(base_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baskets", str(base_folder), "--level", "department", "--tickets", "1", "--json"])
    assert json.loads(capsys.readouterr().out)["tickets"] > 0


def test_lifetime_value_of_a_cast_is_refused_with_the_reason(
    base_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["clv", str(base_folder)])
    assert stop.value.code == 1
    assert "au moins 500" in capsys.readouterr().err


def test_a_folder_that_is_no_base_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["rfm", str(tmp_path)])
    assert stop.value.code == 8
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("command", ["paths", "catchment", "channels"])
def test_a_further_study_looks_from_the_last_ticket_too(
    command: str, base_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([command, str(base_folder), "--json"])
    assert json.loads(capsys.readouterr().out)["as_of"] == LAST_TICKET


@pytest.mark.parametrize(("command", "table"), [("profile", "profile"), ("satisfaction", "scores")])
def test_who_the_customers_are_and_what_they_think_is_told_of_a_base(
    command: str, table: str, base_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([command, str(base_folder), "--json"])
    assert len(json.loads(capsys.readouterr().out)[table]) > 0


def test_what_makes_loyal_is_refused_for_a_cast_with_the_reason(
    base_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["loyal", str(base_folder)])
    assert stop.value.code == 1
    assert "au moins 200" in capsys.readouterr().err
