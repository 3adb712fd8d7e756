"""Tickets, lines, products, shops and the two cubes."""

from datetime import date, datetime
from decimal import Decimal

from tests import cast
from tests.base.conftest import build_cast

from chaland.engine import Engine
from chaland.tables import base as base_tables
from chaland.tables import landing


def test_a_ticket_is_the_sum_of_its_lines(base: Engine) -> None:
    rows = base.rows(
        "select ticket_id, customer_id, shop_key, channel, is_return, lines, units, amount from base.tickets order by 1"
    )
    assert rows[:4] == [
        ("tills:T1", "c-camille", "LIL", "shop", False, 3, Decimal("5.000"), Decimal("56.8600")),
        ("tills:T2", "c-camille", "LIL", "shop", True, 1, Decimal("-1.000"), Decimal("-24.9000")),
        # postage is paid, but is no unit sold
        ("tills:T3", "c-camille", None, "web", False, 2, Decimal("1.000"), Decimal("95.4900")),
        ("tills:T4", "c-camille", "ROU", "shop", False, 1, Decimal("1.000"), Decimal("79.0000")),
    ]
    assert len(rows) == 9


def test_two_equal_lines_of_a_ticket_are_two_purchases(base: Engine) -> None:
    assert (
        base.value("select count(*) from base.ticket_lines where ticket_id = 'tills:T1' and product_key = '102'") == 2
    )
    base.check_key(base_tables.TICKET_LINES)


def test_anonymous_tickets_are_kept_without_a_customer(base: Engine) -> None:
    assert base.rows("select ticket_key, amount from base.tickets where customer_id is null order by 1") == [
        ("T7", Decimal("24.9000")),
        ("T8", Decimal("89.9900")),
    ]


def test_a_ticket_finds_its_customer_through_the_key_space_of_its_lines(base: Engine) -> None:
    assert base.value("select customer_id from base.tickets where ticket_key = 'T9'") == "c-reseller"


def test_a_ticket_that_names_two_people_has_one_whatever_the_order_of_its_lines() -> None:
    def name_two(engine: Engine) -> None:
        engine.execute("update landing.ticket_lines set person_key = '1002' where line = 2")

    with build_cast(change=name_two) as engine:
        assert engine.rows("select distinct customer_id from base.ticket_lines where ticket_id = 'tills:T1'") == [
            ("c-camille",)
        ]


def test_a_ticket_of_postage_alone_is_not_a_return() -> None:
    def keep_postage(engine: Engine) -> None:
        engine.execute("delete from landing.ticket_lines where ticket_key = 'T3' and is_product")
        engine.execute(
            "update landing.counts set amount = amount - 89.99, rows_read = 11, rows_landed = 11, rows_conformed = 11 "
            "where source = 'tills'"
        )

    with build_cast(change=keep_postage) as engine:
        assert engine.rows("select is_return, units, amount from base.tickets where ticket_key = 'T3'") == [
            (False, Decimal("0.000"), Decimal("5.5000"))
        ]


def test_products_come_from_tickets_when_there_is_no_product_file(base: Engine) -> None:
    assert base.rows("select product_key, product_label, family, department from base.products order by 1") == [
        ("101", "Sécateur", "Outils", "Jardin"),
        ("102", "Terreau 40 l", "Sols", "Jardin"),
        ("201", "Mitigeur", "Robinets", "Salle de bains"),
    ]


def test_the_product_file_wins_its_latest_line_and_tickets_complete_it() -> None:
    def list_products(engine: Engine) -> None:
        lineage = {"source": "products", "file": "p.csv"}
        cast.load_rows(
            engine,
            landing.PRODUCTS,
            [
                {
                    **lineage,
                    "load_id": "products-1",
                    "line": 2,
                    "product_key": "101",
                    "product_label": "Ancien",
                    "brand": "Vieux",
                },
                {
                    **lineage,
                    "load_id": "products-2",
                    "line": 2,
                    "product_key": "101",
                    "product_label": "Sécateur pro",
                    "brand": "Neuf",
                },
                {**lineage, "load_id": "products-2", "line": 3, "product_key": "900", "product_label": "Jamais vendu"},
            ],
        )

    with build_cast(change=list_products) as engine:
        assert engine.rows("select product_key, product_label, department, brand from base.products order by 1") == [
            ("101", "Sécateur pro", "Jardin", "Neuf"),
            ("102", "Terreau 40 l", "Jardin", None),
            ("201", "Mitigeur", "Salle de bains", None),
            ("900", "Jamais vendu", None, None),
        ]


def test_lines_without_a_department_take_the_product_s() -> None:
    def strip(engine: Engine) -> None:
        engine.execute("update landing.ticket_lines set department = null, product_label = null where line = 8")

    with build_cast(change=strip) as engine:
        assert engine.rows("select product_label, department from base.ticket_lines where line = 8") == [
            ("Mitigeur", "Salle de bains")
        ]


def test_shops_that_only_facts_name_bear_their_code(base: Engine) -> None:
    assert base.rows("select shop_key, shop_name from base.shops order by 1") == [
        ("LIL", "LIL"),
        ("REN", "REN"),
        ("ROU", "ROU"),
    ]


