"""What a pair of records says of two groups that another pair links: never more against than its fields do."""

from __future__ import annotations

import numpy as np
import pytest
from tests.identity.town import blank_record, fill_records

from chaland.engine import Engine
from chaland.identity import cluster
from chaland.identity.levels import COMPARISONS, NAMESAKES, Comparer
from chaland.identity.records import read_records
from chaland.identity.score import Weigher, WeightTables

NAME = {"first_name_key": "LEA", "last_name_key": "MARTIN"}
SAME, DIFFERENT, PRIOR = 5.0, -4.0, -13.5


@pytest.fixture
def weigher() -> Weigher:
    """Return the weigher of four namesakes: every field that agrees says 5 bits, every one that differs says -4.

    How many bear their two names says nothing.
    """
    engine = Engine()
    fill_records(
        engine,
        [
            blank_record("s:0", **NAME, mobile="+33612345678"),
            blank_record("s:1", **NAME, mobile="+33612345678", email_key="coquelicot@mail.fr"),
            blank_record("s:2", **NAME, email_key="coquelicot@mail.fr"),
            blank_record("s:3", **NAME, mobile="+33698765432"),
        ],
    )
    bits = tuple(np.array([0.0, DIFFERENT, *[SAME] * (len(one.levels) - 2)]) for one in COMPARISONS)
    bits = tuple(bits[at] if one is not NAMESAKES else 0.0 * bits[at] for at, one in enumerate(COMPARISONS))
    tables = WeightTables(bits, bits, bits, PRIOR, np.inf, -np.inf)
    return Weigher(Comparer(read_records(engine, max_surnames_per_contact=5)), tables)


def test_a_pair_that_links_says_its_match_weight(weigher: Weigher) -> None:
    assert weigher(np.array([0, 1]), np.array([1, 2])).tolist() == [3 * SAME + PRIOR, 3 * SAME + PRIOR]


def test_a_pair_with_too_little_in_common_says_nothing_against(weigher: Weigher) -> None:
    one, other = np.array([0]), np.array([2])
    assert weigher.match_weights(one, other).tolist() == [2 * SAME + PRIOR]
    assert weigher(one, other).tolist() == [0.0]


def test_a_pair_that_differs_says_what_its_fields_say(weigher: Weigher) -> None:
    assert weigher(np.array([0]), np.array([3])).tolist() == [DIFFERENT]


def test_a_threshold_is_asked_of_links_and_not_of_silence(weigher: Weigher) -> None:
    strict = Weigher(weigher.comparer, weigher.tables, least=1.0)
    assert strict(np.array([0, 0, 0]), np.array([1, 2, 3])).tolist() == [0.5, 0.0, DIFFERENT]


def test_a_record_known_by_mobile_and_one_known_by_e_mail_meet_in_the_one_that_has_both(weigher: Weigher) -> None:
    left, right = np.array([0, 1]), np.array([1, 2])
    links = cluster.Edges(left, right, weigher.match_weights(left, right))
    assert cluster.clusters(4, links, weigher).tolist() == [0, 0, 0, 3]
