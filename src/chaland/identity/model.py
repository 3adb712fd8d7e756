"""The model: how often each level occurs among pairs of one person, of one household, and of strangers.

Three latent classes, learnt without labels by expectation–maximisation on the counts of distinct comparison vectors
(Fellegi & Sunter 1969; Jaro 1989; Winkler 2000; three classes after Larsen & Rubin 2001). What is known is not learnt:

- how often strangers agree comes from the frequencies of values and from random pairs, less the pairs of one person
  or one household that the model itself finds there;
- two persons of one household share last name, address, telephone and e-mail more than strangers do, but their first
  names, birth dates and sexes are those of strangers, a few per cent of namesakes (a son bears his father's name) and
  of twins apart: how many is learnt;
- how many bear both names is told by those pairs that other fields tell, and says nothing of a household;
- pairs that no blocking rule brings are strangers: priors are shares of all pairs of the file.

The household class is left out where nothing that a home shares is known: no place, telephone or e-mail.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from chaland.identity.levels import (
    BIRTH_DATE,
    CLASSES,
    COMPARISONS,
    DIFFERENT,
    FIRST_NAME,
    LAST_NAME,
    NAMESAKES,
    ORGANISATION,
    Comparison,
    Levels,
)
from chaland.identity.marginals import FEW_RECORDS, Floats, Marginals
from chaland.identity.records import Records

MOST_OF_NAMESAKES = 16.0
"""How many bear two names multiplies no odds by more, nor divides them."""
_TELLING = [at for at, one in enumerate(COMPARISONS) if one.name not in ("first_name", "last_name", "sex", "namesakes")]
ITERATIONS = 60
TOLERANCE = 1e-4
PRIOR_STRENGTH = 10.0
"""Weight, in pairs, of the starting probabilities: keeps a level never seen from weighing for ever."""
HOMONYM_FLOOR = 0.01
"""Share of the e-mails two homonyms have in common that strangers hold at least."""
ALIKE_AT_HOME = (FIRST_NAME, BIRTH_DATE)
"""What two of one home share now and then, beyond chance: a son his father's first name, twins their birth date."""
LEAST_ALIKE, MOST_ALIKE = 0.002, 0.03
"""Share of the pairs of one home that do, at least and at most."""
SHARED_NEEDED = 0.05
"""Share of records with a street, a town, a telephone or an e-mail (with a house, where records are few) below which no
household is looked for."""

# Before any learning: how often the field is the same, and plainly different, among pairs of one person (the other
# levels share the rest), and the same among pairs of one household. Orders of magnitude, soon outweighed by the data.
_START: dict[str, tuple[float, float]] = {
    "first_name": (0.80, 0.02),
    "last_name": (0.80, 0.06),
    "sex": (0.98, 0.02),
    "birth_date": (0.85, 0.03),
    "address": (0.55, 0.15),
    "phone": (0.60, 0.30),
    "email": (0.70, 0.20),
    "email_of_name": (0.70, 0.15),
    "namesakes": (0.20, 0.20),
    "card": (0.80, 0.15),
    "organisation": (0.60, 0.10),
    "employer": (0.60, 0.20),
    "occupation": (0.60, 0.20),
    "birth_place": (0.60, 0.20),
}
_START_HOUSEHOLD: dict[str, tuple[float, float]] = {
    "last_name": (0.75, 0.20),
    "address": (0.85, 0.05),
    "phone": (0.50, 0.45),
    "email": (0.20, 0.75),
    "employer": (0.30, 0.65),
    "birth_place": (0.30, 0.65),
}

_EXCHANGED = LAST_NAME.level("swapped")
"""Names exchanged are seen twice, by the first and by the last: the first says it all, and the last says nothing."""
_IMPOSSIBLE_AT_HOME: Floats = np.append(1.0, np.full(len(ORGANISATION.levels) - 1, 1e-12))
"""Two organisations are no household."""
_START_STRANGERS: dict[str, tuple[float, float]] = {"email_of_name": (0.002, 0.95)}
"""The same among strangers, for what only homonyms show: learnt from the candidate pairs."""


