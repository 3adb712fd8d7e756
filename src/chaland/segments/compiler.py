"""A condition → SQL, from the contracts only: every word of the text is written here, every value is bound.

A condition becomes one of two things. `Members`: a statement whose rows are the numbers of those who meet it.
`Totals`: statements whose rows (customer_number and measures) are added up per customer, then compared with bounds;
adding up 9 million sorted rows takes DuckDB's hash table 1.6 processor seconds, an array 0.3.

The same condition may be asked of all customers or of the sample: `Names` tells where the rows of a table are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from chaland.engine.duckdb import quoted
from chaland.errors import ConfigError
from chaland.language import say
from chaland.segments.definition import Bought, Bounds, Did, FieldIs, HasAttribute, InSegment, Leaf, Near, Period
from chaland.segments.predicates import Predicate, folded
from chaland.segments.vocabulary import AMOUNT, EVENTS_BY_NAME
from chaland.tables import Table, segments

_NUMBER = "customer_number"
EARTH_KM = 6371.0
TOLD_APART = 12
"""Values a condition names one by one."""


@dataclass(frozen=True)
class Statement:
    """A text made of our words alone, and the values bound to it.

    Attributes:
        sign: -1 for totals to be taken away.
        is_by_day: a day may have several rows, each with its `day`, and its purchase counts once.
    """

    sql: str
    values: dict[str, Any] = field(default_factory=dict)
    sign: int = 1
    is_by_day: bool = False


@dataclass(frozen=True)
class Members:
    """Customers whose number a statement returns, less those of `minus`.

    Attributes:
        predicates: the same asked of the distinct values of attributes, all of them met; () when it cannot be.
        places: the same as a statement of the places they live in; None when it rests on more.
    """

    statement: Statement
    predicates: tuple[Predicate, ...] = ()
    places: Statement | None = None
    minus: Statement | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every text that is sent."""
        return (self.statement, *((self.minus,) if self.minus else ()))


@dataclass(frozen=True)
class Totals:
    """Customers whose totals lie within bounds (nothing counts as zero), less those of `minus`.

    Attributes:
        parts: what is added up.
        measures: each measure that has bounds: times, units or amount_cents.
    """

    parts: tuple[Statement, ...]
    measures: tuple[tuple[str, Bounds], ...]
    minus: Statement | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every text that is sent."""
        return (*self.parts, *((self.minus,) if self.minus else ()))


Compiled = Members | Totals
Names = Callable[[Table], str]


def whole(table: Table) -> str:
    """Return where the rows of every customer are."""
    return table.full_name


def sampled(table: Table) -> str:
    """Return where the rows of the sample's customers are.

    >>> sampled(segments.DAYS), sampled(segments.PLACES)
    ('segments.sample_days', 'segments.places')
    """
    return segments.SAMPLES.get(table.full_name, table).full_name


def compile_leaf(leaf: Leaf, as_of: date, names: Names = whole) -> Compiled:
    """Return what answers a condition; InSegment is not for SQL and is refused.

    >>> from chaland.segments.definition import read_definition
    >>> where = {"all": [{"field": "age_years", "is": "at_least", "value": 40}]}
    >>> compile_leaf(read_definition({"version": 1, "where": where}).leaves[0], date(2026, 11, 1)).statement.sql
    'select customer_number from segments.customers where "age_years" >= $age_years'
    """
    if isinstance(leaf, FieldIs):
        return _field(leaf, as_of, names)
    if isinstance(leaf, Bought):
        return _bought(leaf, as_of, names)
    if isinstance(leaf, Did):
        return _did(leaf, as_of, names)
    if isinstance(leaf, Near):
        return _near(leaf, names)
    if isinstance(leaf, HasAttribute):
        return _attribute(leaf, names)
    raise ConfigError(say("Segments in segments must be resolved first."))


def _members(names: Names, *predicates: Predicate) -> Members:
    where = " and ".join(one.sql for one in predicates)
    values = {name: value for one in predicates for name, value in one.values.items()}
    return Members(Statement(f"select {_NUMBER} from {names(segments.CUSTOMERS)} where {where}", values), predicates)


# Attributes --------------------------------------------------------------------------------------


def _field(leaf: FieldIs, as_of: date, names: Names) -> Members:
    key = leaf.field.key_column if leaf.test in ("one_of", "none_of", "starts_with") else ""
    value = leaf.value
    if leaf.field.kind == AMOUNT and value is not None:
        value = tuple(_cents(one) for one in value) if isinstance(value, tuple) else _cents(value)
    if key:
        value = folded(value) if isinstance(value, str) else tuple(folded(one) for one in value)
    if leaf.test == "last_days":
        value = (as_of - timedelta(days=value), as_of)
    if leaf.test == "before_last_days":
        value = as_of - timedelta(days=value)
    return _members(names, Predicate(key or leaf.field.column, _TESTS.get(leaf.test, leaf.test), value))


_TESTS = {
    "yes": "true",
    "no": "false",
    "one_of": "in",
    "none_of": "not_in",
    "at_least": ">=",
    "from": ">=",
    "at_most": "<=",
    "until": "<=",
    "last_days": "between",
    "before_last_days": "<",
}
"""Tests of a definition that a predicate names otherwise."""


def _cents(value: float) -> int:
    return round(value * 100)


# Purchases ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cube:
    """Where purchases of a kind are read, and the conditions on what was bought, one or another; `is_once`: a customer
    has one row a day at most."""

    table: Table
    wheres: tuple[str, ...]
    values: dict[str, Any]
    is_once: bool
    shops: tuple[str, ...] = ()


def _among(column: str, name: str, wanted: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the conditions, one or another, that a column is one of these: few are told apart, which skips the blocks
    of others and compares each with one text."""
    if len(wanted) > TOLD_APART:
        return (f"list_contains(${name}, {column})",), {name: list(wanted)}
    values = {f"{name}_{rank}": value for rank, value in enumerate(wanted)}
    return tuple(f"{column} = ${one}" for one in values), values


