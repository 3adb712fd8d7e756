"""Messages that came back: delivery reports, complaints and other bounces become rows; no message stops a load."""

from __future__ import annotations

import csv
import gzip
import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ingest.conftest import Base

from chaland.cli.sources import inspect_command
from chaland.ingest import inspect_files
from chaland.ingest.bounces import FAILURE, NO_FAILURE, NO_MESSAGE, UNKNOWN, Notice, read_message
from chaland.ingest.mail import MailReader, is_mail
from chaland.ingest.readers import guess_format

RETURNS = """
[sources.returns]
kind = "flags"
format = "mail"
files = ["returns"]
[sources.returns.columns]
email = "email"
flag = "flag"
flag_channel = "flag_channel"
flag_code = "flag_code"
flag_reason = "flag_reason"
flagged_date = "flagged_date"
"""

HEADERS = (
    "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\n"
    "To: b+zoe=example.org@bounce.example.fr\r\nDate: Mon, 02 Mar 2026 23:10:00 +0100\r\nSubject: Undelivered Mail\r\n"
)


def report(*recipients: str, headers: str = HEADERS, kind: str = "delivery-status") -> str:
    """Return a delivery status notification (RFC 3464) with one block per recipient."""
    blocks = "\r\n\r\n".join(("Reporting-MTA: dns; mx.example.net", *recipients))
    return (
        f"{headers}MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type={kind}; boundary=AA\r\n\r\n"
        "--AA\r\nContent-Type: text/plain\r\n\r\nCould not be delivered.\r\n"
        f"--AA\r\nContent-Type: message/{kind}\r\n\r\n"
        f"{blocks}\r\n--AA\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <c42.7@example.fr>\r\n"
        "To: zoe@example.org\r\n--AA--\r\n"
    )


UNKNOWN_USER = (
    "Original-Recipient: rfc822; zoe@example.org\r\nFinal-Recipient: rfc822; z.chalain@isp.example.org\r\n"
    "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user"
)
LATE = "Final-Recipient: rfc822; leo@example.org\r\nAction: delayed\r\nStatus: 4.4.1"
DELIVERED = "Final-Recipient: rfc822; ines@example.org\r\nAction: delivered\r\nStatus: 2.1.5"
COMPLAINT = report(headers=HEADERS, kind="feedback-report").replace(
    "Reporting-MTA: dns; mx.example.net",
    "Feedback-Type: abuse\r\nUser-Agent: Loop/1.0\r\nVersion: 1\r\nOriginal-Rcpt-To: <noe@example.org>",
)


def read(text: str) -> tuple[str, tuple[Notice, ...], str | None, str | None]:
    found = read_message(text.encode())
    return found.kind, found.notices, found.day, found.about


# One message -------------------------------------------------------------------------------------


def test_a_report_tells_who_it_was_sent_to_why_it_failed_when_and_what_came_back() -> None:
    words = "smtp; 550 5.1.1 no such user"
    notice = Notice("zoe@example.org", "z.chalain@isp.example.org", "returned_mail", "5.1.1", None, words)
    assert read(report(UNKNOWN_USER)) == (FAILURE, (notice,), "2026-03-02", "<c42.7@example.fr>")


def test_each_recipient_has_his_own_word_and_those_who_received_it_have_none() -> None:
    _, notices, _, _ = read(report(UNKNOWN_USER, LATE, DELIVERED))
    assert [(notice.email, notice.code, notice.reason) for notice in notices] == [
        ("zoe@example.org", "5.1.1", None),
        ("leo@example.org", "4.4.1", None),
    ]
    assert read(report(DELIVERED))[:2] == (NO_FAILURE, ())


@pytest.mark.parametrize(
    ("status", "words", "code", "reason"),
    [
        ("5.0.0", "smtp; 550 5.1.1 user unknown", "5.1.1", None),  # the server says more than its status
        ("5.1.2 (bad domain)", "", "5.1.2", None),
        ("5.0.0", "x-unix; over quota", "5.0.0", "full"),
        ("", "smtp; 550 relaying denied", "550", None),
        ("", "smtp; mailbox is full", None, "full"),
        ("", "nobody here", None, "permanent"),
    ],
)
def test_the_most_telling_code_is_kept(status: str, words: str, code: str | None, reason: str | None) -> None:
    block = f"Final-Recipient: rfc822; zoe@example.org\r\nAction: failed\r\nStatus: {status}"
    block += f"\r\nDiagnostic-Code: {words}"
    assert [(notice.code, notice.reason) for notice in read(report(block))[1]] == [(code, reason)]


def test_a_complaint_is_a_suppression_unless_he_says_it_was_no_spam() -> None:
    notice = Notice("noe@example.org", flag="suppression", reason="complaint")
    assert read(COMPLAINT)[:2] == (FAILURE, (notice,))
    assert read(COMPLAINT.replace("abuse", "not-spam"))[:2] == (NO_FAILURE, ())


