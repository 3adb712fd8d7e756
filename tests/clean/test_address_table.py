"""Addresses as people write them, one a line of addresses.txt: the lines that come out, the status, the reason."""

from __future__ import annotations

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
