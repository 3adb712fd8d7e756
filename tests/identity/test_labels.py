"""A few hundred answers improve the model; the pairs asked about are those worth asking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import load_rows
from tests.conftest import SHARED_DATA
from tests.identity.test_decisions import word
from tests.identity.test_evaluate import AS_OF, LABELLED

from chaland.config import Settings
from chaland.dedupe_columns import parse_columns
from chaland.dedupe_people import PeopleFile, clean_people, read_people
from chaland.engine import Engine
from chaland.identity import labels, resolve_identities, score
from chaland.identity.evaluate import codes_of, evaluate
from chaland.identity.levels import COMPARISONS
from chaland.identity.match import Matched, match_records
from chaland.identity.realtime import weighed_now
from chaland.identity.records import Ints, read_records
from chaland.progress import Reporter
from chaland.tables import landing


@dataclass
class Sites:
    """Chicago's early-childhood sites, run whole once: its matching, its engine, its index, the true number of each."""

    engine: Engine
    settings: Settings
    matched: Matched
    truth: Ints

    def found(self, column: str) -> Ints:
        rows = self.engine.rows(f"select {column} from identity.persons order by record_id")
        return codes_of([name for (name,) in rows])


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    if not SHARED_DATA.is_dir():
        pytest.skip("the public data sets are not beside the project (../shared/data)")
    path, number, column, columns = LABELLED["chicago"]
    settings = Settings(folder=tmp_path_factory.mktemp("chicago"))
    with Engine() as engine:
        file = PeopleFile(SHARED_DATA / path, parse_columns(columns), number, column)
        read = read_people(engine, [file], Reporter())
        clean_people(engine, settings, as_of=AS_OF, reporter=Reporter())
        records = read_records(engine, max_surnames_per_contact=5)
        truth = codes_of([read.labels[key] for key in records.record_id.to_pylist()])
        yield Sites(engine, settings, match_records(records, settings.identity, Reporter()), truth)


@pytest.fixture
def chicago(sites: Sites) -> tuple[Matched, Ints]:
    return sites.matched, sites.truth


def test_answers_to_the_questions_asked_improve_the_next_run(sites: Sites) -> None:
    """By the model they teach: the pairs answered count as no decision imposed."""
    asked = labels.questions(sites.matched, 300)
    left, right = sites.matched.left[asked], sites.matched.right[asked]
    words = [
        word(line, one, other, "same" if is_one else "apart")
        for line, (one, other, is_one) in enumerate(
            zip(
                *(sites.matched.records.record_id.take(pa.array(side)).to_pylist() for side in (left, right)),
                sites.truth[left] == sites.truth[right],
                strict=True,
            )
        )
    ]
    before = evaluate(sites.matched.person, sites.truth).pairwise
    load_rows(sites.engine, landing.DECISIONS, words)
    reporter = Reporter()
    resolve_identities(
        sites.engine, sites.settings, as_of=AS_OF, reporter=reporter, index=sites.settings.folder / "index"
    )
    assert [step.facts for step in reporter.steps if step.name == "identity.answers"] == [
        {"answers": 300, "learnt": True}
    ]
    after = evaluate(sites.found("coalesce(undecided_customer_id, customer_id)"), sites.truth).pairwise
    assert after.f1 > before.f1 + 0.01
    assert after.precision > before.precision + 0.02
    obeyed = evaluate(sites.found("customer_id"), sites.truth).pairwise
    assert obeyed.f1 > after.f1
    # what the index says now is what the run said, and its fields make the weight
    one, other, weight = sites.engine.rows(
        "select record_id_l, record_id_r, match_weight from identity.pairs order by abs(match_weight - 3) limit 1"
    )[0]
    (now,) = weighed_now(sites.settings.folder / "index", [one], [other])
    assert now.match_weight == pytest.approx(weight, abs=1e-9)
    priors = [row[0] for row in sites.engine.rows("select match_weight from identity.model where comparison = 'prior'")]
    assert min(abs(now.match_weight - sum(now.bits.values()) - prior) for prior in priors) < 1e-9


def test_few_answers_of_one_kind_change_nothing(chicago: tuple[Matched, Ints]) -> None:
    matched, _ = chicago
    asked = labels.questions(matched, 30)
    found = labels.fit(matched.tables, matched.levels[asked], np.ones(30, dtype=bool))
    assert found.is_nothing
    assert labels.corrected(matched.model, found) is matched.model
    assert labels.with_labels(matched, matched.left[asked], matched.right[asked], np.ones(30, dtype=bool)) is matched


def test_answers_drawn_from_the_model_itself_leave_it_nearly_as_it_is(chicago: tuple[Matched, Ints]) -> None:
    matched, _ = chicago
    random = np.random.default_rng(8)
    chosen = random.choice(len(matched.left), 2_000, replace=False)
    answers = random.random(2_000) < score.probability(matched.match_weight[chosen])
    found = labels.fit(matched.tables, matched.levels[chosen], answers)
    told = [index for index, one in enumerate(COMPARISONS) if matched.levels[chosen][:, index].any()]
    factors = {COMPARISONS[index].field or COMPARISONS[index].name for index in told}
    assert {"address", "organisation", "phone"} <= factors
    assert np.abs(found.factors - 1.0).max() < 0.25
    # of fewer than would show it, what is held back is foreseen as well without: nothing is learnt
    few = slice(0, 300)
    ends = matched.left[chosen[few]], matched.right[chosen[few]]
    assert labels.learnt(matched, *ends, answers[few]).is_nothing


@given(
    st.lists(st.tuples(st.floats(-20, 20), st.integers(1, 50), st.integers(0, 3)), min_size=1, max_size=30),
    st.integers(1, 10),
)
def test_the_most_doubtful_pair_comes_first_among_equals(pairs: list[tuple[float, int, int]], count: int) -> None:
    weight, concerned, vector = (np.array(column) for column in zip(*pairs, strict=True))
    asked = labels.worth_asking(weight, np.ones(len(pairs)), vector, count)
    assert len(asked) == len(set(asked.tolist())) == min(count, len(pairs))
    doubt = score.probability(weight) * (1 - score.probability(weight))
    assert doubt[asked[0]] == pytest.approx(doubt.max())
    told = labels.worth_asking(weight, concerned.astype(float), vector, 1)[0]
    assert (doubt * np.sqrt(concerned))[told] == pytest.approx((doubt * np.sqrt(concerned)).max())


def test_a_second_pair_like_the_first_waits_for_another_kind() -> None:
    weight = np.array([0.0, 0.0, 0.0, 1.0])
    assert labels.worth_asking(weight, np.ones(4), np.array([7, 7, 7, 5]), 3).tolist() == [0, 3, 1]
