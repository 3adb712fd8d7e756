"""The words cleaning knows: files of chaland, completed by those of the folder `clean.dictionaries` names.

Two kinds of file, each named after what it completes:

- `<name>.toml` completes `data/<name>.toml` of this room: lists gain words, tables gain keys, a word given again is
  what the folder says;
- `<table>.csv` completes the table of chaland.reference of that name: rows under some of its columns, comma or
  semicolon, UTF-8.

A subfolder named after a country completes `countries/<country>/` in the same way (`fr/streets.toml`), or adds a
country.

One folder is in use per process; taking another forgets whatever the room had worked out with the former.
"""

from __future__ import annotations

import csv
import difflib
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chaland.errors import ConfigError
from chaland.language import say
from chaland.reference import table_path

_ROOM = "chaland.clean"
_folder: Path | None = None


def use_dictionaries(folder: Path | None) -> None:
    """Complete the words of this process with the files of a folder; None: chaland's own words only.

    Raises:
        ConfigError: the folder is absent, or a file of it completes nothing or cannot be read.
    """
    global _folder
    if folder == _folder:
        return
    if folder is not None:
        _check(folder)
    _folder = folder
    for name, module in list(sys.modules.items()):
        if name.startswith(_ROOM + "."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@cache
def load_data(name: str) -> dict[str, Any]:
    """Return the words of `data/<name>.toml`, completed."""
    words = _shipped(name)
    path = _folder / f"{name}.toml" if _folder else None
    return _completed(words, _read_toml(path)) if path and path.is_file() else words


@cache
def load_country(country: str, name: str) -> dict[str, Any]:
    """Return the words of `countries/<country>/<name>.toml`, completed; {} when the country has none.

    >>> load_country("fr", "streets")["after_du"]["COL"], load_country("zz", "rules")
    ('COLONEL', {})
    """
    shipped = files(_ROOM).joinpath("countries", country.lower(), f"{name}.toml")
    words = tomllib.loads(shipped.read_text(encoding="utf-8")) if shipped.is_file() else {}
    path = _folder / country.lower() / f"{name}.toml" if _folder else None
    return _completed(words, _read_toml(path)) if path and path.is_file() else words


@cache
def known_countries() -> tuple[str, ...]:
    """Return the codes of the countries whose addresses have rules of their own, those of the folder included.

    >>> "BE" in known_countries()
    True
    """
    folders = list(files(_ROOM).joinpath("countries").iterdir())
    added = list(_folder.iterdir()) if _folder else []
    return tuple(sorted({entry.name.upper() for entry in (*folders, *added) if entry.joinpath("rules.toml").is_file()}))


def country_file(country: str, name: str) -> Path | None:
    """Return the path of a file the folder gives for a country, None when it gives none."""
    path = _folder / country.lower() / name if _folder else None
    return path if path and path.is_file() else None


def added_rows(table: str) -> dict[str, pa.Array] | None:
    """Return the rows the folder adds to a table of chaland.reference, by column; None when it adds none."""
    path = _folder / f"{table}.csv" if _folder else None
    return _read_csv(path, pq.ParquetFile(table_path(table)).schema_arrow) if path and path.is_file() else None


def _shipped(name: str) -> dict[str, Any]:
    return tomllib.loads(files(_ROOM).joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


def _completed(words: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return two tables as one.

    >>> _completed({"a": ["X"], "b": {"K": "1"}}, {"a": ["Y"], "b": {"L": "2"}})
    {'a': ['X', 'Y'], 'b': {'K': '1', 'L': '2'}}
    """
    both = dict(words)
    for key, value in more.items():
        held = both.get(key)
        if isinstance(held, dict) and isinstance(value, dict):
            both[key] = _completed(held, value)
        elif isinstance(held, list) and isinstance(value, list):
            both[key] = [*held, *(word for word in value if word not in held)]
        else:
            both[key] = value
    return both


def _check(folder: Path) -> None:
    if not folder.is_dir():
        raise ConfigError.of(
            [say("clean.dictionaries: {folder} is not a folder.", folder=folder)],
            next_step=say("Make the folder, or take the setting out of chaland.toml."),
        )
    faults = []
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".toml", ".csv"):
            continue
        known = _tables() if path.suffix == ".csv" else _files()
        if path.stem not in known:
            near = difflib.get_close_matches(path.stem, known, n=1)
            faults.append(
                say("{file} completes no dictionary: expected one of {known}.", file=path, known=", ".join(known))
                + (say(" Did you mean {name}?", name=near[0] + path.suffix) if near else "")
            )
        elif path.suffix == ".csv":
            _read_csv(path, pq.ParquetFile(table_path(path.stem)).schema_arrow)
        else:
            faults += _misshapen(_shipped(path.stem), _read_toml(path), str(path))
    if faults:
        raise ConfigError.of(faults, next_step=say("Correct the dictionary and start again."))


def _tables() -> list[str]:
    return sorted({Path(entry.name).stem for entry in files("chaland.reference").joinpath("data").iterdir()})


def _files() -> list[str]:
    return sorted(Path(entry.name).stem for entry in files(_ROOM).joinpath("data").iterdir())


def _misshapen(words: Mapping[str, Any], more: Mapping[str, Any], where: str) -> list[str]:
    """Return what a completing table holds in another shape than the one it completes."""
    faults = []
    for key, value in more.items():
        held = words.get(key)
        if isinstance(held, dict) and isinstance(value, dict):
            faults += _misshapen(held, value, f"{where}: {key}")
        elif held is not None and type(held) is not type(value):
            faults.append(
                say(
                    "{where}: {key}: expected {wanted}, found {found}.",
                    where=where,
                    key=key,
                    wanted=type(held).__name__,
                    found=type(value).__name__,
                )
            )
    return faults


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(path) from error


def _read_csv(path: Path, schema: pa.Schema) -> dict[str, pa.Array]:
    """Return the rows of a completing file, one array per column of the table; null where the file has no column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            rows = list(csv.DictReader(file, delimiter=";" if ";" in head else ","))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path) from error
    named = [name for name in (rows[0] if rows else []) if name is not None]
    for name in named:
        if name not in schema.names:
            near = difflib.get_close_matches(name, schema.names, n=1)
            message = say(
                "{file}: unknown column {name}: expected some of {known}.",
                file=path,
                name=name,
                known=", ".join(schema.names),
            )
            raise ConfigError.of(
                [message + (say(" Did you mean {name}?", name=near[0]) if near else "")],
                next_step=say("Correct the dictionary and start again."),
            )
    return {field.name: _column(path, rows, field) for field in schema}


def _column(path: Path, rows: list[dict[str, str]], field: pa.Field) -> pa.Array:
    texts = [(row.get(field.name) or "").strip() or None for row in rows]
    try:
        return pa.array(texts, pa.string()).cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        message = say("{file}: column {name}: expected {wanted}.", file=path, name=field.name, wanted=str(field.type))
        raise ConfigError.of([message], next_step=say("Correct the dictionary and start again.")) from error


def _unreadable(path: Path) -> ConfigError:
    return ConfigError.of(
        [say("{file} cannot be read as UTF-8 text of its kind.", file=path)],
        next_step=say("Correct the dictionary and start again."),
    )
