"""Fingerprints: 64 bits for each value of each field, the same on any day and machine.

Dictionary codes live as long as one run; a fingerprint is what two runs share. An index of fingerprints answers
"which records share this blocking key", "how frequent is this value" without the values themselves. 0 stands for
nothing. FNV-1a (Fowler, Noll & Vo) over the UTF-8 bytes, then the finaliser of SplitMix64 (Steele, Lea &
Flood 2014) for bits that spread well.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chaland.engine.compiled import compiled
from chaland.identity.keys import Atom
from chaland.identity.records import Coded, Codes, Ints, Records, Strings

Fingerprints = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


@compiled
def mixed(number: np.uint64) -> np.uint64:
    """Return a number with its bits spread (SplitMix64's finaliser); 0 is kept for nothing."""
    out = number + _GOLDEN
    out = (out ^ (out >> np.uint64(30))) * _FIRST
    out = (out ^ (out >> np.uint64(27))) * _SECOND
    return max(out ^ (out >> np.uint64(31)), np.uint64(1))


@compiled
def _fnv(offsets: Ints, data: npt.NDArray[np.uint8], out: Fingerprints) -> None:
    prime = np.uint64(1099511628211)
    for text in range(len(out)):
        number = np.uint64(14695981039346656037)
        for place in range(offsets[text], offsets[text + 1]):
            number = (number ^ np.uint64(data[place])) * prime
        out[text] = mixed(number)


@compiled
def _mix_known(numbers: npt.NDArray[np.int64], out: Fingerprints) -> None:
    for place in range(len(numbers)):
        out[place] = mixed(np.uint64(numbers[place])) if numbers[place] >= 0 else np.uint64(0)


@compiled
def folded(print_: np.uint64, part: np.uint64) -> np.uint64:
    """Return the fingerprint of a combination with one more part."""
    return mixed((print_ ^ part) * _SECOND)


@compiled
def _fold(out: Fingerprints, part: Fingerprints, lacks: npt.NDArray[np.bool_], may_lack: bool) -> None:
    for place in range(len(out)):
        out[place] = folded(out[place], part[place])
        lacks[place] |= part[place] == 0 and not may_lack


def of_texts(texts: Strings | list[str | None]) -> Fingerprints:
    """Return the fingerprint of each text, 0 for None.

    >>> one, other, nothing = of_texts(["DUPONT", "DUPOND", None]).tolist()
    >>> one != other, nothing
    (True, 0)
    """
    column = pa.array(texts, pa.large_string(), from_pandas=True)
    out = np.empty(len(column), dtype=np.uint64)
    _, offsets, data = column.buffers()
    if len(column):
        bytes_ = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
        _fnv(np.frombuffer(offsets, dtype=np.int64)[: len(out) + 1], bytes_, out)
    if column.null_count:
        out[column.is_null().to_numpy(zero_copy_only=False)] = 0
    return out


def of_numbers(numbers: npt.NDArray[np.integer]) -> Fingerprints:
    """Return the fingerprint of each number, 0 for a negative one."""
    out = np.empty(len(numbers), dtype=np.uint64)
    _mix_known(numbers.astype(np.int64), out)
    return out


@cache
def seed(name: str) -> np.uint64:
    """Return the fingerprint that a combination of this name begins with."""
    return np.uint64(of_texts([name])[0])


def together(name: str, *parts: Fingerprints, may_lack: int = 0) -> Fingerprints:
    """Return one fingerprint per combination, 0 where a part is missing.

    Args:
        name: what the combination is; two names never give the same fingerprints.
        may_lack: the last parts that may be missing.

    >>> lilas, lyon = of_texts(["LILAS"]), of_texts(["LYON"])
    >>> bool(together("street", lilas, lyon) == together("town", lilas, lyon))
    False
    """
    out = np.full(len(parts[0]), seed(name), dtype=np.uint64)
    lacks = np.zeros(len(out), dtype=bool)
    for place, part in enumerate(parts):
        _fold(out, part, lacks, place >= len(parts) - may_lack)
    out[lacks] = 0
    return out


def _each(column: Coded, change: Callable[[str], str | None] | None = None) -> Fingerprints:
    """Return the fingerprint of each record's value, changed first; once per distinct value."""
    values = column.values if change is None else [change(value) for value in column.values]
    return np.append(of_texts(values), np.uint64(0))[column.codes]


class RecordPrints:
    """The fingerprints of some records: of their fields, of their blocking keys. All have one entry a record.

    Args:
        records: the records.
        holders: values of organisation that hold a word, by word; from the records themselves when None.
    """

    def __init__(self, records: Records, holders: Callable[[list[str]], list[int]] | None = None) -> None:
        self.records = records
        self._holders = holders
        self._atoms: dict[str, Fingerprints] = {}

    @cached_property
    def numbers(self) -> Fingerprints:
        """One entry a number of Records.numbers, and a last one for nothing."""
        return np.append(of_texts(self.records.numbers), np.uint64(0))

    @cached_property
    def street_at(self) -> Fingerprints:
        return together("street at", _each(self.records.street), _each(self.records.town), may_lack=1)

    @cached_property
    def home(self) -> Fingerprints:
        return together("home", _each(self.records.street_number), self.street_at)

    def atom(self, name: str) -> Fingerprints:
        """Return the fingerprints of an atom of keys.py: two records share one if, and only if, they share its code.

        Raises:
            KeyError: no such atom.
        """
        if name not in self._atoms:
            self._atoms[name] = _ATOMS[name](self)
        return self._atoms[name]

    def key(self, names: list[str]) -> Fingerprints:
        """Return each record's key under the rule made of these atoms."""
        return together(" + ".join(sorted(names)), *(self.atom(name) for name in sorted(names)))

    def rarest_word(self) -> Fingerprints:
        """Return the fingerprint of the word of each organisation that the fewest organisations hold."""
        column = self.records.organisation
        groups = [value.split() for value in column.values]
        words = sorted({word for group in groups for word in group})
        if self._holders is None:
            counts = dict.fromkeys(words, 0)
            for group in groups:
                for word in set(group):
                    counts[word] += 1
        else:
            counts = dict(zip(words, self._holders(words), strict=True))
        rarest = [min((w for w in group if len(w) > 2), key=lambda w: (counts[w], w), default=None) for group in groups]
        return np.append(of_texts(rarest), np.uint64(0))[column.codes]

    def both_names(self) -> Fingerprints:
        """Return one fingerprint per set of two names, whichever way round they were written."""
        first, last = _each(self.records.first_name), _each(self.records.last_name)
        low, high = np.minimum(first, last), np.maximum(first, last)
        return together("both", low, high)


def _start(length: int) -> Callable[[str], str]:
    return lambda value: value.replace(" ", "")[:length]


def _end(length: int) -> Callable[[str], str]:
    return lambda value: value.replace(" ", "")[-length:]


def _birth(part: Callable[[npt.NDArray[np.int32]], npt.NDArray[np.int32]]) -> Callable[[RecordPrints], Fingerprints]:
    def prints(of: RecordPrints) -> Fingerprints:
        days = of.records.birth_date
        return of_numbers(np.where(days >= 0, part(days), -1))

    return prints


def _number(codes: Callable[[Records], Codes]) -> Callable[[RecordPrints], Fingerprints]:
    return lambda of: of.numbers[codes(of.records)]


_ATOMS: dict[str, Callable[[RecordPrints], Fingerprints]] = {
    "first_name": lambda of: _each(of.records.first_name),
    "first_sound": lambda of: _each(of.records.first_sound),
    "first_start": lambda of: _each(of.records.first_name, _start(3)),
    "last_name": lambda of: _each(of.records.last_name),
    "last_sound": lambda of: _each(of.records.last_sound),
    "last_start": lambda of: _each(of.records.last_name, _start(3)),
    "last_end": lambda of: _each(of.records.last_name, _end(3)),
    "both_names": RecordPrints.both_names,
    "birth_name": lambda of: _each(of.records.birth_name),
    "birth_date": _birth(lambda days: days),
    "birth_year": lambda of: of_numbers(of.records.birth_year),
    "birth_day": _birth(lambda days: days % 10_000),
    "street": lambda of: _each(of.records.street),
    "street_word": lambda of: _each(of.records.street_word),
    "street_number": lambda of: _each(of.records.street_number),
    "town": lambda of: _each(of.records.town),
    "city": lambda of: _each(of.records.city),
    "postcode": lambda of: _each(of.records.postcode),
    "phone": _number(lambda records: records.phone),
    "mobile": _number(lambda records: records.mobile),
    "email": lambda of: _each(of.records.email),
    "email_local": lambda of: _each(of.records.email_local),
    "card": lambda of: _each(of.records.card),
    "organisation": lambda of: _each(of.records.organisation),
    "employer": lambda of: _each(of.records.employer),
    "occupation": lambda of: _each(of.records.occupation),
    "birth_place": lambda of: _each(of.records.birth_place),
    "organisation_word": RecordPrints.rarest_word,
    "organisation_start": lambda of: _each(of.records.organisation, _start(5)),
}


def unknown_atoms(atoms: list[Atom]) -> list[str]:
    """Return the names of the atoms that have no fingerprint."""
    return [atom.name for atom in atoms if atom.name not in _ATOMS]
