"""A town for the tests of identity: families, fathers and sons, movers, typing errors, one to four records a person.

Everything follows from the seed. Rows are those of clean.records; who is who stands beside them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tests.cast import load_rows

from chaland.engine import Engine
from chaland.tables import clean

Row = dict[str, Any]

SYLLABLES = (
    "MAR",
    "TIN",
    "BER",
    "NARD",
    "DU",
    "BOIS",
    "RO",
    "BERT",
    "PE",
    "TIT",
    "LE",
    "FE",
    "VRE",
    "MO",
    "REAU",
    "GI",
    "RARD",
    "BON",
    "NET",
    "LAM",
    "CHE",
    "VAL",
)
FIRST = [
    ("MARIE", "F"), ("JEAN", "M"), ("PIERRE", "M"), ("CLAIRE", "F"), ("LUCAS", "M"), ("EMMA", "F"), ("HUGO", "M"),
    ("ALICE", "F"), ("PAUL", "M"), ("JULIE", "F"), ("MICHEL", "M"), ("SOPHIE", "F"), ("ANDRE", "M"), ("LEA", "F"),
    ("THOMAS", "M"), ("CAMILLE", "F"), ("JACQUES", "M"), ("INES", "F"), ("RENE", "M"), ("NATHALIE", "F"),
    ("OLIVIER", "M"), ("VALERIE", "F"), ("BRUNO", "M"), ("ISABELLE", "F"), ("KEVIN", "M"), ("LAURA", "F"),
]  # fmt: skip


def blank_record(record_id: str, **fields: Any) -> Row:
    """Return a row of clean.records with what the contract asks, the rest as given."""
    system, _, key = record_id.partition(":")
    grades = {
        f"{field}_{part}": value
        for field in clean.GRADED_FIELDS
        for part, value in (("grade", "A"), ("reason", "as_received"))
    }
    return {
        "record_id": record_id,
        "source": system,
        "system": system,
        "person_key": key,
        "versions": 1,
        "is_key_only": False,
        "is_organisation": False,
        "is_cedex": False,
        "first_name": fields.get("first_name_key"),
        "last_name": fields.get("last_name_key"),
        "email": fields.get("email_key"),
        **grades,
        **fields,
    }


def fill_records(engine: Engine, rows: Sequence[Row]) -> None:
    """Create clean.records from rows."""
    load_rows(engine, clean.RECORDS, rows)


def _slip(chance: random.Random, text: str) -> str:
    place = chance.randrange(len(text))
    kind = chance.randrange(3)
    if kind == 0 or len(text) < 4:
        return text[:place] + chance.choice("AEIOURSTLN") + text[place + 1 :]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def town(families: int, seed: int = 1) -> tuple[list[Row], dict[str, str], dict[str, str]]:
    """Return records, the person of each record, and the family of each record."""
    chance = random.Random(seed)
    names = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 3))) for _ in range(400)]
    rows: list[Row] = []
    person_of: dict[str, str] = {}
    family_of: dict[str, str] = {}
    for family in range(families):
        last = chance.choice(names)
        home = (str(chance.randint(1, 90)), f"RUE {chance.choice(names)}", f"{10_000 + chance.randrange(60)}")
        landline = f"+3314{chance.randrange(10**7):07d}"
        size = chance.choices([1, 2, 3, 4], [4, 4, 2, 1])[0]
        for member, (first, sex) in enumerate(chance.sample(FIRST, size)):
            person = f"{family}.{member}"
            born = date(1945 if member < 2 else 1985, 1, 1) + timedelta(days=chance.randrange(11_000))
            mobile = f"+336{chance.randrange(10**8):08d}"
            mail = f"{first.lower()}.{last.lower()}{chance.randrange(99)}@mail.fr"
            for _ in range(chance.choices([1, 2, 3, 4], [4, 3, 2, 1])[0]):
                record_id = f"s{chance.randrange(4)}:{len(rows):06d}"
                number, street, postcode = home

                def known(value: Any, share: float) -> Any:
                    return value if chance.random() < share else None

                rows.append(
                    blank_record(
                        record_id,
                        first_name_key=_slip(chance, first) if chance.random() < 0.05 else known(first, 0.97),
                        last_name_key=_slip(chance, last) if chance.random() < 0.06 else last,
                        sex=known(sex, 0.7),
                        birth_date=known(born, 0.4),
                        street_number=known(number, 0.9),
                        street=_slip(chance, street) if chance.random() < 0.05 else street,
                        postcode=postcode,
                        city=f"VILLE {postcode}",
                        insee_code=postcode,
                        phone=known(landline, 0.4),
                        mobile=known(mobile, 0.4),
                        email_key=known(mail, 0.5),
                        recorded_at=datetime(2020, 1, 1) + timedelta(days=chance.randrange(2_000)),
                    )
                )
                person_of[record_id] = person
                family_of[record_id] = str(family)
    return rows, person_of, family_of
