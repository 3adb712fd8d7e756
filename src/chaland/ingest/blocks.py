"""A file as blocks of whole lines, whatever its encoding or compression, in bounded memory.

Blocks are UTF-8 or cp1252 bytes as they lie on disk; every other encoding is turned into UTF-8 on the way.
Nothing is ever decoded in silence: `LineDecoder` says when a line was not in the file's encoding, and refuses
what it cannot read.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from chaland.ingest.chunks import FileFault

BLOCK_BYTES = 8 << 20
MAX_LINE_BYTES = 64 << 20
SAMPLE_BYTES = 1 << 20
_CP1252 = {"cp1252", "iso8859-1", "ascii"}
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_INVALID = b"\xff"


def canonical(encoding: str) -> str:
    """Return how we treat an encoding: "utf-8", "cp1252" (which holds latin-1), or Python's own name.

    >>> canonical("latin1"), canonical("UTF8"), canonical("utf-16-le")
    ('cp1252', 'utf-8', 'utf-16-le')

    Raises:
        LookupError: no such encoding.
    """
    name = codecs.lookup(encoding).name
    if name in ("utf-8", "utf-8-sig"):
        return "utf-8"
    return "cp1252" if name in _CP1252 else name


def guess_encoding(sample: bytes) -> str:
    """Return the likely encoding of a file's first bytes: utf-8, utf-16-le, utf-16-be or cp1252.

    >>> guess_encoding("é;è".encode()), guess_encoding("é;è".encode("cp1252"))
    ('utf-8', 'cp1252')
    """
    if sample.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if sample.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.4 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if half and sample[0::2].count(0) > 0.4 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    good = bad = 0
    for line in sample.split(b"\n")[: -1 if len(sample) >= SAMPLE_BYTES else None]:
        if not line.isascii():
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
    return "cp1252" if bad > good else "utf-8"


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Open a file for reading, unpacking gzip on the way.

    Raises:
        FileFault: it is a folder, it is empty, it is missing or may not be read.
    """
    is_gzip = start_of(path, 2) == b"\x1f\x8b"
    with path.open("rb") as plain:
        if is_gzip:
            with gzip.open(plain) as unpacked:
                yield unpacked
        else:
            yield plain


def start_of(path: Path, size: int) -> bytes:
    """Return the first bytes of a file as it lies on disk.

    Raises:
        FileFault: as `opened`.
    """
    try:
        if path.is_dir():
            raise FileFault("is_folder")
        with path.open("rb") as stream:
            start = stream.read(size)
    except PermissionError as error:
        raise FileFault("no_permission") from error
    except FileNotFoundError as error:
        raise FileFault("missing_file") from error
    if not start:
        raise FileFault("empty_file")
    return start


def sample_of(path: Path) -> bytes:
    """Return the first megabyte of a file, unpacked."""
    with opened(path) as stream:
        return read_whole(stream, SAMPLE_BYTES)[0]


def read_whole(stream: IO[bytes] | gzip.GzipFile, size: int) -> tuple[bytes, bool]:
    """Return up to `size` bytes, and whether the compressed stream ended too early; what came before is kept."""
    if not isinstance(stream, gzip.GzipFile):
        return stream.read(size), False
    parts: list[bytes] = []
    length = 0
    try:
        while length < size and (part := stream.read1(size - length)):
            parts.append(part)
            length += len(part)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return b"".join(parts), True
    return b"".join(parts), False


class BlockReader:
    """Cuts a byte stream into blocks that end at an end of line.

    Attributes:
        torn: the compressed stream ended too early.
        at_end: the last block was handed over.
    """

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, encoding: str, sample: bytes) -> None:
        self.stream = stream
        self.encoding = encoding
        self.torn = False
        self.at_end = False
        self._pending = b""
        self._started = False
        self._transcoder = None if encoding in ("utf-8", "cp1252") else codecs.getincrementaldecoder(encoding)
        self._decoder = self._transcoder(_errors_for(encoding)) if self._transcoder else None
        text = sample if self._decoder is None else sample.decode(encoding, "replace").encode()
        self._old_mac = b"\r" in text and b"\n" not in text

    @property
    def position(self) -> int:
        """Bytes of the file read so far, as they lie on disk."""
        plain = self.stream.fileobj if isinstance(self.stream, gzip.GzipFile) else self.stream
        return cast(IO[bytes], plain).tell()

    def next(self, leftover: bytes = b"") -> bytes:
        """Return the next block, the leftover of the one before put in front; b"" at the end."""
        data = leftover + self._pending
        self._pending = b""
        while True:
            fresh = self._read()
            if fresh is None:
                self.at_end = True
                return data
            cut = fresh.rfind(b"\n") + 1
            if cut:
                self._pending = fresh[cut:]
                return data + fresh[:cut]
            data += fresh
            if len(data) > MAX_LINE_BYTES:
                raise FileFault("line_too_long", limit=MAX_LINE_BYTES >> 20)

    def _read(self) -> bytes | None:
        if self.torn:
            raw = b""
        else:
            raw, self.torn = read_whole(self.stream, BLOCK_BYTES)
        if self._decoder is None:
            data = raw
            if not self._started and data.startswith(codecs.BOM_UTF8):
                data = data[3:]
        else:
            data = self._transcoded(raw)
        self._started = True
        if self._old_mac:
            data = data.replace(b"\r", b"\n")
        return data if raw or data else None

    def _transcoded(self, raw: bytes) -> bytes:
        assert self._decoder is not None
        try:
            text = self._decoder.decode(raw, final=not raw)
        except UnicodeDecodeError:
            self._decoder.reset()
            return _INVALID  # half a character at the very end: the last line is torn
        if not self._started:
            text = text.removeprefix("\ufeff")
        return text.encode("utf-8", "surrogatepass")


def _errors_for(encoding: str) -> str:
    # what cannot be decoded becomes a lone surrogate, hence invalid UTF-8, hence a reject of its own line
    return "surrogatepass" if encoding.startswith("utf-") else "surrogateescape"


class LineDecoder:
    """Turns bytes of the file into text, line by line when a block is not all in one encoding.

    A UTF-8 file may hold cp1252 lines and the other way round; each is read as what it is, and counted.
    A line of a cp1252 file is UTF-8 when it is valid UTF-8 whose text cp1252 could have written: « é » yes,
    the accidental « É + no-break space » no.
    """

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.is_cp1252 = encoding == "cp1252"

    def block(self, data: bytes) -> bytes | None:
        """Return the whole block as UTF-8, or None when it must be read line by line."""
        if data.isascii():
            return data
        try:
            if not self.is_cp1252:
                data.decode("utf-8")
                return data
            if _UTF8_SEQUENCE.search(data):
                return None
            return data.decode("cp1252").encode("utf-8")
        except UnicodeDecodeError:
            return None

    def line(self, data: bytes) -> tuple[str, bool] | None:
        """Return the line's text and whether a second encoding was needed; None when neither reads it."""
        if data.isascii():
            return data.decode("ascii"), False
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            if self.encoding not in ("utf-8", "cp1252"):
                return None
            return self._cp1252(data)
        if not self.is_cp1252:
            return text, False
        try:
            text.encode("cp1252")
        except UnicodeEncodeError:
            return self._cp1252(data)
        return text, True

    def _cp1252(self, data: bytes) -> tuple[str, bool] | None:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            return None
        return None if _CONTROL.search(text) else (text, not self.is_cp1252)
