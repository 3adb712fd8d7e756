"""Published figures of the further studies: tests, intervals, scores of satisfaction, catchment."""

from __future__ import annotations

import numpy as np
import pytest

from chaland.insight.intervals import newcombe, wilson
from chaland.insight.matched import mantel_haenszel
from chaland.insight.satisfaction import quadrants

ADMISSIONS = [(512, 825, 89, 108), (353, 560, 17, 25), (120, 325, 202, 593)]
ADMISSIONS += [(138, 417, 131, 375), (53, 191, 94, 393), (22, 373, 24, 341)]
"""Bickel, Hammel & O'Connell 1975: men admitted, men, women admitted, women, in Berkeley's six largest departments."""


def test_berkeley_admissions_do_not_depend_on_sex_once_departments_are_matched() -> None:
    """Mantel-Haenszel: 1.5246, p = 0.2169, without continuity correction; pooled, men lead by 14 points."""
    a, n, b, m = np.array(ADMISSIONS, dtype=float).T
    found = mantel_haenszel(np.zeros(6, dtype=np.int64), 1, n, a, m, b)
    assert round(float(found.p_value[0]), 3) == 0.217
    assert float(found.low[0]) < 0 < float(found.high[0])
    assert round(float(a.sum() / n.sum() - b.sum() / m.sum()), 2) == 0.14


@pytest.mark.parametrize(("count", "total", "low", "high"), [(30, 1000, 2.11, 4.25), (0, 50, 0.0, 7.13)])
def test_wilson_intervals(count: int, total: int, low: float, high: float) -> None:
    assert [round(100 * float(bound), 2) for bound in wilson(count, total)] == [low, high]


def test_newcombes_interval_of_an_incremental_response() -> None:
    """420 of 10,000 against 175 of 5,000: + 0.70 point, 0.04 to 1.33."""
    assert [round(100 * float(bound), 2) for bound in newcombe(420, 10_000, 175, 5_000)] == [0.04, 1.33]


def test_newcombe_1998_example() -> None:
    """56 of 70 against 48 of 80: 0.0524 to 0.3339 by the score method (his method 10)."""
    assert [round(float(bound), 4) for bound in newcombe(56, 70, 48, 80)] == [0.0524, 0.3339]


def test_martilla_and_james_1977_automobile_service() -> None:
    """Their fourteen attributes, mean importance and performance: three call for effort, three matter little."""
    importance = [3.83, 3.63, 3.60, 3.56, 3.41, 3.41, 3.38, 3.37, 3.29, 3.27, 2.52, 2.43, 2.37, 2.05]
    performance = [2.63, 2.73, 3.15, 3.00, 3.05, 3.29, 3.03, 3.11, 2.00, 3.02, 2.25, 2.49, 2.35, 3.33]
    found = quadrants(np.array(importance), np.array(performance))
    assert [place + 1 for place, name in enumerate(found) if name == "concentrate_here"] == [1, 2, 9]
    assert [place + 1 for place, name in enumerate(found) if name == "low_priority"] == [11, 12, 13]
    assert [place + 1 for place, name in enumerate(found) if name == "overkill"] == [14]
