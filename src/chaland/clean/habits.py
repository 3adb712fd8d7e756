"""How each source writes: last or first name first, day or month first. What is doubtful alone follows its source.

A habit is learnt from the values that leave no doubt: twenty at least, nineteen in twenty alike. Reads work.clean_raw,
writes work.clean_habits: one row per source that has one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pyarrow as pa

from chaland.clean.name_parts import read_full_name
from chaland.clean.text import fold, is_too_long, tidy
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.engine.work_tables import append_rows, drop_work_tables

FEWEST = 20
SHARE = 0.95
MOST_NAMES = 2_000
"""Full names read of a source: enough to know, little to wait for."""
_SQL = "chaland.clean"


def name_order_of(text: str) -> str:
    """Return the order one full name shows for sure, last_first or first_last; "" when it does not.

    >>> name_order_of("M. DURAND Paul"), name_order_of("Sophie Lefebvre"), name_order_of("Laurent Simon")
    ('last_first', 'first_last', '')
    """
    text = tidy(text)
    if is_too_long(text):
        return ""
    found = read_full_name(text)
    if not (found.first and found.last) or found.reason or found.is_couple or found.birth or not found.is_sure:
        return ""
    words = fold(text).split()
    first, last = fold(found.first).split(), fold(found.last).split()
    if not first or not last or first[0] not in words or last[0] not in words or first[0] == last[0]:
        return ""
    return "first_last" if words.index(first[0]) < words.index(last[0]) else "last_first"


def habit(votes: Counter[str]) -> str:
    """Return what nearly all of the values say; "" when they are too few or disagree.

    >>> habit(Counter(last_first=96, first_last=4)), habit(Counter(last_first=60, first_last=40))
    ('last_first', '')
    """
    total = votes.total()
    winner, count = votes.most_common(1)[0] if total else ("", 0)
    return winner if total >= FEWEST and count >= SHARE * total else ""


def name_orders(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the order of full names of each source that has one.

    Args:
        rows: source and full name as written.

    >>> name_orders([("card", f"DURAND{rank} Paul") for rank in range(30)])
    {'card': 'last_first'}
    """
    votes: dict[str, Counter[str]] = {}
    for source, text in rows:
        order = name_order_of(text)
        if order:
            votes.setdefault(source, Counter())[order] += 1
    return {source: order for source, cast in votes.items() if (order := habit(cast))}


def date_order(day_first: int, month_first: int) -> str:
    """Return how a source writes its dates in figures: "" day first, month_first, or mixed.

    >>> date_order(900, 3), date_order(2, 300), date_order(60, 40), date_order(0, 3)
    ('', 'month_first', 'mixed', '')
    """
    total = day_first + month_first
    if total < FEWEST or day_first >= SHARE * total:
        return ""
    return "month_first" if month_first >= SHARE * total else "mixed"


def learn_habits(engine: Engine) -> None:
    """Write work.clean_habits (source, name_order, date_order) from work.clean_raw."""
    names = name_orders(engine.rows(sql_text(_SQL, "habit_names.sql"), {"most": MOST_NAMES}))
    dates = {
        source: order
        for source, day_first, month_first in engine.rows(sql_text(_SQL, "habit_dates.sql"))
        if (order := date_order(day_first, month_first))
    }
    sources = sorted({*names, *dates})
    drop_work_tables(engine, ("clean_habits",))
    rows = {
        "source": pa.array(sources, pa.string()),
        "name_order": pa.array([names.get(source, "") for source in sources], pa.string()),
        "date_order": pa.array([dates.get(source, "") for source in sources], pa.string()),
    }
    append_rows(engine, "clean_habits", pa.table(rows))
