"""Why the records of a customer were joined: the links that hold him together, told in bits and in odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chaland.publish import customer_file as shapes
from chaland_web.charts import NOTHING, Step, waterfall


@dataclass(frozen=True)
class Evidence:
    """One link: both records, its waterfall, and whether it is the weakest that holds."""

    link: shapes.Link
    left: shapes.Record | None
    right: shapes.Record | None
    steps: list[Step]
    zero: float
    is_weakest: bool

    @property
    def odds(self) -> int:
        """So many chances to one that the two records are one person (at most 2^40)."""
        return round(2 ** min(max(self.link.match_weight, 0.0), 40.0))


def holding(links: Sequence[shapes.Link]) -> list[shapes.Link]:
    """Return the fewest, strongest links that hold the records together: a maximum spanning tree.

    >>> def link(left, right, bits): return shapes.Link(left, right, "", bits, 1.0, True, {})
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


def explain(links: Sequence[shapes.Link], records: Sequence[shapes.Record]) -> list[Evidence]:
    """Return the evidence of each link, in the order given; the weakest is marked."""
    by_id = {record.record_id: record for record in records}
    weakest = min(links, key=lambda link: link.match_weight, default=None)
    found = []
    for link in links:
        parts = sorted(
            ((name, bits) for name, bits in link.weights.items() if abs(bits) >= NOTHING), key=lambda part: -part[1]
        )
        steps, zero = waterfall(link.prior_bits, parts)
        found.append(
            Evidence(
                link,
                by_id.get(link.record_id_l),
                by_id.get(link.record_id_r),
                steps,
                zero,
                link is weakest and len(links) > 1,
            )
        )
    return found
