"""An attribute is read once, as codes; what it answers is what SQL answers on every customer."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from chaland.segments.columns import Columns, coded


def rows(name: str, values: list[object]) -> pa.Table:
    """Return customers out of order, as a database gives them."""
    order = np.random.default_rng(3).permutation(len(values))
    return pa.table({"customer_number": order, name: pa.array([values[place] for place in order])})


def test_each_customer_has_the_code_of_his_value_nulls_too() -> None:
    values = [None, "F", "M", "F", None, "", "M"]
    found = coded(rows("sex", values), "sex")
    assert [found.values.to_pylist()[code] for code in found.codes] == values
    assert found.codes.dtype == np.uint8


def test_many_values_take_wider_codes() -> None:
    days = [date.fromordinal(700_000 + rank % 300) for rank in range(1_000)]
    found = coded(rows("day", list(days)), "day")
    assert found.codes.dtype == np.uint16
    assert found.values.take(pa.array(found.codes)).to_pylist() == days


def test_no_customer_no_code() -> None:
    empty = pa.table({"customer_number": pa.array([], pa.int32()), "sex": pa.array([], pa.string())})
    assert coded(empty, "sex").codes.tolist() == []


def test_columns_asked_last_are_kept_within_their_room_and_the_others_read_again() -> None:
    table = rows("sex", ["F", "M"] * 500)
    one = coded(table, "sex").nbytes
    columns, read = Columns(room_bytes=2 * one), []
    for name in ("a", "b", "a", "c", "a", "b"):

        def reading(name: str = name) -> pa.Table:
            read.append(name)
            return table.rename_columns(["customer_number", name])

        columns.get(name, reading)
    assert read == ["a", "b", "c", "b"]
    assert list(columns.kept) == ["a", "b"]
