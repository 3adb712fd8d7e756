"""What a message that came back says: to whom it was sent, with which code, and since when.

Reads one e-mail as bytes; writes nothing. In order: complaints (ARF, RFC 5965), delivery status notifications
(RFC 3464, codes of RFC 3463), automatic replies (set aside), the many unlike bounces that flufl.bounce knows, and
addresses written into the bounce's own (VERP). Whatever a message holds, an answer comes back, never an exception.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from flufl.bounce import all_failures

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # its faults are answered here, not logged

FAILURE, NO_FAILURE, UNKNOWN, NO_MESSAGE = "failure", "no_failure", "unknown", "no_message"
"""What a message is: a failure or a complaint; a reply or a report that delivery went well; neither; no e-mail."""

_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_SMTP = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -]\D)")
_UNDEFINED = re.compile(r"[245]\.0\.0")
_VERP = re.compile(r"[+-]([^@=\s<>]+)=([\w.-]+\.[\w-]+)@")
_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
_FULL = re.compile(
    r"over (?:the )?(?:disk )?quota|quota (?:is )?exceeded|exceed\w* (?:the )?(?:\w+ )?(?:quota|storage)"
    r"|(?:mail)?box (?:is )?full|full mailbox|bo[iî]te (?:aux lettres |de r[ée]ception )?(?:est )?pleine",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"absen(?:ce|te?) du bureau|r[ée]ponse automatique|out of (?:the )?office|auto(?:matic)?[- ]?reply",
    re.IGNORECASE,
)
_ENDLESS = re.compile(rb"([^\r\n]{998})[^\r\n]+|(\s{100})\s+")
"""What exceeds the longest line of RFC 5322, and endless blanks, are left out: some patterns slow down on them."""

_NEARBY = 600
"""Characters after an address in which its code is looked for."""

_SHOWN = 300
"""Characters kept of a server's own words."""


@dataclass(frozen=True)
class Notice:
    """What came back for one recipient.

    Attributes:
        email: the recipient it was sent to; `final_email` where it was forwarded, when the report says so.
        flag: returned_mail, or suppression for a complaint.
        code: RFC 3463 status (5.1.1) or SMTP reply (550), when the message gives one.
        reason: permanent, transient, full or complaint, where the code does not say it.
        diagnostic: the server's words.
    """

    email: str
    final_email: str | None = None
    flag: str = "returned_mail"
    code: str | None = None
    reason: str | None = None
    diagnostic: str | None = None


@dataclass(frozen=True)
class Report:
    """What one message says: its kind, one notice per recipient, its day (ISO), and the message it is about."""

    kind: str
    notices: tuple[Notice, ...] = ()
    day: str | None = None
    about: str | None = None


def read_message(raw: bytes) -> Report:
    """Return what a message says.

    >>> dsn = (b"From: mx@example.org\\n"
    ...        b"Content-Type: multipart/report; report-type=delivery-status; boundary=A\\n\\n--A\\n"
    ...        b"Content-Type: message/delivery-status\\n\\nReporting-MTA: dns; mx.example.org\\n\\n"
    ...        b"Final-Recipient: rfc822; zoe@example.org\\nAction: failed\\nStatus: 5.1.1\\n--A--\\n")
    >>> read_message(dsn).notices[0].email, read_message(dsn).notices[0].code
    ('zoe@example.org', '5.1.1')
    """
    try:
        message = message_from_bytes(_ENDLESS.sub(rb"\1\2", raw.removeprefix(b"\xef\xbb\xbf")))
        if len(message.keys()) < 2:
            return Report(NO_MESSAGE)
        return replace(_read(message), day=_day(message), about=_about(message))
    except Exception:  # a message is anybody's work, and the parsers trust it: no fault of theirs may stop a load
        return Report(UNKNOWN)


def _read(message: Message) -> Report:
    if complaint := _complaint(message):
        return complaint
    told = list(_delivery_status(message))
    failed = [notice for notice in told if notice]
    if told:
        return Report(FAILURE if failed else NO_FAILURE, _distinct(failed))
    if _REPLY.search(_value(message, "Subject")):
        return Report(NO_FAILURE)
    found = _distinct([*_recognised(message)] or [*_verp(message)])
    if found:
        return Report(FAILURE, found)
    return Report(NO_FAILURE if _is_reply(message) else UNKNOWN)  # some refusals, too, say they are replies


def _distinct(notices: list[Notice]) -> tuple[Notice, ...]:
    """Return one notice per recipient, the first."""
    return tuple({notice.email.lower(): notice for notice in reversed(notices)}.values())[::-1]


# Complaints (RFC 5965) ---------------------------------------------------------------------------


def _complaint(message: Message) -> Report | None:
    """Return who complains; no failure when he says it was no spam, unknown when he is hidden; None: no complaint."""
    for part in message.walk():
        if part.get_content_type() != "message/feedback-report":
            continue
        inside = part.get_payload()
        report = inside[0] if isinstance(inside, list) and inside else message_from_string(str(inside))
        if not isinstance(report, Message) or _value(report, "Feedback-Type").lower() == "not-spam":
            return Report(NO_FAILURE)
        original = _original(message)
        named = [*report.get_all("Original-Rcpt-To", []), *report.get_all("Removal-Recipient", [])]
        named += original.get_all("To", []) if original is not None else []
        emails = [email for text in named if (email := _address(str(text)))][:1] or _verp_addresses(message)
        notices = tuple(Notice(email, flag="suppression", reason="complaint") for email in emails)
        return Report(FAILURE if notices else UNKNOWN, notices)
    return None


# Delivery status notifications (RFC 3464) --------------------------------------------------------


