"""What a whole run leaves for those that come after: the model, the records as matched, their keys, the frequencies.

Four files beside each other, in a snapshot, opened in a millisecond and shared by every process (memory-mapped Arrow,
read where they lie):

    identity.json            model, rules, threshold, what was left out
    identity_records.arrow   the matcher's view of every described record, in order, with its customer and household
    identity_keys.arrow      per blocking rule: 32 bits of the key's fingerprint, then the record's row, sorted; so too
                             for household → rows and record id → row
    identity_values.arrow    fingerprint of a value → its class of frequency, of a word → values that hold it, of a
                             house → last names under its roof, of a name in a town → its bearers

indexing.py writes them; beside them run.py leaves identity_digests.parquet, hashes of what every record says, to see
what the next run finds changed (digests.sql).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.errors import NotFoundError, StorageError
from chaland.identity import fingerprints
from chaland.identity.fingerprints import Fingerprints, RecordPrints
from chaland.identity.frequencies import CLASSES, Frequencies
from chaland.identity.household import HomeRates, KnownHomes
from chaland.identity.levels import COMPARISONS
from chaland.identity.lookup import ROW, RuleTable
from chaland.identity.model import Model
from chaland.identity.records import Coded, Codes, Flags, Ints, Records, Strings
from chaland.language import say

FORMAT = 3
DESCRIPTION, RECORDS, KEYS, VALUES = (
    "identity.json",
    "identity_records.arrow",
    "identity_keys.arrow",
    "identity_values.arrow",
)
FILES = (DESCRIPTION, RECORDS, KEYS, VALUES)
DIGESTS = "identity_digests.parquet"
TEXTS = (
    "first_name",
    "last_name",
    "birth_name",
    "sex",
    "organisation",
    "employer",
    "occupation",
    "birth_place",
    "street_number",
    "street",
    "street_word",
    "town",
    "city",
    "postcode",
    "email",
    "email_local",
    "card",
)
HOUSEHOLD, RECORD = "household", "record"
"""Segments of identity_keys.arrow that are no blocking rule."""
HOUSE, BEARERS = "names of a house", "bearers in a town"
"""Kinds of identity_values.arrow that count homes (household.py)."""


@dataclass(frozen=True)
class Index:
    """The index of a run, opened: nothing of it is read before it is asked for."""

    folder: Path
    description: dict[str, Any]
    model: Model
    records: pa.Table
    keys: Fingerprints
    values: Fingerprints
    numbers: npt.NDArray[np.int32]

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Open the index in a folder (a snapshot).

        Raises:
            NotFoundError: there is none.
            StorageError: it is torn, or another version of chaland wrote it.
        """
        if not (folder / DESCRIPTION).is_file():
            raise NotFoundError(
                say("{folder} has no identity index.", folder=folder), next_step=say("Build the base again.")
            )
        try:
            description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
            if description["format"] != FORMAT or description["comparisons"] != signature():
                raise StorageError(
                    say("The identity index in {folder} was written by another version of chaland.", folder=folder),
                    next_step=say("Build the base again."),
                )
            model = {
                name: tuple(np.array(table) for table in value) if isinstance(value, list) else value
                for name, value in description["model"].items()
            }
            records, keys, values = (
                pa.ipc.open_file(pa.memory_map(str(folder / name))).read_all() for name in (RECORDS, KEYS, VALUES)
            )
        except (ValueError, KeyError, TypeError, OSError, pa.ArrowException) as error:
            raise StorageError(
                say("The identity index in {folder} cannot be read: it is torn.", folder=folder),
                next_step=say("Build the base again."),
            ) from error
        return cls(
            folder,
            description,
            Model(**model),  # type: ignore[arg-type]
            records,
            _numpy(keys["key"], np.uint64),
            _numpy(values["value"], np.uint64),
            _numpy(values["number"], np.int32),
        )

    def __len__(self) -> int:
        return int(self.description["records"])

    @cached_property
    def every_row(self) -> Ints:
        """The rows of the records held; other rows are of what was replaced or withdrawn since the last whole run."""
        rows: Ints = np.sort(self.segment(RECORD) & ROW).astype(np.int64)
        return rows

    @property
    def as_of(self) -> date:
        """The day that the run which wrote it was for."""
        return date.fromisoformat(self.description["as_of"])

    @property
    def least_bits(self) -> float:
        """Match weight above which two records are one person."""
        threshold = self.description["threshold"]
        return float(np.log2(threshold / (1 - threshold)))

    @property
    def rules(self) -> list[list[str]]:
        """Atoms of each blocking rule."""
        rules: list[list[str]] = self.description["rules"]
        return rules

    @property
    def caps(self) -> list[int]:
        """Records in a block beyond which a key of each rule says nothing."""
        caps: list[int] = self.description["caps"]
        return caps

    @cached_property
    def rule_table(self) -> RuleTable:
        """The rules as arrays, to look up all the keys of a record at once."""
        return RuleTable.of(self.rules, self.description["segments"])

    @cached_property
    def nicknames(self) -> tuple[tuple[str, str], ...]:
        """Pairs of first names that one person may bear, as the whole run learnt them."""
        return tuple((one, other) for one, other in self.description["nicknames"])

    def segment(self, name: str) -> Fingerprints:
        """Return the sorted keys of a rule (or HOUSEHOLD, RECORD): fingerprint above, row below."""
        start, stop = self.description["segments"][name]
        return self.keys[start:stop]

    def rows_sharing(self, name: str, prints: Fingerprints) -> tuple[Ints, Ints]:
        """Return (place in `prints`, row) for every row of the index whose key is one of the prints (0: none)."""
        keys = self.segment(name)
        upper = prints & ~ROW
        low, high = _places(keys, upper), _places(keys, upper | ROW, side="right")
        count = np.where(prints == 0, 0, high - low)
        place = np.repeat(np.arange(len(prints)), count)
        offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        rows = keys[np.repeat(low, count) + offset] & ROW
        return place, rows.astype(np.int64)

    def holds(self, name: str, prints: Fingerprints) -> npt.NDArray[np.bool_]:
        """Tell which keys of a rule some row has."""
        keys = self.segment(name)
        if not len(keys):
            return np.zeros(len(prints), dtype=bool)
        upper = prints & ~ROW
        first = keys[np.minimum(_places(keys, upper), len(keys) - 1)]
        held: npt.NDArray[np.bool_] = (first & ~ROW == upper) & (prints != 0)
        return held

    def household_rows(self, rows: Ints) -> Ints:
        """Return every row of the households of these rows, sorted, each once."""
        codes = self.codes("household_id", rows)
        households = np.unique(codes[codes >= 0]).astype(np.uint64)
        _, members = self.rows_sharing(HOUSEHOLD, (households + np.uint64(1)) << np.uint64(32))
        return np.sort(members)

    def rows_of_ids(self, record_ids: pa.Array) -> Ints:
        """Return the row of each record id, -1 where the index has none."""
        place, rows = self.rows_sharing(RECORD, fingerprints.of_texts(record_ids.to_numpy(zero_copy_only=False)))
        found = np.full(len(record_ids), -1, dtype=np.int64)
        held = self.texts("record_id", rows)
        same = held == record_ids.to_numpy(zero_copy_only=False)[place] if len(rows) else np.zeros(0, dtype=bool)
        found[place[same]] = rows[same]
        return found

    def codes(self, column: str, rows: Ints) -> Codes:
        """Return the dictionary codes of some rows, -1 for nothing."""
        every, valid = self._columns[column]
        if valid is None:
            return every[rows]
        is_known = (valid[rows >> 3] >> (rows & 7)) & 1
        return np.where(is_known, every[rows], -1).astype(np.int32)

    @cached_property
    def _columns(self) -> dict[str, tuple[Codes, npt.NDArray[np.uint8] | None]]:
        """Per column of texts, its dictionary codes and which rows have one (a bit each; None: all), where they lie."""
        found: dict[str, tuple[Codes, npt.NDArray[np.uint8] | None]] = {}
        for name, column in zip(self.records.column_names, self.records.columns, strict=True):
            if pa.types.is_dictionary(column.type):
                indices = column.chunk(0).indices if len(column) else pa.array([], pa.int32())
                valid, data = indices.buffers()
                codes = np.frombuffer(data, np.int32)[: len(column)] if len(column) else np.zeros(0, dtype=np.int32)
                found[name] = codes, np.frombuffer(valid, np.uint8) if indices.null_count else None
        return found

    def texts(self, column: str, rows: Ints) -> Strings:
        """Return the texts of a column in some rows."""
        texts: Strings = self.view(rows, (column,))[column].to_numpy(zero_copy_only=False)
        return texts

    def view(self, rows: Ints, columns: tuple[str, ...] = ()) -> pa.Table:
        """Return some rows of the matcher's view as plain text columns (those of records.sql when none is named)."""
        names = columns or tuple(n for n in self.records.column_names if n not in ("customer_id", "household_id"))
        taken = self.records.select(names).take(pa.array(rows, pa.int64()))
        return pa.table(
            {
                name: taken[name].cast(pa.string()) if pa.types.is_dictionary(taken[name].type) else taken[name]
                for name in names
            }
        )

    def looked_up(self, name: str, prints: Fingerprints, otherwise: int) -> npt.NDArray[np.int32]:
        """Return the number kept for values of a field (or words of it); `otherwise` where none is."""
        if not len(self.values):
            return np.full(len(prints), otherwise, dtype=np.int32)
        keyed = together_with(name, prints)
        place = np.minimum(_places(self.values, keyed), len(self.values) - 1)
        return np.where(self.values[place] == keyed, self.numbers[place], otherwise).astype(np.int32)

    def holders(self, words: list[str]) -> list[int]:
        """Return how many organisations hold each word, one at least."""
        return [int(count) for count in self.looked_up("organisation word", fingerprints.of_texts(list(words)), 1)]

    def frequencies(self, prints: RecordPrints, is_new: Flags | None = None) -> Frequencies:
        """Return the frequencies, in the base, of the values of a few records.

        Args:
            is_new: records that the base does not hold: each is one more to bear its names.
        """
        singles = self.description["singles"]

        def rarity(field: str) -> Any:
            groups = self.description["groups"][field]

            def of(words: Strings) -> npt.NDArray[np.float64]:
                held = self.looked_up(f"{field} word", fingerprints.of_texts(words), 1)
                bits: npt.NDArray[np.float64] = np.log((1 + groups) / held)
                return bits

            return of

        by_field = {
            name: np.where(
                of_record == 0, CLASSES - 1, self.looked_up(name, of_record, singles[name]).astype(np.uint8)
            ).astype(np.uint8)
            for name, of_record in class_prints(prints).items()
        }
        if is_new is not None:
            by_field["bearers"] += is_new
        number = self.looked_up("number", prints.numbers[:-1], singles["number"]).astype(np.uint8)
        return Frequencies(
            **by_field,
            number=number,
            street_words=rarity("street"),
            organisation_words=rarity("organisation"),
            nicknames=self.nicknames,
        )

    def known_homes(self, records: Records, prints: RecordPrints) -> KnownHomes | None:
        """Return what the whole run counted of homes, for some records; None where it knew of none."""
        rates = self.description["home_rates"]
        if rates is None:
            return None
        of_home = _of_codes(records.home, prints.home)

        def names(home: Ints) -> Ints:
            return self.looked_up(HOUSE, of_home[home], 1).astype(np.int64)

        def bearers(town: Ints, name: Ints) -> Ints:
            return self.looked_up(BEARERS, bearer_prints(prints, town, name), 1).astype(np.int64)

        return KnownHomes(HomeRates(rates["shared"], tuple(rates["roof"]), tuple(rates["name"])), names, bearers)

    def without_dropped(self, rows: pa.Table) -> pa.Table:
        """Return the matcher's view less the contacts that the whole run found too shared."""
        for name in ("phone", "mobile", "email"):
            texts = rows[name].combine_chunks()
            drop = self.looked_up("dropped", fingerprints.of_texts(texts.to_numpy(zero_copy_only=False)), 0) == 1
            if drop.any():
                mask = pa.array(drop)
                for column in (name, "email_local") if name == "email" else (name,):
                    place = rows.column_names.index(column)
                    kept = pc.if_else(mask, pa.scalar(None, pa.string()), rows[column].combine_chunks())
                    rows = rows.set_column(place, column, kept)
        return rows


