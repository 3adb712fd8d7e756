"""What is told of quality: with labels, where each error was made; without, an estimate that is honest."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.identity.test_dedupe import AS_OF, COLUMNS

from chaland.dedupe import dedupe_files, parse_columns
from chaland.identity.estimate import estimate_quality
from chaland.identity.evaluate import (
    KINDS,
    at_thresholds,
    best_threshold,
    by_source,
    codes_of,
    evaluate,
    judge,
    patterns,
    same_label_pairs,
)
from chaland.identity.levels import COMPARISONS, FIRST_NAME, PHONE
from chaland.identity.score import probability
from chaland.progress import Reporter

TRUTH = codes_of(list("AAABBCD"))
FOUND = codes_of([1, 1, 2, 3, 3, 4, 4])
LEFT, RIGHT = np.array([0, 1, 3, 5]), np.array([1, 2, 4, 6])
WEIGHT = np.array([5.0, -2.0, 4.0, 1.0])


def test_each_pair_is_charged_to_the_step_that_erred() -> None:
    judged = judge(FOUND, TRUTH, LEFT, RIGHT, WEIGHT, least=0.0)
    told = {(a, b): KINDS[k] for a, b, k in zip(judged.left, judged.right, judged.kind, strict=True)}
    assert told == {
        (0, 1): "right",
        (0, 2): "missed by blocking",
        (1, 2): "missed by score",
        (3, 4): "right",
        (5, 6): "wrong by score",
    }


def test_links_that_clustering_made_or_undid_are_charged_to_it() -> None:
    judged = judge(
        codes_of([1, 2, 3, 3, 3]), codes_of(list("AABBC")), np.array([0]), np.array([1]), np.array([9.0]), least=0.0
    )
    assert judged.counts() == {
        "right": 1, "missed by blocking": 0, "missed by score": 0, "missed by clustering": 1,
        "wrong by score": 0, "wrong by clustering": 2,
    }  # fmt: skip


def test_pairs_of_every_kind_add_up_to_the_evaluation() -> None:
    random = np.random.default_rng(4)
    found, truth = random.integers(0, 40, 150), random.integers(0, 60, 150)
    left, right = np.triu_indices(150, 1)
    kept = random.random(len(left)) < 0.3
    judged = judge(found, truth, left[kept], right[kept], random.normal(size=kept.sum()), least=0.0)
    counts, measured = judged.counts(), evaluate(found, truth)
    assert counts["right"] == measured.right_pairs
    assert (
        sum(count for kind, count in counts.items() if kind.startswith("missed"))
        == measured.true_pairs - measured.right_pairs
    )
    assert (
        sum(count for kind, count in counts.items() if kind.startswith("wrong"))
        == measured.found_pairs - measured.right_pairs
    )
    sources = np.array(["web", "card"], dtype=object)[random.integers(0, 2, 150)]
    split = by_source(judged, sources)
    assert set(split) == {("card", "card"), ("card", "web"), ("web", "web")}
    assert {kind: sum(part[kind] for part in split.values()) for kind in KINDS} == counts


def test_pairs_of_one_label_are_all_pairs_of_its_records() -> None:
    left, right = same_label_pairs(codes_of(list("ABABA")))
    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == [(0, 2), (0, 4), (1, 3), (2, 4)]


def test_a_pattern_is_told_in_words_without_classes_of_frequency() -> None:
    levels = np.zeros((3, len(COMPARISONS)), dtype=np.uint8)
    levels[:, COMPARISONS.index(FIRST_NAME)] = [FIRST_NAME.family("same") + 3, FIRST_NAME.family("same") + 9, 0]
    levels[:, COMPARISONS.index(PHONE)] = PHONE.family("mobile") + 20
    assert patterns(levels) == [("first_name same, phone mobile", 2), ("phone mobile", 1)]


def test_the_best_threshold_is_that_of_the_best_f1() -> None:
    weight = np.array([9.0, 7.0, 3.5, 2.5, -0.5])
    rows = at_thresholds(weight, np.array([True, True, True, False, False]), 3)
    best = best_threshold(rows)
    assert (best.match_weight, best.quality.f1) == (3.0, 1.0)
    assert best.match_probability == pytest.approx(8 / 9)


def test_calibrated_weights_are_estimated_exactly() -> None:
    random = np.random.default_rng(5)
    weight = random.normal(2, 5, 20_000)
    true = random.random(20_000) < probability(weight)
    joined = weight > 0
    found = estimate_quality(weight[joined], weight[~joined])
    assert found.precision.value == pytest.approx(true[joined].mean(), abs=0.01)
    assert found.recall.value == pytest.approx(true[joined].sum() / true.sum(), abs=0.01)
    assert true[joined].mean() in found.precision


def test_what_blocking_is_thought_to_lose_lowers_the_recall() -> None:
    whole = estimate_quality(np.full(50, 20.0), np.zeros(0), blocking_recall=1.0)
    less = estimate_quality(np.full(50, 20.0), np.zeros(0), blocking_recall=0.9)
    assert less.recall.value == pytest.approx(0.9 * whole.recall.value)


def test_of_nothing_joined_nothing_is_known() -> None:
    found = estimate_quality(np.zeros(0), np.zeros(0))
    assert (found.precision.low, found.precision.high) == (0.0, 1.0)


def test_a_labelled_file_is_judged_by_kind_source_and_threshold(people: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = dedupe_files(
        [people],
        out,
        columns=parse_columns(COLUMNS),
        id_column="code",
        labels_column="qui",
        as_of=AS_OF,
        reporter=Reporter(),
    )
    told = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    assert found.evaluation is not None
    assert told["pairwise"]["f1"] == found.evaluation.pairwise.f1
    assert told["pairs"]["right"] == found.evaluation.right_pairs
    assert [row["sources"] for row in told["by_source"]] == [["file", "file"]]
    assert max(row["f1"] for row in told["thresholds"]) > 0.9
    assert found.evaluation.pairwise.precision in found.estimate.precision
    assert found.evaluation.pairwise.recall in found.estimate.recall


LABELLED = {
    "fake_1000": (
        "splink_fake_and_transactions/fake_1000.csv",
        "unique_id",
        "cluster",
        "last_name=surname,birth_date=dob",
    ),
    "rldata500": (
        "rldata500/rldata500.parquet",
        "",
        "true_id",
        "first_name=fname_c1+fname_c2,last_name=lname_c1+lname_c2,birth_date=bd/bm/by",
    ),
    "chicago": (
        "dedupe_chicago/csv_example_input_with_true_ids.csv",
        "Id",
        "True Id",
        "organisation=Site name,address=Address,postcode=Zip,phone=Phone",
    ),
}


@pytest.mark.parametrize("name", LABELLED)
def test_the_truth_of_a_labelled_file_lies_in_the_interval(name: str, shared_data: Path, tmp_path: Path) -> None:
    path, number, labels, columns = LABELLED[name]
    found = dedupe_files(
        [shared_data / path],
        tmp_path,
        columns=parse_columns(columns),
        id_column=number,
        labels_column=labels,
        as_of=AS_OF,
        reporter=Reporter(),
    )
    assert found.evaluation is not None
    assert found.evaluation.pairwise.precision in found.estimate.precision
    assert found.evaluation.pairwise.recall in found.estimate.recall
    assert found.estimate.precision.value == pytest.approx(found.evaluation.pairwise.precision, abs=0.12)
    assert found.estimate.recall.value == pytest.approx(found.evaluation.pairwise.recall, abs=0.12)
