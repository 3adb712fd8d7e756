"""Saved segments: revisions, conflicts, no cycle, frozen members, sizes; an export is traced and harmless."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.segments.conftest import AS_OF, CUSTOMERS, Small
from tests.segments.test_counts import where

from chaland.cli import main
from chaland.cli.segment import reach_row
from chaland.errors import ChalandError, ConfigError, NotFoundError
from chaland.segments import OpenBase, SavedSegments, read_definition
from chaland.segments.export import export_csv
from chaland.segments.saved import key_of
from chaland.segments.study import Reach

NOW = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
CARD = read_definition(where({"field": "is_card_holder", "is": "yes"}))
WOMEN = read_definition(where({"field": "sex", "is": "one_of", "value": ["F"]}))


@pytest.fixture
def base(small: Small, tmp_path: Path) -> OpenBase:
    """Return the small base with no segment saved yet."""
    return OpenBase(small.base.engine, SavedSegments(tmp_path))


def test_a_segment_keeps_its_revisions_and_tells_who_saved_over_another(base: OpenBase) -> None:
    first = base.saved.save("Porteurs de carte", CARD, by="anne", now=NOW)
    assert (first.key, first.revision) == ("porteurs-de-carte", 1)
    with pytest.raises(ConfigError, match="existe déjà"):
        base.saved.save("Porteurs de carte", WOMEN, by="bob", now=NOW)
    second = base.saved.save("Porteurs", WOMEN, by="bob", now=NOW, key=first.key, seen_revision=1)
    assert (second.revision, second.created_by, second.saved_by) == (2, "anne", "bob")
    assert [one["definition"] for one in second.earlier] == [CARD.json]
    with pytest.raises(ConfigError, match="révision 2"):
        base.saved.save("Porteurs", CARD, by="anne", now=NOW, key=first.key, seen_revision=1)
    assert base.saved.get(first.key) == second
    assert [one.name for one in base.saved.all()] == ["Porteurs"]


def test_a_segment_rests_on_others_never_on_itself_and_is_not_set_aside_while_used(base: OpenBase) -> None:
    base.saved.save("Card", CARD, by="anne", now=NOW)
    base.saved.save(
        "Women with it", read_definition(where({"segment": "card"}, WOMEN.json["where"])), by="anne", now=NOW
    )
    assert base.count(where({"segment": "women-with-it"})) == base.count(where(CARD.json["where"], WOMEN.json["where"]))
    assert [one.key for one in base.saved.used_by("card")] == ["women-with-it"]
    with pytest.raises(ConfigError, match="lui-même"):
        base.saved.save("Card", read_definition(where({"segment": "women-with-it"})), by="anne", now=NOW, key="card")
    with pytest.raises(NotFoundError):
        base.saved.save("Other", read_definition(where({"segment": "nowhere"})), by="anne", now=NOW)
    with pytest.raises(ChalandError, match="reposent"):
        base.saved.remove("card")
    base.saved.remove("women-with-it")
    base.saved.remove("card")
    assert base.saved.all() == []
    assert len(list((base.saved.place / "removed").glob("*.json"))) == 2


def test_a_frozen_segment_keeps_its_members_a_living_one_follows(base: OpenBase) -> None:
    ids = pa.table({"customer_id": ["c001", "c002", "gone"]})
    base.saved.save("Frozen", CARD, by="anne", now=NOW, frozen_ids=lambda: ids)
    assert base.count(where({"segment": "frozen"})) == 2
    kept = base.member_ids(CARD)
    assert kept.num_rows == base.count(CARD)
    assert ("frozen", "Frozen") in base.segments_of("c001")
    assert base.segments_of("nobody") == []


def test_sizes_are_a_history_without_repeats(base: OpenBase) -> None:
    base.saved.save("Card", CARD, by="anne", now=NOW)
    for size in (10, 10, 12):
        base.saved.keep_size("card", size, as_of=AS_OF.isoformat(), now=NOW)
    assert [one.customers for one in base.saved.sizes("card")] == [10, 12]


@pytest.mark.parametrize("key", ["../store", "a/b", "", "A", ".running", "x" * 200, "é"])
def test_a_key_never_leaves_the_folder(base: OpenBase, key: str) -> None:
    with pytest.raises(NotFoundError):
        base.saved.get(key)
    assert key_of("../Été  À/Paris") == "ete-a-paris"


def test_an_export_is_traced_then_written_and_runs_nothing_in_a_spreadsheet(base: OpenBase) -> None:
    leaving, pieces = export_csv(base, CARD, key="card", by="anne", now=NOW, channel="email")
    text = "".join(pieces)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    reachable = base.count(where(CARD.json["where"], {"field": "can_email", "is": "yes"}))
    assert (leaving, len(rows)) == (reachable, reachable)
    assert [row["customer_id"] for row in rows] == sorted(row["customer_id"] for row in rows)
    (trace,) = base.saved.exports()
    assert {name: trace[name] for name in ("by", "segment", "channel", "customers")} == {
        "by": "anne",
        "segment": "card",
        "channel": "email",
        "customers": reachable,
    }
    everybody = "".join(export_csv(base, read_definition(where()), key="", by="anne", now=NOW, french=False)[1])
    lines = list(csv.DictReader(io.StringIO(everybody)))
    assert len(lines) == CUSTOMERS
    assert lines[3]["last_name"] == "'=cmd|3"
    assert not any(cell.startswith("=") for row in lines for cell in row.values())


def test_a_count_tells_why_a_channel_does_not_reach_the_others() -> None:
    reached = Reach("email", 30, (("no_email", 20), ("objected", 10)))
    assert reach_row(reached, 60) == ["email", "30", "50,0\u00a0%", "pas d’e-mail 20, s’est opposé 10"]


def test_the_commands_and_the_screen_see_the_same_segments(
    small: Small, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = OpenBase(small.base.engine, SavedSegments(tmp_path))
    monkeypatch.setattr(OpenBase, "close", lambda self: None)
    monkeypatch.setattr("chaland.cli.segment.open_base", lambda folder: opened)
    definition = tmp_path / "women.json"
    definition.write_text(WOMEN.text, encoding="utf-8")

    def said(*arguments: str) -> Any:
        main(["segment", *arguments])
        return capsys.readouterr().out

    assert "Enregistré sous women" in said("save", str(tmp_path), str(definition), "--name", "Women", "--by", "anne")
    counted = json.loads(said("count", str(tmp_path), "women", "--json"))
    assert "Pourquoi pas les autres" in said("count", str(tmp_path), "women")
    assert counted["customers"] == opened.count(WOMEN)
    assert counted["sentence"] == "Clients\u00a0: sexe\u00a0: femme."
    assert "sexe\u00a0: femme" in said("explain", str(tmp_path), "women", "--sql")
    assert json.loads(said("list", str(tmp_path), "--json"))["segments"][0]["customers"] == counted["customers"]
    shown = json.loads(said("members", str(tmp_path), "women", "--rows", "3", "--json"))["members"]
    assert len(shown) == 3
    assert json.loads(said("profile", str(tmp_path), "women", "--json"))["rows"]
    assert json.loads(said("compare", str(tmp_path), "women", CARD.text, "--json"))["rows"]
    crossed = json.loads(said("overlap", str(tmp_path), "women", CARD.text, "--json"))["overlaps"]
    assert sum(row["customers"] for row in crossed if "women" in row["keys"]) == counted["customers"]
    assert "Dans ces segments et aucun autre" in said("overlap", str(tmp_path), "women", CARD.text)
    for wrong in (["women"], ["women", "women"], [str(number) for number in range(9)]):
        with pytest.raises(SystemExit, match="2"):
            main(["segment", "overlap", str(tmp_path), *wrong])
    assert "différents" in capsys.readouterr().err
    out = tmp_path / "women.csv"
    said("members", str(tmp_path), "women", "--out", str(out))
    assert len(out.read_text("utf-8-sig").splitlines()) == counted["customers"] + 1
    with pytest.raises(SystemExit, match="8"):
        main(["segment", "count", str(tmp_path), "nowhere"])
