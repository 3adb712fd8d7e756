"""What must hold for any delimited file, however nasty: nothing is lost, and how it is read does not matter."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaland.ingest.chunks import LINE, SPACES, data_columns
from chaland.ingest.delimited import DelimitedReader, Dialect

COLUMNS = ["a", "b", "c"]
NASTY = st.lists(
    st.sampled_from(
        [b"x", b"1", b";", b";", b'"', b'""', b"\n", b"\n", b"\r\n", b"\r", b"\0", b" ;;", b" ", "é".encode(), b"\xe9"]
    ),
    max_size=60,
).map(b"".join)
QUOTELESS = NASTY.map(lambda data: data.replace(b'"', b""))
FIELD = st.sampled_from(["", " ", "\u00a0", "a", "b", "c"]) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\ufeff"), max_size=8
)
ROWS = st.lists(st.lists(FIELD, min_size=3, max_size=3), max_size=12)


def read(data: bytes, encoding: str = "utf-8") -> tuple[list[tuple[Any, ...]], list[tuple[int, str, str | None]], int]:
    """Return the rows (line first), the rejects and the number of blank rows of a file whose header is a;b;c."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(data)
        rows: list[tuple[Any, ...]] = []
        rejects: list[tuple[int, str, str | None]] = []
        blank = 0
        for chunk in DelimitedReader(path, Dialect(encoding, ";")).chunks():
            if chunk.rows.num_rows:
                assert data_columns(chunk.rows) == COLUMNS
                columns = [chunk.rows.column(name).to_pylist() for name in (LINE, *COLUMNS)]
                rows += list(zip(*columns, strict=True))
            rejects += [(reject.line, reject.reason, reject.raw) for reject in chunk.rejects]
            blank += chunk.blank
        return sorted(rows), sorted(rejects, key=lambda reject: reject[0]), blank


def header(encoding: str) -> bytes:
    return ";".join(COLUMNS).encode(encoding) + b"\n"


@given(NASTY, st.sampled_from(["utf-8", "cp1252"]), st.integers(1, 40))
@settings(max_examples=120, deadline=None)
def test_block_size_changes_nothing(data: bytes, encoding: str, block: int) -> None:
    whole = read(header(encoding) + data, encoding)
    with patch("chaland.ingest.blocks.BLOCK_BYTES", block):
        assert read(header(encoding) + data, encoding) == whole


@given(NASTY, st.sampled_from(["utf-8", "cp1252"]))
@settings(max_examples=120, deadline=None)
def test_the_fast_and_the_careful_way_read_the_same(data: bytes, encoding: str) -> None:
    either = read(header(encoding) + data, encoding)
    with patch.object(DelimitedReader, "_fast", lambda *_: None):
        assert read(header(encoding) + data, encoding) == either


@given(QUOTELESS, st.sampled_from(["utf-8", "cp1252"]))
@settings(max_examples=80, deadline=None)
def test_without_quotes_every_line_is_a_row_a_blank_or_a_reject(data: bytes, encoding: str) -> None:
    rows, rejects, blank = read(header(encoding) + data, encoding)

    lines = data.split(b"\n")
    met = len(lines) - (lines[-1] == b"")
    assert len(rows) + len(rejects) + blank == met
    numbers = [row[0] for row in rows] + [reject[0] for reject in rejects]
    assert len(set(numbers)) == len(numbers)


@given(NASTY)
@settings(max_examples=80, deadline=None)
def test_no_line_is_told_twice(data: bytes) -> None:
    rows, rejects, _ = read(header("utf-8") + data)

    numbers = [row[0] for row in rows] + [reject[0] for reject in rejects]
    assert len(set(numbers)) == len(numbers)
    assert all(2 <= number <= 2 + data.count(b"\n") for number in numbers)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@given(rows=ROWS, end=st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=40, deadline=None)
def test_what_a_spreadsheet_writes_is_read_back_with_its_lines(encoding: str, rows: list[list[str]], end: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    expected, line = [], 2
    for row in rows:
        writer.writerow(row)
        if any(field.strip(SPACES) for field in row) and row != COLUMNS:
            expected.append((line, *(field or None for field in row)))
        line += 1 + sum(field.count("\n") for field in row)

    found, rejects, _ = read(out.getvalue().encode(encoding, "surrogatepass"), encoding.replace("-sig", ""))

    assert rejects == []
    assert found == expected
