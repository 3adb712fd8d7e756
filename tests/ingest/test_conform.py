"""Landed text becomes fields: numbers, moments, keys, words; what cannot be read is refused or noted."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingest.conftest import Base

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.errors import ConfigError
from chaland.ingest.dates import read_moment
from chaland.tables import landing
from chaland.tables.base import SURVEY_RATINGS

TICKETS = """
[sources.tickets]
kind = "tickets"
files = ["t.csv"]
not_products = ["PORT"]
[sources.tickets.columns]
ticket_key = "ticket"
sold_at = "le"
person_key = "carte"
product_key = "art"
quantity = "qte"
amount = "mt"
"""
HEADER = "ticket;le;carte;art;qte;mt\n"


def amounts(base: Base, texts: list[str], decimal: str = "") -> list[str | None]:
    base.toml = TICKETS.replace("not_products", f'decimal = "{decimal}"\nseparator = ";"\nnot_products')
    base.write("t.csv", HEADER + "".join(f"{rank};2025-01-01;;A;1;{text}\n" for rank, text in enumerate(texts)))
    base.build()
    found = dict(base.rows("select line, cast(amount as varchar) from landing.ticket_lines"))
    return [found.get(line) for line in range(2, len(texts) + 2)]


def test_amounts_are_read_with_comma_or_point_and_thin_spaces(base: Base) -> None:
    texts = ["12", "12,5", "12.5", "1 234,56", "1\u202f234,56 €", "1\u00a0234.56", "1.234,56", "1,234.56", "-3,00",
             "3,00-", "(3,00)", "1.234.567", ".5", ",5", "5,"]  # fmt: skip
    assert amounts(base, texts) == [
        "12.0000", "12.5000", "12.5000", "1234.5600", "1234.5600", "1234.5600", "1234.5600", "1234.5600", "-3.0000",
        "-3.0000", "-3.0000", "1234567.0000", "0.5000", "0.5000", "5.0000",
    ]  # fmt: skip
    assert base.rejects() == []


def test_a_declared_decimal_sign_settles_what_is_ambiguous(base: Base) -> None:
    assert amounts(base, ["1.234", "1,234", "12.5"], ",") == ["1234.0000", "1.2340", "12.5000"]


def test_a_declared_decimal_point_settles_it_the_other_way(base: Base) -> None:
    assert amounts(base, ["1.234", "1,234", "12,5"], ".") == ["1.2340", "1234.0000", "12.5000"]


def test_an_amount_that_cannot_be_read_is_a_reject_that_shows_its_shape_only(base: Base) -> None:
    assert amounts(base, ["12", "douze Dupont", "1.2.3", ""]) == ["12.0000", None, None, None]
    assert base.rejects() == [
        (3, "unreadable_value", "amount est illisible : aaaaa aaaaaa."),
        (4, "unreadable_value", "amount est illisible : 9.9.9."),
        (5, "empty_value", "amount est vide."),
    ]
    assert base.values("select raw from landing.rejects where line = 3") == [
        '{"ticket":"1","le":"2025-01-01","carte":null,"art":"A","qte":"1","mt":"douze Dupont"}'
    ]


@given(
    st.decimals(-(10**9), 10**9, places=2, allow_nan=False),
    st.sampled_from([",", "."]),
    st.sampled_from(["", " ", "\u202f"]),
)
@settings(max_examples=30, deadline=None)
def test_a_number_written_any_way_is_read_back(number: Decimal, sign: str, space: str) -> None:
    whole, cents = f"{abs(number):.2f}".split(".")
    grouped = f"{int(whole):,}".replace(",", space)
    text = ("-" if number < 0 else "") + grouped + sign + cents
    with Engine() as engine:
        engine.execute(sql_text("chaland.ingest", "macros.sql"))
        macro = {",": "comma", ".": "point"}[sign]
        for name in (macro, "any"):
            found = engine.value(
                f"select cast(ingest_number_{name}(ingest_bare_number($text)) as decimal(18,4))", {"text": text}
            )
            assert found == number


def moments(base: Base, texts: list[str], dates: str = "", kind: str = "tickets") -> list[str | None]:
    base.toml = TICKETS.replace("not_products", f'{dates}\nseparator = ";"\nnot_products')
    base.write("t.csv", HEADER + "".join(f"{rank};{text};;A;1;1\n" for rank, text in enumerate(texts)))
    base.build()
    found = dict(base.rows("select line, strftime(sold_at, '%Y-%m-%d %H:%M:%S') from landing.ticket_lines"))
    return [found.get(line) for line in range(2, len(texts) + 2)]


def test_moments_are_read_in_french_and_iso_writings(base: Base) -> None:
    texts = ["2025-03-12", "2025-03-12T10:05:06", "12/03/2025", "12/03/2025 10:05", "12.03.2025", "12 mars 2025",
             "mercredi 12 mars 2025 à 10h05", "1er août 2025", "March 12, 2025", "12-Mar-25", "45728", "45728.5",
             "20250312", "12/03/25", "2025-03-12T10:05:06Z", "2025-07-12T10:05:06+02:00"]  # fmt: skip
    assert moments(base, texts) == [
        "2025-03-12 00:00:00", "2025-03-12 10:05:06", "2025-03-12 00:00:00", "2025-03-12 10:05:00",
        "2025-03-12 00:00:00", "2025-03-12 00:00:00", "2025-03-12 10:05:00", "2025-08-01 00:00:00",
        "2025-03-12 00:00:00", "2025-03-12 00:00:00",
        "2025-03-12 00:00:00", "2025-03-12 12:00:00", "2025-03-12 00:00:00", "2025-03-12 00:00:00",
        "2025-03-12 11:05:06", "2025-07-12 10:05:06",
    ]  # fmt: skip


def test_a_source_that_lists_its_writings_is_read_by_them_alone(base: Base) -> None:
    found = moments(base, ["03/12/2025", "31/12/2025", "2025-03-12", "12 mars 2025"], 'dates = ["%m/%d/%Y"]')

    assert found == ["2025-03-12 00:00:00", None, "2025-03-12 00:00:00", "2025-03-12 00:00:00"]
    assert base.rejects() == [(3, "unreadable_value", "sold_at est illisible : 99/99/9999.")]


def test_day_month_year_without_sign_is_read_as_listed(base: Base) -> None:
    assert moments(base, ["12032025", "19122010"], 'dates = ["%d%m%Y"]') == [
        "2025-03-12 00:00:00",
        "2010-12-19 00:00:00",
    ]


def test_dates_that_do_not_exist_are_refused(base: Base) -> None:
    assert moments(base, ["31/02/2025", "0000-00-00", "2025-13-01"]) == [None, None, None]
    assert [reject[1] for reject in base.rejects()] == ["unreadable_value"] * 3


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))
@settings(max_examples=100, deadline=None)
def test_every_day_is_read_back_from_its_french_name(moment: datetime) -> None:
    months = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
    text = f"{moment.day} {months[moment.month - 1]} {moment.year} {moment:%H:%M:%S}"

    assert read_moment(text, "Europe/Paris") == moment


def test_a_key_empty_or_of_zeros_is_nobody(base: Base) -> None:
    base.toml = TICKETS
    base.write(
        "t.csv", HEADER + "".join(f"{rank};2025-01-01;{key};A;1;1\n" for rank, key in enumerate(["C1", "", "000", " "]))
    )
    base.build()

    assert base.values("select person_key from landing.ticket_lines order by line") == ["C1", None, None, None]


def test_lines_are_numbered_in_their_ticket_and_fees_are_no_products(base: Base) -> None:
    base.toml = TICKETS
    base.write(
        "t.csv", HEADER + "T1;2025-01-01;;A;1;1\nT2;2025-01-01;;B;1;1\nT1;2025-01-01;;PORT;1;1\nT1;2025-01-01;;;1;1\n"
    )
    base.build()

    found = base.rows("select ticket_key, line_number, is_product from landing.ticket_lines order by line")
    assert found == [("T1", 1, True), ("T2", 1, True), ("T1", 2, False), ("T1", 3, True)]


def test_an_amount_comes_from_quantity_and_unit_price_where_it_is_missing(base: Base) -> None:
    base.toml = TICKETS.replace('amount = "mt"', 'unit_price = "mt"')
    base.write("t.csv", HEADER + "T1;2025-01-01;;A;-2;3,5\nT2;2025-01-01;;A;2;cher\n")
    base.build()

    assert base.rows("select cast(amount as varchar) from landing.ticket_lines") == [("-7.0000",)]
    assert base.rejects() == [(3, "unreadable_value", "amount est illisible : aaaa.")]
    assert base.counts()["amount"] == Decimal("-7.0000")


def test_words_are_translated_and_unknown_ones_refused(base: Base) -> None:
    base.toml = """
