"""A condition → SQL, from the contracts only: every word of the text is written here, every value is bound.

A condition becomes one of two things. `Members`: a statement whose rows are the numbers of those who meet it.
`Totals`: statements whose rows (customer_number, purchase_days, units, amount_cents) are added up per customer, then
compared with bounds; adding up 9 million sorted rows takes DuckDB's hash table 1.6 processor seconds, an array 0.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from chaland.engine.duckdb import quoted
from chaland.errors import ConfigError
from chaland.language import say
from chaland.segments.definition import Bought, Bounds, Did, FieldIs, HasAttribute, InSegment, Leaf, Near, Period
from chaland.segments.vocabulary import AMOUNT, EVENTS_BY_NAME
from chaland.tables import Table, base, segments

_CUSTOMERS = segments.CUSTOMERS.full_name
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
        rows_a_day: how many at most; 0 when not known.
    """

    sql: str
    values: dict[str, Any] = field(default_factory=dict)
    sign: int = 1
    is_by_day: bool = False
    rows_a_day: int = 0


@dataclass(frozen=True)
class Members:
    """Customers whose number a statement returns; all the others when `is_complement`.

    Attributes:
        column: the one column of segments.customers the answer rests on; "" when it rests on more.
        where: the condition on that column, with the values of the statement.
    """

    statement: Statement
    is_complement: bool = False
    column: str = ""
    where: str = ""


@dataclass(frozen=True)
class Totals:
    """Customers whose totals lie within bounds (nothing bought counts as zero), less those of `minus`."""

    statements: tuple[Statement, ...]
    times: Bounds
    units: Bounds
    amount_cents: Bounds
    minus: Statement | None = None


Compiled = Members | Totals


def compile_leaf(leaf: Leaf, as_of: date) -> Compiled:
    """Return what answers a condition; InSegment is not for SQL and is refused.

    >>> from chaland.segments.definition import read_definition
    >>> where = {"all": [{"field": "age_years", "is": "at_least", "value": 40}]}
    >>> compile_leaf(read_definition({"version": 1, "where": where}).leaves[0], date(2026, 11, 1)).statement.sql
    'select customer_number from segments.customers where "age_years" >= $value'
    """
    if isinstance(leaf, FieldIs):
        return _field(leaf, as_of)
    if isinstance(leaf, Bought):
        return _bought(leaf, as_of)
    if isinstance(leaf, Did):
        return _did(leaf, as_of)
    if isinstance(leaf, Near):
        return _near(leaf)
    if isinstance(leaf, HasAttribute):
        return _attribute(leaf)
    raise ConfigError(say("Segments in segments must be resolved first."))


def _members(where: str, on: str = "", /, **values: Any) -> Members:
    return Members(Statement(f"select {_NUMBER} from {_CUSTOMERS} where {where}", values), column=on, where=where)


# Attributes --------------------------------------------------------------------------------------


def _folded(expression: str) -> str:
    return f"lower(strip_accents({expression}))"


def _field(leaf: FieldIs, as_of: date) -> Members:
    key = leaf.field.key_column if leaf.test in ("one_of", "none_of", "starts_with") else ""
    name = key or leaf.field.column
    column = quoted(name)
    value = leaf.value
    if leaf.field.kind == AMOUNT and value is not None:
        value = tuple(_cents(one) for one in value) if isinstance(value, tuple) else _cents(value)
    if leaf.test == "yes":
        return _members(column, name)
    if leaf.test == "no":
        return _members(f"not {column}", name)
    if leaf.test == "known":
        return _members(f"{column} is not null", name)
    if leaf.test == "unknown":
        return _members(f"{column} is null", name)
    if leaf.test in ("one_of", "none_of"):
        negation = "not " if leaf.test == "none_of" else ""
        wanted = f"list_transform($values, lambda one: {_folded('one')})" if key else "$values"
        among = f"list_contains({wanted}, {column})"
        return _members(f"{column} is not null and {negation}{among}", name, values=list(value))
    if leaf.test == "starts_with":
        start = f"starts_with({column}, {_folded('$value') if key else '$value'})"
        return _members(start, name, value=value)
    if leaf.test == "last_days":
        return _members(f"{column} between $first and $last", name, first=as_of - timedelta(days=value), last=as_of)
    if leaf.test == "before_last_days":
        return _members(f"{column} < $first", name, first=as_of - timedelta(days=value))
    if leaf.test == "between":
        return _members(f"{column} between $low and $high", name, low=value[0], high=value[1])
    sign = ">=" if leaf.test in ("at_least", "from") else "<="
    return _members(f"{column} {sign} $value", name, value=value)


