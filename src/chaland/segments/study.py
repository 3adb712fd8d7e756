"""What a segment is made of: its members, who may be reached and why not, its profile against the base, two compared,
several overlapping. All from sets (`sets`) and columns of segments.customers read once and kept as small codes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from chaland.engine.duckdb import quoted
from chaland.segments import sets
from chaland.segments.compiler import Statement, sampled
from chaland.segments.definition import Bought, Bounds, Definition, FieldIs, InSegment, Period
from chaland.segments.open_base import OpenBase, Run
from chaland.segments.sets import Bits
from chaland.segments.vocabulary import CHANNELS, EVENTS, FIELDS_BY_NAME
from chaland.tables import segments

SEGMENTS_OVERLAPPED = 8
PAGE = 50

_BANDS: dict[str, str] = {
    "age_band": "case when age_years < 25 then '18-24' when age_years < 35 then '25-34' "
    "when age_years < 45 then '35-44' "
    "when age_years < 55 then '45-54' when age_years < 65 then '55-64' when age_years < 75 then '65-74' "
    "when age_years is not null then '75+' end",
    "amount_band": "case when amount_12_months_cents <= 0 then '0' when amount_12_months_cents < 10000 then '1-99' "
    "when amount_12_months_cents < 50000 then '100-499' when amount_12_months_cents < 200000 then '500-1999' "
    "else '2000+' end",
    "recency_band": "case when days_since_purchase <= 30 then '0-30' when days_since_purchase <= 90 then '31-90' "
    "when days_since_purchase <= 365 then '91-365' when days_since_purchase is not null then '366+' end",
    "card": "case when is_card_holder then 'yes' else 'no' end",
}
PROFILE = ("age_band", "sex", "card", "rfm_segment", "amount_band", "recency_band", "home_shop_key", "departement")
"""Dimensions of a profile, in the order shown."""

SORTS = ("customer_id", "amount_12_months", "amount_total", "last_purchase_date", "tickets", "age_years")


@dataclass(frozen=True)
class Member:
    """A member, as a list shows him."""

    customer_id: str
    display_name: str
    city: str | None
    age_years: int | None
    last_purchase_date: date | None
    tickets: int
    amount_12_months: Decimal
    home_shop_key: str | None


@dataclass(frozen=True)
class Reach:
    """How many may be reached by a channel, and how many not for each reason, most first."""

    channel: str
    customers: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Share:
    """A value of a dimension: customers of the segment and of the base who have it, as shares too.

    `index`: 100 when the segment has as many as the base, 200 twice; None where the base has none.
    """

    dimension: str
    value: str | None
    customers: int
    base_customers: int
    ratio: float
    base_ratio: float
    index: float | None


@dataclass(frozen=True)
class Difference:
    """A value that two segments do not have in the same share; `z` weighs the difference by its chance."""

    dimension: str
    value: str | None
    ratio: float
    other_ratio: float
    z: float


@dataclass(frozen=True)
class Overlap:
    """Customers who are in exactly these segments, and in no other of those compared."""

    keys: tuple[str, ...]
    customers: int


def _place(value: str | None) -> tuple[bool, int, str]:
    """Return where a value stands among those of its dimension: bands by their lower bound, the unknown last."""
    lower = re.match(r"\d+(?=[-+]|$)", value or "")
    return value is None, int(lower.group()) if lower else 0, value or ""


class Profiles:
    """The dimensions of an open base, as a code per customer, read once."""

    def __init__(self, base: OpenBase) -> None:
        self.base = base
        self._codes: dict[str, tuple[npt.NDArray[np.int16], list[str | None]]] = {}

    def codes(self, dimension: str, run: Run) -> tuple[npt.NDArray[np.int16], list[str | None]]:
        """Return the code of each customer, and the value each code stands for."""
        if dimension not in self._codes:
            text = _BANDS.get(dimension, dimension)
            values = [row[0] for row in run.rows(f"select distinct {text} as value from segments.customers")]
            values = sorted(values, key=_place)
            sql = (
                f"select customer_number, coalesce(list_position($values, {text}), $nobody)::smallint as code "
                "from segments.customers"
            )
            known = [one for one in values if one is not None]
            found = run.arrays(Statement(sql, {"values": known or [""], "nobody": len(known) + 1}))
            codes = np.empty(self.base.customers, dtype=np.int16)
            codes[found["customer_number"]] = found["code"] - 1
            self._codes[dimension] = codes, [*known, None]
        return self._codes[dimension]

    def counts(self, dimension: str, bits: Bits | None, run: Run) -> dict[str | None, int]:
        """Return how many customers of a set (of the base when None) have each value."""
        codes, values = self.codes(dimension, run)
        chosen = codes if bits is None else codes[sets.flags_of(bits, self.base.customers)]
        return dict(zip(values, np.bincount(chosen, minlength=len(values)).tolist(), strict=True))


def reach(profiles: Profiles, bits: Bits, run: Run) -> list[Reach]:
    """Return how many of a set may be reached by each channel, and why the others may not."""
    found = []
    for channel in CHANNELS:
        counts = profiles.counts(f"can_{channel}_reason", bits, run)
        reasons = sorted(
            ((str(reason), count) for reason, count in counts.items() if reason not in (None, "ok") and count),
            key=lambda one: (-one[1], one[0]),
        )
        found.append(Reach(channel, counts.get("ok", 0), tuple(reasons)))
    return found


def rests_on_score(base: OpenBase, definition: Definition, path: tuple[str, ...] = ()) -> bool:
    """Tell whether a condition of a definition, or of a segment it rests on, asks for a score."""
    named = [leaf.name for leaf in definition.leaves if isinstance(leaf, InSegment) and leaf.name not in path]
    return any(isinstance(leaf, FieldIs) and leaf.field.is_profiling for leaf in definition.leaves) or any(
        rests_on_score(base, base.saved.get(name).read(), (*path, name)) for name in named
    )


def objectors(base: OpenBase, run: Run) -> int:
    """Return how many customers object to profiling: no score chooses them, nor the lack of one."""
    return sets.size_of(base.whole.objectors(run))


def profile(profiles: Profiles, bits: Bits, run: Run, dimensions: Sequence[str] = PROFILE) -> list[Share]:
    """Return the composition of a set against the base; a dimension of which nothing is known is left out."""
    size, whole = max(sets.size_of(bits), 1), max(profiles.base.customers, 1)
    found = []
    for dimension in dimensions:
        inside, outside = profiles.counts(dimension, bits, run), profiles.counts(dimension, None, run)
        if not any(count for value, count in outside.items() if value is not None):
            continue
        for value, base_customers in outside.items():
            if base_customers:
                ratio, base_ratio = inside[value] / size, base_customers / whole
                index = 100 * ratio / base_ratio
                found.append(Share(dimension, value, inside[value], base_customers, ratio, base_ratio, index))
    return found


def compare(profiles: Profiles, one: Bits, other: Bits, run: Run) -> list[Difference]:
    """Return what differs between two sets, the surest difference first: profile, and departments bought.

    `z` is the two-proportion statistic with a pooled share. Customers of both sets count on both sides.
    """
    sizes = sets.size_of(one), sets.size_of(other)
    if not all(sizes):
        return []
    rows: list[tuple[str, str | None, int, int]] = []
    for dimension in PROFILE:
        mine, theirs = profiles.counts(dimension, one, run), profiles.counts(dimension, other, run)
        rows += [(dimension, value, mine[value], theirs[value]) for value in mine]
    for department in departments(run):
        bits = profiles.base.leaf(_bought(department), run)
        rows.append(("department", department, sets.size_of(one & bits), sets.size_of(other & bits)))
    found = []
    for dimension, value, mine_count, their_count in rows:
        pooled = (mine_count + their_count) / sum(sizes)
        spread = math.sqrt(pooled * (1 - pooled) * (1 / sizes[0] + 1 / sizes[1]))
        if spread:
            ratios = mine_count / sizes[0], their_count / sizes[1]
            found.append(Difference(dimension, value, *ratios, (ratios[0] - ratios[1]) / spread))
    return sorted(found, key=lambda row: (-abs(row.z), row.dimension, row.value or ""))


def _bought(department: str) -> Bought:
    nothing = Bounds()
    return Bought("department", (department,), Bounds(1, None), nothing, nothing, Period(), False)


def departments(run: Run) -> list[str]:
    """Return the departments bought in."""
    rows = run.rows("select distinct department from segments.products where department <> '' order by department")
    return [row[0] for row in rows]


VALUES_AT_MOST = 200
"""Values of an event's column, or of an attribute, that are offered."""


