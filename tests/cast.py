"""The cast: a handful of people whose traps every room must know, as rows of landing.*, clean.* and identity.*.

Camille is one woman known by four systems under two e-mails. Lucas and Louis Martin are twins at one address.
Dominique refused everything. Paul, Julie and Hugo Bernard share one telephone. A reseller opens web accounts under
other people's names with his own e-mail. One card is known from tickets alone.

`fill_landing` gives what ingest writes; `fill_clean` and `fill_identity` give, by hand, what cleaning and identity
should make of it, so that the rooms after them can be tested alone. All persons and contacts are invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaland.config import Settings, parse_settings
from chaland.engine import Engine
from chaland.tables import Table, clean, identity, landing

AS_OF = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 3, 0, 0, tzinfo=UTC)

Row = dict[str, Any]

CHALAND_TOML = """
[base]
name = "Brindille"

[run]
memory_limit = "1GB"
threads = 2

[sources.card]
kind = "people"
files = ["card.csv"]
is_card = true
columns = { person_key = "no", last_name = "nom" }

[sources.card_movements]
kind = "loyalty"
files = ["movements.csv"]
system = "card"
columns = { card_number = "no", person_key = "no", moved_at = "le", movement = "type", points = "points" }

[sources.tills]
kind = "tickets"
files = ["tills.csv"]
person_system = "card"
columns = { ticket_key = "ticket", person_key = "carte", sold_at = "le", quantity = "qte", amount = "montant" }

[sources.web_customers]
kind = "people"
files = ["web.csv"]
system = "web"
columns = { person_key = "id", last_name = "nom" }

[sources.web_events]
kind = "web_events"
files = ["events.jsonl"]
system = "web"
columns = { event_key = "id", person_key = "user", occurred_at = "at", event = "name" }

[sources.survey]
kind = "surveys"
files = ["survey.csv"]
columns = { survey_key = "no", answered_at = "le", last_name = "nom" }

[sources.phone_help]
kind = "contacts"
files = ["calls.csv"]
columns = { contact_key = "no", person_key = "appelant", contacted_at = "le", last_name = "nom" }

[sources.projects]
kind = "projects"
files = ["projects.csv"]
columns = { project_key = "no", opened_date = "le", last_name = "nom" }

[sources.suppression]
kind = "flags"
files = ["suppression.csv"]
columns = { email = "email" }
constants = { flag = "suppression", flag_channel = "email" }

[sources.returned]
kind = "flags"
files = ["returned.csv"]
columns = { last_name = "nom", flag_code = "motif" }
constants = { flag = "returned_mail", flag_channel = "post" }

[sources.bad_payers]
kind = "flags"
files = ["bad_payers.csv"]
columns = { person_key = "carte" }
constants = { flag = "bad_payer" }
person_system = "card"
"""


def settings(folder: Path = Path(), *, detail: str = "all") -> Settings:
    """Return the settings the cast's landing rows come from."""
    return parse_settings(CHALAND_TOML.replace("[base]", f'[base]\ndetail = "{detail}"'), folder)


def _lineage(source: str, line: int, file: str = "") -> Row:
    return {
        "source": source,
        "load_id": f"{source}-20261101T030000Z-0000cafe",
        "file": file or f"{source}.csv",
        "line": line,
    }


def _person(source: str, line: int, system: str, key: str, recorded_at: datetime | None, **fields: str) -> Row:
    return {
        **_lineage(source, line),
        "system": system,
        "person_key": key,
        "record_id": f"{system}:{key}",
        "recorded_at": recorded_at,
        **fields,
    }


LILLE = {"street_number": "12", "street": "rue des Lilas", "postcode": "59000", "city": "Lille"}
LYON = {"street_number": "5", "street": "avenue Foch", "postcode": "69006", "city": "Lyon"}
NANTES = {"street_number": "3", "street": "place Royale", "postcode": "44000", "city": "Nantes"}
RENNES = {"street_number": "8", "street": "bd de la Liberté", "postcode": "35000", "city": "Rennes"}
YES = {"consent_post": "oui", "consent_phone": "oui", "consent_sms": "oui", "consent_email": "oui"}
NO = {"consent_post": "non", "consent_phone": "non", "consent_sms": "non", "consent_email": "non"}