@dataclass(frozen=True)
class Model:
    """Probabilities by comparison and level, and the priors. Level 0 (missing) has probability 1 everywhere."""

    m: tuple[Floats, ...]
    h: tuple[Floats, ...]
    u: tuple[Floats, ...]
    prior_match: float
    prior_household: float
    has_households: bool
    iterations: int = 0

    @property
    def prior_bits(self) -> tuple[float, float]:
        """Return log2 odds, before any comparison, of one person against strangers and against one household."""
        stranger = 1.0 - self.prior_match - self.prior_household
        against_household = self.prior_match / self.prior_household if self.has_households else np.inf
        return float(np.log2(self.prior_match / stranger)), float(np.log2(against_household))


def starting_model(marginals: Marginals, records: int, *, has_households: bool) -> Model:
    """Return the model before any learning: most fields agree among pairs of one person."""
    m, h = [], []
    for comparison, spread, share in zip(COMPARISONS, marginals.spread, marginals.shares, strict=True):
        m.append(_start(comparison, spread, *_START[comparison.name]))
        at_home = _START_HOUSEHOLD.get(comparison.name)
        if comparison is ORGANISATION:
            h.append(_IMPOSSIBLE_AT_HOME)
        elif comparison is NAMESAKES:
            h.append(m[-1])
        else:
            h.append(_start(comparison, spread, *at_home) if at_home else _normalised(share))
    u = []
    for comparison, spread, share, floor in zip(
        COMPARISONS, marginals.spread, marginals.shares, marginals.floors, strict=True
    ):
        if comparison is NAMESAKES:
            u.append(m[COMPARISONS.index(NAMESAKES)])
            continue
        known = _START_STRANGERS.get(comparison.name)
        u.append(_start(comparison, spread, *known) if known else _normalised(np.maximum(share, floor)))
    m, h, u = _told_by_first_name(m), _told_by_first_name(h), _told_by_first_name(u)
    prior = min(0.1, 0.5 * max(records, 1) / marginals.pairs)
    return Model(tuple(m), tuple(h), tuple(u), prior, 0.5 * prior if has_households else 0.0, has_households)


def _start(comparison: Comparison, spread: Floats, same: float, different: float) -> Floats:
    """Return starting probabilities; the last family is the most telling one (the home for an address)."""
    probabilities = np.zeros(len(comparison.levels))
    named = len(comparison.named)
    rest = 1.0 - same - different
    lesser = comparison.families[:-1]
    if comparison.families:
        best = comparison.family(comparison.families[-1])
        probabilities[best : best + CLASSES] = same * spread[best : best + CLASSES]
    else:
        probabilities[named] = same
    for family in lesser:
        start = comparison.family(family)
        probabilities[start : start + CLASSES] = 0.7 * rest / len(lesser) * spread[start : start + CLASSES]
    between = named - 1 if comparison.families else named - 2
    if between:
        probabilities[2 : 2 + between] = (0.3 if lesser else 1.0) * rest / between
    probabilities[1] = different
    return _normalised(probabilities)


def _normalised(probabilities: Floats) -> Floats:
    out: Floats = np.maximum(probabilities / max(probabilities.sum(), 1e-300), 1e-12)
    out[0] = 1.0
    return out


def _told_by_first_name(tables: list[Floats]) -> list[Floats]:
    """Return the tables with exchanged names counted once: given the level of the first name, that of the last is sure.

    Taken apart they would weigh twice, and most where many names are both first and last ones.
    """
    last = COMPARISONS.index(LAST_NAME)
    table = tables[last].copy()
    table[[0, _EXCHANGED]] = 0.0
    table = _normalised(table)
    table[_EXCHANGED] = 1.0
    return [*tables[:last], table, *tables[last + 1 :]]


@dataclass(frozen=True)
class Vectors:
    """The distinct comparison vectors of the candidate pairs, and how many pairs show each.

    Attributes:
        counts: pairs compared.
        of_records: pairs of records they stand for, where copies (writings.py) are compared once; None: as many.
    """

    levels: Levels
    counts: Floats
    of_records: Floats | None = None


