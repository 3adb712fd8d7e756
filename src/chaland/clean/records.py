"""landing.people and the lists → clean.records, clean.flags and clean.corrections.

Works by sets: each cleaner runs once per distinct writing, on every core, in batches that bound memory; SQL joins
the answers back. Plain names and addresses are cleaned in halves, of which there are few (plain.py). The person keys
that facts name and no row describes become records of their own, key only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa

from chaland.clean.cleaners import LIKELY_SEX, Cleaned, Cleaner, Row, cleaners
from chaland.clean.dictionaries import use_dictionaries
from chaland.clean.emails import special_locals
from chaland.clean.grades import DISTRIBUTABLE, load_data
from chaland.clean.habits import learn_habits
from chaland.clean.name_parts import lone_civilities
from chaland.clean.placeholders import placeholder_names
from chaland.clean.sirens import fill_companies
from chaland.clean.whole_persons import TEXTS, take_whole_persons_apart
from chaland.config import Settings
from chaland.engine import Engine
from chaland.engine.work_tables import append_rows, batches, drop_work_tables
from chaland.engine.workers import Workers
from chaland.progress import Reporter
from chaland.tables import clean, landing

SQL = "chaland.clean"
BATCH = 20_000
"""Distinct values a process takes at once; memory holds a few batches, whatever the size of the file."""

_TYPES = {
    "birth_date": pa.date32(),
    "birth_year": pa.int32(),
    "evidence": pa.float64(),
    "first_evidence": pa.float64(),
    "last_evidence": pa.float64(),
    "likely_sex_probability": pa.float64(),
}


def clean_values(
    values: pa.Table, *, function: Callable[[Row], Cleaned], columns: tuple[str, ...], dictionaries: Path | None = None
) -> pa.Table:
    """Return a batch of distinct values (`n`, then texts) with what each became, one column per field.

    Runs in a worker, which takes the base's dictionaries with its first batch: Arrow tables travel between processes
    as they are.
    """
    use_dictionaries(dictionaries)
    texts = values.drop_columns(["n"])
    rows = zip(*(texts[name].to_pylist() for name in texts.column_names), strict=True)
    cleaned = [function(row) for row in rows]
    cells = list(zip(*cleaned, strict=True)) if cleaned else [()] * len(columns)
    for name, cell in zip(columns, cells, strict=True):
        values = values.append_column(name, pa.array(cell, _type(name)))
    return values


def _type(column: str) -> pa.DataType:
    """Return the type of a column of answers: flags by their names, text by default."""
    return _TYPES.get(column, pa.bool_() if column.startswith("is_") or column.endswith("_is_plain") else pa.string())


def _run(engine: Engine, cleaner: Cleaner, settings: Settings, workers: Workers, reporter: Reporter) -> None:
    answers = f"clean_{cleaner.answers}"
    clean_batch = partial(
        clean_values, function=cleaner.function, columns=cleaner.columns, dictionaries=settings.dictionaries
    )
    parameters = {
        "country": settings.base.country,
        "civilities": lone_civilities(),
        "placeholders": placeholder_names(tuple(settings.clean.placeholders)),
    }
    with reporter.step(cleaner.step) as step:
        drop_work_tables(engine, (answers,))
        for statement in cleaner.statements:
            engine.run(SQL, f"{statement}.sql", **parameters)
        step.total = total = engine.count(f"work.clean_{cleaner.values}")
        empty = engine.arrow(f"select * from work.clean_{cleaner.values} limit 0")  # noqa: S608  a name of this module
        append_rows(engine, answers, clean_batch(empty))
        pieces = batches(engine, f"clean_{cleaner.values}", BATCH)
        with engine.transaction():
            for done in workers.map(clean_batch, pieces, values=total):
                append_rows(engine, answers, done)
                step.advance(len(done))
        step.note(values=total)


def clean_records(engine: Engine, settings: Settings, *, as_of: date, reporter: Reporter) -> None:
    """Fill clean.records and clean.flags from landing.*.

    Args:
        engine: holds landing.*; missing landing tables are taken as empty.
        settings: own domains, placeholders, dictionaries, card systems, threads.
        as_of: day ages are counted at.
        reporter: told of one step per cleaner.
    """
    use_dictionaries(settings.dictionaries)
    engine.create_missing(*landing.TABLES)
    engine.execute("create schema if not exists work")
    with reporter.step("clean.raw") as step:
        held = take_whole_persons_apart(engine)
        engine.run(SQL, "raw.sql")
        made_up = list(load_data("placeholders")["numbers"])
        engine.run(SQL, "halves.sql", made_up=made_up, special_locals=special_locals())
        engine.run(SQL, "numbered.sql")
        learn_habits(engine)
        step.note(rows=engine.count("work.clean_raw"), **({"whole_persons": len(held)} if held else {}))
    with Workers(settings.run.threads) as workers:
        for cleaner in cleaners(settings, as_of):
            _run(engine, cleaner, settings, workers, reporter)
    with reporter.step("clean.records") as step:
        card_systems = list(settings.card_systems)
        engine.run(SQL, "default_dates.sql")
        engine.run(SQL, "consent_words.sql", **load_data("consents"))
        engine.run(SQL, "card_systems.sql", card_systems=card_systems)
        engine.run(SQL, "street_tells.sql")
        engine.run(SQL, "answers.sql")
        engine.run(SQL, "fact_keys.sql")
        records = engine.fill(clean.RECORDS, SQL, "records.sql", distributable=list(DISTRIBUTABLE))
        engine.run(SQL, "people.sql")
        flags = engine.fill(clean.FLAGS, SQL, "flags.sql")
        engine.fill(clean.CORRECTIONS, SQL, "corrections.sql")
        engine.check_key(clean.RECORDS)
        fill_companies(engine)
        step.note(records=records, flags=flags, key_only=engine.count("work.clean_fact_keys"))
    with Workers(settings.run.threads) as workers:
        _run(engine, LIKELY_SEX, settings, workers, reporter)
        engine.run(SQL, "likely_sexes.sql")
    engine.execute("drop view work.clean_answers")
    engine.execute("drop view work.clean_raw")
    engine.execute("drop view work.clean_received")
    engine.execute("drop view work.clean_given")
    engine.execute("drop macro clean_street_tells")
    drop_work_tables(engine, WORK_TABLES)


_VALUES = (
    "word",
    "first",
    "last",
    "name",
    "complement",
    "street",
    "town",
    "address",
    "number",
    "phone",
    "domain",
    "email",
    "birth_date",
    "sex",
)
WORK_TABLES = (
    TEXTS,
    "clean_rows",
    "clean_habits",
    "clean_full_names",
    "clean_name_splits",
    "clean_name_rows",
    "clean_address_rows",
    "clean_phone_places",
    "clean_phone_rows",
    "clean_people",
    "clean_fact_keys",
    "clean_default_dates",
    "clean_consent_words",
    "clean_card_systems",
    *(f"clean_{name}_values" for name in _VALUES),
    *(f"clean_{name}{'es' if name in ('address', 'sex') else 's'}" for name in _VALUES),
)
"""Tables of the schema `work` this room makes and drops."""
