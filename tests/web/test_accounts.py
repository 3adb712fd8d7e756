"""Accounts: made and closed by the administrator, kept by their owner, with a second factor and sessions that end."""

from __future__ import annotations

import base64
import doctest
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.conftest import PASSWORD, SignedIn

from chaland_web.rights import RIGHT_NAMES, ROLE_NAMES, Right, Role

NEW = {"username": "nadia", "first_name": "Nadia", "last_name": "Roux", "role": "adviser", "shops": ["LIL"]}


def user(name: str) -> Any:
    from chaland_web.accounts.models import User

    return User.objects.get(username=name)


def changes() -> list[tuple[str, str, str]]:
    from chaland_web.accounts.models import AccountChange

    return list(AccountChange.objects.order_by("pk").values_list("user_name", "account", "what"))


def outcomes(name: str) -> list[str]:
    from chaland_web.accounts.models import SignIn

    return list(SignIn.objects.filter(user_name=name).order_by("pk").values_list("outcome", flat=True))


def password_in(page: Any) -> str:
    found = re.search(r"<code>([0-9a-f-]{19})</code>", page.content.decode())
    assert found
    return found[1]


def sign_in(browser: Client, name: str, password: str) -> Any:
    return browser.post("/connexion/", {"username": name, "password": password})


def code_now(key: str, steps: int = 0) -> str:
    from chaland_web.accounts import totp

    return totp.totp(base64.b32decode(key), time.time() + steps * totp.STEP_S)


@pytest.fixture
def nadia(alice: Client) -> str:
    """Return the first password of Nadia, whom Alice has just given an account."""
    return password_in(alice.post("/comptes/nouveau/", NEW))


@pytest.fixture
def key(alice: Client) -> str:
    """Return the key of Alice’s second factor, set up."""
    alice.get("/compte/double/")
    key: str = alice.session["second_key"]
    answer = alice.post("/compte/double/", {"code": code_now(key)})
    assert answer.content.decode().count("<li><code>") == 10
    return key


# The administrator ------------------------------------------------------------------------------


