"""Marginals: what is known of all pairs of a file before any learning, comparison by comparison.

How often strangers agree comes from the frequencies of values, exactly, and from random pairs for what frequencies do
not tell (Fellegi & Sunter 1969, section 4; Winkler 2000 for the frequencies).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chaland.identity.levels import CLASSES, COMPARISONS, DIFFERENT, TRAITS, Comparer, Comparison, compare_in_chunks
from chaland.identity.records import Ints, Records

Floats = npt.NDArray[np.float64]

RANDOM_PAIRS = 200_000
RESIDUAL_FLOOR = 0.1
"""Share of the agreements among all pairs that strangers keep at least."""
UNSEEN_BEARERS = 0.5
"""Strangers supposed to bear each value besides those seen: half a one, after Jeffreys."""
FEW_RECORDS = 100
"""Records below which a file is too small to judge itself: a whole stranger more is supposed to bear each value."""
SUPPOSED = 20.0
"""Pairs of strangers supposed before any is seen, so that a file of a few records is not its own only judge."""


@dataclass(frozen=True)
class Marginals:
    """What is known of all pairs of the file, per comparison.

    Attributes:
        pairs: all pairs of the file.
        filled: pairs in which both records hold the field (homonyms or not, for what only homonyms show).
        shares: share of each level among them (level 0: 0).
        spread: for each family, how one agreeing pair spreads over the classes of frequency.
        floors: least share of each level among strangers.
    """

    pairs: float
    filled: tuple[float, ...]
    shares: tuple[Floats, ...]
    spread: tuple[Floats, ...]
    floors: tuple[Floats, ...]


def sampled_pairs(count: int) -> tuple[Ints, Ints, bool]:
    """Return random pairs of records (left < right), or all of them where they are few; and whether they are all."""
    if count * (count - 1) // 2 <= RANDOM_PAIRS:
        left, right = np.triu_indices(count, 1)
        return left, right, True
    random = np.random.default_rng(20_012)
    left = random.integers(0, count, RANDOM_PAIRS)
    right = (left + random.integers(1, count, RANDOM_PAIRS)) % count
    return np.minimum(left, right), np.maximum(left, right), False


def measure_marginals(records: Records, comparer: Comparer) -> Marginals:
    """Return the shares of levels among all pairs: exact for the same value, from random pairs for the rest."""
    left, right, is_all = sampled_pairs(len(records))
    same_kind = records.is_organisation[left] == records.is_organisation[right]
    left, right = left[same_kind], right[same_kind]
    levels = compare_in_chunks(comparer, left, right)
    organisations = int(records.is_organisation.sum())
    persons = len(records) - organisations
    pairs = max(1.0, persons * (persons - 1) / 2 + organisations * (organisations - 1) / 2)
    bearing = int(records.is_email_of_name.sum())
    filled, shares, spreads, floors = [], [], [], []
    for index, comparison in enumerate(COMPARISONS):
        counts = np.bincount(levels[:, index], minlength=len(comparison.levels)).astype(float)
        counts[0] = 0.0
        known = max(counts.sum(), 1.0)
        share = (counts + SUPPOSED * _supposed(len(counts))) / (known + SUPPOSED)
        spread, exact, least = value_spread(records, comparer, comparison)
        if not is_all:
            share = _with_exact(comparison, share, exact)
        filled.append(bearing * (bearing - 1) / 2 if comparison.is_conditional else pairs * known / max(len(left), 1))
        shares.append(share)
        spreads.append(spread)
        unseen = np.full(len(share), 0.5 / (known + SUPPOSED))
        if not is_all:
            unseen[1 + len(comparison.named) :] = 0.0  # families are counted on the whole file, not on the sample
        floors.append(np.maximum.reduce([RESIDUAL_FLOOR * share, least, unseen]))
    return Marginals(pairs, tuple(filled), tuple(shares), tuple(spreads), tuple(floors))


def with_share(marginals: Marginals, comparison: Comparison, level: str, share: float) -> Marginals:
    """Return the marginals with the exact share of one level among all pairs, taken from those that differ."""
    index, place = COMPARISONS.index(comparison), comparison.level(level)
    shares, floors = marginals.shares[index].copy(), marginals.floors[index].copy()
    shares[DIFFERENT] -= share - shares[place]
    shares[place] = share
    floors[place] = max(floors[place], RESIDUAL_FLOOR * share)
    return replace(
        marginals,
        shares=(*marginals.shares[:index], shares, *marginals.shares[index + 1 :]),
        floors=(*marginals.floors[:index], floors, *marginals.floors[index + 1 :]),
    )


def _supposed(size: int) -> Floats:
    """Return what is supposed of strangers before any pair is seen: nearly all differ. It only counts in tiny files."""
    supposed = np.full(size, 0.05 / max(size - 2, 1))
    supposed[0], supposed[DIFFERENT] = 0.0, 0.95
    return supposed


def _families(records: Records, comparer: Comparer, comparison: Comparison) -> dict[str, tuple[Ints, Ints]]:
    """Return, per family, the count of records of each distinct value and its class of frequency."""

    def of(codes: npt.NDArray[np.int32], classes: npt.NDArray[np.uint8]) -> tuple[Ints, Ints]:
        known = codes >= 0
        counts = np.bincount(codes[known]).astype(np.int64)
        by_code = np.zeros(len(counts), dtype=np.int64)
        by_code[codes[known]] = classes[known]
        return counts[counts > 0], by_code[counts > 0]

    if comparison.name == "first_name":
        return {"same": of(records.first_name.codes, comparer.first_class)}
    if comparison.name == "last_name":
        return {"same": of(records.last_name.codes, comparer.last_class)}
    if comparison.name == "birth_date":
        return {"same": of(records.birth_date, comparer.birth_class)}
    if comparison.name == "address":
        town = of(records.town.codes, comparer.town_class)
        return {
            "town": town,
            "town_only": town,
            "street": of(records.street_at, comparer.street_class),
            "home": of(records.home, comparer.home_class),
        }
    if comparison.name == "phone":
        counts, classes = records.number_counts, comparer.number_class.astype(np.int64)
        mobile = comparer.is_mobile
        return {"landline": (counts[~mobile], classes[~mobile]), "mobile": (counts[mobile], classes[mobile])}
    if comparison.name == "email":
        return {"same": of(records.email.codes, comparer.email_class)}
    if comparison.name == "card":
        return {"same": of(records.card.codes, comparer.card_class)}
    if comparison in TRAITS:
        column = getattr(records, comparison.name)
        return {"same": of(column.codes, comparer.trait_classes[comparison.name])}
    if comparison.name == "organisation":
        return {"same": of(records.organisation.codes, comparer.organisation_class)}
    return {}


def value_spread(records: Records, comparer: Comparer, comparison: Comparison) -> tuple[Floats, Floats, Floats]:
    """Return, per level of the families: how records spread over classes, the exact share of agreeing pairs, a floor.

    The floor supposes that some stranger may bear every value (UNSEEN_BEARERS, one where records are few); of a family
    that no record holds, that UNSEEN_BEARERS of the file may.
    """
    size = len(comparison.levels)
    spread, exact, least = np.zeros(size), np.zeros(size), np.zeros(size)
    for family, (counts, classes) in _families(records, comparer, comparison).items():
        start = comparison.family(family)
        bearers = 1.0 if counts.size and len(records) < FEW_RECORDS else UNSEEN_BEARERS
        present = float(counts.sum()) or float(max(len(records), 1))
        weight = np.bincount(classes, weights=counts, minlength=CLASSES) / present
        agreeing = np.bincount(classes, weights=counts * (counts - 1.0), minlength=CLASSES)
        spread[start : start + CLASSES] = (weight + 1e-6) / (weight + 1e-6).sum()
        exact[start : start + CLASSES] = agreeing / max(1.0, present * (present - 1.0))
        least[start : start + CLASSES] = bearers * spread[start : start + CLASSES] / present
    return spread, exact, least


def _with_exact(comparison: Comparison, sampled: Floats, exact: Floats) -> Floats:
    """Return the sampled shares with the family levels made exact; families that split one value keep their split."""
    share = sampled.copy()
    for family in comparison.families:
        levels = slice(comparison.family(family), comparison.family(family) + CLASSES)
        truth = exact[levels]
        if family in ("town", "town_only"):
            seen = sampled[levels].sum()
            both = seen + sampled[comparison.family("town") : comparison.family("town_only") + CLASSES].sum() - seen
            truth = truth * (seen / both if both > 0 else 0.5)
        share[levels] = truth
    total = share.sum()
    return share / total if total > 0 else share
