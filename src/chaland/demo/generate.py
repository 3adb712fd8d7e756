"""The ordered list of what makes a demonstration: draw the truth, let each system write it down, keep the truth."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chaland.config import FILE_NAME
from chaland.demo.cast import CAST, before, cast_records, minute_of
from chaland.demo.catalogue import Catalogue, read_catalogue
from chaland.demo.files import ordered_engine
from chaland.demo.history import Array, History
from chaland.demo.jobs import draw_jobs
from chaland.demo.loyalty import draw_movements, tiers
from chaland.demo.names import read_names
from chaland.demo.people import People, make_people
from chaland.demo.places import Places, read_places, texts
from chaland.demo.presence import CARD, HELPLINE, INSTALLS, PROJECTS, SITE, SURVEYS, Records, draw_presence
from chaland.demo.rates import MessRates
from chaland.demo.registers import Register, make_register, truth_of
from chaland.demo.sales import Sales, Tickets, draw_tickets, joined_tickets, sell
from chaland.demo.service import draw_answers, draw_calls, draw_cases
from chaland.demo.site import IDENTIFY, Events, Orders, draw_events, draw_orders
from chaland.demo.write_card import write_holders, write_movements
from chaland.demo.write_folders import OTHER_NAMES_SHOPS, UTF16_SHOPS, write_folders
from chaland.demo.write_lists import write_lists, write_reference
from chaland.demo.write_service import check_workbooks, write_help_line, write_surveys
from chaland.demo.write_site import known_accounts, write_customers, write_events
from chaland.demo.write_tickets import ticket_keys, write_tickets
from chaland.demo.written import Scribe
from chaland.engine import Engine
from chaland.errors import ConfigError, StorageError
from chaland.language import say
from chaland.progress import Reporter

AS_OF = date(2026, 9, 30)
FEWEST_PERSONS = 200
TRUTH = "truth.parquet"
MARK = ".demo"
"""Written first: tells a demonstration, even a torn one, from a folder that must not be touched."""
DICTIONARIES = "dictionnaires"
FOLDERS = (
    "carte",
    "tickets",
    "voix_du_client",
    "assistance",
    "site",
    "projets",
    "pose",
    "externe",
    "referentiel",
    DICTIONARIES,
)


@dataclass(frozen=True)
class _World:
    """What is true of Brindille: drawn once, then written down by each system."""

    engine: Engine
    history: History
    places: Places
    catalogue: Catalogue
    people: People
    records: dict[str, Records]
    registers: dict[str, Register]
    scribe: Scribe
    seed: int


def write_demo(
    folder: Path,
    *,
    persons: int = 20_000,
    seed: int = 1,
    as_of: date = AS_OF,
    rates: MessRates | None = None,
    reporter: Reporter | None = None,
) -> None:
    """Write Brindille's sources, `truth.parquet` and `chaland.toml` in a folder; same arguments, same bytes.

    A folder that holds an earlier demonstration is written anew; any other that is not empty is refused.

    Args:
        persons: persons known to one system at least, the cast included.
        rates: how dirty the records are; the documented rates by default.

    Raises:
        ConfigError: too few persons, or no way to write a workbook.
        StorageError: the folder holds something else.
    """
    if persons < FEWEST_PERSONS:
        raise ConfigError.of([say("A demonstration needs {fewest} persons at least.", fewest=FEWEST_PERSONS)])
    check_workbooks()
    _clear(folder)
    reporter = reporter or Reporter()
    with ordered_engine() as engine:
        with reporter.step("demo.persons") as step:
            world = _world(engine, persons - len(CAST), seed, History(as_of), rates or MessRates())
            step.note(persons=persons, records=sum(register.count for register in world.registers.values()))
        identified = _write_sales_and_site(world, folder, reporter)
        _write_service(world, folder, reporter)
        with reporter.step("demo.lists") as step:
            rows = write_lists(engine, folder, world.people, world.registers[CARD], world.scribe, world.history, seed)
            rows += write_reference(engine, folder, world.places, world.catalogue)
            step.note(rows=rows)
        with reporter.step("demo.truth") as step:
            step.note(records=_write_truth(world, folder, identified))
    (folder / DICTIONARIES).mkdir()
    for name, written in ((FILE_NAME, folder), ("phone_ranges.csv", folder / DICTIONARIES)):
        text = files("chaland.demo").joinpath("data", name).read_text(encoding="utf-8")
        (written / name).write_text(text, encoding="utf-8")


def _clear(folder: Path) -> None:
    """Make room: remove an earlier demonstration, never anything else."""
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise StorageError(
                say("{folder} is not empty and holds no demonstration.", folder=folder),
                left=say("Nothing was touched."),
                next_step=say("Name another folder."),
            )
        for name in FOLDERS:
            shutil.rmtree(folder / name, ignore_errors=True)
        for name in (FILE_NAME, TRUTH):
            (folder / name).unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("Brindille\n", encoding="utf-8")


def _world(engine: Engine, crowd: int, seed: int, history: History, rates: MessRates) -> _World:
    places, names = read_places(engine), read_names(engine)
    people = make_people(crowd, seed, history, names, places, rates)
    records = draw_presence(people, history, rates, seed)
    return _World(
        engine=engine,
        history=history,
        places=places,
        catalogue=read_catalogue(),
        people=people,
        records=records,
        registers={system: make_register(found, people, places, history) for system, found in records.items()},
        scribe=Scribe(people, names, places, history, rates, seed),
        seed=seed,
    )


def _cast_tickets(world: _World) -> Tickets:
    """Return the cast's shop tickets, with the cards of cast.toml."""
    codes = texts(world.places.shops, "shop_key")
    missions = world.catalogue.missions
    rows = [
        (
            world.records[CARD].count + rank,
            codes.index(shop),
            before(world.history.days, back),
            minute_of(clock),
            missions.index(mission),
        )
        for rank, record in enumerate(cast_records(CARD))
        for back, clock, shop, mission in record.facts["tickets"]
    ]
    card, shop, day, minute, mission = (np.asarray(column) for column in zip(*rows, strict=True))
    return Tickets(np.full(len(rows), -1), card, shop, day, minute, mission)


