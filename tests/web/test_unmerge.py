"""Merge → changes → unmerge → replay, in any order: each is on the screen as if the two had never been one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests import cast
from tests.cast import identified
from tests.web.conftest import SignedIn

from chaland.base import build_base
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.publish import publish_snapshot
from chaland.publish.place import put_in_force, snapshot_in_force
from chaland.tables import identity

ONE, OTHER = "c-lucas", "c-dominique"
BOTH = ONE
"""Two customers, and who they are once merged. Lucas said yes to e-mail; Dominique said no to everything."""
PAIR = ("card:1002", "card:1004")
RECORD = {ONE: "card:1002", OTHER: "card:1004"}

channels = st.sampled_from(("post", "phone", "sms", "email"))
words = st.one_of(
    st.tuples(st.just("contact"), st.sampled_from(("Livraison", "Devis"))),
    st.tuples(st.just("mobile"), st.sampled_from(("06 99 88 77 66", "07 00 00 00 07"))),
    st.tuples(st.just("email"), st.sampled_from(("a@orange.fr", "b@free.fr"))),
    st.tuples(st.just("name"), st.sampled_from(("Martinez", "Le Roy"))),
    st.tuples(st.just("blank"), st.sampled_from(("mobile", "email"))),
    st.tuples(st.just("yes"), channels),
    st.tuples(st.just("no"), channels),
    st.tuples(st.just("case"), st.sampled_from(("Colis", "Facture"))),
    st.tuples(st.just("close"), st.integers(0, 3)),
    st.tuples(st.just("undo"), st.integers(0, 5)),
)
Word = tuple[str, Any]


def publish_merged(folder: Path) -> Path:
    """Publish in a base, beside the snapshot in force, what it is once a steward merged the two; return its place."""
    with pytest.MonkeyPatch.context() as patch, Engine(threads=2) as engine:
        cast.fill_landing(engine)
        cast.fill_clean(engine)
        patch.setitem(identified.PERSON_OF, "card:1004", "lucas")
        identified.fill_identity(engine)
        engine.execute(
            "update identity.persons set undecided_customer_id = $was where record_id = 'card:1004'", {"was": OTHER}
        )
        decided = {
            "record_id_l": PAIR[0], "record_id_r": PAIR[1], "decision": "same", "outcome": "obeyed",
            "decided_at": cast.NOW.replace(tzinfo=None, day=1, hour=1), "decided_by": "steward", "source": "decisions",
        }  # fmt: skip
        cast.load_rows(engine, identity.DECISIONS, [decided])
        alias = {"old_customer_id": OTHER, "customer_id": BOTH, "reason": "merged", "since_date": cast.AS_OF}
        cast.load_rows(engine, identity.ALIASES, [alias])
        build_base(engine, cast.settings(folder), as_of=cast.AS_OF, reporter=Reporter())
        return publish_snapshot(
            engine, cast.settings(folder), now=cast.NOW.replace(hour=4), as_of=cast.AS_OF, reporter=Reporter()
        )


@dataclass(frozen=True)
class Base:
    """A base with both snapshots: which one is in force is chosen here."""

    folder: Path
    apart: Path
    merged: Path

    def serve(self, place: Path) -> None:
        put_in_force(self.folder, place)


@pytest.fixture(scope="module")
def base(application: Path) -> Iterator[Base]:
    apart = snapshot_in_force(application)
    found = Base(application, apart, publish_merged(application))
    yield found
    found.serve(apart)


@pytest.fixture
def steward(signed_in: SignedIn) -> Client:
    return signed_in("administrator")


def forget(folder: Path) -> None:
    """Take back what the last example wrote, here and in the base's own files."""
    from chaland_web.desk.models import Line, Named
    from chaland_web.steward.models import Judgement

    for model in (Line, Named, Judgement):
        model.objects.all().delete()
    for path in (*(folder / "desk").glob("*.csv"), folder / "decisions.csv"):
        path.unlink(missing_ok=True)


@contextmanager
def opened(customer_id: str) -> Iterator[Any]:
    """Give a customer's file in the snapshot in force."""
    from chaland_web.access import CustomerFile
    from chaland_web.snapshots import current

    with current().pinned() as snapshot, snapshot.reader() as reader:
        customer = reader.customer(customer_id)
        assert customer is not None
        yield CustomerFile(reader, customer)


def said(user: Any, customer_id: str, word: Word) -> Any:
    """Write a new word on a customer's file, as the desk's pages do; return its line."""
    from chaland_web.desk.models import Kind
    from chaland_web.desk.writing import write

    name, told = word
    with opened(customer_id) as file:
        if name == "contact":
            return write(file, user, Kind.CONTACT, {"channel": "phone", "direction": "in", "reason": told})
        if name == "case":
            return write(file, user, Kind.CASE, {"subject": told, "comment": "vu", "stage": "new"})
        if name in ("yes", "no"):
            proof = {"purpose": "marketing", "method": "spoken", "proof": "texte lu"}
            return write(file, user, Kind.CONSENT, {"channel": told, "answer": name, **proof})
        field = {"name": "last_name", "blank": "blank_fields"}.get(name, name)
        return write(file, user, Kind.CORRECTION, {field: told, "reason": "dit"})


def said_again(user: Any, customer_id: str, name: str, key: str) -> bool:
    """Take a word back, or close a case, from a customer's file; False when it does not stand there."""
    from chaland_web.desk.models import Kind
    from chaland_web.desk.writing import line_of, write_again

    with opened(customer_id) as file:
        line = line_of(file, key)
    if line is None or (name == "close" and line.kind != Kind.CASE):
        return False
    closed = {**line.fields, "stage": "closed", "comment": "fait"}
    write_again(line, user, closed if name == "close" else None, is_withdrawn=name == "undo")
    return True


