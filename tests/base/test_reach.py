"""May and can each customer be contacted, channel by channel, and why not."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from tests.base.conftest import add_flag, build_cast, reasons

from chaland.engine import Engine


def test_the_cast_s_reasons(base: Engine) -> None:
    # Camille agreed on her card to everything, then told the phone help not to call
    assert reasons(base, "camille") == ("ok", "objected", "ok", "ok")
    assert reasons(base, "lucas") == ("ok", "no_number", "no_mobile", "ok")
    assert reasons(base, "louis") == ("returned", "no_number", "no_mobile", "no_email")
    assert reasons(base, "dominique") == ("objected", "objected", "objected", "objected")
    assert reasons(base, "paul") == ("ok", "no_consent", "no_mobile", "no_email")
    assert reasons(base, "julie") == ("ok", "no_consent", "no_mobile", "suppressed")
    assert reasons(base, "unknown") == ("no_address", "no_number", "no_mobile", "no_email")


def test_can_and_its_reason_agree(base: Engine) -> None:
    for channel in ("post", "phone", "sms", "email"):
        assert (
            base.value(f"select count(*) from base.customers where can_{channel} <> (can_{channel}_reason = 'ok')") == 0
        )


def test_a_twin_s_returned_mail_does_not_touch_his_brother(base: Engine) -> None:
    assert base.rows("select customer_id, channel, is_returned from base.contact_points where is_returned") == [
        ("c-louis", "post", True)
    ]


def test_a_company_s_landline_may_be_called_without_a_yes(base: Engine) -> None:
    assert reasons(base, "reseller")[1] == "ok"
    assert reasons(base, "anna")[1] == "no_consent"


def test_before_11_august_2026_the_telephone_needed_no_yes() -> None:
    with build_cast(as_of=date(2026, 8, 10)) as engine:
        assert reasons(engine, "paul")[1] == "ok"
    with build_cast(as_of=date(2026, 8, 11)) as engine:
        assert reasons(engine, "paul")[1] == "no_consent"


@pytest.mark.parametrize(
    ("said_at", "reason"),
    [
        (datetime(2026, 10, 1), "ok"),
        (datetime(2025, 11, 1), "ok"),
        (datetime(2025, 10, 31, 23, 59), "expired"),
        (None, "expired"),
    ],
)
def test_a_yes_to_calls_lasts_a_year(said_at: datetime | None, reason: str) -> None:
    def say_yes(engine: Engine) -> None:
        engine.execute(
            "update clean.records set consent_phone = true, recorded_at = $said_at where record_id = 'card:1005'",
            {"said_at": said_at},
        )

    with build_cast(change=say_yes) as engine:
        assert reasons(engine, "paul")[1] == reason


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"card:1001": ("2026-01-01", True), "web:501": ("2026-02-01", False)}, "objected"),
        ({"card:1001": ("2026-02-01", True), "web:501": ("2026-01-01", False)}, "ok"),
        # at the same instant the no wins; an undated no is later than all, an undated yes earlier
        ({"card:1001": ("2026-01-01", True), "web:501": ("2026-01-01", False)}, "objected"),
        ({"card:1001": ("2026-01-01", True), "web:501": (None, False)}, "objected"),
        ({"card:1001": (None, True), "web:501": ("2020-01-01", False)}, "objected"),
        ({"card:1001": (None, True)}, "ok"),
        ({}, "no_consent"),
    ],
)
def test_the_latest_word_wins(words: dict[str, tuple[str | None, bool]], reason: str) -> None:
    def speak(engine: Engine) -> None:
        engine.execute("update clean.records set consent_email = null where record_id in ('card:1001', 'web:501')")
        for record_id, (said_at, granted) in words.items():
            engine.execute(
                "update clean.records set consent_email = $granted, recorded_at = $said_at "
                "where record_id = $record_id",
                {"granted": granted, "said_at": said_at, "record_id": record_id},
            )

    with build_cast(change=speak) as engine:
        assert reasons(engine, "camille")[3] == reason
        expected = {"ok": True, "objected": False, "no_consent": None}[reason]
        assert engine.value("select consent_email from base.customers where customer_id = 'c-camille'") is expected


@pytest.mark.parametrize(
    ("code", "times", "reason"),
    [
        ("PND1", 1, "ok"),  # access fault: try once more
        ("PND1", 2, "returned"),
        ("PND2", 1, "returned"),
        ("pnd 2", 1, "returned"),
        (None, 1, "returned"),
        ("PND3", 1, "objected"),  # refused
        ("PND4", 1, "ok"),  # unclaimed
    ],
)
def test_returned_mail_says_why(code: str | None, times: int, reason: str) -> None:
    def send_back(engine: Engine) -> None:
        for _ in range(times):
            add_flag(engine, flag="returned_mail", flag_code=code, postcode="35000", street_key="LIBERTE",
                     street_number="8", last_name_key="BERNARD", first_name_key="PAUL")  # fmt: skip

    with build_cast(change=send_back) as engine:
        assert reasons(engine, "paul")[0] == reason
        assert reasons(engine, "julie")[0] == "ok"


def test_mail_returned_from_an_address_she_left_does_not_count() -> None:
    def move(engine: Engine) -> None:
        add_flag(engine, flag="returned_mail", flag_code="PND2", system="card", person_key="1001", postcode="75011",
                 street_key="OBERKAMPF", street_number="1")  # fmt: skip

    with build_cast(change=move) as engine:
        assert reasons(engine, "camille")[0] == "ok"


def test_mail_returned_by_number_alone_condemns_the_addresses_known_by_then() -> None:
    def before(engine: Engine) -> None:
        add_flag(
            engine,
            flag="returned_mail",
            flag_code="PND2",
            system="card",
            person_key="1005",
            flagged_date=date(2025, 1, 1),
        )

    def after(engine: Engine) -> None:
        add_flag(
            engine,
            flag="returned_mail",
            flag_code="PND2",
            system="card",
            person_key="1005",
            flagged_date=date(2025, 3, 1),
        )

    with build_cast(change=before) as engine:
        assert reasons(engine, "paul")[0] == "ok"
    with build_cast(change=after) as engine:
        assert reasons(engine, "paul")[0] == "returned"


@pytest.mark.parametrize(("code", "reason"), [("5.1.1", "bad_email"), ("4.2.2", "ok"), ("5.7.1", "ok")])
def test_a_bounce_that_lasts_makes_a_bad_email(code: str, reason: str) -> None:
    def bounce(engine: Engine) -> None:
        add_flag(engine, flag="returned_mail", flag_channel="email", flag_code=code, email_key="lucas.martin@free.fr")

    with build_cast(change=bounce) as engine:
        assert reasons(engine, "lucas")[3] == reason


def test_a_list_for_all_channels_closes_them_all() -> None:
    def suppress(engine: Engine) -> None:
        add_flag(engine, flag="suppression", mobile="+33612345678")

    with build_cast(change=suppress) as engine:
        assert reasons(engine, "camille") == ("suppressed",) * 4
        assert engine.rows("select matched_by from base.customer_flags where customer_id = 'c-camille'") == [("phone",)]


def test_a_name_without_first_name_suppresses_the_home_but_kills_nobody() -> None:
    home = {"last_name_key": "MARTIN", "postcode": "69006", "street_key": "FOCH", "street_number": "5"}

    def list_home(engine: Engine) -> None:
        add_flag(engine, flag="suppression", flag_channel="post", **home)
        add_flag(engine, flag="deceased", **home)

    with build_cast(change=list_home) as engine:
        assert [reasons(engine, twin)[0] for twin in ("lucas", "louis")] == ["suppressed", "suppressed"]
        assert engine.value("select count(*) from base.customer_flags where flag = 'deceased'") == 0


def test_death_is_one_person_s_even_when_the_telephone_is_the_family_s() -> None:
    def die(engine: Engine) -> None:
        add_flag(engine, flag="deceased", phone="+33299304050", last_name_key="BERNARD", first_name_key="PAUL")

    with build_cast(change=die) as engine:
        assert reasons(engine, "paul") == ("deceased",) * 4
        assert reasons(engine, "julie")[0] == "ok"
        assert reasons(engine, "hugo")[0] == "ok"


def test_another_birth_date_is_another_person() -> None:
    def die(engine: Engine) -> None:
        add_flag(engine, flag="deceased", last_name_key="MARTIN", first_name_key="LOUIS", birth_date=date(1930, 1, 1),
                 postcode="69006", street_key="FOCH", street_number="5")  # fmt: skip

    with build_cast(change=die) as engine:
        assert engine.value("select count(*) from base.customer_flags where flag = 'deceased'") == 0


def test_a_line_is_counted_once_by_its_surest_means() -> None:
    def list_twice(engine: Engine) -> None:
        add_flag(engine, flag="bad_payer", system="card", person_key="1001", email_key="camille.chalain@orange.fr",
                 mobile="+33612345678", last_name_key="CHALAIN", first_name_key="CAMILLE")  # fmt: skip

    with build_cast(change=list_twice) as engine:
        assert engine.rows("select flag, matched_by from base.customer_flags where customer_id = 'c-camille'") == [
            ("bad_payer", "key")
        ]
        assert engine.value("select is_bad_payer from base.customers where customer_id = 'c-camille'") is True


def test_nobody_under_fifteen_is_contacted() -> None:
    def make_young(engine: Engine) -> None:
        engine.execute("update identity.customers set birth_date = date '2011-11-02' where customer_id = 'c-camille'")
        engine.execute("update identity.customers set birth_date = date '2011-11-01' where customer_id = 'c-lucas'")

    with build_cast(change=make_young) as engine:
        assert reasons(engine, "camille") == ("minor",) * 4
        assert reasons(engine, "lucas")[3] == "ok"


def test_a_value_given_but_unusable_is_bad_not_absent() -> None:
    def spoil(engine: Engine) -> None:
        engine.execute(
            "update clean.records set phone_grade = 'D', mobile_grade = 'D', email_grade = 'D', address_grade = 'D' "
            "where record_id = 'card:1999'"
        )

    with build_cast(change=spoil) as engine:
        assert reasons(engine, "unknown") == ("bad_address", "bad_number", "bad_number", "bad_email")


def test_an_address_that_could_not_be_validated_is_bad() -> None:
    def doubt(engine: Engine) -> None:
        engine.execute("update identity.customers set address_status = 'R6' where customer_id = 'c-paul'")

    with build_cast(change=doubt) as engine:
        assert reasons(engine, "paul")[0] == "bad_address"


def test_contact_points_show_each_value_once_and_the_chosen_one(base: Engine) -> None:
    assert base.rows(
        "select channel, value, is_chosen, source from base.contact_points where customer_id = 'c-camille' order by all"
    ) == [
        ("email", "c.chalain@gmail.com", False, "web_customers"),
        ("email", "camille.chalain@orange.fr", True, "survey"),
        ("mobile", "+33612345678", True, "phone_help"),
        ("post", "MME Camille Chalain\n12 RUE DES LILAS\n59000 LILLE", True, "web_customers"),
    ]


def test_consents_keep_every_record_that_spoke(base: Engine) -> None:
    assert base.rows(
        "select record_id, is_granted, source from base.consents where customer_id = 'c-camille' and channel = 'phone' "
        "order by 1"
    ) == [("card:1001", True, "card"), ("phone_help:A-7", False, "phone_help")]
