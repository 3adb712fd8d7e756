"""Why two records are, or are not, one person: the evidence in words, the same for the screen and the command line.

Reads what a snapshot keeps (record_links, identity_model); pure functions on the shapes of `customer_file`. The sum of
the fields and of what chance says beforehand is the match weight, in bits (Fellegi & Sunter 1969, eq. 14).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from chaland.publish.customer_file import Link

NOTHING_BITS = 0.05
"""Bits too few to be shown with one decimal."""
NEAR_BITS = 4.0
"""A link this close to the threshold could have gone the other way."""
FEWEST_SHARE = 1e-6
"""Share of a level among pairs of one person below which its weight is a guess, not a measure."""


@dataclass(frozen=True)
class Explained:
    """One pair of records: what chance said, what each field adds, strongest first, and whether it is the weakest."""

    link: Link
    parts: tuple[tuple[str, float], ...]
    is_weakest: bool

    @property
    def odds(self) -> int:
        """So many chances to one that the two records are one person (at most 2^40)."""
        return round(2 ** min(max(self.link.match_weight, 0.0), 40.0))


def holding(links: Sequence[Link]) -> list[Link]:
    """Return the fewest, strongest links that hold the records together, in the order in which these joined.

    It is a maximum spanning tree (Kruskal 1956).

    >>> def link(left, right, bits): return Link(left, right, "", bits, 1.0, True, {})
    >>> [one.match_weight for one in holding([link("a", "b", 9.0), link("b", "c", 5.0), link("a", "c", 7.0)])]
    [9.0, 7.0]
    """
    group: dict[str, str] = {}

    def root(record: str) -> str:
        while group.setdefault(record, record) != record:
            record = group[record]
        return record

    kept = []
    for link in sorted(links, key=lambda link: (-link.match_weight, link.record_id_l, link.record_id_r)):
        left, right = root(link.record_id_l), root(link.record_id_r)
        if link.is_linked and left != right:
            group[left] = right
            kept.append(link)
    return kept


def explained(links: Sequence[Link]) -> list[Explained]:
    """Return the evidence of each link, in the order given; the weakest of several is marked."""
    weakest = min(links, key=lambda link: link.match_weight, default=None)
    return [Explained(link, parts(link), link is weakest and len(links) > 1) for link in links]


def parts(link: Link) -> tuple[tuple[str, float], ...]:
    """Return the fields that say something, the strongest evidence for one person first.

    >>> parts(Link("a", "b", "", 7.0, 1.0, True, {"sex": 0.0, "phone": -1.0, "email": 18.0}))
    (('email', 18.0), ('phone', -1.0))
    """
    told = [(name, bits) for name, bits in link.weights.items() if abs(bits) >= NOTHING_BITS]
    return tuple(sorted(told, key=lambda part: -part[1]))


@dataclass(frozen=True)
class Level:
    """One level of one comparison of the model, as identity_model tells it."""

    comparison: str
    level: str
    m_probability: float | None
    household_probability: float | None
    u_probability: float | None
    match_weight: float | None


@dataclass(frozen=True)
class Change:
    """What another answer of one field would do to a pair.

    Attributes:
        is_same: the field would be the same; plainly different otherwise.
        bits: what it would add to the weight.
        match_weight: the weight then.
    """

    field: str
    is_same: bool
    bits: float
    match_weight: float


class Model:
    """The weights of a snapshot's model, to tell what would change a decision."""

    def __init__(self, levels: Sequence[Level]) -> None:
        self.levels = levels

    @cached_property
    def _priors(self) -> dict[str, float]:
        return {row.level: row.match_weight or 0.0 for row in self.levels if row.comparison == "prior"}

    def is_against_household(self, link: Link) -> bool:
        """Tell whether the pair was weighed against two persons of one home rather than strangers."""
        household = self._priors.get("against household")
        strangers = self._priors.get("against strangers", link.prior_bits)
        return household is not None and abs(link.prior_bits - household) < abs(link.prior_bits - strangers)

    def typical_bits(self, comparison: str, *, is_same: bool, against_household: bool) -> float | None:
        """Return what the same value of a field, or another one, weighs on average; None when the model is silent.

        A family of levels ("same 1/2^3", "mobile 1/2^12" …) is averaged by how often one person shows each.
        """
        rows = [row for row in self.levels if row.comparison == comparison]
        if is_same:
            families = [row for row in rows if "1/2^" in row.level] or [row for row in rows if row.level == "same"]
            last = families[-1].level.partition(" ")[0] if families else ""
            rows = [row for row in families if row.level.partition(" ")[0] == last]
        else:
            rows = [row for row in rows if row.level in ("different", "elsewhere")]
        weighed = [(row.m_probability or 0.0, _bits(row, against_household)) for row in rows]
        total = sum(share for share, _ in weighed)
        if total < FEWEST_SHARE:
            return None
        return sum(share * bits for share, bits in weighed) / total

    def changes(self, link: Link, least: float = 0.0) -> list[Change]:
        """Return the single answers that would turn the decision on a pair, the likeliest to be found first.

        Args:
            least: bits a link needs.
        """
        is_over = link.match_weight > least
        against_household = self.is_against_household(link)
        found = []
        for name, bits in link.weights.items():
            typical = self.typical_bits(name, is_same=not is_over, against_household=against_household)
            if typical is None:
                continue
            weight = link.match_weight - bits + typical
            if (weight > least) != is_over:
                found.append(Change(name, not is_over, typical - bits, weight))
        # a field that says nothing yet is easier to ask than one to be found wrong
        return sorted(found, key=lambda change: (abs(link.weights[change.field]) >= NOTHING_BITS, abs(change.bits)))


def _bits(row: Level, against_household: bool) -> float:
    if not against_household or not row.m_probability or not row.household_probability:
        return row.match_weight or 0.0
    return math.log2(row.m_probability / row.household_probability)


@dataclass(frozen=True)
class Decision:
    """What a steward said of two records, and what became of it."""

    record_id_l: str
    record_id_r: str
    decision: str
    outcome: str
    decided_at: datetime
    decided_by: str | None
    reason: str | None


@dataclass(frozen=True)
class Story:
    """How a customer's records came together.

    Attributes:
        holding: the links that hold him, in the order in which his records joined.
        near: his links, and pairs with others, within NEAR_BITS of the threshold.
        linked_pairs: pairs of his records that are over the threshold; all_pairs: how many there are.
    """

    holding: tuple[Explained, ...]
    near: tuple[Explained, ...]
    linked_pairs: int
    all_pairs: int

    @property
    def weakest(self) -> Explained | None:
        """The link without which he would be two; None for one record."""
        return min(self.holding, key=lambda one: one.link.match_weight, default=None)


def story(records: int, links: Sequence[Link], with_others: Sequence[Link], least: float = 0.0) -> Story:
    """Return the story of a customer.

    Args:
        records: his records.
        links: pairs of his own records.
        with_others: pairs of one of his records with somebody else's.
        least: bits a link needs.
    """
    near = [link for link in (*links, *with_others) if abs(link.match_weight - least) <= NEAR_BITS]
    near.sort(key=lambda link: (abs(link.match_weight - least), link.record_id_l, link.record_id_r))
    return Story(
        holding=tuple(explained(holding(links))),
        near=tuple(Explained(link, parts(link), is_weakest=False) for link in near),
        linked_pairs=sum(link.match_weight > least for link in links),
        all_pairs=records * (records - 1) // 2,
    )
