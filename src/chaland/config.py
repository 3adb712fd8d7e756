"""chaland.toml → checked settings. Each setting once: name, default, help.

Reads one file. Every fault is collected and shown together, with the nearest known name for an unknown one.
`docs/generate.py` prints the help of each setting into docs/reference/settings.md.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaland.errors import ConfigError, StorageError
from chaland.language import say
from chaland.tables.identity import GOLDEN_FIELDS, SURVIVORSHIP
from chaland.tables.landing import CARD_FIELDS, KINDS, LINEAGE, PERSON_FIELDS

FILE_NAME = "chaland.toml"
FORMATS = ("auto", "csv", "fixed", "excel", "jsonl", "parquet", "sqlite", "access", "mail", "sql")
DECISION_KINDS = ("same", "apart", "unsure", "withdrawn")
CONSENT_CHANNELS = ("post", "phone", "sms", "email")
PROFILING = "profiling"
"""Stands where a channel does, for a word on being profiled: an objection to it is kept as one to a channel is."""
CONSENT_PURPOSES = ("marketing", "survey", "measure")
FLAG_KINDS = ("suppression", "returned_mail", "bad_payer", "deceased", "high_potential", "enrichment")
PERSON_FIELD_NAMES = tuple(column.name for column in PERSON_FIELDS)
_LINEAGE_NAMES = {column.name for column in LINEAGE}
_DERIVED = {"record_id", "system", "is_product"}


def _setting(default: Any, help_text: str) -> Any:
    if isinstance(default, (list, dict)):
        return field(default_factory=lambda: type(default)(default), metadata={"help": help_text})
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True)
class BaseSettings:
    """[base]: what the base is."""

    name: str = _setting("", "Name of the retailer, shown on screens and reports.")
    currency: str = _setting("EUR", "Currency of every amount, ISO 4217.")
    country: str = _setting("FR", "Country of addresses and telephones that do not say theirs, ISO 3166.")
    detail: str = _setting(
        "all",
        "all: tickets and lines of every customer. card_holders: those of card holders only; the tickets of "
        "others are kept without the customer (data minimisation).",
    )
    sources_root: str = _setting(".", "Folder the sources' paths start from, relative to chaland.toml.")


@dataclass(frozen=True)
class RunSettings:
    """[run]: limits of a build."""

    memory_limit: str = _setting("4GB", "Memory DuckDB may take before it spills to disk.")
    threads: int = _setting(0, "Threads and processes; 0 takes every core.")
    keep_snapshots: int = _setting(3, "Published snapshots kept, the one in force included.")


@dataclass(frozen=True)
class CleanSettings:
    """[clean]: cleaning."""

    own_domains: list[str] = _setting([], "The retailer's own e-mail domains: no customer's address.")
    placeholders: list[str] = _setting([], "Further words that stand for no name, for instance CLIENT WEB.")
    dictionaries: str = _setting(
        "",
        "Folder, under base.sources_root, of files that complete chaland's words and reference tables: names.toml, "
        "email_domains.toml, first_names.csv …",
    )


@dataclass(frozen=True)
class IdentitySettings:
    """[identity]: when two records are one customer."""

    threshold: float = _setting(0.5, "Match probability above which two records are one person.")
    max_block_rows: int = _setting(
        200, "Records sharing a blocking key beyond which the key says nothing; those written alike count once."
    )
    max_surnames_per_contact: int = _setting(
        5, "Last names sharing an e-mail or a telephone beyond which it identifies nobody."
    )
    golden: dict[str, list[str]] = _setting(
        {},
        "Field = rules that choose its value on the golden record, in order; those left out come after. Fields: "
        + ", ".join(GOLDEN_FIELDS)
        + ". Rules, in their order by default: "
        + ", ".join(SURVIVORSHIP)
        + ". A correction wins over all; a value graded D or E never wins over a better one.",
    )

    @property
    def least_bits(self) -> float:
        """Match weight above which two records are one person."""
        return math.log2(self.threshold / (1 - self.threshold))


@dataclass(frozen=True)
class SourceSettings:
    """[sources.NAME]: one layout of file, where it lies and which column is what."""

    name: str
    kind: str = _setting("", "What a row is: " + ", ".join(KINDS) + ".")
    files: list[str] = _setting([], "Paths or patterns (*, **) under base.sources_root.")
    url: str = _setting("", "SQLAlchemy URL of a database, instead of files; $NAME is read from the environment.")
    table: str = _setting("", "Table or query of the database, or of the SQLite or Access file.")
    system: str = _setting("", "Key space of person_key; the source's name when empty.")
    person_system: str = _setting("", "Key space person_key refers to when it is another source's; system when empty.")
    format: str = _setting("auto", "One of " + ", ".join(FORMATS) + ".")
    encoding: str = _setting("", "utf-8, utf-16, cp1252, latin-1 …; guessed when empty.")
    separator: str = _setting("", "Field separator; guessed when empty.")
    decimal: str = _setting("", "Decimal sign of amounts, . or ,; both are read when empty.")
    header: bool = _setting(True, "Whether the first line names the columns; else they are c1, c2 …")
    skip_lines: int = _setting(0, "Lines before the header.")
    sheet: str = _setting("", "Sheet of a workbook; the first when empty.")
    widths: dict[str, list[int]] = _setting({}, "Fixed width: column = [first character from 1, length].")
    filter: dict[str, str] = _setting({}, "Keep only the rows whose column has this value; others are counted.")
    explode: str = _setting("", "JSON lines: path of a list; each of its elements becomes a row.")
    path_pattern: str = _setting("", "Regular expression with named groups; each group is a column read from the path.")
    columns: dict[str, Any] = _setting({}, "Field = column, or list of columns tried in order.")
    constants: dict[str, str] = _setting({}, "Field = value given to every row.")
    values: dict[str, dict[str, str]] = _setting({}, "Field = { value of the source = our value }.")
    dates: list[str] = _setting([], "Date writings of this source (strptime), tried in order after ISO.")
    attributes: dict[str, str] = _setting({}, "Name = column: attributes (external list), aspects rated (survey).")
    optional_columns: list[str] = _setting([], "Columns that may be missing from some files without a reject.")
    is_card: bool = _setting(False, "Persons of this source hold a loyalty card.")
    not_products: list[str] = _setting([], "Product codes that are no products: postage, fees, adjustments.")

    @property
    def names_people(self) -> bool:
        """Whether its rows describe a person (a name, a contact, an address), so feed landing.people."""
        own = KINDS[self.kind].column_names if self.kind in KINDS else ()
        if self.kind in ("people", "flags") or "person_key" not in own:  # a shop's town is nobody's address
            return self.kind == "people"
        described = {*self.columns, *self.constants} & set(PERSON_FIELD_NAMES) - {*CARD_FIELDS}
        return bool(described)

    @property
    def key_system(self) -> str:
        return self.person_system or self.system or self.name


@dataclass(frozen=True)
class Settings:
    """All of chaland.toml. `folder` is the base's folder."""

    folder: Path
    base: BaseSettings = field(default_factory=BaseSettings)
    run: RunSettings = field(default_factory=RunSettings)
    clean: CleanSettings = field(default_factory=CleanSettings)
    identity: IdentitySettings = field(default_factory=IdentitySettings)
    sources: dict[str, SourceSettings] = field(default_factory=dict)

    @property
    def sources_root(self) -> Path:
        return (self.folder / self.base.sources_root).resolve()

    @property
    def dictionaries(self) -> Path | None:
        """The folder that completes chaland's words; None when the base has none."""
        return (self.sources_root / self.clean.dictionaries).resolve() if self.clean.dictionaries else None

    @property
    def card_systems(self) -> tuple[str, ...]:
        """Key spaces whose persons hold a card."""
        return tuple(sorted({source.key_system for source in self.sources.values() if source.is_card}))