def _delivery_status(message: Message) -> Iterator[Notice | None]:
    """Yield what became of each recipient of each report: a notice, or None where delivery went well."""
    for part in message.walk():
        if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        blocks = part.get_payload()
        if not isinstance(blocks, list):
            blocks = [message_from_string(block) for block in re.split(r"\r?\n\r?\n", str(blocks))]
        for block in blocks:
            if isinstance(block, Message) and ("Final-Recipient" in block or "Original-Recipient" in block):
                yield from _recipient_status(block)


def _recipient_status(block: Message) -> Iterator[Notice | None]:
    final = _typed_address(_value(block, "Final-Recipient"))
    email = _typed_address(_value(block, "Original-Recipient")) or final
    action = _value(block, "Action").lower()
    words = _value(block, "Diagnostic-Code")
    code = _code(_value(block, "Status"), words)
    has_failed = action.startswith(("fail", "error")) or (not action and (code or "").startswith(("4", "5")))
    is_late = action.startswith("delayed")
    if not has_failed and not is_late:
        yield None
    elif email:
        reason = "transient" if is_late and not (code or "").startswith("4") else _reason(code, words, is_late=is_late)
        yield Notice(email, final if final != email else None, "returned_mail", code, reason, words[:_SHOWN] or None)


def _typed_address(text: str) -> str | None:
    """Return the address of `rfc822; someone@example.org`; its type may be missing."""
    return _address(text.rpartition(";")[2])


def _code(status: str, words: str) -> str | None:
    """Return the most telling code: the status, unless it says nothing and the server's words do."""
    found = _ENHANCED.search(status)
    told = _ENHANCED.search(words)
    if told and (not found or _UNDEFINED.fullmatch(found.group(1))):
        return told.group(1)
    reply = _SMTP.search(words)
    return found.group(1) if found else reply.group(1) if reply else None


def _reason(code: str | None, words: str, *, is_late: bool) -> str | None:
    """Return the reason that the words give and the code does not; None when the code is enough."""
    is_vague = not code or _UNDEFINED.fullmatch(code) or len(code) == 3
    if is_vague and _FULL.search(words):
        return "full"
    return None if code else "transient" if is_late else "permanent"


# Other bounces -----------------------------------------------------------------------------------


def _recognised(message: Message) -> Iterator[Notice]:
    """Yield what flufl.bounce finds, with the code that stands after the address in the text."""
    late, failed = all_failures(message)
    if not late and not failed:
        return
    text = "\n".join(_texts(message))
    for emails, is_late in ((failed, False), (late, True)):
        for email in sorted(address.decode("ascii", "ignore") for address in emails):
            if not _address(email):
                continue
            place = text.lower().find(email.lower())
            nearby = text[place : place + _NEARBY] if place >= 0 else ""
            code = _code("", nearby)
            if is_late and not (code or "4").startswith("4"):
                code = None  # the code of another recipient, or of the refusal to come
            yield Notice(email, code=code, reason=_reason(code, nearby, is_late=is_late))


def _texts(message: Message) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_maintype() == "text":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield content.decode("utf-8", "replace")


def _verp(message: Message) -> list[Notice]:
    """Return the recipient written into the address that received the bounce, when its sender is a mail system."""
    sender = f"{message.get('From', '')} {message.get('Return-Path', '')}".lower()
    if not any(word in sender for word in ("mailer-daemon", "postmaster", "<>", "mail delivery")):
        return []
    return [Notice(email, reason="permanent") for email in _verp_addresses(message)]


def _verp_addresses(message: Message) -> list[str]:
    """Return the recipients written into the addresses that received this message: `b+zoe=example.org@…`."""
    received = [str(text) for name in ("To", "Delivered-To", "X-Original-To") for text in message.get_all(name, [])]
    return [f"{local}@{domain}" for text in received for local, domain in _VERP.findall(text)][:1]


# The message -------------------------------------------------------------------------------------


def _is_reply(message: Message) -> bool:
    """Tell an automatic reply (RFC 3834) from a bounce."""
    submitted = _value(message, "Auto-Submitted").lower()
    marked = any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-From"))
    return submitted.startswith("auto-replied") or marked


def _value(message: Message, name: str) -> str:
    """Return a header on one line; '' when absent."""
    return " ".join(str(message.get(name, "")).split())


def _address(text: str) -> str | None:
    """Return the one e-mail in a text, or None.

    >>> _address("<zoe@example.org> (Zoé)"), _address("undisclosed")
    ('zoe@example.org', None)
    """
    parsed = parseaddr(text.strip())[1] or text
    found = _ADDRESS.search(parsed) or _ADDRESS.search(text)
    email = found.group().strip(".,;:'()[]") if found else ""
    return email if email and ".." not in email and len(email) <= 320 else None


def _day(message: Message) -> str | None:
    """Return the day of the message as it tells it, or that of its last hop; None when neither can be read."""
    hops = [str(text).rpartition(";")[2] for text in message.get_all("Received", [])]
    for text in (message.get("Date"), *hops[:1]):
        if text:
            try:
                return parsedate_to_datetime(str(text)).date().isoformat()
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
    return None


def _original(message: Message) -> Message | None:
    """Return the message that came back, as far as the bounce carries it."""
    for part in message.walk():
        kind = part.get_content_type()
        inside = part.get_payload()
        if kind == "message/rfc822" and isinstance(inside, list) and isinstance(inside[0], Message):
            return inside[0]
        if kind == "text/rfc822-headers" and isinstance(inside, str):
            return message_from_string(inside)
    return None


def _about(message: Message) -> str | None:
    """Return the Message-ID of the message that came back."""
    original = _original(message)
    return (_value(original, "Message-ID")[:_SHOWN] or None) if original is not None else None
