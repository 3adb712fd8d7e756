"""What cleaning should say of the cast, by hand: clean.*."""

from __future__ import annotations

from datetime import datetime

from tests.cast.landed import load_rows
from tests.cast.people import PEOPLE, PERSON_OF
from tests.cast.settings import Row
from tests.cast.voices import FLAGS

from chaland.engine import Engine
from chaland.tables import clean

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
        "card_tier": row.get("card_tier"),
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
