"""Who gets in: strangers see nothing, every opening of a file is logged, guessing is slowed down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from tests.web.conftest import PASSWORD, SignedIn, store_models
from tests.web.doors import DOORS, OPEN, Door
from tests.web.published import EVERY_EVENT

from chaland_web.rights import RIGHTS, Role

FILE = "/clients/c-camille/"


@dataclass(frozen=True)
class Address:
    """One address of the application, found by walking the resolver."""

    name: str
    view: Any

    @property
    def door(self) -> Door:
        return DOORS[self.name]

    @property
    def url(self) -> str:
        return reverse(self.name, kwargs=self.door.arguments)

    def knock(self, browser: Client, method: str = "") -> Any:
        return getattr(browser, method or self.door.method)(self.url, self.door.fields)


def walk(patterns: Sequence[Any], names: tuple[str, ...] = ()) -> Iterator[Address]:
    """Give every address under these patterns with the name that leads to it."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from walk(pattern.url_patterns, inner)
        else:
            assert pattern.name, f"{pattern.pattern} has no name"
            yield Address(":".join((*names, pattern.name)), pattern.callback)


def addresses() -> list[Address]:
    return list(walk(get_resolver().url_patterns))


def guarded() -> list[Address]:
    """Return the addresses that strangers may not use."""
    return [address for address in addresses() if address.name not in OPEN]


NOTED_IN_PASSING = {"seen_at"}
"""When a session was last used, written once a minute (`keep_session`): a long walk is noted, not granted."""


def everything_written(base: Path) -> dict[str, Any]:
    """Return all that may change: every row of the store but sessions, every file of the base but it and leases."""
    rows = {
        model.__name__: [
            {name: value for name, value in row.items() if name not in NOTED_IN_PASSING}
            for row in model.objects.order_by("pk").values()
        ]
        for model in store_models()
    }
    files = {
        str(path.relative_to(base)): path.stat().st_mtime_ns
        for path in sorted(base.rglob("*"))
        if path.is_file() and not path.name.startswith(("store.sqlite3", "lease-"))
    }
    return {**rows, **files}


def accesses() -> list[tuple[str, str, str]]:
    from chaland_web.accounts.models import Access

    return list(Access.objects.order_by("id").values_list("user_name", "customer_id", "what"))


# The walk ---------------------------------------------------------------------------------------


def test_every_address_has_its_sample_and_no_sample_is_left_over(application: Path) -> None:
    assert sorted(DOORS) == sorted(address.name for address in guarded())
    assert {address.name for address in addresses()} >= OPEN


def test_every_address_declares_the_right_it_takes_or_is_open_on_purpose(application: Path) -> None:
    undeclared = [address.name for address in guarded() if not hasattr(address.view, "right")]
    assert undeclared == []
    opened = {address.name for address in addresses() if not getattr(address.view, "login_required", True)}
    assert opened == OPEN


def test_a_stranger_is_sent_to_sign_in_everywhere_and_nothing_is_served_or_changed(
    stranger: Client, application: Path
) -> None:
    before = everything_written(application)
    for address in guarded():
        for method in ("get", "post"):
            answer = address.knock(stranger, method)
            assert (address.name, answer.status_code) == (address.name, 302)
            assert answer["Location"].startswith("/connexion/?next=/")
            assert answer.content == b""
    assert everything_written(application) == before


@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_right_is_refused_everywhere_and_nothing_changes(
    signed_in: SignedIn, application: Path, role: Role
) -> None:
    browser = signed_in(role)
    before = everything_written(application)
    for address in guarded():
        if address.view.right and address.view.right not in RIGHTS[role]:
            statuses = {address.knock(browser, method).status_code for method in ("get", "post")}
            assert (address.name, statuses - {405}) == (address.name, {403})
    assert everything_written(application) == before


@pytest.mark.parametrize("role", [Role.ADVISER, Role.SHOP_MANAGER, Role.PHONE_ADVISER])
def test_someone_of_another_shop_is_asked_for_a_reason_everywhere_and_nothing_changes(
    signed_in: SignedIn, application: Path, role: Role
) -> None:
    browser = signed_in(role, shops=["REN"])
    before = everything_written(application)
    asked = 0
    for address in guarded():
        if address.door.arguments.get("customer_id") and address.view.right in RIGHTS[role]:
            answer = address.knock(browser)
            if address.name != "privacy:reason":  # the page that asks
                assert (address.name, answer.status_code) == (address.name, 302)
                assert answer["Location"] == "/motif/c-camille/"
                asked += 1
    assert asked >= 6
    assert everything_written(application) == before


def test_the_administrator_is_answered_everywhere(signed_in: SignedIn) -> None:
    for address in guarded():
        if address.name != "accounts:sign-out":
            answer = address.knock(signed_in(Role.ADMINISTRATOR))
            assert (address.name, answer.status_code) == (address.name, address.door.answers)


# Single doors -----------------------------------------------------------------------------------