PEOPLE: list[Row] = [
    # Camille: card, web (second e-mail), survey, phone help. Her card row was sent twice, the second one corrected.
    _person(
        "card", 2, "card", "1001", datetime(2024, 3, 5),
        civility="Mme", first_name="Camile", last_name="CHALAIN", birth_date="14/05/1979", mobile="06 12 34 56 78",
        email="camille.chalain@orange.fr", card_number="1001", **LILLE, **YES,
    ),
    _person(
        "card", 3, "card", "1001", datetime(2026, 3, 5),
        civility="Mme", first_name="Camille", last_name="CHALAIN", birth_date="14/05/1979", mobile="06 12 34 56 78",
        email="camille.chalain@orange.fr", card_number="1001", **LILLE, **YES,
    ),
    _person(
        "web_customers", 2, "web", "501", datetime(2026, 5, 2),
        civility="Mme", first_name="camille", last_name="chalain", mobile="+33612345678", email="c.chalain@gmail.com",
        consent_email="oui", **LILLE,
    ),
    _person(
        "survey", 2, "survey", "S-1", datetime(2026, 6, 1),
        full_name="Mme CHALAIN Camille", email="camille.chalain@orange.fr",
    ),
    _person(
        "phone_help", 2, "phone_help", "A-7", datetime(2026, 6, 12),
        first_name="Camille", last_name="Chalain", phone="0612345678", consent_phone="non",
    ),
    # The Martin twins.
    _person(
        "card", 4, "card", "1002", datetime(2025, 1, 10),
        civility="M.", first_name="Lucas", last_name="MARTIN", birth_date="03/03/1990", email="lucas.martin@free.fr",
        card_number="1002", consent_email="oui", **LYON,
    ),
    _person(
        "card", 5, "card", "1003", datetime(2025, 1, 10),
        civility="M.", first_name="Louis", last_name="MARTIN", birth_date="03/03/1990", card_number="1003", **LYON,
    ),
    # Dominique said no to everything.
    _person(
        "card", 6, "card", "1004", datetime(2025, 9, 1),
        first_name="Dominique", last_name="LEROY", phone="02 40 11 22 33", mobile="06 98 76 54 32",
        email="dominique.leroy@sfr.fr", card_number="1004", **NANTES, **NO,
    ),
    # A family, one telephone.
    _person(
        "card", 7, "card", "1005", datetime(2025, 2, 2),
        civility="M.", first_name="Paul", last_name="BERNARD", phone="02 99 30 40 50", card_number="1005", **RENNES,
    ),
    _person(
        "web_customers", 3, "web", "502", datetime(2026, 1, 15),
        civility="Mme", first_name="Julie", last_name="Bernard", phone="0299304050", email="julie.bernard@laposte.net",
        consent_email="oui", **RENNES,
    ),
    _person(
        "projects", 2, "projects", "P-1", datetime(2026, 4, 1),
        full_name="M. Hugo Bernard", phone="02.99.30.40.50", **RENNES,
    ),
    # The reseller: a company, and accounts under other names with its e-mail and telephone.
    _person(
        "web_customers", 4, "web", "503", datetime(2026, 2, 1),
        organisation="REVENTE PRO SARL", phone="01 44 55 66 77", email="contact@revente-pro.fr",
    ),
    _person(
        "web_customers", 5, "web", "504", datetime(2026, 2, 2),
        first_name="Anna", last_name="Petit", phone="0144556677", email="contact@revente-pro.fr",
    ),
    _person(
        "web_customers", 6, "web", "505", datetime(2026, 2, 3),
        first_name="Yves", last_name="Moreau", phone="0144556677", email="contact@revente-pro.fr",
    ),
]  # fmt: skip

PERSON_OF: dict[str, str] = {
    "card:1001": "camille",
    "web:501": "camille",
    "survey:S-1": "camille",
    "phone_help:A-7": "camille",
    "card:1002": "lucas",
    "card:1003": "louis",
    "card:1004": "dominique",
    "card:1005": "paul",
    "web:502": "julie",
    "projects:P-1": "hugo",
    "web:503": "reseller",
    "web:504": "anna",
    "web:505": "yves",
    "card:1999": "unknown",
}
"""record_id → who it is. card:1999 is named by tickets only."""

HOUSEHOLD_OF: dict[str, str] = {
    "lucas": "martin",
    "louis": "martin",
    "paul": "bernard",
    "julie": "bernard",
    "hugo": "bernard",
}
"""Who lives with whom; the others live alone."""