@dataclass(frozen=True)
class OwnFile:
    """A file that a base keeps itself: its kind, and its path in the base's folder."""

    kind: str
    path: str


OWN_FILES = {
    "decisions": OwnFile("decisions", "decisions.csv"),
    "corrections": OwnFile("corrections", "corrections.csv"),
    "desk_contacts": OwnFile("contacts", "desk/contacts.csv"),
    "desk_cases": OwnFile("cases", "desk/cases.csv"),
    "desk_consents": OwnFile("consents", "desk/consents.csv"),
    "desk_corrections": OwnFile("corrections", "desk/corrections.csv"),
}
"""Sources a base keeps itself: what its people decide, correct and write; each is read as soon as its file is there."""


def own_columns(kind: str) -> tuple[str, ...]:
    """Return the columns of a base's own file: the fields of its kind.

    >>> own_columns("decisions")
    ('record_id_l', 'record_id_r', 'decision', 'decided_at', 'decided_by', 'reason')
    """
    # `system` is among them: at the desk each line names the key space of its person
    return tuple(name for name in KINDS[kind].column_names if name not in _LINEAGE_NAMES)


def with_own_sources(settings: Settings) -> Settings:
    """Return the settings with the base's own files as sources, where they are or once were; a declared one wins."""
    own = {
        name: SourceSettings(
            name=name,
            kind=own.kind,
            files=[str((settings.folder / own.path).resolve())],
            format="csv",
            encoding="utf-8",
            separator=",",
            columns={column: column for column in own_columns(own.kind)},
            optional_columns=list(own_columns(own.kind)),
        )
        for name, own in OWN_FILES.items()
        if name not in settings.sources
        and ((settings.folder / own.path).is_file() or (settings.folder / "landing" / name).is_dir())
    }
    return dataclasses.replace(settings, sources={**settings.sources, **own})


