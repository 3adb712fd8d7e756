"""The JSON schema of a definition, made from the vocabulary: docs/reference/segment.schema.json is this, written out.

Editors and other tools check with it before chaland does; chaland's own check (`definition`) says the same and more:
which day is before which, which segments exist.
"""

from __future__ import annotations

from typing import Any

from chaland.segments.definition import CONDITIONS_AT_MOST, GROUPS, VERSION
from chaland.segments.faults import NUMBER_AT_MOST, TEXT_AT_MOST, VALUES_AT_MOST
from chaland.segments.vocabulary import BOUGHT_GOODS, CODE, DAY, EVENTS, FIELDS, PLACES, RATIO, SHOP, Field

_NUMBER = {"type": "number", "minimum": -NUMBER_AT_MOST, "maximum": NUMBER_AT_MOST}
_TEXT = {"type": "string", "minLength": 1, "maxLength": TEXT_AT_MOST}
_TEXTS = {
    "type": "array",
    "minItems": 1,
    "maxItems": VALUES_AT_MOST,
    "items": {"type": "string", "maxLength": TEXT_AT_MOST},
}
_DATE = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_DAYS = {"type": "integer", "minimum": 1, "maximum": 36_600}
_BOUNDS = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {"at_least": _NUMBER, "at_most": _NUMBER},
}
_PERIOD = {"from": _DATE, "to": _DATE, "last_days": _DAYS}


def _closed(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an object with these keys and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": list(required)} if required else {}),
    }


def _field_tests(field: Field) -> list[dict[str, Any]]:
    """Return one shape per kind of test a field may take."""
    one: dict[str, Any] = _DATE if field.kind == DAY else _NUMBER
    if field.kind == RATIO:
        one = {"type": "number", "minimum": 0, "maximum": 1}
    codes = [code for code, _ in field.choices] if field.kind == CODE else []
    texts = {**_TEXTS, "items": {"enum": codes}} if codes else _TEXTS
    shapes: list[tuple[tuple[str, ...], dict[str, Any] | None]] = [
        (("yes", "no", "known", "unknown"), None),
        (("one_of", "none_of"), texts),
        (("starts_with",), _TEXT),
        (("last_days", "before_last_days"), {**_DAYS, "minimum": 0}),
        (("between",), {"type": "array", "minItems": 2, "maxItems": 2, "items": one}),
        (("at_least", "at_most", "from", "until"), one),
    ]
    found = []
    for tests, value in shapes:
        known = [test for test in tests if test in field.tests]
        if known:
            properties: dict[str, Any] = {"field": {"const": field.name}, "is": {"enum": known}}
            if value is not None:
                properties["value"] = value
            found.append(_closed(properties, tuple(properties)))
    return found


def segment_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a definition.

    >>> segment_schema()["properties"]["version"]
    {'const': 1}
    """
    bought = {**dict.fromkeys((*BOUGHT_GOODS, SHOP), _TEXTS), "times": _BOUNDS, "amount": _BOUNDS, "units": _BOUNDS}
    events = [
        _closed(
            {
                "event": {"const": event.name},
                "with": _closed(
                    {**{name: _TEXTS for name, _ in event.codes}, **{name: _BOUNDS for name, _ in event.scores}}
                ),
                "times": _BOUNDS,
                **_PERIOD,
            },
            ("event",),
        )
        for event in EVENTS
    ]
    parts = {"type": "array", "maxItems": CONDITIONS_AT_MOST, "items": {"$ref": "#/$defs/part"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "chaland segment definition",
        "description": "Customers who meet conditions nested in all, any and none. Amounts are in the base's currency.",
        **_closed({"version": {"const": VERSION}, "where": {"$ref": "#/$defs/group"}}, ("version", "where")),
        "$defs": {
            "group": {"oneOf": [_closed({kind: parts}, (kind,)) for kind in GROUPS]},
            "field": {"oneOf": [shape for field in FIELDS for shape in _field_tests(field)]},
            "bought": _closed(
                {"bought": _closed({**bought, **_PERIOD, "not_since": {"type": "boolean"}})}, ("bought",)
            ),
            "did": _closed({"did": {"oneOf": events}}, ("did",)),
            "near": _closed(
                {
                    "near": {
                        "oneOf": [
                            _closed(
                                {"km": {"type": "number", "exclusiveMinimum": 0, "maximum": 2000}, what: _TEXT},
                                ("km", what),
                            )
                            for what in PLACES
                        ]
                    }
                },
                ("near",),
            ),
            "attribute": _closed({"attribute": _closed({"name": _TEXT, "one_of": _TEXTS}, ("name",))}, ("attribute",)),
            "segment": _closed({"segment": _TEXT}, ("segment",)),
            "part": {
                "oneOf": [
                    {"$ref": f"#/$defs/{name}"}
                    for name in ("group", "field", "bought", "did", "near", "attribute", "segment")
                ]
            },
        },
    }
