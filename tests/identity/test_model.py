"""What strangers share, when the rules bring only some of them."""

from __future__ import annotations

import numpy as np

from chaland.identity.levels import EMAIL_OF_NAME
from chaland.identity.model import among_homonyms

SAME, NUMBER = EMAIL_OF_NAME.level("same"), EMAIL_OF_NAME.level("number")
BROUGHT = np.array([0.0, 900.0, 60.0, 10.0, 600.0])
STRANGERS = np.array([0.0, 890.0, 60.0, -2.0, 50.0])


def test_strangers_who_share_an_email_are_set_against_all_homonyms_of_the_file() -> None:
    found = among_homonyms(EMAIL_OF_NAME, BROUGHT, STRANGERS, homonyms=100_000.0)
    assert found.sum() == 100_000.0
    assert found[SAME] == 50.0
    assert found[NUMBER] == 0.1, "one in a hundred of those that share it, at least"
    assert np.isclose(found[1] / found[2], 890 / 60)


def test_where_rules_bring_every_homonym_nothing_is_added() -> None:
    found = among_homonyms(EMAIL_OF_NAME, BROUGHT, STRANGERS, homonyms=10.0)
    assert np.isclose(found.sum(), 1_000.0)
    assert np.isclose(found[1], 890.0 * (1_000.0 - 50.1) / 950.0)


def test_without_any_stranger_brought_the_homonyms_differ() -> None:
    found = among_homonyms(EMAIL_OF_NAME, np.zeros(5), np.zeros(5), homonyms=1e9)
    assert found.tolist() == [0.0, 1e9, 0.0, 0.0, 0.0]