def _sale(
    line: int,
    ticket: str,
    number: int,
    sold_at: datetime,
    card: str | None,
    product: str,
    quantity: str,
    amount: str,
    *,
    shop: str | None = "LIL",
    is_product: bool = True,
) -> Row:
    labels = {"101": ("Sécateur", "Jardin", "Outils"), "102": ("Terreau 40 l", "Jardin", "Sols"), "201": ("Mitigeur",
              "Salle de bains", "Robinets"), "PORT": ("Frais de port", None, None)}  # fmt: skip
    label, department, family = labels[product]
    return {
        **_lineage("tills", line),
        "system": "card",
        "person_key": card,
        "ticket_key": ticket,
        "line_number": number,
        "sold_at": sold_at,
        "shop_key": shop,
        "channel": "shop" if shop else "web",
        "product_key": product,
        "product_label": label,
        "department": department,
        "family": family,
        "quantity": Decimal(quantity),
        "amount": Decimal(amount),
        "is_product": is_product,
    }


TICKET_LINES: list[Row] = [
    # Camille: two identical lines are two purchases; a return; an order on line with postage; an old ticket.
    _sale(2, "T1", 1, datetime(2026, 5, 4, 10, 30), "1001", "101", "1", "24.90"),
    _sale(3, "T1", 2, datetime(2026, 5, 4, 10, 30), "1001", "102", "2", "15.98"),
    _sale(4, "T1", 2, datetime(2026, 5, 4, 10, 30), "1001", "102", "2", "15.98"),
    _sale(5, "T2", 1, datetime(2026, 5, 6, 17, 2), "1001", "101", "-1", "-24.90"),
    _sale(6, "T3", 1, datetime(2026, 9, 12, 9, 0), "1001", "201", "1", "89.99", shop=None),
    _sale(7, "T3", 2, datetime(2026, 9, 12, 9, 0), "1001", "PORT", "1", "5.50", shop=None, is_product=False),
    _sale(8, "T4", 1, datetime(2024, 4, 1, 11, 0), "1001", "201", "1", "79.00", shop="ROU"),
    # A twin, a card without a holder, and two people in a hurry.
    _sale(9, "T5", 1, datetime(2026, 8, 1, 15, 0), "1002", "102", "3", "23.97"),
    _sale(10, "T6", 1, datetime(2026, 8, 2, 15, 0), "1999", "102", "1", "7.99"),
    _sale(11, "T7", 1, datetime(2026, 8, 3, 18, 45), None, "101", "1", "24.90"),
    _sale(12, "T8", 1, datetime(2026, 8, 3, 18, 50), None, "201", "1", "89.99", shop="ROU"),
    # The reseller's order on the web is known by the web's key.
    {**_sale(13, "T9", 1, datetime(2026, 7, 7, 8, 0), "503", "102", "100", "650.00", shop=None), "system": "web"},
]

WEB_EVENTS: list[Row] = [
    {**_lineage("web_events", 1), "system": "web", "person_key": "501", "event_key": "e1",
     "occurred_at": datetime(2026, 9, 11, 20, 0), "event": "Product Viewed", "page": "/mitigeur", "product_key": "201"},
    {**_lineage("web_events", 2), "system": "web", "person_key": "503", "event_key": "e2",
     "occurred_at": datetime(2026, 7, 7, 6, 0), "event": "Order Completed", "ticket_key": "T9"},
    {**_lineage("web_events", 3), "system": "web", "person_key": None, "event_key": "e3",
     "occurred_at": datetime(2026, 7, 8, 6, 0), "event": "Page Viewed", "page": "/"},
]  # fmt: skip

LOYALTY_MOVEMENTS: list[Row] = [
    {**_lineage("card_movements", 1), "system": "card", "person_key": "1001", "card_number": "1001",
     "moved_at": datetime(2026, 5, 4, 10, 30), "movement": "earn", "points": 57, "ticket_key": "T1", "shop_key": "LIL"},
    {**_lineage("card_movements", 2), "system": "card", "person_key": "1001", "card_number": "1001",
     "moved_at": datetime(2026, 5, 6, 17, 2), "movement": "adjust", "points": -25, "ticket_key": "T2"},
    {**_lineage("card_movements", 3), "system": "card", "person_key": "1002", "card_number": "1002",
     "moved_at": datetime(2025, 1, 10), "movement": "open", "points": 0},
]  # fmt: skip

