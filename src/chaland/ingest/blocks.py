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
_QUOTED = re.compile(rb'"[^"]*"')
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_SMALL, _CAPITAL = "éèêëàâäîïôöûùüçœñ", "ÉÈÊËÀÂÎÏÔÛÙÇŒ"
_FRENCH_LETTER = re.compile(f"(?<![A-Z]{{2}})[{_SMALL}](?![A-Z])|(?<![a-zà-ÿ])[{_CAPITAL}]")
_TYPOGRAPHY = "°€’‘“”«»–—…·²³µ£§©®™\u00a0"
_OLD_ENCODINGS = ("cp850", "mac_roman")
"""What DOS and the old Macs wrote: a file is in one of them when its letters are French there, and not in cp1252."""


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
    """Return the likely encoding of a file's first bytes: utf-8, utf-16-le, utf-16-be, cp1252, cp850 or mac_roman.

    >>> guess_encoding("é;è".encode()), guess_encoding("é;è".encode("cp1252")), guess_encoding("Zoé".encode("cp850"))
    ('utf-8', 'cp1252', 'cp850')
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
    return _one_byte_encoding(sample) if bad > good else "utf-8"


def _one_byte_encoding(sample: bytes) -> str:
    """Return cp1252, unless what it makes of the sample is no French where an older encoding's letters are."""
    strange = b"\n".join(line for line in re.split(rb"[\r\n]+", sample[: 1 << 18]) if not line.isascii())
    windows = _french_share(strange, "cp1252")
    best = max(_OLD_ENCODINGS, key=lambda encoding: _french_share(strange, encoding))
    return best if windows < 0.5 and _french_share(strange, best) > max(0.8, 2 * windows) else "cp1252"


def _french_share(data: bytes, encoding: str) -> float:
    """Return the share of the letters beyond ASCII that French writes, small among small ones."""
    text = data.decode(encoding, "replace")
    beyond = sum(1 for sign in text if sign > "\x7f" and sign not in _TYPOGRAPHY)
    return len(_FRENCH_LETTER.findall(text)) / beyond if beyond else 1.0


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


def ends_lines_by_return(text: bytes) -> bool:
    """Tell whether lines end by a lone carriage return, as on old Macs; a line feed then stands within quotes at most.

    >>> ends_lines_by_return(b'a;b\\r"1\\n2";3\\r'), ends_lines_by_return(b"a;b\\r\\n1;2\\r\\n")
    (True, False)
    """
    if b"\r" not in text:
        return False
    if b"\n" not in text:
        return True
    bare = _QUOTED.sub(b"", text)
    return b"\r" in bare and b"\n" not in bare and len(_LONE_RETURN.findall(text)) > text.count(b"\n")


def text_lines(sample: bytes, encoding: str) -> list[str]:
    """Return the lines of a file's first bytes as its reader will count them, without their ends."""
    text = sample.decode(encoding, "replace").removeprefix("\ufeff")
    if ends_lines_by_return(text.encode("utf-8", "replace")):
        text = text.replace("\r", "\n")
    return [line.removesuffix("\r") for line in text.split("\n")]


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
        self._old_mac = ends_lines_by_return(
            sample if self._decoder is None else sample.decode(encoding, "replace").encode()
        )

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
