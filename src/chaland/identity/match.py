"""Records → persons, in memory: choose rules, compare pairs, learn the model, choose again, weigh, cluster.

The rules are chosen twice: once with guessed agreement rates, to train on; once with the rates found there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.config import IdentitySettings
from chaland.identity import cluster, keys, model, score
from chaland.identity.levels import Comparer, Levels
from chaland.identity.records import Flags, Ints, Records
from chaland.progress import Reporter

Floats = npt.NDArray[np.float64]

RATE_SAMPLE = 200_000
"""Likely pairs on which the agreement rates of atoms are read."""
FEW_PAIRS = 30
"""Likely pairs below which a rate keeps its first guess."""


@dataclass(frozen=True)
class Matched:
    """What was found: pairs compared with their weights, the person of each record, the model and the rules."""

    records: Records
    left: Ints
    right: Ints
    levels: Levels
    match_weight: Floats
    household_weight: Floats
    person: Ints
    model: model.Model
    tables: score.WeightTables
    weigh: cluster.Weigh
    atoms: list[keys.Atom]
    rules: tuple[keys.Rule, ...]


def match_records(records: Records, settings: IdentitySettings, reporter: Reporter) -> Matched:
    """Return who is who among the records; the same for the same records, whatever order they came in."""
    comparer = Comparer(records)
    atoms = keys.atoms_of(records)
    with reporter.step("identity.rules") as step:
        candidates = keys.candidate_rules(atoms)
        whole = len(records) <= keys.WHOLE_BELOW
        costs = np.zeros(0) if whole else keys.rule_costs(candidates, atoms, len(records), settings.max_block_rows)
        guesses = np.array([atom.agreement for atom in atoms])
        plan = keys.Plan((), 1.0, 0)
        if not whole:
            homes = keys.household_rules(atoms)
            plan = keys.choose_rules(atoms, candidates, costs, guesses, len(records), taken=homes)
        step.note(candidates=len(candidates), rules=len(plan.rules), recall=round(plan.estimated_recall, 4))
    with reporter.step("identity.train") as step:
        blocks = _pairs(plan.rules, atoms, records, settings, whole=whole)
        left, right = blocks.pairs // max(len(records), 1), blocks.pairs % max(len(records), 1)
        levels = model.compare_in_chunks(comparer, left, right)
        marginals = model.measure_marginals(records, comparer)
        trained = model.train(model.distinct_vectors(levels), marginals, records)
        step.note(pairs=len(blocks.pairs), iterations=trained.iterations, households=trained.has_households)
    if not whole:
        with reporter.step("identity.rules_again") as step:
            tables = score.weight_tables(trained)
            likely = score.match_weights(tables, levels) > 0
            rates = agreement_rates(atoms, plan.rules, left[likely], right[likely], guesses)
            plan = keys.choose_rules(atoms, candidates, costs, rates, len(records), taken=plan.rules)
            step.note(rules=len(plan.rules), recall=round(plan.estimated_recall, 4))
        with reporter.step("identity.compare") as step:
            again = _pairs(plan.rules, atoms, records, settings, whole=False)
            fresh = again.pairs[~_contained(again.pairs, blocks.pairs)]
            pairs = np.concatenate([blocks.pairs, fresh])
            levels = np.concatenate(
                [levels, model.compare_in_chunks(comparer, fresh // len(records), fresh % len(records))]
            )
            order = np.argsort(pairs)
            pairs, levels = pairs[order], levels[order]
            left, right = pairs // len(records), pairs % len(records)
            trained = model.train(model.distinct_vectors(levels), marginals, records)
            step.note(
                pairs=len(pairs),
                dropped_blocks=again.dropped_blocks,
                dropped_pairs=again.dropped_pairs,
                shared_contacts=records.shared_contacts,
            )
    with reporter.step("identity.cluster") as step:
        tables = score.weight_tables(trained)
        weight = score.match_weights(tables, levels)
        least = float(np.log2(settings.threshold / (1 - settings.threshold)))

        def weigh(one: Ints, other: Ints) -> Floats:
            return score.match_weights(tables, model.compare_in_chunks(comparer, one, other))

        person = cluster.clusters(len(records), cluster.Edges(left, right, weight), weigh, least=least)
        step.note(records=len(records), persons=len(np.unique(person)))
    return Matched(
        records=records,
        left=left,
        right=right,
        levels=levels,
        match_weight=weight,
        household_weight=score.household_weights(tables, levels),
        person=person,
        model=trained,
        tables=tables,
        weigh=weigh,
        atoms=atoms,
        rules=plan.rules,
    )


def _pairs(
    rules: tuple[keys.Rule, ...], atoms: list[keys.Atom], records: Records, settings: IdentitySettings, *, whole: bool
) -> keys.Blocks:
    if whole:
        return keys.every_pair(records)
    room = 2 * keys.pair_budget(len(records))
    return keys.pairs_of_rules(rules, atoms, records, cap=settings.max_block_rows, room=room)


def _contained(values: Ints, in_sorted: Ints) -> Flags:
    if not len(in_sorted):
        return np.zeros(len(values), dtype=bool)
    place = np.minimum(np.searchsorted(in_sorted, values), len(in_sorted) - 1)
    found: Flags = in_sorted[place] == values
    return found


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
