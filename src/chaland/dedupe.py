"""Who is who in any file of people: read, clean, identify, write. The chain's own rooms, on one table, without a base.

Reads any file `chaland build` reads; writes clusters.parquet, people.parquet and pairs.parquet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from chaland.clean import clean_records
from chaland.config import PERSON_FIELD_NAMES, BaseSettings, RunSettings, Settings
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.errors import ConfigError, SourceError, StorageError
from chaland.identity import resolve_identities
from chaland.identity.evaluate import Evaluation, evaluate
from chaland.ingest import read_table
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import identity, landing

SYNONYMS: dict[str, tuple[str, ...]] = {
    "full_name": ("full_name", "fullname", "name", "nom_complet", "nom_prenom", "customer_name", "client"),
    "civility": ("civility", "civilite", "title", "titre", "salutation", "civ"),
    "first_name": ("first_name", "firstname", "given_name", "givenname", "forename", "prenom", "fname"),
    "last_name": ("last_name", "lastname", "surname", "family_name", "nom", "nom_de_famille", "lname"),
    "birth_name": ("birth_name", "maiden_name", "nom_de_naissance", "nom_de_jeune_fille"),
    "sex": ("sex", "sexe", "gender", "genre"),
    "birth_date": ("birth_date", "birthdate", "dob", "date_of_birth", "date_naissance", "date_de_naissance"),
    "organisation": ("organisation", "organization", "company", "societe", "raison_sociale", "entreprise", "site_name"),
    "address": ("address", "adresse", "full_address", "adresse_complete"),
    "street_number": ("street_number", "numero", "num_voie", "house_number", "no_voie"),
    "street": ("street", "rue", "voie", "address_1", "address1", "adresse_1", "adresse1", "addr1"),
    "complement": ("complement", "address_2", "address2", "adresse_2", "adresse2", "addr2"),
    "postcode": ("postcode", "postal_code", "zip", "zip_code", "zipcode", "code_postal", "cp", "plz"),
    "city": ("city", "town", "ville", "commune", "suburb", "localite", "ort"),
    "country": ("country", "pays", "country_code"),
    "phone": ("phone", "telephone", "tel", "phone_number", "tel_fixe", "fixe", "landline"),
    "mobile": ("mobile", "portable", "tel_mobile", "cell", "gsm", "mobile_phone"),
    "email": ("email", "e_mail", "mail", "courriel", "email_address", "adresse_mail"),
    "card_number": ("card_number", "card", "carte", "numero_carte", "loyalty_card"),
}
"""Column names taken for a field when nobody says otherwise (folded: lower case, no accent, `_` between words)."""

FRENCH_SHARE = 0.5
"""Share of addresses found in a French commune below which a file's addresses are taken as given."""


@dataclass(frozen=True)
class Deduplicated:
    """What was found.

    Attributes:
        columns: field → columns of the files it was read from.
        evaluation: against the labels, when they were given.
    """

    records: int
    persons: int
    households: int
    columns: Mapping[str, str]
    rejects: int
    folder: Path
    evaluation: Evaluation | None


