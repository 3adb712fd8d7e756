"""From pairs to persons: connected components, then agreement instead of chains.

A component in which every pair agrees is one person. In any other, the pairs not yet compared are compared, and its
records are joined best-first while the summed evidence between the two groups stays positive (greedy correlation
clustering: Bansal, Blum & Chawla 2004; Elsner & Schudy 2009). So one wrong link cannot chain two families.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.engine.compiled import compiled
from chaland.identity.records import Flags, Ints

Floats = npt.NDArray[np.float64]
Weigh = Callable[[Ints, Ints], Floats]

LARGEST_GROUP = 200
"""Records in a component beyond which its weakest links are cut before anything else."""
STEP_BITS = 4.0
"""What each turn of cutting asks more of a link."""
CAP_BITS = 30.0
"""No pair weighs more than this in a sum, for or against: one field's error must not outvote three other pairs."""


@dataclass(frozen=True)
class Edges:
    """Weighed pairs of records."""

    left: Ints
    right: Ints
    weight: Floats

    def where(self, keep: npt.NDArray[np.bool_]) -> Edges:
        return Edges(self.left[keep], self.right[keep], self.weight[keep])


def clusters(count: int, edges: Edges, weigh: Weigh, *, least: float = 0.0, first: Ints | None = None) -> Ints:
    """Return the cluster of each record, named by its smallest record.

    Args:
        count: records.
        edges: weighed pairs; those at or below `least` do not link.
        weigh: what pairs of records say of their groups being one person, in bits (see `score.Weigher`).
        least: bits a link needs (0: as likely as not).
        first: the record that stands for each (writings.py): itself when None. Copies go with it, if a link says so.
    """
    if first is not None:
        return _with_copies(count, edges, weigh, least, first)
    links = edges.where(edges.weight > least)
    label = components(count, links.left, links.right)
    label = cut_large(count, label, links, LARGEST_GROUP)
    inside = edges.where(label[edges.left] == label[edges.right])
    sizes = np.bincount(label, minlength=count)
    agreed = np.bincount(label[inside.left], weights=inside.weight > least, minlength=count)
    open_ = (sizes > 2) & (agreed < sizes * (sizes - 1) // 2)
    if not open_.any():
        return label
    members = np.flatnonzero(open_[label])
    members = members[np.argsort(label[members], kind="stable")]
    groups = label[members]
    starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
    bounds = np.append(starts, len(members))
    for low, high in _batches(bounds):
        _settle(label, members, bounds[low : high + 1], weigh)
    return label


def _with_copies(count: int, edges: Edges, weigh: Weigh, least: float, first: Ints) -> Ints:
    """Return the clusters of the records that stand for others, each with its copies.

    Copies go with it where two of them are one person; and, where nothing speaks against it, where it was joined to
    others, as each of them would have been. Of more than LARGEST_GROUP records that only says they are many.
    """
    is_copy = first != np.arange(count)
    among = edges.where(~is_copy[edges.left] & ~is_copy[edges.right])
    label = clusters(count, among, weigh, least=least)
    own = edges.where(is_copy[edges.right] & (first[edges.right] == edges.left))
    written = np.bincount(first, minlength=count)
    joined = np.bincount(label, minlength=count)[label] > 1
    goes = own.weight > least
    open_ = np.flatnonzero(~goes & joined[own.left] & (written[own.left] <= LARGEST_GROUP))
    goes[open_] = weigh(own.left[open_], own.right[open_]) >= 0
    label[own.right[goes]] = label[own.left[goes]]
    return label


def _batches(bounds: Ints, most: int = 4_000_000) -> list[tuple[int, int]]:
    """Return runs of groups whose pairs together stay within `most`: memory stays bounded."""
    sizes = np.diff(bounds)
    pairs = np.cumsum(sizes * (sizes - 1) // 2)
    runs, low, before = [], 0, 0
    for high in range(1, len(sizes) + 1):
        if high == len(sizes) or pairs[high] - before > most:
            runs.append((low, high))
            low, before = high, int(pairs[high - 1])
    return runs


def _settle(label: Ints, members: Ints, bounds: Ints, weigh: Weigh) -> None:
    """Complete the groups between `bounds` with their missing pairs and join each best-first; writes into `label`."""
    left, right = all_pairs(members, bounds)
    weight = np.clip(weigh(left, right), -CAP_BITS, CAP_BITS)
    joined = np.empty(bounds[-1] - bounds[0], dtype=np.int64)
    _join_groups(bounds - bounds[0], weight, joined)
    label[members[bounds[0] : bounds[-1]]] = members[bounds[0] : bounds[-1]][joined]


def all_pairs(members: Ints, bounds: Ints) -> tuple[Ints, Ints]:
    """Return every pair of records of each group; group g is `members[bounds[g]:bounds[g + 1]]`."""
    sizes = np.diff(bounds)
    total = int((sizes * (sizes - 1) // 2).sum())
    left, right = np.empty(total, dtype=np.int64), np.empty(total, dtype=np.int64)
    _write_all_pairs(members, bounds, left, right)
    return left, right


@compiled
def _write_all_pairs(members: Ints, bounds: Ints, left: Ints, right: Ints) -> None:
    position = 0
    for group in range(len(bounds) - 1):
        for i in range(bounds[group], bounds[group + 1]):
            for j in range(i + 1, bounds[group + 1]):
                left[position] = min(members[i], members[j])
                right[position] = max(members[i], members[j])
                position += 1


@compiled
def _join_groups(bounds: Ints, weight: Floats, joined: Ints) -> None:
    """Best-first joining inside each group; `joined` gets, for each place, the first place of its cluster."""
    offset = 0
    for group in range(len(bounds) - 1):
        start = bounds[group]
        size = bounds[group + 1] - start
        sums = np.zeros((size, size))
        position = offset
        for i in range(size):
            for j in range(i + 1, size):
                sums[i, j] = weight[position]
                sums[j, i] = weight[position]
                position += 1
        offset = position
        weights = np.ones(size)
        owner = np.arange(size)
        while True:
            best = 0.0
            best_i, best_j = -1, -1
            for i in range(size):
                if owner[i] != i:
                    continue
                for j in range(i + 1, size):
                    if owner[j] != j or sums[i, j] <= 0.0:
                        continue
                    mean = sums[i, j] / (weights[i] * weights[j])
                    if mean > best:
                        best, best_i, best_j = mean, i, j
            if best_i < 0:
                break
            for k in range(size):
                if k != best_i and k != best_j:
                    sums[best_i, k] += sums[best_j, k]
                    sums[k, best_i] = sums[best_i, k]
            weights[best_i] += weights[best_j]
            for k in range(size):
                if owner[k] == best_j:
                    owner[k] = best_i
        for i in range(size):
            joined[start + i] = start + owner[i]


def cut_large(count: int, label: Ints, links: Edges, limit: int, *, counted: Flags | None = None) -> Ints:
    """Return the components, those of more than `limit` members split by asking more and more of a link.

    Args:
        counted: members that count towards the limit; all of them when None.
    """
    weights = None if counted is None else counted.astype(float)
    least = 0.0
    label = label.copy()
    while True:
        large = (np.bincount(label, weights=weights, minlength=count) > limit)[label]
        if not large.any():
            return label
        least += STEP_BITS
        links = links.where(large[links.left] & (links.weight > least))
        label[large] = components(count, links.left, links.right)[large]


def components(count: int, left: Ints, right: Ints) -> Ints:
    """Return the connected component of each record, named by its smallest record.

    >>> components(4, np.array([1]), np.array([3])).tolist()
    [0, 1, 2, 1]
    """
    parent = np.arange(count)
    _unite(parent, left, right)
    return parent


@compiled
def _unite(parent: Ints, left: Ints, right: Ints) -> None:
    for pair in range(len(left)):
        a, b = left[pair], right[pair]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b
    for record in range(len(parent)):
        root = record
        while parent[root] != root:
            root = parent[root]
        parent[record] = root


def weakest_links(count: int, label: Ints, edges: Edges) -> Floats:
    """Return, per cluster (at its smallest record), the least weight of the strongest links that hold it; else nan.

    The strongest links are those of a maximum spanning tree (Kruskal 1956).
    """
    inside = edges.where(label[edges.left] == label[edges.right])
    order = np.lexsort((inside.right, inside.left, -inside.weight))
    weakest = np.full(count, np.nan)
    _span(np.arange(count), inside.left[order], inside.right[order], inside.weight[order], label, weakest)
    return weakest


@compiled
def _span(parent: Ints, left: Ints, right: Ints, weight: Floats, label: Ints, weakest: Floats) -> None:
    for pair in range(len(left)):
        a, b = left[pair], right[pair]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a != b:
            parent[max(a, b)] = min(a, b)
            weakest[label[left[pair]]] = weight[pair]
