"""The register of each system: keys, dates and shops of its records, the crowd's then the cast's, and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.demo.cast import (
    CAST,
    FIRST_ACCOUNT,
    FIRST_CALLER,
    FIRST_FOLDER,
    FIRST_SURVEY,
    before,
    cast_households,
    cast_records,
    cast_written,
)
from chaland.demo.history import Array, History
from chaland.demo.keys import card_numbers
from chaland.demo.people import People
from chaland.demo.places import Places, texts
from chaland.demo.presence import CARD, HELPLINE, INSTALLS, PROJECTS, SITE, SURVEYS, Records
from chaland.demo.written import CHUNK, Scribe
from chaland.engine import Engine


@dataclass(frozen=True)
class Register:
    """One value per record, crowd first.

    Attributes:
        records: the crowd's.
        key: the system's own number, text.
        opened_day, written_day: as in Records.
        shop: index of the shop of the record's opening.
    """

    records: Records
    key: pa.Array
    opened_day: Array
    written_day: Array
    shop: Array

    @property
    def system(self) -> str:
        return self.records.system

    @property
    def count(self) -> int:
        return len(self.key)

    def rows(self, engine: Engine, scribe: Scribe) -> Iterator[pa.Table]:
        """Yield what is written of each record with `key`, `opened`, `written` (dates) and `shop` (index)."""
        start = 0
        for part in scribe.write(engine, self.records):
            yield self._with_key(part, start, scribe)
            start += CHUNK
        yield self._with_key(cast_written(self.system), self.records.count, scribe)

    def _with_key(self, part: pa.Table, start: int, scribe: Scribe) -> pa.Table:
        end = start + part.num_rows
        dates = scribe.history.dates
        more = {
            "key": self.key.slice(start, part.num_rows),
            "opened": pa.array(dates(self.opened_day[start:end])),
            "written": pa.array(dates(self.written_day[start:end])),
            "shop": pa.array(self.shop[start:end].astype(np.int16)),
        }
        return pa.table({**dict(zip(part.column_names, part.columns, strict=True)), **more})


def _numbered(prefix: str, first: int, count: int, width: int) -> pa.Array:
    digits = pc.cast(pa.array(np.arange(first, first + count)), pa.string())
    return pc.binary_join_element_wise(prefix, pc.utf8_lpad(digits, width, "0"), "")


def _crowd_keys(records: Records, shops: pa.Array) -> pa.Array:
    count = records.count
    if records.system == CARD:
        return pc.cast(pa.array(card_numbers(np.arange(count))), pa.string())
    if records.system in (SITE, HELPLINE):
        first = FIRST_ACCOUNT if records.system == SITE else FIRST_CALLER
        return pc.cast(pa.array(np.arange(first, first + count)), pa.string())
    if records.system == SURVEYS:
        return _numbered("V", FIRST_SURVEY, count, 7)
    letter = {PROJECTS: "-P", INSTALLS: "-I"}[records.system]
    return pc.binary_join_element_wise(shops, _numbered(letter, FIRST_FOLDER, count, 6), "")


def make_register(records: Records, people: People, places: Places, history: History) -> Register:
    """Return the register of one system, the cast included."""
    codes = texts(places.shops, "shop_key")
    crowd_shop = people.home_shop[people.home(records.person, records.opened_day)]
    cast = cast_records(records.system)
    opened = [before(history.days, row.facts.get("opened", row.facts.get("days_before", row.facts.get("written", 0))))
              for row in cast]  # fmt: skip
    written = [before(history.days, row.facts.get("written", row.facts.get("opened", row.facts.get("days_before", 0))))
               for row in cast]  # fmt: skip
    shops = [codes.index(_cast_shop(row.facts, codes[0])) for row in cast]
    keys = _crowd_keys(
        records, pa.DictionaryArray.from_arrays(pa.array(crowd_shop), pa.array(codes)).dictionary_decode()
    )
    return Register(
        records=records,
        key=pa.concat_arrays([keys, pa.array([row.key for row in cast], pa.string())]),
        opened_day=np.concatenate([records.opened_day, np.asarray(opened, np.int32)]),
        written_day=np.concatenate([records.written_day, np.asarray(written, np.int32)]),
        shop=np.concatenate([crowd_shop, np.asarray(shops, np.int8)]),
    )


def _cast_shop(facts: dict[str, object], default: str) -> str:
    tickets = facts.get("tickets")
    if isinstance(tickets, list) and tickets:
        return str(tickets[0][2])
    return str(facts.get("shop", default))


def truth_of(register: Register, people: People) -> dict[str, pa.Array]:
    """Return the truth of a register: person_key, person_id and household_id of each record."""
    persons = register.records.person.astype(np.int64)
    homes = people.household[persons].astype(np.int64)
    cast = cast_records(register.system)
    home_of = {member.person_id: member.household_id for member in CAST.values()}

    def ids(letter: str, rank: Array, of_cast: list[str]) -> pa.Array:
        digits = pc.utf8_lpad(pc.cast(pa.array(rank + 1), pa.string()), 8, "0")
        return pa.concat_arrays([pc.binary_join_element_wise(letter, digits, ""), pa.array(of_cast, pa.string())])

    return {
        "person_key": register.key,
        "person_id": ids("P", persons + len(CAST), [row.person for row in cast]),
        "household_id": ids("F", homes + cast_households(), [home_of[row.person] for row in cast]),
    }
