"""Who the cast are: the rows the systems keep of them, who each record is, and who lives with whom."""

from __future__ import annotations

from datetime import datetime

from tests.cast.settings import Row, lineage


def _person(source: str, line: int, system: str, key: str, recorded_at: datetime | None, **fields: str) -> Row:
    return {
        **lineage(source, line),
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
        email="camille.chalain@orange.fr", card_number="1001", card_tier="Argent", **LILLE, **YES,
    ),
    _person(
        "card", 3, "card", "1001", datetime(2026, 3, 5),
        civility="Mme", first_name="Camille", last_name="CHALAIN", birth_date="14/05/1979", mobile="06 12 34 56 78",
        email="camille.chalain@orange.fr", card_number="1001", card_tier="Or", **LILLE, **YES,
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
        card_number="1002", card_tier="Argent", consent_email="oui", **LYON,
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


def customer_id(person: str) -> str:
    """Return the customer id the cast gives a person."""
    return f"c-{person}"


def household_id(person: str) -> str:
    """Return the household id the cast gives a person."""
    return f"h-{HOUSEHOLD_OF.get(person, person)}"
