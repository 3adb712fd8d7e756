"""The keys of an index, merged: none is lost, none is out of order, no block outgrows its cap."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from chaland.identity.index import Index
from chaland.identity.merging import Keys

ROWS, NEW, CAP = 4_000, 300, 4


def keys_of(blocks: np.ndarray[Any, Any], rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.sort((blocks.astype(np.uint64) << np.uint64(32)) | rows.astype(np.uint64))


@pytest.mark.parametrize("seed", range(4))
def test_the_keys_merged_are_those_that_stay_and_those_added_less_the_blocks_grown_too_large(seed: int) -> None:
    random = np.random.default_rng(seed)
    held = keys_of(random.integers(1, ROWS // 2, ROWS), random.permutation(ROWS))
    added = keys_of(random.integers(1, ROWS // 2, NEW), ROWS + np.arange(NEW))
    gone = np.sort(random.choice(ROWS, 50 * seed, replace=False))
    index = cast(Index, SimpleNamespace(keys=held, records=range(ROWS), segment=lambda name: held))
    stay = [key for key in held.tolist() if key & 0xFFFFFFFF not in set(gone.tolist())]
    every = sorted([*stay, *added.tolist()])
    sizes = np.bincount([key >> 32 for key in every])
    grown = {key >> 32 for key in added.tolist() if sizes[key >> 32] > CAP}
    assert grown
    keys = Keys(index, len(held) + 2 * NEW)
    keys.merge("capped", gone, added, CAP)
    keys.merge("whole", gone, added)
    expected = [key for key in every if key >> 32 not in grown]
    assert keys.segments == {"capped": [0, len(expected)], "whole": [len(expected), len(expected) + len(every)]}
    assert keys.table["key"].to_pylist() == [*expected, *every]
