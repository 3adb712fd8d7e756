"""Conditions offered while one types: « jardin 2 fois 80 € », « femme », « 15 km rennes », each already whole.

Words are compared folded, each being the beginning of a word of what is offered; numbers are read apart with their unit
(fois, €, km, jours). What is offered is a definition's condition in JSON, checked, told in its own sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.utils.translation import gettext as _

from chaland.publish.keys import folded
from chaland.segments import OpenBase, read_definition
from chaland.segments.open_base import Run
from chaland.segments.sentence import clause
from chaland.segments.study import attribute_values, event_values
from chaland.segments.vocabulary import (
    AMOUNT,
    CODE,
    DAY,
    EVENTS,
    FIELDS,
    FIELDS_BY_NAME,
    NUMBER,
    RATIO,
    YES_NO,
    Field,
    told,
)
from chaland_web.segments.typed import NEVER, Typed, months_before, read_typed

AT_MOST = 12
_OF_A_KIND = 4
_BUYING = {
    "achete", "achat", "achats", "bought", "buy", "purchase",
    "rayon", "department", "famille", "family", "produit", "product",
}  # fmt: skip
_AROUND = {"pres", "autour", "near", "around", "habite", "lives", "km", "de", "du", "of"}
_MOST = {"moins", "max", "maximum", "at", "most", "under", "below"}


@dataclass(frozen=True)
class Suggestion:
    """A condition offered: its words, its kind in words, its JSON, whether its form opens once added."""

    label: str
    kind: str
    json: str
    and_open: bool = False


@dataclass
class Values:
    """What the base itself offers: departments, families, products, shops, communes, tiers of its cards, what events
    may be told by (of an event, by name), and what external lists give."""

    departments: list[str] = field(default_factory=list)
    families: list[str] = field(default_factory=list)
    products: list[tuple[str, str]] = field(default_factory=list)
    shops: list[tuple[str, str]] = field(default_factory=list)
    communes: list[tuple[str, str]] = field(default_factory=list)
    tiers: list[str] = field(default_factory=list)
    events: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    attributes: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


_VALUES: WeakKeyDictionary[OpenBase, Values] = WeakKeyDictionary()


def values_of(base: OpenBase) -> Values:
    """Return the base's own values, read once."""
    if base not in _VALUES:
        with base.asking() as run:
            _VALUES[base] = _read_values(base, run)
    return _VALUES[base]


_TIERS = """select min(card_tier) from segments.customers where card_tier is not null
    group by card_tier_key order by count(*) desc, card_tier_key limit $most"""


def _read_values(base: OpenBase, run: Run) -> Values:
    products = run.rows(
        "select product_key, coalesce(product_label, product_key), family, department from segments.products"
    )
    shops = run.rows("select shop_key, shop_name from segments.shops order by shop_name")
    communes = run.rows(
        "select places.insee_code, places.city from segments.places inner join "
        "(select place_number, count(*) as customers from segments.customers group by place_number) as homes "
        "on homes.place_number = places.place_number where insee_code is not null order by customers desc, city",
    )
    tiers = run.rows(_TIERS, {"most": AT_MOST}) if "card_tier" in base.attributes else []
    names = {f"shop:{key}": name for key, name in shops} | {f"product:{row[0]}": row[1] for row in products}
    names |= {f"commune:{code}": city for code, city in communes}
    return Values(
        sorted({row[3] for row in products if row[3]}),
        sorted({row[2] for row in products if row[2]}),
        [(row[0], row[1]) for row in products],
        list(shops),
        list(communes),
        [tier for (tier,) in tiers],
        event_values(base, run),
        attribute_values(base, run),
        names,
    )


def names_of(base: OpenBase) -> dict[str, str]:
    """Return the names of what definitions refer to by key, saved segments included."""
    return {**values_of(base).names, **{f"segment:{one.key}": one.name for one in base.saved.all()}}


def suggestions(base: OpenBase, text: str, *, without: str = "") -> list[Suggestion]:
    """Return what answers to the text, best first.

    Args:
        without: key of the segment being edited, which cannot rest on itself.
    """
    typed = read_typed(text)
    names = names_of(base)
    found: list[tuple[int, int, Suggestion]] = []
    seen = set()
    for rank, (score, kind, part, and_open) in enumerate(_candidates(base, typed, without)):
        written = json.dumps(part, ensure_ascii=False)
        if written in seen:
            continue
        seen.add(written)
        label = _label(part, base, names)
        if label:
            found.append((score, rank, Suggestion(label, kind, written, and_open)))
    found.sort(key=lambda one: (one[0], one[1]))
    return [one for *_place, one in found[:AT_MOST]]


def _label(part: dict[str, Any], base: OpenBase, names: dict[str, str]) -> str:
    for kind, words in (("any", _("a group: one of")), ("none", _("a group: none of")), ("all", _("a group: all of"))):
        if kind in part:
            return words
    leaf = read_definition({"version": 1, "where": {"all": [part]}}).leaves[0]
    return clause(leaf, currency=base.currency, names=names)


