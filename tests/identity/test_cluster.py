"""From pairs to persons: components against a plain search, agreement against chains, and whole files measured."""

from __future__ import annotations

import random

import numpy as np

from chaland.identity import cluster
from chaland.identity.evaluate import Quality, evaluate


def searched(count: int, pairs: list[tuple[int, int]]) -> list[int]:
    """Return the components by a plain search: the oracle."""
    label = list(range(count))
    for start in range(count):
        if label[start] != start:
            continue
        open_ = [start]
        while open_:
            one = open_.pop()
            for a, b in pairs:
                other = b if a == one else a if b == one else one
                if other > start and label[other] == other and other != start:
                    label[other] = start
                    open_.append(other)
    return label


def test_components_agree_with_a_plain_search_on_random_graphs() -> None:
    for seed in range(20):
        chance = random.Random(seed)
        pairs = [(chance.randrange(40), chance.randrange(40)) for _ in range(chance.randrange(5, 45))]
        left, right = np.array(pairs).T
        assert cluster.components(40, left, right).tolist() == searched(40, pairs)


def clustered(
    weights: dict[tuple[int, int], float], count: int, unseen: float = -8.0, first: np.ndarray | None = None
) -> list[int]:
    left, right = (np.array(side) for side in zip(*weights, strict=True))

    def weigh(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.array([weights.get((a, b), unseen) for a, b in zip(one.tolist(), other.tolist(), strict=True)])

    edges = cluster.Edges(left, right, np.array(list(weights.values())))
    return cluster.clusters(count, edges, weigh, first=first).tolist()


def test_two_families_are_not_chained_by_one_wrong_link() -> None:
    weights = {(0, 1): 12.0, (1, 2): 12.0, (0, 2): 11.0, (2, 3): 2.0, (3, 4): 12.0, (4, 5): 12.0, (3, 5): 11.0}
    assert clustered(weights, 6) == [0, 0, 0, 3, 3, 3]


def test_a_missing_link_between_agreeing_records_is_completed() -> None:
    assert clustered({(0, 1): 9.0, (1, 2): 9.0}, 3, unseen=-3.0) == [0, 0, 0]


def test_a_pair_stands_alone_when_it_links() -> None:
    assert clustered({(0, 1): 0.5, (2, 3): -0.5}, 4) == [0, 0, 2, 3]


def test_a_group_too_large_is_cut_at_its_weakest_links() -> None:
    left = np.arange(9)
    weight = np.where(left == 4, 1.0, 20.0)
    links = cluster.Edges(left, left + 1, weight)
    label = cluster.components(10, links.left, links.right)
    assert cluster.cut_large(10, label, links, limit=6).tolist() == [0] * 5 + [5] * 5


def test_the_weakest_link_is_that_of_the_spanning_tree() -> None:
    edges = cluster.Edges(np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([9.0, 1.0, 4.0]))
    weakest = cluster.weakest_links(4, np.array([0, 0, 0, 3]), edges)
    assert weakest[0] == 4.0
    assert np.isnan(weakest[3])


def test_a_perfect_clustering_is_measured_perfect() -> None:
    found = evaluate(["x", "x", "y"], [7, 7, 9])
    assert (found.pairwise, found.cluster, found.b_cubed) == (Quality(1, 1), Quality(1, 1), Quality(1, 1))


def test_nothing_joined_has_no_recall() -> None:
    found = evaluate([1, 2, 3, 4], ["a", "a", "b", "c"])
    assert found.pairwise == Quality(1.0, 0.0)
    assert found.cluster == Quality(0.5, 2 / 3)
