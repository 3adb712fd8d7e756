"""Find a customer from what someone types: a name (accents and typing errors forgiven), telephone, e-mail, card,
address, number of an order.

Reads cards.sqlite3 only. Telephones, e-mails, cards and ids are looked up as the beginning of an exact key; the number
of a ticket or an order is looked up whole. Words are
first taken as typed (or as the beginning of a word); when that finds too few, each is widened to the words of the base
that differ by one letter or sound alike, then by two letters: the vocabulary is small where the cards are many, so the
errors are forgiven there, and the full-text index only ever answers exact words. The cards found are ranked one by one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

from rapidfuzz.distance import OSA

from chaland.publish.keys import folded, order_number, phone_keys, sound, typed_key, typed_phone
from chaland.publish.sqlite_file import SQLiteFile
from chaland.publish.vocabulary import Vocabulary

LONGEST = 100
"""Signs of a question that are read."""

_CANDIDATES = 300
_WIDEST = 40
"""Words one typed word may be widened to."""

_MAX_WORDS = 6
_FAR = 0.2
"""A hit so much below the best one is no answer."""
_SHORTEST_SOUND = 3
_SOUND = 0.84
"""Likeness of two words that sound alike, however they are written."""
_NEAR = 0.95
"""Likeness of a word that is not as typed, nor begins so, out of what its letters say."""


@dataclass(frozen=True)
class Match:
    """Why a customer was found.

    Attributes:
        kind: phone, email, card, id, order (a ticket's number), project, case; name, town, street (as typed or as a
            beginning); name_close, town_close, street_close (errors forgiven); before (what a
            correction replaced since).
        typed: what was typed.
        found: the word or key of the customer that answers to it.
    """

    kind: str
    typed: str
    found: str


@dataclass(frozen=True)
class Hit:
    """One customer found. Texts are for display; dates are ISO; `score` is 0 to 1, best first."""

    customer_id: str
    display_name: str
    is_organisation: bool
    birth_date: str | None
    postcode: str | None
    city: str | None
    phone: str | None
    mobile: str | None
    email: str | None
    card_number: str | None
    is_card_holder: bool
    shop_name: str | None
    last_purchase_date: str | None
    score: float
    matches: tuple[Match, ...]

    @property
    def order(self) -> str:
        """The number of the ticket or order that found him, as typed; "" when something else did."""
        return next((match.typed for match in self.matches if match.kind == "order"), "")


class Card(NamedTuple):
    """The folded words a card answers by; those of a field are parted by spaces, with one before the first."""

    names: str
    main_names: frozenset[str]
    towns: str
    streets: str


_Ranked = tuple[float, int, float, list[tuple[str, str, str]]]
"""What is sorted by, number of the card, score, and why it was found: the fields of matches."""

_WORDS_OF = """select card, coalesce(nullif(trim(
        coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(birth_name, '')
    ), ''), display_name), names, towns, streets from cards
    where card in (select value from json_each(?))"""
_MATCHED = "select rowid from names where names match ? {of_shops} order by rowid limit ?"
_OF_SHOPS = """and exists (select 1 from card_shops
    where card = names.rowid and shop_key in (select value from json_each(?)))"""
_IN_SHOPS = """select distinct cards.customer_id from json_each(?) asked
    join keys on keys.key = asked.value ->> 1 and keys.kind = 'id'
    join cards on cards.card = keys.card and cards.customer_id = asked.value ->> 0
    join card_shops on card_shops.card = cards.card
    where card_shops.shop_key in (select value from json_each(?))"""
_HIT = """select customer_id, display_name, is_organisation, birth_date, postcode, city, phone, mobile, email,
    card_number, is_card_holder, shop_name, last_purchase_date from cards where card = ?"""


@lru_cache(maxsize=20_000)
def _main_names(text: str) -> frozenset[str]:
    """Return the words of the name someone bears."""
    if text.isascii() and text.replace(" ", "").isalpha():
        return frozenset(text.upper().split())  # what folding makes of it, in a tenth of the time
    return frozenset(folded(text).split())


class CardIndex(SQLiteFile):
    """The search cards of one snapshot, opened once per process; each thread has its own connection."""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of names and towns, read once."""
        return Vocabulary([word for (word,) in self.connection.execute("select word from words")])

    @cached_property
    def tables(self) -> frozenset[str]:
        """The tables of the file: a snapshot of an earlier version has fewer."""
        return frozenset(name for (name,) in self.connection.execute("select name from sqlite_master"))

    # Keys --------------------------------------------------------------------------------------

    def _cards_by_key(self, kinds: Iterable[str], beginning: str, limit: int) -> list[tuple[int, str, str]]:
        """Return (card, kind, key) of the keys that begin so, whole keys first."""
        found: list[tuple[int, str, str]] = []
        for kind in kinds:
            found += self.connection.execute(
                "select card, kind, key from keys where key >= ? and key < ? and kind = ? order by key limit ?",
                (beginning, beginning + "\U0010ffff", kind, limit),
            ).fetchall()
        return sorted(found, key=lambda row: (row[2] != beginning, row[0]))[:limit]

    def _cards_by_order(self, text: str) -> list[int]:
        """Return the cards of those who bear this ticket or order, for a text that has a digit."""
        if "orders" not in self.tables or not any(sign.isdigit() for sign in text):
            return []
        found = self.connection.execute(
            "select card from orders where number = ? order by card limit 5", (order_number(text),)
        )
        return [card for (card,) in found]

    def household(self, household_id: str) -> list[str] | None:
        """Return the ids of the customers of a household, 50 at most; None when these cards do not hold households."""
        if "households" not in self.tables:
            return None
        found = self.connection.execute(
            "select customer_id from households where household_id = ? order by customer_id limit 50", (household_id,)
        )
        return [customer_id for (customer_id,) in found]

    def in_shops(self, customer_ids: Collection[str], shop_keys: Collection[str]) -> set[str] | None:
        """Return those of these customers who have one of the shops for home, or bought there; None: not held here."""
        if "card_shops" not in self.tables:
            return None
        asked = [(customer_id, typed_key(customer_id)) for customer_id in customer_ids]
        found = self.connection.execute(_IN_SHOPS, (json.dumps(asked), json.dumps(sorted(shop_keys))))
        return {customer_id for (customer_id,) in found}

    def _find_keys(self, text: str, limit: int) -> list[tuple[int, Match, float]]:
        """Return cards found by telephone, e-mail, number of any sort, with why and how surely."""
        asked: list[tuple[tuple[str, ...], str]] = []
        plain = text.strip().lower()
        if "@" in plain or (" " not in plain and any(sign in plain for sign in "._") and not typed_phone(plain)):
            asked.append((("email",), plain))
        if "@" not in plain:
            if phone := typed_phone(text):
                asked += [(("phone",), key) for key in dict.fromkeys((phone, phone_keys(phone)[-1]))]
            if len(key := typed_key(text)) >= 4 and any(sign.isdigit() for sign in key):
                asked.append((("card", "id", "project", "case"), key))
        found = [(card, Match("order", text.strip(), text.strip()), 1.0) for card in self._cards_by_order(text)]
        seen: set[int] = {card for card, _, _ in found}
        for kinds, beginning in asked:
            for card, kind, key in self._cards_by_key(kinds, beginning, limit):
                if card not in seen:
                    seen.add(card)
                    found.append((card, Match(kind, text.strip(), key), 1.0 if key == beginning else 0.9))
        return found

    # Words -------------------------------------------------------------------------------------

    def _close_words(self, word: str, distance: int) -> list[str]:
        """Return the words of the base within some letters of this one or that sound like it, nearest first."""
        if word.isdigit() or len(word) < 3:
            return []
        allowed = 0 if len(word) < 4 else 1 if len(word) < 6 else distance
        close = self.vocabulary.near(word, allowed, _WIDEST) if allowed else []
        code = sound(word)
        if len(code) < _SHORTEST_SOUND:
            return close
        alike = self.connection.execute(
            "select word from words where sound = ? order by cards desc limit ?", (code, _WIDEST)
        )
        return list(dict.fromkeys([*close, *(found for (found,) in alike)]))[:_WIDEST]

    def _match(self, words: Sequence[Sequence[str]], limit: int, shops: str) -> list[int]:
        """Return the cards that hold one word of each list, lately seen first; of these shops, as JSON, when given.

        The first word of a list counts as a beginning, wherever it stands; the others in names and towns only.
        """
        parts = []
        for typed, *close in words:
            wider = " OR ".join(f'"{word}"' for word in close)
            parts.append(f'("{typed}" * OR {{name town}} : ({wider}))' if close else f'"{typed}" *')
        question = " AND ".join(parts)
        return [
            card
            for (card,) in self.connection.execute(
                _MATCHED.format(of_shops=_OF_SHOPS if shops else ""), [question, *filter(None, [shops]), limit]
            )
        ]

    def _find_words(self, typed: Sequence[str], enough: int, shops: str) -> list[int]:
        """Return candidate cards for typed words, from exact to wide, until there are enough."""
        found: dict[int, None] = dict.fromkeys(self._match([[word] for word in typed], _CANDIDATES, shops))
        for distance in (1, 2):
            if len(found) >= enough:
                return list(found)
            groups = [
                [word, *(close for close in self._close_words(word, distance) if close != word)] for word in typed
            ]
            found.update(dict.fromkeys(self._match(groups, _CANDIDATES, shops)))
        if not found and len(typed) > 1:
            for left_out in range(len(typed)):
                kept = [group for rank, group in enumerate(groups) if rank != left_out]
                found.update(dict.fromkeys(self._match(kept, _CANDIDATES // len(typed), shops)))
        return list(found)

    # Answer ------------------------------------------------------------------------------------

    def _cards(self, numbers: Iterable[int]) -> Iterator[tuple[int, Card]]:
        """Give cards with their numbers, in one question."""
        found = self.connection.execute(_WORDS_OF, (json.dumps(list(numbers)),))
        for number, name, names, towns, streets in found:
            yield number, Card(f" {names}", _main_names(name), f" {towns}", f" {streets}")

    def hit(self, number: int, score: float, matches: list[tuple[str, str, str]]) -> Hit:
        """Return a card as a hit."""
        row = self.connection.execute(_HIT, (number,)).fetchone()
        customer_id, name, is_organisation, birth, postcode, city, phone, mobile, email, card, holds, shop, last = row
        return Hit(
            customer_id, name, bool(is_organisation), birth, postcode, city, phone, mobile, email, card,
            bool(holds), shop, last, score, tuple(Match(*match) for match in matches),
        )  # fmt: skip

    def search(
        self, text: str, limit: int = 20, shops: Collection[str] | None = None, corrected: Corrected | None = None
    ) -> list[Hit]:
        """Return the customers that answer best to the text, best first.

        Args:
            text: what was typed.
            limit: hits at most.
            shops: names, towns and streets find the customers of these shops only; numbers and e-mails find anybody.
            corrected: the cards of those whose values were put right since, searched along with these.
        """
        text = text[:LONGEST]
        bound = "" if shops is None or "card_shops" not in self.tables else json.dumps(sorted(shops))
        ranked = self.ranked(text, limit, bound)
        if corrected:
            best_of: dict[int, _Ranked] = {}
            for one in (*ranked, *corrected.ranked(text, limit, bound)):
                if one[1] not in best_of or one[0] <= best_of[one[1]][0]:
                    best_of[one[1]] = one
            ranked = list(best_of.values())
        best = sorted(ranked, key=lambda row: row[:2])[:limit]
        return [
            (corrected if corrected and number in corrected else self).hit(number, score, matches)
            for _, number, score, matches in best
            if score >= best[0][2] - _FAR
        ]

    def ranked(self, text: str, limit: int, shops: str) -> list[_Ranked]:
        """Return the cards that answer to the text, in no order: rank, number, score, and why.

        Args:
            shops: JSON of the shops whose customers words may find; "" for everybody.
        """
        found: list[_Ranked] = []
        by_key = self._find_keys(text, limit)
        for number, match, score in by_key:
            found.append((-score - 1, number, score, [(match.kind, match.typed, match.found)]))
        typed = list(dict.fromkeys(folded(text).split()))[:_MAX_WORDS]
        is_words = "@" not in text and any(len(word) > 1 for word in typed)
        if is_words and not (by_key and "".join(typed).isdigit()):
            keyed = {number for number, _, _ in by_key}
            known: dict[str, dict[str, float]] = {}
            for number, card in self._cards(set(self._find_words(typed, limit, shops)) - keyed):
                score, matches = judge(typed, card, known)
                found.append((-score, number, score, matches))
        return found


class Corrected(Protocol):
    """Cards that stand in for those of the same numbers (`corrected.py`)."""

    def ranked(self, text: str, limit: int, shops: str) -> list[_Ranked]: ...

    def hit(self, number: int, score: float, matches: list[tuple[str, str, str]]) -> Hit: ...

    def __contains__(self, number: object) -> bool: ...


def _likeness(typed: str, word: str) -> float:
    """Return how well a word answers to a typed one, 0 to 1: itself, its beginning, near it, or sounding like it."""
    if typed == word:
        return 1.0
    if word.startswith(typed):
        return 0.86 + 0.1 * len(typed) / len(word)
    near = OSA.normalized_similarity(typed, word)
    if near < _SOUND and len(sound(typed)) >= _SHORTEST_SOUND and sound(typed) == sound(word):
        near = _SOUND
    return _NEAR * near


_TOWN, _STREET, _OLD_NAME = 0.94, 0.88, 0.97
"""What a word found in a town, a street, or a name he no longer bears counts for, beside a name he bears."""
_TAKEN = 0.7
"""What a word that already answers to another typed word counts for: "martin ma" is Marie Martin before Martin."""


def judge(
    typed: Sequence[str], card: Card, known: dict[str, dict[str, float]]
) -> tuple[float, list[tuple[str, str, str]]]:
    """Return the score (0 to 1) of a card for the typed words, and why each word was found: the fields of a `Match`.

    A name counts more than a town, a town more than a street; a card with no other name than those typed comes first.

    Args:
        known: typed word → word of a card → likeness, filled here: the cards of one question share most of their words.

    >>> judge(["CHALIN", "LILLE"], Card(" CHALAIN", frozenset(["CHALAIN"]), " 59000 LILLE", " RUE DE LILLE"), {})[1]
    [('name_close', 'CHALIN', 'CHALAIN'), ('town', 'LILLE', 'LILLE')]
    """
    total = 0.0
    matches = []
    covered: set[str] = set()
    for word in typed:
        likenesses = known.setdefault(word, {})
        best, found, kind = -1.0, "", ""
        for answer in card.names.split():
            likeness = likenesses.get(answer)
            if likeness is None:
                likeness = likenesses[answer] = _likeness(word, answer)
            if answer not in card.main_names:
                likeness *= _OLD_NAME
            if answer in covered:
                likeness *= _TAKEN
            if likeness > best:
                best, found, kind = likeness, answer, "name"
        # a word that does not begin so is one letter away at best: however near, it may not be enough
        nearest = _NEAR * max(1 - 1 / (len(word) + 1), _SOUND)
        for of_kind, weight, text in (("town", _TOWN, card.towns), ("street", _STREET, card.streets)):
            if best >= weight or (best >= weight * nearest and f" {word}" not in text):
                continue
            for answer in text.split():
                likeness = likenesses.get(answer)
                if likeness is None:
                    likeness = likenesses[answer] = _likeness(word, answer)
                if likeness * weight > best:
                    best, found, kind = likeness * weight, answer, of_kind
        total += max(best, 0.0)
        if best >= 0.5:
            matches.append((kind if found.startswith(word) else f"{kind}_close", word, found))
            covered.add(found)
    share = len(covered & card.main_names) / max(len(card.main_names), 1)
    return 0.95 * total / max(len(typed), 1) + 0.05 * share * share, matches


def search(cards_path: Path, text: str, limit: int = 20) -> list[Hit]:
    """Return the customers of a snapshot's cards.sqlite3 that answer best to the text, best first.

    Who asks often keeps a `CardIndex` open instead, as `reader.Snapshot` does.

    Args:
        cards_path: cards.sqlite3 of a snapshot, through its resolved folder.
        text: what was typed: name, telephone in any writing, e-mail, card number, town, or several of these words.
        limit: hits at most.
    """
    with closing(CardIndex(cards_path)) as index:
        return index.search(text, limit)