def distinct_vectors(levels: Levels, pairs_per_row: int = 1, of_records: Floats | None = None) -> Vectors:
    """Return the distinct rows of a table of levels, with their counts (one int64 a row, sorted and compared).

    Args:
        pairs_per_row: pairs that each row stands for: the others were not sampled.
        of_records: pairs of records that each row stands for; one when None.
    """
    sizes = [len(comparison.levels) for comparison in COMPARISONS]
    packed = np.zeros(len(levels), dtype=np.int64)
    for index, size in enumerate(sizes):
        packed = packed * size + levels[:, index]
    order = np.zeros(0, dtype=np.int64)
    if of_records is None:
        packed.sort()
    else:
        order = np.argsort(packed)
        packed = packed[order]
    edges = np.flatnonzero(np.append(True, packed[1:] != packed[:-1])) if len(packed) else np.zeros(0, dtype=np.int64)
    distinct = packed[edges]
    unpacked = np.zeros((len(distinct), len(sizes)), dtype=np.uint8)
    for index in reversed(range(len(sizes))):
        unpacked[:, index] = distinct % sizes[index]
        distinct = distinct // sizes[index]
    counts = pairs_per_row * np.diff(np.append(edges, len(packed))).astype(float)
    if of_records is None or not len(edges):
        return Vectors(unpacked, counts)
    return Vectors(unpacked, counts, pairs_per_row * np.add.reduceat(of_records[order], edges))


def log_likelihood(tables: tuple[Floats, ...], levels: Levels) -> Floats:
    """Return the sum over comparisons of the natural log of the probability of each row's level."""
    total = np.zeros(len(levels))
    for index, table in enumerate(tables):
        total += np.log(table)[levels[:, index]]
    return total


def responsibilities(model: Model, levels: Levels) -> tuple[Floats, Floats]:
    """Return the probabilities that each vector is of one person, and of one household (two persons)."""
    stranger = 1.0 - model.prior_match - model.prior_household
    match = np.log(model.prior_match) + log_likelihood(model.m, levels)
    other = np.log(stranger) + log_likelihood(model.u, levels)
    home = np.full(len(levels), -np.inf)
    if model.has_households and model.prior_household > 0:
        home = np.log(model.prior_household) + log_likelihood(model.h, levels)
    top = np.maximum(np.maximum(match, other), home)
    parts = np.exp(match - top), np.exp(home - top), np.exp(other - top)
    total = parts[0] + parts[1] + parts[2]
    return parts[0] / total, parts[1] / total


def train(vectors: Vectors, marginals: Marginals, records: Records) -> Model:
    """Return the model of the candidate pairs of these records."""
    shared = (records.street.codes, records.town.codes, records.phone, records.mobile, records.email.codes)
    sharing = int((np.maximum.reduce(shared)[~records.is_organisation] >= 0).sum())
    homes = int((records.home[~records.is_organisation] >= 0).sum())
    has_households = (sharing if len(records) >= FEW_RECORDS else homes) > SHARED_NEEDED * len(records)
    return learn(vectors, marginals, records=len(records), has_households=has_households)


