"""The arrays of this room's loops, and what compiles them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chaland.engine.compiled import compiled as compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
