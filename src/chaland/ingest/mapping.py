"""Writes guesses into chaland.toml, each with a comment that says how sure it is and why. Never changes what is there.

A source already declared only gains what it lacks; people's edits, comments and order stay.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import Table

from chaland.config import FILE_NAME, SECTIONS, parse_settings
from chaland.errors import ConfigError, StorageError
from chaland.ingest.fields import check_mapping
from chaland.ingest.guess import Guess
from chaland.ingest.loads import write_whole
from chaland.ingest.mail import mail_folder
from chaland.ingest.weigh import SURE, ColumnGuess
from chaland.language import say

SPARE = ("encoding", "separator", "table", "sheet", "skip_lines", "filter", "explode", "widths")
"""Reading settings written only when they say something."""


def start_base(folder: Path, *, like: Path | None = None) -> Path:
    """Write the chaland.toml of a new base and return its path.

    Args:
        folder: the base's folder, made when missing.
        like: a chaland.toml whose mapping is copied, its sources' folder told from the new place.

    Raises:
        ConfigError: the folder already has a chaland.toml, or the copied one has faults.
        StorageError: the folder cannot be written.
    """
    target = folder / FILE_NAME
    if target.exists():
        raise ConfigError(
            say("{path} already exists.", path=target),
            left=say("Nothing was changed."),
            next_step=say("Add sources to it with: chaland inspect FILE… --write {folder}", folder=folder),
        )
    document = _copied(like, folder) if like else _fresh(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(say("Cannot write {path}: {cause}.", path=folder, cause=error.strerror)) from error
    write_whole(target, tomlkit.dumps(document).rstrip() + "\n")
    return target


def _copied(like: Path, folder: Path) -> TOMLDocument:
    if not like.is_file():
        raise ConfigError(say("{path} does not exist.", path=like))
    text = like.read_text(encoding="utf-8")
    settings = parse_settings(text, like.parent)
    document = tomlkit.parse(text)
    base = document.setdefault("base", tomlkit.table())
    base["sources_root"] = Path(os.path.relpath(settings.sources_root, folder.resolve())).as_posix()
    return document


def _fresh(folder: Path) -> TOMLDocument:
    """Return every setting, commented out at its default with its help, the base's name apart."""
    document = tomlkit.document()
    document.add(tomlkit.comment(say("A chaland base. Remove the # of a setting to change it.")))
    for name, shape in SECTIONS.items():
        section = tomlkit.table()
        for setting in dataclasses.fields(shape):
            factory = setting.default_factory
            default = setting.default if factory is dataclasses.MISSING else factory()
            section.add(tomlkit.comment(say(setting.metadata["help"])))
            if (name, setting.name) == ("base", "name"):
                section.add("name", folder.resolve().name)
            else:
                section.add(tomlkit.comment(f"{setting.name} = {_toml(default)}"))
        document.add(tomlkit.nl())
        document.add(name, section)
    return document


def _toml(value: Any) -> str:
    return str(tomlkit.item(value).as_string())


def write_mapping(path: Path, guesses: Sequence[Guess]) -> list[str]:
    """Add the guesses to a chaland.toml; return the names of the sources written or completed.

    Args:
        path: the chaland.toml, which exists.
        guesses: what `inspect_files` returned; those of no kind are left out.
    """
    text = path.read_text(encoding="utf-8")
    settings = parse_settings(text, path.parent)
    document = tomlkit.parse(text)
    sources = document.setdefault("sources", tomlkit.table(is_super_table=True))
    written = []
    renamed: dict[str, str] = {}
    for guess in guesses:
        if not guess.kind:
            continue
        patterns = file_patterns(guess, settings.sources_root)
        name = _known_name(sources, guess, patterns) or guess.name
        renamed[guess.name] = name
        section = sources.get(name)
        if section is None:
            section = tomlkit.table()
            sources.add(name, section)
        if _complete(section, guess, patterns, renamed):
            written.append(name)
    result = tomlkit.dumps(document)
    parse_settings(result, path.parent)
    if result != text:
        write_whole(path, result)
    return written


def missing_fields(path: Path, names: Sequence[str]) -> list[str]:
    """Return what sources still need before a build, in sentences."""
    settings = parse_settings(path.read_text(encoding="utf-8"), path.parent)
    faults: list[str] = []
    for name in names:
        try:
            check_mapping(settings.sources[name])
        except ConfigError as error:
            faults += error.faults
    return faults


