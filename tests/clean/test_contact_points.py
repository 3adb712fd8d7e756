"""Telephones, e-mails and birth dates: one table of cases each."""

from __future__ import annotations

from datetime import date

import phonenumbers
import pytest

from chaland.clean.dates import clean_birth_date
from chaland.clean.emails import clean_email, email_key
from chaland.clean.phones import clean_phones, parse_phone, phone_region, split_numbers

AS_OF = date(2026, 11, 1)

PHONES = [
    ("06 39 98 12 34", "FR", "+33639981234", True, "ok"),
    ("06.39.98.12.34", "FR", "+33639981234", True, "ok"),
    ("+33639981234", "FR", "+33639981234", True, "ok"),
    ("+33 (0)6 39 98 12 34", "FR", "+33639981234", True, "reformatted"),
    ("0033 6 39 98 12 34", "FR", "+33639981234", True, "reformatted"),
    ("00 33 0 639981234", "FR", "+33639981234", True, "reformatted"),
    ("33639981234", "FR", "+33639981234", True, "reformatted"),
    ("639981234", "FR", "+33639981234", True, "leading_zero"),
    ("O6 39 98 12 34", "FR", "+33639981234", True, "letters_repaired"),
    ("tel : 01 99 00 12 34", "FR", "+33199001234", False, "reformatted"),
    ("01 99 00 12 34 poste 12", "FR", "+33199001234", False, "ok"),
    ("0262 12 34 56", "RE", "+262262123456", False, "ok"),
    ("0692 12 34 56", "RE", "+262692123456", True, "ok"),
    ("0692123456", "FR", "+262692123456", True, "ok"),
    ("0690 12 34 56", "GP", "+590690123456", True, "ok"),
    ("93 12 34 56", "MC", "+37793123456", False, "reformatted"),
    ("+32 2 552 12 34", "FR", "+3225521234", False, "reformatted"),
    ("0892 70 00 00", "FR", None, False, "premium_number"),
    ("0800 12 34 56", "FR", None, False, "premium_number"),
    ("3612", "FR", None, False, "premium_number"),
    ("118 218", "FR", None, False, "premium_number"),
    ("0162 12 34 56", "FR", None, False, "automatic_caller"),
    ("0937 12 34 56", "FR", None, False, "automatic_caller"),
    ("0700 12 34 56", "FR", None, False, "machine_number"),
    ("0708123456", "FR", None, False, "not_allocated"),
    ("0606060606", "FR", None, False, "placeholder"),
    ("0600000000", "FR", None, False, "placeholder"),
    ("0000000000", "FR", None, False, "placeholder"),
    ("01 23 45 67 89", "FR", None, False, "placeholder"),
    ("06 39 98 12", "FR", None, False, "too_short"),
    ("06 39 98 12 34 5", "FR", None, False, "too_long"),
    ("liste rouge", "FR", None, False, "placeholder"),
    ("639981234.0", "FR", "+33639981234", True, "leading_zero"),
    ("33639981234.0", "FR", "+33639981234", True, "reformatted"),
    ("6,39981234E+08", "FR", "+33639981234", True, "leading_zero"),
    ("6,39981E+08", "FR", None, False, "digits_lost"),
    ("+0639981234", "FR", "+33639981234", True, "reformatted"),
    ("+33 06 39 98 12 34", "FR", "+33639981234", True, "reformatted"),
    ("(+33) 6 39 98 12 34", "FR", "+33639981234", True, "reformatted"),
    ("06/39/98/12/34", "FR", "+33639981234", True, "reformatted"),
    ("0639 981 234", "FR", "+33639981234", True, "reformatted"),
    ("01 40 00 12 34", "FR", "+33140001234", False, "ok"),
    ("09 70 12 34 56", "FR", "+33970123456", False, "ok"),
    ("07 90 12 34 56", "FR", "+33790123456", True, "range_not_allocated"),
    ("01 52 31 22 50", "FR", "+33152312250", False, "range_not_allocated"),
    ("0696 00 12 34", "MQ", "+596696001234", True, "ok"),
    ("0694 20 34 56", "GF", "+594694203456", True, "ok"),
    ("+262 692 12 34 56", "FR", "+262692123456", True, "reformatted"),
    ("06 39 98 12 34", "BE", "+33639981234", True, "reformatted"),
    ("0470 12 34 56", "BE", "+32470123456", True, "ok"),
    ("aucun", "FR", None, False, "placeholder"),
    ("voir avec sa fille", "FR", None, False, "unreadable"),
    ("", "FR", None, False, "empty"),
]


