"""The words people bear and live in, held so that those near a typed one are found without comparing it with each.

One letter changed, added or left out moves at most two bits of the set of a word's letters: words whose sets differ by
more, or whose lengths do, are put aside sixty-four bits at a time; the distance is then computed for the few that stay.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

_SIGNS = 36


def _letters(word: str) -> int:
    """Return the set of a word's letters and digits, a bit each.

    >>> _letters("ABBA") == _letters("AB") == 3
    True
    """
    found = 0
    for sign in set(word):
        found |= 1 << ((ord(sign) - 65) % _SIGNS)
    return found


class Vocabulary:
    """Folded words (A–Z, 0–9), each once.

    >>> Vocabulary(["MARTIN", "MARTINEZ", "DURAND", "MRATIN"]).near("MARTIN", 1, 10)
    ['MARTIN', 'MRATIN']
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._letters = np.fromiter(map(_letters, words), np.uint64, len(words))
        self._lengths = np.fromiter(map(len, words), np.int64, len(words))

    def near(self, word: str, distance: int, limit: int) -> list[str]:
        """Return the words at most so many letters away (Damerau, optimal string alignment), nearest first."""
        is_long = np.abs(self._lengths - len(word)) <= distance
        rows = np.flatnonzero(is_long)
        differing = np.bitwise_count(self._letters[rows] ^ np.uint64(_letters(word)))
        candidates = [self.words[row] for row in rows[differing <= 2 * distance].tolist()]
        near = process.extract(
            word, candidates, scorer=OSA.distance, processor=None, score_cutoff=distance, limit=limit
        )
        return [found for found, _, _ in near]
