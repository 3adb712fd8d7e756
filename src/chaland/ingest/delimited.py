"""Delimited text: Arrow's reader on whole blocks, a careful reader on the blocks where anything is amiss.

Line numbers are exact in both, because a block goes the fast way only when each of its lines is one row.
The dialect is that of RFC 4180 as spreadsheets write it: a quote counts at the start of a field, a doubled quote
is a quote, a field between quotes may hold separators and ends of line.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Literal

import numpy
import pyarrow as pa
import pyarrow.csv as arrow_csv

from chaland.ingest.blocks import BlockReader, LineDecoder, canonical, guess_encoding, opened, sample_of, text_lines
from chaland.ingest.chunks import LINE, SPACES, Chunk, Reject, text_table, unique_names, without_blank_rows
from chaland.ingest.table_start import LOOKED_AT, is_known_name, is_total, start_of_table
from chaland.language import say

SEPARATORS = (";", ",", "\t", "|")
NAMED_SEPARATORS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
MAX_OPEN_LINES = 1000
MAX_HEADER_LINES = 20
MAX_OPEN_BYTES = 256 << 10
_QUOTED = re.compile(r'"[^"]*"')
_SAID = re.compile(r'"?sep=(.)"?[;,\t|]*', re.IGNORECASE)
"""The first line by which Excel is told the separator."""


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written. An empty encoding or separator is guessed from the file's first megabyte."""

    encoding: str = ""
    separator: str = ""
    header: bool = True
    skip_lines: int = 0
    titles: int = 0
    """Lines found above the names of columns, beyond those the settings skip."""


def guess_separator(lines: Sequence[str]) -> str:
    """Return the separator that cuts most lines into the same number of fields; ";" when none does.

    >>> guess_separator(["Nom, prénom;Âge", "Martin, Zoé;41"])
    ';'
    """
    told = {sign: max((_known(line, sign) for line in lines[:LOOKED_AT]), default=0) for sign in SEPARATORS}
    if max(told.values()) > 1:
        return max(SEPARATORS, key=lambda sign: told[sign])
    best, best_rank = ";", (0.0, 0)
    bare = [_QUOTED.sub("", line) for line in lines if line.strip()]
    for separator in SEPARATORS:
        counts = Counter(line.count(separator) for line in bare)
        counts.pop(0, None)
        if counts:
            fields, lines_agreeing = max(counts.items(), key=lambda item: (item[1], item[0]))
            if 2 * lines_agreeing <= len(bare) and separator not in bare[0]:
                # a comma in a few addresses of one column cuts nothing
                continue
            rank = (round(lines_agreeing / len(bare), 1), fields)
            if rank > best_rank:
                best, best_rank = separator, rank
    return best


def _known(line: str, separator: str) -> int:
    """Return how many names of columns everybody knows a line holds, cut at this separator."""
    cells = split_record(line, separator)[0] if separator in line else []
    return sum(map(is_known_name, cells))


def resolve_dialect(path: Path, dialect: Dialect) -> Dialect:
    """Return the dialect with encoding and separator settled, from the file's first megabyte."""
    sample = sample_of(path)
    encoding = canonical(dialect.encoding) if dialect.encoding else guess_encoding(sample)
    if encoding == "utf-16":
        encoding = guess_encoding(sample) if guess_encoding(sample).startswith("utf-16") else "utf-16-le"
    separator = NAMED_SEPARATORS.get(dialect.separator, dialect.separator)
    if not separator:
        lines = text_lines(sample, encoding)[dialect.skip_lines : dialect.skip_lines + 200]
        said = _SAID.fullmatch(lines[0].strip(" \r")) if lines else None
        separator = said.group(1) if said else guess_separator(lines)
    return Dialect(encoding, separator, dialect.header, dialect.skip_lines)


