"""Files of people for benchmarks/identity.py: Brindille's customer records of all six systems, with who is who.

Only what identity reads is made (no ticket, no page view): a million records in seconds. The people, what each system
writes of them and how badly are those of `chaland demo`; variants take something away.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chaland.config import Settings
from chaland.dedupe import parse_columns
from chaland.dedupe_people import PeopleFile, clean_people, read_people
from chaland.demo.files import ordered_engine
from chaland.demo.generate import AS_OF
from chaland.demo.history import History
from chaland.demo.names import Names, read_names
from chaland.demo.people import make_people
from chaland.demo.places import read_places
from chaland.demo.presence import CARD, HELPLINE, INSTALLS, PROJECTS, SITE, SURVEYS, draw_presence
from chaland.demo.rates import MessRates
from chaland.demo.registers import Register, make_register, truth_of
from chaland.demo.written import Scribe
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import landing

sys.path.append(str(Path(__file__).resolve().parents[1] / "examples"))
from dedupe_labelled import FILES, with_labels

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
SEED = 7
RECORDS_PER_PERSON = 2.08
VARIANTS = ("whole", "no_birth_dates", "no_emails", "foreign_names")

CONTACTS = {"phone": "phone", "mobile": "mobile", "email": "email"}
NAMES = {"first_name": "first_name", "last_name": "last_name"}
HOME = {"street": "street", "postcode": "postcode", "city": "city"}
CARD_FIELDS = ("civility", "birth_name", "birth_date", "complement", "place", "occupation")
TELLS: dict[str, dict[str, str]] = {
    CARD: {**NAMES, **HOME, **CONTACTS, **{name: name for name in CARD_FIELDS}, "card_number": "key"},
    SITE: {**NAMES, **HOME, "civility": "civility", "birth_date": "birth_date", "mobile": "mobile", "email": "email"},
    SURVEYS: {**NAMES, "postcode": "postcode", "city": "city", "phone": "one_phone", "email": "email"},
    HELPLINE: {"full_name": "full_name", **HOME, "phone": "one_phone", "email": "email"},
    PROJECTS: {**NAMES, **HOME, "civility": "civility", "phone": "one_phone", "email": "email"},
    INSTALLS: {"full_name": "full_name", "address": "address", "phone": "one_phone", "email": "email"},
}
"""Field of landing.people → what the system wrote, for each system; `one_phone` is the mobile, else the landline."""

ASKED_ON_SITE = ("street", "postcode", "city", "birth_date", "mobile")
"""What the site knows of every second account only."""


@dataclass(frozen=True)
class Made:
    """Where a file lies: landing.people, and the truth (record_id, person_id, household_id)."""

    people: Path
    truth: Path


def brindille(records: int, variant: str, cache: Path) -> Made:
    """Return about `records` records of a variant, made once and kept in `cache`."""
    folder = cache / f"brindille-{records}-{variant}"
    made = Made(folder / "people.parquet", folder / "truth.parquet")
    if made.truth.exists():
        return made
    folder.mkdir(parents=True, exist_ok=True)
    with ordered_engine() as engine:
        history, rates = History(AS_OF), MessRates()
        names, places = read_names(engine), read_places(engine)
        if variant == "foreign_names":
            names = foreign(names)
        people = make_people(round(records / RECORDS_PER_PERSON), SEED, history, names, places, rates)
        found = draw_presence(people, history, rates, SEED)
        registers = [make_register(known, people, places, history) for known in found.values()]
        scribe = Scribe(people, names, places, history, rates, SEED)
        unfinished = made.truth.with_suffix(".part")
        with pq.ParquetWriter(made.people, _people_schema()) as out, pq.ParquetWriter(unfinished, TRUTH) as truth:
            for register in registers:
                line = 1
                for rows in register.rows(engine, scribe):
                    out.write_table(_people(register, rows, variant, line))
                    line += len(rows)
                known = truth_of(register, people)
                ids = pc.binary_join_element_wise(register.system, known["person_key"], ":")
                truth.write_table(pa.table([ids, known["person_id"], known["household_id"]], schema=TRUTH))
        unfinished.rename(made.truth)
    return made


TRUTH = pa.schema([(name, pa.string()) for name in ("record_id", "person_id", "household_id")])


def _people_schema() -> pa.Schema:
    kinds = {"varchar": pa.string(), "bigint": pa.int64(), "timestamp": pa.timestamp("us")}
    return pa.schema([(column.name, kinds[column.type]) for column in landing.PEOPLE.columns])


def _people(register: Register, rows: pa.Table, variant: str, line: int) -> pa.Table:
    count = len(rows)
    mobile = pc.coalesce(rows["mobile"], rows["phone"])
    said = {field: mobile if name == "one_phone" else rows[name] for field, name in TELLS[register.system].items()}
    if register.system == SITE:
        is_asked = pa.array(np.arange(line, line + count) % 2 == 0)
        said |= {name: pc.if_else(is_asked, said[name], pa.scalar(None, pa.string())) for name in ASKED_ON_SITE}
    gone = {"no_birth_dates": "birth_date", "no_emails": "email"}.get(variant)
    said.pop(gone or "", None)
    system = pa.array([register.system] * count)
    columns = {
        "source": system,
        "load_id": system,
        "file": system,
        "line": pa.array(np.arange(line, line + count)),
        "system": system,
        "person_key": rows["key"],
        "record_id": pc.binary_join_element_wise(register.system, rows["key"], ":"),
        "recorded_at": rows["written"].cast(pa.timestamp("us")),
        **said,
    }
    schema = _people_schema()
    return pa.table([columns.get(name, pa.nulls(count, pa.string())) for name in schema.names], schema=schema)


def foreign(names: Names) -> Names:
    """Return other people's names in place of the French ones: those of the FEBRL files, as frequent.

    Raises:
        FileNotFoundError: the labelled files are not beside the project.
    """
    first, last = Counter[str](), Counter[str]()
    for one, other in _written_names():
        if re.fullmatch(r"[a-z'-]{3,}", one) and re.fullmatch(r"[a-z' -]{3,}", other):
            first[one.title()] += 1
            last[other.title()] += 1
    given = sorted(first)
    shares = np.cumsum([first[name] for name in given]) / first.total()
    surnames = sorted(last)
    everyone = (np.arange(len(given), dtype=np.int32), shares)
    return replace(
        names,
        first=pa.array(given),
        last=pa.array(surnames),
        last_shares=np.cumsum([last[name] for name in surnames]) / last.total(),
        nickname=np.full(len(given), -1, np.int32),
        initial=np.asarray([ord(name[0]) for name in given], np.int32),
        groups=dict.fromkeys(names.groups, everyone),
    )


def _written_names() -> Iterator[tuple[str, str]]:
    for number in (1, 2, 3):
        rows = pq.read_table(SHARED / "febrl123" / f"dataset{number}.parquet")
        is_original = pc.match_substring(rows["rec_id"], "-org")
        rows = rows.filter(is_original)
        yield from _pairs(rows["given_name"], rows["surname"])


def _pairs(first: pa.ChunkedArray, last: pa.ChunkedArray) -> Iterator[tuple[str, str]]:
    for one, other in zip(first.to_pylist(), last.to_pylist(), strict=True):
        if one and other:
            yield one.strip().lower(), other.strip().lower()


def labelled(cache: Path) -> Iterator[tuple[str, Made]]:
    """Yield the labelled files that lie beside the project, cleaned: their name, clean.records and their truth."""
    for file in FILES:
        if not (SHARED / file.path).is_file():
            continue
        folder = cache / file.name
        folder.mkdir(parents=True, exist_ok=True)
        path = SHARED / file.path
        if file.labels_column == "entity":
            path = with_labels(path, folder)
        given = PeopleFile(path, parse_columns(file.columns), file.id_column, file.labels_column)
        made = Made(folder / "clean.parquet", folder / "truth.parquet")
        with Engine(temp_folder=folder) as engine:
            read = read_people(engine, [given], Reporter())
            clean_people(engine, Settings(folder=folder), as_of=AS_OF, reporter=Reporter())
            engine.write_parquet("select * from clean.records order by record_id", made.people)
        truth = {"record_id": list(read.labels), "person_id": list(read.labels.values())}
        pq.write_table(pa.table(truth), made.truth)
        yield file.name, made
