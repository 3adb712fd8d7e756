"""Blocking: which pairs of records are worth comparing.

A blocking rule is one to three atoms (the sound of the last name, the birth year, the street …) that two records must
share. Rules are chosen from the data in front of us: combinations of atoms are candidates, each with its cost (pairs
to compare) and its yield (true pairs it would bring that no chosen rule brings, under the model's agreement rates).
Both are estimated on whole blocks of a sample, since a block beyond the cap costs nothing and brings nothing; the best
yield for the cost is then counted on many more before it is taken, until nothing is left to win or to spend. After
Bilenko, Kamath & Mooney 2006 (ICDM), "Adaptive blocking"; Papadakis et al. 2016 (PVLDB 9), "Comparative analysis of
approximate blocking"; the lazy greedy choice after Minoux 1978.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.identity.blocks import DROPPED, Blocking, grouped
from chaland.identity.numbering import some_keys
from chaland.identity.records import Coded, Codes, Flags, Ints, Records, combined, joint

Floats = npt.NDArray[np.float64]

SAMPLE_RECORDS = 20_000
"""Records, in whole blocks, on which a candidate rule is estimated."""
CHEAP_PAIRS_PER_RECORD = 0.1
COSTLY_PAIRS_PER_RECORD = 1.0
NARROWER_CAPS = (4, 16)
"""A rule costlier than that is a candidate with its cap divided by these too: rare values bring most for their cost."""
NEARLY_WHOLE = 0.98
"""A rule that costs no more than the first, and of which the cap leaves this share, is not made narrower."""
COUNTED_RECORDS = 125_000
"""Records, in whole blocks, on which a favourite rule is counted before it is taken."""
DRAWN_PAIRS = 4_000
"""True pairs drawn under the agreement rates to estimate what a rule brings."""
LEAST_GAIN = 4
"""Drawn pairs that a rule must bring and no other did: one in a thousand."""
ENOUGH_RECALL = 0.999
"""Estimated share of true pairs at which no further rule is sought."""
RULE_OVERHEAD = 0.05
"""What applying a rule costs whatever it brings, in pairs compared per record."""
PAIRS_PER_RECORD = 10
SMALLEST_BUDGET = 1_000_000
NONE: Ints = np.zeros(0, dtype=np.int64)
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
    """Atoms that two records must all share, and the records that may share them before they say nothing."""

    name: str
    atoms: tuple[int, ...]
    cap: int


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
        Atom("birth_date", "day month year", joint(day), 0.85),
        Atom("birth_year", "year", joint(records.birth_year), 0.92),
        Atom("birth_day", "day month", joint(np.where(known, day % 10_000, -1)), 0.88),
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
        Atom("employer", "employer", records.employer.codes, 0.60),
        Atom("occupation", "occupation", records.occupation.codes, 0.50),
        Atom("birth_place", "birthplace", records.birth_place.codes, 0.60),
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


def household_rules(atoms: list[Atom], cap: int) -> tuple[Rule, ...]:
    """Return the rules that bring the people of one home together, where homes are known: they are always applied."""
    index = {atom.name: place for place, atom in enumerate(atoms)}
    wanted = (("street", "street_number", "town"), ("last_sound", "street", "street_number"))
    return tuple(
        Rule(" + ".join(names), tuple(sorted(index[name] for name in names)), cap)
        for names in wanted
        if all(name in index for name in names)
    )


def rule_codes(rule: Rule, atoms: list[Atom], copies: Ints = NONE) -> Ints:
    """Return the rule's key of each record, -1 where an atom is missing; copies (writings.py) have none."""
    codes = combined(*(atoms[index].codes for index in rule.atoms))
    codes[copies] = -1
    return codes


@dataclass(frozen=True)
class Candidates:
    """Rules that could be taken, the pairs each would compare, and the share of its keyed records the cap leaves it."""

    rules: list[Rule]
    costs: Floats
    kept: Floats


