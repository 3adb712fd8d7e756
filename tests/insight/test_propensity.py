"""A score learnt from a table: columns read as they are, traps named, odd outcomes refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from chaland.cli import main
from chaland.errors import ChalandError, ConfigError
from chaland.insight.propensity import score_table


def asked(count: int = 2_000, seed: int = 4) -> pa.Table:
    """Return customers asked: age and town matter, the call's length knows the answer, the rest is noise."""
    random = np.random.default_rng(seed)
    age, town = random.integers(18, 90, count), random.choice(["Lyon", "Lille", "Nice"], count)
    odds = -2.5 + 0.04 * (age - 50) + 1.5 * (town == "Lyon")
    yes = random.random(count) < 1 / (1 + np.exp(-odds))
    return pa.table(
        {
            "number": [str(place) for place in range(count)],
            "age": [str(value) for value in age],
            "town": list(town),
            "noise": [f"{value:.2f}" for value in random.normal(size=count)],
            "always": ["same"] * count,
            "call_seconds": [str(int(300 * answer + random.integers(0, 200))) for answer in yes],
            "remark": [f"remark {place} of nobody" for place in range(count)],
            "answer": ["yes" if answer else "no" for answer in yes],
        }
    )


def test_the_variable_that_knows_the_answer_is_refused_by_name() -> None:
    with pytest.raises(ChalandError, match="call_seconds") as refused:
        score_table(asked(), "answer")
    assert "--ignore call_seconds" in refused.value.next_step


def test_what_is_left_scores_and_says_why() -> None:
    score = score_table(asked(), "answer", ignore=["call_seconds"])
    assert score.rows == 2_000
    assert 0.75 < score.auc < 0.9
    assert score.left_out == ("number", "always", "remark")
    words = {name for name in score.weights if name.startswith("town=")}
    assert set(score.weights) - words == {"age", "noise"} and len(words) == 2
    assert score.weights["age"] > 0.5
    assert abs(score.weights["noise"]) < 0.15
    assert {len(reasons) for reasons in score.reasons} == {4}
    assert score.tenths.rows.tolist() == [100] * 10
    assert score.tenths.gain_ratio[-1] == 1
    assert score.tenths.lift[0] > 1.5 > 0.5 > score.tenths.lift[-1]
    assert np.abs(score.tenths.expected_ratio - score.tenths.found_ratio).max() < 0.12


def test_a_column_one_vouches_for_serves() -> None:
    score = score_table(asked(), "answer", known_before=["call_seconds"])
    assert score.auc > 0.99


def test_missing_numbers_have_a_column_of_their_own() -> None:
    rows = asked()
    holes = [None if place % 3 else value for place, value in enumerate(rows["age"].to_pylist())]
    rows = rows.set_column(1, "age", pa.array(holes, pa.string()))
    assert "age=" in score_table(rows, "answer", ignore=["call_seconds"]).weights


@pytest.mark.parametrize(
    ("values", "message"),
    [(["a", "b", "c"] * 100, "3 valeurs"), (["yes"] * 3 + ["no"] * 297, "3 lignes disent oui")],
)
def test_an_outcome_that_is_none_is_refused(values: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        score_table(pa.table({"age": [str(place % 50) for place in range(300)], "answer": values}), "answer")


def test_the_command_refuses_then_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "asked.csv", tmp_path / "scores.csv"
    rows = asked().to_pylist()
    lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["score", str(path), "--target", "answer"])
    assert stop.value.code == 1
    assert "call_seconds" in capsys.readouterr().err
    main(["score", str(path), "--target", "answer", "--ignore", "call_seconds", "--out", str(out), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 2_000
    assert [row["tenth"] for row in told["tenths"]] == list(range(1, 11))
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2_001
    main(["score", str(path), "--target", "answer", "--ignore", "call_seconds"])
    shown = capsys.readouterr().out
    assert "AUC" in shown
    assert "Part des oui jusque-là" in shown