@dataclass(frozen=True)
class Done:
    """What was written: of whom it is told once they are apart, and which word it goes back on (None: a new one)."""

    of: tuple[str, ...]
    word: Word
    rank: int | None = None


def live(user: Any, turns: Sequence[tuple[str, Word]], keys: list[str], done: list[Done]) -> None:
    """Write words one after the other, each on the file of a customer as he is today; note what each was."""
    for customer_id, word in turns:
        name, told = word
        if name in ("undo", "close"):
            rank = told % len(keys) if keys else 0
            if keys and said_again(user, customer_id, name, keys[rank]):
                done.append(Done((), word, rank))
            continue
        line = said(user, customer_id, word)
        # a no said for both is a no of each; anything else follows the record it hangs on
        is_of_both = name == "no" and set(line.fields["records"].split()) == set(PAIR)
        home = next(person for person, record in RECORD.items() if record == line.record_id)
        done.append(Done((ONE, OTHER) if is_of_both else (home,), word))
        keys.append(line.key)


def replay(user: Any, done: Sequence[Done]) -> None:
    """Write the same on two customers who were never one."""
    keys: list[list[tuple[str, str]]] = []
    for one in done:
        if one.rank is None:
            keys.append([(customer_id, said(user, customer_id, one.word).key) for customer_id in one.of])
        else:
            assert all(said_again(user, customer_id, one.word[0], key) for customer_id, key in keys[one.rank])


def reasons(customer_id: str) -> dict[str, str]:
    """Return the reason of each light."""
    from chaland_web.desk.shown import desk_of

    with opened(customer_id) as file:
        return {light.channel: light.reason for light in desk_of(file).reach(file.customer)}


def screen(browser: Client, customer_id: str) -> dict[str, Any]:
    """Return what the screen says of a customer, without the numbers and moments of words."""
    from chaland_web.desk.history import history_of

    def plain(events: Sequence[Any]) -> list[tuple[Any, ...]]:
        return [(one.kind, one.code, one.label, one.status, one.comment, one.amount, one.points) for one in events]

    page = browser.get(f"/clients/{customer_id}/").context
    consents = browser.get(f"/clients/{customer_id}/coordonnees/").context["consents"]
    desk = page["desk"]
    corrected = {one.field: (one.value, one.by, one.reason) for one in desk.corrections.values()}
    steps = history_of([line.key for line in desk.lines])
    return {
        "customer": page["customer"],
        "lights": page["reach"],
        "open cases": page["open_cases"],
        "values": page["values"],
        "corrected": corrected,
        "waiting": plain(page["waiting"]),
        "events": [(one.event_id, one.happened_at, *plain([one])[0]) for one in page["events"]],
        "counts": [(kind, count) for kind, count, _ in page["counts"]],
        "consents": [(one.channel, one.is_granted, one.purpose, one.proof, one.is_latest) for one in consents],
        "written": [(one.line.kind, one.act, list(one.changes), one.line.user_name) for one in steps],
    }


def told(folder: Path) -> list[str]:
    path = folder / "decisions.csv"
    return path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else []


each = st.tuples(st.sampled_from((ONE, OTHER)), words)


def check(
    base: Base,
    steward: Client,
    before: Sequence[tuple[str, Word]],
    merged: Sequence[Word],
    after: Sequence[tuple[str, Word]],
) -> None:
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.get(username="administrator")
    forget(base.folder)
    keys: list[str] = []
    done: list[Done] = []
    base.serve(base.apart)
    live(user, before, keys, done)
    apart = [reasons(ONE), reasons(OTHER)]
    base.serve(base.merged)
    together = reasons(BOTH)
    for channel, reason in together.items():
        assert (reason == "objected") == any(one[channel] == "objected" for one in apart), channel
    assert steward.get(f"/clients/{OTHER}/").headers["Location"] == f"/clients/{BOTH}/"
    live(user, [(BOTH, word) for word in merged], keys, done)
    unmerge = {"l": PAIR[0], "r": PAIR[1], "reason": "deux personnes"}
    for _ in range(2):  # the second time changes nothing
        assert steward.post(f"/clients/{BOTH}/separer/", unmerge).status_code == 302
        assert [line.split(",")[2] for line in told(base.folder)] == ["withdrawn"]
    base.serve(base.apart)
    live(user, after, keys, done)
    lived = [screen(steward, ONE), screen(steward, OTHER)]
    forget(base.folder)
    replay(user, done)
    assert [screen(steward, ONE), screen(steward, OTHER)] == lived


_ANY_LENGTH = {"before": st.lists(each, max_size=3), "merged": st.lists(words, max_size=5)}
_QUICK = settings(
    max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@example(before=[], merged=[("no", "post")], after=[])
@example(before=[(ONE, ("no", "email")), (OTHER, ("yes", "email"))], merged=[("contact", "Devis")], after=[])
@_QUICK
@given(**_ANY_LENGTH, after=st.lists(each, max_size=2))
def test_after_an_unmerge_each_is_on_the_screen_as_if_never_merged(
    base: Base, steward: Client, before: Any, merged: Any, after: Any
) -> None:
    check(base, steward, before, merged, after)


@pytest.mark.long
@settings(_QUICK, max_examples=120)
@given(**_ANY_LENGTH, after=st.lists(each, max_size=4))
def test_after_an_unmerge_each_is_on_the_screen_as_if_never_merged_many_times_over(
    base: Base, steward: Client, before: Any, merged: Any, after: Any
) -> None:
    check(base, steward, before, merged, after)