[sources.points]
kind = "loyalty"
files = ["t.csv"]
columns = { card_number = "carte", moved_at = "le", movement = "type", points = "pts" }
values = { movement = { ACQ = "earn", OUV = "open" } }
"""
    base.write("t.csv", "carte;le;type;pts\nC1;2025-01-01;ACQ;+000131\nC1;2025-01-01;OUV;\nC1;2025-01-01;XYZ;1\n")
    base.build()

    found = base.rows("select person_key, movement, points from landing.loyalty_movements order by line")
    assert found == [("C1", "earn", 131), ("C1", "open", 0)]
    assert base.rejects() == [
        (4, "unknown_value", "movement ne vaut ni l’un ni l’autre de earn, redeem, adjust, expire, open, close : aaa.")
    ]


def test_a_value_the_row_can_do_without_is_null_and_noted(base: Base) -> None:
    base.toml = """
[sources.enquetes]
kind = "surveys"
files = ["t.csv"]
columns = { survey_key = "no", answered_at = "le", satisfaction_1_5 = "note" }
"""
    base.write("t.csv", "no;le;note\n1;2025-01-01;4\n2;2025-01-01;très bien\n3;2025-01-01;4,5\n4;2025-01-01;\n")
    base.build()

    assert base.values("select satisfaction_1_5 from landing.surveys order by line") == [4, None, None, None]
    assert base.rows("select line, field, pattern from landing.unread_values order by line") == [
        (3, "satisfaction_1_5", "aaaa aaaa"),
        (4, "satisfaction_1_5", "9,9"),
    ]
    assert base.counts()["rows_conformed"] == 4


def test_aspects_rated_in_a_survey_come_as_far_as_the_base(base: Base) -> None:
    base.toml = """
