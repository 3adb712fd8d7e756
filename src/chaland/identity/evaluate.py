"""How good is a clustering, against labels: pairs, whole clusters, and B-cubed (Bagga & Baldwin 1998)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.identity.records import Ints, combined

Anything = Sequence[object] | npt.NDArray[np.generic]


@dataclass(frozen=True)
class Quality:
    """Precision, recall and their harmonic mean, all ratios from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Evaluation:
    """The three readings of one clustering, with the pairs behind the first."""

    pairwise: Quality
    cluster: Quality
    b_cubed: Quality
    true_pairs: int
    found_pairs: int
    right_pairs: int


def _codes(labels: Anything) -> Ints:
    return np.unique(np.asarray(labels).astype(str), return_inverse=True)[1].astype(np.int64)


def evaluate(found: Anything, truth: Anything) -> Evaluation:
    """Return the quality of clusters `found` against the labels `truth`, one entry a record.

    Pairwise counts pairs of records; cluster counts whole clusters found exactly; B-cubed averages over records.
    Nothing to find and nothing found counts as perfect.

    >>> evaluate(["a", "a", "b", "b"], [1, 1, 1, 2]).pairwise
    Quality(precision=0.5, recall=0.3333333333333333)
    """
    one, other = _codes(found), _codes(truth)
    cells, cell_of, cell_sizes = np.unique(combined(one, other), return_inverse=True, return_counts=True)
    sizes_found, sizes_true = np.bincount(one), np.bincount(other)
    right, positive, true = (_pairs(sizes) for sizes in (cell_sizes, sizes_found, sizes_true))
    cell = cell_sizes[cell_of].astype(float)
    exact = np.zeros(len(cells), dtype=bool)
    exact[cell_of] = (cell == sizes_found[one]) & (cell == sizes_true[other])
    return Evaluation(
        pairwise=Quality(_ratio(right, positive), _ratio(right, true)),
        cluster=Quality(_ratio(int(exact.sum()), len(sizes_found)), _ratio(int(exact.sum()), len(sizes_true))),
        b_cubed=Quality(
            float((cell / sizes_found[one]).mean()) if len(cell) else 1.0,
            float((cell / sizes_true[other]).mean()) if len(cell) else 1.0,
        ),
        true_pairs=true,
        found_pairs=positive,
        right_pairs=right,
    )


def _pairs(sizes: npt.NDArray[np.integer]) -> int:
    return int((sizes.astype(np.int64) * (sizes - 1) // 2).sum())


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