def test_a_complaint_that_hides_its_author_is_read_from_what_came_back_then_from_verp() -> None:
    hidden = COMPLAINT.replace("Original-Rcpt-To: <noe@example.org>", "Source-IP: 192.0.2.1")
    assert [notice.email for notice in read(hidden)[1]] == ["zoe@example.org"]
    assert [n.email for n in read(hidden.replace("To: zoe@example.org", "To: undisclosed"))[1]] == ["zoe@example.org"]
    nobody = hidden.replace("zoe@", "undisclosed").replace("zoe=example.org", "token")
    assert read(nobody)[:2] == (UNKNOWN, ())


def test_a_bounce_of_text_alone_is_attributed_by_the_address_it_came_to() -> None:
    text = HEADERS + "\r\nSorry, we could not deliver it.\r\n"
    assert read(text)[:2] == (FAILURE, (Notice("zoe@example.org", reason="permanent"),))
    assert (
        read(text.replace("MAILER-DAEMON", "zoe").replace("Mail Delivery System", "Zoé").replace("<>", "z"))[0]
        == UNKNOWN
    )


def test_an_absence_is_no_bounce() -> None:
    away = "From: zoe@example.org\r\nTo: shop@example.fr\r\nSubject: Absence du bureau\r\n\r\nJe rentre lundi.\r\n"
    assert read(away)[0] == NO_FAILURE
    marked = away.replace("Absence du bureau", "Merci").replace(
        "\r\n\r\n", "\r\nAuto-Submitted: auto-replied\r\n\r\n", 1
    )
    assert read(marked)[0] == NO_FAILURE


def test_what_is_no_bounce_is_said_so() -> None:
    assert read("Bonjour,\r\nvoici\r\n")[0] == NO_MESSAGE
    assert read("From: a@example.org\r\nTo: b@example.fr\r\nSubject: Devis\r\n\r\nBonjour\r\n")[0] == UNKNOWN


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.integers(0, 900), st.booleans())
def test_no_bytes_stop_the_reader(noise: bytes, place: int, is_cut: bool) -> None:
    whole = report(UNKNOWN_USER, LATE).encode()
    found = read_message(whole[:place] + noise + (b"" if is_cut else whole[place:]))
    assert found.kind in (FAILURE, NO_FAILURE, UNKNOWN, NO_MESSAGE)
    assert bool(found.notices) == (found.kind == FAILURE)


