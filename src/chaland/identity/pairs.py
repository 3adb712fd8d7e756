"""identity.pairs and identity.model: what a run compared and kept, with the bits of each field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.identity import score
from chaland.identity.cluster import Floats
from chaland.identity.levels import Levels
from chaland.identity.model import Model
from chaland.identity.records import Flags, Ints
from chaland.tables import identity

NEAR_BITS = 6.0
"""Unlinked pairs this close to the threshold are kept for a steward's look."""


@dataclass(frozen=True)
class Kept:
    """Pairs of records worth keeping, the smaller id on the left."""

    left: pa.Array
    right: pa.Array
    rules: Sequence[str]
    levels: Levels
    match_weight: Floats
    household_weight: Floats
    is_linked: Flags

    def table(self, tables: score.WeightTables) -> pa.Table:
        """Return the pairs as rows of identity.pairs."""
        bits = score.weights_by_field(tables, self.levels)
        columns = {
            "record_id_l": self.left,
            "record_id_r": self.right,
            "blocking_rule": pa.array(self.rules, pa.string()),
            "match_weight": pa.array(self.match_weight),
            "match_probability": pa.array(score.probability(self.match_weight)),
            "household_weight": pa.array(self.household_weight),
            "is_linked": pa.array(self.is_linked),
        }
        for index, field in enumerate(identity.WEIGHT_FIELDS):
            columns[f"weight_{field}"] = pa.array(bits[:, index])
        return pa.table(columns)


def worth_keeping(match_weight: Floats, is_linked: Flags, least: float) -> Ints:
    """Return the places of the pairs that are linked, or worth a steward's look.

    Args:
        least: bits a link needs.
    """
    return np.flatnonzero(is_linked | (match_weight > least - NEAR_BITS))


def write_model(engine: Engine, model: Model) -> None:
    """Fill identity.model."""
    rows = score.model_rows(model)
    names = ("comparison", "level", "m_probability", "household_probability", "u_probability", "match_weight")
    kinds = (pa.string(), pa.string(), *[pa.float64()] * 4)
    table = pa.table(
        {
            name: pa.array([row[index] for row in rows], kind)
            for index, (name, kind) in enumerate(zip(names, kinds, strict=True))
        }
    )
    engine.load(identity.MODEL, table)
