"""Numba behind one typed decorator, so that compiled loops stay readable to the type checker.

The compiled code is cached beside the source, or in the user's cache folder when that one cannot be written; where
neither can (a service's account), it is compiled again by each run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Return the function compiled to machine code at its first call; other threads run while it does."""
    try:
        return cast(Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba found no folder it may write its cache in
        return cast(Function, numba.njit(nogil=True)(function))
