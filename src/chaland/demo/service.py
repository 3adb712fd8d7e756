"""What customers say: survey answers, calls to the help line, cases; one row each, as Arrow tables."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import pyarrow as pa

from chaland.demo.cast import before, cast_records, minute_of
from chaland.demo.history import Array, History, stream
from chaland.demo.presence import HELPLINE, SURVEYS
from chaland.demo.registers import Register
from chaland.demo.sales import opening_minutes

COMMENTED = 0.45
CALLERS_WITH_A_CASE = 0.28
SCORES = np.arange(11)
SCORE_SHARES = (0.02, 0.01, 0.02, 0.03, 0.03, 0.06, 0.07, 0.14, 0.22, 0.20, 0.20)


def words(section: str, name: str) -> list[str]:
    """Return a list of `data/words.toml`."""
    text = files("chaland.demo").joinpath("data", "words.toml").read_text(encoding="utf-8")
    return [str(word) for word in tomllib.loads(text)[section][name]]


def sentences(section: str, name: str, departments: list[str]) -> pa.Array:
    """Return the sentences of a list, one for each department where they name one."""
    made = []
    for sentence in words(section, name):
        if "{rayon}" in sentence:
            made += [sentence.replace("{rayon}", department.lower()) for department in departments]
        else:
            made += [sentence] * 3
    return pa.array(made)


def drawn(dictionary: pa.Array, rng: np.random.Generator, count: int, shown: Array | None = None) -> pa.Array:
    """Return `count` texts drawn from a dictionary; null where not shown."""
    index = pa.array(rng.integers(0, len(dictionary), count), mask=None if shown is None else ~shown)
    return dictionary.take(index)


def draw_answers(register: Register, departments: list[str], seed: int) -> pa.Table:
    """Return the answers in the order of the register: recommendation, satisfaction, comment, date_style (0 to 2)."""
    rng = stream(seed, "answers")
    count = register.records.count
    score = rng.choice(SCORES, size=count, p=SCORE_SHARES)
    satisfaction = np.clip(np.round(score / 2 + 0.6 * rng.standard_normal(count)), 1, 5).astype(np.int64)
    tone = np.select([score >= 8, score >= 6], [0, 1], 2)
    shown = rng.random(count) < COMMENTED
    choices = [
        drawn(sentences("surveys", name, departments), rng, count, shown) for name in ("happy", "neutral", "angry")
    ]
    comments = pa.concat_arrays(choices).take(pa.array(tone * count + np.arange(count)))
    cast = [row.facts for row in cast_records(SURVEYS)]
    return pa.table(
        {
            "recommendation": np.concatenate([score, [row["recommendation"] for row in cast]]),
            "satisfaction": np.concatenate([satisfaction, [row["satisfaction"] for row in cast]]),
            "comment": pa.concat_arrays([comments, pa.array([row["comment"] for row in cast])]),
            "date_style": np.concatenate([rng.integers(0, 3, count), np.full(len(cast), 2)]),
        }
    )


def _moments(history: History, days: Array, minutes: Array) -> pa.Array:
    return pa.array(history.dates(days).astype("datetime64[s]") + (minutes * 60).astype("timedelta64[s]"))


def draw_calls(register: Register, departments: list[str], history: History, seed: int) -> pa.Table:
    """Return the calls in time order: caller (index in the register), at, seconds, direction, reason, outcome, note."""
    rng = stream(seed, "calls")
    crowd = register.records.count
    first = register.opened_day[:crowd]
    caller = np.repeat(np.arange(crowd), 1 + rng.poisson(0.5, crowd))
    again = np.concatenate([[False], caller[1:] == caller[:-1]]) if len(caller) else np.zeros(0, bool)
    later = first[caller] + (rng.random(len(caller)) * (history.days - first[caller])).astype(int)
    day = np.where(again, later, first[caller])
    cast = [
        (crowd + rank, before(history.days, back), minute_of(clock), *rest)
        for rank, row in enumerate(cast_records(HELPLINE))
        for back, clock, *rest in row.facts["calls"]
    ]
    columns = [list(column) for column in zip(*cast, strict=True)]
    count = len(caller)
    calls = pa.table(
        {
            "caller": np.concatenate([caller, columns[0]]),
            "at": _moments(
                history,
                np.concatenate([day, columns[1]]),
                np.concatenate([opening_minutes(rng, count), columns[2]]).astype(np.int64),
            ),
            "seconds": np.concatenate([(30 + rng.gamma(1.6, 130.0, count)).astype(int), columns[3]]),
            "direction": pa.array(np.concatenate([np.where(rng.random(count) < 0.88, "E", "S"), ["E"] * len(cast)])),
            "reason": pa.concat_arrays([drawn(pa.array(words("calls", "reasons")), rng, count), pa.array(columns[4])]),
            "outcome": pa.concat_arrays(
                [drawn(pa.array(words("calls", "outcomes")), rng, count), pa.array(columns[5])]
            ),
            "note": pa.concat_arrays(
                [drawn(sentences("calls", "notes", departments), rng, count), pa.array(columns[6])]
            ),
        }
    )
    return calls.sort_by([("at", "ascending"), ("caller", "ascending")])


def draw_cases(register: Register, history: History, seed: int) -> pa.Table:
    """Return the cases in time order: caller, opened, closed (null while open), subject, note."""
    rng = stream(seed, "cases")
    crowd = register.records.count
    caller = np.flatnonzero(rng.random(crowd) < CALLERS_WITH_A_CASE)
    opened = register.opened_day[caller].astype(np.int64)
    closed = opened + 1 + rng.gamma(2.0, 9.0, len(caller)).astype(int)
    cast = [
        (crowd + rank, before(history.days, start), before(history.days, end) if end >= 0 else history.days, *rest)
        for rank, row in enumerate(cast_records(HELPLINE))
        for start, end, *rest in row.facts["cases"]
    ]
    columns = [list(column) for column in zip(*cast, strict=True)]
    opened, closed = np.concatenate([opened, columns[1]]), np.concatenate([closed, columns[2]])
    subjects = drawn(pa.array(words("cases", "subjects")), rng, len(caller))
    is_open = closed >= history.days
    cases = pa.table(
        {
            "caller": np.concatenate([caller, columns[0]]),
            "opened": _moments(history, opened, np.full(len(opened), 570)),
            "closed": pa.array(
                history.dates(np.minimum(closed, history.days)).astype("datetime64[s]") + np.timedelta64(17, "h"),
                mask=is_open,
            ),
            "subject": pa.concat_arrays([subjects, pa.array(columns[3])]),
            "note": pa.concat_arrays([pa.nulls(len(caller), pa.string()), pa.array(columns[4])]),
        }
    )
    return cases.sort_by([("opened", "ascending"), ("caller", "ascending")])
