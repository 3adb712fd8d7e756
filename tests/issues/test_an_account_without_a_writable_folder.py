"""Run by an account that may write neither beside the package nor in a home, `chaland build` stopped at its import."""

from __future__ import annotations

from types import FunctionType

from chaland.engine.compiled import compiled

TWICE = "def twice(number):\n    return 2 * number\n"


def test_a_function_is_compiled_where_no_cache_can_be_written() -> None:
    module = compile(TWICE, "/nowhere/twice.py", "exec")  # numba has no place to cache what lies nowhere
    code = next(part for part in module.co_consts if hasattr(part, "co_code"))
    twice = compiled(FunctionType(code, {"__name__": "twice"}))
    assert twice(21) == 42
