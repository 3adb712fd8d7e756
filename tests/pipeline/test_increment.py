"""Nightly builds one after another: by increment when they can, whole when they must, and the same either way."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from tests.pipeline.small import write_base, write_sources

from chaland.cli import main
from chaland.engine import Engine
from chaland.identity.realtime import weighed_now
from chaland.pipeline import BuildResult, build
from chaland.progress import Reporter
from chaland.publish import check_snapshot, snapshot_in_force
from chaland.publish.steward import keep_correction, keep_decision

NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)
CUSTOMERS = "select record_id, customer_id, household_id from base.records order by all"
NEWCOMERS = (
    ("9001", "Camille Chalain", "0612345678", "camille.9001@orange.fr", "59000", "Lille", "2026-10-30"),
    ("9002", "Zoé Quemener", "0612345679", "zoe.9002@orange.fr", "29200", "Brest", "2026-10-30"),
)


def run(base: Path, day: int, *, is_full: bool = False) -> BuildResult:
    now = NOW + timedelta(days=day)
    return build(base, now=now, as_of=date(2026, 11, 1) + timedelta(days=day), reporter=Reporter(), is_full=is_full)


def asked(result: BuildResult, sql: str) -> list[tuple[object, ...]]:
    with Engine(result.snapshot / "chaland.duckdb", read_only=True) as engine:
        return engine.rows(sql)


def how(result: BuildResult) -> tuple[str, str]:
    told = result.manifest["identified"]
    return told["kind"], told["why"]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[BuildResult]]:
    """Give three nights: the first; two newcomers, one of them of a known customer; a decision, a correction, and a
    card's row sent again that says its tier."""
    place = tmp_path_factory.mktemp("nights")
    write_sources(place / "sources", persons=90)
    base = write_base(place / "base", place / "sources")
    settings = (base / "chaland.toml").read_text(encoding="utf-8")
    settings = settings.replace("keep_snapshots = 2", "keep_snapshots = 9")
    settings = settings.replace('card_number = "numero"', 'card_number = "numero"\ncard_tier = "palier"')
    (base / "chaland.toml").write_text(settings, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHALAND_LANG", "en")
        done = [run(base, 0)]
    with (place / "sources" / "web" / "web-2.csv").open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, delimiter=";")
        writer.writerow(("id", "nom_complet", "tel", "email", "cp", "ville", "cree"))
        writer.writerows(NEWCOMERS)
    done.append(run(base, 1))
    now = NOW + timedelta(days=1, hours=5)
    keep_decision(base, ("web:9001", "web:9002"), "same", by="x", reason="", now=now)
    keep_correction(base, "web:9002", {"mobile": "06 45 67 89 13"}, by="x", reason="", now=now)
    with (place / "sources" / "card" / "card.csv").open(encoding="utf-8", newline="") as opened:
        card = next(csv.DictReader(opened, delimiter=";"))
    answers(place / "sources" / "card" / "card-2.csv", [{**card, "palier": " Or "}])
    done.append(run(base, 2))
    yield done


def test_the_first_night_is_whole_and_the_others_increments(nights: list[BuildResult]) -> None:
    assert [how(night) for night in nights] == [
        ("whole", "There is no earlier snapshot to go on from."),
        ("increment", ""),
        ("increment", ""),
    ]
    assert nights[1].manifest["identified"]["changes"] == {"new": 2, "matched": 0, "told": 0, "withdrawn": 0}


def test_every_night_reconciles(nights: list[BuildResult]) -> None:
    for night in nights:
        manifest = check_snapshot(night.snapshot)
        assert all(check["is_equal"] for check in manifest["reconciliation"])


def test_known_customers_keep_their_ids_and_newcomers_get_theirs(nights: list[BuildResult]) -> None:
    before = {row[0]: row[1:] for row in asked(nights[0], CUSTOMERS)}
    after = {row[0]: row[1:] for row in asked(nights[1], CUSTOMERS)}
    assert {record: after[record] for record in before} == before
    assert set(after) - set(before) == {"web:9001", "web:9002"}


def test_what_a_steward_said_is_obeyed_the_next_night(nights: list[BuildResult]) -> None:
    told = asked(nights[2], "select distinct customer_id from base.records where record_id in ('web:9001', 'web:9002')")
    assert len(told) == 1
    assert asked(nights[2], f"select mobile from base.customers where customer_id = '{told[0][0]}'") == [
        ("+33645678913",)
    ]