@pytest.mark.parametrize(("text", "region", "number", "is_mobile", "reason"), PHONES)
def test_a_telephone_becomes_its_international_form(
    text: str, region: str, number: str | None, is_mobile: bool, reason: str
) -> None:
    found = parse_phone(text, region)
    assert (found.number, found.is_mobile, found.graded.reason) == (number, is_mobile, reason)


def test_the_prefix_cache_says_what_the_library_says_of_the_whole_number() -> None:
    for prefix in range(10_000, 80_000, 37):
        digits = f"{prefix}{(prefix * 7919) % 10_000:04d}"
        found = parse_phone("0" + digits, "FR")
        if found.graded.reason in ("placeholder", "automatic_caller") or found.number is None:
            continue
        assert phonenumbers.is_valid_number(phonenumbers.parse(found.number)) or digits.startswith("63998")


@pytest.mark.parametrize(
    ("text", "kind", "region", "is_overseas"),
    [
        ("06 39 98 12 34", "mobile", "FR", False),
        ("01 40 00 12 34", "fixed", "FR", False),
        ("09 70 12 34 56", "voip", "FR", False),
        ("0692 12 34 56", "mobile", "RE", True),
        ("0262 12 34 56", "fixed", "RE", True),
        ("0892 70 00 00", "premium", "FR", False),
        ("3612", "premium", "FR", False),
        ("0162 12 34 56", "automatic", "FR", False),
        ("0700 12 34 56", "machine", "FR", False),
        ("+32 470 12 34 56", "mobile", "BE", False),
    ],
)
def test_a_number_has_a_kind_and_a_region(text: str, kind: str, region: str, is_overseas: bool) -> None:
    found = parse_phone(text)
    assert (found.kind, found.region, found.is_overseas) == (kind, region, is_overseas)


@pytest.mark.parametrize(
    ("text", "zone", "number", "reason"),
    [
        ("42 34 56 78", "1", "+33142345678", "old_number"),
        ("91.34.56.78", "4", "+33491345678", "old_number"),
        ("42 34 56 78", "", None, "too_short"),
        ("06 39 98 12", "1", None, "too_short"),
        ("17 34 56 78", "1", None, "too_short"),
    ],
)
def test_an_old_number_of_eight_digits_takes_its_zone(text: str, zone: str, number: str | None, reason: str) -> None:
    found = parse_phone(text, "FR", zone)
    assert (found.number, found.graded.reason) == (number, reason)


def test_an_extension_is_kept_apart() -> None:
    found = parse_phone("01 40 00 12 34 poste 12")
    assert (found.number, found.extension) == ("+33140001234", "12")


def test_region_comes_from_the_overseas_postcode() -> None:
    cases = {"97110": "GP", "97133": "BL", "97150": "MF", "97200": "MQ", "97300": "GF", "97410": "RE", "97600": "YT"}
    assert {code: phone_region(code, "FR") for code in cases} == cases


def test_numbers_of_one_field_are_filed_by_kind() -> None:
    found = clean_phones("01 99 00 12 34 / 06 39 98 12 34", None)
    assert (found.phone, found.mobile) == ("+33199001234", "+33639981234")


def test_a_landline_in_the_mobile_field_moves_to_the_phone() -> None:
    found = clean_phones("", "0199001234")
    assert (found.phone, found.mobile, found.mobile_grade, found.mobile_reason) == (
        "+33199001234",
        None,
        "E",
        "in_phone",
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("01 40 00 12 34 / 06 39 98 12 34", ["01 40 00 12 34", "06 39 98 12 34"]),
        ("0140001234 0639981234 0199001234", ["0140001234", "0639981234", "0199001234"]),
        ("01 40 00 12 34 ou 35", ["01 40 00 12 34"]),
        ("dom 01 40 00 12 34, port 06 39 98 12 34", ["dom 01 40 00 12 34", "port 06 39 98 12 34"]),
        ("01-40-00-12-34", ["01-40-00-12-34"]),
    ],
)
def test_several_numbers_of_one_field_are_told_apart(text: str, numbers: list[str]) -> None:
    assert split_numbers(text) == numbers


def test_a_number_written_with_slashes_is_one_number() -> None:
    assert split_numbers("01/99/00/12/34") == ["01/99/00/12/34"]
    assert split_numbers("01/99/00/12/34 ou 06/39/98/12/34") == ["01/99/00/12/34", "06/39/98/12/34"]


