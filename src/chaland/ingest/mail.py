"""Messages that came back, as rows: one .eml, an mbox, or the files of a Maildir; one row per recipient.

`_line` is the line where the message starts (its second recipient has the next one). A message that reports no
failure is set aside and counted; one that nobody understands is a reject, with what it starts with.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, ClassVar

from chaland.ingest.blocks import opened
from chaland.ingest.bounces import FAILURE, NO_FAILURE, NO_MESSAGE, Report, read_message
from chaland.ingest.chunks import Chunk, Reject, text_table

COLUMNS = (
    "email", "final_email", "flag", "flag_channel", "flag_code", "flag_reason", "flagged_date", "diagnostic", "about",
)  # fmt: skip
"""Columns of a row; those that bear the name of a field of `flags` are it."""

MAX_MESSAGE_BYTES = 1 << 18
"""What is read of a message: reports stand before the message they return, which may be large."""

_CHUNK_MESSAGES = 1000
_RAW_CHARACTERS = 4000
_LINE_BYTES = 1 << 16
_SEPARATOR = re.compile(rb"From .*\d\d:\d\d.*\d{4}")
"""First line of a message in an mbox: sender and date, after an empty line (RFC 4155)."""

_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):")
_KNOWN = {
    "return-path", "received", "delivered-to", "from", "to", "date", "message-id", "mime-version", "subject",
    "x-original-to", "content-type", "sender", "reply-to", "auto-submitted", "envelope-to", "dkim-signature",
    "arc-seal", "authentication-results", "precedence", "content-transfer-encoding", "references", "in-reply-to",
    "cc", "errors-to", "received-spf", "x-mailer",
}  # fmt: skip


def is_mail(start: bytes) -> bool:
    """Tell whether a file starts as an e-mail or an mbox does: its first lines are headers, two at least well known.

    >>> is_mail(b"Return-Path: <>\\nDate: Mon, 2 Jun 2025 10:00:00 +0200\\n\\nhello")
    True
    >>> is_mail(b"nom;ville\\nfrom: x;to: y\\n")
    False
    """
    lines = start.removeprefix(b"\xef\xbb\xbf").splitlines()
    if lines and _SEPARATOR.match(lines[0]):
        lines = lines[1:]
    known = set()
    for line in lines[:-1] or lines:  # the last one may be cut
        if not line.strip():
            break
        header = _HEADER.match(line)
        if header:
            known.add(header.group(1).decode().lower())
        elif not line[:1].isspace() and not line.startswith(b">From "):
            return False
    return len(known & _KNOWN) >= 2


def mail_files(folder: Path) -> list[Path]:
    """Return the messages of a folder or Maildir, sorted; hidden files and those still being written left out."""
    inside = (path for path in folder.rglob("*") if path.is_file())
    return sorted(
        path
        for path in inside
        if not any(part.startswith(".") for part in path.relative_to(folder).parts) and path.parent.name != "tmp"
    )


def mail_folder(path: Path) -> Path:
    """Return the folder a message belongs to: its own, or the Maildir whose `cur` or `new` it lies in.

    >>> mail_folder(Path("returns/cur/1.host")).as_posix(), mail_folder(Path("returns/1.eml")).as_posix()
    ('returns', 'returns')
    """
    return path.parent.parent if path.parent.name in ("cur", "new", "tmp") else path.parent


class MailReader:
    """Reads the messages of one file."""

    format: ClassVar[str] = "mail"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.columns = list(COLUMNS)
        self._last_line = 0

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows of the file, a thousand messages at a time."""
        pending: list[tuple[int, bytes]] = []
        with opened(self.path) as stream:
            messages = _messages(stream)
            while True:
                try:
                    found = next(messages, None)
                except (EOFError, zlib.error, gzip.BadGzipFile):
                    line = pending[-1][0] if pending else 0
                    yield self._chunk(pending)
                    yield Chunk(text_table(COLUMNS, [], []), rejects=[Reject.because("torn_archive", line)])
                    return
                if found is not None:
                    pending.append(found)
                if found is None or len(pending) == _CHUNK_MESSAGES:
                    yield self._chunk(pending)
                    pending = []
                if found is None:
                    return

    def _chunk(self, messages: list[tuple[int, bytes]]) -> Chunk:
        rows: list[tuple[str | None, ...]] = []
        lines: list[int] = []
        chunk = Chunk(text_table(COLUMNS, [], []))
        for start, raw in messages:
            report = read_message(raw)
            if report.kind == FAILURE and report.notices:
                for row in _rows(report):
                    self._last_line = max(start, self._last_line + 1)
                    rows.append(row)
                    lines.append(self._last_line)
            elif not raw.strip():
                chunk.blank += 1
            elif report.kind == NO_FAILURE:
                chunk.filtered += 1
            else:
                reason = "not_a_message" if report.kind == NO_MESSAGE else "unknown_bounce"
                kept = raw[:_RAW_CHARACTERS].decode("utf-8", "backslashreplace").replace("\0", "\\x00")
                chunk.rejects.append(Reject.because(reason, start, kept))
        chunk.rows = text_table(COLUMNS, rows, lines)
        return chunk


def _rows(report: Report) -> Iterator[tuple[str | None, ...]]:
    for notice in report.notices:
        values = (
            notice.email, notice.final_email, notice.flag, "email", notice.code, notice.reason, report.day,
            notice.diagnostic, report.about,
        )  # fmt: skip
        yield tuple(value.replace("\0", "") if value else None for value in values)


def _messages(stream: IO[bytes] | gzip.GzipFile) -> Iterator[tuple[int, bytes]]:
    """Yield each message with the line where it starts, from 1; what exceeds MAX_MESSAGE_BYTES is passed over."""
    parts: list[bytes] = []
    size, start, line = 0, 1, 1
    is_mbox, is_after_blank, is_line_start = False, True, True
    while piece := stream.readline(_LINE_BYTES):
        is_separator = is_line_start and is_after_blank and bool(_SEPARATOR.match(piece))
        if is_separator and (line == 1 or is_mbox):
            is_mbox = True
            if parts:
                yield start, b"".join(parts)
            parts, size, start = [], 0, line
        elif size < MAX_MESSAGE_BYTES:
            parts.append(piece)
            size += len(piece)
        is_after_blank = is_line_start and not piece.strip()
        is_line_start = piece.endswith(b"\n")
        line += is_line_start
    if parts:
        yield start, b"".join(parts)