[sources.enquetes]
kind = "surveys"
files = ["t.csv"]
columns = { survey_key = "no", answered_at = "le", satisfaction_1_5 = "note" }
attributes = { accueil = "Note accueil", prix = "px", parking = "pas là" }
"""
    base.write("t.csv", "no;le;note;Note accueil;px\n1;2025-01-01;4;5;3,5\n2;2025-01-01;2;;cher\n1;2025-01-02;4;4;2\n")
    engine = base.build()
    engine.fill(SURVEY_RATINGS, "chaland.base", "survey_ratings.sql")

    assert base.rows("select survey_id, aspect, rating from base.survey_ratings order by all") == [
        ("enquetes:1", "accueil", 4.0),  # the latest version of the answer
        ("enquetes:1", "prix", 2.0),
    ]


def test_a_source_of_facts_that_names_people_feeds_people_too(base: Base) -> None:
    base.toml = """
[sources.poses]
kind = "projects"
system = "pose"
files = ["t.csv"]
columns = { project_key = "no", opened_date = "le", last_name = "nom", phone = "tel" }
"""
    base.write("t.csv", "no;le;nom;tel\nA1;2025-01-01;Zoé;0102030405\nA2;2025-01-02;;\nA3;x;Max;\n")
    base.build()

    assert base.rows("select record_id, last_name, cast(recorded_at as varchar) from landing.people") == [
        ("pose:A1", "Zoé", "2025-01-01 00:00:00")
    ]
    assert base.rows("select person_key, system from landing.projects order by line") == [
        ("A1", "pose"),
        (None, "pose"),
    ]
    counts = base.counts()
    assert (
        counts["rows_landed"],
        counts["rows_conformed"],
        counts["rows_conform_rejected"],
        counts["rows_people"],
    ) == (3, 2, 1, 1)


def test_people_without_a_key_get_one_from_what_they_say(base: Base) -> None:
    base.write("a.csv", "no;nom;ville\n;Zoé;Lille\n;Max;Lille\n;Zoé;Lille\n")
    base.build()

    keys = base.values("select person_key from landing.people order by line")
    assert keys[0] == keys[2] != keys[1]
    assert all(len(key) == 17 and key.startswith("~") for key in keys)


def test_columns_are_found_in_capitals_and_joined_with_a_plus(base: Base) -> None:
    base.toml = TICKETS.replace('"le"', '"Jour + Heure"').replace('"ticket"', '["Ticket", "no"]')
    base.write("t.csv", "TICKET;JOUR;heure;carte;art;qte;mt\nT1;12/03/2025;10:05;;A;1;1\n")
    base.build()

    assert base.rows("select ticket_key, cast(sold_at as varchar) from landing.ticket_lines") == [
        ("T1", "2025-03-12 10:05:00")
    ]


def test_names_that_look_like_sql_stay_names(base: Base) -> None:
    base.toml = """
