"""Names and contents weighed: which column is which field, and what a row is, each with a confidence."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from chaland.ingest.address_columns import PLACE_FIELDS, address_lines, bare_name, of_others, second_places
from chaland.ingest.evidence import NOTHING_SEEN, Evidence
from chaland.ingest.name_columns import joined_columns, settled_field
from chaland.ingest.samples import EVENTS, SEGMENT_LIBRARY, Sample
from chaland.ingest.vocabulary import HELD_NAME, PERSON, name_hint, name_score, own_words, plain, vocabulary
from chaland.tables.landing import CARD_FIELDS

LAID_OUT = 0.85
"""Confidence of an address laid over numbered lines."""

KEYS = frozenset({"person_key", "card_number", "card_tier", "recorded_at"})
"""Fields that a column of somebody else's may still be."""

NAME_FIELDS = frozenset({"first_name", "last_name", "full_name"})

SURE = 0.5
"""Confidence from which a guess goes into the mapping; below, it is written as a comment."""

UNKNOWN = 0.3
"""Confidence of a kind below which nothing is proposed."""

REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "tickets": (("ticket_key",), ("sold_at",), ("amount", "unit_price")),
    "products": (("product_key",), ("product_label",), ("family", "department", "brand", "list_price")),
    "shops": (("shop_key",), ("shop_name",), ("city", "postcode"), ("area_m2", "opened_date")),
    "communes": (("insee_code",), ("city",), ("population",)),
    "loyalty": (("card_number",), ("moved_at",), ("movement",), ("points",)),
    "contacts": (
        ("contacted_at",),
        ("reason", "outcome", "direction"),
        ("duration_seconds", "direction", "contact_key"),
    ),
    "cases": (("case_key",), ("opened_at",), ("status",), ("subject", "closed_at")),
    "surveys": (("answered_at",), ("recommendation_0_10", "satisfaction_1_5")),
    "projects": (("project_key",), ("opened_date",), ("project_kind", "quoted_amount", "done_date")),
    "web_events": (("event_key",), ("occurred_at",), ("event",)),
    "flags": (("flagged_date", "flag_code", "flag_reason", "email_hash", "phone_hash"),),
    "operations": (("operation_key",), ("starts_date",), ("ends_date",)),
    "operation_targets": (("operation_key",), ("person_key",)),
    "coupons": (("coupon_key",), ("operation_key",), ("product_key",)),
    "redemptions": (("coupon_key",), ("person_key",), ("redeemed_at",)),
}
"""What makes a kind: one field of each group."""

WITHOUT_PERSON = {"products", "shops", "communes", "operations", "coupons"}
NEEDS_HINT = {"flags", "operation_targets", "shops"}
"""Kinds that look like others: the file's name must speak of them."""

DATES = {"sold_at", "opened_date", "moved_at", "contacted_at", "opened_at", "closed_at", "answered_at", "done_date",
         "occurred_at", "flagged_date", "starts_date", "ends_date", "targeted_at", "redeemed_at",
         "recorded_at"}  # fmt: skip
NUMBERS = {"quantity", "unit_price", "amount", "discount", "list_price", "area_m2", "population", "points",
           "duration_seconds", "quoted_amount", "recommendation_0_10", "satisfaction_1_5", "line_number"}  # fmt: skip
LINE_FIELDS = {"product_key", "product_label", "department", "family", "quantity", "unit_price", "amount", "discount"}

LOOKS = {
    "email": "email", "phone": "phone", "mobile": "phone", "postcode": "postcode", "civility": "civility", "sex": "sex",
    "birth_date": "date", "insee_code": "insee",
} | dict.fromkeys(DATES, "date") | dict.fromkeys(NUMBERS, "number")  # fmt: skip
"""Field → what its values must look like."""

ABROAD = {
    "phone": {"phone_abroad": 0.9}, "mobile": {"phone_abroad": 0.9}, "postcode": {"postcode_abroad": 0.9},
    "birth_date": {"date_abroad": 0.9, "year": 0.75},
}  # fmt: skip
"""Field → how else its values may look where a column's name says it, and for how much it counts: in other countries,
or a birth's year alone, which says less than its day."""

TELLING = ("first_name", "last_name", "birth_date", "street", "postcode", "city", "phone", "mobile", "email")
"""Fields whose names, after the same word, show that this word says nothing."""

BY_CONTENT = {
    "email": 0.9, "phone": 0.75, "mobile": 0.75, "civility": 0.8, "postcode": 0.6, "first_name": 0.65, "city": 0.6,
}  # fmt: skip
"""Fields that content alone can tell, and how surely."""


