"""Wrong options were refused in English to French readers, and Ctrl-C said nothing."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from chaland import cli
from chaland.cli import main

HELP = "Aide : chaland"


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int | str | None, str]:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return caught.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence", "helped"),
    [
        (["biuld"], "Refusé biuld : cette commande n’existe pas. Vouliez-vous dire build\N{NO-BREAK SPACE}?", ""),
        (
            ["build", "--asof"],
            "Refusé --asof : cette option n’existe pas. Vouliez-vous dire --as-of\N{NO-BREAK SPACE}?",
            " build",
        ),
        (["init"], "Refusé 'FOLDER' manque.", " init"),
        (["build", "--as-of", "demain"], "Refusé '--as-of' : un jour tel que 2026-09-30 attendu.", " build"),
        (["serve", "x", "--port", "99999"], "Refusé '--port' : un nombre de 1 à 65535 attendu.", " serve"),
        (["export", "t", "--format", "doc"], "Refusé '--format' : l’un de csv, parquet, xlsx attendu.", " export"),
        (["init", "a", "b"], "Refusé Plus d’arguments que la commande n’en prend.", " init"),
        (["build", "--as-of"], "Refusé --as-of : mal employée ; une valeur manque ou est de trop.", ""),
    ],
)
def test_wrong_options_are_told_in_the_reader_s_language(
    arguments: list[str], sentence: str, helped: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(arguments, capsys) == (2, f"{sentence}\n{HELP}{helped} --help\n")


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_an_interruption_says_what_is_left(
    raised: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def interrupted() -> None:
        raise raised

    monkeypatch.setattr(cli, "root", interrupted)
    code, told = refusal([], capsys)
    assert code == 130
    assert told.strip() == (
        "Refusé Interrompu.\nCe qui était en vigueur est intact ; rien d’inachevé ne sera lu.\n"
        "La même commande reprend le travail."
    )


def test_a_fault_of_chaland_quotes_no_data(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    def faulty() -> None:
        raise ValueError("could not convert 'anne.durand@example.org'")

    monkeypatch.setattr(cli, "root", faulty)
    code, told = refusal([], capsys)
    assert code == 1
    assert "anne.durand" not in told
    assert f"ValueError dans {Path(__file__).name}" in told


def test_a_folder_that_the_system_refuses_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def refused() -> None:
        raise PermissionError(13, "Permission denied", "base/.lock")

    monkeypatch.setattr(cli, "root", refused)
    code, told = refusal([], capsys)
    assert code == 7
    assert told.startswith("Refusé Le système a refusé base/.lock : Permission denied.\n")


def test_a_missing_file_to_inspect_is_a_source_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = refusal(["inspect", str(tmp_path / "nowhere.csv")], capsys)
    assert code == 3
    assert told.startswith("Refusé nowhere.csv : ")