def event_values(base: OpenBase, run: Run) -> dict[tuple[str, str], list[str]]:
    """Return what each event may be told by, of its name and that of what tells it: the values, most frequent first."""
    if not base.engine.exists(segments.EVENTS):
        return {}
    where = sampled(segments.EVENTS) if base.sample and base.customers >= MANY_CUSTOMERS else segments.EVENTS.full_name
    found = {}
    for event in EVENTS:
        for name, column in event.codes:
            sql = (
                f"select {quoted(column)} from {where} where event = $event and {quoted(column)} <> '' "
                f"group by {quoted(column)} order by count(*) desc, {quoted(column)} limit $most"
            )
            rows = run.rows(sql, {"event": event.name, "most": VALUES_AT_MOST})
            found[event.name, name] = [value for (value,) in rows]
    return found


def attribute_values(base: OpenBase, run: Run) -> dict[str, list[str]]:
    """Return the attributes that external lists give, with their values, most frequent first."""
    found: dict[str, list[str]] = {}
    if base.engine.exists(segments.ATTRIBUTES):
        for name, value in run.rows(_ATTRIBUTES, {"most": VALUES_AT_MOST}):
            found.setdefault(name, []).append(value)
    return found


MANY_CUSTOMERS = 1_000_000
"""Customers from which the sample's events are looked at rather than all."""
_ATTRIBUTES = (
    "select attribute, value from segments.attributes group by attribute, value "
    "qualify row_number() over (partition by attribute order by count(*) desc, value) <= $most "
    "order by attribute, count(*) desc, value"
)


