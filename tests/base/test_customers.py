"""Golden record, totals and home shop of each customer."""

from datetime import date
from decimal import Decimal

import pytest
from tests import cast
from tests.base.conftest import build_cast

from chaland.engine import Engine


def customer(engine: Engine, person: str) -> dict[str, object]:
    rows = engine.arrow(
        "select * from base.customers where customer_id = $customer_id", {"customer_id": cast.customer_id(person)}
    ).to_pylist()
    assert len(rows) == 1
    return rows[0]


def test_camille_is_one_customer_with_all_her_purchases(base: Engine) -> None:
    camille = customer(base, "camille")
    assert camille["records"] == 4
    assert camille["display_name"] == "Camille Chalain"
    # T1 56.86 - T2 24.90 + T3 95.49 + T4 79.00; the return is no ticket
    assert camille["tickets"] == 3
    assert camille["amount_total"] == Decimal("206.4500")
    assert camille["amount_12_months"] == Decimal("127.4500")
    assert (camille["first_purchase_date"], camille["last_purchase_date"]) == (date(2024, 4, 1), date(2026, 9, 12))
    assert (camille["contacts"], camille["surveys"], camille["projects"], camille["web_events"]) == (1, 1, 0, 1)
    assert camille["points_balance"] == 32


def test_home_shop_is_the_latest_on_a_tie(base: Engine) -> None:
    # T1 in Lille (2026), T4 in Rouen (2024), one ticket each; the return T2 does not count
    assert customer(base, "camille")["home_shop_key"] == "LIL"


def test_a_customer_who_bought_nothing_has_zeros_not_nulls(base: Engine) -> None:
    hugo = customer(base, "hugo")
    assert (hugo["tickets"], hugo["amount_total"], hugo["amount_12_months"]) == (0, Decimal(0), Decimal(0))
    assert (hugo["first_purchase_date"], hugo["home_shop_key"], hugo["points_balance"]) == (None, None, None)
    assert hugo["projects"] == 1


def test_a_card_known_from_tickets_alone_is_a_holder_without_a_name(base: Engine) -> None:
    unknown = customer(base, "unknown")
    assert unknown["is_card_holder"] is True
    assert unknown["display_name"] == cast.customer_id("unknown")
    assert unknown["amount_total"] == Decimal("7.9900")


def test_a_company_shows_its_name(base: Engine) -> None:
    assert customer(base, "reseller")["display_name"] == "REVENTE PRO SARL"
    assert customer(base, "reseller")["is_card_holder"] is False


@pytest.mark.parametrize(
    ("as_of", "age"),
    [(date(2026, 5, 13), 46), (date(2026, 5, 14), 47), (date(2027, 1, 1), 47), (date(1979, 1, 1), None)],
)
def test_age_changes_on_the_birthday(as_of: date, age: int | None) -> None:
    with build_cast(as_of=as_of) as engine:
        assert customer(engine, "camille")["age_years"] == age


def test_a_day_in_the_past_totals_only_what_was_bought_by_then() -> None:
    with build_cast(as_of=date(2026, 5, 4)) as engine:
        camille = customer(engine, "camille")
        assert camille["amount_total"] == Decimal("135.8600")
        assert camille["amount_12_months"] == Decimal("56.8600")
        # the later tickets are in the base all the same
        assert engine.value("select count(*) from base.tickets where customer_id = 'c-camille'") == 4


def test_a_household_adds_up_its_customers(base: Engine) -> None:
    assert base.rows(
        "select household_id, customers, amount_12_months from base.households where customers > 1 order by 1"
    ) == [
        ("h-bernard", 3, Decimal("0.0000")),
        ("h-martin", 2, Decimal("23.9700")),
    ]


def test_links_are_given_the_customer_only_when_both_records_are_his(base: Engine) -> None:
    assert base.rows("select customer_id, record_id_l, record_id_r from base.record_links order by all") == [
        ("c-camille", "card:1001", "phone_help:A-7"),
        ("c-camille", "card:1001", "survey:S-1"),
        ("c-camille", "card:1001", "web:501"),
        (None, "card:1002", "card:1003"),
    ]
