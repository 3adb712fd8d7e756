"""Which pairs of a base a steward should be asked about: identity.questions, best first.

A pair is asked where the model hesitates, where the answer concerns many records, and where none like it is asked yet
(`labels.worth_asking`). One answer settles two customers: one question a couple of persons. What a steward has
spoken of already is not asked again.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity import score
from chaland.identity.labels import worth_asking
from chaland.identity.records import coded
from chaland.tables import identity

MOST = 1_000
"""Questions kept: months of a steward's work; each run asks anew."""
FAR_BITS = 6.0
"""Bits from the threshold beyond which a pair is not asked about: the model errs there once in sixty-four."""


def write_questions(engine: Engine, *, least: float) -> int:
    """Fill identity.questions from identity.pairs, persons, customers and decisions; return how many.

    Args:
        least: bits a link needs.
    """
    asked = engine.arrow(sql_text("chaland.identity", "questions.sql"), {"least": least, "far": FAR_BITS})
    weight, concerned = asked["match_weight"].to_numpy(), asked["concerned"].to_numpy()
    # one code per distinct set of bits by field: pairs that look alike
    vector = coded(asked["bits"]).codes.astype(np.int64)
    chosen = worth_asking(weight, concerned, vector, MOST, least=least)
    doubt = score.probability(-np.abs(weight - least))
    columns = ("record_id_l", "record_id_r", "match_weight", "match_probability", "is_linked")
    table = asked.select(columns).take(pa.array(chosen))
    table = table.append_column("rank", pa.array(np.arange(1, len(chosen) + 1), pa.int32()))
    table = table.append_column("expected_gain", pa.array((doubt * concerned)[chosen]))
    table = table.append_column("related", pa.array(np.bincount(vector, minlength=1)[vector[chosen]] - 1, pa.int32()))
    return engine.load(identity.QUESTIONS, table)
