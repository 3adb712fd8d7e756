"""Likeness of strings, computed once per distinct pair of unequal values (rapidfuzz `cpdist`, all cores).

Distances: optimal string alignment (Damerau 1964 restricted); Jaro–Winkler (Winkler 1990); words weighted by their
rarity (Jaccard on inverse document frequencies, after Cohen, Ravikumar & Fienberg 2003).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler, Prefix

from chaland.engine.compiled import compiled
from chaland.identity.letters import Letters
from chaland.identity.numbering import numbered
from chaland.identity.records import Coded, Codes, Flags, Ints, Strings, coded

if TYPE_CHECKING:
    from chaland.identity.frequencies import Rarity
    from chaland.identity.levels import Comparison

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

FEW = 5_000
"""Pairs of texts below which one core compares them."""

MISSING, DIFFERENT, CLOSE, SAME = 0, 1, 2, 3


@dataclass(frozen=True)
class ValuePairs:
    """The distinct unordered pairs of values among many pairs of codes, and where each pair lies in them."""

    one: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]
    place: Codes


def value_pairs(left: Codes, right: Codes, size: int) -> ValuePairs:
    """Return the distinct pairs of codes (both at least 0), smaller code first."""
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    return _ordered_pairs(low, high, size)


def _ordered_pairs(one: Ints, other: Ints, size: int) -> ValuePairs:
    place, distinct = numbered(one * size + other)
    return ValuePairs(distinct // max(size, 1), distinct % max(size, 1), place)


def _cpdist(scorer: Callable[..., Any], one: Strings, other: Strings, dtype: Any) -> npt.NDArray[Any]:
    if not len(one):
        return np.zeros(0, dtype=dtype)
    workers = -1 if len(one) > FEW else 1  # starting threads costs more than comparing a few texts
    return process.cpdist(one.tolist(), other.tolist(), scorer=scorer, dtype=dtype, workers=workers)


@dataclass(frozen=True)
class Texts:
    """The distinct values of a column prepared for comparison as they stand."""

    values: Strings
    letters: Letters

    @classmethod
    def of(cls, values: Strings) -> Texts:
        """Prepare a column."""
        return cls(values, Letters.of(values))

    def slips(self, left: Codes, right: Codes, *, most: int) -> Bytes:
        """Return the typing slips (OSA) between the values of each pair of codes (at least 0); `most` + 1 for more."""
        out = np.full(len(left), most + 1, dtype=np.uint8)
        at = np.flatnonzero(self.letters.least_slips(left, right) <= most)
        pairs = value_pairs(left[at], right[at], len(self.values))
        found = _cpdist(OSA.distance, self.values[pairs.one], self.values[pairs.other], np.uint8)
        out[at] = np.minimum(found, most + 1)[pairs.place]
        return out

    def likeness(self, left: Codes, right: Codes, *, least: float) -> Flags:
        """Tell which pairs of codes (at least 0) have values of a Jaro–Winkler similarity of `least` or more."""
        out = np.zeros(len(left), dtype=bool)
        at = np.flatnonzero(self.letters.most_alike(left, right) >= least)
        pairs = value_pairs(left[at], right[at], len(self.values))
        found = _cpdist(JaroWinkler.similarity, self.values[pairs.one], self.values[pairs.other], np.float32)
        out[at] = (found >= least)[pairs.place]
        return out

    def alike(self, one: Codes, other: Codes) -> Flags:
        """Tell which pairs differ by one slip, or by two and little (Jaro–Winkler 0.9); false where one is missing."""
        out = np.zeros(len(one), dtype=bool)
        at = np.flatnonzero((one >= 0) & (other >= 0))
        slips = self.slips(one[at], other[at], most=2)
        out[at[slips <= 1]] = True
        twice = at[slips == 2]
        out[twice] = self.likeness(one[twice], other[twice], least=0.9)
        return out


def alike_across(first: Names, last: Names, left: Codes, right: Codes) -> Flags:
    """Tell whether a first name and a last name (codes, -1 for none) begin alike and differ by a slip at most."""
    out = np.zeros(len(left), dtype=bool)
    at = np.flatnonzero((left >= 0) & (right >= 0))
    at = at[first.initial[left[at]] == last.initial[right[at]]]
    pairs = _ordered_pairs(left[at].astype(np.int64), right[at].astype(np.int64), len(last.spelling))
    likeness = _cpdist(JaroWinkler.similarity, first.spelling[pairs.one], last.spelling[pairs.other], np.float32)
    out[at] = (likeness >= 0.92)[pairs.place]
    return out


def close_across(first: Names, last: Names, left: Codes, right: Codes) -> Flags:
    """Tell whether a first and a last name (codes, -1 for none) are close: enough where the other two are alike."""
    out = np.zeros(len(left), dtype=bool)
    at = np.flatnonzero((left >= 0) & (right >= 0))
    one, other = first.spelling[left[at]], last.spelling[right[at]]
    out[at] = _cpdist(JaroWinkler.similarity, one, other, np.float32) >= 0.8
    return out


def initials_across(first: Names, last: Names, left: Codes, right: Codes) -> Flags:
    """Tell whether one of a first name and a last name (codes, -1 for none) is written by the initials of the other."""
    known = (left >= 0) & (right >= 0)
    written = first.is_initials[left] | last.is_initials[right]
    same: Flags = first.initials[left] == last.initials[right]
    return known & written & same


@dataclass(frozen=True)
class Names:
    """First or last names prepared for comparison: spaceless spelling, sound, length, first and last word."""

    spelling: Strings
    letters: Letters
    sound: Codes
    first_word: Codes
    last_word: Codes
    words: npt.NDArray[np.int64]
    initial: npt.NDArray[np.int64]
    initials: Strings
    is_initials: Flags
    kin: Ints

    @classmethod
    def of(cls, names: Coded) -> Names:
        words = [value.split() or [""] for value in names.values]
        spelling = np.array(["".join(group) for group in words], dtype=object)
        ends = coded(_strings([group[0] for group in words] + [group[-1] for group in words])).codes
        return cls(
            spelling=spelling,
            letters=Letters.of(spelling),
            sound=names.sounds.codes,
            first_word=ends[: len(words)],
            last_word=ends[len(words) :],
            words=np.array([len(group) for group in words], dtype=np.int64),
            initial=np.array([ord(value[0]) if value else 0 for value in spelling], dtype=np.int64),
            initials=np.array([_initials(group) for group in words], dtype=object),
            is_initials=np.array([_are_initials(group) for group in words], dtype=bool),
            kin=np.zeros(0, dtype=np.int64),
        )

    def with_kin(self, names: Coded, kin: Iterable[tuple[str, str]]) -> Names:
        """Return the column with pairs of names that one person may bear: a name and its diminutive."""
        code = {value: index for index, value in enumerate(names.values)}
        known = [sorted((code[one], code[other])) for one, other in kin if one in code and other in code]
        return replace(self, kin=np.sort(np.array([low * len(code) + high for low, high in known], dtype=np.int64)))

    def kin_share(self, counts: Ints) -> float:
        """Return the share of all pairs of records that bear two names of one kin; `counts` are records by code."""
        one, other = self.kin // len(counts), self.kin % len(counts)
        present = float(counts.sum())
        return float(2.0 * (counts[one] * counts[other]).sum() / max(present * (present - 1.0), 1.0))

    def are_kin(self, one: Ints, other: Ints) -> Flags:
        """Tell which pairs of codes are names that one person may bear."""
        keys = np.minimum(one, other).astype(np.int64) * len(self.spelling) + np.maximum(one, other)
        if not len(self.kin):
            return np.zeros(len(keys), dtype=bool)
        place = np.minimum(np.searchsorted(self.kin, keys), len(self.kin) - 1)
        found: Flags = self.kin[place] == keys
        return found

    def levels(self, comparison: Comparison, left: Codes, right: Codes) -> Bytes:
        """Return the level of each pair of codes; the same name is the family's class 0, to be refined."""
        level = np.zeros(len(left), dtype=np.uint8)
        level[(left == right) & (left >= 0)] = comparison.family("same")
        at = np.flatnonzero((left != right) & (left >= 0) & (right >= 0))
        pairs = value_pairs(left[at], right[at], len(self.spelling))
        level[at] = self._distinct_levels(comparison, pairs.one, pairs.other)[pairs.place]
        return level

    def _distinct_levels(self, comparison: Comparison, one: Ints, other: Ints) -> Bytes:
        least, length = self.letters.least_slips(one, other), self.letters.length
        slips = self._compared(OSA.distance, least <= 2, one, other, np.uint8, otherwise=255)
        may_be = self.letters.most_alike(one, other) >= 0.85
        likeness = self._compared(JaroWinkler.similarity, may_be, one, other, np.float32, otherwise=0)
        begins = self.letters.may_begin(one, other)
        start = self._compared(Prefix.similarity, begins, one, other, np.uint8, otherwise=0)
        shorter = np.minimum(length[one], length[other])
        level = np.full(len(one), comparison.level("different"), dtype=np.uint8)
        level[likeness >= 0.85] = comparison.level("close")
        level[(self.sound[one] == self.sound[other]) & (self.sound[one] >= 0)] = comparison.level("sound")
        level[self._share_initial(one, other)] = comparison.level("initial")
        first, last = self.first_word, self.last_word
        part = (first[one] == first[other]) | (last[one] == last[other])
        part |= (first[one] == last[other]) | (last[one] == first[other]) | ((start == shorter) & (shorter >= 3))
        level[part & (shorter > 1) & ~(self.is_initials[one] | self.is_initials[other])] = comparison.level("part")
        if "initials" in comparison.named:
            both = (self.is_initials[one] | self.is_initials[other]) & (self.initials[one] == self.initials[other])
            level[both & (self.words[one] + self.words[other] > 2)] = comparison.level("initials")
        if "diminutive" in comparison.named:
            level[self.are_kin(one, other)] = comparison.level("diminutive")
        typo = (slips == 0) | ((slips == 1) & (shorter >= 3)) | ((slips == 2) & (shorter >= 7))
        level[typo] = comparison.level("typo")
        return level

    def _compared(
        self, scorer: Callable[..., Any], worth: Flags, one: Ints, other: Ints, dtype: Any, *, otherwise: int
    ) -> npt.NDArray[Any]:
        """Return the score of the pairs worth comparing; `otherwise` elsewhere."""
        out = np.full(len(one), otherwise, dtype=dtype)
        out[worth] = _cpdist(scorer, self.spelling[one[worth]], self.spelling[other[worth]], dtype)
        return out

    def _share_initial(self, one: Ints, other: Ints) -> Flags:
        """Tell whether one of two names is written by its initials and the other begins alike: J, JEAN; J, J P."""
        alone = (self.words[one] == 1) | (self.words[other] == 1) | (self.initials[one] == self.initials[other])
        begin: Flags = self.initial[one] == self.initial[other]
        written: Flags = self.is_initials[one] | self.is_initials[other]
        shared: Flags = begin & alone & written
        return shared


