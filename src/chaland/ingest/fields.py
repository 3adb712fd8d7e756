"""Which column of a file is which field: the mapping of chaland.toml against the columns really there.

A field may name several columns, tried in order; "Date + Heure" joins two columns with a space; under `explode`
a name is looked for in the element first. Capitals in a column's name do not matter.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from chaland.config import (
    CONSENT_CHANNELS,
    CONSENT_PURPOSES,
    DECISION_KINDS,
    FLAG_KINDS,
    PERSON_FIELD_NAMES,
    PROFILING,
    SourceSettings,
)
from chaland.errors import ConfigError
from chaland.language import say
from chaland.tables import Column
from chaland.tables.landing import KINDS, LINEAGE, RETURN_REASONS

LINEAGE_NAMES = tuple(column.name for column in LINEAGE)
DEFAULTS: dict[tuple[str, str], str] = {
    ("tickets", "channel"): "shop",
    ("tickets", "quantity"): "1",
    ("contacts", "direction"): "in",
    ("loyalty", "points"): "0",
    ("consents", "purpose"): "marketing",
}
"""Value of an essential field that the source does not map."""

DEFAULT_WHEN_EMPTY = {("loyalty", "points")}
"""Fields whose default also stands for an empty value: opening a card moves no point."""

GENERATED = {
    ("contacts", "contact_key"),
    ("cases", "case_key"),
    ("consents", "consent_key"),
    ("surveys", "survey_key"),
    ("web_events", "event_key"),
}
"""Keys made from file and line when the source has none."""

VOCABULARY: dict[tuple[str, str], tuple[str, ...]] = {
    ("tickets", "channel"): ("shop", "web"),
    ("loyalty", "movement"): ("earn", "redeem", "adjust", "expire", "open", "close"),
    ("contacts", "channel"): ("phone", "email", "post", "sms", "chat", "shop"),
    ("contacts", "direction"): ("in", "out"),
    ("cases", "status"): ("open", "closed"),
    ("consents", "channel"): (*CONSENT_CHANNELS, PROFILING),
    ("consents", "purpose"): CONSENT_PURPOSES,
    ("consents", "answer"): ("yes", "no"),
    ("decisions", "decision"): DECISION_KINDS,
    ("flags", "flag"): FLAG_KINDS,
    ("flags", "flag_channel"): ("post", "phone", "sms", "email"),
    ("flags", "flag_reason"): RETURN_REASONS,
}
"""Fields that hold one of a few words."""

OWN_KEY = {
    "tickets": "ticket_key",
    "loyalty": "card_number",
    "contacts": "contact_key",
    "cases": "case_key",
    "consents": "consent_key",
    "surveys": "survey_key",
    "projects": "project_key",
}
"""The kind's own key, which names the person when the source maps no person_key."""


def candidates(source: SourceSettings, field: str) -> list[str]:
    """Return the columns a field may come from, in order."""
    given = source.columns.get(field, [])
    return [given] if isinstance(given, str) else list(given)


def resolve(source: SourceSettings, name: str, available: Sequence[str]) -> list[str] | None:
    """Return the columns (one, or several to join) that a mapped name stands for; None when they are not there.

    >>> resolve(SourceSettings("s"), "date + heure", ["Date", "Heure"])
    ['Date', 'Heure']
    """
    folded = {column.casefold(): column for column in reversed(available)}
    wanted = name.strip().casefold()
    names = [f"{source.explode}.{wanted}".casefold(), wanted] if source.explode else [wanted]
    for candidate in names:
        if candidate in folded:
            return [folded[candidate]]
    if "+" in wanted:
        parts = [resolve(source, part, available) for part in name.split("+")]
        if all(parts):
            return [column for part in parts if part for column in part]
    return None


def absent_fields(source: SourceSettings, available: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return (field, its columns) for each mapped field of which a file has no column, optional ones excepted."""
    return [
        (field, candidates(source, field))
        for field in source.columns
        if not any(resolve(source, name, available) for name in candidates(source, field))
        and not set(candidates(source, field)) & set(source.optional_columns)
        and field not in source.constants
    ]


def nearest_text(names: Sequence[str], available: Sequence[str]) -> str:
    """Return " The nearest is …" for columns that are not there, or "" when nothing is near."""
    folded = {column.casefold(): column for column in available}
    near = [
        folded[match]
        for name in names
        for match in difflib.get_close_matches(name.casefold(), list(folded), n=2, cutoff=0.5)
    ]
    return say(" The nearest is {names}.", names=", ".join(dict.fromkeys(near))) if near else ""


def is_essential(column: Column) -> bool:
    """Tell whether a row without this field is refused."""
    return not column.nullable and column.name not in (
        *LINEAGE_NAMES,
        "system",
        "record_id",
        "is_product",
        "person_key",
    )


def is_mapped(source: SourceSettings, field: str) -> bool:
    """Tell whether the settings give the field a column or a value."""
    return field in source.columns or field in source.constants


def own_fields(source: SourceSettings) -> list[Column]:
    """Return the columns of the kind's table that come from the source, lineage and derived ones left out."""
    return [
        column
        for column in KINDS[source.kind].columns
        if column.name not in (*LINEAGE_NAMES, "system", "record_id", "is_product")
    ]


def check_mapping(source: SourceSettings) -> None:
    """Refuse a source that does not map what its kind cannot do without.

    Raises:
        ConfigError: naming every missing field.
    """
    missing = []
    for column in own_fields(source):
        key = (source.kind, column.name)
        stands_in = {
            "amount": is_mapped(source, "unit_price"),
            "line_number": True,
            "card_number": is_mapped(source, "person_key"),
            "status": source.kind == "cases",
        }
        if is_essential(column) and not is_mapped(source, column.name):
            if key in DEFAULTS or key in GENERATED or stands_in.get(column.name):
                continue
            missing.append(column.name)
    if missing:
        raise ConfigError.of(
            [
                say("sources.{source}: kind {kind} needs {field}.", source=source.name, kind=source.kind, field=field)
                for field in missing
            ],
            next_step=say("Name its column under [sources.{source}.columns].", source=source.name),
        )


@dataclass(frozen=True)
class Missing:
    """A file without the column of a field its rows cannot do without."""

    load_id: str
    path: str
    field: str
    columns: tuple[str, ...]
    nearest: str


def key_fields(source: SourceSettings) -> list[str]:
    """Return the mapped fields without whose column a file is refused: the essential ones, and the person's key."""
    essential = [column.name for column in own_fields(source) if is_essential(column)]
    wanted = [*essential, *(["person_key"] if "person_key" in source.columns else [])]
    return [
        field
        for field in wanted
        if field in source.columns
        and not (field == "amount" and is_mapped(source, "unit_price"))
        and not (field == "person_key" and set(candidates(source, field)) & set(source.optional_columns))
    ]


def person_fields(source: SourceSettings) -> list[str]:
    """Return the person fields the source maps."""
    return [field for field in PERSON_FIELD_NAMES if is_mapped(source, field)]