def candidate_rules(atoms: list[Atom], records: int, cap: int, copies: Ints = NONE) -> Candidates:
    """Return combinations of one to three atoms that read different parts of the record, with estimates.

    A combination that is cheap already is not made narrower: it could only bring less. A costly one may be taken for
    its smaller blocks alone.
    """
    cheap = CHEAP_PAIRS_PER_RECORD * records
    samples = [_whole_blocks(atom, copies) for atom in atoms]
    distinct = [int(atom.codes.max()) + 1 for atom in atoms]
    found: dict[tuple[int, ...], tuple[float, float]] = {}
    rules: list[Rule] = []
    estimates: list[tuple[float, float]] = []
    for size in (1, 2, 3):
        for chosen in itertools.combinations(range(len(atoms)), size):
            parts = [part for index in chosen for part in atoms[index].part.split()]
            if len(parts) != len(set(parts)):
                continue
            wider = (found.get(fewer) for fewer in itertools.combinations(chosen, size - 1)) if size > 1 else ()
            if any(one is None or (one[0] <= cheap and one[1] >= NEARLY_WHOLE) for one in wider):
                continue
            lead = max(chosen, key=lambda index: distinct[index])
            sizes = grouped(combined(*(atoms[index].codes[samples[lead].rows] for index in chosen))).sizes
            name = " + ".join(atoms[index].name for index in chosen)
            for limit in (cap, *(cap // divisor for divisor in NARROWER_CAPS)):
                pairs, kept = _pairs_and_kept(sizes, limit)
                rules.append(Rule(name, chosen, limit))
                estimates.append((pairs * samples[lead].scale, kept))
                found.setdefault(chosen, estimates[-1])
                if found[chosen][0] <= COSTLY_PAIRS_PER_RECORD * records:
                    break
    costs, shares = np.array(estimates).reshape(-1, 2).T
    return Candidates(rules, costs, shares)


@dataclass(frozen=True)
class _Sample:
    rows: Ints
    scale: float


def _whole_blocks(atom: Atom, copies: Ints) -> _Sample:
    """Return the records of some of an atom's values, all of them: blocks of rules that read it are whole there."""
    holds = atom.codes >= 0
    holds[copies] = False
    known = np.flatnonzero(holds)
    every = max(1, len(known) // SAMPLE_RECORDS)
    values = int(atom.codes.max()) + 1
    chosen = np.random.default_rng(20_010).random(values) < 1 / every
    rows = known[chosen[atom.codes[known]]]
    return _Sample(rows, len(known) / max(len(rows), 1))


def _pairs_and_kept(sizes: Ints, cap: int) -> tuple[float, float]:
    """Return the pairs of the blocks within the cap, and the share of the records that these blocks hold."""
    kept = sizes[sizes <= cap]
    return float((kept * (kept - 1) // 2).sum()), float(kept.sum()) / max(1.0, float(sizes.sum()))


@dataclass(frozen=True)
class Drawn:
    """True pairs drawn under agreement rates: a record each bears the values of, and the atoms it agrees on."""

    bearer: Ints
    agrees: Flags


def drawn_pairs(atoms: list[Atom], rates: Floats, records: int, copies: Ints = NONE) -> Drawn:
    """Return, per atom and per drawn true pair, whether both records agree on it.

    Which atoms are filled comes from random records; agreement follows `rates`. Pairs differ in how damaged they are
    (their rates are raised to a power), because errors come together.
    """
    random = np.random.default_rng(20_011)
    drawn = np.delete(np.arange(records), copies)
    one, other = (drawn[random.integers(0, len(drawn), DRAWN_PAIRS)] for _ in range(2))
    damage = random.choice([0.4, 1.0, 2.0, 4.0], DRAWN_PAIRS)
    parts = sorted({part for atom in atoms for part in atom.part.split()})
    luck = {part: random.random(DRAWN_PAIRS) for part in parts}
    agrees = np.zeros((len(atoms), DRAWN_PAIRS), dtype=bool)
    for index, atom in enumerate(atoms):
        # one draw a part: a name that keeps its spelling keeps its sound too
        drawn = np.max([luck[part] for part in atom.part.split()], axis=0)
        filled = (atom.codes[one] >= 0) & (atom.codes[other] >= 0)
        agrees[index] = filled & (drawn < rates[index] ** damage)
    return Drawn(one, agrees)


@dataclass(frozen=True)
class Plan:
    """The rules taken, in order, and the share of true pairs they are estimated to bring."""

    rules: tuple[Rule, ...]
    estimated_recall: float


def choose_rules(
    atoms: list[Atom],
    candidates: Candidates,
    rates: Floats,
    blocking: Blocking,
    *,
    budget: int,
    taken: tuple[Rule, ...],
    copies: Ints = NONE,
) -> Plan:
    """Take the rules that bring the most true pairs for their cost, until recall is enough or the budget spent.

    Args:
        rates: agreement rate of each atom among true pairs.
        blocking: writes the pairs of each rule taken.
        budget: pairs that may be written.
        taken: rules the blocking has applied already.
        copies: records that others stand for.
    """
    drawn = drawn_pairs(atoms, rates, len(blocking.is_organisation), copies)
    brings = np.array([np.logical_and.reduce(drawn.agrees[list(rule.atoms)]) for rule in candidates.rules])
    brings = brings.reshape(len(candidates.rules), DRAWN_PAIRS)
    reachable = int(brings.any(axis=0).sum())
    covered = np.zeros(DRAWN_PAIRS, dtype=bool)
    for index, rule in enumerate(taken):
        brought = np.logical_and.reduce(drawn.agrees[list(rule.atoms)])
        covered |= brought & (blocking.blocks(index)[drawn.bearer] != DROPPED)
    costs, kept = candidates.costs.copy(), candidates.kept.copy()
    records = len(blocking.is_organisation)
    one_in = 1 << max(0, (records // COUNTED_RECORDS).bit_length() - 1)
    overhead = RULE_OVERHEAD * records
    chosen, counted = list(taken), set[int]()
    while covered.sum() < ENOUGH_RECALL * reachable:
        gains = (brings & ~covered).sum(axis=1) * kept
        worth = np.where((gains >= LEAST_GAIN) & (costs <= budget), gains / (costs + overhead), 0.0)
        best = int(np.argmax(worth))
        if worth[best] <= 0:
            break
        rule = candidates.rules[best]
        codes = rule_codes(rule, atoms, copies)
        if best not in counted:  # the estimate made it a favourite: count it, and see whether it remains one
            counted.add(best)
            pairs, kept[best] = _pairs_and_kept(grouped(some_keys(codes, one_in)).sizes, rule.cap)
            costs[best] = one_in * pairs
            continue
        blocks = grouped(codes)
        covered |= brings[best] & (blocks.sizes_of(drawn.bearer) <= rule.cap)
        chosen.append(rule)
        budget -= blocking.take(blocks, rule.cap)
        kept[best] = 0.0
    return Plan(tuple(chosen), float(covered.sum() / max(1, reachable)))


def pair_budget(records: int) -> int:
    """Return how many pairs may be compared."""
    return max(SMALLEST_BUDGET, PAIRS_PER_RECORD * records)


def first_rules(left: Ints, right: Ints, rules: tuple[Rule, ...], atoms: list[Atom]) -> Ints:
    """Return, per pair, the index of the first rule whose atoms both records share; -1 when none does."""
    shared = [(atom.codes[left] >= 0) & (atom.codes[left] == atom.codes[right]) for atom in atoms]
    first = np.full(len(left), -1, dtype=np.int64)
    for index in reversed(range(len(rules))):
        brings = np.logical_and.reduce([shared[atom] for atom in rules[index].atoms])
        first[brings] = index
    return first
