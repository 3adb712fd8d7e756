"""The cast, built once for the tests that only look, or as often as wanted for those that change a row first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from tests import cast

from chaland.base import build_base
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import clean


def build_cast(
    *, change: Callable[[Engine], Any] | None = None, as_of: date = cast.AS_OF, detail: str = "all"
) -> Engine:
    """Return an engine with the base of the cast; `change` may edit landing, clean and identity first."""
    engine = Engine(threads=2)
    cast.fill_all(engine)
    if change:
        change(engine)
    build_base(engine, cast.settings(detail=detail), as_of=as_of, reporter=Reporter())
    return engine


def reasons(engine: Engine, person: str) -> tuple[str, ...]:
    """Return the reasons of post, phone, SMS and e-mail."""
    return engine.rows(
        "select can_post_reason, can_phone_reason, can_sms_reason, can_email_reason from base.customers "
        "where customer_id = $customer_id",
        {"customer_id": cast.customer_id(person)},
    )[0]


def add_flag(engine: Engine, **fields: object) -> None:
    """Add a line of an external list, cleaned."""
    row: dict[str, object] = {
        "source": "list", "load_id": "list-1", "file": "list.csv", "line": engine.count(clean.FLAGS) + 1,
        "system": "list", "is_organisation": False, "is_cedex": False,
        **{column.name: "A" if column.name.endswith("_grade") else "ok" for column in clean.GRADES}, **fields,
    }  # fmt: skip
    engine.execute(
        f"insert into clean.flags ({', '.join(row)}) values ({', '.join('$' + name for name in row)})",
        row,
    )
    received = {name: row[name] for name in ("source", "load_id", "file", "line", "system", "flag")}
    names, values = ", ".join(received), ", ".join("$" + name for name in received)
    engine.execute(f"insert into landing.flags ({names}) values ({values})", received)


@pytest.fixture(scope="module")
def base() -> Iterator[Engine]:
    """Give the base of the cast, to be read only."""
    with build_cast() as engine:
        yield engine