WITHOUT_NAME = {"last_name": 0.55, "street": 0.6, "full_name": 0.62, "address": 0.65}
"""Fields that content alone tells in a file that names no column (c1, c2 …)."""

WHOLE_PERSONS = 0.4
"""Share of values that hold a whole person, name and address together, from which a column does: cleaning takes it
apart. Such a column says as much as WHOLE_FIELDS others."""
WHOLE_FIELDS = 3

_UNNAMED = re.compile(r"c[1-9][0-9]*")
_OF_AN_EVENT = re.compile(r"nais|nai$|dece|birth|death|geburt|nacim|nasci|geboorte")
"""Columns that say where one was born or died: their contents tell nothing of where one lives."""


@dataclass(frozen=True)
class ColumnGuess:
    """One column and the field it probably is ("" when none), with the confidence and where it comes from.

    `by` is "other" for a column of a second address, or of somebody else than the row's person. `is_doubtful` where its
    name holds the field's among unknown words, and what it holds does not confirm it.
    """

    column: str
    field: str = ""
    confidence: float = 0.0
    by: str = ""
    evidence: Evidence = dataclasses.field(default=NOTHING_SEEN, repr=False)
    is_doubtful: bool = False


NOTHING = ColumnGuess("")


def kind_and_columns(sample: Sample, hint: str) -> tuple[str, float, list[ColumnGuess]]:
    """Return the kind whose fields the columns fill best ("" when none does), its confidence, and the columns."""
    if sample.reading.filter.get("type") == "identify":
        return "people", 0.95, columns_of(sample, "people")
    candidates = []
    for kind, groups in REQUIRED.items():
        hinted = name_hint(hint, kind)
        if kind in NEEDS_HINT and not hinted:
            continue
        columns = columns_of(sample, kind)
        best: dict[str, float] = {}
        for guess in columns:
            best[guess.field] = max(best.get(guess.field, 0), guess.confidence)
        scores = [max(best.get(name, 0) for name in group) for group in groups]
        quality = sum(scores) / len(scores) * (1 if min(scores) >= SURE else 0.4)
        own = len([name for name in best if name in vocabulary()[kind] and name])
        candidates.append((quality + 0.15 * hinted + 0.02 * own, kind, min(quality + 0.1 * hinted, 0.99), columns))
    people = columns_of(sample, "people")
    described = sum(
        guess.confidence * (WHOLE_FIELDS if _holds_whole_persons(guess.evidence) else 1)
        for guess in people
        if guess.field not in ("", "person_key", "recorded_at", *CARD_FIELDS)
    )
    quality = min(0.9, described / 4)
    candidates.append((quality + 0.2 * name_hint(hint, "people"), "people", quality, people))
    _, kind, confidence, columns = max(candidates, key=lambda candidate: candidate[0])
    return (kind if confidence >= UNKNOWN else ""), round(confidence, 2), columns


def columns_of(sample: Sample, kind: str, said: Mapping[str, str] | None = None) -> list[ColumnGuess]:
    """Return one guess per column for this kind: the surest pairs first, each column and each field once.

    Of two columns as sure, the better filled is taken.

    Args:
        said: fields told beforehand, which no column of the sample is.
    """
    words = vocabulary()
    own = words.get(kind, {}) if kind != "people" else {}
    person = {} if kind in WITHOUT_PERSON else words[PERSON]
    if sample.part == EVENTS:
        # what events say of people comes with the `identify` ones
        person = {name: names for name, names in person.items() if name == "person_key"}
    evidence = sample.evidence
    of_people = kind == "people" and sample.part != EVENTS
    vain = own_words(sample.columns, {name: person[name] for name in TELLING}) if of_people else frozenset[str]()
    lines, left = _laid_out(sample, person, vain) if of_people else ({}, {})
    lines = {name: columns for name, columns in lines.items() if name not in (said or {})}
    pairs = []
    element = sample.reading.explode + "." if sample.reading.explode else " "
    for rank, column in enumerate(sample.columns):
        if column.startswith(SEGMENT_LIBRARY):
            continue
        is_of_line = column.startswith(element)
        for name in own if is_of_line else {*own, *person}:
            if name in ("recorded_at", "card_number") and kind not in ("people", "loyalty") and name not in own:
                continue
            if name == "card_tier" and kind != "people":
                continue
            if name in left.get(column, ()):
                continue
            bare = bare_name(column) if name in PLACE_FIELDS and kind == "people" else column
            known = [*own.get(name, []), *person.get(name, [])]
            by_name = name_score(bare, known, vain if of_people and name != "person_key" else None)
            score, by = _score(bare, name, by_name, evidence[column], is_seen=sample.rows > 0)
            if score > 0.2:
                # in an exploded list, what stands in the element belongs to the line
                fits_place = 0.1 * ((name in LINE_FIELDS) == is_of_line) if sample.reading.explode else 0.0
                total = round(score + 0.05 * (name in own) + fits_place, 6)
                filled = evidence[column].filled if of_people else 0
                pairs.append((total, filled, -rank, column, name, score, by, by_name))
    taken: dict[str, ColumnGuess] = {}
    used: set[str] = set(said or {})
    for name, columns in lines.items():
        joined = ColumnGuess(" + ".join(columns), name, LAID_OUT, "both", evidence[columns[0]])
        taken |= dict.fromkeys(columns, joined)
        used.add(name)
    for *_, column, name, score, by, by_name in sorted(pairs, reverse=True):
        if column not in taken and name not in used:
            doubtful = by_name == HELD_NAME and not _is_confirmed(name, evidence[column])
            if doubtful and name == "full_name":  # any thing has a name
                score = min(score, SURE - 0.01)
            taken[column] = ColumnGuess(column, name, round(score, 2), by, evidence[column], doubtful)
            used.add(name)
    if of_people:
        _settle(taken, used, vain)
    whole = next((guess for guess in taken.values() if guess.field == "address"), None)
    if kind == "people" and whole and "street" in used and used & {"postcode", "city"}:
        # the same address, formatted and in parts: the parts say more
        taken[whole.column] = ColumnGuess(whole.column, by="other", evidence=whole.evidence)
    guesses = [
        taken.get(column) or ColumnGuess(column, by="other" if column in left else "", evidence=evidence[column])
        for column in sample.columns
    ]
    if lines:  # one guess stands for all the lines it joins
        guesses = list({guess.column: guess for guess in guesses}.values())
    return _with_twins(guesses, used, kind)


