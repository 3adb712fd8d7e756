"""Which persons share a home: family evidence, between persons whose present addresses do not say otherwise.

Two persons are tied by records that both show their present home and look alike as a family's do, or by a telephone
or an e-mail that both use where one of them has no known home. What the model cannot tell is counted in the file:

- under one roof but not of one name: a couple, or neighbours in a building? Families share a landline, neighbours do
  not; how often persons of a house of so many names share theirs, against those of a house of one name, tells
  (`roof_ties`);
- of one name in one town, the home of one unknown: how often two bearers of a name that so few bear in a town live
  under one roof, where both homes are known, tells (`name_ties`).

Someone who moved out does not hold his old home to his new one. A group too large is no home, and is cut at its
weakest ties.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chaland.identity import cluster
from chaland.identity.levels import ADDRESS, COMPARISONS, EMAIL, PHONE
from chaland.identity.match import Matched
from chaland.identity.records import Flags, Ints, Records, combined, sorted_distinct

LARGEST_HOME = 12
"""Persons in a household beyond which its weakest ties are cut."""
CROWD = 60
"""Persons under one roof, or bearers of one name in one town, beyond which nothing is told pair by pair."""
ENOUGH_KNOWN = 30
"""Pairs that tell, below which a rate is not believed."""
CONFIDENCE = 1.96
"""Standard errors by which a rate must pass one half to be acted upon (Wilson 1927)."""
SURNAMES_OF_A_HOUSE = (2, 3, 4, 6, 10, 20)
BEARERS_IN_A_TOWN = (3, 4, 6, 10)

_ADDRESS, _PHONE, _EMAIL = (COMPARISONS.index(comparison) for comparison in (ADDRESS, PHONE, EMAIL))


@dataclass(frozen=True)
class HomeRates:
    """What a file tells of homes: by kind of pair, the share of households it proves at least; see `roof_ties`.

    Attributes:
        shared: share of one-name pairs under one roof that share their landline; 0 where too few pairs tell.
        roof, name: by kind of pair.
    """

    shared: float
    roof: tuple[float, ...]
    name: tuple[float, ...]


@dataclass(frozen=True)
class KnownHomes:
    """What a whole run counted, for a few records put together again: their homes are those of the whole file.

    Attributes:
        names: last names under the roofs of these house codes, at least.
        bearers: persons in these towns who bear these names (codes of town, of the sound of the name), at least.
    """

    rates: HomeRates
    names: Callable[[Ints], Ints]
    bearers: Callable[[Ints, Ints], Ints]


@dataclass(frozen=True)
class Homes:
    """The household of each record, named by its smallest record; and what was seen on the way, where homes exist."""

    home: Ints
    rates: HomeRates | None = None
    at: PresentHomes | None = None
    house: Ints | None = None


def households(matched: Matched, known: KnownHomes | None = None) -> Homes:
    """Return the household of each record; a person is never split between two.

    Args:
        known: what a whole run counted; counted among these records when None.
    """
    records, person = matched.records, matched.person
    if not matched.model.has_households:
        return Homes(person.copy())
    house = houses(matched)
    at = present_homes(records, person, house)
    roof, names = _roof_pairs(records, person, at, known), _name_pairs(at, known)
    rates = known.rates if known else HomeRates(*_roof_rates(roof), _name_rates(names))
    ties = _joined(_model_ties(matched, at), roof_ties(roof, rates), name_ties(names, rates))
    label = cluster.components(len(records), ties.left, ties.right)
    heads = person == np.arange(len(records))
    label = cluster.cut_large(len(records), label, ties, LARGEST_HOME, counted=heads)
    return Homes(label[person], rates, at, house)


@dataclass(frozen=True)
class PresentHomes:
    """The latest known home and town of each person (at his smallest record; -1 unknown), and who shows it.

    Attributes:
        home, town: codes, by person.
        shown: records that show their person's present home.
        people: persons who may share a home: no organisation.
        name: code of the sound of the person's latest last name, by person.
    """

    home: Ints
    town: Ints
    shown: Flags
    people: Flags
    name: Ints


def houses(matched: Matched) -> Ints:
    """Return the house of each record, -1 without one; writings of one street that differ by a slip are one house."""
    home = matched.records.home.astype(np.int64)
    slip = matched.levels[:, _ADDRESS] == ADDRESS.level("home_close")
    one, other = home[matched.left[slip]], home[matched.right[slip]]
    known = (one >= 0) & (other >= 0)
    same = cluster.components(int(home.max(initial=-1)) + 1, one[known], other[known])
    return np.where(home >= 0, np.append(same, -1)[home], -1)


def present_homes(records: Records, person: Ints, house: Ints) -> PresentHomes:
    """Return where each person lives now: the home of his latest record that gives one."""
    home = _latest(records, person, house)
    known = (person == np.arange(len(records))) & ~records.is_organisation
    return PresentHomes(
        home=home,
        town=_latest(records, person, records.town.codes),
        shown=(house >= 0) & (house == home[person]),
        people=known,
        name=_latest(records, person, records.last_sound.codes),
    )


def _latest(records: Records, person: Ints, codes: np.ndarray) -> Ints:
    """Return, by person, the code his latest record gives; -1 where none does."""
    known = np.flatnonzero(codes >= 0)
    by_date = known[np.lexsort((-known, records.recorded_us[known]))]
    latest = np.full(len(records), -1, dtype=np.int64)
    latest[person[by_date]] = codes[by_date]
    return latest


def _joined(*parts: cluster.Edges) -> cluster.Edges:
    return cluster.Edges(
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.right for part in parts]),
        np.concatenate([part.weight for part in parts]),
    )


def _model_ties(matched: Matched, at: PresentHomes) -> cluster.Edges:
    """Return the pairs of persons that the model holds for a family, where their present homes allow it."""
    records, person = matched.records, matched.person
    left, right, levels = matched.left, matched.right, matched.levels
    address = levels[:, _ADDRESS]
    under_one_roof = (address == ADDRESS.level("home_close")) | (address >= ADDRESS.family("home"))
    under_one_roof &= at.shown[left] & at.shown[right]
    one_contact = (levels[:, _PHONE] >= PHONE.family("landline")) | (levels[:, _EMAIL] >= EMAIL.family("same"))
    home_l, home_r = at.home[person[left]], at.home[person[right]]
    one_contact &= (home_l < 0) | (home_r < 0) | (home_l == home_r)
    weight = np.maximum(matched.household_weight, matched.match_weight)
    tied = (weight > 0) & (under_one_roof | one_contact) & (person[left] != person[right])
    tied &= ~records.is_organisation[left] & ~records.is_organisation[right]
    one, other = person[left[tied]], person[right[tied]]
    return cluster.Edges(np.minimum(one, other), np.maximum(one, other), weight[tied])


@dataclass(frozen=True)
class _Pairs:
    """Pairs of persons, the kind of each, whether the file tells if they share a home, and whether they do."""

    one: Ints
    other: Ints
    kind: Ints
    told: Flags
    agreed: Flags


def _roof_pairs(records: Records, person: Ints, at: PresentHomes, known: KnownHomes | None) -> _Pairs:
    """Return the pairs of persons under one roof, by the names of their house; they are told by their landlines."""
    home = np.where(at.people, at.home, -1)
    one, other, group = _pairs_by(home)
    names = _distinct_by(home, at.name)[group]
    if known:
        names = np.maximum(names, known.names(at.home[one]))
    kind = 2 * np.digitize(names, SURNAMES_OF_A_HOUSE) + (at.name[one] == at.name[other])
    has = np.zeros(len(records), dtype=bool)
    has[person[records.phone >= 0]] = True
    return _Pairs(one, other, kind, has[one] & has[other], _share(one, other, person, records.phone))


def _roof_rates(pairs: _Pairs) -> tuple[float, tuple[float, ...]]:
    """Return how often a house of one name shares its landline, and by kind of pair the households that are proved."""
    one_name = pairs.kind == 1
    known, agreed = int((pairs.told & one_name).sum()), int((pairs.agreed & one_name).sum())
    if known < ENOUGH_KNOWN or agreed < ENOUGH_KNOWN / 2:
        return 0.0, ()
    rate = agreed / known
    return rate, tuple(_surely(pairs.kind, pairs.told, pairs.agreed, 1.0 / rate).tolist())


def roof_ties(pairs: _Pairs, rates: HomeRates) -> cluster.Edges:
    """Return the pairs of persons under one roof that the file shows to be households."""
    if not rates.shared:
        return _no_ties()
    # both have a landline and it is not the same: what one family in so many does
    against = np.where(pairs.told & ~pairs.agreed, np.log2(max(1.0 - rates.shared, 1e-3)), 0.0)
    return _tied(pairs.one, pairs.other, _by_kind(rates.roof, pairs.kind), against)


def _name_pairs(at: PresentHomes, known: KnownHomes | None) -> _Pairs:
    """Return the pairs of persons of one name in one town, by its bearers there; they are told by their known homes."""
    bearers = np.where(at.people, combined(at.name, at.town), -1)
    one, other, group = _pairs_by(bearers)
    count = _distinct_by(bearers, np.arange(len(bearers)))[group]
    if known:
        count = np.maximum(count, known.bearers(at.town[one], at.name[one]))
    told = (at.home[one] >= 0) & (at.home[other] >= 0)
    return _Pairs(one, other, np.digitize(count, BEARERS_IN_A_TOWN), told, told & (at.home[one] == at.home[other]))


def _name_rates(pairs: _Pairs) -> tuple[float, ...]:
    return tuple(_surely(pairs.kind, pairs.told, pairs.agreed, 1.0).tolist())


def name_ties(pairs: _Pairs, rates: HomeRates) -> cluster.Edges:
    """Return the pairs of one name in one town, a home unknown, that the file shows to be households."""
    unknown = ~pairs.told
    surely = _by_kind(rates.name, pairs.kind[unknown])
    return _tied(pairs.one[unknown], pairs.other[unknown], surely, np.zeros(int(unknown.sum())))


def _by_kind(rates: tuple[float, ...], kind: Ints) -> cluster.Floats:
    """Return the rate of each pair's kind; 0 for a kind never met."""
    table = np.append(np.array(rates), np.zeros(max(0, int(kind.max(initial=0)) + 1 - len(rates))))
    return table[kind]


