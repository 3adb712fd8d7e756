"""External lists: whom a line names, how surely, what it changes, and that what it gives never replaces his word."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from tests import cast
from tests.base.conftest import add_flag, build_cast, reasons

from chaland.engine import Engine

PAUL = {"last_name_key": "BERNARD", "first_name_key": "PAUL"}
LUCAS = {"flag": "returned_mail", "flag_channel": "email", "email_key": "lucas.martin@free.fr"}
RENNES = {"postcode": "35000", "street_key": "LIBERTE", "street_number": "8"}


def found(engine: Engine, *columns: str, source: str = "list") -> list[tuple[Any, ...]]:
    """Return columns of base.customer_flags for the lines of the list."""
    return engine.rows(
        f"select {', '.join(columns)} from base.customer_flags where source = $source order by all", {"source": source}
    )


def listed(**fields: object) -> Engine:
    """Return the base of the cast with one line of a list."""
    return build_cast(change=lambda engine: add_flag(engine, **fields))


# Whom a line names -------------------------------------------------------------------------------


def digest(text: str, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, text.encode()).hexdigest()


def test_a_hashed_e_mail_or_telephone_finds_its_owner_however_it_was_written() -> None:
    emails = ("camille.chalain@orange.fr", "c.chalain@gmail.com", "cchalain@gmail.com")
    numbers = ("+33612345678", "33612345678", "0033612345678", "0612345678")

    def suppress(engine: Engine) -> None:
        engine.execute("update clean.records set email_key = 'cchalain@gmail.com' where email = 'c.chalain@gmail.com'")
        for algorithm in ("sha256", "md5"):
            for email in emails:
                add_flag(engine, flag="suppression", flag_channel="email", email_hash=digest(email, algorithm).upper())
            for number in numbers:
                add_flag(engine, flag="suppression", flag_channel="sms", phone_hash=digest(number, algorithm))
        add_flag(engine, flag="suppression", email_hash=digest("Camille.Chalain@orange.fr"))  # written otherwise

    with build_cast(change=suppress) as engine:
        assert engine.rows(
            "select customer_id, matched_by, certainty, effect, count(*) from base.customer_flags "
            "where source = 'list' group by all order by all"
        ) == [
            ("c-camille", "email_hash", "certain", "suppressed", 6),
            ("c-camille", "phone_hash", "certain", "suppressed", 8),
        ]
        assert reasons(engine, "camille") == ("ok", "objected", "suppressed", "suppressed")
        lines = "select lines_matched, lines_unmatched from base.list_results where source = 'list'"
        assert engine.rows(lines) == [(14, 1)]


def birth(engine: Engine, record: str, day: date, **names: str) -> None:
    """Give a record of the cast a birth date, and other names."""
    for column, value in {"birth_date": day, **names}.items():
        engine.execute(
            f"update clean.records set {column} = $value where record_id = $record", {"value": value, "record": record}
        )


def dead(engine: Engine, **fields: object) -> None:
    """Add a line of the register of deaths: names, sex and birth date, no address."""
    add_flag(engine, flag="deceased", flagged_date=date(2026, 5, 4), **fields)


def test_the_register_of_deaths_is_matched_by_names_and_birth_date() -> None:
    camille = {"last_name_key": "CHALAIN", "birth_date": date(1971, 3, 12), "sex": "F"}

    def die(engine: Engine) -> None:
        birth(engine, "card:1001", date(1971, 3, 12))
        birth(engine, "web:502", date(1980, 1, 2), birth_name_key="KERVELLA")  # a married woman
        dead(engine, first_name_key="CAMILLE ODETTE MARIE", **camille)
        dead(engine, first_name_key="CAMILLE", **{**camille, "birth_date": date(1971, 3, 13)})
        dead(engine, first_name_key="ODETTE CAMILLE", **camille)
        dead(engine, first_name_key="CAMILLE", **{**camille, "sex": "M"})
        dead(engine, last_name_key="KERVELLA", first_name_key="JULIE", birth_date=date(1980, 1, 2), sex="F")

    with build_cast(change=die) as engine:
        start = engine.value("select min(line) from clean.flags where source = 'list'")
        assert found(engine, "customer_id", "line", "matched_by", "certainty", "effect") == [
            ("c-camille", start, "name_birth_date", "likely", "deceased"),
            ("c-julie", start + 4, "name_birth_date", "likely", "deceased"),
        ]
        assert reasons(engine, "camille") == reasons(engine, "julie") == ("deceased",) * 4


def test_a_name_that_others_bore_that_day_kills_nobody_and_is_shown_to_check() -> None:
    enora = {"last_name_key": "KERVELLA", "first_name_key": "ENORA", "sex": "F"}

    def die(engine: Engine) -> None:
        # Jean Martin: one birth every second day around 1946
        birth(engine, "card:1001", date(1946, 7, 14), last_name_key="MARTIN", first_name_key="JEAN", sex="M")
        dead(engine, last_name_key="MARTIN", first_name_key="JEAN", birth_date=date(1946, 7, 14), sex="M")
        # a rare name, that two customers bear
        for record in ("card:1005", "web:502"):
            birth(engine, record, date(1971, 3, 12), **enora)
        dead(engine, birth_date=date(1971, 3, 12), **enora)

    with build_cast(change=die) as engine:
        assert found(engine, "customer_id", "certainty", "effect") == [
            ("c-camille", "doubtful", "to_check"),
            ("c-julie", "doubtful", "to_check"),
            ("c-paul", "doubtful", "to_check"),
        ]
        assert reasons(engine, "camille")[0] == "ok"
        told = "select customers, customers_changed, customers_to_check from base.list_results where source = 'list'"
        assert engine.rows(told) == [(3, 0, 3)]


def test_a_description_sent_to_a_shared_telephone_is_not_the_whole_home_s() -> None:
    family = {"phone": "+33299304050"}
    with listed(flag="high_potential", **family, **PAUL) as engine:
        assert found(engine, "customer_id", "certainty") == [("c-paul", "certain")]
        marked = "select customer_id from base.customers where is_high_potential"
        assert engine.rows(marked) == [("c-paul",)]


# Returned letters --------------------------------------------------------------------------------


LETTERS = {
    "PND1": "access", "Défaut d'accès ou d'adressage": "access", "Adresse incomplète": "access", "1": "access",
    "PND 2": "unknown", "NPAI": "unknown", "": "unknown",
    "Parti sans laisser d'adresse": "moved", "a déménagé": "moved",
    "pnd3": "refused", "Pli refusé par le destinataire": "refused",
    "PND4": "unclaimed", "Pli avisé et non réclamé": "unclaimed",
    "Décédé": "deceased",
}  # fmt: skip
E_MAILS = {
    "5.1.1": "permanent", "5.1.10": "permanent", "550": "permanent", "hard": "permanent", "": "permanent",
    "4.2.2": "full", "5.2.2": "full", "552": "full", "Boîte pleine": "full",
    "4.4.7": "transient", "421": "transient", "5.3.0": "transient", "soft bounce": "transient",
    "5.7.1": "blocked", "4.7.0": "blocked",
    "5.2.3": "content", "5.3.4": "content", "5.6.1": "content",
    "spam complaint": "complaint",
}  # fmt: skip


def test_codes_and_words_of_returns_have_a_reason() -> None:
    def send_back(engine: Engine) -> None:
        for code in LETTERS:
            add_flag(engine, flag="returned_mail", flag_code=code or None, source=f"post {code}", **PAUL, **RENNES)
        for code in E_MAILS:
            add_flag(engine, **LUCAS, flag_code=code or None, source=f"mail {code}")

    with build_cast(change=send_back) as engine:
        told = engine.rows("select source, flag_reason from base.customer_flags where source[:5] in ('post ', 'mail ')")
        assert dict(told) == {
            **{f"post {code}": reason for code, reason in LETTERS.items()},
            **{f"mail {code}": reason for code, reason in E_MAILS.items()},
        }


def test_a_letter_that_says_he_died_closes_every_channel() -> None:
    with listed(flag="returned_mail", flag_code="Décédé", **PAUL, **RENNES) as engine:
        assert reasons(engine, "paul") == ("deceased",) * 4
        assert reasons(engine, "julie")[0] == "ok"


def test_the_address_that_came_back_is_worth_d_with_the_day_and_the_list() -> None:
    day = date(2026, 6, 1)
    with listed(flag="returned_mail", flag_code="PND2", flagged_date=day, **PAUL, **RENNES) as engine:
        assert engine.rows(
            "select grade, reason, is_returned, returned_date, returned_reason, returned_source "
            "from base.contact_points where customer_id = 'c-paul' and channel = 'post'"
        ) == [("D", "returned", True, day, "unknown", "list")]


def test_a_newer_address_makes_him_reachable_again() -> None:
    def move(engine: Engine) -> None:
        add_flag(engine, flag="returned_mail", flag_code="PND2", system="card", person_key="1005",
                 flagged_date=date(2026, 6, 1))  # fmt: skip
        engine.execute(
            "update clean.records set recorded_at = timestamp '2026-07-01', street_number = '9', "
            "address_line_4 = '9 RUE NEUVE' where record_id = 'card:1005'"
        )
        engine.execute("update identity.customers set address_line_4 = '9 RUE NEUVE' where customer_id = 'c-paul'")

    with build_cast(change=move) as engine:
        assert reasons(engine, "paul")[0] == "ok"


# Returned e-mails --------------------------------------------------------------------------------


def effects(*lines: tuple[str | None, str | None, int]) -> list[str]:
    """Return the effects of failures of one e-mail: code, reason given, and day from 2026-01-01."""

    def fail(engine: Engine) -> None:
        for code, reason, day in lines:
            when = date(2026, 1, 1) + timedelta(day)
            add_flag(engine, **LUCAS, flag_code=code, flag_reason=reason, flagged_date=when)

    with build_cast(change=fail) as engine:
        told = [effect for (effect,) in found(engine, "effect")]
        assert reasons(engine, "lucas")[3] == {"returned": "bad_email", "objected": "objected"}.get(told[-1], "ok")
        return told


def test_an_unsure_failure_counts_twice() -> None:
    assert effects(("5.4.4", None, 0)) == ["no_change"]
    assert effects(("5.4.4", None, 0), ("554", None, 1)) == ["returned"] * 2
    assert effects((None, "permanent", 0)) == ["no_change"]  # words of a server, no code


def test_a_full_box_is_given_five_days_over_thirty() -> None:
    assert effects(*(("4.2.2", None, 8 * rank) for rank in range(5))) == ["returned"] * 5
    assert effects(*(("4.2.2", None, 7 * rank) for rank in range(5))) == ["no_change"] * 5
    assert effects(*((None, "full", 20 * rank) for rank in range(4))) == ["no_change"] * 4


def test_a_complaint_is_an_objection_and_the_sender_s_own_fault_changes_nothing() -> None:
    assert effects((None, "complaint", 0)) == ["objected"]
    assert effects(("5.7.1", None, 0), ("5.6.1", None, 1)) == ["no_change"] * 2


# Enrichment --------------------------------------------------------------------------------------


def test_enrichment_adds_and_never_replaces() -> None:
    given = {"mobile": "+33698765432", "email": "paul@bernard.example", "email_key": "paul@bernard.example"}
    attributes = '{"income_band": "C", "dwelling": "", "rooms": null, "it\'s": "4 \\"pièces\\""}'

    def enrich(engine: Engine) -> None:
        add_flag(engine, flag="enrichment", attributes=attributes, occupation="Notaire", flagged_date=date(2026, 4, 1),
                 **given, **PAUL, **RENNES)  # fmt: skip

    before = "select * from base.customers where customer_id = 'c-paul'"
    with build_cast() as plain, build_cast(change=enrich) as engine:
        assert engine.rows(before) == plain.rows(before)
        assert engine.rows(
            "select attribute, value, source, given_date, matched_by, certainty "
            "from base.customer_attributes order by all"
        ) == [
            (name, value, "list", date(2026, 4, 1), "name_address", "likely")
            for name, value in (("income_band", "C"), ("it's", '4 "pièces"'), ("occupation", "Notaire"))
        ]
        assert engine.rows(
            "select channel, value, is_chosen, grade, source from base.contact_points where customer_id = 'c-paul' "
            "and source = 'list' order by all"
        ) == [
            ("email", "paul@bernard.example", False, "A", "list"),
            ("mobile", "+33698765432", False, "A", "list"),
        ]


def test_the_latest_enrichment_of_a_list_stands_beside_those_of_others() -> None:
    def enrich(engine: Engine) -> None:
        add_flag(engine, flag="enrichment", attributes="{", source="broken", system="card", person_key="1005")
        for source, day, band in (("list", 1, "A"), ("list", 2, "B"), ("other", 1, "C")):
            add_flag(engine, flag="enrichment", attributes=f'{{"income_band": "{band}"}}', source=source,
                     flagged_date=date(2026, 4, day), system="card", person_key="1005")  # fmt: skip

    with build_cast(change=enrich) as engine:
        assert engine.rows("select source, value from base.customer_attributes order by all") == [
            ("list", "B"),
            ("other", "C"),
        ]


def test_what_a_list_gave_his_own_word_already_said_stays_his() -> None:
    with listed(flag="enrichment", email="lucas.martin@free.fr", email_key="lucas.martin@free.fr") as engine:
        point = "select source, is_chosen from base.contact_points where value = 'lucas.martin@free.fr'"
        with build_cast() as plain:
            assert engine.rows(point) == plain.rows(point)


# What became of the lists ------------------------------------------------------------------------


def test_every_line_of_the_cast_s_lists_is_accounted_for(base: Engine) -> None:
    assert base.rows("select * exclude (lines_unmatched) from base.list_results order by all") == [
        ("bad_payers", "bad_payer", 1, 1, 1, 0),
        ("returned", "returned_mail", 1, 1, 1, 0),
        ("suppression", "suppression", 1, 1, 1, 0),
    ]
    assert base.value("select sum(lines_unmatched) from base.list_results") == 0


def test_lines_in_another_order_say_the_same() -> None:
    def shuffle(engine: Engine) -> None:
        for code in ("PND2", "PND4", "PND1"):
            add_flag(engine, flag="returned_mail", flag_code=code, **PAUL, **RENNES)
        engine.execute("create table shuffled as from clean.flags order by line desc, source desc")
        engine.execute("delete from clean.flags")
        engine.execute("insert into clean.flags from shuffled")
        engine.execute("drop table shuffled")

    def in_order(engine: Engine) -> None:
        for code in ("PND2", "PND4", "PND1"):
            add_flag(engine, flag="returned_mail", flag_code=code, **PAUL, **RENNES)

    with build_cast(change=shuffle) as one, build_cast(change=in_order) as other:
        for table in ("customer_flags", "contact_points", "customers", "list_results"):
            assert one.rows(f"from base.{table} order by all") == other.rows(f"from base.{table} order by all")


def test_a_customer_of_the_cast_is_named_by_his_own_key() -> None:
    with listed(flag="bad_payer", system="card", person_key="1001") as engine:
        assert found(engine, "customer_id", "matched_by", "certainty", "effect", "load_id") == [
            (cast.customer_id("camille"), "key", "certain", "bad_payer", "list-1")
        ]
