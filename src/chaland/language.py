"""French first, English second: one function that says a sentence in the reader's language.

The code carries the English template; `fr.toml` beside it, in the same room, carries the French one.
A test reads every literal given to `say` and fails when its French sentence is missing.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_spoken: ContextVar[str] = ContextVar("spoken", default="")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say every sentence of the block in a language, "fr" or "en", whatever the environment: a server has many readers.

    >>> with speaking("en"):
    ...     current_language()
    'en'
    """
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def current_language() -> str:
    """Return "fr" or "en": that of `speaking`, else CHALAND_LANG, else LC_ALL/LANG; French unless English is asked."""
    if _spoken.get():
        return _spoken.get()
    for name in ("CHALAND_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value and value not in ("c", "posix", "c.utf-8"):
            return "en" if value.startswith("en") else "fr"
    return "fr"


def _catalogue_files(folder: Traversable) -> list[Traversable]:
    found = [entry for entry in folder.iterdir() if entry.name == "fr.toml"]
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith((".", "_")):
            found += [child for child in entry.iterdir() if child.name == "fr.toml"]
    return found


@cache
def french_catalogue() -> dict[str, str]:
    """Return every English template with its French sentence, from the `fr.toml` of each room."""
    sentences: dict[str, str] = {}
    for entry in _catalogue_files(files("chaland")):
        sentences.update(tomllib.loads(entry.read_text(encoding="utf-8")))
    return sentences


class Said(str):
    """A sentence said, which remembers its English template and its values: another reader can be told it again."""

    template: str
    values: dict[str, object]

    __slots__ = ("template", "values")


def say(template: str, /, **values: object) -> str:
    """Return the sentence in the reader's language, with its values filled in.

    >>> say("{count}/s", count=3)
    '3/s'
    """
    said = Said(say_in(current_language(), template, values))
    said.template, said.values = template, values
    return said


def say_in(language: str, template: str, values: Mapping[str, object]) -> str:
    """Return the sentence in a language, "fr" or "en": for what one run wrote and a reader of either asks for.

    >>> say_in("en", "{count}/s", {"count": 3})
    '3/s'
    """
    if language == "fr":
        template = french_catalogue().get(template, template)
    return template.format(**values)
