"""All the blocking keys of one record looked up at once: one compiled loop over the rules of the index.

A record asked in real time has some forty keys; called one rule after another from Python, each costs more than its
search among millions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chaland.engine.compiled import compiled
from chaland.identity.fingerprints import Fingerprints, folded, seed
from chaland.identity.records import Ints

ROW = np.uint64(0xFFFFFFFF)
"""The lower half of a packed key is its record's row (indexing.py)."""


def rule_name(names: Sequence[str]) -> str:
    """Return the name of the segment of a rule's keys."""
    return " + ".join(sorted(names))


@dataclass(frozen=True)
class RuleTable:
    """The rules of an index as arrays.

    Attributes:
        atoms: names of the atoms that rules read.
        seeds: per rule, the fingerprint its keys begin with.
        starts, members: the atoms of rule r, in order, are members[starts[r]:starts[r + 1]], places in `atoms`.
        low, high: per rule, where its segment of the keys begins and ends.
    """

    atoms: tuple[str, ...]
    seeds: Fingerprints
    starts: Ints
    members: Ints
    low: Ints
    high: Ints

    @classmethod
    def of(cls, rules: Sequence[Sequence[str]], segments: Mapping[str, Sequence[int]]) -> RuleTable:
        """Prepare rules, each a list of atoms."""
        atoms = tuple(sorted({name for names in rules for name in names}))
        bounds = [segments[rule_name(names)] for names in rules]
        return cls(
            atoms=atoms,
            seeds=np.array([seed(rule_name(names)) for names in rules], dtype=np.uint64),
            starts=np.cumsum([0, *map(len, rules)]).astype(np.int64),
            members=np.array([atoms.index(name) for names in rules for name in sorted(names)], dtype=np.int64),
            low=np.array([low for low, _ in bounds], dtype=np.int64),
            high=np.array([high for _, high in bounds], dtype=np.int64),
        )

    def rows_sharing(self, keys: Fingerprints, atom: Callable[[str], Fingerprints]) -> Ints:
        """Return the rows that share a key with one record under any rule, sorted, each once.

        Args:
            keys: the packed keys of the index, sorted within each segment.
            atom: gives the fingerprint of an atom of the record, one entry.
        """
        parts = np.array([atom(name)[0] for name in self.atoms], dtype=np.uint64)
        low, high = np.zeros(len(self.seeds), dtype=np.int64), np.zeros(len(self.seeds), dtype=np.int64)
        _bounds(keys, self.seeds, self.starts, self.members, self.low, self.high, parts, low, high)
        found = [keys[low[rule] : high[rule]] for rule in np.flatnonzero(high > low)]
        rows = np.concatenate(found) & ROW if found else np.zeros(0, dtype=np.uint64)
        return np.unique(rows).astype(np.int64)


@compiled
def _bounds(
    keys: Fingerprints,
    seeds: Fingerprints,
    starts: Ints,
    members: Ints,
    first: Ints,
    last: Ints,
    parts: Fingerprints,
    low: Ints,
    high: Ints,
) -> None:
    for rule in range(len(seeds)):
        key, lacks = seeds[rule], False
        for place in range(starts[rule], starts[rule + 1]):
            part = parts[members[place]]
            lacks |= part == 0
            key = folded(key, part)
        if not lacks:
            upper = key & ~np.uint64(0xFFFFFFFF)
            low[rule] = first[rule] + np.searchsorted(keys[first[rule] : last[rule]], upper)
            above = np.searchsorted(keys[low[rule] : last[rule]], upper | np.uint64(0xFFFFFFFF), side="right")
            high[rule] = low[rule] + above