def test_the_administrator_makes_an_account_whose_password_is_shown_once_and_must_be_changed(
    alice: Client, nadia: str
) -> None:
    browser = Client()
    assert sign_in(browser, "nadia", nadia).status_code == 302
    assert browser.get("/clients/")["Location"] == "/compte/mot-de-passe/"
    fields = {"old_password": nadia, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert browser.post("/compte/mot-de-passe/", fields)["Location"] == "/compte/"
    assert browser.get("/clients/").status_code == 200
    assert (user("nadia").role, user("nadia").shop_keys) == ("adviser", frozenset({"LIL"}))
    assert nadia not in alice.get("/comptes/").content.decode()
    assert changes() == [("alice", "nadia", "created"), ("nadia", "nadia", "password")]


def test_weak_passwords_are_refused(alice: Client) -> None:
    for weak in ("short", "motdepasse", "password1234", "123456789012345", "é" * 129):
        fields = {"old_password": PASSWORD, "new_password1": weak, "new_password2": weak}
        answer = alice.post("/compte/mot-de-passe/", fields)
        assert (weak, answer.status_code, bool(answer.context["form"].errors)) == (weak, 200, True)
    assert changes() == []


def test_a_password_given_by_the_administrator_opens_the_account_for_a_week(
    nadia: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chaland_web.accounts import forms

    monkeypatch.setattr(forms, "GIVEN_LASTS", timedelta(0))
    assert sign_in(Client(), "nadia", nadia).status_code == 200
    monkeypatch.undo()
    assert sign_in(Client(), "nadia", nadia).status_code == 302


def test_a_role_changed_takes_effect_at_the_next_request(alice: Client, signed_in: SignedIn) -> None:
    browser = signed_in("adviser", shops=["LIL"])
    number = user("adviser-lil").pk
    assert browser.get("/base/").status_code == 403
    alice.post(f"/comptes/{number}/", {"username": "adviser-lil", "role": "steward"})
    assert browser.get("/base/").status_code == 200
    assert changes() == [("alice", "adviser-lil", "changed")]


def test_closing_an_account_ends_its_sessions_and_its_sign_ins(alice: Client, signed_in: SignedIn) -> None:
    browser = signed_in("steward")
    page = f"/comptes/{user('steward').pk}/agir/"
    alice.post(page, {"act": "closed"})
    assert browser.get("/base/").status_code == 302
    assert sign_in(Client(), "steward", PASSWORD).status_code == 200
    alice.post(page, {"act": "opened"})
    assert sign_in(Client(), "steward", PASSWORD).status_code == 302


def test_a_password_given_anew_ends_the_sessions_opened_with_the_former_one(alice: Client, signed_in: SignedIn) -> None:
    browser = signed_in("steward")
    fresh = password_in(alice.post(f"/comptes/{user('steward').pk}/agir/", {"act": "reset"}))
    assert browser.get("/base/").status_code == 302
    assert sign_in(Client(), "steward", PASSWORD).status_code == 200
    assert sign_in(browser, "steward", fresh).status_code == 302


def test_nobody_closes_or_demotes_his_own_account(alice: Client) -> None:
    number = user("alice").pk
    alice.post(f"/comptes/{number}/agir/", {"act": "closed"})
    answer = alice.post(f"/comptes/{number}/", {"username": "alice", "role": "adviser"})
    assert "role" in answer.context["form"].errors
    assert (user("alice").is_active, user("alice").role) == (True, "administrator")


def test_a_region_gives_its_shops_to_the_accounts_bound_to_it(alice: Client, nadia: str) -> None:
    from chaland_web.accounts.models import Region

    alice.post("/comptes/regions/", {"name": "Nord", "shops": ["LIL", "ROU"]})
    region = Region.objects.get()
    alice.post(f"/comptes/{user('nadia').pk}/", {**NEW, "shops": [], "region": region.pk})
    assert user("nadia").shop_keys == {"LIL", "ROU"}
    alice.post(f"/comptes/regions/{region.pk}/", {"name": "Nord", "shops": ["ROU"]})
    assert user("nadia").shop_keys == {"ROU"}


def test_an_unknown_shop_is_refused(alice: Client) -> None:
    answer = alice.post("/comptes/nouveau/", {**NEW, "shops": ["NOWHERE"]})
    assert list(answer.context["form"].errors) == ["shops"]


# One's own account ------------------------------------------------------------------------------


def test_the_own_page_shows_the_sessions_and_ends_the_others(alice: Client) -> None:
    other = Client()
    sign_in(other, "alice", PASSWORD)
    page = alice.get("/compte/")
    assert len(page.context["seats"]) == 2
    alice.post("/compte/sessions/")
    assert (alice.get("/").status_code, other.get("/").status_code) == (200, 302)


@pytest.mark.parametrize("page", ["/compte/", "/compte/mot-de-passe/", "/compte/double/", "/comptes/"])
def test_ones_own_account_is_lit_under_ones_name_and_the_accounts_in_the_menu(alice: Client, page: str) -> None:
    html = alice.get(page, follow=True).content.decode()
    lit = re.findall(r'href="([^"]+)" aria-current="page"', html)
    assert lit == (["/comptes/"] if page == "/comptes/" else ["/compte/"])


def test_nobody_ends_the_session_of_somebody_else(alice: Client, signed_in: SignedIn) -> None:
    from chaland_web.accounts.models import Seat

    browser = signed_in("steward")
    browser.post("/compte/sessions/", {"seat": Seat.objects.get(user=user("alice")).pk})
    assert alice.get("/").status_code == 200


def test_a_session_ends_after_half_an_hour_without_a_request_and_after_twelve_hours(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = time.time()
    clock = [start]
    monkeypatch.setattr("chaland_web.accounts.sessions.time.time", lambda: clock[0])
    for minute in range(0, 12 * 60, 29):
        clock[0] = start + 60 * minute
        assert alice.get("/compte/").status_code == 200
    clock[0] = start + 12 * 3600 + 1
    assert alice.get("/compte/").status_code == 302
    sign_in(alice, "alice", PASSWORD)
    clock[0] += 31 * 60
    assert alice.get("/compte/").status_code == 302
    assert outcomes("alice") == ["opened", "expired", "opened", "expired"]


def test_what_matters_asks_for_the_password_again_after_a_quarter_of_an_hour(alice: Client) -> None:
    session = alice.session
    session["proved"] = 0
    session.save()
    asked = alice.get("/comptes/nouveau/")
    assert asked["Location"] == "/compte/confirmer/?next=%2Fcomptes%2Fnouveau%2F"
    assert alice.post("/comptes/nouveau/", NEW)["Location"].startswith("/compte/confirmer/")
    fields = {"password": "wrong", "next": "/comptes/nouveau/"}
    assert alice.post("/compte/confirmer/", fields).status_code == 200
    answer = alice.post("/compte/confirmer/", {**fields, "password": PASSWORD})
    assert answer["Location"] == "/comptes/nouveau/"
    assert alice.get("/comptes/nouveau/").status_code == 200


def test_proving_oneself_never_leads_to_another_site(alice: Client) -> None:
    answer = alice.post("/compte/confirmer/", {"password": PASSWORD, "next": "//example.org/"})
    assert answer["Location"] == "/"


# The second factor ------------------------------------------------------------------------------


def test_with_a_second_factor_the_password_alone_opens_nothing(alice: Client, key: str, stranger: Client) -> None:
    assert sign_in(stranger, "alice", PASSWORD)["Location"] == "/connexion/code/"
    assert stranger.get("/clients/").status_code == 302
    assert stranger.post("/connexion/code/", {"code": "000000"}).status_code == 200
    assert stranger.post("/connexion/code/", {"code": code_now(key, 1)}).status_code == 302
    assert stranger.get("/clients/").status_code == 200
    assert outcomes("alice") == ["opened", "wrong_code", "opened"]


def test_a_code_serves_once(alice: Client, key: str) -> None:
    code = code_now(key, 1)
    statuses = []
    for browser in (Client(), Client()):
        sign_in(browser, "alice", PASSWORD)
        statuses.append(browser.post("/connexion/code/", {"code": code}).status_code)
    assert statuses == [302, 200]


def test_a_recovery_code_stands_for_the_telephone_once(alice: Client, key: str) -> None:
    codes = re.findall(r"<li><code>([a-z2-7-]{29})</code>", alice.post("/compte/double/secours/").content.decode())
    statuses = []
    for browser in (Client(), Client()):
        sign_in(browser, "alice", PASSWORD)
        statuses.append(browser.post("/connexion/code/", {"code": codes[3].upper()}).status_code)
    assert (len(codes), statuses) == (10, [302, 200])


def test_guessing_codes_is_slowed_down_and_the_password_does_not_reset_the_count(alice: Client, key: str) -> None:
    browser = Client()
    for _ in range(5):
        sign_in(browser, "alice", PASSWORD)
        browser.post("/connexion/code/", {"code": "000000"})
    sign_in(browser, "alice", PASSWORD)
    assert browser.post("/connexion/code/", {"code": code_now(key, 1)}).status_code == 200
    assert browser.get("/clients/").status_code == 302


def test_a_role_that_needs_a_second_factor_sets_it_up_before_anything_else(
    alice: Client, settings_with_second_factor: None
) -> None:
    assert alice.get("/clients/")["Location"] == "/compte/double/"
    alice.get("/compte/double/")
    alice.post("/compte/double/", {"code": code_now(alice.session["second_key"])})
    assert alice.get("/clients/").status_code == 200
    alice.post("/compte/double/retirer/")
    assert user("alice").second_key != ""


@pytest.fixture
def settings_with_second_factor(application: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "CHALAND_SECOND_FACTOR", frozenset({"administrator"}))


def test_the_administrator_takes_away_the_second_factor_of_a_lost_telephone(alice: Client, signed_in: SignedIn) -> None:
    from chaland_web.accounts.models import User

    signed_in("steward")
    User.objects.filter(username="steward").update(second_key="A" * 32)
    alice.post(f"/comptes/{user('steward').pk}/agir/", {"act": "second_off"})
    assert user("steward").second_key == ""
    assert sign_in(Client(), "steward", PASSWORD)["Location"] == "/"


def test_the_vectors_of_the_standard_give_their_codes(application: object) -> None:
    from chaland_web import csv_files, store
    from chaland_web.accounts import totp

    vectors = ((59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
               (2000000000, "69279037"), (20000000000, "65353130"))  # fmt: skip
    assert [totp.totp(b"12345678901234567890", at, 8) for at, _ in vectors] == [code for _, code in vectors]
    assert [doctest.testmod(module).failed for module in (totp, csv_files, store)] == [0, 0, 0]


# What is written --------------------------------------------------------------------------------


def test_every_right_and_role_has_its_words() -> None:
    assert set(RIGHT_NAMES) == set(Right)
    assert set(ROLE_NAMES) == set(Role)


def test_a_name_that_is_no_account_is_not_kept(stranger: Client) -> None:
    from chaland_web.accounts.models import SignIn

    sign_in(stranger, "my-password-typed-in-the-wrong-box", "x")
    assert list(SignIn.objects.values_list("user_name", "outcome", "address")) == [("", "wrong", "127.0.0.1")]
