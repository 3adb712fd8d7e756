"""How good is a clustering, against labels: pairs, whole clusters, and B-cubed (Bagga & Baldwin 1998).

And where it errs: which step lost each true pair (blocking, score, clustering), which one made each wrong pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chaland.identity.cluster import all_pairs
from chaland.identity.levels import COMPARISONS, Levels
from chaland.identity.records import Flags, Ints, Strings, coded, combined

Floats = npt.NDArray[np.float64]
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


def codes_of(labels: Anything) -> Ints:
    """Return one small integer per distinct label.

    >>> codes_of(["b", "a", "b"]).tolist()
    [0, 1, 0]
    """
    return coded(pa.array(np.asarray(labels).astype(str).astype(object), pa.string())).codes.astype(np.int64)


def evaluate(found: Anything, truth: Anything) -> Evaluation:
    """Return the quality of clusters `found` against the labels `truth`, one entry a record.

    Pairwise counts pairs of records; cluster counts whole clusters found exactly; B-cubed averages over records.
    Nothing to find and nothing found counts as perfect.

    >>> evaluate(["a", "a", "b", "b"], [1, 1, 1, 2]).pairwise
    Quality(precision=0.5, recall=0.3333333333333333)
    """
    one, other = codes_of(found), codes_of(truth)
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


RIGHT, BY_BLOCKING, BY_SCORE, BY_CLUSTERING, WRONG_BY_SCORE, WRONG_BY_CLUSTERING = range(6)
KINDS = (
    "right",
    "missed by blocking",
    "missed by score",
    "missed by clustering",
    "wrong by score",
    "wrong by clustering",
)
"""What became of a pair that is true or was found. Blocking: never compared; score: weighed on the wrong side of the
threshold; clustering: weighed right, and put apart or together all the same."""


@dataclass(frozen=True)
class Judged:
    """Every pair that is true or was found, left < right, with its kind (an index of KINDS)."""

    left: Ints
    right: Ints
    kind: npt.NDArray[np.int8]

    def counts(self) -> dict[str, int]:
        """Return the pairs of each kind."""
        return dict(zip(KINDS, np.bincount(self.kind, minlength=len(KINDS)).tolist(), strict=True))

    def where(self, keep: Flags) -> Judged:
        return Judged(self.left[keep], self.right[keep], self.kind[keep])


def same_label_pairs(codes: Ints) -> tuple[Ints, Ints]:
    """Return every pair of records that bear the same label.

    >>> same_label_pairs(np.array([7, 5, 7]))
    (array([0]), array([2]))
    """
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.append(True, codes[order][1:] != codes[order][:-1])) if len(codes) else order
    return all_pairs(order, np.append(starts, len(codes)))


def judge(found: Ints, truth: Ints, left: Ints, right: Ints, weight: Floats, *, least: float) -> Judged:
    """Return what became of every pair that is true or was found.

    Args:
        found: cluster of each record.
        truth: label of each record.
        left, right, weight: the candidate pairs (left < right) and their weights, bits.
        least: weight above which a pair was linked.
    """
    count = max(len(found), 1)
    candidates = left * count + right
    order = np.argsort(candidates)
    candidates, weight = candidates[order], weight[order]
    true = np.sort(_packed(same_label_pairs(truth), count))
    made = np.sort(_packed(same_label_pairs(found), count))
    pairs = np.union1d(true, made)
    one, other = pairs // count, pairs % count
    is_true, is_made = truth[one] == truth[other], found[one] == found[other]
    place = np.minimum(np.searchsorted(candidates, pairs), max(len(candidates) - 1, 0))
    is_candidate = candidates[place] == pairs if len(candidates) else np.zeros(len(pairs), dtype=bool)
    is_over = is_candidate & (weight[place] > least) if len(candidates) else is_candidate
    missed = np.where(is_over, BY_CLUSTERING, np.where(is_candidate, BY_SCORE, BY_BLOCKING))
    wrong = np.where(is_over, WRONG_BY_SCORE, WRONG_BY_CLUSTERING)
    kind = np.where(is_true & is_made, RIGHT, np.where(is_true, missed, wrong)).astype(np.int8)
    return Judged(one, other, kind)


def _packed(pairs: tuple[Ints, Ints], count: int) -> Ints:
    return pairs[0] * count + pairs[1]


def patterns(levels: Levels, most: int = 12) -> list[tuple[str, int]]:
    """Return the most frequent patterns of comparison levels in words, classes of frequency left out, with counts."""
    words = [
        ("missing", *one.named, *(family for family in one.families for _ in range(_classes(one.levels, one.named))))
        for one in COMPARISONS
    ]
    kinds = [dict.fromkeys(names) for names in words]
    packed = np.zeros(len(levels), dtype=np.int64)
    for index, names in enumerate(words):
        rank = {name: place for place, name in enumerate(kinds[index])}
        packed = packed * len(rank) + np.array([rank[name] for name in names])[levels[:, index]]
    distinct, first, counts = np.unique(packed, return_index=True, return_counts=True)
    order = np.lexsort((distinct, -counts))[:most]
    return [(_described(levels[first[place]], words), int(counts[place])) for place in order]


def _classes(levels: tuple[str, ...], named: tuple[str, ...]) -> int:
    families = {level.rpartition(" ")[0] for level in levels[1 + len(named) :]}
    return (len(levels) - 1 - len(named)) // max(len(families), 1)


def _described(levels: Levels, words: list[tuple[str, ...]]) -> str:
    told = zip(COMPARISONS, words, levels.tolist(), strict=True)
    return ", ".join(f"{one.name} {names[level]}" for one, names, level in told if level)


def by_source(judged: Judged, sources: Strings) -> dict[tuple[str, str], dict[str, int]]:
    """Return the pairs of each kind, by the two sources they join (in alphabetical order).

    Args:
        sources: source of each record.
    """
    names = sorted(set(sources.tolist()))
    rank = {name: place for place, name in enumerate(names)}
    code = np.array([rank[name] for name in sources.tolist()], dtype=np.int64)
    one, other = code[judged.left], code[judged.right]
    couple = np.minimum(one, other) * len(names) + np.maximum(one, other)
    return {
        (names[key // len(names)], names[key % len(names)]): judged.where(couple == key).counts()
        for key in np.unique(couple).tolist()
    }


@dataclass(frozen=True)
class AtThreshold:
    """The links of a threshold against the labels, before any clustering."""

    match_probability: float
    match_weight: float
    quality: Quality


THRESHOLD_BITS = (-4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 14.0)


def at_thresholds(weight: Floats, is_true: Flags, true_pairs: int) -> list[AtThreshold]:
    """Return what each threshold would link: precision and recall of pairs over it.

    Args:
        weight: match weights of the pairs compared, bits. is_true: whether each is one person by the labels.
        true_pairs: pairs to be found, compared or not.

    >>> rows = at_thresholds(np.array([5.0, 0.5, -3.0]), np.array([True, False, True]), 2)
    >>> [(row.match_weight, row.quality.precision, row.quality.recall) for row in rows][3:5]
    [(0.0, 0.5, 0.5), (1.0, 1.0, 0.5)]
    """
    order = np.argsort(-weight, kind="stable")
    right = np.append(0, np.cumsum(is_true[order]))
    made = [int((weight > bits).sum()) for bits in THRESHOLD_BITS]
    return [
        AtThreshold(
            float(1 / (1 + 2**-bits)),
            bits,
            Quality(_ratio(int(right[count]), count), _ratio(int(right[count]), true_pairs)),
        )
        for bits, count in zip(THRESHOLD_BITS, made, strict=True)
    ]


def best_threshold(rows: Sequence[AtThreshold]) -> AtThreshold:
    """Return the row of the best F1; among equals the one nearest to even odds."""
    return max(rows, key=lambda row: (row.quality.f1, -abs(row.match_weight)))
