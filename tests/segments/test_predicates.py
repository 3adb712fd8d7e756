"""The SQL that a condition shows and what is asked of values in memory choose the same customers."""

from __future__ import annotations

from typing import Any

from tests.segments.conftest import AS_OF, CUSTOMERS, Small
from tests.segments.test_counts import where

from chaland.segments import read_definition
from chaland.segments.compiler import Members, compile_leaf
from chaland.segments.predicates import folded
from chaland.segments.sets import numbers_of
from chaland.segments.vocabulary import AMOUNT, DAY, FIELDS, RATIO, Field

WORDS = ("Rennes", "rénnes", "OR", "F", "M", "ok", "35000", "S1", "35", "champions", "MME", "A")


def values_of(field: Field, test: str) -> list[Any]:
    """Return values a test may be given; [None] when it takes none."""
    if test in ("yes", "no", "known", "unknown"):
        return [None]
    if test in ("one_of", "none_of"):
        codes = [code for code, _ in field.choices] or WORDS
        return [list(codes[:1]), list(codes)]
    if test == "starts_with":
        return ["R", "ré", "3"]
    if test in ("last_days", "before_last_days"):
        return [0, 90]
    low, high = (0.2, 0.8) if field.kind == RATIO else (2, 37.5) if field.kind == AMOUNT else (1, 37)
    if field.kind == DAY:
        return [["2025-01-01", "2026-09-01"]] if test == "between" else ["2026-01-01"]
    return [[low, high]] if test == "between" else [low, high]


def test_every_test_of_every_field_chooses_as_its_sql_does(small: Small) -> None:
    asked: list[dict[str, Any]] = [
        {"field": field.name, "is": test} | ({} if value is None else {"value": value})
        for field in FIELDS
        for test in field.tests
        for value in values_of(field, test)
    ]
    asked += [{"near": {"km": km, "shop": "S1"}} for km in (15, 320)]
    asked += [{"bought": {"last_days": 90, "times": {"at_least": 1, "at_most": 3}, "amount": {"at_least": 20}}}]
    met = 0
    with small.base.asking() as run:
        for part in asked:
            (leaf,) = read_definition(where(part)).leaves
            compiled = compile_leaf(leaf, AS_OF)
            assert isinstance(compiled, Members)
            assert compiled.predicates or compiled.places
            told = sorted(run.numbers(compiled.statement).tolist())
            assert numbers_of(small.base.leaf(leaf, run), CUSTOMERS).tolist() == told, leaf
            met += bool(told)
    assert met > 60


def test_texts_are_folded_as_the_database_folds_them(small: Small) -> None:
    letters = [chr(code) for code in range(0x20, 0x250) if code != 0x130]  # a Turkish capital has a small letter of two
    with small.base.asking() as run:
        sql = "select lower(strip_accents(letter)) from (select unnest($letters) as letter)"
        assert [folded(one) for one in letters] == [row[0] for row in run.rows(sql, {"letters": letters})]