def _cube(leaf: Bought) -> _Cube:
    is_once = len(set(leaf.values)) == 1 and leaf.what != "family"
    if leaf.what in ("department", "shop"):
        column = "department" if leaf.what == "department" else "shop_key"
        table = segments.DEPARTMENT_DAYS if leaf.what == "department" else segments.SHOP_DAYS
        wheres, values = _among(column, "bought", leaf.values)
        return _Cube(table, wheres, values, is_once, leaf.shops)
    if leaf.what in ("family", "product"):
        column = "family" if leaf.what == "family" else "product_key"
        products = segments.PRODUCTS.full_name
        among = f"select product_number from {products} where list_contains($bought, {column})"
        bought = {"bought": list(leaf.values)}
        return _Cube(segments.PRODUCT_DAYS, (f"product_number in ({among})",), bought, is_once, leaf.shops)
    return _Cube(segments.DAYS, ("true",), {}, is_once=True)


_AT_LEAST_ONCE = (("times", Bounds(1, None)),)
_AMOUNTS = "units, amount_cents"


def _bought(leaf: Bought, as_of: date, names: Names) -> Compiled:
    cents = Bounds(
        None if leaf.amount.at_least is None else _cents(leaf.amount.at_least),
        None if leaf.amount.at_most is None else _cents(leaf.amount.at_most),
    )
    wanted = (("times", leaf.times), ("units", leaf.units), ("amount_cents", cents))
    measures = tuple((name, bounds) for name, bounds in wanted if not bounds.is_open)
    period, last_days = leaf.period, leaf.period.last_days
    if leaf.what is None and leaf.units.is_open and last_days in segments.PERIODS_DAYS:
        return _ready(names, last_days, leaf.times, cents)
    if last_days is not None:
        period = Period(as_of - timedelta(days=last_days - 1), as_of)
    cube = _cube(leaf)
    minus = None
    if leaf.not_since and period.last:
        minus = _numbers(_rows(cube, Period(period.last + timedelta(days=1)), names))
    if leaf.what is None:
        return Totals(_through_months(cube, period, as_of, names), measures, minus)
    counts_days = leaf.times.at_most not in (None, 0) or (leaf.times.at_least or 0) > 1
    if period.is_always and leaf.what == "department" and not leaf.shops and (cube.is_once or not counts_days):
        table = names(segments.CUSTOMER_DEPARTMENTS)
        sql = f"select {_NUMBER}, purchase_days, {_AMOUNTS} from {table} where "
        rows = Statement(" union all ".join(sql + where for where in cube.wheres), cube.values)
    else:
        rows = _rows(cube, period, names)
    if measures == _AT_LEAST_ONCE:
        return Members(_numbers(rows), minus=minus)
    is_by_day = counts_days and not cube.is_once
    return Totals((_added(rows, is_by_day=is_by_day),), measures, minus)