def _places(keys: Fingerprints, wanted: Fingerprints, side: Literal["left", "right"] = "left") -> Ints:
    """Return where each of the wanted stands among sorted keys; looked up in order, neighbours are read together."""
    order = np.argsort(wanted)
    places = np.empty(len(wanted), dtype=np.int64)
    places[order] = np.searchsorted(keys, wanted[order], side)
    return places


def _numpy(column: pa.ChunkedArray, kind: Any) -> Any:
    return column.chunk(0).to_numpy() if column.num_chunks else np.zeros(0, dtype=kind)


def together_with(name: str, prints: Fingerprints) -> Fingerprints:
    """Return the fingerprints of values as those of a field."""
    return fingerprints.together(name, prints)


def class_prints(prints: RecordPrints) -> dict[str, Fingerprints]:
    """Return each record's fingerprint in each field of Frequencies, the numbers excepted."""
    return {
        "first_name": prints.atom("first_name"),
        "last_name": prints.atom("last_name"),
        "bearers": together_with("bearers", prints.key(["first_name", "last_name"])),
        "birth_date": prints.atom("birth_date"),
        "town": prints.atom("town"),
        "street": prints.street_at,
        "home": prints.home,
        "email": prints.atom("email"),
        "card": prints.atom("card"),
        "organisation": prints.atom("organisation"),
        "employer": prints.atom("employer"),
        "occupation": prints.atom("occupation"),
        "birth_place": prints.atom("birth_place"),
    }


def field_codes(records: Records, name: str) -> Codes:
    """Return each record's code in a field of `class_prints`."""
    if name == "birth_date":
        return records.birth_date
    if name == "bearers":
        return records.full_name
    if name == "home":
        return records.home
    if name == "street":
        return records.street_at
    column: Coded = getattr(records, name)
    return column.codes


def signature() -> list[list[str]]:
    return [[comparison.name, *comparison.named, *comparison.families] for comparison in COMPARISONS]


def bearer_prints(prints: RecordPrints, town: Ints, name: Ints) -> Fingerprints:
    """Return the fingerprint of names (codes of their sounds) in towns (codes)."""
    of_town = _of_codes(prints.records.town.codes, prints.atom("town"))
    of_name = _of_codes(prints.records.last_sound.codes, prints.atom("last_sound"))
    return fingerprints.together(BEARERS, of_town[town], of_name[name])


def _of_codes(codes: npt.NDArray[np.integer], of_record: Fingerprints) -> Fingerprints:
    """Return the fingerprint of each code, from those of the records; the last one, of nothing, is 0."""
    of_code = np.zeros(int(codes.max(initial=-1)) + 2, dtype=np.uint64)
    of_code[codes] = of_record
    of_code[-1] = 0
    return of_code
