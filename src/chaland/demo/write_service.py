"""`voix_du_client/` (an Excel workbook) and `assistance/` (an SQLite database): what customers say.

An Access copy of the help line is not written: no open tool writes that format (mdbtools and access-parser only read).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from chaland.demo.history import History
from chaland.demo.registers import Register
from chaland.demo.written import Scribe
from chaland.engine import Engine
from chaland.errors import ConfigError
from chaland.language import say

try:
    import xlsxwriter
except ImportError:  # the extra `excel` is not installed
    xlsxwriter = None

SURVEY_HEADER = (
    "N° réponse", "Date de visite", "Magasin", "Prénom", "Nom", "Code postal", "Ville", "Téléphone", "E-mail",
    "Recommandation (0 à 10)", "Satisfaction (1 à 5)", "Commentaire libre",
)  # fmt: skip
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
HELP_LINE_TABLES = """
create table appelants (id_appelant integer primary key, identite text, telephone text, adresse text,
    code_postal text, ville text, courriel text, cree_le text);
create table appels (id_appel integer primary key, id_appelant integer not null references appelants,
    debut text not null, duree_s integer, sens text, motif text, issue text, note text);
create table dossiers (id_dossier integer primary key, id_appelant integer not null references appelants,
    ouvert_le text not null, clos_le text, objet text, statut text, note text);
"""


def check_workbooks() -> None:
    """Raise ConfigError when workbooks cannot be written here."""
    if xlsxwriter is None:
        raise ConfigError.of(
            [say("The demonstration writes a workbook and needs xlsxwriter.")],
            next_step=say("Install it with: pip install 'chaland[excel]'"),
        )


def write_surveys(
    engine: Engine, folder: Path, register: Register, answers: pa.Table, scribe: Scribe, history: History
) -> int:
    """Write `voix_du_client/enquetes.xlsx`, with dates in three styles; return its answers."""
    path = folder / "voix_du_client" / "enquetes.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    shops = scribe.places.shops.column("shop_key").combine_chunks()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"created": datetime(history.as_of.year, history.as_of.month, history.as_of.day)})
    day_format = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Réponses")
    sheet.write_row(0, 0, SURVEY_HEADER)
    row = 0
    for known in register.rows(engine, scribe):
        columns = ("key", "opened", "first_name", "last_name", "postcode", "city", "mobile", "phone", "email")
        said = answers.slice(row, known.num_rows)
        for key, day, first, last, postcode, city, mobile, phone, email, shop, score, mark, comment, style in zip(
            *(known.column(name).to_pylist() for name in columns),
            shops.take(known.column("shop")).to_pylist(),
            *(said.column(name).to_pylist() for name in ("recommendation", "satisfaction", "comment", "date_style")),
            strict=True,
        ):
            row += 1
            sheet.write_string(row, 0, key)
            if style == 0:
                sheet.write_datetime(row, 1, day, day_format)
            else:
                text = f"{day:%d/%m/%Y}" if style == 1 else f"{day.day} {MONTHS[day.month - 1]} {day.year}"
                sheet.write_string(row, 1, text)
            for place, text in enumerate((shop, first, last, postcode, city, mobile or phone, email), start=2):
                if text:
                    sheet.write_string(row, place, text)
            sheet.write_number(row, 9, score)
            sheet.write_number(row, 10, mark)
            if comment:
                sheet.write_string(row, 11, comment)
    book.close()
    return row


def write_help_line(
    engine: Engine, folder: Path, register: Register, calls: pa.Table, cases: pa.Table, scribe: Scribe
) -> int:
    """Write `assistance/assistance.sqlite3` (callers, calls, cases); return its rows."""
    path = folder / "assistance" / "assistance.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    caller = pc.cast(register.key, pa.int64())
    call_key = pa.array(range(1, calls.num_rows + 1))
    case_key = pa.array(range(1, cases.num_rows + 1))
    status = pc.if_else(pc.is_null(cases.column("closed")), "en cours", "clos")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("pragma journal_mode = off")
        base.executescript(HELP_LINE_TABLES)
        for known in register.rows(engine, scribe):
            phone = pc.coalesce(known.column("mobile"), known.column("phone"))
            _insert(
                base,
                "insert into appelants values (?, ?, ?, ?, ?, ?, ?, ?)",
                pc.cast(known.column("key"), pa.int64()), known.column("full_name"), phone, known.column("street"),
                known.column("postcode"), known.column("city"), known.column("email"), _text(known.column("opened")),
            )  # fmt: skip
        _insert(
            base,
            "insert into appels values (?, ?, ?, ?, ?, ?, ?, ?)",
            call_key, caller.take(calls.column("caller").combine_chunks()), _text(calls.column("at")),
            *(calls.column(name) for name in ("seconds", "direction", "reason", "outcome", "note")),
        )  # fmt: skip
        _insert(
            base,
            "insert into dossiers values (?, ?, ?, ?, ?, ?, ?)",
            case_key, caller.take(cases.column("caller").combine_chunks()), _text(cases.column("opened")),
            _text(cases.column("closed")), cases.column("subject"), status, cases.column("note"),
        )  # fmt: skip
    return int(register.count + calls.num_rows + cases.num_rows)


def _text(moments: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(moments, pa.string())


def _insert(base: sqlite3.Connection, statement: str, *columns: pa.Array) -> None:
    base.executemany(statement, zip(*(column.to_pylist() for column in columns), strict=True))
