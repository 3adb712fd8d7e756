"""Grades and reasons: what a field is worth, and why, in one code.

Grades: A valid as received; B valid once reformatted; C repaired or doubtful; D present but unusable; E absent.
The codes and their French and English sentences are in data/reasons.toml (docs/reference/grades.md prints them).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from chaland.clean.dictionaries import load_data

__all__ = [
    "ABSENT",
    "AS_RECEIVED",
    "DISTRIBUTABLE",
    "GRADES",
    "STATUSES",
    "TOO_LONG",
    "Graded",
    "explain",
    "graded",
    "load_data",
    "reasons",
]

A, B, C, D, E = "A", "B", "C", "D", "E"
GRADES = (A, B, C, D, E)
EMPTY = "empty"
OK = "ok"
STATUSES = ("V0", "V1", "V2", "V3", "R4", "R5", "R6", "R7", "R8")
DISTRIBUTABLE = ("V0", "V1", "V2")
"""Address statuses a letter may be sent to: the distributable rate is (V0 + V1 + V2) / addresses."""


class Graded(NamedTuple):
    """A grade and the code of its reason."""

    grade: str
    reason: str


ABSENT = Graded(E, EMPTY)
AS_RECEIVED = Graded(A, OK)
TOO_LONG = Graded(E, "text_too_long")


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Return every reason code with its grade and its French and English sentences.

    >>> reasons()["premium_number"]["grade"]
    'D'
    """
    found: dict[str, dict[str, str]] = load_data("reasons")["reasons"]
    return found


@cache
def graded(reason: str) -> Graded:
    """Return the grade that belongs to a reason.

    >>> graded("swapped_names")
    Graded(grade='C', reason='swapped_names')
    """
    return Graded(reasons()[reason]["grade"], reason)


def explain(reason: str, language: str) -> str:
    """Return the sentence of a reason in "fr" or "en"; the code itself when unknown.

    >>> explain("in_future", "en")
    'the date is in the future'
    """
    return reasons().get(reason, {}).get(language, reason)