@lru_cache(maxsize=100_000)
def _parts(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded."""
    return tuple(folded(text).lower().split())


def _fits(words: list[str], text: str) -> int | None:
    """Return how well words answer to a text, 0 best: each must begin one of its words; None when one does not."""
    if not words:
        return None
    parts = _parts(text)
    if not all(any(part.startswith(word) for part in parts) for word in words):
        return None
    if len(words) == len(parts) and all(word in parts for word in words):
        return 0
    return 1 if parts[0].startswith(words[0]) else 2


Candidate = tuple[int, str, dict[str, Any], bool]


def _candidates(base: OpenBase, typed: Typed, without: str) -> Iterator[Candidate]:
    yield from _tiers(values_of(base), typed)
    yield from _fields(typed)
    yield from _purchases(values_of(base), typed, base.as_of)
    yield from _places(values_of(base), typed)
    yield from _events(values_of(base), typed, base.as_of)
    yield from _attributes(values_of(base), typed)
    for one in base.saved.all():
        scores = (_fits(typed.words, one.name), _fits(typed.words, f"segment {one.name}"))
        score = min((score for score in scores if score is not None), default=None)
        if score is not None and one.key != without:
            yield score, _("segment"), {"segment": one.key}, False
    for kind, words in (("any", "ou or any une"), ("none", "sauf aucune none except not"), ("all", "toutes all et")):
        if _fits(typed.words, f"groupe group {words}") is not None:
            yield 3, _("group"), {kind: []}, False


def _fields(typed: Typed) -> Iterator[Candidate]:
    for one in FIELDS:
        label, kind = told(one.label), told(one.group)
        words = [word for word in typed.words if word not in NEVER and word not in _MOST]
        for code, choice in one.choices:
            score = _fits(words, told(choice)) if one.name.endswith(("sex", "civility", "segment")) else None
            if score is None:
                score = _fits(words, f"{label} {told(choice)}") if len(words) > 1 else None
            if score is not None:
                test = "none_of" if typed.never else "one_of"
                yield score, kind, {"field": one.name, "is": test, "value": [code]}, False
        score = _fits(words, label)
        if score is not None:
            yield from ((score + extra, kind, part, opens) for extra, part, opens in _field_parts(one, typed))
        elif (
            one.kind not in (NUMBER, AMOUNT, RATIO, DAY, YES_NO)
            and len(words) > 1
            and _fits(words[:1], label) is not None
        ):
            rest = typed.text.split(maxsplit=1)[-1]
            test = "starts_with" if one.kind != CODE else "one_of"
            if not one.choices:
                yield 1, kind, {"field": one.name, "is": test, "value": rest if test == "starts_with" else [rest]}, True


def _events(values: Values, typed: Typed, as_of: date) -> Iterator[Candidate]:
    """Yield what customers did or received: by its name, by what it may be told by (projet cuisine), by its marks."""
    words, kind = [word for word in typed.words if word not in NEVER], _("event")
    times: dict[str, Any] = {"times": {"at_most": 0} if typed.never else {"at_least": int(typed.first("times") or 1)}}
    if typed.first("days"):
        times["last_days"] = int(typed.first("days") or 0)
    elif typed.months:
        times |= months_before(as_of, typed.months)
    for event in EVENTS:
        label = told(event.label)
        score = _fits(words, label)
        if score is not None:
            yield score + 1, kind, {"did": {"event": event.name, **times}}, True
            yield score + 3, kind, {"did": {"event": event.name, **times, "times": {"at_most": 0}}}, True
            continue
        for name, _column in event.codes:
            shown = 0
            for value in values.events.get((event.name, name), ()):
                score = _fits(words, f"{label} {told(name)} {values.names.get(f'{name}:{value}', value)}")
                if score is not None and shown < _OF_A_KIND:
                    shown += 1
                    yield score + 2, kind, {"did": {"event": event.name, "with": {name: [value]}, **times}}, False
        for name, _column in event.scores:
            score, plain = _fits(words, f"{label} {told(name)}"), typed.numbers.get("plain", [])
            if score is not None:
                bounds = {"at_most" if typed.most else "at_least": plain[0]} if plain else {"at_least": 0}
                yield score, kind, {"did": {"event": event.name, "with": {name: bounds}, **times}}, not plain


def _attributes(values: Values, typed: Typed) -> Iterator[Candidate]:
    """Yield what external lists give: an attribute, whatever its value, and each of its values."""
    for name, known in values.attributes.items():
        score = _fits(typed.words, name)
        if score is not None:
            yield score + 1, _("list"), {"attribute": {"name": name}}, False
        shown = 0
        for value in known:
            score = _fits(typed.words, f"{name} {value}")
            if score is not None and shown < _OF_A_KIND:
                shown += 1
                yield score, _("list"), {"attribute": {"name": name, "one_of": [value]}}, False


def _tiers(values: Values, typed: Typed) -> Iterator[Candidate]:
    """Yield the tiers of the base's own cards, each by its name or by that of the field."""
    tier = FIELDS_BY_NAME["card_tier"]
    words = [word for word in typed.words if word not in NEVER]
    test = "none_of" if typed.never else "one_of"
    for name in values.tiers:
        score = _fits(words, f"{told(tier.label)} {name}")
        if score is not None:
            yield score, told(tier.group), {"field": tier.name, "is": test, "value": [name]}, False


def _field_parts(one: Field, typed: Typed) -> Iterator[tuple[int, dict[str, Any], bool]]:
    plain = [*typed.numbers.get("amount", []), *typed.numbers.get("plain", [])]
    if one.kind == RATIO:
        plain = [value / 100 if value > 1 else value for value in plain]
    if one.kind == YES_NO:
        order = ("no", "yes") if typed.never else ("yes", "no")
        yield from ((extra, {"field": one.name, "is": test}, False) for extra, test in enumerate(order))
    elif one.kind in (NUMBER, AMOUNT, RATIO):
        if len(plain) > 1:
            yield 0, {"field": one.name, "is": "between", "value": sorted(plain[:2])}, False
        elif plain:
            tests = ("at_most", "at_least") if typed.most else ("at_least", "at_most")
            yield from (
                (extra, {"field": one.name, "is": test, "value": plain[0]}, False) for extra, test in enumerate(tests)
            )
        else:
            yield 0, {"field": one.name, "is": "at_least", "value": 0.5 if one.kind == RATIO else 1}, True
    elif one.kind == DAY:
        days = typed.first("days")
        yield 0, {"field": one.name, "is": "last_days", "value": int(days or 365)}, days is None
        yield 1, {"field": one.name, "is": "before_last_days", "value": int(days or 365)}, days is None
    elif one.choices:
        yield 2, {"field": one.name, "is": "one_of", "value": [code for code, _ in one.choices]}, True
    elif plain and one.kind == CODE:
        yield 0, {"field": one.name, "is": "one_of", "value": [f"{int(value):02d}" for value in plain]}, False
    elif plain:
        yield 0, {"field": one.name, "is": "starts_with", "value": f"{int(plain[0])}"}, False


def _purchases(values: Values, typed: Typed, as_of: date) -> Iterator[Candidate]:
    words = [word for word in typed.words if word not in _BUYING and word not in NEVER]
    measures: dict[str, Any] = {}
    if typed.first("times"):
        measures["times"] = {"at_least": int(typed.first("times") or 1)}
    if typed.first("amount"):
        measures["amount"] = {"at_least": typed.first("amount")}
    if typed.first("days"):
        measures["last_days"] = int(typed.first("days") or 1)
    elif typed.months:
        measures |= months_before(as_of, typed.months)
    if typed.never:
        kept = {name: value for name, value in measures.items() if name in ("last_days", "from", "to")}
        measures = {**kept, "times": {"at_most": 0}}
    elif typed.not_since:
        measures["not_since"] = True
    if not words and _BUYING & set(typed.words):
        yield 0, _("purchase"), {"bought": measures}, not measures
    lists = (
        ("department", _("department"), [(name, name) for name in values.departments]),
        ("family", _("family"), [(name, name) for name in values.families]),
        ("shop", _("shop"), values.shops),
        ("product", _("product"), values.products),
    )
    yield from _purchases_in_shops(values, typed, measures)
    for rank, (what, kind, known) in enumerate(lists):
        shown = 0
        for key, name in known:
            score = _fits(words, name)
            if score is None or shown >= _OF_A_KIND:
                continue
            shown += 1
            yield score + rank, kind, {"bought": {what: [key], **measures}}, not measures
            if what == "shop":
                yield score + 2, told("usual shop"), {"field": "home_shop_key", "is": "one_of", "value": [key]}, False


def _purchases_in_shops(values: Values, typed: Typed, measures: dict[str, Any]) -> Iterator[Candidate]:
    """Yield what was bought at a shop: the first words answer to goods, the last ones to a shop (jardin lille)."""
    words = [word for word in typed.words if word not in _BUYING and word not in NEVER and word != "magasin"]
    goods = (
        ("department", _("department"), values.departments),
        ("family", _("family"), values.families),
    )
    for cut in range(1, len(words)):
        shops = [key for key, name in values.shops if _fits(words[cut:], name) is not None][:_OF_A_KIND]
        if not shops:
            continue
        for rank, (what, kind, known) in enumerate(goods):
            for name in [name for name in known if _fits(words[:cut], name) is not None][:_OF_A_KIND]:
                for shop in shops:
                    yield rank, kind, {"bought": {what: [name], "shop": [shop], **measures}}, not measures


def _places(values: Values, typed: Typed) -> Iterator[Candidate]:
    words = [word for word in typed.words if word not in _AROUND]
    km, is_near = typed.first("km") or 15, bool(typed.first("km") or _AROUND & set(typed.words))
    for what, known in (("commune", values.communes), ("shop", values.shops)):
        shown = 0
        for key, name in known:
            score = _fits(words, name)
            if score is None or shown >= _OF_A_KIND:
                continue
            shown += 1
            yield score + (0 if is_near else 3), _("distance"), {"near": {"km": km, what: key}}, False
            if what == "commune" and not is_near:
                yield score + 2, told("town"), {"field": "city", "is": "one_of", "value": [name]}, False


__all__ = ["Suggestion", "Values", "names_of", "suggestions", "values_of"]
