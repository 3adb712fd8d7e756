"""Which column of a file is which field of a person: said by its user, or read in the column's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from chaland.clean.whole_persons import FIELDS as WHOLE_FIELDS
from chaland.clean.whole_persons import LOOKED_AT, holds_whole_persons
from chaland.config import PERSON_FIELD_NAMES
from chaland.errors import ConfigError
from chaland.language import say

SYNONYMS: dict[str, tuple[str, ...]] = {
    "full_name": ("full_name", "fullname", "name", "nom_complet", "nom_prenom", "customer_name", "client"),
    "civility": ("civility", "civilite", "title", "titre", "salutation", "civ"),
    "first_name": (
        "first_name",
        "firstname",
        "given_name",
        "givenname",
        "forename",
        "prenom",
        "fname",
        "given",
        "first",
        "forenames",
        "given_names",
        "vorname",
        "nombre",
    ),
    "last_name": (
        "last_name",
        "lastname",
        "surname",
        "family_name",
        "nom",
        "nom_de_famille",
        "lname",
        "family",
        "last",
        "nachname",
        "apellido",
        "apellidos",
    ),
    "birth_name": ("birth_name", "maiden_name", "nom_de_naissance", "nom_de_jeune_fille"),
    "sex": ("sex", "sexe", "gender", "genre"),
    "birth_date": (
        "birth_date",
        "birthdate",
        "dob",
        "date_of_birth",
        "date_naissance",
        "date_de_naissance",
        "date_naiss",
        "geburtsdatum",
        "fecha_nacimiento",
    ),
    "organisation": ("organisation", "organization", "company", "societe", "raison_sociale", "entreprise", "site_name"),
    "address": ("address", "adresse", "full_address", "adresse_complete"),
    "street_number": ("street_number", "numero", "num_voie", "house_number", "no_voie"),
    "street": (
        "street",
        "rue",
        "voie",
        "address_1",
        "address1",
        "adresse_1",
        "adresse1",
        "addr1",
        "street_addr",
        "street_address",
        "address_line1",
        "address_line_1",
    ),
    "complement": (
        "complement",
        "address_2",
        "address2",
        "adresse_2",
        "adresse2",
        "addr2",
        "address_line2",
        "address_line_2",
    ),
    "postcode": (
        "postcode",
        "postal_code",
        "zip",
        "zip_code",
        "zipcode",
        "code_postal",
        "cp",
        "plz",
        "postal",
        "post_code",
    ),
    "city": ("city", "town", "ville", "commune", "suburb", "localite", "ort", "municipality", "stadt", "ciudad"),
    "country": ("country", "pays", "country_code"),
    "phone": (
        "phone",
        "telephone",
        "tel",
        "phone_number",
        "tel_fixe",
        "fixe",
        "landline",
        "contact_no",
        "contact_number",
        "telephone_number",
        "tel_no",
        "phone_no",
    ),
    "mobile": (
        "mobile",
        "portable",
        "tel_mobile",
        "cell",
        "gsm",
        "mobile_phone",
        "cellphone",
        "cell_phone",
        "mobile_no",
        "mobile_number",
    ),
    "email": (
        "email",
        "e_mail",
        "mail",
        "courriel",
        "email_address",
        "adresse_mail",
        "mail_addr",
        "mail_address",
        "email_addr",
    ),
    "card_number": ("card_number", "card", "carte", "numero_carte", "loyalty_card", "loyalty_no"),
}
"""Column names taken for a field when nobody says otherwise (folded: lower case, no accent, `_` between words)."""


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
    used = {column for columns in given.values() for column in columns_in(columns, names)} | set(hidden)
    field_of = {synonym: field for field, synonyms in SYNONYMS.items() for synonym in synonyms}
    for name in names:
        field = field_of.get(folded(name))
        if field and field not in mapping and name not in used:
            mapping[field] = name
    return mapping


_PLACES = frozenset({"street", "postcode", "city"})


def whole_column(rows: pa.Table, mapping: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the column, of those named, that holds whole persons, name and address in one text; "" when none does."""
    if _PLACES & set(mapping):
        return ""
    held = {said: field_name for field_name, said in mapping.items()}
    for name in names:
        if held.get(name, WHOLE_FIELDS[0]) not in WHOLE_FIELDS:
            continue
        if holds_whole_persons([value for value in rows[name].slice(0, LOOKED_AT).to_pylist() if value]):
            return name
    return ""


def with_whole(mapping: Mapping[str, str], whole: str) -> dict[str, str]:
    """Return field → column with a column of whole persons among them: cleaning takes it apart.

    >>> with_whole({"address": "Contact"}, "Contact"), with_whole({"card_number": "Carte"}, "Contact")
    ({'address': 'Contact'}, {'card_number': 'Carte', 'full_name': 'Contact'})
    """
    free = next(name for name in WHOLE_FIELDS if name not in mapping or mapping[name] == whole)
    return dict(mapping) if whole in mapping.values() else {**mapping, free: whole}


def folded(name: str) -> str:
    """Return a column's name in lower case, without accents, `_` between words."""
    plain = pc.utf8_normalize(pa.array([name.lower()]), form="NFD")[0].as_py()
    letters = "".join(
        letter if letter.isalnum() else " " for letter in plain if ord(letter) < 0x300 or letter.isalpha()
    )
    return "_".join(letters.split())


def columns_in(expression: str, names: Sequence[str]) -> list[str]:
    """Return the columns an expression names: one column, or several joined by / or +."""
    if expression in names:
        return [expression]
    separator = "/" if "/" in expression else "+"
    return [part.strip() for part in expression.split(separator)]