SURVEYS: list[Row] = [
    {**_lineage("survey", 2), "system": "survey", "person_key": "S-1", "survey_key": "S-1", "shop_key": "LIL",
     "answered_at": datetime(2026, 6, 1), "recommendation_0_10": 9, "satisfaction_1_5": 4},
]  # fmt: skip

CONTACTS: list[Row] = [
    {**_lineage("phone_help", 2), "system": "phone_help", "person_key": "A-7", "contact_key": "C-1",
     "contacted_at": datetime(2026, 6, 12, 14, 0), "channel": "phone", "direction": "in", "reason": "livraison",
     "outcome": "résolu", "duration_seconds": 240},
]  # fmt: skip

PROJECTS: list[Row] = [
    {**_lineage("projects", 2), "system": "projects", "person_key": "P-1", "project_key": "P-1", "shop_key": "REN",
     "project_kind": "salle de bains", "status": "devis", "opened_date": date(2026, 4, 1),
     "quoted_amount": Decimal("4500.00")},
]  # fmt: skip

FLAGS: list[Row] = [
    {**_lineage("suppression", 2), "system": "suppression", "flag": "suppression", "flag_channel": "email",
     "flagged_date": date(2026, 3, 1), "email": "julie.bernard@laposte.net"},
    {**_lineage("returned", 2), "system": "returned", "flag": "returned_mail", "flag_channel": "post",
     "flag_code": "PND2", "flagged_date": date(2026, 2, 1), "first_name": "Louis", "last_name": "Martin", **LYON},
    {**_lineage("bad_payers", 2), "system": "card", "person_key": "1005", "flag": "bad_payer",
     "flagged_date": date(2026, 1, 20)},
]  # fmt: skip

LANDING: dict[Table, Sequence[Row]] = {
    landing.PEOPLE: PEOPLE,
    landing.FLAGS: FLAGS,
    landing.TICKET_LINES: TICKET_LINES,
    landing.WEB_EVENTS: WEB_EVENTS,
    landing.LOYALTY_MOVEMENTS: LOYALTY_MOVEMENTS,
    landing.SURVEYS: SURVEYS,
    landing.CONTACTS: CONTACTS,
    landing.PROJECTS: PROJECTS,
}


def load_rows(engine: Engine, table: Table, rows: Sequence[Row]) -> None:
    """Create a contract table from rows; columns not given are null."""
    if not rows:
        engine.create(table)
        return
    names = [name for name in table.column_names if any(name in row for row in rows)]
    engine.load(table, pa.table({name: [row.get(name) for row in rows] for name in names}))


def counts(people: Sequence[Row] = PEOPLE) -> list[Row]:
    """Return landing.counts of the cast: nothing blank, filtered or rejected."""
    found: list[Row] = []
    for name, source in settings().sources.items():
        table = landing.KINDS[source.kind]
        own = [row for row in (people if table is landing.PEOPLE else LANDING.get(table, [])) if row["source"] == name]
        named = len([row for row in people if row["source"] == name])
        found.append(
            {
                "source": name,
                "kind": source.kind,
                "files": 1,
                "rows_read": max(len(own), named),
                "rows_blank": 0,
                "rows_filtered": 0,
                "rows_read_rejected": 0,
                "rows_landed": max(len(own), named),
                "rows_conform_rejected": 0,
                "rows_conformed": len(own),
                "rows_people": named,
                "amount": sum((row["amount"] for row in own), Decimal(0)) if source.kind == "tickets" else None,
            }
        )
    return found


def fill_landing(engine: Engine) -> None:
    """Create every landing table: the cast's rows, and the others empty."""
    for table in landing.TABLES:
        load_rows(engine, table, LANDING.get(table, []))
    load_rows(engine, landing.COUNTS, counts())


# What cleaning should say, by hand ---------------------------------------------------------------

_STREETS = {
    "59000": ("RUE DES LILAS", "LILAS", "LILLE", "59350"),
    "69006": ("AVENUE FOCH", "FOCH", "LYON", "69386"),
    "44000": ("PLACE ROYALE", "ROYALE", "NANTES", "44109"),
    "35000": ("BOULEVARD DE LA LIBERTE", "LIBERTE", "RENNES", "35238"),
}


def _number(text: str | None) -> str | None:
    digits = "".join(filter(str.isdigit, text or ""))
    return None if not digits else "+33" + digits[-9:]