EMAILS = [
    ("jean.dupont@orange.fr", "jean.dupont@orange.fr", "ok"),
    ("  Jean.Dupont@ORANGE.FR ", "Jean.Dupont@orange.fr", "reformatted"),
    ("mailto:jean.dupont@orange.fr", "jean.dupont@orange.fr", "reformatted"),
    ("jean.dupont@gmial.com", "jean.dupont@gmail.com", "domain_repaired"),
    ("jean.dupont@wanado.fr", "jean.dupont@wanadoo.fr", "domain_repaired"),
    ("jean.dupont@orange.f", "jean.dupont@orange.fr", "domain_repaired"),
    ("jean.dupont@gmail.con", "jean.dupont@gmail.com", "domain_repaired"),
    ("jean.dupont@gmail.fr", "jean.dupont@gmail.fr", "domain_doubtful"),
    ("jean.dupont@wanadoo.com", "jean.dupont@wanadoo.com", "domain_doubtful"),
    ("jean.dupont@laposte.fr", "jean.dupont@laposte.fr", "domain_doubtful"),
    ("jean.dupont@@orange.fr", "jean.dupont@orange.fr", "syntax_repaired"),
    ("jean.dupont@orange,fr", "jean.dupont@orange.fr", "syntax_repaired"),
    ("jean.dupont arobase orange.fr", "jean.dupont@orange.fr", "syntax_repaired"),
    ("jean.dupont@orange.fr.", "jean.dupont@orange.fr", "syntax_repaired"),
    ("jean.dupont@orange.fr ; j.dupont@free.fr", "jean.dupont@orange.fr", "syntax_repaired"),
    ("contact@menuiserie-dupont.fr", "contact@menuiserie-dupont.fr", "role_address"),
    ("jean@yopmail.com", None, "disposable"),
    ("nc@nc.fr", None, "placeholder"),
    ("pasdemail@orange.fr", None, "placeholder"),
    ("xxxx@free.fr", None, "placeholder"),
    ("refus", None, "placeholder"),
    ("jean.dupont@menuiserie.example", "jean.dupont@menuiserie.example", "ok"),
    ("caisse12@brindille.fr", None, "own_domain"),
    ("jean.dupont", None, "bad_syntax"),
    ("jean dupont@", None, "bad_syntax"),
    ("hélène@orange.fr", "helene@orange.fr", "syntax_repaired"),
    ("hélène@élan.fr", "hélène@élan.fr", "ok"),
    ("jean@orange", "jean@orange.fr", "domain_repaired"),
    ("jean@yahoo.fr.fr", "jean@yahoo.fr", "domain_repaired"),
    ("jean@gmailcom", "jean@gmail.com", "domain_repaired"),
    ("jean@otmail.fr", "jean@otmail.fr", "domain_doubtful"),
    ("jean@hotmail.fe", None, "no_such_domain"),
    ("jean@voila.fr", "jean@voila.fr", "domain_closed"),
    ("jean.dupont.gmail.com", "jean.dupont@gmail.com", "syntax_repaired"),
    ("jean.dupont#gmail.com", "jean.dupont@gmail.com", "syntax_repaired"),
    ("jean.dupont(at)free(dot)fr", "jean.dupont@free.fr", "syntax_repaired"),
    ("jean..dupont@free.fr", "jean.dupont@free.fr", "syntax_repaired"),
    ("jean.dupont@free..fr", "jean.dupont@free.fr", "syntax_repaired"),
    ("www.jean.dupont@free.fr", "jean.dupont@free.fr", "syntax_repaired"),
    ("Jean Dupont <jean@free.fr>", "jean@free.fr", "syntax_repaired"),
    ("jean@free.fr (perso)", "jean@free.fr", "syntax_repaired"),
    ("jean@free.fr/paul@free.fr", "jean@free.fr", "syntax_repaired"),
    ("“jean@free.fr”", "jean@free.fr", "reformatted"),
    # may be jeandupont, jean.dupont, or a name before somebody else's address
    ("jean dupont@free.fr", None, "bad_syntax"),
    ("jean@moi.yopmail.com", None, "disposable"),
    ("non@non.fr", None, "placeholder"),
    ("jean@127.0.0.1", None, "no_such_domain"),
    ("", None, "empty"),
]


@pytest.mark.parametrize(("text", "email", "reason"), EMAILS)
def test_an_email_is_kept_repaired_or_refused(text: str, email: str | None, reason: str) -> None:
    found = clean_email(text, ("brindille.fr",))
    assert (found.email, found.reason) == (email, reason)


def test_a_doubtful_domain_is_proposed_not_changed() -> None:
    assert clean_email("jean.dupont@gmail.fr").proposed == "gmail.com"


