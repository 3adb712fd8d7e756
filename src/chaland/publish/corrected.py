"""The search cards of those whose values were put right since the snapshot, searched along with its own.

A correction reaches the published cards at the next build. Until then a small index of the same making, in memory,
holds the cards of those it changes: what was corrected beside what was there, so that both find him, with the same
errors forgiven; a hit shows what was corrected, and says when it was found by what was there before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from chaland.publish.cards import INSERT_CARD, TABLES, key_rows, once
from chaland.publish.keys import folded, sound, typed_key
from chaland.publish.search import CardIndex, Hit

BEFORE = "before"
"""Kind of a match with what a correction replaced."""

_CARD = """select cards.* from keys join cards on cards.card = keys.card
    where keys.key = ? and keys.kind = 'id' and cards.customer_id = ?"""
_KEYS = {"phone": "phone", "mobile": "phone", "email": "email", "card_number": "card"}
"""Column of a card → kind of the key it is found by."""
_TEXTS = {
    "names": ("first_name", "last_name", "organisation"),
    "towns": ("postcode", "city"),
    "streets": ("street",),
}
"""Searched field of a card → values that it is made of."""

_FORGET = (
    "delete from cards where card = ?",
    "delete from keys where card = ?",
    "delete from card_shops where card = ?",
)

Values = Mapping[str, str | None]
"""Value put right → what it is now, None where nothing holds: first_name, last_name, organisation, birth_date (ISO),
postcode, city, street, phone and mobile (E.164), email, card_number."""


class CorrectedCards(CardIndex):
    """Cards of corrected customers, under the numbers they bear in the published cards."""

    def __init__(self, image: bytes, before: Mapping[int, frozenset[str]]) -> None:
        super().__init__(Path())
        self.image = image
        self.before = before

    @property
    def connection(self) -> sqlite3.Connection:
        """The thread's own copy."""
        if not hasattr(self._local, "connection"):
            opened = sqlite3.connect(":memory:", check_same_thread=False)
            opened.deserialize(self.image)
            self._local.connection = opened
            with self._lock:
                self._opened.append(opened)
        connection: sqlite3.Connection = self._local.connection
        return connection

    def __contains__(self, number: object) -> bool:
        return number in self.before

    def hit(self, number: int, score: float, matches: list[tuple[str, str, str]]) -> Hit:
        """Return a hit with its values of today; a further match says that it was found by what was there before."""
        old = [(BEFORE, typed, found) for _, typed, found in matches if found in self.before[number]]
        return super().hit(number, score, matches + old[:1])


def corrected_cards(
    published: CardIndex, corrected: Mapping[str, Values | None], known: CorrectedCards | None = None
) -> CorrectedCards:
    """Return the cards of these customers once corrected; one whom the published cards lack is left out.

    Args:
        corrected: customer → all that was put right of him; None when nothing is any more.
        known: cards that these customers change, or join; the others stay in them as they are.
    """
    before = dict(known.before) if known else {}
    with closing(sqlite3.connect(":memory:")) as cards:
        if known:
            cards.deserialize(known.image)
        else:
            cards.executescript(TABLES + "create index words_sound on words (sound)")
        for customer_id, told in sorted(corrected.items()):
            found = published.connection.execute(_CARD, (typed_key(customer_id), customer_id))
            row = found.fetchone()
            if row is None:
                continue
            was = dict(zip((name for name, *_ in found.description), row, strict=True))
            number = was["card"]
            if number in before:
                _take_out(cards, number)
                del before[number]
            if told is not None:
                _put_in(cards, _now(was, told), told, published)
                before[number] = frozenset(_gone(was, told))
        cards.commit()
        return CorrectedCards(cards.serialize(), before)


def _vocabulary(names: str, towns: str) -> list[str]:
    return sorted(word for word in {*names.split(), *towns.split()} if not word.isdigit())


def _put_in(cards: sqlite3.Connection, now: Mapping[str, Any], told: Values, published: CardIndex) -> None:
    number = now["card"]
    cards.execute(INSERT_CARD, list(now.values()))
    cards.execute(
        "insert into names (rowid, name, town, street) values (?, ?, ?, ?)",
        (number, now["names"], now["towns"], now["streets"]),
    )
    cards.executemany(
        "insert into words values (?, 1, ?) on conflict (word) do update set cards = cards + 1",
        [(word, sound(word)) for word in _vocabulary(now["names"], now["towns"])],
    )
    keys = [("id", now["customer_id"], number)]
    keys += [(kind, now[name], number) for name, kind in _KEYS.items() if told.get(name)]
    cards.executemany("insert or ignore into keys values (?, ?, ?)", key_rows(keys))
    if "card_shops" in published.tables:
        shops = published.connection.execute("select card, shop_key from card_shops where card = ?", (number,))
        cards.executemany("insert into card_shops values (?, ?)", shops.fetchall())


def _take_out(cards: sqlite3.Connection, number: int) -> None:
    texts = cards.execute("select names, towns, streets from cards where card = ?", (number,)).fetchone()
    # the index keeps no text: it has to be told which words it forgets
    cards.execute(
        "insert into names (names, rowid, name, town, street) values ('delete', ?, ?, ?, ?)", (number, *texts)
    )
    words = [(word,) for word in _vocabulary(*texts[:2])]
    cards.executemany("update words set cards = cards - 1 where word = ?", words)
    cards.executemany("delete from words where word = ? and cards = 0", words)
    for statement in _FORGET:
        cards.execute(statement, (number,))


def _now(was: Mapping[str, Any], told: Values) -> dict[str, Any]:
    """Return the row of a card once corrected: found by what it says and by what it said."""
    now = {**was, **{name: value for name, value in told.items() if name in was}}
    if told.get("organisation"):
        now["display_name"] = told["organisation"]
    elif not was["is_organisation"] and told.keys() & {"first_name", "last_name"}:
        now["display_name"] = " ".join(filter(None, (now["first_name"], now["last_name"]))) or was["display_name"]
    for field, parts in _TEXTS.items():
        texts = [folded(told[name]) for name in parts if told.get(name)]
        joined = [text.replace(" ", "") for text in texts] if field != "streets" else []
        now[field] = once(" ".join([*texts, *joined, was[field]]))
    return now


def _gone(was: Mapping[str, Any], told: Values) -> Iterator[str]:
    """Give the keys and words of a card that a correction replaced."""
    for name, kind in _KEYS.items():
        if name in told and was[name]:
            kept = {key for key, _, _ in key_rows([(kind, told[name] or "", 0)])} if told[name] else set[str]()
            yield from {key for key, _, _ in key_rows([(kind, was[name], 0)])} - kept
    for field, parts in _TEXTS.items():
        changed = [name for name in parts if name in told]
        if changed:
            yield from _words(was["streets"] if field == "streets" else was.get(name) for name in changed) - _words(
                told[name] for name in changed
            )


def _words(texts: Iterator[str | None] | Sequence[str | None]) -> set[str]:
    return {word for text in texts for word in folded(text).split()}