def _key(text: str | None) -> str | None:
    return text.upper().replace("É", "E") if text else None


def clean_person(row: Row) -> Row:
    """Return the columns of clean.PERSON of one landing row of the cast."""
    names = dict(row)
    if full_name := row.get("full_name"):
        words = [word for word in full_name.split() if word not in ("M.", "Mme")]
        last = next((word for word in words if word.isupper()), words[-1])
        names |= {"last_name": last, "first_name": next(word for word in words if word != last)}
        names["civility"] = "Mme" if full_name.startswith("Mme") else "M."
    first, last = names.get("first_name"), names.get("last_name")
    numbers = [number for number in (_number(row.get("phone")), _number(row.get("mobile"))) if number]
    mobiles = [number for number in numbers if number[3] in "67"]
    landlines = [number for number in numbers if number not in mobiles]
    cleaned: Row = {
        "is_organisation": "organisation" in row,
        "organisation": row.get("organisation"),
        "civility": {"Mme": "MME", "M.": "M"}.get(names.get("civility", "")),
        "first_name": first.title() if first else None,
        "last_name": last.title() if last else None,
        "first_name_key": _key(first),
        "last_name_key": _key(last),
        "sex": {"Mme": "F", "M.": "M"}.get(names.get("civility", "")),
        "birth_date": datetime.strptime(row["birth_date"], "%d/%m/%Y").date() if row.get("birth_date") else None,
        "is_cedex": False,
        "phone": landlines[0] if landlines else None,
        "mobile": mobiles[0] if mobiles else None,
        "email": row.get("email"),
        "email_key": row.get("email"),
        "card_number": row.get("card_number"),
    }
    if postcode := row.get("postcode"):
        street, street_key, city, insee = _STREETS[postcode]
        cleaned |= {
            "street_number": row["street_number"],
            "street": street,
            "street_key": street_key,
            "postcode": postcode,
            "city": city,
            "insee_code": insee,
            "country": "FR",
            "address_line_4": f"{row['street_number']} {street}",
            "address_line_6": f"{postcode} {city}",
            "address_status": "V1",
        }
    for channel in ("post", "phone", "sms", "email"):
        cleaned[f"consent_{channel}"] = {"oui": True, "non": False}.get(row.get(f"consent_{channel}", ""))
    return cleaned


def grades(cleaned: Row) -> Row:
    carried = {
        "name": cleaned.get("last_name") or cleaned.get("organisation"),
        "birth_date": cleaned.get("birth_date"),
        "address": cleaned.get("postcode"),
        "phone": cleaned.get("phone"),
        "mobile": cleaned.get("mobile"),
        "email": cleaned.get("email"),
    }
    return {
        f"{field}_{part}": value
        for field, carries in carried.items()
        for part, value in (("grade", "B" if carries else "E"), ("reason", "reformatted" if carries else "absent"))
    }


def clean_records() -> list[Row]:
    """Return clean.records of the cast: the latest version under each key, and the key known from tickets alone."""
    latest: dict[str, Row] = {}
    versions: dict[str, int] = {}
    for row in PEOPLE:
        latest[row["record_id"]] = row
        versions[row["record_id"]] = versions.get(row["record_id"], 0) + 1
    records: list[Row] = []
    for record_id in PERSON_OF:
        row = latest.get(record_id, {})
        cleaned = clean_person(row)
        system, _, key = record_id.partition(":")
        kept = {name: row.get(name) for name in ("load_id", "file", "line", "recorded_at")}
        records.append(
            {
                "record_id": record_id,
                "source": row.get("source", "tills"),
                "system": system,
                "person_key": key,
                "versions": versions.get(record_id, 0),
                "is_key_only": not row,
                **kept,
                **cleaned,
                **grades(cleaned),
            }
        )
    return records


def fill_clean(engine: Engine) -> None:
    """Create clean.records and clean.flags of the cast."""
    load_rows(engine, clean.RECORDS, clean_records())
    cleaned = [(row, clean_person(row)) for row in FLAGS]
    load_rows(engine, clean.FLAGS, [{**row, **person, **grades(person)} for row, person in cleaned])
    load_rows(engine, clean.CORRECTIONS, [])
    load_rows(engine, clean.COMPANIES, [])


# What identity should say, by hand ---------------------------------------------------------------


def customer_id(person: str) -> str:
    """Return the customer id the cast gives a person."""
    return f"c-{person}"


