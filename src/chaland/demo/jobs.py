"""Projects drawn up in the shops and installations at home: what, where, when, for how much.

A signed project causes purchases (`sales.py`). The shop's folder and the installer's are two systems that do not know
each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.demo.catalogue import PROJECT_MISSIONS
from chaland.demo.history import Array, stream
from chaland.demo.people import People
from chaland.demo.presence import Records

KINDS = tuple(PROJECT_MISSIONS)
KIND_SHARES = (0.24, 0.22, 0.16, 0.18, 0.08, 0.12)
KIND_EUROS = (7200, 5400, 3100, 1500, 700, 1900)
SIGNED_SHARE = 0.62


@dataclass(frozen=True)
class Jobs:
    """One value per record of `projets` or `poses`, in their order.

    Attributes:
        kind: index in KINDS.
        works_day: end of works, or where it would be; after the history when it is not done yet.
        is_signed: the quote was accepted.
        cents: quote, tax included.
    """

    person: Array
    shop: Array
    kind: Array
    opened_day: Array
    works_day: Array
    is_signed: Array
    cents: Array


def draw_jobs(people: People, records: Records, seed: int, *, signed: float = SIGNED_SHARE) -> Jobs:
    """Return what each record of a project or installation file is about."""
    rng = stream(seed, f"jobs {records.system}")
    count = records.count
    kind = rng.choice(len(KINDS), size=count, p=KIND_SHARES)
    euros = np.asarray(KIND_EUROS)[kind] * np.exp(0.45 * rng.standard_normal(count))
    home = people.home(records.person, records.opened_day)
    return Jobs(
        person=records.person,
        shop=people.home_shop[home],
        kind=kind.astype(np.int8),
        opened_day=records.opened_day,
        works_day=records.opened_day + rng.integers(20, 120, count).astype(np.int32),
        is_signed=rng.random(count) < signed,
        cents=(np.round(euros) * 100).astype(np.int64),
    )