def test_a_tier_that_a_source_tells_reaches_its_customer_by_increment(nights: list[BuildResult]) -> None:
    assert nights[2].manifest["identified"]["changes"] == {"new": 0, "matched": 0, "told": 1, "withdrawn": 0}
    assert asked(nights[1], "select distinct card_tier from base.customers") == [(None,)]
    golden = "select customer_id, card_tier from base.customers where card_tier is not null"
    values = "select customer_id, value, is_chosen, source, seen_at from base.customer_values where field = 'card_tier'"
    [(customer_id, tier)] = asked(nights[2], golden)
    assert tier == "Or"
    assert asked(nights[2], values) == [(customer_id, "Or", True, "card", datetime(2025, 6, 1))]


def test_status_tells_how(nights: list[BuildResult], capsys: pytest.CaptureFixture[str], english_reader: None) -> None:
    base = nights[2].snapshot.parents[1]
    main(["status", str(base)])
    assert "Identities resolved by increment: records new 0, changed 1, withdrawn 0" in capsys.readouterr().out
    main(["status", str(base), "--json"])
    assert json.loads(capsys.readouterr().out)["manifest"]["identified"]["kind"] == "increment"


def test_a_whole_run_of_the_same_files_finds_the_same(nights: list[BuildResult], english_reader: None) -> None:
    base = nights[2].snapshot.parents[1]
    again = run(base, 2, is_full=True)
    assert how(again) == ("whole", "A whole run was asked for.")
    assert asked(again, CUSTOMERS) == asked(nights[2], CUSTOMERS)
    # a model learnt again weighs a little otherwise
    golden = "select * exclude (weakest_link_bits) from base.customers order by customer_id"
    assert asked(again, golden) == asked(nights[2], golden)
    for table in ("households", "customer_values", "customer_aliases", "contact_points"):
        assert again.manifest["tables"][f"base.{table}"] == nights[2].manifest["tables"][f"base.{table}"]


def test_two_records_that_were_not_kept_are_weighed_now(
    nights: list[BuildResult], capsys: pytest.CaptureFixture[str], english_reader: None
) -> None:
    base = nights[1].snapshot.parents[1]
    kept = asked(
        nights[2], "select record_id_l, record_id_r, match_weight from base.record_links order by 1, 2 limit 5"
    )
    for one, other, weight in kept:
        [found] = weighed_now(nights[2].snapshot, [str(other)], [str(one)])
        assert found.match_weight == pytest.approx(weight, abs=1e-9)
        assert (found.record_id_l, found.record_id_r) == (one, other)
    apart = asked(
        nights[2],
        "select l.record_id, r.record_id from base.records l join base.records r on l.record_id < r.record_id "
        "anti join base.record_links k on k.record_id_l = l.record_id and k.record_id_r = r.record_id "
        "where not l.is_key_only and not r.is_key_only order by all limit 1",
    )
    main(["explain", str(base), *map(str, apart[0])])
    assert "weighed now by the model of the base" in capsys.readouterr().out


def test_a_steward_is_asked_and_answers_by_a_file(
    nights: list[BuildResult], capsys: pytest.CaptureFixture[str], english_reader: None, tmp_path: Path
) -> None:
    base, out = nights[2].snapshot.parents[1], tmp_path / "questions.csv"
    with duckdb.connect(str(snapshot_in_force(base) / "chaland.duckdb")) as database:  # so small a base leaves no doubt
        database.execute(
            "insert into base.questions select row_number() over (order by record_id_l, record_id_r), record_id_l, "
            "record_id_r, match_weight, match_probability, is_linked, 1.0, 0 from base.record_links limit 2"
        )
        questions = database.sql("select record_id_l, record_id_r from base.questions order by rank").fetchall()
    main(["ask", str(base), "--out", str(out)])
    assert f"Questions: {len(questions)}" in capsys.readouterr().out
    with out.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter=";"))
    assert [(row["record_id_l"], row["record_id_r"]) for row in rows] == questions
    assert rows[0]["name_l"]
    before = (base / "decisions.csv").read_bytes()
    answers(out, [{**rows[0], "decision": "perhaps"}, rows[1]])
    with pytest.raises(SystemExit) as refused:
        main(["ask", str(base), "--answers", str(out)])
    assert refused.value.code == 2
    assert "line 2: expected same" in capsys.readouterr().err
    assert (base / "decisions.csv").read_bytes() == before
    answers(out, [{**rows[0], "decision": "Oui"}, rows[1]])
    main(["ask", str(base), "--answers", str(out), "--by", "x"])
    added = (base / "decisions.csv").read_text(encoding="utf-8").removeprefix(before.decode())
    assert added.startswith(f"{rows[0]['record_id_l']},{rows[0]['record_id_r']},same,")
    assert added.count("\n") == 1


def answers(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
