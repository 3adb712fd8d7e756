"""Fixed-width text: whole blocks cut by character positions in Arrow; only faulty lines are looked at one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from chaland.errors import ConfigError
from chaland.ingest.blocks import BlockReader, LineDecoder, opened, sample_of
from chaland.ingest.chunks import LINE, Chunk, Reject, text_table, unique_names, without_blank_rows
from chaland.ingest.delimited import Dialect
from chaland.language import say

STRIPPED_SHARE = 0.01
"""Above this share of short lines in a block, the writer strips trailing blanks and short lines are whole."""


def checked_widths(widths: Mapping[str, Sequence[int]]) -> list[tuple[str, int, int]]:
    """Return (column, first character from 0, end) for each column of the setting.

    >>> checked_widths({"card": [1, 8], "name": [9, 20]})
    [('card', 0, 8), ('name', 8, 28)]

    Raises:
        ConfigError: a width is not [first character from 1, length].
    """
    cuts, faults = [], []
    for (name, width), column in zip(widths.items(), unique_names(list(widths)), strict=True):
        if len(width) != 2 or width[0] < 1 or width[1] < 1:
            faults.append(say("widths.{name}: expected [first character from 1, length].", name=name))
            continue
        cuts.append((column, width[0] - 1, width[0] - 1 + width[1]))
    if faults:
        raise ConfigError.of(faults)
    return cuts


class FixedWidthReader:
    """Reads one fixed-width file; values are trimmed, empty ones null."""

    format: ClassVar[str] = "fixed"

    def __init__(self, path: Path, dialect: Dialect, widths: Mapping[str, Sequence[int]]) -> None:
        self.path = path
        self.dialect = dialect
        self.cuts = checked_widths(widths)
        self.columns = [name for name, _, _ in self.cuts]
        self.length = max(end for _, _, end in self.cuts)
        self.decoder = LineDecoder(dialect.encoding)
        self._line = 1
        self.position = 0

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows of the file, block after block."""
        with opened(self.path) as stream:
            blocks = BlockReader(stream, self.dialect.encoding, sample_of(self.path))
            while not blocks.at_end:
                block = blocks.next()
                self.position = blocks.position
                while block and self._line <= self.dialect.skip_lines:
                    block, self._line = block.partition(b"\n")[2], self._line + 1
                if block:
                    yield self._cut(block, is_last=blocks.at_end)
            if blocks.torn:
                yield Chunk(text_table(self.columns, [], []), rejects=[Reject.because("torn_archive", self._line)])

    def _cut(self, block: bytes, *, is_last: bool) -> Chunk:
        ends_clean = block.endswith(b"\n")
        chunk = Chunk(text_table([], [], []))
        whole = None if b"\0" in block else self.decoder.block(block)
        if whole is not None:
            lines = whole.removesuffix(b"\n").decode().split("\n")
            numbers = list(range(self._line, self._line + len(lines)))
            met = len(lines)
        else:
            lines, numbers, met = self._decoded(block.removesuffix(b"\n").split(b"\n"), chunk)
        last = self._line + met - 1
        self._line += met
        texts = pc.ascii_rtrim(pa.array(lines, pa.string()), "\r")
        chunk.rows = self._columns(texts, pa.array(numbers, pa.int64()))
        self._refuse_short(texts, chunk, last_open=last if is_last and not ends_clean else 0)
        chunk.rows, chunk.blank = without_blank_rows(chunk.rows, self.columns)
        return chunk

    def _decoded(self, raw_lines: list[bytes], chunk: Chunk) -> tuple[list[str], list[int], int]:
        lines: list[str] = []
        numbers: list[int] = []
        for number, raw in enumerate(raw_lines, start=self._line):
            decoded = self.decoder.line(raw) if b"\0" not in raw else None
            if decoded:
                lines.append(decoded[0])
                numbers.append(number)
                chunk.second_encoding += decoded[1]
                continue
            kept = raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
            reason = "nul_bytes" if b"\0" in raw else "undecodable"
            values = {"count": raw.count(b"\0"), "encoding": self.decoder.encoding}
            chunk.rejects.append(Reject.because(reason, number, kept, **values))
        return lines, numbers, len(raw_lines)

    def _columns(self, texts: Any, numbers: Any) -> pa.Table:
        arrays = []
        for _, start, end in self.cuts:
            values = pc.utf8_trim_whitespace(pc.utf8_slice_codeunits(texts, start, end))
            arrays.append(pc.if_else(pc.equal(values, ""), None, values))
        return pa.table([*arrays, numbers], names=[*self.columns, LINE])

    def _refuse_short(self, texts: Any, chunk: Chunk, *, last_open: int) -> None:
        """Refuse short lines, unless the writer strips trailing blanks; a short last line without end is torn."""
        sizes = pc.utf8_length(texts)
        needed = self.length
        is_short = pc.and_(pc.less(sizes, needed), pc.greater(sizes, 0))
        count = int(pc.sum(is_short).as_py() or 0)
        if not count:
            return
        stripped = count - (1 if last_open else 0) > STRIPPED_SHARE * len(texts) and len(texts) > 1
        starts_last = max(start for _, start, _ in self.cuts)
        refused = []
        for rank in pc.indices_nonzero(is_short).to_pylist():
            line, size = chunk.rows.column(LINE)[rank].as_py(), sizes[rank].as_py()
            torn = line == last_open and (not stripped or size <= starts_last)
            if not torn and stripped:
                continue
            text = texts[rank].as_py()
            if not text.strip():
                continue
            reason = "torn_last_text" if torn else "line_too_short"
            chunk.rejects.append(Reject.because(reason, line, text, found=size, expected=needed))
            refused.append(line)
        if refused:
            keep = pc.invert(pc.is_in(chunk.rows.column(LINE), pa.array(refused, pa.int64())))
            chunk.rows = chunk.rows.filter(keep)