def _no_ties() -> cluster.Edges:
    nobody = np.zeros(0, dtype=np.int64)
    return cluster.Edges(nobody, nobody, np.zeros(0))


def _tied(one: Ints, other: Ints, surely: cluster.Floats, further: cluster.Floats) -> cluster.Edges:
    chance = np.clip(surely, 1e-6, 0.999)
    weight = np.log2(chance / (1.0 - chance)) + further
    keep = weight > 0
    return cluster.Edges(one[keep], other[keep], weight[keep])


def _pairs_by(key: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the pairs of places that share a key, crowds left out, and the key's rank among the keys."""
    members = np.flatnonzero(key >= 0)
    members = members[np.argsort(key[members], kind="stable")]
    keys = sorted_distinct(key[members])
    bounds = np.append(np.searchsorted(key[members], keys), len(members))
    sizes = np.diff(bounds)
    kept = np.repeat((sizes > 1) & (sizes <= CROWD), sizes)
    sizes = np.where((sizes > 1) & (sizes <= CROWD), sizes, 0)
    one, other = cluster.all_pairs(members[kept], np.append(0, np.cumsum(sizes)))
    return one, other, np.searchsorted(keys, key[one])


def _distinct_by(key: Ints, value: Ints) -> Ints:
    """Return how many distinct values each key has, in the order of the keys of `_pairs_by`."""
    keys = sorted_distinct(key[key >= 0])
    rank = np.where(key >= 0, np.searchsorted(keys, key), -1)
    both = combined(rank, value)
    width = int(value.max(initial=0)) + 1
    return np.bincount(sorted_distinct(both[both >= 0]) // width, minlength=len(keys))


def _share(one: Ints, other: Ints, person: Ints, codes: np.ndarray) -> Flags:
    """Tell which pairs of persons have a code in common."""
    count = len(person)
    said = sorted_distinct(combined(codes, person))
    said = said[said >= 0]
    width = int(person.max(initial=0)) + 1
    left, right, _ = _pairs_of_codes(said // width, said % width)
    pairs = sorted_distinct(np.minimum(left, right) * count + np.maximum(left, right))
    wanted = np.minimum(one, other) * count + np.maximum(one, other)
    if not len(pairs):
        return np.zeros(len(one), dtype=bool)
    found: Flags = pairs[np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)] == wanted
    return found


def _pairs_of_codes(code: Ints, holder: Ints) -> tuple[Ints, Ints, Ints]:
    places_l, places_r, group = _pairs_by(code)
    return holder[places_l], holder[places_r], group


def _surely(kind: Ints, told: Flags, agreed: Flags, scale: float) -> cluster.Floats:
    """Return, by kind of pair, the share of households that the file proves at least; 0 where too few pairs tell."""
    size = int(kind.max(initial=0)) + 1
    known = np.bincount(kind[told], minlength=size).astype(float)
    share = np.bincount(kind[told & agreed], minlength=size) / np.maximum(known, 1.0)
    return np.where(known >= ENOUGH_KNOWN, np.minimum(1.0, wilson_low(share, known) * scale), 0.0)


def wilson_low(share: cluster.Floats, known: cluster.Floats) -> cluster.Floats:
    """Return the lower end of the interval of a share seen on `known` cases (Wilson 1927, Journal ASA 22).

    >>> wilson_low(np.array([0.9]), np.array([100.0])).round(3).tolist()
    [0.826]
    """
    z2 = CONFIDENCE**2
    cases = np.maximum(known, 1.0)
    middle = share + z2 / (2 * cases)
    spread = CONFIDENCE * np.sqrt(share * (1.0 - share) / cases + z2 / (4 * cases**2))
    low: cluster.Floats = (middle - spread) / (1.0 + z2 / cases)
    return low