def _ready(names: Names, days: int, times: Bounds, cents: Bounds) -> Members:
    """Return purchases of a period that stands ready on segments.customers."""
    asked = ((f"purchase_days_{days}", times), (f"amount_{days}_cents", cents))
    return _members(names, *(_bounded(column, bounds) for column, bounds in asked if not bounds.is_open))


def _bounded(column: str, bounds: Bounds) -> Predicate:
    if bounds.at_least is not None and bounds.at_most is not None:
        return Predicate(column, "between", (bounds.at_least, bounds.at_most))
    return (
        Predicate(column, ">=", bounds.at_least) if bounds.at_most is None else Predicate(column, "<=", bounds.at_most)
    )


_DAY_ONCE = (
    "max(purchase_days) as purchase_days, sum(units::double) as units, sum(amount_cents)::bigint as amount_cents"
)


def _rows(cube: _Cube, period: Period, names: Names) -> Statement:
    """Return the rows of a cube in a period: customer_number, sold_date and the measures."""
    days, values = [], dict(cube.values)
    if period.first:
        days.append("sold_date >= $first")
        values["first"] = period.first
    if period.last:
        days.append("sold_date <= $last")
        values["last"] = period.last
    rows = f"select {_NUMBER}, sold_date, purchase_days, {_AMOUNTS} from {names(cube.table)} "
    if not cube.shops:
        bought = (f"{rows}where {' and '.join([where, *days])}" for where in cube.wheres)
        return Statement(" union all ".join(bought), values)
    # on a day at one shop, all that was bought was bought there; days at several are told apart, line by line
    at, shops = _among("shop_key", "shops", cube.shops)
    there = " and ".join([f"({' or '.join(at)})", *days])
    day = f"({_NUMBER}, sold_date)"
    at_one = f"semi join there using {day} anti join several using {day} where "
    sql = (
        f"with there as (select {_NUMBER}, sold_date from {names(segments.SHOP_DAYS)} where {there}), "
        f"several as (select * from {names(segments.SEVERAL_SHOP_DAYS)} where {there}) "
        + " union all ".join(rows + at_one + " and ".join([where, *days]) for where in cube.wheres)
        + f" union all select {_NUMBER}, sold_date, {_DAY_ONCE} from several "
        f"where {' or '.join(cube.wheres)} group by {_NUMBER}, sold_date"
    )
    return Statement(sql, {**values, **shops})


def _numbers(rows: Statement) -> Statement:
    """Return the customers of rows in which something was bought."""
    return replace(rows, sql=f"select {_NUMBER} from ({rows.sql}) as bought where purchase_days > 0")


def _added(rows: Statement, sign: int = 1, *, is_by_day: bool = False) -> Statement:
    """Return rows as they are added up; with `is_by_day` a day counts once, whatever the rows it has."""
    day = "(sold_date - date '1970-01-01')::integer as day, " if is_by_day else ""
    sql = f"select {_NUMBER}, {day}purchase_days as times, {_AMOUNTS} from ({rows.sql}) as bought"
    return replace(rows, sql=sql, is_by_day=is_by_day, sign=sign)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


_SLICE_DAYS = 24
"""Days whose purchases take as long to read as the totals at the end of a month."""


def _through_months(cube: _Cube, period: Period, as_of: date, names: Names) -> tuple[Statement, ...]:
    """Return any purchase in a period: what was bought up to its last day, less what was before its first; or that of
    each day, where it is less to read."""
    last = min(period.last or as_of, as_of)
    read, parts = _until(cube, last, as_of, names)
    if period.first is None:
        return tuple(parts)
    read_before, before = _until(cube, min(period.first - timedelta(days=1), as_of), as_of, names, sign=-1)
    if (last - period.first).days < read + read_before:
        return (_added(_rows(cube, Period(period.first, last), names)),)
    return (*parts, *before)


