"""What a record said before cleaning: read again from landing.people, or from the landing files of a base."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chaland.config import Settings
from chaland.engine import Engine

FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("civility", "full_name", "first_name", "last_name", "birth_name", "organisation"),
    "address": ("address", "street_number", "street", "complement", "place", "postcode", "city", "country"),
    "phone": ("phone", "mobile"),
    "mobile": ("mobile", "phone"),
    "email": ("email",),
    "birth_date": ("birth_date",),
}
"""Graded field → fields of landing.people it comes from, in reading order."""


class Sample(NamedTuple):
    """One record chosen to show one reason."""

    field: str
    reason: str
    record_id: str
    source: str
    load_id: str
    file: str
    line: int
    after: str


def shown(field: str, values: Mapping[str, Any]) -> str:
    """Return the text a field had before, its parts joined as one would write them.

    >>> shown("name", {"civility": "M.", "last_name": "DURAND", "first_name": "paul"})
    'M. · paul · DURAND'
    """
    return " · ".join(str(values[name]).strip() for name in FIELDS[field] if str(values.get(name) or "").strip())


def before_from_people(engine: Engine, samples: Sequence[Sample]) -> dict[Sample, str]:
    """Return what each sample said, from landing.people of this engine."""
    places = sorted({(one.source, one.load_id, one.file, one.line) for one in samples})
    names = ("source", "load_id", "file", "line")
    wanted = pa.table({name: [place[rank] for place in places] for rank, name in enumerate(names)}) if places else None
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    if wanted is not None:
        engine.connection.register("report_wanted", wanted)
        found = engine.arrow(
            "select people.* from landing.people semi join report_wanted using (source, load_id, file, line)"
        )
        engine.connection.unregister("report_wanted")
        rows = {tuple(row[name] for name in names): row for row in found.to_pylist()}
    return {one: shown(one.field, rows.get((one.source, one.load_id, one.file, one.line), {})) for one in samples}


def before_from_base(settings: Settings, samples: Sequence[Sample]) -> dict[Sample, str]:
    """Return what each sample said, from landing/<source>/<load>.parquet and the mapping of its source.

    A sample whose load or source is gone has "".
    """
    by_load: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for one in samples:
        by_load[(one.source, one.load_id)].append(one)
    texts = dict.fromkeys(samples, "")
    for (source, load_id), some in by_load.items():
        path = settings.folder / "landing" / source / f"{load_id}.parquet"
        if source in settings.sources and path.is_file():
            rows = _rows(path, {(one.file, one.line) for one in some})
            columns = settings.sources[source].columns
            for one in some:
                texts[one] = shown(one.field, _mapped(rows.get((one.file, one.line), {}), columns))
    return texts


def _rows(path: Path, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Return the raw rows that stand at these places, reading one row group at a time."""
    wanted = set(places)
    lines = [line for _, line in wanted]
    found: dict[tuple[str, int], dict[str, Any]] = {}
    file = pq.ParquetFile(path)
    for group in range(file.num_row_groups):
        rows = file.read_row_group(group)
        near = rows.filter(pc.is_in(pc.cast(rows["_line"], pa.int64()), value_set=pa.array(lines, pa.int64())))
        for row in near.to_pylist():
            place = (row["_file"], int(row["_line"]))
            if place in wanted:
                found.setdefault(place, row)
    return found


def _mapped(row: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return a raw row under our field names; of several columns, the first that holds something."""
    values = {}
    for field, given in columns.items():
        names = [given] if isinstance(given, str) else given
        values[field] = next((row[name] for name in names if row.get(name)), None)
    return values