def parse_columns(text: str) -> dict[str, str]:
    """Read `first_name=given_name,birth_date=bd/bm/by,street=number+way`.

    Raises:
        ConfigError: a part is not `field=column`, or the field is unknown.

    >>> parse_columns("first_name=prenom,birth_date=jour/mois/an")
    {'first_name': 'prenom', 'birth_date': 'jour/mois/an'}
    """
    faults, mapping = [], {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        field, equals, columns = (piece.strip() for piece in part.partition("="))
        if not equals or not columns:
            faults.append(say("{part}: expected field=column.", part=part))
        elif field not in PERSON_FIELD_NAMES:
            known = ", ".join(PERSON_FIELD_NAMES)
            faults.append(say("{field}: unknown field; the fields are {known}.", field=field, known=known))
        else:
            mapping[field] = columns
    if faults:
        raise ConfigError.of(faults)
    return mapping


def guess_columns(names: Sequence[str], given: Mapping[str, str], hidden: Sequence[str]) -> dict[str, str]:
    """Return field → column: those given, then each column whose name says what it is and nothing uses yet.

    >>> guess_columns(["Id", "Prénom", "Nom", "Zip"], {"first_name": "Prénom"}, ["Id"])
    {'first_name': 'Prénom', 'last_name': 'Nom', 'postcode': 'Zip'}
    """
    mapping = dict(given)
    used = {column for columns in given.values() for column in _columns_in(columns, names)} | set(hidden)
    field_of = {synonym: field for field, synonyms in SYNONYMS.items() for synonym in synonyms}
    for name in names:
        field = field_of.get(_folded(name))
        if field and field not in mapping and name not in used:
            mapping[field] = name
    return mapping


def _folded(name: str) -> str:
    plain = pc.utf8_normalize(pa.array([name.lower()]), form="NFD")[0].as_py()
    letters = "".join(
        letter if letter.isalnum() else " " for letter in plain if ord(letter) < 0x300 or letter.isalpha()
    )
    return "_".join(letters.split())


def _columns_in(expression: str, names: Sequence[str]) -> list[str]:
    """Return the columns an expression names: one column, or several joined by / or +."""
    if expression in names:
        return [expression]
    separator = "/" if "/" in expression else "+"
    return [part.strip() for part in expression.split(separator)]


def dedupe_files(
    files: Sequence[Path],
    out: Path,
    *,
    columns: Mapping[str, str],
    id_column: str = "",
    labels_column: str = "",
    country: str = "FR",
    run: RunSettings | None = None,
    as_of: date,
    reporter: Reporter,
) -> Deduplicated:
    """Find who is who in the files; write clusters.parquet, people.parquet and pairs.parquet in `out`.

    Args:
        files: files of people; a record of several files is known as `file:id`.
        columns: field → column, columns joined by a space (`a+b`) or by a slash (`day/month/year`).
        id_column: the record's number; the line in the file when empty.
        labels_column: who is who, hidden from the matching and compared with its result.
        country: where addresses and telephones are when they do not say.
        as_of: today, for birth dates.

    Raises:
        ConfigError: a column is missing, none names a person, or the id is not one.
        SourceError: a file cannot be read, or no row of any can.
    """
    settings = Settings(folder=out, base=BaseSettings(country=country), run=run or RunSettings())
    hidden = [name for name in (id_column, labels_column) if name]
    _make_folder(out)
    with Engine(memory_limit=settings.run.memory_limit, threads=settings.run.threads, temp_folder=out) as engine:
        engine.create(landing.PEOPLE)
        labels: dict[str, str] = {}
        used: dict[str, str] = {}
        rejects = 0
        for path in files:
            with reporter.step("dedupe.read") as step:
                found = read_table(path, engine)
                rows = engine.arrow('select * from landing.input order by "_line"')
                _check_columns(path, found.columns, columns, hidden)
                mapping = guess_columns(found.columns, columns, hidden)
                used |= mapping
                rejects += len(found.rejects)
                system = path.stem if len(files) > 1 else "file"
                people = people_rows(rows, mapping, system, path.name, id_column)
                _append(engine, people)
                if labels_column:
                    keys = people["record_id"].to_pylist()
                    said = pc.fill_null(rows[labels_column], "").to_pylist()
                    # a record without a label is nobody else
                    labels |= {key: text or f"\0{key}" for key, text in zip(keys, said, strict=True)}
                step.note(file=path.name, rows=len(people), rejects=len(found.rejects))
        _check_rows(engine, files, used, rejects)
        _check_ids(engine, id_column)
        clean_records(engine, settings, as_of=as_of, reporter=reporter)
        _compare_as_given(engine, reporter)
        resolve_identities(engine, settings, as_of=as_of, reporter=reporter)
        _write(engine, out, is_single=len(files) == 1)
        evaluation = _evaluated(engine, labels) if labels_column else None
        return Deduplicated(
            records=engine.count(identity.PERSONS),
            persons=engine.count(identity.CUSTOMERS),
            households=engine.count(identity.HOUSEHOLDS),
            columns=used,
            rejects=rejects,
            folder=out,
            evaluation=evaluation,
        )


def _check_rows(engine: Engine, files: Sequence[Path], used: Mapping[str, str], rejects: int) -> None:
    """Refuse files that tell nothing of anybody; column names are not shown, for want of a header they are data."""
    names = ", ".join(path.name for path in files)
    if not engine.count(landing.PEOPLE):
        raise SourceError(say("{files}: no row can be read; rows refused: {rejects}.", files=names, rejects=rejects))
    if not used:
        raise ConfigError.of(
            [say("{files}: no column is known to name a person.", files=names)],
            next_step=say("Say which are: --columns last_name=COLUMN,first_name=COLUMN …"),
        )


def people_rows(rows: pa.Table, mapping: Mapping[str, str], system: str, file: str, id_column: str) -> pa.Table:
    """Return the rows of landing.people that a table of text makes: one row a row."""
    count = len(rows)
    lines = pc.cast(rows["_line"], pa.int64())
    keys = rows[id_column] if id_column else pc.cast(lines, pa.string())
    keys = pc.coalesce(keys, pc.binary_join_element_wise("line ", pc.cast(lines, pa.string()), ""))
    load_id = f"{system}-{hashlib.blake2b(file.encode(), digest_size=4).hexdigest()}"
    made = {
        "source": pa.array([system] * count, pa.string()),
        "load_id": pa.array([load_id] * count, pa.string()),
        "file": pa.array([file] * count, pa.string()),
        "line": lines,
        "system": pa.array([system] * count, pa.string()),
        "person_key": keys,
        "record_id": pc.binary_join_element_wise(system, keys, ":"),
    }
    for field, expression in mapping.items():
        made[field] = _combined(rows, expression)
    return pa.table(made)


def _combined(rows: pa.Table, expression: str) -> pa.ChunkedArray:
    names = [name for name in rows.column_names if name != "_line"]
    parts = [rows[name] for name in _columns_in(expression, names)]
    if len(parts) == 1:
        return parts[0]
    if "/" in expression:
        # a date lacking a part is no date
        return pc.binary_join_element_wise(*parts, "/", null_handling="emit_null")
    return pc.binary_join_element_wise(*parts, " ", null_handling="skip")


def _append(engine: Engine, people: pa.Table) -> None:
    engine.connection.register("people_read", people)
    try:
        engine.insert(landing.PEOPLE, "select * from people_read")
    finally:
        engine.connection.unregister("people_read")


def _check_columns(path: Path, names: Sequence[str], columns: Mapping[str, str], hidden: Sequence[str]) -> None:
    wanted = [name for expression in columns.values() for name in _columns_in(expression, names)]
    missing = [name for name in (*wanted, *hidden) if name not in names]
    if missing:
        raise ConfigError.of(
            [say("{file}: no column {column}.", file=path.name, column=column) for column in dict.fromkeys(missing)],
            next_step=say("Its columns are: {columns}.", columns=", ".join(names)),
        )


def _check_ids(engine: Engine, id_column: str) -> None:
    repeated = engine.value(
        "select count(*) from (select record_id from landing.people group by record_id having count(*) > 1) as repeats"
    )
    if repeated:
        raise ConfigError.of(
            [
                say(
                    "{count} values of {column} stand on several rows: it does not number records.",
                    count=repeated,
                    column=id_column,
                )
            ],
            next_step=say("Name another column with --id, or leave --id out: lines are numbered."),
        )


def _compare_as_given(engine: Engine, reporter: Reporter) -> None:
    """Give back to clean.records what cleaning refused but a matcher can compare; foreign addresses whole."""
    with reporter.step("dedupe.as_given") as step:
        placed, known = engine.rows(
            "select count(*) filter (where insee_code is not null and address_status like 'V%'), "
            "count(*) filter (where coalesce(postcode, city, street) is not null) from clean.records"
        )[0]
        is_foreign = placed < FRENCH_SHARE * known
        engine.run("chaland", "dedupe_as_given.sql", is_foreign=is_foreign)
        step.note(addresses=known, in_france=placed)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(say("Cannot write in {folder}.", folder=out), next_step=str(error.strerror)) from error


def _write(engine: Engine, out: Path, *, is_single: bool) -> None:
    """Write the three files; records of a single file go by their own number, without the system before it."""
    engine.run("chaland", "dedupe_names.sql", is_single=is_single)
    for name in ("clusters", "people", "pairs"):
        engine.write_parquet(sql_text("chaland", f"dedupe_{name}.sql"), out / f"{name}.parquet")


def _evaluated(engine: Engine, labels: Mapping[str, str]) -> Evaluation:
    found = engine.rows("select record_id, customer_id from identity.persons order by record_id")
    return evaluate([person for _, person in found], [labels[record] for record, _ in found])