def _settle(taken: dict[str, ColumnGuess], used: set[str], vain: frozenset[str]) -> None:
    """Give their field to the columns whose name may say several, once the others are known."""
    for column, guess in list(taken.items()):
        bare = " ".join(word for word in plain(column).split() if word not in vain)
        field = settled_field(guess.field, bare, guess.evidence, frozenset(used - {guess.field}))
        if field != guess.field and guess.column == column:
            taken[column] = replace(guess, field=field, by="both" if field and guess.evidence.filled else guess.by)
            used.discard(guess.field)
            used |= {field} - {""}
    phone, mobile = (
        next((guess for guess in taken.values() if guess.field == name), NOTHING) for name in ("phone", "mobile")
    )
    if mobile.by == "content" and phone.by != "content" and phone.evidence.share("mobile") > 0.6:
        # of two mobiles, the one that a name says is the first
        taken[phone.column], taken[mobile.column] = replace(phone, field="mobile"), replace(mobile, field="phone")


def _is_confirmed(name: str, evidence: Evidence) -> bool:
    """Tell whether what a column holds is what only a part of its name says."""
    shares = [evidence.share(look) for look in (LOOKS.get(name, name), *ABROAD.get(name, ()))]
    return name != "organisation" and max(shares) > 0.6


def _laid_out(
    sample: Sample, person: dict[str, list[str]], vain: frozenset[str]
) -> tuple[dict[str, list[str]], dict[str, frozenset[str]]]:
    """Return the fields laid over several columns (field → columns joined), and column → the fields it must not be."""
    columns, evidence = sample.columns, sample.evidence
    named = [name for field in NAME_FIELDS for name in person[field]]
    has_name = any(name_score(column, named) >= HELD_NAME for column in columns)
    lines = address_lines(columns, evidence, has_name)
    in_lines = {column for held in lines.values() for column in held}
    everything = frozenset(person) - KEYS
    left = dict.fromkeys(lines.pop("", []), everything)
    others = [column for column in columns if column not in in_lines]
    left |= dict.fromkeys(second_places(others, evidence, person), PLACE_FIELDS | NAME_FIELDS | {"organisation"})
    left |= dict.fromkeys(of_others(columns, person), everything)
    free = [column for column in others if column not in left]
    return {**joined_columns(free, evidence, person, vain), **lines}, left


def _with_twins(guesses: list[ColumnGuess], used: set[str], kind: str) -> list[ColumnGuess]:
    """Let a card number also be the person's key, and the key a card number, where only one column says both."""
    twins = []
    for guess in guesses:
        twins.append(guess)
        if guess.field == "card_number" and "person_key" not in used:
            twins.append(replace(guess, field="person_key"))
        is_card = guess.field == "person_key" and ("cart" in plain(guess.column) or "card" in plain(guess.column))
        if is_card and kind in ("people", "loyalty") and "card_number" not in used:
            twins.append(replace(guess, field="card_number"))
    return twins