def learn(vectors: Vectors, marginals: Marginals, *, records: int, has_households: bool) -> Model:
    """Return the model that best explains the vectors (a local maximum, reached from the starting model).

    Args:
        records: records in the file, for the first guess of how many pairs match.
    """
    start = starting_model(marginals, records, has_households=has_households)
    model = start
    of_records = vectors.counts if vectors.of_records is None else vectors.of_records
    for iteration in range(1, ITERATIONS + 1):
        match, home = responsibilities(model, vectors.levels)
        by_names = probability_by_names(model, vectors.levels)
        told_records = (match + home) * of_records
        match *= vectors.counts
        home *= vectors.counts
        m: list[Floats] = []
        h: list[Floats] = []
        u: list[Floats] = []
        for index, comparison in enumerate(COMPARISONS):
            size = len(comparison.levels)
            seen_m, seen_h = (_seen(vectors, index, weights, size) for weights in (match, home))
            m.append(_learnt(comparison, seen_m, start.m[index], marginals.spread[index]))
            if comparison is NAMESAKES:
                u.append(among_namesakes(vectors, m[-1], match, home, by_names))
                h.append(m[-1])
                continue
            if comparison.is_conditional:
                homonyms = marginals.filled[index] * _homonym_share(u)
                brought = _seen(vectors, index, vectors.counts, size)
                strangers = among_homonyms(comparison, brought, brought - seen_m - seen_h, homonyms)
                u.append(_learnt(comparison, strangers, start.u[index], marginals.spread[index]))
                h.append(u[-1])
                continue
            # shares are of records, of which copies are not strangers either
            told = _seen(vectors, index, told_records, size)
            residual = marginals.filled[index] * marginals.shares[index] - told
            # nearly all pairs that differ are strangers: what few matches differ is not taken from them
            residual[DIFFERENT] = marginals.filled[index] * marginals.shares[index][DIFFERENT]
            floor = marginals.filled[index] * marginals.floors[index]
            u.append(_normalised(np.maximum(residual, floor)))
            if comparison is ORGANISATION:
                h.append(_IMPOSSIBLE_AT_HOME)
            elif comparison.shared_by_household:
                h.append(_learnt(comparison, seen_h, start.h[index], marginals.spread[index]))
            elif comparison in ALIKE_AT_HOME:
                h.append(_sometimes_alike(comparison, seen_h, u[-1], marginals.spread[index]))
            else:
                h.append(u[-1])
        m = [
            same if comparison is NAMESAKES else _never_for_a_match(same, strangers)
            for comparison, same, strangers in zip(COMPARISONS, m, u, strict=True)
        ]
        m, h, u = _told_by_first_name(m), _told_by_first_name(h), _told_by_first_name(u)
        prior_match = float((match.sum() + 1.0) / (marginals.pairs + 2.0))
        prior_household = float((home.sum() + 1.0) / (marginals.pairs + 2.0)) if model.has_households else 0.0
        moved = max(float(np.abs(new - old).max()) for new, old in zip(m, model.m, strict=True))
        moved = max(moved, abs(prior_match / model.prior_match - 1.0))
        prior_match = min(prior_match, 0.9)
        model = Model(tuple(m), tuple(h), tuple(u), prior_match, prior_household, model.has_households, iteration)
        if moved < TOLERANCE:
            break
    return model


def _homonym_share(u: list[Floats]) -> float:
    """Return how often strangers have both names the same, or nearly."""
    first, last = u[COMPARISONS.index(FIRST_NAME)], u[COMPARISONS.index(LAST_NAME)]
    close = last[LAST_NAME.level("close") :].sum() - last[_EXCHANGED]
    return float(first[FIRST_NAME.level("close") :].sum() * close)


def among_homonyms(comparison: Comparison, brought: Floats, strangers: Floats, homonyms: float) -> Floats:
    """Return the pairs of strangers at each level of what only homonyms show.

    Rules bring nearly all homonyms of one e-mail, but in a large file few of the others, whose blocks pass the cap:
    among candidate pairs alone, strangers would seem to share e-mails the more the file is large. Those who share one
    are counted there, and set against all the homonyms that the frequencies of names make one expect in the file.

    Args:
        brought: candidate pairs at each level.
        strangers: those among them held for strangers.
        homonyms: pairs of homonyms expected among strangers, in the whole file.
    """
    out = np.maximum(strangers, 0.0)
    total = max(float(out.sum()), homonyms)
    shared = slice(comparison.level("number"), None)
    sharing = np.maximum(out[shared], HOMONYM_FLOOR * brought[shared])
    out[shared] = 0.0
    if not out.any():
        out[DIFFERENT] = 1.0
    out *= max(total - float(sharing.sum()), 0.0) / float(out.sum())
    out[shared] = sharing
    return out


def probability_by_names(model: Model, levels: Levels) -> Floats:
    """Return the probability that each vector is of one person rather than of strangers, told by the names alone."""
    names = [COMPARISONS.index(FIRST_NAME), COMPARISONS.index(LAST_NAME)]
    nats = np.full(len(levels), model.prior_bits[0] * np.log(2.0))
    for index in names:
        nats += np.log(model.m[index] / model.u[index])[levels[:, index]]
    found: Floats = expit(nats)
    return found


