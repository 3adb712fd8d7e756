"""Which column is what, and what a row is: names and contents weighed, each guess with its confidence.

Reads the first rows of files; writes nothing. `mapping.py` turns guesses into chaland.toml.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chaland.config import SourceSettings
from chaland.engine import Engine
from chaland.ingest.fields import VOCABULARY
from chaland.ingest.mail import mail_folder
from chaland.ingest.samples import EVENTS, Sample, samples_of
from chaland.ingest.vocabulary import meaning, plain, vocabulary
from chaland.ingest.weigh import LOOKS, NUMBERS, SURE, ColumnGuess, columns_of, kind_and_columns


@dataclass(frozen=True)
class Guess:
    """What one source probably is.

    Attributes:
        name: name proposed for the source.
        files: the files that share this layout.
        reading: settings that read them.
        kind: what a row is, with `confidence`; "" when nothing fits.
        columns: one guess per column, in order; several files may name a field differently.
        settings: further settings: dates, decimal, path_pattern, system, person_system, is_card.
        constants: fields of every row.
        values: field → {word of the source: our word}; a word without meaning is left out.
        notes: codes of what to check: "day_first", "new_words FIELD".
    """

    name: str
    files: tuple[Path, ...]
    reading: SourceSettings
    kind: str
    confidence: float
    columns: tuple[ColumnGuess, ...]
    rows: int = 0
    settings: dict[str, object] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def mapping(self) -> dict[str, list[ColumnGuess]]:
        """Return field → columns that are surely enough it."""
        result: dict[str, list[ColumnGuess]] = {}
        for guess in self.columns:
            if guess.field and guess.confidence >= SURE:
                result.setdefault(guess.field, []).append(guess)
        return result


def inspect_files(paths: Sequence[Path], *, kind: str = "") -> list[Guess]:
    """Return what the files probably are: files of one layout together, a database's tables apart.

    Args:
        paths: the files.
        kind: what their rows are, when it is known.

    Raises:
        SourceError: a file cannot be read at all.
    """
    groups: dict[tuple[str, ...], list[Sample]] = defaultdict(list)
    shared = _shared_names(paths)
    with Engine() as engine:
        for path in paths:
            for sample in samples_of(path, engine):
                # messages bear names of their own: those of one folder are one source
                place = (str(mail_folder(path)),) if sample.reading.format == "mail" else _pattern(path, shared)
                groups[(*place, sample.part)].append(sample)
    guesses = [guess for samples in groups.values() if (guess := _guess(samples, kind))]
    return _with_systems(guesses)


def _shared_names(paths: Sequence[Path]) -> set[tuple[str, str]]:
    """Return (grandparent, file name) of the files that lie one per folder."""
    folders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in paths:
        folders[(str(path.parent.parent), _starred(path.name))].add(path.parent.name)
    return {key for key, names in folders.items() if len(names) > 1}


def _pattern(path: Path, shared: set[tuple[str, str]]) -> tuple[str, ...]:
    key = (str(path.parent.parent), _starred(path.name))
    return (key[0], "*", key[1]) if key in shared else (key[0], path.parent.name, key[1])


def _starred(name: str) -> str:
    return re.sub(r"\d+([-_.]\d+)*", "*", name)


def _guess(samples: list[Sample], said: str = "") -> Guess | None:
    """Return what files of one pattern are, their layouts put together; None when there is nothing in them."""
    layouts: dict[tuple[str, ...], list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.rows:
            layouts[tuple(sorted(sample.columns))].append(sample)
    if not layouts:
        return None
    biggest = max(layouts.values(), key=len)
    first = max(biggest, key=lambda sample: sample.rows)
    hint = f"{first.path.parent.name if len(samples) > 1 else ''} {first.path.stem} {first.part}"
    if first.reading.format == "mail":
        return _returned_mail(first, samples)
    kind, confidence, columns = (said, 1.0, columns_of(first, said)) if said else kind_and_columns(first, hint)
    for others in layouts.values():
        if others is not biggest:
            columns += columns_of(others[0], kind)
    if first.part == EVENTS:  # the page events have a name and no event
        columns += [ColumnGuess(name, "event", 0.8, "name") for name in ("name", "type") if name in first.columns]
        columns = [one for one in columns if one.field or one.column not in ("name", "type")]
    encodings = {sample.reading.encoding for sample in samples}
    reading = first.reading if len(encodings) == 1 else replace(first.reading, encoding="")
    files = tuple(sorted({sample.path for sample in samples}))
    guess = Guess(_source_name(first), files, reading, kind, confidence, tuple(columns), first.rows)
    return _with_settings(guess, hint)


def _returned_mail(first: Sample, samples: list[Sample]) -> Guess:
    """Return the source that messages are: their reader already names its columns as the fields."""
    fields = vocabulary()["flags"].keys() | {"email"}
    columns = tuple(
        ColumnGuess(name, name if name in fields else "", 0.99 if name in fields else 0.0, "content")
        for name in first.columns
    )
    files = tuple(sorted({sample.path for sample in samples}))
    folder = "_".join(plain(mail_folder(first.path).name).split())
    name = _source_name(first) if len(files) == 1 else folder or "source"
    return Guess(name, files, first.reading, "flags", 0.95, columns, first.rows)


def _source_name(sample: Sample) -> str:
    stem = sample.path.name.split(".")[0]
    words = plain(re.sub(r"\d+", " ", stem)).split() or plain(stem).split()
    if sample.part and plain(sample.part) not in " ".join(words):
        words = [*([] if sample.part in words else words), *plain(sample.part).split()]
    return "_".join(words) or "source"


# Further settings --------------------------------------------------------------------------------


def _with_settings(guess: Guess, hint: str) -> Guess:
    mapped = {column.field: column for column in guess.columns if column.field and column.confidence >= SURE}
    settings: dict[str, object] = {}
    notes: list[str] = []
    dated = [column for name, column in mapped.items() if LOOKS.get(name) == "date" and name != "birth_date"]
    writings = dict.fromkeys(writing for column in dated for writing in column.evidence.writings)
    if writings:
        settings["dates"] = list(writings)
    settled = {writing for column in dated if not column.evidence.is_ambiguous for writing in column.evidence.writings}
    if any(column.evidence.is_ambiguous and not settled & set(column.evidence.writings) for column in dated):
        notes.append("day_first")
    signs = {column.evidence.decimal for name, column in mapped.items() if name in NUMBERS} - {""}
    if len(signs) == 1 and guess.reading.format in ("csv", "fixed"):
        settings["decimal"] = signs.pop()
    constants = _constants(guess, hint, mapped)
    if "shop_key" in vocabulary().get(guess.kind, {}) and "shop_key" not in mapped:
        folders = [path.parent.name for path in guess.files]
        if len(set(folders)) > 1:
            numbered = all(re.match(r"\d", folder) for folder in folders)
            settings["path_pattern"] = r"(?P<magasin>[0-9]+)[^/]*/[^/]+$" if numbered else r"(?P<magasin>[^/]+)/[^/]+$"
            shop = ColumnGuess("magasin", "shop_key", 0.7, "path")
            guess = replace(guess, columns=(*guess.columns, shop))
    values: dict[str, dict[str, str]] = {}
    for name, column in mapped.items():
        if (guess.kind, name) not in VOCABULARY and not name.startswith("consent_"):
            continue
        known = {word: ours for word in column.evidence.words if (ours := meaning(name, word)) is not None}
        values[name] = {word: ours for word, ours in known.items() if word != ours}
        if len(known) < len(column.evidence.words) or not column.evidence.words:
            notes.append(f"new_words {name}")
    if guess.kind == "people" and "cart" in plain(mapped.get("person_key", ColumnGuess("")).column):
        settings["is_card"] = True
    values = {name: words for name, words in values.items() if words}
    return replace(guess, settings=settings, constants=constants, values=values, notes=tuple(notes))


def _constants(guess: Guess, hint: str, mapped: dict[str, ColumnGuess]) -> dict[str, str]:
    words = plain(hint)
    if guess.kind == "flags":
        kinds = {
            "returned_mail": ("pnd", "npai", "retour", "bounce", "rebond"),
            "bad_payer": ("payeur", "impaye"),
            "deceased": ("deces", "deceased"),
            "high_potential": ("potentiel", "potential"),
            "enrichment": ("enrichissement", "enrichment"),
        }
        flag = next((kind for kind, hints in kinds.items() if any(word in words for word in hints)), "suppression")
        channel = "email" if "bounce" in words or "rebond" in words else "post"
        return {"flag": flag, **({"flag_channel": channel} if flag == "returned_mail" else {})}
    if guess.kind == "contacts" and "channel" not in mapped:
        return {"channel": "phone"}
    if guess.kind == "tickets" and "channel" not in mapped:
        on_line = guess.reading.format == "jsonl" or any(word in words for word in ("web", "site", "order", "shopify"))
        return {"channel": "web" if on_line else "shop"}
    return {}


def _with_systems(guesses: list[Guess]) -> list[Guess]:
    """Give each source its key space, and point a fact's person key at the people it belongs to."""
    taken: set[str] = set()
    named = []
    for guess in guesses:
        name, rank = guess.name, 2
        while name in taken:
            name, rank = f"{guess.name}_{rank}", rank + 1
        taken.add(name)
        named.append(replace(guess, name=name))
    people = [guess for guess in named if guess.kind == "people"]
    result: list[Guess] = []
    for guess in named:
        key = guess.mapping().get("person_key")
        owner = next((other for other in people if key and other is not guess and _same_keys(guess, other)), None)
        if owner and guess.kind == "people" and result and owner not in named[: len(result)]:
            owner = None  # the first of two lists of the same people gives the key space its name
        if owner:
            guess = replace(guess, settings={"person_system": owner.name, **guess.settings})
        result.append(guess)
    return result


def _same_keys(guess: Guess, people: Guess) -> bool:
    if "person_key" not in people.mapping():
        return False
    ours, theirs = guess.mapping()["person_key"][0], people.mapping()["person_key"][0]
    if guess.files == people.files:
        return plain(ours.column) == plain(theirs.column)
    same_name = plain(ours.column).replace("numero ", "") == plain(theirs.column).replace("numero ", "")
    return same_name and plain(ours.column) not in ("id", "customer id")
