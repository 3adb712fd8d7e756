"""Fuzzes the cleaners of one value with atheris (libFuzzer): no text may crash one, none may take more than 50 ms.

    pip install atheris
    nice -n 19 python benchmarks/fuzz_clean.py -max_total_time=900

atheris guides the texts by the branches they reach; libFuzzer's own options follow. Time is the processor's, and a text
is slow when it is slow five times running, so that a busy machine accuses nobody.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date

import atheris

with atheris.instrument_imports(include=["chaland.clean"]):
    from chaland.clean.addresses import RawAddress, clean_address
    from chaland.clean.dates import clean_birth_date
    from chaland.clean.emails import clean_email
    from chaland.clean.names import RawName, clean_name
    from chaland.clean.phones import clean_phones

SLOWEST_SECONDS = 0.05
AS_OF = date(2026, 11, 1)
REGIONS = ("FR", "RE", "MC", "BE", "ZZ")


def _seconds(clean: Callable[[], object]) -> float:
    start = time.thread_time()
    clean()
    return time.thread_time() - start


def _check(clean: Callable[[], object]) -> None:
    if _seconds(clean) > SLOWEST_SECONDS and min(_seconds(clean) for _ in range(5)) > SLOWEST_SECONDS:
        raise AssertionError(f"slower than {SLOWEST_SECONDS} s")


def clean_one(data: bytes) -> None:
    """Clean one text as an address, a name, telephones, an e-mail and a birth date."""
    given = atheris.FuzzedDataProvider(data)
    region = given.PickValueInList(list(REGIONS))
    one = given.ConsumeUnicodeNoSurrogates(200)
    other = given.ConsumeUnicodeNoSurrogates(200)
    _check(lambda: clean_address(one, region))
    _check(
        lambda: clean_address(RawAddress(street=one, postcode=other[:5], city=other[5:], complement=one[100:]), region)
    )
    _check(lambda: clean_name(RawName(full_name=one, civility=other)))
    _check(lambda: clean_name(RawName(first_name=one, last_name=other, birth_name=one)))
    _check(lambda: clean_phones(one, other, region, "4"))
    _check(lambda: clean_email(one))
    _check(lambda: clean_birth_date(one, AS_OF, "mixed"))


def main() -> None:
    clean_one(b"what the first call loads is not counted")
    atheris.Setup(sys.argv, clean_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
