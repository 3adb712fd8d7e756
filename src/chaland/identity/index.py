"""What a whole run leaves for those that come after: the model, the records as matched, their keys, the frequencies.

Four files beside each other, in a snapshot, opened in a millisecond and shared by every process (memory-mapped Arrow,
read where they lie):

    identity.json            model, rules, threshold, what was left out
    identity_records.arrow   the matcher's view of every described record, in order, with its customer and household
    identity_keys.arrow      per blocking rule: 32 bits of the key's fingerprint, then the record's row, sorted; so too
                             for household → rows and record id → row
    identity_values.arrow    fingerprint of a value → its class of frequency, of a word → values that hold it
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.config import IdentitySettings
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.errors import NotFoundError, StorageError
from chaland.identity import fingerprints
from chaland.identity.fingerprints import Fingerprints, RecordPrints
from chaland.identity.frequencies import CLASSES, Frequencies, frequency_class
from chaland.identity.levels import COMPARISONS
from chaland.identity.match import Matched
from chaland.identity.model import Model
from chaland.identity.records import NEVER_US, Coded, Codes, Ints, Records, Strings, coded
from chaland.identity.strings import word_counts
from chaland.language import say

FORMAT = 1
DESCRIPTION, RECORDS, KEYS, VALUES = (
    "identity.json",
    "identity_records.arrow",
    "identity_keys.arrow",
    "identity_values.arrow",
)
FILES = (DESCRIPTION, RECORDS, KEYS, VALUES)
TEXTS = (
    "first_name",
    "last_name",
    "birth_name",
    "sex",
    "organisation",
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


# Writing -----------------------------------------------------------------------------------------


def write_index(
    folder: Path, matched: Matched, ids: pa.Table, *, cap: int, threshold: float, max_surnames_per_contact: int
) -> dict[str, int]:
    """Write the index of a whole run; return what it holds, for the report.

    Args:
        folder: folder of the four files; made when missing.
        ids: customer_id and household_id of each record of `matched`, in its order.
        cap: records sharing a key beyond which it says nothing: such blocks are left out, and counted.
        threshold: match probability above which two records are one person.
        max_surnames_per_contact: the limit under which contacts were read, kept with the rest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    records = matched.records
    household = coded(ids["household_id"])
    _write_arrow(folder / RECORDS, _records_table(records, coded(ids["customer_id"]), household))
    prints = RecordPrints(records)
    rules = [[matched.atoms[index].name for index in rule.atoms] for rule in matched.rules]
    keys, segments, left_out = [], {}, 0
    start = 0
    rows = np.arange(len(records))
    for names in rules:
        found, dropped = _capped(_packed(prints.key(names), rows), cap)
        left_out += dropped
        keys.append(found)
        segments[" + ".join(sorted(names))] = [start, start + len(found)]
        start += len(found)
    for name, by_record in (
        (HOUSEHOLD, (household.codes.astype(np.uint64) + np.uint64(1)) << np.uint64(32)),
        (RECORD, fingerprints.of_texts(records.record_id.to_numpy(zero_copy_only=False))),
    ):
        found = _packed(by_record, rows)
        keys.append(found)
        segments[name] = [start, start + len(found)]
        start += len(found)
    _write_arrow(folder / KEYS, pa.table({"key": np.concatenate(keys)}))
    frequencies = Frequencies.of(records)
    values, singles, groups = _values(records, prints, frequencies)
    _write_arrow(folder / VALUES, values)
    description = {
        "format": FORMAT,
        "comparisons": _signature(),
        "records": len(records),
        "threshold": threshold,
        "max_block_rows": cap,
        "max_surnames_per_contact": max_surnames_per_contact,
        "is_whole": not rules,
        "rules": rules,
        "segments": segments,
        "left_out_keys": left_out,
        "singles": singles,
        "groups": groups,
        "model": _model_as_json(matched.model),
        "nicknames": [list(pair) for pair in matched.nicknames],
        "level_counts": level_counts(matched.levels),
    }
    (folder / DESCRIPTION).write_text(json.dumps(description) + "\n", encoding="utf-8")
    return {"keys": start, "values": len(values), "left_out": left_out}


