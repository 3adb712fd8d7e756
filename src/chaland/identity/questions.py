"""Which pairs of a base a steward should be asked about: identity.questions, best first.

A pair is asked where the model hesitates, where the answer concerns many records, and where none like it is asked yet
(`labels.worth_asking`). One answer settles two customers: one question a couple of persons. What a steward has
spoken of already is not asked again.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity import score
from chaland.identity.labels import worth_asking
from chaland.identity.records import Ints
from chaland.tables import identity

_ROOM = "chaland.identity"
MOST = 1_000
"""Questions kept: months of a steward's work; each run asks anew."""
FAR_BITS = 6.0
"""Bits from the threshold beyond which a pair is not asked about: the model errs there once in sixty-four."""


def write_questions(engine: Engine, *, least: float, is_part: bool = False) -> int:
    """Fill identity.questions from identity.pairs, persons, customers and decisions; return how many.

    Args:
        least: bits a link needs.
        is_part: those of the last run (identity.previous_questions) are asked again, with what an increment weighed
            (identity.pairs_anew); no other pair of the base is looked at.
    """
    engine.run(_ROOM, "pairs_to_judge.sql" if is_part else "every_pair.sql")
    asked = engine.arrow(sql_text(_ROOM, "questions.sql"), {"least": least, "far": FAR_BITS})
    weight, concerned = asked["match_weight"].to_numpy(), asked["concerned"].to_numpy()
    vector = np.unique(asked["alike"].to_numpy(), return_inverse=True)[1]
    chosen = worth_asking(weight, concerned, vector, MOST, least=least)
    doubt = score.probability(-np.abs(weight - least))
    columns = ("record_id_l", "record_id_r", "match_weight", "match_probability", "is_linked")
    table = asked.select(columns).take(pa.array(chosen))
    table = table.append_column("rank", pa.array(np.arange(1, len(chosen) + 1), pa.int32()))
    table = table.append_column("expected_gain", pa.array((doubt * concerned)[chosen]))
    related = _alike(vector, asked["related"].to_numpy())[chosen] - 1
    table = table.append_column("related", pa.array(related, pa.int32()))
    return engine.load(identity.QUESTIONS, table)


def _alike(vector: Ints, related: npt.NDArray[np.float64]) -> Ints:
    """Return how many pairs look like each, itself included: as the last run counted (nan: it did not), and since.

    >>> _alike(np.array([0, 0, 1, 1]), np.array([np.nan, 9.0, np.nan, np.nan])).tolist()
    [11, 11, 2, 2]
    """
    is_new = np.isnan(related)
    alike = np.zeros(int(vector.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(alike, vector[~is_new], related[~is_new].astype(np.int64) + 1)
    found: Ints = (alike + np.bincount(vector[is_new], minlength=len(alike)))[vector]
    return found