def among_namesakes(vectors: Vectors, m: Floats, match: Floats, home: Floats, by_names: Floats) -> Floats:
    """Return how often strangers whose names are as rare as those of matches are at each level of NAMESAKES.

    Names are not drawn apart: two records that alone bear their two names are one person more often than the
    frequencies of each name tell. How much more is read on the pairs that other fields tell, and holds for those
    they do not.

    Args:
        m: shares of the levels among matches.
        match, home: expected pairs of one person, of one household, of each vector.
        by_names: probability of one person told by the names alone.
    """
    index = COMPARISONS.index(NAMESAKES)
    told = vectors.levels[:, _TELLING].any(axis=1) & (vectors.levels[:, index] > 0)
    level = vectors.levels[told, index]

    def sums(weights: Floats) -> Floats:
        return np.bincount(level, weights=weights[told], minlength=len(m)).astype(np.float64)

    found = sums(match), np.maximum(sums(vectors.counts - match - home), 0.0)
    foreseen = sums(vectors.counts * by_names), sums(vectors.counts * (1.0 - by_names))
    if not min(float(part.sum()) for part in (*found, *foreseen)) > 0.0:
        return m
    more = _odds(*found) / _odds(*foreseen)
    u: Floats = m / np.clip(more, 1.0 / MOST_OF_NAMESAKES, MOST_OF_NAMESAKES)
    u[0] = 1.0
    return u


def _odds(one: Floats, other: Floats) -> Floats:
    """Return the odds of each level against those of all together; a level seldom seen is near 1."""
    share = one.sum() / (one.sum() + other.sum())
    odds: Floats = (one + PRIOR_STRENGTH * share) / (other + PRIOR_STRENGTH * (1.0 - share)) * (1.0 - share) / share
    return odds


def _never_for_a_match(m: Floats, u: Floats) -> Floats:
    """Return `m` with its share of differing values brought down to that among strangers: to differ is no likeness.

    Without it a file in which no pair matches can be explained as well by taking every pair for a match.
    """
    if m[DIFFERENT] <= u[DIFFERENT]:
        return m
    bounded = m * (1.0 - u[DIFFERENT]) / max(1.0 - m[DIFFERENT], 1e-12)
    bounded[DIFFERENT] = u[DIFFERENT]
    return _normalised(np.append(0.0, bounded[1:]))


def _seen(vectors: Vectors, index: int, weights: Floats, size: int) -> Floats:
    """Return the expected pairs at each level of one comparison; none at the missing level."""
    seen = np.bincount(vectors.levels[:, index], weights=weights, minlength=size).astype(np.float64)
    seen[0] = 0.0
    return seen


def _sometimes_alike(comparison: Comparison, seen: Floats, u: Floats, spread: Floats) -> Floats:
    """Return the probabilities of levels among pairs of one household: those of strangers, and now and then the same.

    Args:
        seen: expected pairs of one household at each level.
        u: probabilities among strangers.
    """
    same = slice(comparison.family("same"), comparison.family("same") + CLASSES)
    share = (seen[same].sum() + PRIOR_STRENGTH * LEAST_ALIKE) / (seen.sum() + PRIOR_STRENGTH)
    more = float(np.clip(share - u[same].sum(), LEAST_ALIKE, MOST_ALIKE))
    h = (1.0 - more) * u
    h[same] += more * spread[same]
    h[0] = 0.0
    return _normalised(h)


def _learnt(comparison: Comparison, seen: Floats, start: Floats, spread: Floats) -> Floats:
    """Return the probabilities of levels from expected counts; within a family they follow the spread of values."""
    prior = start.copy()
    prior[0] = 0.0
    counts = seen + PRIOR_STRENGTH * prior
    for family in comparison.families:
        levels = slice(comparison.family(family), comparison.family(family) + CLASSES)
        counts[levels] = counts[levels].sum() * spread[levels]
    return _normalised(counts)
