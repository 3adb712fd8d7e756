"""Satisfaction: scores with intervals, missing marks told, the latest answer rules, comments found whatever accents."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from chaland.cli import main
from chaland.engine import Engine
from chaland.insight.satisfaction import find_comments, measure_satisfaction, nps
from chaland.progress import Reporter
from chaland.tables import base, insight

AS_OF = date(2026, 6, 30)
Answer = tuple[str | None, str, int | None, int | None, str | None]
"""Customer, day, recommendation, satisfaction, comment."""


def answered(*answers: Answer) -> Engine:
    engine = Engine()
    engine.create_missing(base.SURVEYS, base.CONTACTS, insight.CLV)
    engine.execute(
        "create or replace table base.customers as "
        "select 'a' as customer_id, 250.00::decimal(18, 4) as amount_12_months, 1 as open_cases"
    )
    for number, (who, day, recommendation, satisfaction, comment) in enumerate(answers):
        engine.execute(
            "insert into base.surveys values "
            "($id, $who, 'survey', 'S1', $recommendation, $satisfaction, $comment, $day)",
            {
                "id": f"s{number}",
                "who": who,
                "recommendation": recommendation,
                "satisfaction": satisfaction,
                "comment": comment,
                "day": day,
            },
        )
    return engine


def test_scores_tell_who_did_not_say() -> None:
    marks = [(10, 5), (9, 4), (8, None), (6, 2), (None, 4)]
    engine = answered(*((f"c{n}", "2026-05-01", r, s, None) for n, (r, s) in enumerate(marks)))
    measure_satisfaction(engine, as_of=AS_OF, reporter=Reporter())
    rows = engine.rows(
        "select scope, scope_key, answers, recommendations, promoters, detractors, nps, satisfactions, satisfied, "
        "csat_ratio from insight.satisfaction_scores order by scope"
    )
    figures = (5, 4, 2, 1, 0.25, 4, 3, 0.75)
    assert rows == [("all", "", *figures), ("quarter", "2026-04-01", *figures), ("shop", "S1", *figures)]


def test_a_mark_out_of_its_scale_is_no_mark() -> None:
    engine = answered(("a", "2026-05-01", 11, 6, None), ("b", "2026-05-02", 10, 5, None))
    measure_satisfaction(engine, as_of=AS_OF, reporter=Reporter())
    assert engine.rows(
        "select recommendations, satisfactions, nps from insight.satisfaction_scores where scope = 'all'"
    ) == [(1, 1, 1.0)]


def test_the_interval_of_a_score_holds_the_truth() -> None:
    """2,000 draws of 200 answers, 45 % promoters and 20 % detractors: 95 % of the intervals hold 25 points."""
    drawn = np.random.default_rng(2).multinomial(200, [0.45, 0.35, 0.2], 2_000).astype(float)
    _, low, high = nps(drawn[:, 0], drawn[:, 2], np.full(2_000, 200.0))
    assert 0.935 < np.mean((low <= 0.25) & (high >= 0.25)) < 0.965


def test_the_latest_answer_rules_and_the_value_at_stake_is_told() -> None:
    engine = answered(
        ("a", "2026-04-01", 9, 5, None),
        ("a", "2026-05-01", 3, 2, "Livraison en retard"),
        ("b", "2026-04-01", 2, 1, None),
        ("b", "2026-05-01", 9, 5, None),
        (None, "2026-05-01", 0, 1, None),
        ("c", "2026-05-01", None, 2, None),
        ("d", "2024-05-01", 0, 1, None),
    )
    measure_satisfaction(engine, as_of=AS_OF, reporter=Reporter())
    rows = engine.rows(
        "select customer_id, survey_id, days_since, comment, amount_12_months::integer, answered_to_date, open_cases "
        "from insight.satisfaction_alerts order by customer_id"
    )
    assert rows == [("a", "s1", 60, "Livraison en retard", 250, None, 1), ("c", "s5", 60, None, None, None, None)]


def test_a_contact_made_since_answers_an_alert() -> None:
    engine = answered(("a", "2026-05-01", 3, 2, None))
    for number, (day, direction) in enumerate([("2026-04-02", "out"), ("2026-05-03", "in"), ("2026-05-09", "out")]):
        engine.execute(
            "insert into base.contacts by name select $id as contact_id, 'a' as customer_id, 'help' as source, "
            "'phone' as channel, $direction as direction, 'survey' as reason, $day::timestamp as contacted_at",
            {"id": str(number), "direction": direction, "day": day},
        )
    measure_satisfaction(engine, as_of=AS_OF, reporter=Reporter())
    assert engine.rows("select answered_to_date from insight.satisfaction_alerts") == [(date(2026, 5, 9),)]


@pytest.mark.parametrize("text", ["elevés PRIX", "prix élevés", "PRIX eleves rayon"])
def test_comments_are_found_whatever_accents_capitals_and_order(text: str) -> None:
    engine = answered(
        ("a", "2026-05-01", 3, 2, "Prix un peu élevés au rayon sols"), ("b", "2026-05-02", 9, 5, "Prix bas")
    )
    assert [row["survey_id"] for row in find_comments(engine, text)] == ["s0"]
    assert [row["survey_id"] for row in find_comments(engine, "")] == ["s1", "s0"]
    assert [row["survey_id"] for row in find_comments(engine, "prix", unhappy=True)] == ["s0"]
    assert find_comments(engine, "prix", shop_key="S2") == []
    assert find_comments(engine, "' or 1=1 --") == []


def test_no_answer_tells_nothing() -> None:
    found = measure_satisfaction(Engine(), as_of=AS_OF, reporter=Reporter())
    assert (found.answers, found.alerts, found.aspects) == (0, 0, 0)


def test_the_command_reads_a_file_and_its_aspects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "enquete.csv"
    rows = "".join(
        f"{n};0{1 + n % 6}/05/2026;{n % 11};{1 + n % 5};{1 + n % 5};{3 + n % 2};Très bien n° {n}\n" for n in range(60)
    )
    path.write_text("Client;Date réponse;Recommandation;Satisfaction;Accueil;Parking;Commentaire\n" + rows, "utf-8")
    main(["satisfaction", str(path), "--aspect", "Accueil", "--aspect", "Parking", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (answer["scores"][0]["answers"], len(answer["alerts"])) == (60, 48)
    assert [(row["aspect"], row["quadrant"]) for row in answer["aspects"]] == [
        ("Accueil", "concentrate_here"),
        ("Parking", "overkill"),
    ]
    assert answer["aspects"][0]["importance"] == pytest.approx(1.0)
    main(["satisfaction", str(path), "--find", "tres 17"])
    assert "Très bien n° 17" in capsys.readouterr().out
    main(["satisfaction", str(path), "--out", str(tmp_path / "out")])
    assert "Clients mécontents" in capsys.readouterr().out


def test_a_file_without_marks_is_refused_with_the_options_to_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["satisfaction", str(path)])
    assert stop.value.code == 2
    assert "--recommendation" in capsys.readouterr().err