def settled_dialect(path: Path, dialect: Dialect) -> tuple[Dialect, list[str]]:
    """Return the dialect settled, the lines above the table counted, and the table's first record.

    Lines are looked for above the names of columns only where the settings skip none.
    """
    dialect = resolve_dialect(path, dialect)
    lines = text_lines(sample_of(path), dialect.encoding)[dialect.skip_lines :]
    numbers, records = _first_records(lines, dialect.separator)
    if not records:
        return dialect, []
    said = bool(_SAID.fullmatch(lines[0].strip(" \r")))
    if said:
        numbers, records = numbers[1:], records[1:]
    start = start_of_table(records) if not dialect.skip_lines and records else 0
    titles = numbers[start] if (start or said) and records else int(said)
    return replace(dialect, titles=titles), records[start] if records else []


def _first_records(lines: Sequence[str], separator: str) -> tuple[list[int], list[list[str]]]:
    """Return the first records that are not blank, and how many lines stand before each."""
    numbers: list[int] = []
    records: list[list[str]] = []
    rank = 0
    while rank < len(lines) and len(records) < LOOKED_AT:
        text, taken = lines[rank], 1
        fields, still_open = split_record(text, separator)
        while still_open and taken < MAX_HEADER_LINES and rank + taken < len(lines):
            text, taken = f"{text}\n{lines[rank + taken]}", taken + 1
            fields, still_open = split_record(text, separator)
        if still_open:  # a stray quote: the line alone
            fields, taken = lines[rank].split(separator), 1
        if any(field.strip(SPACES) for field in fields):
            numbers.append(rank)
            records.append(fields)
        rank += taken
    return numbers, records


def split_record(text: str, separator: str) -> tuple[list[str], bool]:
    """Return the fields of a record, and whether a quote is still open at its end.

    What follows a closing quote, up to the separator, belongs to the field, as in every spreadsheet.

    >>> split_record('a;"b;""c"" d";e', ";")
    (['a', 'b;"c" d', 'e'], False)
    >>> split_record('a;"b', ";")[1]
    True
    """
    if '"' not in text:
        return text.split(separator), False
    fields: list[str] = []
    start, width = 0, len(separator)
    while True:
        head = ""
        if text.startswith('"', start):
            parts, at = [], start + 1
            while True:
                close = text.find('"', at)
                if close < 0:
                    return fields, True
                parts.append(text[at:close])
                if not text.startswith('"', close + 1):
                    break
                parts.append('"')
                at = close + 2
            head, start = "".join(parts), close + 1
        end = text.find(separator, start)
        if end < 0:
            fields.append(head + text[start:])
            return fields, False
        fields.append(head + text[start:end])
        start = end + width


def is_regular(text: str, separator: str) -> bool:
    """Tell whether each quote that closes a field stands before a separator or the end.

    >>> is_regular('a;"b";c', ";"), is_regular('a;"b"c";d', ";")
    (True, False)
    """
    cut = re.escape(separator)
    field = f'(?:"(?:[^"]|"")*"|(?:(?!{cut})[^"\\n])(?:(?!{cut})[^\\n])*|)'
    return re.fullmatch(f"{field}(?:{cut}{field})*", text) is not None


def titles_note(count: int) -> str:
    """Return the sentence that tells of lines above the names of columns."""
    return say("Lines above the names of columns, which are no rows: {count}.", count=count)


def _too_wide(_row: object) -> Literal["error"]:
    return "error"