def test_a_stranger_asking_for_a_part_of_a_page_is_sent_away_whole(stranger: Client) -> None:
    answer = stranger.get("/clients/?q=chalain", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (401, "/connexion/", b"")


def test_opening_a_file_is_logged_with_who_and_which(alice: Client) -> None:
    alice.get(FILE)
    alice.get(FILE + "origine/")
    assert accesses() == [("alice", "c-camille", "file"), ("alice", "c-camille", "origin")]


def test_searching_opens_no_file(alice: Client) -> None:
    alice.get("/clients/?q=martin")
    assert accesses() == []


def test_an_unknown_customer_is_not_found_and_not_logged(alice: Client) -> None:
    assert alice.get("/clients/nobody/").status_code == 404
    assert accesses() == []


def test_a_ticket_is_shown_in_its_customers_file_only(alice: Client) -> None:
    assert alice.get("/clients/c-lucas/tickets/tills:T1/").status_code == 404
    assert alice.get("/clients/c-lucas/visites/web_events:e1/").status_code == 404


def test_signing_in_opens_the_page_that_was_asked_for(alice: Client, stranger: Client) -> None:
    asked = stranger.get(FILE)["Location"]
    answer = stranger.post(asked, {"username": "alice", "password": PASSWORD, "next": FILE})
    assert (answer.status_code, answer["Location"]) == (302, FILE)
    assert stranger.get(FILE).context["counts"] != []
    assert stranger.get(FILE).context["count_every"] == EVERY_EVENT


def test_signing_in_never_leads_to_another_site(alice: Client, stranger: Client) -> None:
    answer = stranger.post("/connexion/", {"username": "alice", "password": PASSWORD, "next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_the_same_words_answer_a_wrong_password_and_an_unknown_account(alice: Client, stranger: Client) -> None:
    said = []
    for name in ("alice", "nobody"):
        answer = stranger.post("/connexion/", {"username": name, "password": "wrong"})
        said.append([str(error) for error in answer.context["form"].non_field_errors()])
    assert said == [["Compte inconnu ou mot de passe erroné."]] * 2


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_after_five_failures_even_the_right_password_must_wait(alice: Client, stranger: Client, name: str) -> None:
    for _ in range(5):
        stranger.post("/connexion/", {"username": name, "password": "wrong"})
    answer = stranger.post("/connexion/", {"username": name, "password": PASSWORD})
    assert answer.status_code == 200
    errors = answer.context["form"].non_field_errors()
    assert [str(error) for error in errors] == ["Trop d’essais\N{NO-BREAK SPACE}: attendez un quart d’heure."]
    assert stranger.get(FILE).status_code == 302


def test_failures_are_forgotten_once_signed_in(alice: Client, stranger: Client) -> None:
    for _ in range(4):
        stranger.post("/connexion/", {"username": "alice", "password": "wrong"})
    assert stranger.post("/connexion/", {"username": "alice", "password": PASSWORD}).status_code == 302
    stranger.post("/deconnexion/")
    assert stranger.post("/connexion/", {"username": "alice", "password": "wrong"}).status_code == 200
    assert stranger.post("/connexion/", {"username": "alice", "password": PASSWORD}).status_code == 302


def test_a_generated_password_opens_and_closes_older_sessions(alice: Client, stranger: Client) -> None:
    from chaland_web.accounts.accounts import give_password

    fresh = give_password("alice")
    assert len(fresh) == 19
    assert alice.get("/").status_code == 302
    assert stranger.post("/connexion/", {"username": "alice", "password": fresh}).status_code == 302


def test_passwords_are_kept_as_argon2_hashes(alice: Client) -> None:
    from django.contrib.auth import get_user_model

    assert get_user_model().objects.get().password.startswith("argon2$argon2id$")


def test_signing_out_asks_for_a_form_and_ends_the_session(alice: Client) -> None:
    assert alice.get("/deconnexion/").status_code == 405
    assert alice.get("/").status_code == 200
    alice.post("/deconnexion/")
    assert alice.get("/").status_code == 302


def test_forms_without_their_token_are_refused(alice: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/connexion/", {"username": "alice", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Page périmée" in answer.content.decode()


def test_headers_forbid_inline_and_foreign_scripts_frames_and_caches(alice: Client) -> None:
    headers = alice.get(FILE).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_no_page_carries_inline_script_or_style(alice: Client) -> None:
    for address in guarded():
        if address.door.method == "get":
            text = b"".join(address.knock(alice)).decode()
            scripts = text.count("<script src=") + text.count("<script defer src=") + text.count("<script nonce")
            assert (address.name, text.count("<script")) == (address.name, scripts)
            assert [sign for sign in (" style=", "<style", " onclick=") if sign in text] == [], address.name


def test_the_session_key_is_readable_by_its_owner_alone(application, base_folder) -> None:
    assert (base_folder / ".secret").stat().st_mode & 0o777 == 0o600