def file_patterns(guess: Guess, root: Path) -> list[str]:
    """Return the files of a guess as chaland.toml names them: relative to the sources' folder, * for what varies.

    Files that differ by their folder become `*/name`; by the digits of their name, `name_*`.
    """
    if guess.reading.format == "mail":
        return _mail_patterns(guess, root)
    names = [Path(os.path.relpath(path.resolve(), root)).as_posix() for path in guess.files]
    if len(names) == 1:
        return names
    parents = {str(Path(name).parent) for name in names}
    stems = {Path(name).name for name in names}
    name = stems.pop() if len(stems) == 1 else _common([*stems])
    if len(parents) == 1:
        parent = parents.pop()
        return [name if parent == "." else f"{parent}/{name}"]
    grandparents = {str(Path(parent).parent) for parent in parents}
    above = grandparents.pop()
    return names if grandparents else [f"*/{name}" if above == "." else f"{above}/*/{name}"]


def _mail_patterns(guess: Guess, root: Path) -> list[str]:
    """Return the one file, the Maildir, or the messages of the folder: those to come bear names nobody knows yet."""
    first = guess.files[0]
    folder = Path(os.path.relpath(mail_folder(first).resolve(), root)).as_posix()
    if mail_folder(first) != first.parent:
        return [folder]
    if len(guess.files) == 1:
        return [Path(os.path.relpath(first.resolve(), root)).as_posix()]
    suffixes = {path.suffix for path in guess.files}
    name = f"*{suffixes.pop()}" if len(suffixes) == 1 else "*"
    return [name if folder == "." else f"{folder}/{name}"]


def _common(names: list[str]) -> str:
    start = _common_start(names).rstrip("0123456789")
    end = _common_start([name[::-1] for name in names])[::-1].lstrip("0123456789")
    return f"{start}*{end}"


def _common_start(names: list[str]) -> str:
    same = [signs[0] for signs in itertools.takewhile(lambda signs: len(set(signs)) == 1, zip(*names, strict=False))]
    return "".join(same)


def _known_name(sources: Any, guess: Guess, patterns: list[str]) -> str | None:
    """Return the source that already reads these files in the same way, if any."""
    for name, section in sources.items():
        files = section.get("files", [])
        same_part = all(
            section.get(key, empty) == getattr(guess.reading, key)
            for key, empty in (("table", ""), ("sheet", ""), ("filter", {}), ("explode", ""))
        )
        if same_part and set([files] if isinstance(files, str) else files) & set(patterns):
            return str(name)
    return None


def _complete(section: Any, guess: Guess, patterns: list[str], renamed: dict[str, str]) -> bool:
    """Add to a source what it lacks; tell whether anything was added."""
    before = section.as_string()
    _add(section, "kind", guess.kind, _percent(guess.confidence))
    _add(section, "files", patterns)
    _add(section, "format", guess.reading.format)
    for name in SPARE:
        value = getattr(guess.reading, name)
        if value:
            _add(section, name, value)
    if not guess.reading.header:
        _add(section, "header", False)
    for name, value in guess.settings.items():
        if name == "person_system":
            value = renamed.get(str(value), value)
        note = say("check: day and month could change places") if name == "dates" and "day_first" in guess.notes else ""
        _add(section, name, value, note)
    mapping = guess.mapping()
    columns = section.get("columns")
    if columns is None:
        columns = tomlkit.table()
        section.add("columns", columns)
    for field, found in mapping.items():
        names = [one.column for one in found]
        _add(columns, field, names if len(names) > 1 else names[0], _why(found[0]))
    _note_others(columns, guess)
    for name, table in (("constants", guess.constants), ("values", guess.values)):
        if table:
            inner = section.get(name)
            if inner is None:
                inner = tomlkit.table()
                section.add(name, inner)
            for field, value in table.items():
                note = say("check: other words may come") if f"new_words {field}" in guess.notes else ""
                _add(inner, field, value, note)
    return bool(section.as_string() != before)


def _note_others(columns: Table, guess: Guess) -> None:
    """List, as comments, the columns that no field takes, and the doubtful ones; once."""
    text = columns.as_string()
    for one in guess.columns:
        if one.field and one.confidence >= SURE:
            continue
        line = f"{one.field} = {_toml(one.column)}  # {_why(one)}" if one.field else f"? = {_toml(one.column)}"
        if _toml(one.column) not in text:
            columns.add(tomlkit.comment(line))


def _why(guess: ColumnGuess) -> str:
    by = {
        "name": say("by its name"),
        "content": say("by its content"),
        "both": say("by its name and content"),
        "path": say("from the path"),
    }
    return f"{_percent(guess.confidence)}, {by[guess.by]}"


def _percent(share: float) -> str:
    return say("{percent} %", percent=round(100 * share))


def _add(table: Any, name: str, value: Any, note: str = "") -> None:
    """Add a key that is not there yet, with its comment."""
    if name in table:
        return
    item = tomlkit.item(value)
    if isinstance(value, dict):
        item = tomlkit.inline_table()
        item.update(value)
    if note:
        item.comment(note)
    table.add(name, item)
