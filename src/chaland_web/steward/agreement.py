"""How far stewards agree beyond chance, on the pairs that two of them judged without seeing each other's answer.

Cohen, J. (1960), "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20:
kappa = (p_o − p_c) / (1 − p_c), with p_o the share of agreement and p_c what the margins alone would give; its
standard error by his equation (7).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Agreement:
    """Agreement of two judges. `kappa` is None where one answer alone was ever given: there is nothing to agree on.

    Attributes:
        pairs: what both judged.
        observed: share on which they agree, p_o.
        expected: share on which chance would make them agree, p_c.
        low, high: 95 % interval of kappa.
    """

    pairs: int
    agreed: int
    observed: float
    expected: float
    kappa: float | None
    low: float | None
    high: float | None


def agreement(answers: Sequence[tuple[str, str]]) -> Agreement | None:
    """Return the agreement of two judges on what both judged; None when that is nothing.

    >>> found = agreement([("same", "same")] * 20 + [("same", "apart")] * 5 + [("apart", "same")] * 10
    ...     + [("apart", "apart")] * 15)
    >>> (found.observed, found.expected, round(found.kappa, 2))
    (0.7, 0.5, 0.4)
    """
    count = len(answers)
    if not count:
        return None
    agreed = sum(one == other for one, other in answers)
    ours, theirs = Counter(one for one, _ in answers), Counter(other for _, other in answers)
    observed = agreed / count
    expected = sum(ours[word] * theirs[word] for word in ours) / count**2
    if expected == 1.0:
        return Agreement(count, agreed, observed, expected, None, None, None)
    kappa = (observed - expected) / (1 - expected)
    error = math.sqrt(observed * (1 - observed) / (count * (1 - expected) ** 2))
    return Agreement(
        count, agreed, observed, expected, kappa, max(-1.0, kappa - 1.96 * error), min(1.0, kappa + 1.96 * error)
    )


@dataclass(frozen=True)
class Couple:
    """Two stewards and their agreement."""

    one: str
    other: str
    agreement: Agreement


def couples(judged: Mapping[str, Mapping[tuple[str, str], str]]) -> list[Couple]:
    """Return the agreement of every two stewards who judged a pair in common, those with most in common first.

    Args:
        judged: steward → pair of records → same or apart.
    """
    found = []
    for one, other in combinations(sorted(judged), 2):
        common = sorted(judged[one].keys() & judged[other].keys())
        told = agreement([(judged[one][pair], judged[other][pair]) for pair in common])
        if told:
            found.append(Couple(one, other, told))
    return sorted(found, key=lambda couple: -couple.agreement.pairs)