[sources.clients]
kind = "people"
files = ["a.csv"]
[sources.clients.columns]
person_key = 'no"; drop table x; --'
last_name = "l'nom"
[sources.clients.values]
last_name = { "d'Arc" = "o'Neil" }
"""
    base.write("a.csv", "no\"; drop table x; --,l'nom\n1,d'Arc\n".replace('no"', '"no""').replace(" --,", ' --",'))
    base.build()

    assert base.rows("select person_key, last_name from landing.people") == [("1", "o'Neil")]


def test_a_kind_that_lacks_a_field_is_refused_with_all_it_lacks(base: Base) -> None:
    base.toml = '[sources.tickets]\nkind = "tickets"\nfiles = ["t.csv"]\ncolumns = { product_key = "art" }\n'
    base.write("t.csv", HEADER)
    base.ingest()

    with pytest.raises(ConfigError) as refusal:
        base.conform()

    assert refusal.value.faults == (
        "sources.tickets : le type tickets demande ticket_key.",
        "sources.tickets : le type tickets demande sold_at.",
        "sources.tickets : le type tickets demande amount.",
    )


def test_web_moments_are_utc(base: Base) -> None:
    base.toml = """
[sources.web]
kind = "web_events"
files = ["t.csv"]
columns = { event_key = "id", occurred_at = "le", event = "quoi", person_key = "qui" }
"""
    base.write("t.csv", "id,le,quoi,qui\n1,2025-07-12T10:00:00+02:00,vue,u1\n2,2025-07-12T10:00:00,vue,\n")
    base.build()

    found = base.rows("select cast(occurred_at as varchar), person_key from landing.web_events order by line")
    assert found == [("2025-07-12 08:00:00", "u1"), ("2025-07-12 10:00:00", None)]


def test_every_landing_table_exists_even_without_a_source(base: Base) -> None:
    base.toml = ""
    engine = base.conform()

    assert [engine.count(table) for table in landing.TABLES] == [0] * len(landing.TABLES)


def test_every_kind_is_filled_from_its_essential_fields(base: Base) -> None:
    samples = {
        "products": ("product_key", "P1"), "shops": ("shop_key", "1"), "communes": ("insee_code,city", "59350,Lille"),
        "operations": ("operation_key", "O1"), "operation_targets": ("operation_key,person_key", "O1,C1"),
        "coupons": ("coupon_key", "K1"), "redemptions": ("coupon_key,person_key,redeemed_at", "K1,C1,2025-01-01"),
        "contacts": ("contacted_at,channel", "2025-01-01,phone"), "cases": ("opened_at", "2025-01-01"),
        "flags": ("flag,last_name", "deceased,Zoé"),
    }  # fmt: skip
    base.toml = ""
    for kind, (names, values) in samples.items():
        columns = ", ".join(f'{name} = "{name}"' for name in names.split(","))
        base.toml += (
            f'[sources.{kind}]\nkind = "{kind}"\nfiles = ["{kind}.csv"]\nseparator = ","\ncolumns = {{ {columns} }}\n'
        )
        base.write(f"{kind}.csv", f"{names}\n{values}\n")
    engine = base.build()

    assert {kind: engine.count(landing.KINDS[kind]) for kind in samples} == dict.fromkeys(samples, 1)
    assert base.rejects() == []
    assert base.values("select status from landing.cases") == ["open"]
    assert base.values("select contact_key from landing.contacts") == ["contacts.csv#2"]


def test_conforming_twice_gives_the_same(base: Base) -> None:
    base.toml = TICKETS
    base.write("t.csv", HEADER + "T1;2025-01-01;;A;1;1\nT2;x;;B;1;1\n")
    base.build()
    first = [base.rows(f"from {table.full_name} order by all") for table in landing.TABLES]
    base.build()

    assert [base.rows(f"from {table.full_name} order by all") for table in landing.TABLES] == first
