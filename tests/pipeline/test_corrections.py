"""A correction that leaves a field blank (nobody's telephone): what may be, how it is written and taken back."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chaland.cli import main
from chaland.errors import ConfigError, NotFoundError
from chaland.publish.steward import BLANK, keep_correction, withdraw_correction

NOW = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
MINE = {"by": "D", "reason": "une autre personne répond"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({BLANK: "name"}, "name : ne peut pas être laissé vide"),
        ({BLANK: "consent_email"}, "consent_email : ne peut pas être laissé vide"),
        ({BLANK: "phone", "phone": "0144556677"}, "phone : à la fois donné et laissé vide"),
        ({BLANK: "address", "street": "2 rue X", "city": "Lille"}, "address : à la fois donné et laissé vide"),
        ({BLANK: " "}, "Rien à corriger"),
    ],
)
def test_what_cannot_be_left_blank_is_refused_and_nothing_is_kept(
    tmp_path: Path, fields: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        keep_correction(tmp_path, "card:9", fields, now=NOW, **MINE)
    assert told in str(refused.value).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert list(tmp_path.iterdir()) == []


def test_the_command_leaves_blank_and_takes_back(tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "chaland.toml").write_text("[base]\n", encoding="utf-8")
    main(["correct", str(folder), "card:3", "email=a@b.fr", "--blank", "mobile", "--blank", "phone", "--by", "D"])
    main(["correct", str(folder), "card:3", "--withdraw", "--by", "E"])
    with (folder / "corrections.csv").open(encoding="utf-8", newline="") as stream:
        made, taken_back = csv.DictReader(stream)
    assert (made["email"], made[BLANK], made["corrected_by"], made["withdrawn_at"]) == (
        "a@b.fr", "mobile phone", "D", ""
    )  # fmt: skip
    assert (taken_back["correction_key"], taken_back["corrected_by"]) == (made["correction_key"], "E")
    assert taken_back["withdrawn_at"] >= made["corrected_at"]
    with pytest.raises(NotFoundError, match="Aucune correction de card:3"):
        withdraw_correction(folder, "card:3", by="D", reason="", now=NOW + timedelta(hours=2))