@pytest.mark.parametrize("filler", ["a", "<", "a@", "a.b-", "user unknown ", "5.1.", "\n"])
def test_an_endless_line_or_blank_takes_no_endless_time(filler: str) -> None:
    text = HEADERS.replace("zoe=example.org", "token") + "\r\nfailed addresses:\r\n" + filler * (200_000 // len(filler))
    start = time.perf_counter()
    assert read(text)[0] == UNKNOWN
    assert time.perf_counter() - start < 2  # 8 to 25 seconds where nothing was cut


# The labelled corpus -----------------------------------------------------------------------------


def test_every_bounce_of_the_labelled_corpus_is_attributed(shared_data: Path) -> None:
    """115 real bounces of the Mailman corpus (flufl.bounce, Apache-2.0), with the addresses that bounced."""
    folder = shared_data / "bounces_flufl"
    expected: dict[str, set[str]] = {}
    late: set[str] = set()
    with (folder / "labels.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            expected.setdefault(row["file"], set()).update(row["expected_addresses"].lower().split())
            late |= {row["file"]} if row["temporary"] == "True" else set()
    found = {name: read_message((folder / name).read_bytes()).notices for name in expected}

    assert {name: {notice.email.lower() for notice in notices} for name, notices in found.items()} == expected
    assert (len(expected), sum(map(len, expected.values()))) == (115, 133)
    temporary = {
        name
        for name, notices in found.items()
        if notices and all(one.reason in ("transient", "full") or (one.code or "")[:1] == "4" for one in notices)
    }
    # labelled failed, these say a full box, or a code that means for now
    assert len(temporary - late) == 10
    assert late - temporary == set()
    assert sum(one.code is not None for notices in found.values() for one in notices) == 45
    assert {name for name in expected if guess_format(folder / name) != "mail"} == set()


# Files -------------------------------------------------------------------------------------------


def write_returns(base: Base) -> None:
    base.toml = RETURNS
    base.write("returns/new/1.host", report(UNKNOWN_USER, LATE))
    base.write("returns/cur/2.host:2,S", COMPLAINT)
    base.write("returns/cur/3.host:2,S", report(DELIVERED))
    base.write("returns/tmp/4.host", report(UNKNOWN_USER))
    base.write("returns/cur/5.host", "From: a@example.org\nTo: b@example.fr\nSubject: Devis\n\nBonjour\n")
    base.write("returns/cur/6.host", b"\x00\x01\x02")
    base.write("returns/dovecot/.index", "hidden")


def test_a_maildir_lands_as_flags_and_every_message_is_counted(base: Base) -> None:
    write_returns(base)
    base.build()
    assert base.rows(
        "select file, line, email, flag, flag_channel, flag_code, flag_reason, flagged_date::varchar "
        "from landing.flags order by all"
    ) == [
        ("returns/cur/2.host:2,S", 1, "noe@example.org", "suppression", "email", None, "complaint", "2026-03-02"),
        ("returns/new/1.host", 1, "zoe@example.org", "returned_mail", "email", "5.1.1", None, "2026-03-02"),
        ("returns/new/1.host", 2, "leo@example.org", "returned_mail", "email", "4.4.1", None, "2026-03-02"),
    ]
    assert base.rows("select file, line, reason from landing.rejects order by all") == [
        ("returns/cur/5.host", 1, "unknown_bounce"),
        ("returns/cur/6.host", 1, "not_a_message"),
    ]
    counts = base.counts()
    assert [counts[name] for name in ("rows_read", "rows_filtered", "rows_read_rejected", "rows_landed")] == [
        6,
        1,
        2,
        3,
    ]


def test_a_message_read_again_changes_nothing_even_moved_within_its_maildir(base: Base) -> None:
    write_returns(base)
    assert len(base.ingest()) == 1
    moved = base.sources / "returns" / "new" / "1.host"
    moved.rename(base.sources / "returns" / "cur" / "1.host:2,S")
    assert base.ingest() == []


def test_an_mbox_is_cut_into_its_messages(base: Base) -> None:
    first = report(UNKNOWN_USER).replace("\r\n", "\n")
    start = "From MAILER-DAEMON Mon Mar  2 23:10:00 2026\n"
    second = report(LATE).replace("\r\n", "\n").replace("Could not", "From now on it could not")
    base.toml = RETURNS.replace('["returns"]', '["returns.mbox"]').replace('format = "mail"\n', "")
    base.write("returns.mbox", start + first + "\n" + start + second)
    base.build()
    assert base.rows("select line, email from landing.flags order by 1") == [
        (1, "zoe@example.org"),
        (len((start + first).splitlines()) + 2, "leo@example.org"),
    ]


def test_a_packed_mbox_cut_short_keeps_what_was_read(base: Base) -> None:
    start = "From MAILER-DAEMON Mon Mar  2 23:10:00 2026\n"
    whole = gzip.compress(("\n".join(start + report(UNKNOWN_USER) for _ in range(2000))).encode(), mtime=0)
    base.toml = RETURNS.replace('["returns"]', '["returns.mbox.gz"]')
    base.write("returns.mbox.gz", whole[: len(whole) // 2])
    base.build()
    assert base.values("select count(*) > 100 from landing.flags") == [True]
    assert base.values("select reason from landing.rejects") == ["torn_archive"]


def test_only_the_start_of_a_huge_message_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.eml"
    path.write_bytes(report(UNKNOWN_USER).encode() + b"x" * (5 << 20))
    (chunk,) = MailReader(path).chunks()
    assert chunk.rows.column("email").to_pylist() == ["zoe@example.org"]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Return-Path: <>\nDate: Mon, 2 Mar 2026 23:10:00 +0100\n\nx", True),
        ("From MAILER-DAEMON Mon Mar  2 23:10:00 2026\nFrom: a@example.org\nTo: b@example.org\n\nx", True),
        ("Date:Subject:To\n2026:a:b\n", False),
        ("subject;date\nx;y\n", False),
        ("nom: Martin\nville: Lille\n", False),
    ],
)
def test_an_e_mail_is_told_from_a_table(text: str, known: bool) -> None:
    assert is_mail(text.encode()) is known


# Inspection --------------------------------------------------------------------------------------


def test_inspection_makes_one_source_of_each_folder_of_messages(base: Base) -> None:
    write_returns(base)
    for name in ("f3a", "0b7", "c12"):
        base.write(f"loop/{name}.eml", COMPLAINT)
    base.write("clients.csv", "No;Nom;Mél\n1;CHALAIN;zoe@example.org\n2;MARTIN;leo@example.org\n")
    result = CliRunner().invoke(
        inspect_command, [str(base.sources), "--write", str(base.folder / "made"), "--json"], catch_exceptions=False
    )
    told = {source["name"]: source["kind"] for source in json.loads(result.output)["sources"]}
    assert told == {"clients": "people", "loop": "flags", "returns": "flags"}
    text = (base.folder / "made" / "chaland.toml").read_text(encoding="utf-8")
    assert 'files = ["../sources/returns"]' in text
    assert 'files = ["../sources/loop/*.eml"]' in text


def test_inspection_gives_a_message_the_fields_of_a_list(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_text(report(UNKNOWN_USER), encoding="utf-8")
    (guess,) = inspect_files([path])
    assert (guess.name, guess.kind, guess.reading.format) == ("one", "flags", "mail")
    assert set(guess.mapping()) == {"email", "flag", "flag_channel", "flag_code", "flag_reason", "flagged_date"}
