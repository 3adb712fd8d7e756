"""Why the records of a customer were joined: the links that hold him, drawn in bits. The story is publish's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chaland.publish import customer_file as shapes
from chaland.publish.story import Explained, explained, holding
from chaland_web.charts import Step, waterfall

__all__ = ["Evidence", "explain", "holding"]


@dataclass(frozen=True)
class Evidence:
    """One link: both records, its waterfall, and whether it is the weakest that holds."""

    told: Explained
    left: shapes.Record | None
    right: shapes.Record | None
    steps: list[Step]
    zero: float

    @property
    def link(self) -> shapes.Link:
        return self.told.link

    @property
    def is_weakest(self) -> bool:
        return self.told.is_weakest

    @property
    def odds(self) -> int:
        return self.told.odds


def explain(links: Sequence[shapes.Link], records: Sequence[shapes.Record]) -> list[Evidence]:
    """Return the evidence of each link, in the order given; the weakest is marked."""
    by_id = {record.record_id: record for record in records}
    found = []
    for told in explained(links):
        steps, zero = waterfall(told.link.prior_bits, told.parts)
        left, right = by_id.get(told.link.record_id_l), by_id.get(told.link.record_id_r)
        found.append(Evidence(told, left, right, steps, zero))
    return found
