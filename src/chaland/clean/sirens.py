"""Company numbers: the SIREN of a company, the SIRET of one of its establishments, whatever the writing.

They are the keys of organisations (identity). Check sums are python-stdnum's: Luhn, and La Poste's own sum of digits.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pyarrow as pa
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret
from stdnum.fr import tva as stdnum_tva

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.tables import clean

_RUN = re.compile(r"(?:FR ?[0-9A-Z]{2} ?)?\d[\d .\u00a0\u202f-]{7,}\d", re.IGNORECASE)


class CompanyNumber(NamedTuple):
    """A company, and its establishment when it is told; both None when no number is valid."""

    siren: str | None
    siret: str | None


def company_number(text: str) -> CompanyNumber:
    """Return the first valid company number of a text: a SIRET, a SIREN, or the SIREN of a French VAT number.

    >>> company_number("SIRET 732 829 320 00074")
    CompanyNumber(siren='732829320', siret='73282932000074')
    >>> company_number("FR 44 732829320").siren, company_number("SARL DUPONT 732829320").siren
    ('732829320', '732829320')
    >>> company_number("06 12 34 56 78"), company_number("123456789").siren, company_number("000000000").siren
    (CompanyNumber(siren=None, siret=None), None, None)
    """
    for run in _RUN.findall(text):
        if run[:2].upper() == "FR":
            if stdnum_tva.is_valid(run):
                return CompanyNumber(str(stdnum_tva.compact(run))[-9:], None)
            run = run[4:]
        digits = re.sub(r"\D", "", run)
        if not digits.strip("0"):
            continue
        if stdnum_siret.is_valid(digits):
            return CompanyNumber(digits[:9], digits)
        if stdnum_siren.is_valid(digits):
            return CompanyNumber(digits, None)
    return CompanyNumber(None, None)


def fill_companies(engine: Engine) -> int:
    """Fill clean.companies from the texts of work.clean_raw where a number may stand; return its rows."""
    texts = engine.arrow(sql_text("chaland.clean", "company_numbers.sql"))
    found = {text: company_number(text) for text in texts["text"].unique().to_pylist()}
    rows = [
        {"record_id": record_id, "siren": found[text].siren, "siret": found[text].siret}
        for record_id, text in zip(texts["record_id"].to_pylist(), texts["text"].to_pylist(), strict=True)
        if found[text].siren
    ]
    if not rows:
        engine.create(clean.COMPANIES)
        return 0
    return engine.load(clean.COMPANIES, pa.Table.from_pylist(rows))
