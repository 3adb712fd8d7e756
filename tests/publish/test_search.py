"""Customers are found by what people type: misspelt names, telephones in any writing, e-mails, cards, towns."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.publish import search, write_cards
from chaland.publish.search import Card, CardIndex, Hit, judge
from chaland.tables import base

HELENE, CARD = "helene.chalain@example.com", "2987000000019"

# customer, first name, last name, birth name, town, postcode, e-mail, mobile, card, last purchase
PEOPLE = [
    ("1", "Hélène", "Chalain", "Rousselot", "SAINT HERBLAIN", "44800", HELENE, "+33639984127", CARD, "2026-09-11"),
    ("2", "Marc", "Chalain", None, "SAINT HERBLAIN", "44800", None, "+33639980001", None, "2026-08-17"),
    ("3", "Hélène", "Bove", None, "RENNES", "35700", "helene.bove@example.com", None, None, "2026-09-30"),
    ("4", "Jean-Pierre", "Le Goff", None, "BREST", "29200", "jp@example.com", "+33639980003", None, "2026-01-02"),
    ("5", "François", "Lefèvre", None, "LYON", "69006", None, "+262692123456", None, "2025-01-02"),
    ("6", "Inès", "Lefebvre", None, "LYON", "69003", None, None, "2987000000026", "2025-01-03"),
    ("7", "Adrien", "Nantes", None, "LILLE", "59000", None, None, None, None),
    ("8", "Rose", "Petit", None, "NANTES", "44000", None, None, None, "2026-02-02"),
    ("9", "Philippe", "Martin", None, "NANTES", "44000", None, None, None, "2026-02-02"),
    ("10", "Martine", "Simon", None, "NANTES", "44000", None, None, None, "2026-09-30"),
]


def fill(engine: Engine) -> None:
    """Create the base tables that search cards are made of, with PEOPLE in base.customers."""
    for table in base.TABLES:
        engine.create(table)
    for customer, first, last, birth, town, postcode, email, mobile, card, bought in PEOPLE:
        engine.execute(
            """
            insert into base.customers by name
            select
                $customer as customer_id, 'h' || $customer as household_id, 1 as records, 1 as systems,
                false as is_organisation, $first as first_name, $last as last_name, $birth as birth_name,
                upper(strip_accents(replace($first, '-', ' '))) as first_name_key,
                upper(strip_accents($last)) as last_name_key,
                $town as city, $postcode as postcode, 'RUE DES LILAS' as street, $email as email, $mobile as mobile,
                $card as card_number, false as is_cedex, $first || ' ' || $last as display_name,
                $card is not null as is_card_holder, $bought::date as last_purchase_date,
                false as can_post, false as can_phone, false as can_sms, false as can_email,
                'ok' as can_post_reason, 'ok' as can_phone_reason, 'ok' as can_sms_reason, 'ok' as can_email_reason,
                false as is_bad_payer, false as is_high_potential, 0 as tickets, 0 as amount_total,
                0 as amount_12_months, 0 as contacts, 0 as surveys, 0 as projects, 0 as web_events, 0 as open_cases
            """,
            {"customer": customer, "first": first, "last": last, "birth": birth, "town": town, "postcode": postcode,
             "email": email, "mobile": mobile, "card": card, "bought": bought},
        )  # fmt: skip
    engine.execute("update base.customers set home_shop_key = 'NTE' where customer_id in ('2', '10')")
    engine.execute("insert into base.customer_aliases values ('old-77', '4', 'merged', date '2026-01-01')")
    engine.execute(
        "insert into base.customer_values by name select '8' as customer_id, 'name' as field, 'Rose Garnier' as value, "
        "false as is_chosen, 'most_recent' as rule, 'r' as record_id, 's' as source, 1 as records"
    )
    engine.execute(
        "insert into base.tickets by name select 'tills:' || key as ticket_id, key as ticket_key, 'tills' as source, "
        "customer as customer_id, 'shop' as channel, false as is_return, 1 as lines, 1 as units, 1 as amount, "
        "timestamp '2026-05-01 10:00' as sold_at, date '2026-05-01' as sold_date "
        "from (values ('008-04-260715-0001', '3'), ('T1', '5'), ('T9', null)) as given(key, customer)"
    )
    engine.execute(
        "insert into base.projects by name select 'baths:006-P001380' as project_id, '6' as customer_id, "
        "'baths' as source, date '2026-05-01' as opened_date"
    )
    engine.execute(
        "insert into base.cases by name select 'help:D-4411' as case_id, '7' as customer_id, 'help' as source, "
        "'open' as status, timestamp '2026-05-01 10:00' as opened_at"
    )
    engine.execute(
        "insert into base.contact_points by name select '1' as customer_id, 'phone' as channel, "
        "'+33261910418' as value, false as is_chosen, 's' as source, false as is_returned"
    )


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cards") / "cards.sqlite3"
    with Engine(threads=1) as engine:
        fill(engine)
        write_cards(engine, path, reporter=Reporter())
    return path


@pytest.fixture
def index(cards: Path) -> Iterator[CardIndex]:
    opened = CardIndex(cards)
    yield opened
    opened.close()


def ids(hits: list[Hit]) -> list[str]:
    return [hit.customer_id for hit in hits]


@pytest.mark.parametrize(
    "typed",
    [
        "hélène chalain",
        "HELENE CHALAIN",
        "chalain helene",
        "chalin helene",
        "helene challain",
        "chalian helene",
        "elene chalain",
        "helen shalain",
        "chal hel",
        "helene rousselot",
        "rouselot",
        "helene.chalain@example.com",
        "HELENE.CHALAIN@EXAMPLE.COM",
        "helene.cha",
        "helene.chalain@ex",
        "06 39 98 41 27",
        "0639984127",
        "06.39.98.41.27",
        "06-39-98-41-27",
        "+33 6 39 98 41 27",
        "+33 (0)6 39 98 41 27",
        "0033639984127",
        "06 39 98 4",
        "02 61 91 04 18",
        "2987000000019",
        "298 7000 0000 19",
        "helene herblain",
        "chalain helene saint herblin",
    ],
)
def test_helene_comes_first(index: CardIndex, typed: str) -> None:
    assert ids(index.search(typed))[0] == "1"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("le goff", "4"),
        ("legoff", "4"),
        ("jean pierre le goff", "4"),
        ("jeanpierre", "4"),
        ("filipe martin", "9"),
        ("francois lefevre", "5"),
        ("0692 12 34 56", "5"),
        ("+262 692 123456", "5"),
        ("rose garnier", "8"),
        ("old-77", "4"),
        ("69003", "6"),
        ("008-04-260715-0001", "3"),
        ("008 04 260715 0001", "3"),
        ("tills:008-04-260715-0001", "3"),
        ("t1", "5"),
        ("006-P001380", "6"),
        ("d4411", "7"),
    ],
)
def test_the_right_person_comes_first(index: CardIndex, typed: str, found: str) -> None:
    assert ids(index.search(typed))[0] == found


def test_a_town_gives_all_who_live_there_and_a_namesake_before_them(index: CardIndex) -> None:
    assert ids(index.search("nantes")) == ["7", "10", "8", "9"]


def test_a_whole_name_comes_before_a_beginning_whoever_was_seen_last(index: CardIndex) -> None:
    assert ids(index.search("martin")) == ["9", "10"]


def test_an_exact_spelling_comes_before_a_close_one(index: CardIndex) -> None:
    assert ids(index.search("lefebvre")) == ["6", "5"]
    assert ids(index.search("lefevre")) == ["5", "6"]


def test_one_word_of_a_card_does_not_answer_to_two_typed_words() -> None:
    alone = Card(" MARTIN", frozenset(["MARTIN"]), " 34470 PEROLS", "")
    marie = Card(" MARIE MARTIN", frozenset(["MARIE", "MARTIN"]), " 14000 CAEN", "")
    for typed in (["MARTIN", "MA"], ["MA", "MARTIN"]):
        assert judge(typed, marie, {})[0] > judge(typed, alone, {})[0] + 0.05
    assert judge(["MARTIN"], alone, {})[0] == pytest.approx(1.0)


def test_a_word_nobody_bears_does_not_hide_the_others(index: CardIndex) -> None:
    assert ids(index.search("chalain helene xyzzyx"))[0] == "1"


def test_each_hit_says_why(index: CardIndex) -> None:
    why = {(match.kind, match.typed, match.found) for match in index.search("chalin helene")[0].matches}
    assert why == {("name_close", "CHALIN", "CHALAIN"), ("name", "HELENE", "HELENE")}
    assert [match.kind for match in index.search("0639984127")[0].matches] == ["phone"]
    assert [match.kind for match in index.search("helene.chalain@")[0].matches] == ["email"]


def test_a_ticket_answers_to_its_whole_number_only_and_says_so(index: CardIndex) -> None:
    (hit,) = index.search("008-04-260715-0001")
    assert [(match.kind, match.typed) for match in hit.matches] == [("order", "008-04-260715-0001")]
    assert hit.order == "008-04-260715-0001"
    assert index.search("008-04-260715-000") == []
    assert index.search("t9") == []  # nobody's


def test_cards_of_an_earlier_version_are_searched_without_orders(tmp_path: Path, cards: Path) -> None:
    shutil.copy(cards, tmp_path / "earlier.sqlite3")
    earlier = sqlite3.connect(tmp_path / "earlier.sqlite3")
    earlier.executescript("drop table orders; drop table households")
    earlier.close()
    opened = CardIndex(tmp_path / "earlier.sqlite3")
    assert ids(opened.search("chalin helene")) == ["1"]
    assert opened.search("t1") == []
    assert opened.household("h1") is None
    opened.close()


def test_a_household_is_found_by_its_number(index: CardIndex) -> None:
    assert index.household("h4") == ["4"]
    assert index.household("nobody") == []


@pytest.mark.parametrize(
    "typed", ["", " ", "a", '"', "* OR *", "name:", "') drop table cards; --", "\x00", "%", "@", "é" * 5000, "zzzzzzz"]
)
def test_odd_questions_find_nobody_and_break_nothing(index: CardIndex, typed: str) -> None:
    assert index.search(typed) == []


def test_who_is_bound_to_shops_finds_their_customers_by_name_and_anybody_by_a_number(index: CardIndex) -> None:
    assert ids(index.search("chalain", shops=["NTE"])) == ["2"]
    assert ids(index.search("chalin", shops=["NTE"])) == ["2"]
    assert ids(index.search("martine", shops=["NTE"])) == ["10"]
    assert ids(index.search("chalain", shops=["LIL"])) == ids(index.search("chalain", shops=[])) == []
    assert ids(index.search(HELENE, shops=["NTE"])) == ids(index.search(CARD, shops=[])) == ["1"]


def test_at_most_limit_hits_come_back(index: CardIndex) -> None:
    assert len(index.search("nantes", limit=2)) == 2


def test_one_question_needs_no_open_index(cards: Path) -> None:
    assert ids(search(cards, "chalin helene", limit=1)) == ["1"]


def test_searching_cannot_write(index: CardIndex) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        index.connection.execute("delete from cards")


def test_every_customer_has_one_card(cards: Path) -> None:
    with sqlite3.connect(cards) as opened:
        found = opened.execute("select count(*), count(distinct customer_id) from cards").fetchone()
    opened.close()
    assert found == (len(PEOPLE), len(PEOPLE))


def test_cards_do_not_depend_on_the_order_of_rows(tmp_path: Path, cards: Path) -> None:
    again = tmp_path / "again.sqlite3"
    with Engine(threads=1) as engine:
        fill(engine)
        engine.execute("create table turned as select * from base.customers order by customer_id desc")
        engine.execute("create or replace table base.customers as from turned")
        write_cards(engine, again, reporter=Reporter())
    contents = []
    for path in (cards, again):
        opened = sqlite3.connect(path)
        contents.append([opened.execute(f"select * from {table}").fetchall() for table in ("cards", "words", "keys")])
        opened.close()
    assert contents[0] == contents[1]