def test_the_day_cube_counts_each_ticket_once_in_each_department(base: Engine) -> None:
    assert base.rows(
        "select sold_date, shop_key, channel, department, tickets, identified_tickets, units, amount, "
        "identified_amount from base.sales_days where sold_date between '2026-08-01' and '2026-09-12' order by all"
    ) == [
        (date(2026, 8, 1), "LIL", "shop", "Jardin", 1, 1, Decimal("3.000"), Decimal("23.9700"), Decimal("23.9700")),
        (date(2026, 8, 2), "LIL", "shop", "Jardin", 1, 1, Decimal("1.000"), Decimal("7.9900"), Decimal("7.9900")),
        (date(2026, 8, 3), "LIL", "shop", "Jardin", 1, 0, Decimal("1.000"), Decimal("24.9000"), Decimal("0.0000")),
        (date(2026, 8, 3), "ROU", "shop", "Salle de bains", 1, 0, Decimal("1"), Decimal("89.9900"), Decimal("0.0000")),
        (date(2026, 9, 12), "", "web", "", 1, 1, Decimal("0.000"), Decimal("5.5000"), Decimal("5.5000")),
        (date(2026, 9, 12), "", "web", "Salle de bains", 1, 1, Decimal("1"), Decimal("89.9900"), Decimal("89.9900")),
    ]  # fmt: skip


def test_departments_of_a_customer(base: Engine) -> None:
    assert base.rows(
        "select department, tickets, units, amount, amount_12_months, last_date from base.customer_departments "
        "where customer_id = 'c-camille' order by 1"
    ) == [
        ("", 1, Decimal("0.000"), Decimal("5.5000"), Decimal("5.5000"), date(2026, 9, 12)),
        ("Jardin", 2, Decimal("4.000"), Decimal("31.9600"), Decimal("31.9600"), date(2026, 5, 6)),
        ("Salle de bains", 2, Decimal("2.000"), Decimal("168.9900"), Decimal("89.9900"), date(2026, 9, 12)),
    ]


def test_no_sum_is_stored_as_a_huge_integer(base: Engine) -> None:
    kinds = base.rows(
        "select distinct data_type from information_schema.columns "
        "where table_schema = 'base' and data_type = 'HUGEINT'"
    )
    assert kinds == []


def test_minimisation_keeps_the_tickets_of_others_without_their_customer() -> None:
    with build_cast(detail="card_holders") as engine:
        assert engine.rows("select customer_id, amount from base.tickets where ticket_key = 'T9'") == [
            (None, Decimal("650.0000"))
        ]
        assert engine.rows("select distinct customer_id from base.ticket_lines where ticket_id = 'tills:T9'") == [
            (None,)
        ]
        # his totals remain, the way back to the ticket does not
        assert engine.value("select amount_total from base.customers where customer_id = 'c-reseller'") == Decimal(
            "650.0000"
        )
        assert engine.value("select ticket_key from base.web_events where event_id = 'web_events:e2'") is None
        assert engine.value("select count(*) from base.customer_departments where customer_id = 'c-reseller'") == 0
        # card holders lose nothing
        assert engine.value("select count(*) from base.tickets where customer_id = 'c-camille'") == 4


def test_a_case_seen_again_is_the_same_case_updated() -> None:
    def two_versions(engine: Engine) -> None:
        case = {
            "source": "sav", "file": "sav.csv", "system": "card", "person_key": "1001", "case_key": "7",
            "opened_at": datetime(2026, 10, 1), "subject": "fuite",
        }  # fmt: skip
        cast.load_rows(
            engine,
            landing.CASES,
            [
                {**case, "load_id": "sav-20261002", "line": 2, "status": "open"},
                {**case, "load_id": "sav-20261009", "line": 2, "status": "closed", "closed_at": datetime(2026, 10, 8)},
            ],
        )

    with build_cast(change=two_versions) as engine:
        assert engine.rows("select case_id, customer_id, status from base.cases") == [("sav:7", "c-camille", "closed")]
        assert engine.value("select open_cases from base.customers where customer_id = 'c-camille'") == 0


def test_operations_coupons_and_redemptions_meet() -> None:
    def campaign(engine: Engine) -> None:
        lineage = {"source": "op", "load_id": "op-1", "file": "op.csv"}
        who = {"system": "card"}
        cast.load_rows(
            engine,
            landing.OPERATION_TARGETS,
            [
                {
                    **lineage,
                    **who,
                    "line": 1,
                    "operation_key": "A",
                    "person_key": "1001",
                    "targeted_at": datetime(2026, 9, 2),
                },
                {
                    **lineage,
                    **who,
                    "line": 2,
                    "operation_key": "A",
                    "person_key": "1001",
                    "targeted_at": datetime(2026, 9, 1),
                },
                {**lineage, **who, "line": 3, "operation_key": "A", "person_key": "1002"},
            ],
        )
        cast.load_rows(
            engine,
            landing.COUPONS,
            [{**lineage, "line": line, "coupon_key": "9", "product_key": "101"} for line in (1, 2)],
        )
        cast.load_rows(
            engine,
            landing.REDEMPTIONS,
            [
                {
                    **lineage,
                    **who,
                    "line": 1,
                    "person_key": "1001",
                    "coupon_key": "9",
                    "operation_key": "B",
                    "redeemed_at": datetime(2026, 9, 5),
                }
            ],
        )

    with build_cast(change=campaign) as engine:
        assert engine.rows("select operation_key, targets, redemptions from base.operations order by 1") == [
            ("A", 2, 0),
            ("B", 0, 1),
        ]
        assert engine.value(
            "select targeted_at from base.operation_targets where customer_id = 'c-camille'"
        ) == datetime(2026, 9, 1)
        assert engine.rows("select coupon_key, operation_key, product_key from base.coupons") == [("9", "", "101")]
