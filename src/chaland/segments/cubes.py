"""base.* and insight.* → segments.*: customers numbered, and the cubes that conditions are answered from.

A step of the build, after the base and its studies. A study that was not made leaves its columns null.
"""

from __future__ import annotations

from datetime import date

from chaland.engine import Engine
from chaland.engine.duckdb import quoted
from chaland.progress import Reporter
from chaland.reference import table_path
from chaland.tables import Table, insight, segments

PACKAGE = "chaland.segments"

STEPS: tuple[tuple[str, Table | None], ...] = (
    ("customer_numbers", None),
    ("place_rows", segments.PLACES),
    ("shops", segments.SHOPS),
    ("products", segments.PRODUCTS),
    ("lines", None),
    ("department_days", segments.DEPARTMENT_DAYS),
    ("customer_departments", segments.CUSTOMER_DEPARTMENTS),
    ("product_days", segments.PRODUCT_DAYS),
    ("shop_days", segments.SHOP_DAYS),
    ("days", segments.DAYS),
    ("several_shop_days", segments.SEVERAL_SHOP_DAYS),
    ("months", segments.MONTHS),
    ("events", segments.EVENTS),
    ("attributes", segments.ATTRIBUTES),
    ("customers", segments.CUSTOMERS),
)
"""Name of each `.sql` file and the table it fills, or None for a work table."""


def build_cubes(engine: Engine, *, as_of: date, reporter: Reporter) -> None:
    """Fill every table of segments.* in the engine.

    Args:
        engine: holds base.*; insight.rfm, insight.clv and insight.churn count as empty when missing.
        as_of: the base's day; nothing later is counted.

    Raises:
        ContractError: a table does not keep its contract.
    """
    missing = [table for table in (insight.RFM, insight.CLV, insight.CHURN) if not engine.exists(table)]
    engine.create_missing(*missing)
    engine.execute("create schema if not exists work")
    values = {
        "as_of": as_of,
        "communes": str(table_path("communes")),
        "postcodes": str(table_path("postcodes")),
    }
    for name, table in STEPS:
        with reporter.step(f"segments.{name}") as step:
            if table is None:
                engine.run(PACKAGE, f"sql/{name}.sql", **values)
            else:
                step.note(rows=engine.fill(table, PACKAGE, f"sql/{name}.sql", **values))
    with reporter.step("segments.sample") as step:
        step.note(rows=sum(_keep_sample(engine, table) for table in segments.SAMPLED))
    for name in ("work.lines", "work.customer_numbers", *(table.full_name for table in missing)):
        engine.execute(f"drop table {name}")  # a study that was not made is not published as an empty one


def _keep_sample(engine: Engine, table: Table) -> int:
    """Set the sample's rows of a table apart, its customers numbered again; return how many."""
    sample = segments.SAMPLES[table.full_name]
    others = ", ".join(quoted(name) for name in sample.column_names if name != "customer_number")
    engine.create(sample)
    return engine.insert(
        sample,
        f"select customer_number // $one_in as customer_number, {others} "
        f"from {table.full_name} where customer_number % $one_in = 0",
        {"one_in": segments.ONE_IN},
    )
