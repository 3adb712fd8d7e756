"""What stewards say is kept whole, in the base's own files."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chaland.cli import main
from chaland.config import load_settings
from chaland.errors import ConfigError, StorageError
from chaland.publish.steward import keep_correction, keep_decision

NOW = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


def decide(folder: Path, decision: str = "same", *, reason: str = "même carte") -> Path:
    return keep_decision(folder, ("web:1", "card:9"), decision, by="Dominique", reason=reason, now=NOW)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_decision_is_one_line_of_the_base_s_own_file(tmp_path: Path) -> None:
    path = decide(tmp_path)
    decide(tmp_path, "withdrawn", reason='deux\nlignes, et "guillemets"')
    assert path == tmp_path / "decisions.csv"
    assert rows_of(path) == [
        {"record_id_l": "card:9", "record_id_r": "web:1", "decision": "same",
         "decided_at": "2026-11-01T08:30:00.000000Z", "decided_by": "Dominique", "reason": "même carte"},
        {"record_id_l": "card:9", "record_id_r": "web:1", "decision": "withdrawn",
         "decided_at": "2026-11-01T08:30:00.000000Z", "decided_by": "Dominique",
         "reason": 'deux lignes, et "guillemets"'},
    ]  # fmt: skip


def test_a_line_left_unfinished_by_a_cut_of_power_spoils_no_other(tmp_path: Path) -> None:
    path = decide(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + b"card:9,web:")
    decide(tmp_path, "apart")
    assert path.read_bytes().startswith(whole + b"card:9,web:\ncard:9,web:1,apart,")


def test_a_correction_follows_the_columns_the_file_has(tmp_path: Path) -> None:
    (tmp_path / "corrections.csv").write_text("corrected_at,subject,email,corrected_by\n", encoding="utf-8")
    path = keep_correction(tmp_path, "card:9", {"email": "a@b.fr"}, by="D", reason="", now=NOW)
    assert path.read_text(encoding="utf-8").splitlines()[1] == "2026-11-01T08:30:00.000000Z,card:9,a@b.fr,D"
    before = path.read_bytes()
    with pytest.raises(StorageError, match="colonne"):
        keep_correction(tmp_path, "card:9", {"phone": "0144556677"}, by="D", reason="", now=NOW)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Rien à corriger"),
        ({"telefone": "01"}, "champ inconnu"),
        ({"consent_email": "oui"}, "champ inconnu"),
        ({"city": "Lille"}, "se corrige en entier"),
    ],
)
def test_what_cannot_be_corrected_is_refused_and_nothing_is_kept(
    tmp_path: Path, fields: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        keep_correction(tmp_path, "card:9", fields, by="D", reason="", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_decision_is_about_two_records_and_a_known_word(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="deux fiches"):
        keep_decision(tmp_path, ("card:9", "card:9"), "same", by="D", reason="", now=NOW)
    with pytest.raises(ConfigError, match="same, apart, unsure, withdrawn"):
        decide(tmp_path, "perhaps")
    assert list(tmp_path.iterdir()) == []


def test_the_base_s_own_files_are_sources_as_soon_as_they_are_there(tmp_path: Path) -> None:
    (tmp_path / "chaland.toml").write_text("[base]\n", encoding="utf-8")
    assert load_settings(tmp_path).sources == {}
    path = decide(tmp_path)
    assert load_settings(tmp_path).sources["decisions"].files == [str(path.resolve())]
    path.unlink()
    (tmp_path / "landing" / "decisions").mkdir(parents=True)  # read once: never forgotten
    assert list(load_settings(tmp_path).sources) == ["decisions"]


def test_the_commands_keep_what_they_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "chaland.toml").write_text("[base]\n", encoding="utf-8")
    for arguments in (
        ["decide", str(tmp_path), "card:9", "web:1", "--apart", "--why", "père et fils", "--by", "D"],
        ["correct", str(tmp_path), "card:9", "email=a@b.fr", "first_name=Ève", "--by", "D"],
    ):
        main(arguments)
        assert "la prochaine construction en tient compte" in capsys.readouterr().out
    assert rows_of(tmp_path / "decisions.csv")[0]["reason"] == "père et fils"
    made = rows_of(tmp_path / "corrections.csv")[0]
    assert (made["subject"], made["email"], made["first_name"], made["phone"]) == ("card:9", "a@b.fr", "Ève", "")
    for wrong in (["decide", str(tmp_path), "card:9", "web:1"], ["correct", str(tmp_path), "card:9", "secret value"]):
        with pytest.raises(SystemExit) as left:
            main(wrong)
        assert left.value.code == 2
        assert "secret" not in capsys.readouterr().err
