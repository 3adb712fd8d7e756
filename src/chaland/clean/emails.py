"""E-mails: what is sent to, what is matched on, and what the address is worth.

Three values are kept apart: as received (landing), `email` to send to (domain lowered, local part untouched) and
`email_key` for matching only. No name server is asked: "no MX" is known from data/email_domains.toml, so a
domain is repaired only when it is listed there, one letter from a known domain; others are proposed, never changed.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email
from phonenumbers import SUPPORTED_REGIONS
from rapidfuzz.distance import OSA

from chaland.clean.grades import ABSENT, AS_RECEIVED, TOO_LONG, Graded, graded, load_data
from chaland.clean.text import is_too_long, tidy, unaccented

_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_USUAL = re.compile(r"(?!www\.)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_AT = re.compile(r"\s*(?:\(at\)|\[at\]|\barobase\b|\barobas\b|@+)\s*", re.IGNORECASE)
_DOT = re.compile(r"\s*(?:\(dot\)|\[dot\]|\bpoint\b)\s*", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:mailto:|e-?mail\s*:|mail\s*:|courriel\s*:)\s*", re.IGNORECASE)
_WEB = re.compile(r"^(?:https?://|www\.)", re.IGNORECASE)
_STRAY_DOTS = re.compile(r"\.*@\.*|\.{2,}")
_AROUND = "<>\"'()“”«»‘’ \u00a0"
_BEFORE = frozenset({"tel", "mail", "email", "courriel", "ou", "et"})
_SEVERAL = re.compile(r"[;,/|\s]+")


class Email(NamedTuple):
    """One e-mail: to send to, to match on, grade, reason, and the domain proposed when one is doubtful."""

    email: str | None
    email_key: str | None
    grade: str
    reason: str
    proposed: str | None = None


@cache
def _set(*names: str) -> frozenset[str]:
    data = load_data("email_domains")
    for name in names:
        data = data[name]
    return frozenset(data)


@cache
def _placeholder_parts() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    data = load_data("placeholders")
    return frozenset(data["email_locals"]), frozenset(data["email_hosts"]), frozenset(data["email_addresses"])


@lru_cache(maxsize=100_000)
def _is_domain(domain: str) -> bool:
    try:
        validate_email("a@" + domain, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


@lru_cache(maxsize=100_000)
def repair_domain(domain: str) -> tuple[str, Graded | None, str | None]:
    """Return the domain to use, the grade of a repair or a doubt, and the domain proposed.

    >>> repair_domain("gmial.com")
    ('gmail.com', Graded(grade='C', reason='domain_repaired'), None)
    >>> repair_domain("gmail.fr")
    ('gmail.fr', Graded(grade='C', reason='domain_doubtful'), 'gmail.com')
    >>> repair_domain("orange.fr"), repair_domain("brindille.fr")
    (('orange.fr', None, None), ('brindille.fr', None, None))
    """
    data = load_data("email_domains")
    if domain in _set("known"):
        return domain, None, None
    listed: str | None = data["typing_errors"].get(domain)
    bare, _, ending = domain.rpartition(".")
    if not listed and bare.endswith("." + ending) and bare in _set("known"):
        # orange.fr.fr
        return bare, graded("domain_repaired"), None
    if not listed and not bare:
        # orange, gmail: the one known domain of that name
        named = [known for known in data["known"] if known.partition(".")[0] == domain]
        return (named[0], graded("domain_repaired"), None) if len(named) == 1 else (domain, None, None)
    if not listed and not ending_exists(ending):
        # nobody receives mail under an ending that does not exist
        close = [known for known in data["known"] if OSA.distance(domain, known, score_cutoff=1) == 1]
        if len(close) != 1:
            return domain, graded("no_such_domain"), None
        listed = close[0]
    if listed:
        if domain not in _set("registered") and OSA.distance(domain, listed) == 1:
            return listed, graded("domain_repaired"), None
        return domain, graded("domain_doubtful"), listed
    if domain in _set("registered"):
        return domain, None, None
    near = [known for known in data["known"] if len(known) > 6 and OSA.distance(domain, known, score_cutoff=1) == 1]
    return (domain, graded("domain_doubtful"), near[0]) if len(near) == 1 else (domain, None, None)


@lru_cache(maxsize=10_000)
def ending_exists(ending: str) -> bool:
    """Tell whether mail can be received under an ending: two letters are a country's; known errors are none.

    >>> ending_exists("fr"), ending_exists("fe"), ending_exists("con"), ending_exists("paris")
    (True, False, False, True)
    """
    if len(ending) == 2 and ending.isascii():
        return ending.upper() in SUPPORTED_REGIONS or ending in _set("country_endings")
    return len(ending) > 2 and ending not in _set("no_such_ending")


def email_key(email: str) -> str:
    """Return the canonical form of a valid address, for matching only; never sent to.

    Dots and tags are dropped only where the provider ignores them.

    >>> email_key("Jean.Dupont+web@gmail.com"), email_key("Jean.Dupont@Orange.fr")
    ('jeandupont@gmail.com', 'jean.dupont@orange.fr')
    """
    local, _, domain = email.lower().rpartition("@")
    if domain == "googlemail.com":
        domain = "gmail.com"
    stripped = local
    if domain in _set("kinds", "plus_and_dots") or domain in _set("kinds", "dots_and_plus_proton"):
        stripped = local.partition("+")[0].replace(".", "")
    elif domain in _set("kinds", "plus_only"):
        stripped = local.partition("+")[0]
    return f"{stripped or local}@{domain}"


def is_disposable(domain: str) -> bool:
    """Tell whether a domain, or one it is under, gives addresses for a few minutes.

    >>> is_disposable("yopmail.com"), is_disposable("moi.yopmail.com"), is_disposable("free.fr")
    (True, True, False)
    """
    known = _set("kinds", "disposable")
    while domain not in known and "." in domain:
        domain = domain.partition(".")[2]
    return domain in known


def _is_placeholder(local: str, domain: str) -> bool:
    locals_, hosts, addresses = _placeholder_parts()
    local = local.lower()
    if f"{local}@{domain}" in addresses:
        return True
    if local in locals_ and (len(local) > 2 or domain in hosts):
        return True
    return len(local) > 2 and len(set(local)) == 1


def special_locals() -> list[str]:
    """Return what may stand before @ and decide what the whole address is worth: placeholders and roles.

    >>> {"nc", "pasdemail", "contact"} <= set(special_locals())
    True
    """
    locals_, _, addresses = _placeholder_parts()
    return sorted({*locals_, *_set("kinds", "role"), *(address.partition("@")[0] for address in addresses)})


def ignored_signs(domain: str) -> str:
    """Return what `email_key` drops before @ for a domain: "dots and tags", "tags", or nothing.

    >>> ignored_signs("gmail.com"), ignored_signs("orange.fr")
    ('dots and tags', '')
    """
    kept = email_key(f"a.b+c@{domain}").partition("@")[0]
    return {"ab": "dots and tags", "a.b": "tags"}.get(kept, "")


def clean_email(text: str | None, own_domains: tuple[str, ...] = ()) -> Email:
    """Return the address to send to, its key, grade and reason. Null when it cannot or must not be used.

    Args:
        text: the field as received; the first address is kept when there are several.
        own_domains: the retailer's own domains (clean.own_domains): no customer's address.

    >>> clean_email("Jean.Dupont@Gmial.com")[:4]
    ('Jean.Dupont@gmail.com', 'jeandupont@gmail.com', 'C', 'domain_repaired')
    >>> clean_email("pasdemail@orange.fr").reason, clean_email("jean.dupont").reason
    ('placeholder', 'bad_syntax')
    """
    if is_too_long(text):
        return Email(None, None, *TOO_LONG)
    raw = tidy(text)
    if not raw:
        return Email(None, None, *ABSENT)
    address, repaired = (raw, False) if _USUAL.fullmatch(raw) else _spell(raw)
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    if not local or not domain:
        locals_, _, _ = _placeholder_parts()
        reason = (
            "placeholder" if raw.lower().strip("@. -") in locals_ or not any(map(str.isalnum, raw)) else "bad_syntax"
        )
        return Email(None, None, *graded(reason))
    if _is_placeholder(local, domain):
        return Email(None, None, *graded("placeholder"))
    domain, doubt, proposed = repair_domain(domain)
    if doubt and doubt.grade == "D":
        return Email(None, None, *doubt)
    if not local.isascii() and domain in _set("known"):
        # the great providers give no address with an accent
        local, repaired = unaccented(local).lower(), True
    written = _validated(local, domain)
    if written is None:
        return Email(None, None, *graded("bad_syntax"))
    local, _, domain = written.rpartition("@")
    if domain in own_domains:
        return Email(None, None, *graded("own_domain"))
    if is_disposable(domain):
        return Email(None, None, *graded("disposable"))
    verdict = doubt or _verdict(raw, written, local, repaired)
    return Email(written, email_key(written), verdict.grade, verdict.reason, proposed)


def _verdict(raw: str, written: str, local: str, repaired: bool) -> Graded:
    if repaired:
        return graded("syntax_repaired")
    if local.lower() in _set("kinds", "role"):
        return graded("role_address")
    if written.rpartition("@")[2] in _set("kinds", "closed"):
        return graded("domain_closed")
    return AS_RECEIVED if raw == written else graded("reformatted")


def _validated(local: str, domain: str) -> str | None:
    """Return the address as the RFCs write it, or None; the common case does without the full parser."""
    if len(local) <= 64 and domain.isascii() and _PLAIN_LOCAL.fullmatch(local):
        return f"{local}@{domain}" if _is_domain(domain) else None
    try:
        return validate_email(f"{local}@{domain}", check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def _spell(raw: str) -> tuple[str, bool]:
    """Return one address without writing errors, and whether one was repaired."""
    text = _PREFIX.sub("", raw.strip(_AROUND)).strip(_AROUND)
    local, at, domain = text.partition("@")
    if at and "@" not in domain and not re.search(r"[\s,;/|<]", text):
        mended = _without_stray_dots(_WEB.sub("", text))
        return mended, mended != text
    pieces = [piece for piece in _SEVERAL.split(text) if piece]
    whole = [piece for piece in pieces if re.fullmatch(r"[^@]+@[^@]+\.[^@.]{2,}", piece)]
    if whole:
        # several addresses, or a sentence around one: the first is kept, unless what stands before it is its beginning
        before = text[: text.find(whole[0])].rstrip()
        if (
            before
            and before[-1].isalnum()
            and whole[0][0] != "<"
            and "@" not in before
            and before.lower() not in _BEFORE
        ):
            return text, False
        return whole[0].strip(".,;:<>()"), len(pieces) > 1
    if "@" not in text:
        text = _with_at(text)
    text = _AT.sub("@", text)
    local, _, domain = text.partition("@")
    domain = _DOT.sub(".", domain).replace(",", ".").replace(";", ".").replace(" ", "")
    if " " in _DOT.sub(".", local).strip():
        # "jean dupont@…" may be jeandupont, jean.dupont or a name before the address of somebody else
        return text, False
    local = re.sub(r"\s*,\s*", ".", _DOT.sub(".", local)).replace(" ", "")
    return _without_stray_dots(f"{local}@{domain}" if domain else local), True


def _without_stray_dots(text: str) -> str:
    text = text.strip(".,;:")
    return (
        _STRAY_DOTS.sub(lambda found: "@" if "@" in found.group() else ".", text)
        if ".." in text or "@" in text
        else text
    )


def _with_at(text: str) -> str:
    """Return an address whose @ was typed as another sign or left out before a known domain.

    >>> _with_at("jean.dupont#gmail.com"), _with_at("jean.dupont.gmail.com"), _with_at("www.orange.fr")
    ('jean.dupont@gmail.com', 'jean.dupont@gmail.com', 'www.orange.fr')
    """
    for known in _set("known"):
        head = text[: -len(known)] if text.lower().endswith(known) else ""
        if len(head) > 3 and head[-1] in "#&§à." and re.fullmatch(r"[\w.+-]+", head[:-1]) and head[:-1] != "www":
            return f"{head[:-1]}@{known}"
    return text
