"""Names and addresses cleaned in halves are what the whole functions say of them, for a crowd and for odd words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chaland.clean import clean_records
from chaland.clean.addresses import Address, RawAddress, clean_address
from chaland.clean.emails import clean_email
from chaland.clean.names import Name, RawName, clean_name
from chaland.clean.phone_plan import phone_region, phone_zone
from chaland.clean.phones import Phones, clean_phones, judge_start, parse_phone
from chaland.config import CleanSettings, Settings
from chaland.demo.files import ordered_engine
from chaland.demo.history import History
from chaland.demo.names import read_names
from chaland.demo.people import make_people
from chaland.demo.places import read_places
from chaland.demo.presence import CARD, SITE, draw_presence
from chaland.demo.rates import MessRates
from chaland.demo.written import Scribe
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import landing

AS_OF = date(2026, 11, 1)
OWN_DOMAINS = ("brindille.fr",)
NAME_FIELDS = ("full_name", "civility", "first_name", "last_name", "birth_name", "sex", "organisation")
ADDRESS_FIELDS = ("address", "street_number", "street", "complement", "place", "postcode", "city", "country")


def assert_halves_are_the_whole(rows: list[dict[str, Any]]) -> None:
    """Clean the rows with the room, then each by the whole functions: the same fields, or the test fails."""
    names = sorted({name for row in rows for name in row})
    count = len(rows)
    lineage = {"source": ["s"] * count, "load_id": ["l"] * count, "file": ["f"] * count, "system": ["s"] * count}
    lineage |= {"line": list(range(count)), "person_key": [str(n) for n in range(count)]}
    lineage["record_id"] = [f"s:{n}" for n in range(count)]
    with Engine() as engine:
        engine.load(landing.PEOPLE, pa.table(lineage | {name: [row.get(name) for row in rows] for name in names}))
        base = Settings(folder=Path(), clean=CleanSettings(own_domains=list(OWN_DOMAINS)))
        clean_records(engine, base, as_of=AS_OF, reporter=Reporter())
        found = engine.arrow("select * from clean.records order by line").to_pylist()
    for row, record in zip(rows, found, strict=True):
        name = clean_name(RawName(*(row.get(field) or "" for field in NAME_FIELDS)))
        address = clean_address(RawAddress(*(row.get(field) or "" for field in ADDRESS_FIELDS)))
        assert {field: record[field] for field in Name._fields} == name._asdict(), row
        assert {field: record[field] for field in Address._fields} == address._asdict(), row
        region, zone = phone_region(address.postcode, address.country or "FR"), phone_zone(address.postcode)
        phones = clean_phones(row.get("phone"), row.get("mobile"), region, zone)
        assert {field: record[field] for field in Phones._fields} == phones._asdict(), row
        email = clean_email(row.get("email"), OWN_DOMAINS)
        proposed = f"{(email.email or '').rpartition('@')[0]}@{email.proposed}" if email.proposed else None
        found = [record[field] for field in ("email", "email_key", "email_grade", "email_reason", "email_proposed")]
        assert found == [*email[:4], proposed], row


def test_a_crowd_is_cleaned_in_halves_as_it_is_whole() -> None:
    with ordered_engine() as engine:
        places, names, rates, history = read_places(engine), read_names(engine), MessRates(), History(AS_OF)
        people = make_people(2_000, 3, history, names, places, rates)
        scribe = Scribe(people, names, places, history, rates, 3)
        rows = []
        for system, found in draw_presence(people, history, rates, 3).items():
            kept = ["civility", "first_name", "last_name", "street", "complement", "place", "postcode", "city"]
            if system not in (CARD, SITE):
                kept = ["full_name", "address"]
            for table in scribe.write(engine, found):
                rows += table.select(kept).cast(pa.schema([(name, pa.string()) for name in kept])).to_pylist()
    assert len(rows) > 3_500
    assert_halves_are_the_whole(rows)


CIVILITIES = st.sampled_from(["", "", "M.", "Mme", "MLLE", "Dr", "M. et Mme", "x", "Société"])
SEXES = st.sampled_from(["", "", "F", "1", "homme", "?"])
FIRSTS = st.sampled_from(
    ["Paul", "rene", "JEAN PIERRE", "Marie-Ange", "J-P", "A.", "jean et marie", "Dr Paul", "inconnu", "Durand",
     "DURAND Paul", "Mme", "12", "N'Guyen", "Martin", "Camille", "Le", "paul durand", "  ", "Zoé (née)", "Noël"]
)  # fmt: skip
LASTS = st.sampled_from(
    ["Durand", "LEFEVRE", "de la fontaine", "Martin", "Paul", "RENE", "Camille", "DUPONT ép. MARTIN", "née Leroy",
     "SARL Lilas", "Le Goff", "LE", "M. Petit", "Thomas", "inconnu", "XXX", "12", "O'NEILL", "Jean", "DURAND PAUL",
     "Garage du Centre", "Marie", "D'ARC", "."]
)  # fmt: skip


BIRTHS = st.one_of(st.just(""), LASTS)


@settings(max_examples=4, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.lists(st.tuples(CIVILITIES, FIRSTS, LASTS, BIRTHS, SEXES), min_size=120, max_size=120))
def test_odd_names_are_cleaned_in_halves_as_they_are_whole(rows: list[tuple[str, ...]]) -> None:
    fields = ("civility", "first_name", "last_name", "birth_name", "sex")
    assert_halves_are_the_whole([dict(zip(fields, row, strict=True)) for row in rows])


WORDS = st.sampled_from(
    ["Paul", "PAUL", "rene", "Jean-Pierre", "JEAN-PIERRE", "JP", "Durand", "DURAND", "Lefèvre", "Camille", "MARTIN",
     "Martin", "Garage", "SARL", "de", "Le", "née", "Fils", "DCD", "Client", "Web", "john", "DOE", "AA", "A", "Dr",
     "Martin-Dupont", "Œuf", "M", "Mme", "et", "Frères", "Saint", "Zyzzx", "Noël", "X-Y", "Thomas", "LAURENT"]
)  # fmt: skip
FULL_NAMES = st.builds(lambda *words: " ".join(word for word in words if word), CIVILITIES, WORDS, WORDS)


@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.lists(st.tuples(CIVILITIES, FULL_NAMES, SEXES), min_size=300, max_size=300))
def test_odd_names_in_one_field_are_cleaned_in_halves_as_they_are_whole(rows: list[tuple[str, ...]]) -> None:
    fields = ("civility", "full_name", "sex")
    assert_halves_are_the_whole([dict(zip(fields, row, strict=True)) for row in rows])


NUMBERS = st.sampled_from(["12", "7", "17", "117", "3", "3 bis", "1", "1er", "0", "12345", "12,", "4B", "2ter", ""])
STREETS = st.sampled_from(
    ["rue Haute", "av. du Gal Leclerc", "RUE DE NOISEAU", "R", "étage", "er étage", "E", "bd de Lille",
     "Rés. Les Lilas", "lieu-dit Caudos", "BP 18", "rue du 8 mai 1945", "ZI", "rue de Saint-Germain", "",
     "bis rue Haute", "boulevard de la République Française du Peuple Souverain", "quai", "d'Artagnan",
     "APPT 3 rue Haute", "Paris", "Rue d'En-Haut", "allée de l’Été", "r.du Port"]
)  # fmt: skip
COMPLEMENTS = st.sampled_from(
    ["", "", "Bât A appt 17", "étage 7", "Lille", "chez Mme Durand", "BP 7", "12 rue Basse", "rue Basse", "4 B",
     "Résidence Les Lilas", "hameau Caudos", "n/a", "9", "Tour B, porte C", "Appt 3 - Bât 12", "12345 bis",
     "Résidence des Jardins de la Grande Fontaine du Nord Bâtiment Châteaubriand"]
)  # fmt: skip
TOWNS = st.sampled_from(
    [("75008", "PARIS 8ème"), ("78100", "ST GERMIN EN LAYE"), ("59000", "Lille"), ("13008", "MARSEILE"),
     ("33506", "Libourne Cedex"), ("1000", "Bourg en Bresse"), ("02330", "La Chapelle-Monthodon"), ("", "Mios"),
     ("97410", "St Pierre"), ("75002", "Lille"), ("", ""), ("59000", ""), ("1050", "Bruxelles"), ("94880", "Noiseau"),
     ("98000", "Monaco"), ("00100", "ARMEES"), ("99999", "inconnu"), ("92100", "Boulogne-Billancourt")]
)  # fmt: skip
COUNTRIES = st.sampled_from(["", "", "", "France", "Belgique", "MC", "xx"])


@settings(max_examples=5, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.lists(st.tuples(NUMBERS, STREETS, COMPLEMENTS, TOWNS, COUNTRIES, st.booleans()), min_size=60, max_size=60))
def test_odd_addresses_are_cleaned_in_halves_as_they_are_whole(rows: list[tuple[Any, ...]]) -> None:
    assert_halves_are_the_whole(
        [
            {
                "street_number": number if apart else "",
                "street": street if apart else f"{number} {street}",
                "complement": complement,
                "postcode": town[0],
                "city": town[1],
                "country": country,
            }
            for number, street, complement, town, country, apart in rows
        ]
    )


LINES = st.sampled_from(
    ["12, rue Haute", "12 bis, av. du Gal Leclerc", "7 R. d'Artagnan", "117 B rue de l’Île-d'Yeu", "3 rue de Noiseau",
     "1 er étage", "14 Lille", "5 rue de Lille", "9 Rés. Les Lilas bât A", "1000 Bruxelles", "22 commune nouvelle",
     "22 Garage du Port", "4 rue Haute - Les Pins", "8, lieu-dit Caudos", "6 chez Mme Durand", "2 rue Œuvre",
     "12 Belgique", "17 NOISEAU", "11 rue  Haute", "13 av. de la République Française du Peuple Souverain Rassemblé"]
)  # fmt: skip
ENDS = st.sampled_from(
    ["59000 Lille", "78100 ST GERMIN EN LAYE", "75008 PARIS 8ème", "13008 MARSEILE", "69890 L'Isle-d'Abeau",
     "99999 Lille", "00100 ARMEES", "59000 rue Basse", "59000 Lille rue Basse", "59000 Lille France", "59000 inconnu",
     "75002 Lille", "98000 Monaco", "1000 Bruxelles", "33506 Libourne Cedex", "97410 St Pierre", "02330 Belgique",
     "62000 Étrun - Nord", "59000 Lille FR", "94880 Noiseau"]
)  # fmt: skip


@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.lists(st.tuples(LINES, ENDS, COUNTRIES), min_size=120, max_size=120))
def test_odd_addresses_in_one_field_are_cleaned_in_halves_as_they_are_whole(rows: list[tuple[str, ...]]) -> None:
    assert_halves_are_the_whole([{"address": f"{line}, {end}", "country": land} for line, end, land in rows])


PHONES = st.sampled_from(
    ["", "", "0639981234", "06 39 98 12 34", "+33639985678", "+33 6 39 98 12 34", "01.99.00.12.34", "01-99 00.12 34",
     "0199001235", "0611111111", "06 06 06 06 06", "0123456789", "0692123456", "+262692123456", "0892700000", "36 30",
     "0700123456", "0162000000", "0590271234", "0999999999", "061234567", "0199001234 / 0639981234", "00 33 199001234",
     "0105600000", "0105599999", " 0639981234", "0639981234 poste 12", "0976278888", "n.c.", "0039061234", "99001234"]
)  # fmt: skip


@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.lists(st.tuples(PHONES, PHONES, TOWNS, COUNTRIES), min_size=200, max_size=200))
def test_odd_telephones_are_cleaned_by_their_start_as_they_are_whole(rows: list[tuple[Any, ...]]) -> None:
    assert_halves_are_the_whole(
        [
            {
                "phone": one,
                "mobile": two,
                "street": "3 rue Haute",
                "postcode": town[0],
                "city": town[1],
                "country": land,
            }
            for one, two, town, land in rows
        ]
    )


LOCALS = st.sampled_from(
    ["jean.dupont", "Jean.Dupont", "j-d_1", "a.b+shop", "contact", "rené", "nc", "NC", "pasdemail", "aaa", "ab",
     "jean..dupont", ".jean", "www.jean", "jean dupont", "+tag", "mail", "a" * 64, "a.b" * 24, "test", "jd+"]
)  # fmt: skip
DOMAINS = st.sampled_from(
    ["gmail.com", "Gmail.com", "googlemail.com", "gmial.com", "gmail.fr", "orange.fr", "orange.fr.fr", "orange",
     "yopmail.com", "nc.fr", "Brindille.FR", "proton.me", "outlook.com", "wanado.fr", "a-.fr",
     "free.con", "mail.com", "société.fr", "-x.com", "laposte.net ", "numericable.fr", "sub.yopmail.com"]
)  # fmt: skip


@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.lists(st.builds("{}@{}".format, LOCALS, DOMAINS), min_size=250, max_size=250))
def test_odd_emails_are_cleaned_by_their_domain_as_they_are_whole(emails: list[str]) -> None:
    assert_halves_are_the_whole([{"email": email} for email in [*emails, "", "jean.dupont", "a@b@c.fr"]])


def test_six_digits_tell_what_becomes_of_a_french_telephone() -> None:
    for start in range(10_000, 100_000, 23):
        judged, is_plain = judge_start(f"0{start}")
        for tail in ("0012", "0987", "9998"):
            whole = parse_phone(f"0{start}{tail}")
            number = judged.number[:-4] + tail if judged.number else None
            assert not is_plain or whole[:5] == (number, *judged[1:5]), start


@pytest.mark.parametrize("number", ["1", "8", "99", "100", "999", "1000", "9999"])
def test_a_number_is_put_back_where_its_model_stood(number: str) -> None:
    assert_halves_are_the_whole(
        [
            {"street": f"{number} bis, rue Haute", "postcode": "59000", "city": "Lille"},
            *(
                {"street": f"{number}{extension} {street}", "postcode": "59000", "city": "Lille"}
                for extension in ("", " bis", " B", "B", " quater")
                for street in (
                    "rue des Jardins de la Belle Fontaine",
                    "boulevard du Maréchal Jean de Lattre de Tassigny",
                )
            ),
            {"street_number": number, "street": "rue Haute", "postcode": "59000", "city": "Lille"},
        ]
    )
