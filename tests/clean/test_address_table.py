"""Addresses as people write them, one a line of addresses.txt: the lines that come out, the status, the reason."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from chaland.clean.addresses import RawAddress, clean_address

TABLE = Path(__file__).with_name("addresses.txt")
LINES = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if "=>" in line and not line.startswith("#")]


def written(text: str) -> RawAddress:
    """Return the address a line gives, free or in columns."""
    if "=" not in text:
        return RawAddress(address=text)
    columns = (part.strip().partition("=") for part in text.split(";"))
    return RawAddress(**{name: value for name, _, value in columns})


@pytest.mark.parametrize("line", LINES)
def test_an_address_of_the_table_takes_its_lines_its_status_and_its_reason(line: str) -> None:
    text, lines, verdict = (part.strip() for part in line.split("=>"))
    found = clean_address(written(text))
    out = " | ".join(getattr(found, f"address_line_{rank}") or "" for rank in range(2, 7))
    assert (out.strip(), f"{found.address_status or '-'} {found.address_reason}") == (lines, verdict)


def test_the_table_holds_over_a_hundred_addresses_beyond_those_of_the_norm() -> None:
    assert len(LINES) >= 125


def test_cleaning_a_clean_address_of_the_table_changes_nothing() -> None:
    for line in LINES:
        once = clean_address(written(line.split("=>")[0].strip()))
        if once.address_status and once.address_status[0] == "V" and once.insee_code and once.address_line_4:
            number = " ".join(part for part in (once.street_number, once.street_extension) if part)
            again = clean_address(
                RawAddress(
                    street_number=number,
                    street=once.street or "",
                    complement=once.complement or "",
                    place=once.place or "",
                    postcode=once.postcode or "",
                    city=(once.address_line_6 or "")[6:] if once.is_cedex else once.city or "",
                )
            )
            assert again[:15] == once[:15], line


SLOW = [
    "1 " * 200,
    "rue " * 100,
    "A" * 400,
    "75001 " * 66,
    "1000 " * 80,
    "bis " * 100,
    ", " * 200,
    "SAINT " * 66,
    "- " * 200,
]


@pytest.mark.parametrize("text", SLOW)
def test_no_text_takes_long(text: str) -> None:
    clean_address("12 rue Haute 59000 Lill")
    start = time.process_time()
    clean_address(text)
    clean_address(RawAddress(street=text, complement=text, postcode=text, city=text))
    assert time.process_time() - start < 0.5, "twice 50 ms on an idle machine; CI may be five times slower"