@pytest.mark.parametrize(
    ("email", "key"),
    [
        ("Jean.Dupont+pub@gmail.com", "jeandupont@gmail.com"),
        ("jean.dupont@googlemail.com", "jeandupont@gmail.com"),
        ("jean.dupont+pub@outlook.fr", "jean.dupont@outlook.fr"),
        ("jean.dupont+pub@proton.me", "jeandupont@proton.me"),
        ("jean.dupont-pub@yahoo.fr", "jean.dupont-pub@yahoo.fr"),
        ("Jean.Dupont@Orange.fr", "jean.dupont@orange.fr"),
    ],
)
def test_the_matching_key_drops_only_what_the_provider_ignores(email: str, key: str) -> None:
    assert email_key(email) == key


BIRTH_DATES = [
    ("1980-05-30", date(1980, 5, 30), "ok"),
    ("30/05/1980", date(1980, 5, 30), "ok"),
    ("1980-05-30 00:00:00", date(1980, 5, 30), "reformatted"),
    ("1980-05-30T00:00:00", date(1980, 5, 30), "reformatted"),
    ("30.5.1980", date(1980, 5, 30), "reformatted"),
    ("30-05-1980", date(1980, 5, 30), "reformatted"),
    ("30051980", date(1980, 5, 30), "reformatted"),
    ("19800530", date(1980, 5, 30), "reformatted"),
    ("20011980", date(1980, 1, 20), "reformatted"),
    ("30 mai 1980", date(1980, 5, 30), "reformatted"),
    ("1er août 1980", date(1980, 8, 1), "reformatted"),
    ("le 30 Mai 1980", date(1980, 5, 30), "reformatted"),
    ("30-MAY-1980", date(1980, 5, 30), "reformatted"),
    ("3/7/58", date(1958, 7, 3), "two_digit_year"),
    ("3/7/05", date(2005, 7, 3), "two_digit_year"),
    ("3/7/20", date(1920, 7, 3), "two_digit_year"),
    ("05/30/1980", date(1980, 5, 30), "month_first"),
    ("29371", date(1980, 5, 30), "excel_serial"),
    ("29371.0", date(1980, 5, 30), "excel_serial"),
    ("31/02/1980", None, "impossible_date"),
    ("00/05/1980", None, "year_only"),
    ("1980", None, "year_only"),
    ("0000-00-00", None, "placeholder"),
    ("00000000", None, "placeholder"),
    ("01/01/1900", None, "placeholder"),
    ("inconnu", None, "placeholder"),
    ("12/12/2031", None, "in_future"),
    ("01/02/1903", None, "too_old"),
    ("01/02/2020", date(2020, 2, 1), "very_young"),
    ("19800530000000", date(1980, 5, 30), "reformatted"),
    ("vendredi 30 mai 1980", date(1980, 5, 30), "reformatted"),
    ("né le 30/05/1980", date(1980, 5, 30), "ok"),
    ("1980/05/30", date(1980, 5, 30), "reformatted"),
    ("300580", date(1980, 5, 30), "two_digit_year"),
    ("May 30 1980", date(1980, 5, 30), "reformatted"),
    ("mai 1980", None, "year_only"),
    ("05/1980", None, "year_only"),
    ("29/02/1981", None, "impossible_date"),
    ("11/11/1111", None, "placeholder"),
    ("01/02/1910", date(1910, 2, 1), "very_old"),
    ("31/10/1915", date(1915, 10, 31), "very_old"),
    ("01/02/1916", date(1916, 2, 1), "ok"),
    ("bientôt", None, "unreadable"),
    ("", None, "empty"),
]


@pytest.mark.parametrize(("text", "birth_date", "reason"), BIRTH_DATES)
def test_a_birth_date_is_read_in_any_writing(text: str, birth_date: date | None, reason: str) -> None:
    found = clean_birth_date(text, AS_OF)
    assert (found.birth_date, found.reason) == (birth_date, reason)


@pytest.mark.parametrize(
    ("text", "order", "birth_date", "reason"),
    [
        ("03/04/1980", "", date(1980, 4, 3), "ok"),
        ("03/04/1980", "month_first", date(1980, 3, 4), "month_first"),
        ("03/04/1980", "mixed", date(1980, 4, 3), "day_month_doubtful"),
        ("04/04/1980", "mixed", date(1980, 4, 4), "ok"),
        ("30/04/1980", "month_first", date(1980, 4, 30), "ok"),
        ("1980-04-03", "month_first", date(1980, 4, 3), "ok"),
    ],
)
def test_figures_that_may_be_day_or_month_follow_the_source(
    text: str, order: str, birth_date: date, reason: str
) -> None:
    found = clean_birth_date(text, AS_OF, order)
    assert (found.birth_date, found.reason) == (birth_date, reason)