def _score(column: str, name: str, by_name: float, evidence: Evidence, *, is_seen: bool) -> tuple[float, str]:
    """Return the confidence that a column is a field, and what it rests on: "name", "content" or "both".

    Args:
        by_name: how well its name says it.
        is_seen: rows were looked at; else names alone speak.
    """
    if name in PLACE_FIELDS and _OF_AN_EVENT.search(plain(column)):
        return 0.0, ""
    if name == "card_tier" and not _is_tier(by_name, evidence):
        return 0.0, ""
    look = LOOKS.get(name)
    fits = evidence.share(look) if look else 1.0
    if by_name and name == "postcode":  # a sheet makes numbers of them: 1000 is 01000
        fits = max(fits, 0.9 * evidence.share("short_postcode"))
    if by_name and look == "phone":  # and 0612345678 is 612345678
        fits = max(fits, 0.9 * evidence.share("short_phone"))
    if by_name and look == "date":
        fits = max(fits, 0.9 * evidence.share("serial"))
    if by_name:
        fits = max(fits, *(weight * evidence.share(other) for other, weight in ABROAD.get(name, {}).items()), 0.0)
    if look == "number" and evidence.share("date") > 0.9 and evidence.writings:
        fits = 0.0
    if not evidence.filled:
        return by_name * (0.5 if is_seen else 1.0), "name"
    if by_name:
        contrary = _contradiction(name, evidence)
        score = by_name * (0.25 + 0.75 * min(1.0, fits * 1.15)) * (1 - contrary)
        return (min(score + 0.08, 0.99), "both") if look and fits > 0.8 else (score, "name")
    if name == "person_key" and _is_unnamed_key(column, evidence):
        return 0.55, "content"
    if name == "full_name" and _holds_whole_persons(evidence):
        return 0.6 + 0.3 * evidence.share("whole_person"), "content"
    strength = BY_CONTENT.get(name) or (WITHOUT_NAME.get(name) if _UNNAMED.fullmatch(column) else None)
    if not strength or _OF_AN_EVENT.search(plain(column)):
        return 0.0, ""
    share = evidence.share(look or name)
    if name == "mobile" and _UNNAMED.fullmatch(column):
        # nine digits may be a company's number: most begin with 6 or 7 only where they are mobiles
        share = max(share, evidence.share("short_mobile"))
    if name == "mobile" and max(evidence.share("mobile"), evidence.share("short_mobile")) < 0.6:
        return 0.0, ""
    if name == "phone" and evidence.share("mobile") > 0.6:
        strength = 0.55  # the second of two mobiles, where another column is the first
    if name == "first_name" and "nom" in plain(column).split():
        return 0.0, ""
    if name == "city":
        share = max(share, evidence.share("postcode_city"))
    return (strength * share if share > 0.6 else 0.0), "content"


def _holds_whole_persons(evidence: Evidence) -> bool:
    return evidence.share("whole_person") > WHOLE_PERSONS


def _is_tier(by_name: float, evidence: Evidence) -> bool:
    """Tell whether a column may hold the tiers of a card: named so, whole (a level of study is none), and few words."""
    return by_name > HELD_NAME and (not evidence.filled or bool(evidence.words))


def _is_unnamed_key(column: str, evidence: Evidence) -> bool:
    """Tell whether a column without a name (c1 …) holds a different code in each row."""
    is_key = min(evidence.share("unique"), evidence.share("key")) > 0.98
    return column == "c1" and is_key and not evidence.share("phone")


def _contradiction(name: str, evidence: Evidence) -> float:
    """Return how much the values speak against a field that its column's name suggests, from 0 to 1."""
    if name == "full_name":  # several words each, where a last name has mostly one
        return max(1 - evidence.share("letters"), 0.3 * (evidence.share("words") < 0.5))
    if name == "last_name":
        return max(1 - evidence.share("letters"), 0.3 * (evidence.share("words") > 0.7))
    if name in ("first_name", "city", "birth_name"):
        return 1 - evidence.share("letters")
    if name in ("street", "address"):
        return max(1 - evidence.share("letters"), evidence.share("email"))
    if name == "street_number":  # a number that no two rows share is the row's
        return max(
            1 - evidence.share("house_number"), 0.6 * (evidence.filled >= 20 and evidence.share("unique") > 0.95)
        )
    if name == "person_key":
        return max(evidence.share("words"), evidence.share("email") * 0.5, 1 - evidence.share("key")) * 0.9
    if name in ("ticket_key", "event_key", "case_key", "project_key", "product_key"):
        return max(evidence.share("spaced"), evidence.share("email"))
    if name.startswith("consent_"):  # when one agreed tells nothing of whether he still does
        return evidence.share("date")
    return 0.0
