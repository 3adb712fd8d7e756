"""Blocking: which pairs of records are worth comparing.

A blocking rule is one to three atoms (the sound of the last name, the birth year, the street …) that two records must
share. Rules are chosen from the data in front of us: all combinations of atoms are candidates, each with its cost
(pairs to compare, counted on a sample) and its yield (true pairs it would bring that no chosen rule brings, estimated
under the model's agreement rates), and the best yield for the cost wins until nothing is left to win or to spend.
Blocks larger than the cap are dropped, and counted. After Bilenko, Kamath & Mooney 2006 (ICDM), "Adaptive blocking";
Papadakis et al. 2016 (PVLDB 9), "Comparative analysis of approximate blocking".
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.identity.compiled import compiled
from chaland.identity.records import Coded, Codes, Flags, Ints, Records, combined, joint, sorted_distinct

Floats = npt.NDArray[np.float64]

SAMPLE_RECORDS = 30_000
"""Records on which the cost of a candidate rule is counted."""
DRAWN_PAIRS = 4_000
"""True pairs drawn under the agreement rates to estimate what a rule brings."""
ENOUGH_RECALL = 0.999
"""Estimated share of true pairs at which no further rule is sought."""
PAIRS_PER_RECORD = 10
SMALLEST_BUDGET = 1_000_000
WHOLE_BELOW = 1_200
"""Files this small are compared entirely: no rule at all."""


@dataclass(frozen=True)
class Atom:
    """One thing two records may share: its name, what part of the record it reads, its codes, its agreement rate.

    Two atoms that read the same part never stand in one rule.
    """

    name: str
    part: str
    codes: Codes
    agreement: float


@dataclass(frozen=True)
class Rule:
    """Atoms that two records must all share."""

    name: str
    atoms: tuple[int, ...]


def atoms_of(records: Records) -> list[Atom]:
    """Return the atoms of the columns that hold something, with first guesses of their agreement among true pairs."""
    day = records.birth_date
    known = day >= 0
    first, last = records.first_sound.codes, records.last_sound.codes
    made = [
        Atom("first_name", "first", records.first_name.codes, 0.80),
        Atom("first_sound", "first", first, 0.86),
        Atom("first_start", "first", prefix(records.first_name, 3), 0.88),
        Atom("last_name", "last", records.last_name.codes, 0.80),
        Atom("last_sound", "last", last, 0.86),
        Atom("last_start", "last", prefix(records.last_name, 3), 0.88),
        Atom("last_end", "last", suffix(records.last_name, 3), 0.88),
        Atom("both_names", "first last", unordered(records.first_name, records.last_name), 0.75),
        Atom("birth_name", "last", records.birth_name.codes, 0.80),
        Atom("birth_date", "day month year", records.birth_date, 0.85),
        Atom("birth_year", "year", np.where(known, day // 10_000, -1).astype(np.int32), 0.92),
        Atom("birth_day", "day month", np.where(known, day % 10_000, -1).astype(np.int32), 0.88),
        Atom("street", "street", records.street.codes, 0.60),
        Atom("street_word", "street", records.street_word.codes, 0.65),
        Atom("street_number", "number", records.street_number.codes, 0.65),
        Atom("town", "town", records.town.codes, 0.75),
        Atom("postcode", "postcode", records.postcode.codes, 0.75),
        Atom("phone", "phone", records.phone, 0.55),
        Atom("mobile", "phone", records.mobile, 0.60),
        Atom("email", "email", records.email.codes, 0.70),
        Atom("email_local", "email", records.email_local.codes, 0.75),
        Atom("card", "card", records.card.codes, 0.85),
        Atom("organisation", "company", records.organisation.codes, 0.50),
        Atom("organisation_word", "company", rarest_word(records.organisation), 0.65),
        Atom("organisation_start", "company", prefix(records.organisation, 5), 0.60),
    ]
    return [atom for atom in made if (atom.codes >= 0).any()]


def prefix(names: Coded, length: int) -> Codes:
    """Return the codes of the first letters of each value, spaces left out."""
    return names.mapped([value.replace(" ", "")[:length] for value in names.values]).codes


def suffix(names: Coded, length: int) -> Codes:
    """Return the codes of the last letters of each value."""
    return names.mapped([value.replace(" ", "")[-length:] for value in names.values]).codes


def unordered(first: Coded, last: Coded) -> Codes:
    """Return one code per set of two names, whichever way round they were written."""
    both = Coded(
        np.concatenate([first.codes, np.where(last.codes >= 0, last.codes + len(first.values), -1)]).astype(np.int32),
        np.concatenate([first.values, last.values]),
    ).mapped([*first.values, *last.values])
    one, other = np.split(both.codes, 2)
    return joint(np.where(other >= 0, np.minimum(one, other), -1), np.where(one >= 0, np.maximum(one, other), -1))


def rarest_word(names: Coded) -> Codes:
    """Return the code of the word of each value that the fewest values hold."""
    words = [value.split() for value in names.values]
    holders: dict[str, int] = {}
    for group in words:
        for word in set(group):
            holders[word] = holders.get(word, 0) + 1
    return names.mapped(
        [min((w for w in group if len(w) > 2), key=lambda w: (holders[w], w), default=None) for group in words]
    ).codes


def candidate_rules(atoms: list[Atom]) -> list[Rule]:
    """Return every combination of one to three atoms that read different parts of the record."""
    rules = []
    for size in (1, 2, 3):
        for chosen in itertools.combinations(range(len(atoms)), size):
            parts = [part for index in chosen for part in atoms[index].part.split()]
            if len(parts) == len(set(parts)):
                rules.append(Rule(" + ".join(atoms[index].name for index in chosen), chosen))
    return rules


def household_rules(atoms: list[Atom]) -> tuple[Rule, ...]:
    """Return the rules that bring the people of one home together, where homes are known: they are always applied."""
    index = {atom.name: place for place, atom in enumerate(atoms)}
    wanted = (("street", "street_number", "town"), ("last_sound", "street", "street_number"))
    return tuple(
        Rule(" + ".join(names), tuple(sorted(index[name] for name in names)))
        for names in wanted
        if all(name in index for name in names)
    )


def rule_codes(rule: Rule, atoms: list[Atom]) -> Ints:
    """Return the rule's key of each record, -1 where an atom is missing."""
    return combined(*(atoms[index].codes for index in rule.atoms))


