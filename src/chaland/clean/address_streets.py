"""The streets of each commune, where the base gives them: `fr/streets.csv` of its dictionaries.

No open table small enough to ship names the streets of France; the national address base (BAN) and the local ones (BAL)
do, commune by commune. Their files are read as they are published: one row per address or per street, the commune's
INSEE code, the street's name, the number. Without them streets are neither refused nor repaired.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from rapidfuzz import process
from rapidfuzz.distance import OSA

from chaland.clean.address_parts import expand_street, type_at
from chaland.clean.dictionaries import country_file
from chaland.clean.text import fold
from chaland.errors import ConfigError
from chaland.language import say

_COLUMNS = {
    "insee_code": ("insee_code", "code_insee", "commune_insee"),
    "street": ("street", "nom_voie", "voie_nom"),
    "number": ("number", "numero"),
}
_GAP = 2


class Checked(NamedTuple):
    """A street held against those of its commune: its name there, and the reason or "" when all is well."""

    street: str
    reason: str


def has_streets() -> bool:
    """Tell whether the base gives streets to validate against."""
    return _file() is not None


@cache
def _file() -> Path | None:
    return country_file("fr", "streets.parquet") or country_file("fr", "streets.csv")


@cache
def _book() -> dict[str, dict[str, int]]:
    """Return by commune its streets as written, each with its largest number (0 when none is known)."""
    path = _file()
    if path is None:
        return {}
    rows = pq.read_table(path) if path.suffix == ".parquet" else _read_csv(path)
    held = {ours: next((name for name in names if name in rows.column_names), "") for ours, names in _COLUMNS.items()}
    if not (held["insee_code"] and held["street"]):
        raise ConfigError.of(
            [
                say(
                    "{file}: expected columns {wanted}; found {found}.",
                    file=path.name,
                    wanted="code_insee, nom_voie",
                    found=", ".join(rows.column_names),
                )
            ],
            next_step=say("Correct the dictionary and start again."),
        )
    number = pc.cast(_digits(rows[held["number"]]), pa.int64()) if held["number"] else pa.nulls(len(rows), pa.int64())
    insee = pc.utf8_lpad(pc.cast(rows[held["insee_code"]], pa.string()), 5, "0")
    table = pa.table({"insee": insee, "street": pc.cast(rows[held["street"]], pa.string()), "number": number})
    grouped = table.group_by(["insee", "street"]).aggregate([("number", "max")])
    book: dict[str, dict[str, int]] = defaultdict(dict)
    for code, street, last in zip(
        *(grouped[name].to_pylist() for name in ("insee", "street", "number_max")), strict=True
    ):
        if code and street:
            book[code][street] = last or 0
    return book


def _digits(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = pc.cast(column, pa.string())
    return pc.if_else(pc.match_substring_regex(text, r"^\d{1,4}$"), text, None)


def _read_csv(path: Path) -> pa.Table:
    with path.open(encoding="utf-8-sig") as file:
        head = file.readline()
    separator = ";" if ";" in head else ","
    names = [name.strip().strip('"') for name in head.split(separator)]
    try:
        return pa_csv.read_csv(
            path,
            parse_options=pa_csv.ParseOptions(delimiter=separator),
            convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid as error:
        raise ConfigError.of([say("{file} cannot be read as UTF-8 text of its kind.", file=path.name)]) from error


@lru_cache(maxsize=5_000)
def _streets_of(insee_code: str) -> dict[str, int]:
    """Return the commune's streets as cleaning writes them, each with its largest number."""
    found: dict[str, int] = {}
    for written, last in _book().get(insee_code, {}).items():
        street = expand_street(tuple(fold(written).split()))
        found[street] = max(last, found.get(street, 0))
    return found


@lru_cache(maxsize=100_000)
def check_street(insee_code: str, street: str, number: str) -> Checked:
    """Return a street as its commune has it, with street_spelling, street_doubtful, street_unknown or number_unknown.

    Repaired when one street is within the typing errors its length allows and no other is close; joined, to be
    checked, to the only street of that name under another type; a commune without streets is not judged.
    """
    streets = _streets_of(insee_code)
    if not streets:
        return Checked(street, "")
    name, reason = street, ""
    if street not in streets:
        name, reason = _nearest(street, streets)
    if reason in ("", "street_spelling") and number and 0 < streets[name] < int(number):
        reason = "number_unknown"
    return Checked(name, reason)


def _nearest(street: str, streets: dict[str, int]) -> tuple[str, str]:
    allowed = 1 if len(street) < 10 else 2 if len(street) < 18 else 3
    ranked = process.extract(street, list(streets), scorer=OSA.distance, score_cutoff=allowed + _GAP, limit=2)
    ranked.sort(key=lambda one: (one[1], one[0]))
    if ranked and ranked[0][1] <= allowed and (len(ranked) == 1 or ranked[1][1] >= ranked[0][1] + _GAP):
        return ranked[0][0], "street_spelling"
    bare = _without_type(street)
    same = [other for other in streets if _without_type(other) == bare]
    if len(same) == 1 and len(bare) > 2:
        return same[0], "street_doubtful"
    return street, "street_unknown"


def _without_type(street: str) -> str:
    words = tuple(street.split())
    found = type_at(words, 0)
    rest = words[found[1] :] if found else words
    while len(rest) > 1 and rest[0] in ("DE", "DU", "DES", "D", "LA", "LE", "LES", "L"):
        rest = rest[1:]
    return " ".join(rest)
