"""What a condition asks of the value of one attribute: the SQL that says it, and who meets it among distinct values.

The two are told side by side, and are the same to the last null: a statement costs the database milliseconds to plan,
which is what an estimate takes whole.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine.duckdb import quoted

_SQL = {
    "true": "{column}",
    "false": "not {column}",
    "known": "{column} is not null",
    "unknown": "{column} is null",
    "in": "{column} is not null and list_contains(${name}, {column})",
    "not_in": "{column} is not null and not list_contains(${name}, {column})",
    "starts_with": "starts_with({column}, ${name})",
    "between": "{column} between ${name}_low and ${name}_high",
    ">=": "{column} >= ${name}",
    "<=": "{column} <= ${name}",
    "<": "{column} < ${name}",
}


def folded(text: str) -> str:
    """Return a text in small letters without accents, as the `_key` columns are (SQL's lower and strip_accents).

    >>> folded("Saint-Étienne")
    'saint-etienne'
    """
    letters = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(one for one in letters if not unicodedata.combining(one))).lower()


@dataclass(frozen=True)
class Predicate:
    """A test of a column of segments.customers; a null meets `unknown` alone.

    Attributes:
        test: a key of _SQL.
        value: what it is compared with: two values for `between`, several for `in` and `not_in`, None for others.
    """

    column: str
    test: str
    value: Any = None

    @property
    def sql(self) -> str:
        return _SQL[self.test].format(column=quoted(self.column), name=self.column)

    @property
    def values(self) -> dict[str, Any]:
        """What is bound to the text, named as the column."""
        if self.value is None:
            return {}
        if self.test == "between":
            return {f"{self.column}_low": self.value[0], f"{self.column}_high": self.value[1]}
        return {self.column: list(self.value) if self.test in ("in", "not_in") else self.value}

    def met(self, values: pa.Array) -> npt.NDArray[np.bool_]:
        """Return, for each value, whether it meets the test.

        >>> Predicate("age_years", ">=", 40).met(pa.array([39, 40, None])).tolist()
        [False, True, False]
        """
        if self.test in ("known", "unknown"):
            return _flags(values.is_valid() if self.test == "known" else values.is_null())
        if self.test == "true":
            return _flags(values)
        if self.test == "false":
            return _flags(pc.invert(values))
        if self.test in ("in", "not_in"):
            among = _flags(pc.is_in(values, value_set=pa.array(self.value, type=values.type)))
            return among if self.test == "in" else ~among & _flags(values.is_valid())
        if self.test == "starts_with":
            return _flags(pc.starts_with(values, pattern=self.value))
        numbers = values.to_numpy(zero_copy_only=False)
        if self.test == "between":
            low, high = (_like(numbers, one) for one in self.value)
            return np.asarray((numbers >= low) & (numbers <= high))
        compared = {">=": np.greater_equal, "<=": np.less_equal, "<": np.less}[self.test]
        return np.asarray(compared(numbers, _like(numbers, self.value)))


def _flags(values: pa.Array) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return found


def _like(numbers: npt.NDArray[Any], value: Any) -> Any:
    """Return a value as the array compares it: days with days."""
    return np.datetime64(value, "D") if numbers.dtype.kind == "M" else float(value)