def block_sizes(keys: Ints) -> Ints:
    """Return the number of records in each block, in the order of the keys."""
    ordered = np.sort(keys[keys >= 0])
    if not len(ordered):
        return np.zeros(0, dtype=np.int64)
    edges = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    return np.diff(np.append(edges, len(ordered)))


def rule_costs(rules: list[Rule], atoms: list[Atom], records: int, cap: int) -> Floats:
    """Return the estimated pairs each rule compares, counted on a sample of records and scaled up.

    Pairs of a sample are (n/N)² of all pairs; blocks that would pass the cap count for nothing.
    """
    size = min(records, SAMPLE_RECORDS)
    rows = np.sort(np.random.default_rng(20_010).choice(records, size, replace=False))
    sampled = [Atom(atom.name, atom.part, atom.codes[rows], atom.agreement) for atom in atoms]
    scale = records / size
    costs = np.zeros(len(rules))
    for index, rule in enumerate(rules):
        sizes = block_sizes(rule_codes(rule, sampled)).astype(float)
        sizes = sizes[sizes * scale <= max(cap, 2 * scale)]
        costs[index] = float((sizes * (sizes - 1) / 2).sum()) * scale**2
    return costs


def drawn_agreement(atoms: list[Atom], rates: Floats, records: int) -> Flags:
    """Return, per atom and per drawn true pair, whether both records agree on it.

    Which atoms are filled comes from random records; agreement follows `rates`. Pairs differ in how damaged they are
    (their rates are raised to a power), because errors come together.
    """
    random = np.random.default_rng(20_011)
    one, other = random.integers(0, records, DRAWN_PAIRS), random.integers(0, records, DRAWN_PAIRS)
    damage = random.choice([0.4, 1.0, 2.0, 4.0], DRAWN_PAIRS)
    parts = sorted({part for atom in atoms for part in atom.part.split()})
    luck = {part: random.random(DRAWN_PAIRS) for part in parts}
    agrees = np.zeros((len(atoms), DRAWN_PAIRS), dtype=bool)
    for index, atom in enumerate(atoms):
        # one draw a part: a name that keeps its spelling keeps its sound too
        drawn = np.max([luck[part] for part in atom.part.split()], axis=0)
        filled = (atom.codes[one] >= 0) & (atom.codes[other] >= 0)
        agrees[index] = filled & (drawn < rates[index] ** damage)
    return agrees


@dataclass(frozen=True)
class Plan:
    """The rules chosen, in order, and the share of true pairs they are estimated to bring."""

    rules: tuple[Rule, ...]
    estimated_recall: float
    estimated_pairs: int