SECTIONS: dict[str, Any] = {
    "base": BaseSettings,
    "run": RunSettings,
    "clean": CleanSettings,
    "identity": IdentitySettings,
}


def known_fields(kind: str) -> tuple[str, ...]:
    """Return the field names a source of this kind may map: its own, then a person's.

    >>> "ticket_key" in known_fields("tickets") and "last_name" in known_fields("surveys")
    True
    """
    own = [name for name in KINDS[kind].column_names if name not in _LINEAGE_NAMES | _DERIVED]
    extra = ["recorded_at", "unit_price"] if kind == "tickets" else ["recorded_at"]
    return tuple(dict.fromkeys([*own, *extra, "person_key", *PERSON_FIELD_NAMES]))


def _nearest(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return say(" Did you mean {name}?", name=close[0]) if close else ""


def default_of(setting: dataclasses.Field[Any]) -> Any:
    """Return the default of a setting (a fresh one when it is a list or a table)."""
    factory = setting.default_factory
    return setting.default if factory is dataclasses.MISSING else factory()


def _fits(value: Any, annotation: str) -> bool:
    """Tell whether a value read from TOML is what a setting holds, its items included.

    >>> _fits(["a.csv"], "list[str]"), _fits([3], "list[str]"), _fits({"a": [1, 0]}, "dict[str, list[int]]")
    (True, False, False)
    """
    outer, _, inner = annotation.partition("[")
    if outer == "dict":
        return isinstance(value, dict) and all(_fits(item, inner[:-1].partition(", ")[2]) for item in value.values())
    if annotation == "list[int]":  # first character and length, both from 1
        return isinstance(value, list) and len(value) == 2 and all(_fits(item, "int") and item > 0 for item in value)
    if outer == "list":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if annotation == "Any":
        return True
    plain: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
    return isinstance(value, plain[annotation]) and not (annotation == "int" and isinstance(value, bool))


def _shape(value: Any) -> str:
    """Return the type of a value and of what it holds, without its contents.

    >>> _shape(["a", 3]), _shape({"a": {"b": 3}})
    ('list[int, str]', 'dict[str, dict[str, int]]')
    """
    if isinstance(value, dict):
        inside = sorted({_shape(item) for item in value.values()})
        return f"dict[str, {' | '.join(inside)}]" if inside else "dict"
    if isinstance(value, list):
        inside = sorted({_shape(item) for item in value})
        return f"list[{', '.join(inside)}]" if inside else "list"
    return type(value).__name__


def _check_limits(run: RunSettings, identity: IdentitySettings, faults: list[str]) -> None:
    """Note the numbers that would stop a build half-way or make it meaningless."""
    if not re.fullmatch(r"\d+(\.\d+)?\s*[KMGT]i?B", run.memory_limit, re.IGNORECASE):
        faults.append(say("{setting}: expected a size such as 4GB.", setting="run.memory_limit"))
    if run.threads < 0:
        faults.append(say("{setting}: expected {least} or more.", setting="run.threads", least=0))
    if run.keep_snapshots < 1:
        faults.append(say("{setting}: expected {least} or more.", setting="run.keep_snapshots", least=1))
    if not 0 < identity.threshold < 1:
        faults.append(say("{setting}: expected a number between 0 and 1.", setting="identity.threshold"))
    for field_name, rules in identity.golden.items():
        if field_name not in GOLDEN_FIELDS:
            faults.append(
                say("{setting}: expected one of {known}.", setting="identity.golden", known=", ".join(GOLDEN_FIELDS))
                + _nearest(field_name, GOLDEN_FIELDS)
            )
        for rule in rules:
            if rule not in SURVIVORSHIP:
                setting = f"identity.golden.{field_name}"
                faults.append(
                    say("{setting}: expected one of {known}.", setting=setting, known=", ".join(SURVIVORSHIP))
                    + _nearest(rule, SURVIVORSHIP)
                )
    for name in ("max_block_rows", "max_surnames_per_contact"):
        if getattr(identity, name) < 1:
            faults.append(say("{setting}: expected {least} or more.", setting=f"identity.{name}", least=1))


def _checked(section: str, shape: Any, given: Any, faults: list[str]) -> dict[str, Any]:
    """Return the values of one section that are known and of the right type; note the faults of the others."""
    if not isinstance(given, dict):
        faults.append(say("[{section}] must be a table.", section=section))
        return {}
    fields = {f.name: f for f in dataclasses.fields(shape) if "help" in f.metadata}
    defaults = {name: default_of(f) for name, f in fields.items()}
    kept: dict[str, Any] = {}
    for name, value in given.items():
        if name not in fields:
            faults.append(
                say("{section}.{name}: unknown setting.", section=section, name=name) + _nearest(name, tuple(fields))
            )
            continue
        default = defaults[name]
        wanted = type(default)
        if wanted is list and isinstance(value, str):
            value = [value]
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not _fits(value, str(fields[name].type)):
            is_inside = isinstance(value, wanted) and not isinstance(value, bool)
            faults.append(
                say(
                    "{section}.{name}: expected {wanted}, found {found}.",
                    section=section,
                    name=name,
                    wanted=str(fields[name].type) if is_inside else wanted.__name__,
                    found=_shape(value) if is_inside else type(value).__name__,
                )
            )
            continue
        kept[name] = value
    return kept


def _check_source(source: SourceSettings, faults: list[str]) -> None:
    where = f"sources.{source.name}"
    if source.kind not in KINDS:
        faults.append(
            say("{where}.kind: expected one of {kinds}.", where=where, kinds=", ".join(KINDS))
            + _nearest(source.kind, tuple(KINDS))
        )
        return
    if source.format not in FORMATS:
        faults.append(say("{where}.format: expected one of {formats}.", where=where, formats=", ".join(FORMATS)))
    if not source.files and not source.url:
        faults.append(say("{where}: give files or url.", where=where))
    if source.format == "fixed" and not source.widths:
        faults.append(say("{where}: a fixed-width file needs widths.", where=where))
    known = known_fields(source.kind)
    for name in (*source.columns, *source.constants, *source.values):
        if name not in known:
            faults.append(
                say("{where}: unknown field {name} for kind {kind}.", where=where, name=name, kind=source.kind)
                + _nearest(name, known)
            )
    for name, column in source.columns.items():
        if not (isinstance(column, str) or (isinstance(column, list) and all(isinstance(c, str) for c in column))):
            faults.append(say("{where}.columns.{name}: expected a column or a list.", where=where, name=name))


def parse_settings(text: str, folder: Path) -> Settings:
    """Return the checked settings of a chaland.toml text.

    Raises:
        ConfigError: with every fault found.

    >>> parse_settings('[base]\\nname = "Brindille"', Path(".")).base.name
    'Brindille'
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError.of([say("{file}: not valid TOML: {reason}.", file=FILE_NAME, reason=error)]) from error
    faults: list[str] = []
    known_sections = (*SECTIONS, "sources")
    for name in document:
        if name not in known_sections:
            faults.append(say("[{name}]: unknown section.", name=name) + _nearest(name, known_sections))
    parts = {name: shape(**_checked(name, shape, document.get(name, {}), faults)) for name, shape in SECTIONS.items()}
    if parts["base"].detail not in ("all", "card_holders"):
        faults.append(say("base.detail: expected all or card_holders."))
    _check_limits(parts["run"], parts["identity"], faults)
    sources: dict[str, SourceSettings] = {}
    declared = document.get("sources", {})
    if not isinstance(declared, dict):
        faults.append(say("Each source is a table of its own: [sources.NAME]."))
        declared = {}
    for name, given in declared.items():
        source = SourceSettings(name=name, **_checked(f"sources.{name}", SourceSettings, given, faults))
        _check_source(source, faults)
        sources[name] = source
    if faults:
        raise ConfigError.of(faults, next_step=say("Correct {file} and start again.", file=FILE_NAME))
    return Settings(folder=folder, sources=sources, **parts)


def load_settings(folder: Path) -> Settings:
    """Return the settings of the base in `folder`.

    Raises:
        ConfigError: the folder has no chaland.toml, or it has faults.
        StorageError: it may not be read.
    """
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError.of(
            [say("{file}: expected UTF-8, found another encoding on line {line}.", file=path, line=line)],
            next_step=say("Save the file in UTF-8 and start again."),
        ) from error
    except PermissionError as error:
        raise StorageError(
            say("No right to read {path}.", path=path), next_step=say("Ask for the right, or start as its owner.")
        ) from error
    except OSError as error:
        raise ConfigError.of(
            [say("{folder} is not a base: it has no {file}.", folder=folder, file=FILE_NAME)],
            next_step=say("Start one with: chaland init {folder}", folder=folder),
        ) from error
    return with_own_sources(parse_settings(text, folder))