def write_run_index(engine: Engine, folder: Path, matched: Matched, settings: IdentitySettings) -> dict[str, int]:
    """Write the index of the run whose identity.persons the engine holds; return what it holds, for the report."""
    ids = engine.arrow(sql_text("chaland.identity", "index_ids.sql"))
    return write_index(
        folder,
        matched,
        ids,
        cap=settings.max_block_rows,
        threshold=settings.threshold,
        max_surnames_per_contact=settings.max_surnames_per_contact,
    )


def _write_arrow(path: Path, table: pa.Table) -> None:
    table = table.combine_chunks()
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _texts(codes: Codes, values: Strings) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(values, pa.string()))


def _records_table(records: Records, customer: Coded, household: Coded) -> pa.Table:
    columns: dict[str, Any] = {"record_id": records.record_id, "is_organisation": records.is_organisation}
    for name in TEXTS:
        column: Coded = getattr(records, name)
        columns[name] = _texts(column.codes, column.values)
    columns |= {
        "birth_date": pa.array(records.birth_date, mask=records.birth_date < 0),
        "phone": _texts(records.phone, records.numbers),
        "mobile": _texts(records.mobile, records.numbers),
        "is_email_of_name": records.is_email_of_name,
        "recorded_us": pa.array(records.recorded_us, mask=records.recorded_us == NEVER_US),
        "customer_id": _texts(customer.codes, customer.values),
        "household_id": _texts(household.codes, household.values),
    }
    return pa.table(columns)


def _packed(prints: Fingerprints, rows: Ints) -> Fingerprints:
    """Return the upper half of each fingerprint followed by its row, sorted; records without a key are left out."""
    keep = prints != 0
    packed = (prints[keep] & np.uint64(0xFFFFFFFF00000000)) | rows[keep].astype(np.uint64)
    ordered: Fingerprints = np.sort(packed)
    return ordered


def _capped(packed: Fingerprints, cap: int) -> tuple[Fingerprints, int]:
    """Return the keys of blocks within the cap, and how many keys that leaves out."""
    block = packed >> np.uint64(32)
    edges = np.flatnonzero(np.append(True, block[1:] != block[:-1])) if len(block) else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.append(edges, len(block)))
    kept = np.repeat(sizes <= cap, sizes)
    return packed[kept], int((~kept).sum())


def _values(
    records: Records, prints: RecordPrints, frequencies: Frequencies
) -> tuple[pa.Table, dict[str, int], dict[str, int]]:
    """Return the numbers that differ from those of a value met once; those of such a value; the values with words."""
    found: list[Fingerprints] = []
    numbers: list[npt.NDArray[np.int32]] = []
    singles: dict[str, int] = {}
    for name, of_record in class_prints(prints).items():
        codes, classes = field_codes(records, name), getattr(frequencies, name)
        singles[name] = int(frequency_class(np.ones(1, dtype=np.int64), int((codes >= 0).sum()))[0])
        bearer = np.full(int(codes.max(initial=-1)) + 2, -1, dtype=np.int64)
        bearer[codes] = np.arange(len(codes))  # any record of each value; the last place is for those without
        bearer = bearer[:-1]
        bearer = bearer[bearer >= 0]
        bearer = bearer[classes[bearer] != singles[name]]
        found.append(together_with(name, of_record[bearer]))
        numbers.append(classes[bearer].astype(np.int32))
    singles["number"] = int(frequency_class(np.ones(1, dtype=np.int64), int(records.number_counts.sum()))[0])
    known = np.flatnonzero((records.number_counts > 0) & (frequencies.number != singles["number"]))
    found.append(together_with("number", prints.numbers[known]))
    numbers.append(frequencies.number[known].astype(np.int32))
    for name, column in (("street", records.street), ("organisation", records.organisation)):
        words = word_counts(column)
        several = np.flatnonzero(words.counts > 1)
        found.append(together_with(f"{name} word", fingerprints.of_texts(words.values[several])))
        numbers.append(words.counts[several].astype(np.int32))
    found.append(together_with("dropped", fingerprints.of_texts(records.dropped_contacts)))
    numbers.append(np.ones(len(records.dropped_contacts), dtype=np.int32))
    key, number = np.concatenate(found), np.concatenate(numbers)
    order = np.argsort(key, kind="stable")
    groups = {"street": len(records.street.values), "organisation": len(records.organisation.values)}
    return pa.table({"value": key[order], "number": number[order]}), singles, groups