def _cents(value: float) -> int:
    return round(value * 100)


# Purchases ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cube:
    """Where purchases of a kind are read, and the condition on what was bought; rows a customer's day has at most, 0
    when not known."""

    table: Table
    where: str
    values: dict[str, Any]
    rows_a_day: int
    shops: tuple[str, ...] = ()


def _among(column: str, name: str, wanted: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Return the condition that a column is one of these: few are told one by one, which skips the blocks of others."""
    if len(wanted) == 1:
        return f"{column} = ${name}", {name: wanted[0]}
    if len(wanted) > TOLD_APART:
        return f"list_contains(${name}, {column})", {name: list(wanted)}
    values = {f"{name}_{rank}": value for rank, value in enumerate(wanted)}
    return f"{column} in ({', '.join(f'${one}' for one in values)})", values


def _cube(leaf: Bought) -> _Cube:
    if leaf.what in ("department", "shop"):
        column = "department" if leaf.what == "department" else "shop_key"
        table = segments.DEPARTMENT_DAYS if leaf.what == "department" else segments.SHOP_DAYS
        where, values = _among(column, "bought", leaf.values)
        return _Cube(table, where, values, len(leaf.values), leaf.shops)
    if leaf.what in ("family", "product"):
        column = "family" if leaf.what == "family" else "product_key"
        products = segments.PRODUCTS.full_name
        among = f"select product_number from {products} where list_contains($bought, {column})"
        rows_a_day = len(leaf.values) if leaf.what == "product" else 0
        bought = {"bought": list(leaf.values)}
        return _Cube(segments.PRODUCT_DAYS, f"product_number in ({among})", bought, rows_a_day, leaf.shops)
    return _Cube(segments.DAYS, "true", {}, 1)


def _bought(leaf: Bought, as_of: date) -> Compiled:
    cents = Bounds(
        None if leaf.amount.at_least is None else _cents(leaf.amount.at_least),
        None if leaf.amount.at_most is None else _cents(leaf.amount.at_most),
    )
    period, last_days = leaf.period, leaf.period.last_days
    if leaf.what is None and leaf.units.is_open and last_days in segments.PERIODS_DAYS:
        return _ready(last_days, leaf.times, cents)
    if last_days is not None:
        period = Period(as_of - timedelta(days=last_days - 1), as_of)
    cube = _cube(leaf)
    minus = None
    if leaf.not_since and period.last:
        since = _rows(cube, Period(period.last + timedelta(days=1)))
        minus = replace(since, sql=f"select {_NUMBER} from ({since.sql}) as since where purchase_days > 0")
    if leaf.what is None:
        statements = _through_months(cube, period, as_of)
    elif (
        period.is_always
        and leaf.what == "department"
        and not leaf.shops
        and (cube.rows_a_day == 1 or not _counts_days(leaf.times))
    ):
        table = segments.CUSTOMER_DEPARTMENTS.full_name
        sql = f"select {_NUMBER}, purchase_days, units, amount_cents from {table} where {cube.where}"
        statements = (Statement(sql, cube.values),)
    else:
        statements = (_days(cube, period, is_by_day=cube.rows_a_day != 1 and _counts_days(leaf.times)),)
    return Totals(statements, leaf.times, leaf.units, cents, minus)


def _counts_days(times: Bounds) -> bool:
    """Tell whether the number of days matters, rather than one day at least: then a day must count once."""
    return times.at_most not in (None, 0) or (times.at_least or 0) > 1


def _ready(days: int, times: Bounds, cents: Bounds) -> Members:
    """Return purchases of a period that stands ready on segments.customers."""
    parts, values = [], {}
    for name, column, bounds in (
        ("times", f"purchase_days_{days}", times),
        ("cents", f"amount_{days}_cents", cents),
    ):
        for side, sign, bound in (("least", ">=", bounds.at_least), ("most", "<=", bounds.at_most)):
            if bound is not None:
                parts.append(f"{column} {sign} ${name}_{side}")
                values[f"{name}_{side}"] = bound
    return _members(" and ".join(parts), **values)


_MEASURES = "purchase_days, units, amount_cents"
_DAY_ONCE = (
    "max(purchase_days) as purchase_days, sum(units::double) as units, sum(amount_cents)::bigint as amount_cents"
)


def _rows(cube: _Cube, period: Period) -> Statement:
    """Return the rows of a cube in a period: customer_number, sold_date and the measures."""
    days, values = [], dict(cube.values)
    if period.first:
        days.append("sold_date >= $first")
        values["first"] = period.first
    if period.last:
        days.append("sold_date <= $last")
        values["last"] = period.last
    columns = f"{_NUMBER}, sold_date, {_MEASURES}"
    where = " and ".join([cube.where, *days])
    sql = f"select {columns} from {cube.table.full_name} where {where}"
    if not cube.shops:
        return Statement(sql, values)
    # on a day at one shop, all that was bought was bought there; days at several are told apart, line by line
    several = segments.SEVERAL_SHOP_DAYS.full_name
    at, shops = _among("shop_key", "shops", cube.shops)
    there = " and ".join([at, *days])
    one_shop = (
        f"select {_NUMBER}, sold_date from {segments.SHOP_DAYS.full_name} where {there} "
        f"and ({_NUMBER}, sold_date) not in (select ({_NUMBER}, sold_date) from {several})"
    )
    sql = (
        f"{sql} and ({_NUMBER}, sold_date) in ({one_shop}) "
        f"union all select {_NUMBER}, sold_date, {_DAY_ONCE} from {several} where {there} and {cube.where} "
        f"group by {_NUMBER}, sold_date"
    )
    return Statement(sql, {**values, **shops})


def _days(cube: _Cube, period: Period, *, is_by_day: bool) -> Statement:
    """Return what was bought in a period; with `is_by_day` a day counts once, whatever the rows it has."""
    rows = _rows(cube, period)
    day = "(sold_date - date '1970-01-01')::integer as day, " if is_by_day else ""
    sql = f"select {_NUMBER}, {day}{_MEASURES} from ({rows.sql}) as rows_of"
    return replace(rows, sql=sql, is_by_day=is_by_day, rows_a_day=cube.rows_a_day)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _through_months(cube: _Cube, period: Period, as_of: date) -> tuple[Statement, ...]:
    """Return any purchase in a period: totals at its last whole month, less those before, and the days left over."""
    slice_sql = (
        f"select {_NUMBER}, purchase_days, units, amount_cents from {segments.MONTHS.full_name} where month = $month"
    )
    first, last = period.first, min(period.last or as_of, as_of)
    months_from = None if first is None else first if first.day == 1 else _next_month(first)
    last_month = last.replace(day=1)
    if last != as_of and _next_month(last) != last + timedelta(days=1):
        last_month = (last_month - timedelta(days=1)).replace(day=1)
    if months_from is not None and months_from > last_month:
        return (_days(cube, Period(first, last), is_by_day=False),)
    parts = [Statement(slice_sql, {"month": last_month})]
    if first is not None and months_from is not None:
        before = (months_from - timedelta(days=1)).replace(day=1)
        parts.append(Statement(slice_sql, {"month": before}, sign=-1))
        if first < months_from:
            parts.append(_days(cube, Period(first, months_from - timedelta(days=1)), is_by_day=False))
    if last != as_of and _next_month(last_month) <= last:
        parts.append(_days(cube, Period(_next_month(last_month), last), is_by_day=False))
    return tuple(parts)


# Things done, places, lists ----------------------------------------------------------------------


def _did(leaf: Did, as_of: date) -> Members:
    event = EVENTS_BY_NAME[leaf.event]
    columns = dict((*event.codes, *event.scores))
    day = f"facts.{quoted(event.day)}::date"
    where = [f"{day} <= $as_of"]
    values: dict[str, Any] = {"as_of": as_of}
    for name, texts in leaf.codes:
        where.append(f"list_contains(${name}, facts.{quoted(columns[name])})")
        values[name] = list(texts)
    for name, bounds in leaf.scores:
        for side, sign, bound in (("least", ">=", bounds.at_least), ("most", "<=", bounds.at_most)):
            if bound is not None:
                where.append(f"facts.{quoted(columns[name])} {sign} ${name}_{side}")
                values[f"{name}_{side}"] = bound
    period = leaf.period
    if period.last_days is not None:
        period = Period(as_of - timedelta(days=period.last_days - 1), as_of)
    if period.first:
        where.append(f"{day} >= $first")
        values["first"] = period.first
    if period.last:
        where.append(f"{day} <= $last")
        values["last"] = period.last
    is_complement = leaf.times.hold(0)
    having = "not (" if is_complement else "("
    tests = []
    for side, sign, bound in (("least", ">=", leaf.times.at_least), ("most", "<=", leaf.times.at_most)):
        if bound is not None:
            tests.append(f"count(*) {sign} $times_{side}")
            values[f"times_{side}"] = bound
    sql = (
        f"select customers.{_NUMBER} from {event.table.full_name} as facts "
        f"inner join {_CUSTOMERS} as customers on customers.customer_id = facts.customer_id "
        f"where {' and '.join(where)} group by customers.{_NUMBER} having {having}{' and '.join(tests)})"
    )
    return Members(Statement(sql, values), is_complement)


_ORIGIN = {
    "shop": f"place_number = (select place_number from {segments.SHOPS.full_name} where shop_key = $origin)",
    "commune": "insee_code = $origin",
    "postcode": "postcode = $origin",
}


def origin_of(leaf: Near) -> Statement:
    """Return the statement that finds the place a distance is counted from: one row, or none when it is unknown."""
    sql = f"select latitude, longitude from {segments.PLACES.full_name} where {_ORIGIN[leaf.what]} limit 1"
    return Statement(sql, {"origin": leaf.value})


def _near(leaf: Near) -> Members:
    origin = origin_of(leaf)
    distance = (
        f"2 * {EARTH_KM} * asin(least(1, sqrt(pow(sin(radians(places.latitude - origin.latitude) / 2), 2) "
        "+ cos(radians(places.latitude)) * cos(radians(origin.latitude)) "
        "* pow(sin(radians(places.longitude - origin.longitude) / 2), 2))))"
    )
    places = (
        f"select places.place_number from {segments.PLACES.full_name} as places, ({origin.sql}) as origin "
        f"where {distance} <= $km"
    )
    return _members(f"place_number in ({places})", "place_number", km=leaf.km, **origin.values)


def _attribute(leaf: HasAttribute) -> Members:
    table = base.CUSTOMER_ATTRIBUTES.full_name
    among = " and list_contains($values, facts.value)" if leaf.values else ""
    values: dict[str, Any] = {"name": leaf.name}
    if leaf.values:
        values["values"] = list(leaf.values)
    sql = (
        f"select customers.{_NUMBER} from {table} as facts "
        f"inner join {_CUSTOMERS} as customers on customers.customer_id = facts.customer_id "
        f"where facts.attribute = $name{among}"
    )
    return Members(Statement(sql, values))


def sampled(compiled: Compiled, one_in: int) -> Compiled:
    """Return the same question asked of one customer in `one_in`: those whose number it divides."""

    def thin(statement: Statement) -> Statement:
        sql = f"select * from ({statement.sql}) as asked where asked.{_NUMBER} % $one_in = 0"
        return replace(statement, sql=sql, values={**statement.values, "one_in": one_in})

    if isinstance(compiled, Members):
        return replace(compiled, statement=thin(compiled.statement), column="", where="")
    return replace(
        compiled,
        statements=tuple(thin(one) for one in compiled.statements),
        minus=compiled.minus and thin(compiled.minus),
    )


__all__ = ["Compiled", "InSegment", "Members", "Statement", "Totals", "compile_leaf", "origin_of", "sampled"]