def _write_sales_and_site(world: _World, folder: Path, reporter: Reporter) -> Array:
    """Write what is bought, and around it; return the web accounts that an identify event describes."""
    engine, history, registers, seed = world.engine, world.history, world.registers, world.seed
    with reporter.step("demo.sales") as step:
        jobs = draw_jobs(world.people, world.records[PROJECTS], seed)
        crowd, web = draw_tickets(world.people, world.records, jobs, world.catalogue, world.places, history, seed)
        sales = sell(joined_tickets([_cast_tickets(world), crowd]), world.catalogue, world.places, history, seed)
        keys = ticket_keys(engine, sales, world.places, history)
        step.note(tickets=len(keys), lines=len(sales.lines.basket))
    with reporter.step("demo.tickets", total=len(sales.lines.basket)) as step:
        lines = write_tickets(
            engine, folder, sales, keys, registers[CARD], world.catalogue, world.places, history, step
        )
        step.note(lines=lines)
    with reporter.step("demo.card") as step:
        holders, movements = _write_card(world, folder, sales, keys)
        step.note(holders=holders, movements=movements)
    with reporter.step("demo.site") as step:
        orders = draw_orders(web, world.records[SITE].count, world.catalogue, history, seed)
        events = draw_events(sales, orders, world.records[SITE], world.people, world.catalogue, history, seed)
        del sales
        identified = _write_site(world, folder, orders, events, reporter)
        step.note(accounts=registers[SITE].count)
    with reporter.step("demo.projects") as step:
        step.note(rows=write_folders(engine, folder, registers[PROJECTS], jobs, world.scribe, history, seed))
    with reporter.step("demo.installations") as step:
        installs = draw_jobs(world.people, world.records[INSTALLS], seed, signed=0.94)
        step.note(rows=write_folders(engine, folder, registers[INSTALLS], installs, world.scribe, history, seed))
    return identified