class DelimitedReader:
    """Reads one file; `columns` is known after the first block.

    Args:
        path: the file, possibly gzipped.
        dialect: as `resolve_dialect` returns it.
    """

    format: ClassVar[str] = "csv"

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self.path = path
        self.dialect = dialect
        self.decoder = LineDecoder(dialect.encoding)
        self.columns: list[str] = []
        self._cells: list[str] = []  # the header as it is written, to know it again
        self._line = 1
        self.position = 0

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows of the file, block after block."""
        with opened(self.path) as stream:
            blocks = BlockReader(stream, self.dialect.encoding, sample_of(self.path))
            leftover = b""
            while not blocks.at_end:
                block = blocks.next(leftover)
                self.position = blocks.position
                leftover = b""
                if not self.columns:
                    block, blank = self._take_header(block)
                    notes = [titles_note(self.dialect.titles)] if self.columns and self.dialect.titles else []
                    yield Chunk(text_table(self.columns, [], []), blank=blank, notes=notes)
                    if not self.columns:
                        continue
                if block:
                    chunk = self._fast(block)
                    if chunk is None:
                        chunk, leftover = self._careful(block, blocks.at_end)
                    yield chunk
            if blocks.torn:
                yield Chunk(text_table(self.columns, [], []), rejects=[Reject.because("torn_archive", self._line)])

    # The header --------------------------------------------------------------------------------

    def _take_header(self, block: bytes) -> tuple[bytes, int]:
        """Skip what stands before the header, name the columns; return the rest and the blank lines met."""
        blank = 0
        while block:
            first, _, rest = block.partition(b"\n")
            if self._line <= self.dialect.skip_lines:
                block, self._line = rest, self._line + 1
                continue
            if self._line <= self.dialect.skip_lines + self.dialect.titles:
                block, self._line, blank = rest, self._line + 1, blank + 1
                continue
            if not first.strip(b" \t\r" + self.dialect.separator.encode()):
                block, self._line, blank = rest, self._line + 1, blank + 1
                continue
            lines = 1
            fields, still_open = self._fields(first)
            while still_open and rest and lines < MAX_HEADER_LINES:
                more, _, rest = rest.partition(b"\n")
                first, lines = first + b"\n" + more, lines + 1
                fields, still_open = self._fields(first)
            while len(fields) > 1 and not fields[-1].strip():
                fields.pop()
            if not self.dialect.header:
                self.columns = [f"c{rank}" for rank in range(1, len(fields) + 1)]
                return block, blank
            self._cells, self.columns = fields, unique_names(fields)
            self._line += lines
            return rest, blank
        return b"", blank

    def _fields(self, line: bytes) -> tuple[list[str], bool]:
        decoded = self.decoder.line(line.replace(b"\0", b"").removesuffix(b"\r"))
        text = decoded[0] if decoded else line.decode("latin-1")
        return split_record(text, self.dialect.separator)

    # The fast way ------------------------------------------------------------------------------

    def _fast(self, block: bytes) -> Chunk | None:
        """Return the block's rows by Arrow, or None when any line of it needs care."""
        separator = self.dialect.separator
        returns = block.count(b"\r")
        if len(separator.encode()) != 1 or b"\0" in block or (returns and returns != block.count(b"\r\n")):
            return None
        text = self.decoder.block(block)
        if text is None:
            return None
        lines = block.count(b"\n") + (not block.endswith(b"\n"))
        try:
            rows = arrow_csv.read_csv(
                io.BytesIO(text),
                read_options=arrow_csv.ReadOptions(column_names=self.columns, block_size=2 << 20),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=separator,
                    ignore_empty_lines=False,
                    newlines_in_values=b'"' in text,
                    invalid_row_handler=_too_wide,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(self.columns, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
        except pa.ArrowInvalid:
            return None
        if rows.num_rows != lines or self._ends_open(text):
            return None
        numbers = pa.array(numpy.arange(self._line, self._line + lines))
        rows, blank = without_blank_rows(rows.append_column(LINE, numbers), self._cells)
        self._line += lines
        return Chunk(rows, blank=blank)

    def _ends_open(self, text: bytes) -> bool:
        """Tell whether the last line opens a quote without closing it, which Arrow forgives."""
        start = text.rfind(b"\n", 0, len(text) - 1) + 1
        return b'"' in text[start:] and split_record(text[start:].decode().rstrip("\r\n"), self.dialect.separator)[1]

    # The careful way ---------------------------------------------------------------------------

    def _careful(self, block: bytes, is_last: bool) -> tuple[Chunk, bytes]:
        """Return the block's rows one by one, and the bytes of a record that goes on in the next block."""
        lines = block.split(b"\n")
        if lines[-1] == b"":
            lines.pop()
            ends_clean = True
        else:
            ends_clean = False
        rows: list[list[str]] = []
        numbers: list[int] = []
        chunk = Chunk(text_table([], [], []))
        position, leftover = 0, b""
        while position < len(lines):
            taken, fields, second, reject = self._record(lines, position, is_last and not ends_clean)
            if taken == 0:  # a quote opened in this block closes, perhaps, in the next one
                if not is_last:
                    leftover = block[_offset(lines, position) :]
                    break
                taken = 1
                reject = self._reject("unclosed_quote", lines[position], self._line)
            if reject:
                chunk.rejects.append(reject)
            elif not any(field.strip(SPACES) for field in fields) or fields == self._cells:
                chunk.blank += 1
            else:
                rows.append(fields)
                numbers.append(self._line)
                chunk.second_encoding += second
            position += taken
            self._line += taken
        chunk.rows = text_table(self.columns, rows, numbers)
        return chunk, leftover

    def _record(
        self, lines: list[bytes], position: int, last_is_open: bool
    ) -> tuple[int, list[str], bool, Reject | None]:
        """Return how many lines the record at `position` takes, its fields, and why it is refused if it is.

        Zero lines: a quote is still open at the end of the block.
        """
        raw = lines[position].removesuffix(b"\r")
        number = self._line
        at_very_end = last_is_open and position == len(lines) - 1
        if b"\0" in raw:
            return 1, [], False, self._reject("nul_bytes", raw, number, count=raw.count(b"\0"))
        decoded = self.decoder.line(raw)
        if decoded is None:
            reason = "torn_last_text" if at_very_end else "undecodable"
            return 1, [], False, self._reject(reason, raw, number, encoding=self.decoder.encoding)
        text, second = decoded
        fields, still_open = split_record(text, self.dialect.separator)
        if not still_open:
            return 1, *self._fitted(fields, raw, number, at_very_end, second)
        if at_very_end:
            return 1, [], False, self._reject("torn_last_text", raw, number)
        return self._long_record(lines, position, text, second, last_is_open)

    def _long_record(
        self, lines: list[bytes], position: int, text: str, second: bool, last_is_open: bool
    ) -> tuple[int, list[str], bool, Reject | None]:
        """Follow a quoted field over the ends of line; when that leads nowhere, refuse the first line alone."""
        number, first = self._line, lines[position].removesuffix(b"\r")
        size = len(text)
        for taken in range(2, MAX_OPEN_LINES):
            if position + taken > len(lines):
                if last_is_open:
                    return 1, [], False, self._reject("unclosed_quote", first, number)
                return 0, [], False, None
            raw = lines[position + taken - 1]
            decoded = None if b"\0" in raw else self.decoder.line(raw)
            size += len(raw)
            if decoded is None or size > MAX_OPEN_BYTES:
                break
            more, other = decoded[0].removesuffix("\r"), decoded[1]
            text, second = f"{text}\n{more}", second or other
            if '"' not in more:
                continue
            fields, still_open = split_record(text, self.dialect.separator)
            if not still_open:
                if not is_regular(text, self.dialect.separator):
                    break  # a stray quote, closed by chance lines below
                whole = text.encode()
                _, _, reject = outcome = self._fitted(fields, whole, number, False, second)
                if reject:
                    break
                return taken, *outcome
        return 1, [], False, self._reject("unclosed_quote", first, number)

    def _fitted(
        self, fields: list[str], raw: bytes, number: int, at_very_end: bool, second: bool
    ) -> tuple[list[str], bool, Reject | None]:
        """Return the fields cut to the columns, or the reject. Empty fields too many are forgiven (PrestaShop)."""
        expected = len(self.columns)
        found = len(fields)
        while len(fields) > expected and not fields[-1].strip():
            fields.pop()
        if len(fields) == expected:
            return fields, second, None
        if not any(field.strip(SPACES) for field in fields):
            return [""] * expected, second, None
        reason = "too_many_fields" if found > expected else "torn_last_line" if at_very_end else "too_few_fields"
        if found < expected and is_total(fields):
            reason = "total_line"
        return [], second, self._reject(reason, raw, number, found=found, expected=expected)

    def _reject(self, reason: str, raw: bytes, number: int, **values: object) -> Reject:
        decoded = self.decoder.line(raw)
        kept = decoded[0] if decoded and b"\0" not in raw else raw.decode("utf-8", "backslashreplace")
        return Reject.because(reason, number, kept.replace("\0", "\\x00"), **values)


def _offset(lines: list[bytes], position: int) -> int:
    return sum(len(line) + 1 for line in lines[:position])
