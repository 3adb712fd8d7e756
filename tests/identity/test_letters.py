"""What letters say of two texts is never more than the truth: no pair is lost for having been skipped."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler

from chaland.identity.letters import Letters

TEXTS = st.lists(st.text(alphabet="ABCDEÉ .-@12", max_size=12), min_size=2, max_size=8)


@given(TEXTS)
@settings(deadline=None)  # the first call compiles
def test_the_bounds_hold_for_every_pair(texts: list[str]) -> None:
    letters = Letters.of(np.array(texts, dtype=object))
    one, other = (ends.ravel() for ends in np.indices((len(texts), len(texts))))
    slips, likeness = letters.least_slips(one, other), letters.most_alike(one, other)
    begins = letters.may_begin(one, other)
    for place, (a, b) in enumerate(zip(one, other, strict=True)):
        assert slips[place] <= OSA.distance(texts[a], texts[b])
        if texts[a] and texts[b]:
            assert likeness[place] >= np.float32(JaroWinkler.similarity(texts[a], texts[b]))
        if texts[a].startswith(texts[b]) or texts[b].startswith(texts[a]):
            assert begins[place]


def test_unlike_texts_are_told_apart_without_comparing_them() -> None:
    letters = Letters.of(np.array(["MARTIN", "DUBOIS", "MARTINS"], dtype=object))
    assert letters.least_slips(np.array([0, 0]), np.array([1, 2])).tolist() == [5, 1]
    assert letters.most_alike(np.array([0]), np.array([1]))[0] < 0.75
