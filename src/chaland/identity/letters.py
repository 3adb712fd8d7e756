"""What the letters of two texts say before they are compared: most pairs are too unlike to be worth it.

Each text is summed up in the set of its letters (64 bits) and its length. Letters that only one of two texts holds
bound the typing slips from below and the likeness from above, so that the comparison proper is left to few pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine.compiled import compiled
from chaland.identity.numbering import Ints

Strings = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]
Sets = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Letters:
    """The letters and the length of each distinct value of a column."""

    held: Sets
    length: Ints

    @classmethod
    def of(cls, values: Strings) -> Letters:
        """Sum up texts."""
        texts = pa.array(values, pa.large_string())
        held = np.zeros(len(values), dtype=np.uint64)
        if len(values):
            _, offsets, data = texts.buffers()
            _collect(np.frombuffer(offsets, np.int64), np.frombuffer(data or b"\0", np.uint8), held)
        return cls(held, pc.utf8_length(texts).to_numpy())

    def least_slips(self, one: Places, other: Places) -> Bytes:
        """Return, for each pair of values, typing slips there are at least (255 at most).

        A slip changes, adds or takes away one letter: as many are needed as one text holds that the other lacks.
        """
        out = np.empty(len(one), dtype=np.uint8)
        _least_slips(self.held, self.length, one, other, out)
        return out

    def most_alike(self, one: Places, other: Places) -> Floats:
        """Return, for each pair of values, the Jaro–Winkler similarity there is at most."""
        out = np.empty(len(one), dtype=np.float32)
        _most_alike(self.held, self.length, one, other, out)
        return out

    def may_begin(self, one: Ints, other: Ints) -> Flags:
        """Tell for which pairs the shorter text may be the beginning of the longer."""
        shorter = np.where(self.length[one] <= self.length[other], one, other)
        longer = np.where(self.length[one] <= self.length[other], other, one)
        found: Flags = (self.held[shorter] & ~self.held[longer]) == 0
        return found


def are_made_of(texts: pa.Array, names: pa.Array, *, least: int) -> Flags:
    """Tell which texts, rid of all that is not a letter of A to Z, hold the letters of the name beside them.

    False where one is null, or the name has fewer than `least` letters.

    >>> are_made_of(pa.array(["j-petit42", "petit", None]), pa.array(["PETIT", "LE PETIT", "PETIT"]), least=3).tolist()
    [True, False, False]
    """
    out = np.zeros(len(texts), dtype=bool)
    if len(texts):
        (_, starts, data), (_, name_starts, name_data) = _plain(texts).buffers(), _plain(names).buffers()
        longest = int(np.diff(np.frombuffer(starts, np.int64)[: len(texts) + 1]).max(initial=0))
        longest = max(longest, int(np.diff(np.frombuffer(name_starts, np.int64)[: len(texts) + 1]).max(initial=0)))
        _made_of(
            np.frombuffer(starts, np.int64),
            np.frombuffer(data or b"\0", np.uint8),
            np.frombuffer(name_starts, np.int64),
            np.frombuffer(name_data or b"\0", np.uint8),
            np.empty(longest + 1, dtype=np.uint8),
            np.empty(longest + 1, dtype=np.uint8),
            least,
            out,
        )
    return out


def _plain(texts: pa.Array) -> pa.Array:
    """Return texts whose buffers hold nothing but them: null is empty."""
    return pc.fill_null(pa.concat_arrays([texts.cast(pa.large_string())]), "")


@compiled
def _letters(start: int, end: int, data: Bytes, out: Bytes) -> int:
    """Write the unaccented letters of a text as capitals; return how many."""
    count = 0
    for place in range(start, end):
        letter = data[place] & 0xDF
        if data[place] < 0x80 and 65 <= letter <= 90:
            out[count] = letter
            count += 1
    return count


@compiled
def _made_of(
    starts: Ints, data: Bytes, name_starts: Ints, name_data: Bytes, text: Bytes, name: Bytes, least: int, out: Flags
) -> None:
    for row in range(len(out)):
        size = _letters(name_starts[row], name_starts[row + 1], name_data, name)
        if size < least:
            continue
        length = _letters(starts[row], starts[row + 1], data, text)
        for start in range(length - size + 1):
            same = 0
            while same < size and text[start + same] == name[same]:
                same += 1
            if same == size:
                out[row] = True
                break


@compiled
def _collect(offsets: Ints, data: Bytes, held: Sets) -> None:
    for value in range(len(held)):
        for place in range(offsets[value], offsets[value + 1]):
            if data[place] & 0xC0 != 0x80:  # one byte a letter: the first of its UTF-8
                held[value] |= np.uint64(1) << np.uint64(data[place] & 63)


@compiled
def _only_in(one: np.uint64, other: np.uint64) -> int:
    left = one & ~other
    count = 0
    while left:
        left &= left - np.uint64(1)
        count += 1
    return count


@compiled
def _least_slips(held: Sets, length: Ints, one: Places, other: Places, out: Bytes) -> None:
    for pair in range(len(one)):
        a, b = one[pair], other[pair]
        least = max(_only_in(held[a], held[b]), _only_in(held[b], held[a]))
        out[pair] = min(255, max(least, abs(length[a] - length[b])))


@compiled
def _most_alike(held: Sets, length: Ints, one: Places, other: Places, out: Floats) -> None:
    for pair in range(len(one)):
        a, b = one[pair], other[pair]
        common = min(length[a] - _only_in(held[a], held[b]), length[b] - _only_in(held[b], held[a]))
        if common <= 0:
            out[pair] = 0.0
            continue
        jaro = (common / length[a] + common / length[b] + 1.0) / 3.0
        out[pair] = min(1.0, jaro + 0.4 * (1.0 - jaro) + 1e-6)