def _write_card(world: _World, folder: Path, sales: Sales, keys: pa.Array) -> tuple[int, int]:
    """Write the card system's files; return the holders and the movements."""
    cards = world.registers[CARD]
    if len(keys):
        amounts = np.add.reduceat(sales.lines.amount.astype(np.int64), sales.first_line[:-1])
    else:
        amounts = np.zeros(0, np.int64)
    movements = draw_movements(sales, amounts, cards.opened_day, world.history, world.seed)
    holders = write_holders(world.engine, folder, cards, world.scribe, tiers(movements, cards.count, world.history))
    return holders, write_movements(world.engine, folder, movements, cards, keys, world.places, world.history)


def _write_site(world: _World, folder: Path, orders: Orders, events: Events, reporter: Reporter) -> Array:
    """Write the site's files; return the accounts that an identify event describes."""
    accounts = known_accounts(world.engine, world.registers[SITE], world.scribe)
    write_customers(world.engine, folder, accounts, orders)
    with reporter.step("demo.events", total=len(events.kind)) as step:
        count = write_events(
            world.engine, folder, events, orders, accounts, world.catalogue, world.history, world.seed, step
        )
        step.note(events=count)
    return np.unique(events.account[events.kind == IDENTIFY])


def _write_service(world: _World, folder: Path, reporter: Reporter) -> None:
    engine, history, registers, seed = world.engine, world.history, world.registers, world.seed
    departments = sorted(set(world.catalogue.departments()) - {"Service"})
    with reporter.step("demo.surveys") as step:
        answers = draw_answers(registers[SURVEYS], departments, seed)
        step.note(answers=write_surveys(engine, folder, registers[SURVEYS], answers, world.scribe, history))
    with reporter.step("demo.help_line") as step:
        calls = draw_calls(registers[HELPLINE], departments, history, seed)
        cases = draw_cases(registers[HELPLINE], history, seed)
        step.note(rows=write_help_line(engine, folder, registers[HELPLINE], calls, cases, world.scribe))


IDENTITIES = "site_identites"
"""The source of chaland.toml that reads identify events: the same record ids as `site_clients`."""
SOURCES = {CARD: "carte", SITE: "site_clients", SURVEYS: "enquetes", HELPLINE: "assistance"}
"""The source of chaland.toml that describes the persons of a system; those of the folders depend on the shop."""


def _repeated(text: str, count: int) -> pa.Array:
    return pa.array([text]).take(pa.array(np.zeros(count, np.int32)))


def _sources(register: Register, shops: list[str]) -> pa.Array:
    if register.system in SOURCES:
        return _repeated(SOURCES[register.system], register.count)
    names = pa.array([folder_source(register.system, shop) for shop in shops])
    return names.take(pa.array(register.shop.astype(np.int32)))


def folder_source(system: str, shop: str) -> str:
    """Return the source of chaland.toml that reads a shop's folder.

    >>> folder_source("poses", "006"), folder_source("poses", "001")
    ('poses_utf16', 'poses')
    """
    return system + ("_utf16" if shop in UTF16_SHOPS else "_autres" if shop in OTHER_NAMES_SHOPS else "")


def _write_truth(world: _World, folder: Path, identified: Array) -> int:
    """Write one row per person record of each source, with its person and household; return how many."""
    shops = texts(world.places.shops, "shop_key")
    with pq.ParquetWriter(folder / TRUTH, TRUTH_SCHEMA, compression="zstd") as writer:
        count = 0
        for register in world.registers.values():
            known = truth_of(register, world.people)
            columns = {
                "source": _sources(register, shops),
                "system": _repeated(register.system, register.count),
                **known,
                "record_id": pc.binary_join_element_wise(register.system, known["person_key"], ":"),
            }
            rows = pa.table(columns, schema=TRUTH_SCHEMA)
            writer.write_table(rows)
            count += rows.num_rows
            if register.system == SITE:
                rows = rows.take(pa.array(identified))
                writer.write_table(rows.set_column(0, "source", _repeated(IDENTITIES, rows.num_rows)))
                count += rows.num_rows
    return count


TRUTH_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("source", "system", "person_key", "person_id", "household_id", "record_id")]
)
