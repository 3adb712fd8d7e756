"""The second factor: six digits that change every half minute (RFC 6238, on HOTP, RFC 4226), and their QR code.

SHA-1, six digits, 30 seconds: what every authenticator application understands.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote, urlencode

import segno

STEP_S = 30
DIGITS = 6
KEY_BYTES = 20


def hotp(key: bytes, counter: int, digits: int = DIGITS) -> str:
    """Return the code of a counter (RFC 4226, 5.3); its appendix D gives these.

    >>> [hotp(b"12345678901234567890", counter) for counter in (0, 1, 9)]
    ['755224', '287082', '520489']
    """
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 0xF
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def totp(key: bytes, at: float, digits: int = DIGITS) -> str:
    """Return the code of a moment, in seconds since 1970 (RFC 6238, appendix B).

    >>> [totp(b"12345678901234567890", at, 8) for at in (59, 1111111109, 20000000000)]
    ['94287082', '07081804', '65353130']
    """
    return hotp(key, int(at) // STEP_S, digits)


def new_key() -> str:
    """Return a fresh key, in base32 as applications take it."""
    return base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()


def step_of(key: str, code: str, at: float, after: int = 0) -> int | None:
    """Return the time step whose code was typed, None when it is no code of now.

    The step before and the step after are taken too: clocks differ. A step already used is not (`after`).

    >>> key = base64.b32encode(b"12345678901234567890").decode()
    >>> step_of(key, "287 082", 59), step_of(key, "287082", 59, after=1), step_of(key, "000000", 59)
    (1, None, None)
    """
    typed = "".join(code.split())
    now = int(at) // STEP_S
    for step in (now, now - 1, now + 1):
        if step > after and hmac.compare_digest(hotp(base64.b32decode(key), step), typed):
            return step
    return None


def address(key: str, account: str, issuer: str) -> str:
    """Return the otpauth: address that an application reads from the QR code.

    >>> address("ABCD", "alice", "chaland Brindille")
    'otpauth://totp/chaland%20Brindille:alice?secret=ABCD&issuer=chaland+Brindille'
    """
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode({'secret': key, 'issuer': issuer})}"


def qr_code(text: str) -> str:
    """Return the QR code of a text as an <svg> for the page; nothing is asked of any network."""
    return segno.make(text, error="m").svg_inline(border=3, light="#fff", svgclass="qr", lineclass=None, omitsize=True)