def choose_rules(
    atoms: list[Atom], rules: list[Rule], costs: Floats, rates: Floats, records: int, *, taken: tuple[Rule, ...] = ()
) -> Plan:
    """Return the rules that bring the most true pairs for the pairs compared, within the budget.

    Args:
        rates: agreement rate of each atom among true pairs.
        taken: rules already applied; they cost nothing more.
    """
    budget = pair_budget(records)
    agrees = drawn_agreement(atoms, rates, records)
    brings = np.array([np.logical_and.reduce(agrees[list(rule.atoms)]) for rule in rules])
    reachable = brings.any(axis=0)
    covered = np.zeros(DRAWN_PAIRS, dtype=bool)
    chosen = list(taken)
    by_atoms = {rule.atoms: index for index, rule in enumerate(rules)}
    spent = 0.0
    for rule in taken:
        covered |= brings[by_atoms[rule.atoms]]
        spent += costs[by_atoms[rule.atoms]]
    overhead = 0.05 * records
    while covered.sum() < ENOUGH_RECALL * reachable.sum():
        gains = (brings & ~covered).sum(axis=1)
        worth = np.where((gains > 0) & (spent + costs <= budget), gains / (costs + overhead), 0.0)
        best = int(np.argmax(worth))
        if worth[best] <= 0:
            break
        covered |= brings[best]
        spent += costs[best]
        chosen.append(rules[best])
    recall = float(covered.sum() / max(1, reachable.sum()))
    return Plan(tuple(chosen), recall, int(spent))


def pair_budget(records: int) -> int:
    """Return how many pairs may be compared."""
    return max(SMALLEST_BUDGET, PAIRS_PER_RECORD * records)


@dataclass(frozen=True)
class Blocks:
    """Pairs brought by rules: sorted, distinct `left * n + right` with left < right; and what the cap dropped."""

    pairs: Ints
    dropped_blocks: int
    dropped_pairs: int


def pairs_of_rule(keys: Ints, *, cap: int, room: int) -> Blocks:
    """Return the pairs of records sharing a key, largest blocks dropped beyond the cap and beyond the room left.

    Args:
        keys: one key a record, -1 for none.
        cap: records in a block beyond which the key says nothing.
        room: pairs at most.
    """
    order = np.argsort(keys, kind="stable")
    order = order[np.searchsorted(keys[order], 0) :]
    sizes = block_sizes(keys)
    starts = np.cumsum(sizes) - sizes
    counts = sizes * (sizes - 1) // 2
    small = sizes <= cap
    by_size = np.argsort(sizes, kind="stable")
    fits = np.zeros(len(sizes), dtype=bool)
    fits[by_size] = np.cumsum(np.where(small, counts, 0)[by_size]) <= room
    kept = small & fits & (sizes > 1)
    dropped = ~(small & fits)
    out = np.empty(int(counts[kept].sum()), dtype=np.int64)
    _write_pairs(order, starts[kept], sizes[kept], len(keys), out)
    return Blocks(out, int(dropped.sum()), int(counts[dropped].sum()))


@compiled
def _write_pairs(order: Ints, starts: Ints, sizes: Ints, records: int, out: Ints) -> None:
    position = 0
    for block in range(len(starts)):
        start = starts[block]
        for i in range(start, start + sizes[block]):
            for j in range(i + 1, start + sizes[block]):
                left = min(order[i], order[j])
                right = max(order[i], order[j])
                out[position] = left * records + right
                position += 1


def pairs_of_rules(rules: tuple[Rule, ...], atoms: list[Atom], records: Records, *, cap: int, room: int) -> Blocks:
    """Return the distinct pairs brought by any of the rules; a person is never paired with an organisation."""
    count = len(records)
    pairs = np.zeros(0, dtype=np.int64)
    dropped_blocks = dropped_pairs = 0
    for rule in rules:
        found = pairs_of_rule(rule_codes(rule, atoms), cap=cap, room=max(0, room - len(pairs)))
        dropped_blocks += found.dropped_blocks
        dropped_pairs += found.dropped_pairs
        kind = records.is_organisation
        same_kind = kind[found.pairs // count] == kind[found.pairs % count]
        pairs = sorted_distinct(np.concatenate([pairs, found.pairs[same_kind]]))
    return Blocks(pairs, dropped_blocks, dropped_pairs)


def every_pair(records: Records) -> Blocks:
    """Return all pairs of a small file."""
    left, right = np.triu_indices(len(records), 1)
    same_kind = records.is_organisation[left] == records.is_organisation[right]
    return Blocks((left * len(records) + right)[same_kind].astype(np.int64), 0, 0)


def first_rules(left: Ints, right: Ints, rules: tuple[Rule, ...], atoms: list[Atom]) -> Ints:
    """Return, per pair, the index of the first rule whose atoms both records share; -1 when none does."""
    shared = [(atom.codes[left] >= 0) & (atom.codes[left] == atom.codes[right]) for atom in atoms]
    first = np.full(len(left), -1, dtype=np.int64)
    for index in reversed(range(len(rules))):
        brings = np.logical_and.reduce([shared[atom] for atom in rules[index].atoms])
        first[brings] = index
    return first