def _initials(words: list[str]) -> str:
    return words[0] if _are_initials(words) and len(words) == 1 else "".join(word[:1] for word in words)


def _are_initials(words: list[str]) -> bool:
    """Tell initials (J, J P, JP) from names: single letters, or two consonants together."""
    if len(words) == 1 and len(words[0]) == 2:
        return not set(words[0]) & set("AEIOUY")
    return all(len(word) == 1 for word in words)


@dataclass(frozen=True)
class Phrases:
    """Streets or organisations prepared for comparison: spelling, and the words with their rarity."""

    spelling: Strings
    letters: Letters
    offsets: npt.NDArray[np.int64]
    words: Codes
    rarity: npt.NDArray[np.float64]
    may_be_cut: bool

    @classmethod
    def of(cls, column: Coded, *, may_be_cut: bool, rarity: Rarity | None = None) -> Phrases:
        """Prepare a column; where it may be cut, a value that begins another is close to it.

        Words are coded in alphabetical order, so that their rarities are always added up in the same order.
        """
        groups = [sorted(set(value.split())) for value in column.values]
        words = word_counts(column)
        sizes = np.array([len(group) for group in groups], dtype=np.int64)
        offsets = np.append(0, np.cumsum(sizes)).astype(np.int64)
        held = np.maximum(words.counts, 1)
        spelling = np.array([value.replace(" ", "") for value in column.values], dtype=object)
        return cls(
            spelling=spelling,
            letters=Letters.of(spelling),
            offsets=offsets,
            words=words.codes,
            rarity=rarity(words.values) if rarity else np.log((1 + len(groups)) / held),
            may_be_cut=may_be_cut,
        )

    def overlap(self, left: Codes, right: Codes) -> tuple[Bytes, Floats]:
        """Return the closeness of each pair, and the share of their words they have in common, by rarity."""
        close = np.zeros(len(left), dtype=np.uint8)
        common = np.zeros(len(left), dtype=np.float32)
        same = (left == right) & (left >= 0)
        close[same], common[same] = SAME, 1.0
        at = np.flatnonzero((left != right) & (left >= 0) & (right >= 0))
        pairs = value_pairs(left[at], right[at], len(self.spelling))
        shared = np.zeros(len(pairs.one), dtype=np.float32)
        _word_overlap(pairs.one, pairs.other, self.offsets, self.words, self.rarity, shared)
        longer = np.maximum(self.letters.length[pairs.one], self.letters.length[pairs.other])
        shorter = np.minimum(self.letters.length[pairs.one], self.letters.length[pairs.other])
        forgiven = np.maximum(1, longer // 5)
        level = np.full(len(pairs.one), DIFFERENT, dtype=np.uint8)
        level[shared >= 0.75] = CLOSE
        if self.may_be_cut:
            cut = np.flatnonzero((shorter >= 6) & self.letters.may_begin(pairs.one, pairs.other))
            start = self._score(Prefix.similarity, pairs.one[cut], pairs.other[cut])
            level[cut[start == shorter[cut]]] = CLOSE
        near = np.flatnonzero(self.letters.least_slips(pairs.one, pairs.other) <= forgiven)
        slips = self._score(OSA.distance, pairs.one[near], pairs.other[near])
        level[near[slips <= forgiven[near]]] = CLOSE
        level[near[slips == 0]] = SAME
        close[at], common[at] = level[pairs.place], shared[pairs.place]
        return close, common

    def _score(self, scorer: Callable[..., Any], one: Ints, other: Ints) -> Bytes:
        found: Bytes = _cpdist(scorer, self.spelling[one], self.spelling[other], np.uint8)
        return found


def word_counts(column: Coded) -> Coded:
    """Return the words of the distinct values of a column, in alphabetical order; each counts the values that hold it.

    >>> words = word_counts(coded(pa.array(["RUE DES LILAS", "RUE FOCH", "RUE FOCH"])))
    >>> dict(zip(words.values.tolist(), words.counts.tolist()))
    {'DES': 1, 'FOCH': 1, 'LILAS': 1, 'RUE': 2}
    """
    return alphabetical(coded(_strings([word for value in column.values for word in sorted(set(value.split()))])))


def alphabetical(column: Coded) -> Coded:
    """Return the column coded in the order of its values.

    >>> alphabetical(coded(pa.array(["RUE", "LILAS", "RUE"]))).codes.tolist()
    [1, 0, 1]
    """
    order = np.argsort(column.values, kind="stable") if len(column.values) else np.zeros(0, dtype=np.int64)
    rank = np.full(len(order) + 1, -1, dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return Coded(rank[column.codes], column.values[order])


def _strings(values: list[Any]) -> Any:
    return pa.array(values, pa.string())


@compiled
def _word_overlap(
    one: Ints, other: Ints, offsets: Ints, words: Codes, rarity: npt.NDArray[np.float64], out: Floats
) -> None:
    for pair in range(len(one)):
        i, i_end = offsets[one[pair]], offsets[one[pair] + 1]
        j, j_end = offsets[other[pair]], offsets[other[pair] + 1]
        common, total = 0.0, 0.0
        while i < i_end or j < j_end:
            if j >= j_end or (i < i_end and words[i] < words[j]):
                total += rarity[words[i]]
                i += 1
            elif i >= i_end or words[j] < words[i]:
                total += rarity[words[j]]
                j += 1
            else:
                common += rarity[words[i]]
                total += rarity[words[i]]
                i += 1
                j += 1
        out[pair] = common / total if total > 0 else 0.0
