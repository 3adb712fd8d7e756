"""Profile evolution: the usual tests without common customers, right ones with; what is not known is told."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2, chi2_contingency
from tests.insight.ledger import ledger

from chaland.cli import main
from chaland.engine import Engine
from chaland.insight.profile import compared, measure_profile, overlapping_chi_square
from chaland.progress import Reporter
from chaland.tables import base


def people(persons: list[tuple[str, str | None, str | None, str | None, list[str]]]) -> Engine:
    """Return an engine of customers: number, sex, birth date, occupation, days of purchase."""
    engine = ledger((who, day, 10.0) for who, *_, days in persons for day in days)
    engine.create(base.CUSTOMERS)
    engine.execute("create or replace table base.customers as select * from base.customers limit 0")
    for who, sex, born, occupation, days in persons:
        engine.execute(
            "insert into base.customers by name select $who as customer_id, $sex as sex, $born::date as birth_date, "
            "$occupation as occupation, $first::date as first_purchase_date, false as is_organisation",
            {"who": who, "sex": sex, "born": born, "occupation": occupation, "first": min(days)},
        )
    return engine


def counts(before: list[int], after: list[int]) -> list[dict[str, object]]:
    """Return the rows of two periods without common customers."""
    rows: list[dict[str, object]] = []
    for side, numbers in (("before", before), ("after", after)):
        for place, customers in enumerate(numbers):
            rows.append(
                {
                    "is_before": side == "before",
                    "is_after": side == "after",
                    "category_before": f"k{place}" if side == "before" else None,
                    "category_after": f"k{place}" if side == "after" else None,
                    "customers": customers,
                }
            )
    return rows


def test_without_common_customers_the_chi_square_is_pearsons() -> None:
    before, after = [120, 340, 95, 40], [160, 300, 120, 22]
    wanted = chi2_contingency([before, after], correction=False)
    _, test = compared(counts(before, after))
    assert test["chi_square"] == pytest.approx(wanted.statistic, rel=1e-9)
    assert (test["degrees"], test["p_value"]) == (3, pytest.approx(wanted.pvalue, rel=1e-9))


def test_with_two_categories_the_share_and_the_whole_tell_the_same() -> None:
    shares, test = compared(counts([420, 9_580], [175, 4_825]))
    assert {round(share["p_value"], 9) for share in shares} == {round(test["p_value"], 9)}


def test_common_customers_make_a_change_surer() -> None:
    """Of 1,000 customers, 40 moved from one category to the other, none back: the same shares, another certainty."""
    joint = np.array([[460.0, 40.0], [0.0, 500.0]])
    before, after = joint.sum(axis=1), joint.sum(axis=0)
    apart, _ = overlapping_chi_square(before, after, np.zeros((2, 2)))
    together, degrees = overlapping_chi_square(before, after, joint)
    assert degrees == 1
    assert apart == pytest.approx(3.205, abs=0.01)
    assert together > 10 * apart


def test_nothing_new_is_found_one_time_in_twenty() -> None:
    """2,000 draws where two periods share half their customers and nothing changes: 5 % are said to have."""
    random, found = np.random.default_rng(3), 0
    limit = chi2.ppf(0.95, 2)
    for _ in range(2_000):
        common = random.choice(3, 150, p=[0.5, 0.3, 0.2])
        moved = np.where(random.random(150) < 0.8, common, random.choice(3, 150, p=[0.5, 0.3, 0.2]))
        joint = np.zeros((3, 3))
        np.add.at(joint, (common, moved), 1)
        before = joint.sum(axis=1) + np.bincount(random.choice(3, 150, p=[0.5, 0.3, 0.2]), minlength=3)
        after = joint.sum(axis=0) + np.bincount(random.choice(3, 150, p=[0.5, 0.3, 0.2]), minlength=3)
        found += overlapping_chi_square(before, after, joint)[0] > limit
    assert 0.04 < found / 2_000 < 0.06


def test_ages_and_years_are_those_at_the_end_of_each_period() -> None:
    engine = people([("a", "F", "1991-06-01", None, ["2025-03-01", "2026-03-01"])])
    measure_profile(engine, as_of=date(2026, 6, 30), reporter=Reporter())
    rows = engine.rows(
        "select characteristic, category, customers_before, customers_after from insight.profile order by all"
    )
    assert rows == [
        ("age", "25_to_34", 1, 0),
        ("age", "35_to_44", 0, 1),
        ("seniority", "1_to_2", 0, 1),
        ("seniority", "under_1", 1, 0),
        ("sex", "F", 1, 1),
    ]


def test_what_is_not_known_is_told_and_not_counted() -> None:
    persons = [(f"c{n}", "F" if n < 4 else None, None, None, ["2026-01-05"]) for n in range(10)]
    engine = people(persons)
    measure_profile(engine, as_of=date(2026, 6, 30), reporter=Reporter())
    tests = engine.rows("select characteristic, known_after, missing_after, known_before from insight.profile_tests")
    assert tests == [("age", 0, 10, 0), ("occupation", 0, 10, 0), ("seniority", 10, 0, 0), ("sex", 4, 6, 0)]
    assert engine.rows("select ratio_after, p_value from insight.profile where category = 'F'") == [(1.0, 1.0)]


def test_rare_occupations_are_put_together() -> None:
    persons = [(f"c{n:03d}", None, None, f"Métier {n % 20}", ["2026-01-05"]) for n in range(200)]
    engine = people(persons)
    measure_profile(engine, as_of=date(2026, 6, 30), reporter=Reporter())
    rows = engine.rows("select category, customers_after from insight.profile where characteristic = 'occupation'")
    assert len(rows) == 16
    assert ("others", 50) in rows


def test_two_files_of_people_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = tmp_path / "2025.csv", tmp_path / "2026.csv"
    head = "id;sexe;csp\n"
    before.write_text(head + "".join(f"{n};{'F' if n % 2 else 'M'};cadre\n" for n in range(200)), encoding="utf-8")
    after.write_text(head + "".join(f"{n};{'F' if n % 4 else 'M'};\n" for n in range(200)), encoding="utf-8")
    main(["profile", str(before), str(after), "--column", "sexe", "--column", "csp", "--json"])
    answer = json.loads(capsys.readouterr().out)
    women = next(row for row in answer["profile"] if row["category"] == "F")
    assert (women["ratio_before"], women["ratio_after"], women["is_significant"]) == (0.5, 0.75, True)
    assert [test["missing_after"] for test in answer["tests"]] == [200, 0]
    main(["profile", str(before), str(after), "--column", "sexe", "--customer", "id"])
    assert "femmes" in capsys.readouterr().out


def test_a_file_alone_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "people.csv"
    path.write_text("sexe\nF\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["profile", str(path)])
    assert stop.value.code == 2
    assert "deux fichiers" in capsys.readouterr().err