def household_id(person: str) -> str:
    """Return the household id the cast gives a person."""
    return f"h-{HOUSEHOLD_OF.get(person, person)}"


def _golden(records: Sequence[Row]) -> Row:
    golden: Row = {}
    for record in sorted(records, key=lambda row: row["recorded_at"] or datetime.min):
        golden |= {column.name: record[column.name] for column in clean.PERSON if record.get(column.name) is not None}
    return golden


_VALUES = {"name": "last_name", "address": "address_line_4", "phone": "phone", "mobile": "mobile", "email": "email"}


def _values(person: str, records: Sequence[Row], golden: Row) -> list[Row]:
    found: list[Row] = []
    for field, column in _VALUES.items():
        for value in sorted({record[column] for record in records if record.get(column)}):
            bearers = [record for record in records if record.get(column) == value]
            best = max(bearers, key=lambda row: row["recorded_at"])
            found.append(
                {
                    "customer_id": customer_id(person),
                    "field": field,
                    "value": value,
                    "is_chosen": golden.get(column) == value,
                    "rule": "most_recent",
                    "record_id": best["record_id"],
                    "source": best["source"],
                    "seen_at": best["recorded_at"],
                    "grade": best[f"{field}_grade"],
                    "reason": best[f"{field}_reason"],
                    "records": len(bearers),
                }
            )
    return found


def fill_identity(engine: Engine) -> None:
    """Create every identity table of the cast, as a perfect resolution would."""
    records = {row["record_id"]: row for row in clean_records()}
    people = list(dict.fromkeys(PERSON_OF.values()))
    customers: list[Row] = []
    values: list[Row] = []
    for person in people:
        own = [records[record_id] for record_id, who in PERSON_OF.items() if who == person]
        golden = _golden(own)
        dates = [record["recorded_at"] for record in own if record["recorded_at"]]
        customers.append(
            {
                "customer_id": customer_id(person),
                "household_id": household_id(person),
                "records": len(own),
                "systems": len({record["system"] for record in own}),
                "first_seen_at": min(dates, default=None),
                "last_seen_at": max(dates, default=None),
                "weakest_link_bits": 9.5 if len(own) > 1 else None,
                **golden,
            }
        )
        values += _values(person, own, golden)
    persons = [
        {"record_id": record_id, "customer_id": customer_id(person), "household_id": household_id(person)}
        for record_id, person in PERSON_OF.items()
    ]
    households: list[Row] = []
    for household in sorted({household_id(person) for person in people}):
        members = [row for row in customers if row["household_id"] == household]
        households.append(
            {
                "household_id": household,
                "customers": len(members),
                "head_customer_id": members[0]["customer_id"],
                "household_name": members[0].get("last_name"),
                "postcode": members[0].get("postcode"),
                "city": members[0].get("city"),
                "insee_code": members[0].get("insee_code"),
            }
        )
    camille = sorted(record_id for record_id, person in PERSON_OF.items() if person == "camille")
    weights = {f"weight_{field}": 0.0 for field in identity.WEIGHT_FIELDS}
    pair = {"blocking_rule": "phone", "household_weight": 2.0, **weights}
    pairs = [
        {**pair, "record_id_l": camille[0], "record_id_r": other, "match_weight": 9.5, "match_probability": 0.9986,
         "is_linked": True, "weight_email": 9.5}
        for other in camille[1:]
    ] + [
        {**pair, "record_id_l": "card:1002", "record_id_r": "card:1003", "match_weight": -3.0,
         "match_probability": 0.1111, "is_linked": False, "weight_first_name": -6.0}
    ]  # fmt: skip
    model = [{"comparison": "email", "level": "exact", "m_probability": 0.6, "u_probability": 0.001}]
    aliases = [{"old_customer_id": "c-chalain", "customer_id": "c-camille", "reason": "merged", "since_date": AS_OF}]
    rows = {
        identity.PERSONS: persons,
        identity.CUSTOMERS: customers,
        identity.VALUES: values,
        identity.HOUSEHOLDS: households,
        identity.PAIRS: pairs,
        identity.MODEL: model,
        identity.ALIASES: aliases,
    }
    for table in identity.TABLES:
        load_rows(engine, table, rows.get(table, []))


def fill_all(engine: Engine) -> None:
    """Create landing.*, clean.* and identity.* of the cast."""
    fill_landing(engine)
    fill_clean(engine)
    fill_identity(engine)