def overlap(base: OpenBase, named: Mapping[str, Bits]) -> list[Overlap]:
    """Return how many customers are in exactly which of the segments, most first; those in none are left out.

    Args:
        named: key → set, SEGMENTS_OVERLAPPED at most.
    """
    keys = list(named)
    codes = np.zeros(base.customers, dtype=np.uint16)
    for rank, key in enumerate(keys):
        codes |= sets.flags_of(named[key], base.customers).astype(np.uint16) << rank
    counts = np.bincount(codes, minlength=1 << len(keys)).tolist()
    found = [
        Overlap(tuple(key for rank, key in enumerate(keys) if code >> rank & 1), count)
        for code, count in enumerate(counts)
        if code and count
    ]
    return sorted(found, key=lambda one: (-one.customers, one.keys))


# Members -----------------------------------------------------------------------------------------


def members(
    base: OpenBase,
    bits: Bits,
    run: Run,
    *,
    rows: int = PAGE,
    skip: int = 0,
    sort: str = "customer_id",
    descending: bool = False,
) -> list[Member]:
    """Return a page of a set's members, in the order asked for; equal ones by customer_id, unknown values last.

    Args:
        sort: one of SORTS.
    """
    return _shown(ordered(base, bits, run, sort=sort, descending=descending)[skip : skip + rows], run)


def ordered(base: OpenBase, bits: Bits, run: Run, *, sort: str, descending: bool = False) -> sets.Numbers:
    """Return the numbers of a set's members in the order asked for."""
    numbers = sets.numbers_of(bits, base.customers)
    if sort == "customer_id":
        return numbers[::-1] if descending else numbers
    column = FIELDS_BY_NAME[sort].column
    worst = "-1e300" if descending else "1e300"
    value = f"coalesce({'epoch(last_purchase_date)' if sort == 'last_purchase_date' else column}::double, {worst})"
    found = run.arrays(Statement(f"select customer_number, {value} as value from segments.customers"))
    keys = np.empty(base.customers)
    keys[found["customer_number"]] = found["value"]
    chosen = keys[numbers]
    return numbers[np.argsort(-chosen if descending else chosen, kind="stable")]


def sample(base: OpenBase, bits: Bits, run: Run, *, rows: int = 8, seed: int = 1) -> list[Member]:
    """Return a few members drawn at random, the same ones for the same set and seed."""
    numbers = sets.numbers_of(bits, base.customers)
    drawn = np.random.default_rng(seed).choice(numbers, size=min(rows, numbers.size), replace=False)
    return _shown(np.sort(drawn), run)


def _shown(numbers: sets.Numbers, run: Run) -> list[Member]:
    """Return these customers as a list shows them, in this order."""
    if not numbers.size:
        return []
    wanted = numbers.tolist()
    ids = dict(
        run.rows(
            "select customer_number, customer_id from segments.customers "
            "where customer_number in (select unnest($numbers))",
            {"numbers": wanted},
        )
    )
    rows = run.rows(_ROWS, {"ids": [ids[number] for number in wanted]})
    shown: dict[str, Any] = {row[0]: Member(*row) for row in rows}
    return [shown[ids[number]] for number in wanted]


_ROWS = (
    "select customer_id, display_name, city, age_years, last_purchase_date, tickets, amount_12_months, home_shop_key "
    "from base.customers where customer_id in (select unnest($ids))"
)
