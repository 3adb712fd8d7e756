"""Who gets in: strangers see nothing, every opening of a file is logged, guessing is slowed down."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver
from tests.web.conftest import PASSWORD
from tests.web.published import EVERY_EVENT

FILE = "/clients/c-camille/"
PAGES = (
    "/",
    "/base/",
    "/clients/",
    "/clients/?q=chalain",
    FILE,
    FILE + "historique/",
    FILE + "achats/",
    FILE + "origine/",
    FILE + "tickets/tills:T1/",
    FILE + "visites/web_events:e1/",
)


def accesses() -> list[tuple[str, str, str]]:
    from chaland_web.accounts.models import Access  # noqa: PLC0415 - needs the settings

    return list(Access.objects.order_by("id").values_list("user_name", "customer_id", "what"))


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_sign_in_and_nothing_is_served_or_logged(stranger: Client, page: str) -> None:
    answer = stranger.get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/connexion/?next=/")
    assert answer.content == b""
    assert accesses() == []


def test_every_address_is_in_the_list_of_guarded_pages_or_open_on_purpose() -> None:
    opened = {"connexion/", "deconnexion/", "langue/", "vivant/"}
    routes = set()
    for pattern in get_resolver().url_patterns:
        for leaf in getattr(pattern, "url_patterns", [pattern]):
            prefix = str(pattern.pattern) if leaf is not pattern else ""
            routes.add(prefix + str(leaf.pattern))
    assert len(routes - opened) == 9
    assert opened <= routes


def test_a_stranger_asking_for_a_part_of_a_page_is_sent_away_whole(stranger: Client) -> None:
    answer = stranger.get("/clients/?q=chalain", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (401, "/connexion/", b"")


@pytest.mark.parametrize("page", PAGES)
def test_someone_signed_in_sees_every_page(alice: Client, page: str) -> None:
    assert alice.get(page, follow=True).status_code == 200


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
    from chaland_web.accounts.accounts import give_password  # noqa: PLC0415 - needs the settings

    fresh = give_password("alice")
    assert len(fresh) == 19
    assert alice.get("/").status_code == 302
    assert stranger.post("/connexion/", {"username": "alice", "password": fresh}).status_code == 302


def test_passwords_are_kept_as_argon2_hashes(alice: Client) -> None:
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - needs the settings

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


@pytest.mark.parametrize("page", PAGES)
def test_no_page_carries_inline_script_or_style(alice: Client, page: str) -> None:
    text = alice.get(page, follow=True).content.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert text.count("<script") == text.count("<script src=") + text.count("<script defer src=") + text.count(
        "<script nonce"
    )


def test_the_session_key_is_readable_by_its_owner_alone(application, base_folder) -> None:
    assert (base_folder / ".secret").stat().st_mode & 0o777 == 0o600
