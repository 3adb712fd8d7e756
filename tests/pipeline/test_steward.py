"""A steward's words through the whole chain: decided and corrected, built, taken back, built again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from chaland.pipeline import BuildResult, build
from chaland.progress import Reporter
from chaland.publish.steward import keep_correction, keep_decision

NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)
SETTINGS = """
[run]
memory_limit = "1GB"
threads = 2
[sources.card]
kind = "people"
files = ["card.csv"]
[sources.card.columns]
person_key = "no"
first_name = "prenom"
last_name = "nom"
street = "rue"
postcode = "cp"
city = "ville"
mobile = "tel"
"""
CARD = """no,prenom,nom,rue,cp,ville,tel
1,Odile,Vasseur,12 rue des Lilas,59000,Lille,0612345601
2,Brice,Quemener,3 place Royale,44000,Nantes,0612345602
3,Anna,Roux,5 avenue Foch,69006,Lyon,0612345603
"""


def run(folder: Path, hours: int) -> BuildResult:
    return build(folder, now=NOW + timedelta(hours=hours), as_of=date(2026, 11, 1), reporter=Reporter())


def asked(result: BuildResult, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(result.snapshot / "chaland.duckdb"), read_only=True) as base:
        return base.sql(sql).fetchall()


def test_a_steward_s_words_are_built_and_taken_back(tmp_path: Path) -> None:
    (tmp_path / "chaland.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "card.csv").write_text(CARD, encoding="utf-8")
    who = "select record_id, customer_id, household_id from base.records order by record_id"
    before = asked(run(tmp_path, 0), who)
    assert len({row[1] for row in before}) == 3

    said = {"by": "D", "reason": "", "now": NOW}
    keep_decision(tmp_path, ("card:1", "card:2"), "same", **said)  # type: ignore[arg-type]
    keep_correction(tmp_path, str(before[2][1]), {"mobile": "06 12 34 56 99"}, **said)  # type: ignore[arg-type]
    joined = run(tmp_path, 1)
    assert len({row[1] for row in asked(joined, who)}) == 2
    assert asked(joined, "select decision, outcome, decided_at from base.decisions") == [
        ("same", "obeyed", datetime(2026, 11, 1, 3))
    ]
    assert asked(joined, "select reason from base.customer_aliases") == [("merged",)]
    assert asked(joined, "select reason from base.household_aliases") == [("merged",)]
    corrected = "select mobile from base.customers where first_name = 'Anna'"
    assert asked(joined, corrected) == [("+33612345699",)]
    points = "select value, is_chosen from base.contact_points where value like '+336123456%3' or value like '%99'"
    assert sorted(asked(joined, points)) == [("+33612345603", False), ("+33612345699", True)]
    assert all(check["is_equal"] for check in joined.manifest["reconciliation"])

    keep_decision(tmp_path, ("card:2", "card:1"), "withdrawn", **{**said, "now": NOW + timedelta(hours=2)})  # type: ignore[arg-type]
    (tmp_path / "corrections.csv").unlink()  # read once, and kept
    parted = run(tmp_path, 3)
    assert asked(parted, who) == before
    assert asked(parted, corrected) == [("+33612345699",)]
    assert asked(parted, "select * from base.customer_aliases") == []
