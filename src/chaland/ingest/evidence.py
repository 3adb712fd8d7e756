"""What a column holds, judged from a sample of its values: e-mails, telephones, postcodes, dates, names, amounts.

Shares are between 0 and 1, of the values present. Nothing of the values themselves leaves this module.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import pyarrow.parquet as parquet

from chaland.ingest.dates import MONTHS, folded, read_moment
from chaland.reference import table_path

DATE_WRITINGS = (
    "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d-%m-%Y %H:%M",
    "%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%y", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%d%m%Y", "%Y%m%d", "%Y%m%d%H%M%S",
)  # fmt: skip
LONGEST = 500
"""Characters looked at in a value: nothing longer is a name or a number, and some tests take the square of a length."""
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:\.0)?")
_PHONE_ABROAD = re.compile(r"\(?[+\d][\d\s().\-/\u00a0]{5,24}(?:(?:x|ext\.?|poste)\s*\d{1,6})?", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[-+]\d{2}:?\d{2})?)?")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}")
_NUMBER = re.compile(r"[-+(]?[\d\s\u00a0\u202f.,]*\d[).,-]?\s?€?")
_WHOLE = re.compile(r"([^\d@]+)(?=\d)(?:.*\D)?\d{5}\s+[^\W\d]", re.DOTALL)
_WAYS = {
    "allee", "av", "avenue", "bd", "boulevard", "chemin", "cours", "hameau", "impasse", "lieu", "place", "quai",
    "residence", "route", "rue", "square", "villa", "zone",
}  # fmt: skip
"""Words an address may begin with: rue Jean Jaurès is nobody."""
_CIVILITIES = {
    "m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "m et mme", "dr", "me",
    "mrs", "ms", "miss", "mx", "sir", "prof", "rev", "herr", "frau", "sr", "sra", "srta", "senor", "senora", "don",
    "dona", "sig", "sig.ra", "sig.na", "signor", "signora", "dott", "dott.ssa", "dhr", "de heer", "mevr",
    "mw", "mevrouw",
}  # fmt: skip
_SEXES = {
    "f", "m", "h", "x", "d", "v", "w", "u", "1", "2", "femme", "homme", "feminin", "masculin", "autre", "inconnu",
    "male", "female", "man", "woman", "other", "unknown", "nonbinary", "non_binary", "non-binary",
    "mann", "mannlich", "weiblich", "divers", "hombre", "mujer", "masculino", "femenino", "feminino", "maschio",
    "femmina", "uomo", "donna", "vrouw",
}  # fmt: skip
_YES_NO = {"o", "n", "oui", "non", "0", "1", "y", "yes", "no", "true", "false", "vrai", "faux"}
_COMPANY = re.compile(
    r"\b(?:s\.?a\.?r\.?l|s\.?a\.?s\.?u?|e\.?u\.?r\.?l|s\.?c\.?i|s\.?a|s\.?n\.?c|scop|gmbh|mbh|ag|k\.?g|ohg|ug|e\.?v|"
    r"ltd|limited|plc|llc|llp|l\.?p|inc|incorporated|corp|corporation|co|company|pty|b\.?v|n\.?v|v\.?o\.?f|s\.?p\.?a|"
    r"s\.?r\.?l|s\.?l\.?u?|s\.?l\.?l|ltda|lda|oy|oyj|ab|a/s|aps|sp\.? z o\.?o|s\.?r\.?o|kft|zrt|group|groupe|gruppe|"
    r"grupo|gruppo|holdings?|societe|societa|association|associates|partners|services?|solutions|systems|technolog\w+|"
    r"industri\w+|enterprises?|entreprise|international|consulting|bank|banque|universit\w+|institut\w*|laborator\w*|"
    r"foundation|fondation|council|commune|mairie|school|ecole|college|hospital|hopital|clinic|restaurant|cafe|hotel|"
    r"bakery|boulangerie|pharmacie|pharmacy|garage|store|shop|department|dept)\b\.?"
)
"""Legal forms of several countries, and words that name companies and no person."""


@cache
def _reference(table: str, column: str) -> frozenset[str]:
    values = parquet.read_table(table_path(table), columns=[column]).column(column).unique().to_pylist()
    return frozenset(folded(value).replace("-", " ") for value in values if value)


@dataclass(frozen=True)
class Evidence:
    """What the sample of one column shows.

    Attributes:
        filled: values present in the sample.
        shares: what they look like → share of the values.
        writings: date writings that read them, commonest first; () when ISO reads all.
        is_ambiguous: day and month could change places in every date.
        decimal: "," or "." when numbers show their sign, else "".
        words: the distinct values, when there are few (at most 12).
        years: years that nine in ten of its years span, 0 when it holds none.
    """

    filled: int
    shares: dict[str, float] = field(default_factory=dict)
    writings: tuple[str, ...] = ()
    is_ambiguous: bool = False
    decimal: str = ""
    words: tuple[str, ...] = field(default=(), repr=False)
    years: int = 0

    def share(self, name: str) -> float:
        return self.shares.get(name, 0.0)


NOTHING_SEEN = Evidence(0)


def digits_of(text: str) -> str:
    """Return the digits of a telephone, its French country code read as 0."""
    digits = re.sub(r"\D", "", text)
    if text.lstrip().startswith(("+33", "0033", "33")) and len(digits) >= 11:
        return "0" + digits.removeprefix("00").removeprefix("33").removeprefix("0")
    return digits


def _is_phone(text: str) -> bool:
    return bool(re.fullmatch(r"[+\d\s().\-/\u00a0]{9,22}", text)) and (
        (len(digits_of(text)) == 10 and digits_of(text)[0] == "0") or text.startswith("+")
    )


def _is_full_name(text: str) -> bool:
    """Tell a person in one field: NAME*FIRST NAMES/, or two to five words, a first name among them."""
    if re.fullmatch(r"[^*/\d]+\*[^*/\d]*/?", text):
        return True
    words = folded(text).replace(".", "").split()
    known = _reference("first_names", "name")
    return (
        2 <= len(words) <= 5
        and not re.search(r"\d", text)
        and any(word.strip(",").replace("-", " ") in known for word in words)
    )


def _is_whole_person(text: str) -> bool:
    """Tell a person and his address in one text: a full name, then figures, among them a postcode before a town."""
    found = _WHOLE.match(text)
    if not found:
        return False
    name = re.split(r"[,;|\n]", found[1])[0].strip()
    return folded(name).split(" ")[0] not in _WAYS and _is_full_name(name)


_TESTS: dict[str, Callable[[str], bool]] = {
    "email": lambda text: bool(_EMAIL.fullmatch(text)),
    "phone": _is_phone,
    "mobile": lambda text: _is_phone(text) and digits_of(text)[:2] in ("06", "07"),
    "short_phone": lambda text: bool(re.fullmatch(r"[1-9]\d{8}(\.0)?", text)),
    "short_mobile": lambda text: bool(re.fullmatch(r"[67]\d{8}(\.0)?", text)),
    "postcode": lambda text: bool(re.fullmatch(r"(0[1-9]|[1-8]\d|9[0-8])\d{3}", text)),
    "short_postcode": lambda text: bool(re.fullmatch(r"[1-9]\d{3,4}(\.0)?", text)),
    "phone_abroad": lambda text: bool(_PHONE_ABROAD.fullmatch(text)) and 6 <= sum(map(str.isdigit, text)) <= 20,
    "postcode_abroad": lambda text: bool(re.fullmatch(r"(?=.*\d)[A-Za-z\d](?:[A-Za-z\d]|[ -](?=\w)){2,9}", text)),
    "date_abroad": lambda text: bool(re.fullmatch(r"\d{1,4}([-/. ])\d{1,2}\1\d{1,4}|\d{8}", text)),
    "year": lambda text: bool(_YEAR.fullmatch(text)),
    "month_number": lambda text: bool(re.fullmatch(r"(0?[1-9]|1[0-2])(\.0)?", text)) or folded(text) in MONTHS,
    "day_number": lambda text: bool(re.fullmatch(r"(0?[1-9]|[12]\d|3[01])(\.0)?", text)),
    "house_number": lambda text: bool(
        re.fullmatch(r"\d{1,5}\s?(bis|ter|quater|[a-z])?([-/]\d+\s?[a-z]?)?", text, re.I)
    ),
    "organisation": lambda text: bool(_COMPANY.search(folded(text))),
    "postcode_city": lambda text: bool(re.match(r"(?:[A-Z]{1,2}[- ])?\d{4,5},?\s+[^\W\d]", text)),
    "serial": lambda text: bool(re.fullmatch(r"[1-5]\d{4}(\.0)?", text)),
    "insee": lambda text: bool(re.fullmatch(r"(\d{2}|2[AB])\d{3}", text)),
    "civility": lambda text: folded(text).strip(" .") in _CIVILITIES,
    "sex": lambda text: folded(text) in _SEXES,
    "yes_no": lambda text: folded(text) in _YES_NO,
    "first_name": lambda text: folded(text).replace("-", " ") in _reference("first_names", "name"),
    "last_name": lambda text: folded(text).replace("-", " ") in _reference("last_names", "name"),
    "city": lambda text: folded(text).replace("-", " ") in _reference("communes", "city"),
    "full_name": lambda text: _is_full_name(text),
    "address": lambda text: bool(re.match(r"\D*\d.*\D(0[1-9]|[1-8]\d|9[0-8])\d{3}(?!\d)", text)),
    "whole_person": _is_whole_person,
    "street": lambda text: bool(re.match(r"\d+\s*(bis|ter|[a-d])?[\s,]+\D", text, re.IGNORECASE)),
    "number": lambda text: bool(_NUMBER.fullmatch(text)),
    "integer": lambda text: bool(re.fullmatch(r"[-+]?\d+", text)),
    "key": lambda text: bool(re.fullmatch(r"(?=.*\d)[\w.\-/#:]{1,40}", text)),
    "words": lambda text: bool(re.search(r"[^\W\d]{2,},?[\s-]+[^\W\d]", text)),
    "spaced": lambda text: bool(re.search(r"\w\s+\w", text)),
    "letters": lambda text: bool(re.search(r"[^\W\d]", text)),
}


def evidence_of(values: Sequence[str | None]) -> Evidence:
    """Return what a sample of values shows.

    >>> found = evidence_of(["12/03/2025", "25/12/2024", None])
    >>> found.filled, found.writings, found.share("date")
    (2, ('%d/%m/%Y',), 1.0)
    """
    present = [value.strip()[:LONGEST] for value in values if value and value.strip()]
    if not present:
        return NOTHING_SEEN
    counts = Counter(present)
    distinct = list(counts)[:500]
    weight = sum(counts[text] for text in distinct)
    shares = {name: sum(counts[text] for text in distinct if test(text)) / weight for name, test in _TESTS.items()}
    shares["unique"] = len(counts) / len(present)
    dates, writings, is_ambiguous = _dates(distinct)
    shares["date"] = dates
    decimal = ""
    if shares["number"] > 0.8 and dates < 0.5:
        signs = Counter(sign for text in distinct for sign in re.findall(r"\d([.,])\d{1,2}$", text.rstrip("- €)")))
        decimal = signs.most_common(1)[0][0] if signs else ""
    words = tuple(sorted(counts)) if len(counts) <= 12 else ()
    years = sorted(int(text[:4]) for text in distinct if _YEAR.fullmatch(text))
    span = years[-1 - len(years) // 20] - years[len(years) // 20] if years else 0
    return Evidence(len(present), shares, writings, is_ambiguous, decimal, words, span)


def _dates(distinct: Sequence[str]) -> tuple[float, tuple[str, ...], bool]:
    """Return the share of dates, the writings needed beyond ISO, and whether day and month could change places."""
    left = [text for text in distinct if not _ISO.fullmatch(text)]
    read = len(distinct) - len(left)
    if sum(1 for text in left[:50] if sum(map(str.isdigit, text)) >= 5) < 0.3 * len(left[:50]):
        return read / len(distinct), (), False
    writings: list[str] = []
    is_ambiguous = False
    while left:
        best, hits = "", list[str]()
        for writing in DATE_WRITINGS:
            found = [text for text in left if _reads(text, writing)]
            if len(found) > len(hits):
                best, hits = writing, found
        if len(hits) < max(1, 0.05 * len(distinct)):
            break
        mirrored = best.replace("%d", "%x").replace("%m", "%d").replace("%x", "%m")
        if mirrored in DATE_WRITINGS and all(_reads(text, mirrored) for text in hits):
            is_ambiguous = True
        writings.append(best)
        read += len(hits)
        left = [text for text in left if text not in set(hits)]
    named = [text for text in left if re.search(r"[^\W\d]", text) and read_moment(text, "UTC", ("%Y",))]
    return (read + len(named)) / len(distinct), tuple(writings), is_ambiguous


def _reads(text: str, writing: str) -> bool:
    if len(re.findall(r"\d", text)) < 6:
        return False
    if "%y" not in writing and "%Y" in writing and not re.search(r"\d{4}", text):
        return False
    try:
        return 1900 <= datetime.strptime(text, writing).year <= 2100
    except ValueError:
        return False
