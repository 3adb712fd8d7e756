"""Organisations beside persons: told apart by their company numbers, with the persons who write for them.

One SIRET is one establishment, so one customer; two SIREN are two companies, whatever their records share. A person
who writes for an organisation is linked to it and never merged with it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity.cluster import Weigh, all_pairs
from chaland.identity.decisions import Pairs, constrained
from chaland.identity.records import Ints, coded
from chaland.tables import clean, identity

LARGEST_COMPANY = 200
"""Records of one SIRET beyond which it is the retailer's own, or a default: it joins nobody."""
LARGEST_GROUP = 200
"""Records of a customer whose numbers are held against each other pair by pair."""


def told_by_number(engine: Engine, record_ids: pa.Array, person: Ints, weigh: Weigh) -> Ints:
    """Return the persons, organisations joined by one SIRET and parted by two SIREN.

    Args:
        record_ids: every record, in order.
        person: person of each record, named by its smallest record.
        weigh: match weights of pairs of records, bits.
    """
    numbers = engine.arrow(sql_text("chaland.identity", "companies.sql"))
    if not len(numbers):
        return person
    place = pc.index_in(numbers["record_id"].combine_chunks(), value_set=record_ids).to_numpy().astype(np.int64)
    siren, siret = coded(numbers["siren"]).codes, coded(numbers["siret"]).codes
    same = _same(place, siret.astype(np.int64))
    apart = _apart(place, siren.astype(np.int64), person[place])
    return constrained(person, same, apart, weigh)


def _same(place: Ints, siret: Ints) -> Pairs:
    """Return each record with the next of its SIRET."""
    order = np.lexsort((place, siret))
    order = order[siret[order] >= 0]
    sizes = np.bincount(siret[order], minlength=1)
    order = order[sizes[siret[order]] <= LARGEST_COMPANY]
    one, other = order[:-1], order[1:]
    alike = siret[one] == siret[other]
    return np.stack([place[one[alike]], place[other[alike]]], axis=1)


def _apart(place: Ints, siren: Ints, person: Ints) -> Pairs:
    """Return the pairs of one customer whose SIREN differ."""
    order = np.lexsort((place, person))
    bounds = np.append(np.flatnonzero(np.append(True, person[order][1:] != person[order][:-1])), len(order))
    sizes = np.diff(bounds)
    small = (sizes > 1) & (sizes <= LARGEST_GROUP)
    kept = order[np.repeat(small, sizes)]
    one, other = all_pairs(np.arange(len(kept)), np.append(0, np.cumsum(sizes[small])))
    one, other = kept[one], kept[other]
    differ = siren[one] != siren[other]
    return np.stack([place[one[differ]], place[other[differ]]], axis=1)


def write_contact_persons(engine: Engine, *, max_surnames_per_contact: int) -> int:
    """Fill identity.contact_persons; return its rows.

    Args:
        max_surnames_per_contact: persons who share an organisation's e-mail or telephone beyond which it tells nobody.
    """
    engine.create_missing(clean.COMPANIES)
    return engine.fill(
        identity.CONTACT_PERSONS, "chaland.identity", "contact_persons.sql", most=max_surnames_per_contact
    )
