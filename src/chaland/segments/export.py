"""Members of a segment taken away as a file: traced before it is written, safe in a spreadsheet.

A text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chaland.engine.spreadsheet import shown_text
from chaland.errors import ConfigError
from chaland.language import say
from chaland.segments.compiler import Statement
from chaland.segments.definition import Definition
from chaland.segments.open_base import OpenBase
from chaland.segments.sets import Numbers, from_numbers, numbers_of, size_of
from chaland.tables import base as contracts

COLUMNS = (
    "customer_id",
    "civility",
    "first_name",
    "last_name",
    "address_line_2",
    "address_line_3",
    "address_line_4",
    "address_line_5",
    "address_line_6",
    "postcode",
    "city",
    "phone",
    "mobile",
    "email",
    "can_post",
    "can_phone",
    "can_sms",
    "can_email",
    "home_shop_key",
    "amount_12_months",
    "last_purchase_date",
)
"""Columns of base.customers that may leave with a segment."""

CONTACTS = {"post": "can_post", "phone": "can_phone", "sms": "can_sms", "email": "can_email"}
_BATCH = 5000


def trace(
    base: OpenBase, definition: Definition, *, key: str, by: str, now: datetime, channel: str, customers: int
) -> None:
    """Write who takes what away: the segment, its definition's hash, the channel, how many customers."""
    base.saved.trace_export(
        {
            "at": now.isoformat(timespec="seconds"),
            "by": by,
            "segment": key,
            "definition_sha256": hashlib.sha256(definition.text.encode()).hexdigest(),
            "as_of": base.as_of.isoformat(),
            "channel": channel,
            "customers": customers,
        }
    )


def export_csv(
    base: OpenBase,
    definition: Definition,
    *,
    key: str,
    by: str,
    now: datetime,
    channel: str = "",
    french: bool = True,
    columns: tuple[str, ...] = COLUMNS,
) -> tuple[int, Iterator[str]]:
    """Trace the export; return how many customers leave, and the CSV of the members, by customer_id, in pieces.

    Args:
        channel: keep those who may be reached by it (post, phone, sms, email); "" for all.
        french: semicolons, decimal commas and a byte order mark, as French Excel expects.

    Raises:
        ConfigError: an unknown channel or column; nothing was traced nor written.
    """
    odd = [name for name in columns if name not in COLUMNS]
    if odd or (channel and channel not in CONTACTS):
        raise ConfigError(say("one of: {names}", names=", ".join(COLUMNS if odd else CONTACTS)))
    with base.asking() as run:
        bits = base.bits(definition, run)
        if channel:
            sql = f"select customer_number from segments.customers where {CONTACTS[channel]}"
            bits = bits & from_numbers(run.arrays(Statement(sql))["customer_number"], base.customers)
    customers = size_of(bits)
    trace(base, definition, key=key, by=by, now=now, channel=channel, customers=customers)
    return customers, _pieces(base, numbers_of(bits, base.customers), columns, french)


def _pieces(base: OpenBase, numbers: Numbers, columns: tuple[str, ...], french: bool) -> Iterator[str]:
    names = ", ".join(f"customers.{contracts.CUSTOMERS.column(name).name}" for name in columns)
    sql = (
        f"select {names} from base.customers as customers where customers.customer_id in "
        "(select customer_id from segments.customers where customer_number in (select unnest($numbers))) "
        "order by customers.customer_id"
    )
    yield ("\ufeff" if french else "") + _line(columns, french)
    for start in range(0, len(numbers), _BATCH):
        with base.asking() as run:
            rows = run.rows(sql, {"numbers": numbers[start : start + _BATCH].tolist()})
        yield "".join(_line(row, french) for row in rows)


def _line(values: Any, french: bool) -> str:
    opened = io.StringIO()
    csv.writer(opened, delimiter=";" if french else ",", lineterminator="\r\n").writerow(
        [_written(value, french) for value in values]
    )
    return opened.getvalue()


def _written(value: Any, french: bool) -> str:
    """Return a value as a spreadsheet reads it, harmless.

    >>> _written("=1+1", True), _written(Decimal("12.5000"), True), _written(True, True)
    ("'=1+1", '12,50', '1')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", "," if french else ".")
    if isinstance(value, date):
        return value.isoformat()
    return shown_text(value) if isinstance(value, str) else str(value)
