"""Nothing lost on the way: rows and amounts that came in against rows and amounts that went out.

Reads landing.*, clean.records, identity.* and base.*; writes base.reconciliation, one row per check.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.errors import ReconciliationError
from chaland.language import say
from chaland.tables import base, landing

FILES = (
    "reconcile_rows.sql",
    "reconcile_people.sql",
    "reconcile_lists.sql",
    "reconcile_sales.sql",
    "reconcile_facts.sql",
)
SHOWN = 12
"""Differences told in the message; the count says how many there are."""


def reconcile(engine: Engine, values: Mapping[str, Any]) -> int:
    """Fill base.reconciliation and return how many checks it holds, all equal.

    Raises:
        ReconciliationError: with each check that differs, its subject and by how much.
    """
    engine.create(base.RECONCILIATION)
    values = {**values, "kinds": [table.full_name for table in landing.KINDS.values()]}
    engine.run("chaland.base", "facts_standing.sql")
    checks = 0
    for file in FILES:
        told = sql_text("chaland.base", file)
        checks += engine.insert(base.RECONCILIATION, f"from (\n{told}) select *, expected = found as is_equal", values)
    wrong = engine.rows(
        "select check_name, subject, expected, found from base.reconciliation where not is_equal order by all"
    )
    if wrong:
        lines = [
            say(
                "{check} of {subject}: {expected} in, {found} out ({difference}).",
                check=check,
                subject=subject,
                expected=_plain(expected),
                found=_plain(found),
                difference=("+" if found > expected else "") + _plain(found - expected),
            )
            for check, subject, expected, found in wrong[:SHOWN]
        ]
        raise ReconciliationError(
            say("{count} of {checks} checks do not reconcile:", count=len(wrong), checks=checks)
            + "\n"
            + "\n".join(lines),
            left=say("Nothing was published; the snapshot in force is untouched."),
            next_step=say("Look at the loads and rejects of these sources with: chaland status"),
        )
    return checks


def _plain(number: Decimal) -> str:
    """Return a decimal without its idle zeros.

    >>> _plain(Decimal("12.5000")), _plain(Decimal("1200"))
    ('12.5', '1200')
    """
    return f"{number.normalize():f}"
