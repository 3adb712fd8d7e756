"""Records → persons, in memory: choose rules, compare pairs, learn the model, choose again, weigh, cluster.

The rules are chosen twice: once with guessed agreement rates, to train on; once with the rates found there. The model
is trained on a sample of the pairs; all are then weighed, some at a time, and only those that tell something are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chaland.config import IdentitySettings
from chaland.identity import cluster, keys, model, score
from chaland.identity.blocks import Blocking, Pairs, every_pair, grouped
from chaland.identity.levels import COMPARISONS, FIRST_NAME, Comparer, Levels, compare_in_chunks
from chaland.identity.marginals import measure_marginals, with_share
from chaland.identity.nicknames import NamePair, known_nicknames, learnt_nicknames
from chaland.identity.records import Ints, Records
from chaland.identity.writings import copies_of, first_alike, paired, pairs_of_records
from chaland.progress import Reporter

Floats = npt.NDArray[np.float64]

TRAIN_PAIRS = 1_500_000
"""Pairs the model is trained on, about; more are sampled."""
FIRST_SHARE = 0.6
"""Share of the budget of pairs that the rules chosen before any training may spend."""
RATE_SAMPLE = 200_000
"""Likely pairs on which the agreement rates of atoms are read."""
FEW_PAIRS = 30
"""Likely pairs below which a rate keeps its first guess."""
CHUNK = 1_000_000
"""Pairs weighed at once."""
FAR_BITS = 10.0
"""Pairs this far below the threshold, and of no household, are forgotten once weighed."""

_NONE: Ints = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Matched:
    """What was found: the pairs that tell something, the person of each record, the model and the rules.

    Attributes:
        first: the record that stands for each in comparisons (writings.py).
    """

    records: Records
    left: Ints
    right: Ints
    levels: Levels
    match_weight: Floats
    household_weight: Floats
    person: Ints
    model: model.Model
    tables: score.WeightTables
    weigh: score.Weigher
    atoms: list[keys.Atom]
    rules: tuple[keys.Rule, ...]
    nicknames: list[NamePair]
    pairs_compared: int
    first: Ints


def match_records(records: Records, settings: IdentitySettings, reporter: Reporter) -> Matched:
    """Return who is who among the records; the same for the same records, whatever order they came in."""
    comparer = Comparer(records)
    comparer.learn(known_nicknames())
    atoms = keys.atoms_of(records)
    marginals = measure_marginals(records, comparer)
    marginals = with_share(marginals, FIRST_NAME, "diminutive", comparer.kin_share)
    budget = keys.pair_budget(len(records))
    blocking = Blocking(records.is_organisation, room=2 * budget)
    is_whole = len(records) <= keys.WHOLE_BELOW
    plan = keys.Plan((), 1.0)
    least = float(np.log2(settings.threshold / (1 - settings.threshold)))
    with reporter.step("identity.writings") as step:
        first = np.arange(len(records)) if is_whole else first_alike(records)
        copies = copies_of(first)
        blocking.pairs.append(paired(first))
        # the prior is a share of the pairs compared once: those of writings, and each copy's with its first
        written = 1.0 - len(copies) / max(len(records), 1)
        marginals = replace(marginals, pairs=marginals.pairs * written**2 + len(copies))
        step.note(copies=len(copies))

    def vectors_of(levels: list[Levels], left: Ints, right: Ints) -> model.Vectors:
        of_records = pairs_of_records(first, left, right) if len(copies) else None
        return model.distinct_vectors(_stacked(levels), stride, of_records)

    with reporter.step("identity.rules") as step:
        if is_whole:
            blocking.pairs.append(every_pair(records.is_organisation))
        else:
            candidates = keys.candidate_rules(atoms, len(records), settings.max_block_rows, copies)
            guesses = np.array([atom.agreement for atom in atoms])
            homes = keys.household_rules(atoms, settings.max_block_rows)
            for rule in homes:
                blocking.take(grouped(keys.rule_codes(rule, atoms, copies)), rule.cap)
            affordable = int(FIRST_SHARE * budget) - blocking.written
            plan = keys.choose_rules(
                atoms, candidates, guesses, blocking, budget=affordable, taken=homes, copies=copies
            )
            step.note(candidates=len(candidates.rules))
        step.note(rules=len(plan.rules), recall=round(plan.estimated_recall, 4))
    with reporter.step("identity.train") as step:
        stride = 1 + sum(map(len, blocking.pairs)) // TRAIN_PAIRS
        sample = [_every(stride, pairs) for pairs in blocking.pairs]
        levels = [compare_in_chunks(comparer, pairs.left, pairs.right) for pairs in sample]
        left, right = _ends(sample)
        trained = model.train(vectors_of(levels, left, right), marginals, records)
        known = _stacked(levels)
        learnt = learnt_nicknames(records, left, right, known, score.weight_tables(trained))
        nicknames = sorted({*known_nicknames(), *learnt})
        comparer.learn(nicknames)
        marginals = with_share(marginals, FIRST_NAME, "diminutive", comparer.kin_share)
        levels = [comparer.renamed(left, right, known)]
        step.note(pairs=len(left), iterations=trained.iterations)
        step.note(households=trained.has_households, nicknames_learnt=len(learnt))
    if not is_whole:
        with reporter.step("identity.rules_again") as step:
            likely = score.match_weights(score.weight_tables(trained), _stacked(levels)) > 0
            rates = agreement_rates(atoms, plan.rules, left[likely], right[likely], guesses)
            more = budget - blocking.written
            plan = keys.choose_rules(atoms, candidates, rates, blocking, budget=more, taken=plan.rules, copies=copies)
            step.note(rules=len(plan.rules), recall=round(plan.estimated_recall, 4))
        with reporter.step("identity.train_again") as step:
            more_pairs = [_every(stride, pairs) for pairs in blocking.pairs[len(sample) :]]
            levels += [compare_in_chunks(comparer, pairs.left, pairs.right) for pairs in more_pairs]
            left, right = _ends([*sample, *more_pairs])
            trained = model.train(vectors_of(levels, left, right), marginals, records)
            step.note(pairs=sum(map(len, levels)), iterations=trained.iterations)
    tables = score.weight_tables(trained)
    with reporter.step("identity.weigh") as step:
        found = _weighed(comparer, tables, blocking.pairs, _stacked(levels), stride, least - FAR_BITS)
        step.note(
            pairs=sum(map(len, blocking.pairs)),
            kept=len(found.left),
            dropped_blocks=blocking.dropped_blocks,
            dropped_pairs=blocking.dropped_pairs,
        )
    with reporter.step("identity.cluster") as step:
        weigh = score.Weigher(comparer, tables, least)
        edges = cluster.Edges(found.left, found.right, found.match_weight)
        person = cluster.clusters(len(records), edges, weigh, least=least, first=first)
        step.note(records=len(records), persons=len(np.unique(person)))
    return Matched(
        records=records,
        left=found.left,
        right=found.right,
        levels=found.levels,
        match_weight=found.match_weight,
        household_weight=found.household_weight,
        person=person,
        model=trained,
        tables=tables,
        weigh=weigh,
        atoms=atoms,
        rules=plan.rules,
        nicknames=nicknames,
        pairs_compared=sum(map(len, blocking.pairs)),
        first=first,
    )


@dataclass(frozen=True)
class _Weighed:
    left: Ints
    right: Ints
    levels: Levels
    match_weight: Floats
    household_weight: Floats


def _weighed(
    comparer: Comparer, tables: score.WeightTables, parts: list[Pairs], known: Levels, stride: int, least: float
) -> _Weighed:
    """Return the pairs above `least` bits, or of one household; every `stride`th was compared to train the model."""
    found = []
    seen = 0
    for part in parts:
        for start in range(0, len(part), CHUNK):
            left = part.left[start : start + CHUNK].astype(np.int64)
            right = part.right[start : start + CHUNK].astype(np.int64)
            is_known = np.arange(start, start + len(left)) % stride == 0
            levels = np.empty((len(left), len(COMPARISONS)), dtype=np.uint8)
            levels[is_known] = known[seen : seen + int(is_known.sum())]
            levels[~is_known] = comparer.compare(left[~is_known], right[~is_known])
            seen += int(is_known.sum())
            match, home = score.match_weights(tables, levels), score.household_weights(tables, levels)
            kept = (match > least) | (home > 0)
            found.append(_Weighed(left[kept], right[kept], levels[kept], match[kept], home[kept]))
    nothing = np.zeros(0)
    return _Weighed(
        left=np.concatenate([_NONE, *(one.left for one in found)]),
        right=np.concatenate([_NONE, *(one.right for one in found)]),
        levels=_stacked([one.levels for one in found]),
        match_weight=np.concatenate([nothing, *(one.match_weight for one in found)]),
        household_weight=np.concatenate([nothing, *(one.household_weight for one in found)]),
    )


def agreement_rates(
    atoms: list[keys.Atom], rules: tuple[keys.Rule, ...], left: Ints, right: Ints, guesses: Floats
) -> Floats:
    """Return how often each atom agrees among likely pairs that some rule brings without reading that part."""
    if len(left) > RATE_SAMPLE:
        chosen = np.sort(np.random.default_rng(20_013).choice(len(left), RATE_SAMPLE, replace=False))
        left, right = left[chosen], right[chosen]
    filled = [(atom.codes[left] >= 0) & (atom.codes[right] >= 0) for atom in atoms]
    agrees = [atom.codes[left] == atom.codes[right] for atom in atoms]
    brings = [np.logical_and.reduce([filled[a] & agrees[a] for a in rule.atoms]) for rule in rules]
    rates = guesses.copy()
    for index, atom in enumerate(atoms):
        parts = set(atom.part.split())
        blind = np.zeros(len(left), dtype=bool)
        for rule, brought in zip(rules, brings, strict=True):
            if not any(parts & set(atoms[a].part.split()) for a in rule.atoms):
                blind |= brought
        seen = blind & filled[index]
        if seen.sum() >= FEW_PAIRS:
            rates[index] = np.clip((agrees[index] & seen).sum() / seen.sum(), 0.02, 0.995)
    return rates


def _every(stride: int, pairs: Pairs) -> Pairs:
    return Pairs(pairs.left[::stride], pairs.right[::stride])


def _ends(parts: list[Pairs]) -> tuple[Ints, Ints]:
    left, right = [part.left for part in parts], [part.right for part in parts]
    return np.concatenate([_NONE, *left]), np.concatenate([_NONE, *right])


def _stacked(levels: list[Levels]) -> Levels:
    return np.concatenate([np.zeros((0, len(COMPARISONS)), dtype=np.uint8), *levels])
