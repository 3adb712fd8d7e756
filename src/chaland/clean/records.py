"""landing.people and landing.flags → clean.records and clean.flags.

Works by sets: each cleaner runs once per distinct writing, on every core, in batches that bound memory; SQL joins
the answers back. The person keys that facts name and no row describes become records of their own, key only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from chaland.clean.addresses import Address, RawAddress, clean_address
from chaland.clean.dates import clean_birth_date
from chaland.clean.dictionaries import use_dictionaries
from chaland.clean.emails import clean_email
from chaland.clean.grades import load_data
from chaland.clean.names import Name, RawName, clean_name
from chaland.clean.phones import Phones, clean_phones, phone_region
from chaland.config import Settings
from chaland.engine import Engine
from chaland.engine.work_tables import append_rows, batches, drop_work_tables
from chaland.engine.workers import Workers
from chaland.progress import Reporter
from chaland.tables import clean, landing

SQL = "chaland.clean"
BATCH = 20_000
"""Distinct values a process takes at once; memory holds a few batches, whatever the size of the file."""

Row = tuple[str, ...]
Cleaned = tuple[Any, ...]


def clean_name_row(row: Row, *, placeholders: tuple[str, ...]) -> Cleaned:
    """Return the fields of `Name` for one row of work.clean_name_values."""
    return tuple(clean_name(RawName(*row), placeholders))


def clean_address_row(row: Row) -> Cleaned:
    """Return the fields of `Address` for one row of work.clean_address_values."""
    return tuple(clean_address(RawAddress(*row)))


def clean_phone_row(row: Row, *, country: str) -> Cleaned:
    """Return the fields of `Phones` for one row of work.clean_phone_values."""
    phone, mobile, postcode, said = row
    return tuple(clean_phones(phone, mobile, phone_region(postcode, said or country)))


def clean_email_row(row: Row, *, own_domains: tuple[str, ...]) -> Cleaned:
    """Return e-mail, key, grade and reason for one row of work.clean_email_values."""
    return tuple(clean_email(row[0], own_domains))[:4]


def clean_birth_date_row(row: Row, *, as_of: date) -> Cleaned:
    """Return birth date, grade and reason for one row of work.clean_birth_date_values."""
    return tuple(clean_birth_date(row[0], as_of))


class Cleaner(NamedTuple):
    """One cleaner: the step, the table of distinct values, the table of answers, and their columns."""

    step: str
    values: str
    answers: str
    columns: tuple[str, ...]
    function: Callable[[Row], Cleaned]


def cleaners(settings: Settings, as_of: date) -> tuple[Cleaner, ...]:
    """Return the cleaners with this base's settings, in the order they must run (telephones after addresses)."""
    own_domains = tuple(domain.lower() for domain in settings.clean.own_domains)
    placeholders = tuple(settings.clean.placeholders)
    names = partial(clean_name_row, placeholders=placeholders)
    phones = partial(clean_phone_row, country=settings.base.country)
    emails = partial(clean_email_row, own_domains=own_domains)
    births = partial(clean_birth_date_row, as_of=as_of)
    email_columns = ("email", "email_key", "email_grade", "email_reason")
    birth_columns = ("birth_date", "birth_date_grade", "birth_date_reason")
    return (
        Cleaner("clean.names", "name_values", "names", Name._fields, names),
        Cleaner("clean.addresses", "address_values", "addresses", Address._fields, clean_address_row),
        Cleaner("clean.phones", "phone_values", "phones", Phones._fields, phones),
        Cleaner("clean.emails", "email_values", "emails", email_columns, emails),
        Cleaner("clean.birth_dates", "birth_date_values", "birth_dates", birth_columns, births),
    )


_TYPES = {"is_organisation": pa.bool_(), "is_cedex": pa.bool_(), "birth_date": pa.date32()}


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
        values = values.append_column(name, pa.array(cell, _TYPES.get(name, pa.string())))
    return values


def _run(engine: Engine, cleaner: Cleaner, workers: Workers, reporter: Reporter, dictionaries: Path | None) -> None:
    engine.run(SQL, f"{cleaner.values}.sql")
    total = engine.count(f"work.clean_{cleaner.values}")
    answers = f"clean_{cleaner.answers}"
    drop_work_tables(engine, (answers,))
    clean_batch = partial(clean_values, function=cleaner.function, columns=cleaner.columns, dictionaries=dictionaries)
    with reporter.step(cleaner.step, total) as step:
        empty = engine.arrow(f"select * from work.clean_{cleaner.values} limit 0")  # noqa: S608  a name of this module
        append_rows(engine, answers, clean_batch(empty))
        pieces = batches(engine, f"clean_{cleaner.values}", BATCH)
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
    card_systems = list(settings.card_systems) or [""]
    engine.run(SQL, "raw.sql")
    with Workers(settings.run.threads) as workers:
        for cleaner in cleaners(settings, as_of):
            _run(engine, cleaner, workers, reporter, settings.dictionaries)
    with reporter.step("clean.records") as step:
        engine.run(SQL, "default_dates.sql")
        engine.run(SQL, "consent_words.sql", **load_data("consents"))
        engine.run(SQL, "people.sql", card_systems=card_systems)
        engine.run(SQL, "fact_keys.sql")
        records = engine.fill(clean.RECORDS, SQL, "records.sql", card_systems=card_systems)
        flags = engine.fill(clean.FLAGS, SQL, "flags.sql")
        engine.fill(clean.CORRECTIONS, SQL, "corrections.sql")
        engine.check_key(clean.RECORDS)
        step.note(records=records, flags=flags, key_only=engine.count("work.clean_fact_keys"))
    drop_work_tables(engine, WORK_TABLES)


WORK_TABLES = (
    "clean_raw",
    "clean_people",
    "clean_fact_keys",
    "clean_default_dates",
    "clean_consent_words",
    *(f"clean_{name}{part}" for name in ("name", "address", "phone", "email", "birth_date") for part in ("_values",)),
    "clean_names",
    "clean_addresses",
    "clean_phones",
    "clean_emails",
    "clean_birth_dates",
)
"""Tables of the schema `work` this room makes and drops."""