def _until(cube: _Cube, last: date, as_of: date, names: Names, sign: int = 1) -> tuple[int, list[Statement]]:
    """Return any purchase up to a day: the totals at the nearest end of a month, with the days between added or taken
    away; and how much it is to read, in days."""
    month = last.replace(day=1)
    end, before = min(_next_month(month) - timedelta(days=1), as_of), month - timedelta(days=1)
    sql = f"select {_NUMBER}, purchase_days as times, {_AMOUNTS} from {names(segments.MONTHS)} where month = $month"
    if (last - before).days < (end - last).days:
        days = _added(_rows(cube, Period(month, last), names), sign)
        return _SLICE_DAYS + last.day, [Statement(sql, {"month": before.replace(day=1)}, sign), days]
    parts = [Statement(sql, {"month": month}, sign)]
    if last < end:
        parts.append(_added(_rows(cube, Period(last + timedelta(days=1), end), names), -sign))
    return _SLICE_DAYS + (end - last).days, parts


# Things done, places, lists ----------------------------------------------------------------------


def _did(leaf: Did, as_of: date, names: Names) -> Compiled:
    event = EVENTS_BY_NAME[leaf.event]
    columns = dict((*event.codes, *event.scores))
    where = ["event = $event"]
    values: dict[str, Any] = {"event": leaf.event}
    for name, texts in leaf.codes:
        where.append(f"list_contains(${name}, {quoted(columns[name])})")
        values[name] = list(texts)
    for name, bounds in leaf.scores:
        for side, sign, bound in (("least", ">=", bounds.at_least), ("most", "<=", bounds.at_most)):
            if bound is not None:
                where.append(f"{quoted(columns[name])} {sign} ${name}_{side}")
                values[f"{name}_{side}"] = bound
    period = leaf.period
    if period.last_days is not None:
        period = Period(as_of - timedelta(days=period.last_days - 1), as_of)
    if period.first:
        where.append("day >= $first")
        values["first"] = period.first
    if period.last:
        where.append("day <= $last")
        values["last"] = period.last
    sql = f"from {names(segments.EVENTS)} where {' and '.join(where)}"
    if leaf.times == Bounds(1, None):
        return Members(Statement(f"select {_NUMBER} {sql}", values))
    return Totals((Statement(f"select {_NUMBER}, 1::utinyint as times {sql}", values),), (("times", leaf.times),))


_ORIGIN = {
    "shop": f"place_number = (select place_number from {segments.SHOPS.full_name} where shop_key = $origin)",
    "commune": "insee_code = $origin",
    "postcode": "postcode = $origin",
}


KM_A_DEGREE = 111.0
"""Of latitude, at least: places farther north or south than so many are too far without more reckoning."""


def _near(leaf: Near, names: Names) -> Members:
    origin = f"select latitude, longitude from {segments.PLACES.full_name} where {_ORIGIN[leaf.what]} limit 1"
    distance = (
        f"2 * {EARTH_KM} * asin(least(1, sqrt(pow(sin(radians(places.latitude - origin.latitude) / 2), 2) "
        "+ cos(radians(places.latitude)) * cos(radians(origin.latitude)) "
        "* pow(sin(radians(places.longitude - origin.longitude) / 2), 2))))"
    )
    places = (
        f"select places.place_number from {segments.PLACES.full_name} as places, ({origin}) as origin "
        f"where abs(places.latitude - origin.latitude) <= $km / {KM_A_DEGREE} and {distance} <= $km"
    )
    values = {"km": leaf.km, "origin": leaf.value}
    sql = f"select {_NUMBER} from {names(segments.CUSTOMERS)} where place_number in ({places})"
    return Members(Statement(sql, values), places=Statement(places, values))


def _attribute(leaf: HasAttribute, names: Names) -> Members:
    among = " and list_contains($values, value)" if leaf.values else ""
    values: dict[str, Any] = {"name": leaf.name}
    if leaf.values:
        values["values"] = list(leaf.values)
    sql = f"select {_NUMBER} from {names(segments.ATTRIBUTES)} where attribute = $name{among}"
    return Members(Statement(sql, values))


__all__ = ["Compiled", "InSegment", "Members", "Names", "Statement", "Totals", "compile_leaf", "sampled"]