def together_with(name: str, prints: Fingerprints) -> Fingerprints:
    """Return the fingerprints of values as those of a field."""
    return fingerprints.together(name, prints)


def class_prints(prints: RecordPrints) -> dict[str, Fingerprints]:
    """Return each record's fingerprint in each field of Frequencies, the numbers excepted."""
    return {
        "first_name": prints.atom("first_name"),
        "last_name": prints.atom("last_name"),
        "birth_date": prints.atom("birth_date"),
        "town": prints.atom("town"),
        "street": prints.street_at,
        "home": prints.home,
        "email": prints.atom("email"),
        "card": prints.atom("card"),
        "organisation": prints.atom("organisation"),
    }


def field_codes(records: Records, name: str) -> Codes:
    """Return each record's code in a field of `class_prints`."""
    if name == "birth_date":
        return records.birth_date
    if name == "home":
        return records.home
    if name == "street":
        return records.street_at
    column: Coded = getattr(records, name)
    return column.codes


def level_counts(levels: npt.NDArray[np.uint8]) -> list[list[int]]:
    """Return the pairs at each level of each comparison."""
    return [
        np.bincount(levels[:, index], minlength=len(comparison.levels)).tolist()
        for index, comparison in enumerate(COMPARISONS)
    ]


def _signature() -> list[list[str]]:
    return [[comparison.name, *comparison.named, *comparison.families] for comparison in COMPARISONS]


def _model_as_json(model: Model) -> dict[str, Any]:
    return {
        field.name: [table.tolist() for table in value] if isinstance(value, tuple) else value
        for field in dataclasses.fields(model)
        for value in (getattr(model, field.name),)
    }


# Reading -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Index:
    """The index of a whole run, opened: nothing of it is read before it is asked for."""

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
            if description["format"] != FORMAT or description["comparisons"] != _signature():
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
            description,
            Model(**model),  # type: ignore[arg-type]
            records,
            _numpy(keys["key"], np.uint64),
            _numpy(values["value"], np.uint64),
            _numpy(values["number"], np.int32),
        )

    def __len__(self) -> int:
        return len(self.records)

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
        upper = prints & np.uint64(0xFFFFFFFF00000000)
        low = np.searchsorted(keys, upper)
        high = np.searchsorted(keys, upper | np.uint64(0xFFFFFFFF), side="right")
        count = np.where(prints == 0, 0, high - low)
        place = np.repeat(np.arange(len(prints)), count)
        offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        rows = keys[np.repeat(low, count) + offset] & np.uint64(0xFFFFFFFF)
        return place, rows.astype(np.int64)

    def holds(self, name: str, prints: Fingerprints) -> npt.NDArray[np.bool_]:
        """Tell which keys of a rule some row has."""
        keys = self.segment(name)
        upper = prints & np.uint64(0xFFFFFFFF00000000)
        found = np.searchsorted(keys, upper) < np.searchsorted(keys, upper | np.uint64(0xFFFFFFFF), side="right")
        held: npt.NDArray[np.bool_] = found & (prints != 0)
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
        taken = self.records[column].chunk(0).indices.take(pa.array(rows)) if len(self) else pa.array([], pa.int32())
        codes: Codes = taken.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
        return codes

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
        place = np.minimum(np.searchsorted(self.values, keyed), len(self.values) - 1)
        return np.where(self.values[place] == keyed, self.numbers[place], otherwise).astype(np.int32)

    def holders(self, words: list[str]) -> list[int]:
        """Return how many organisations hold each word, one at least."""
        return [int(count) for count in self.looked_up("organisation word", fingerprints.of_texts(list(words)), 1)]

    def frequencies(self, prints: RecordPrints) -> Frequencies:
        """Return the frequencies, in the base, of the values of a few records."""
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
        number = self.looked_up("number", prints.numbers[:-1], singles["number"]).astype(np.uint8)
        return Frequencies(
            **by_field,
            number=number,
            street_words=rarity("street"),
            organisation_words=rarity("organisation"),
            nicknames=self.nicknames,
        )

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


def _numpy(column: pa.ChunkedArray, kind: Any) -> Any:
    return column.chunk(0).to_numpy() if column.num_chunks else np.zeros(0, dtype=kind)
