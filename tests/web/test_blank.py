"""A field left blank at the desk: on the screen at once, in the base's own file, taken back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from tests.web.conftest import SignedIn

FILE = "/clients/c-camille/"


@pytest.fixture(autouse=True)
def files(base_folder: Path) -> Iterator[Path]:
    """Give the folder of the desk's files, and leave it empty."""
    yield base_folder / "desk"
    for path in (base_folder / "desk").glob("*.csv"):
        path.unlink()


@pytest.fixture
def adviser(signed_in: SignedIn) -> Client:
    return signed_in("adviser", shops=["LIL"])


def test_a_field_left_blank_is_off_the_screen_at_once_until_it_is_taken_back(adviser: Client, files: Path) -> None:
    form = adviser.get(FILE + "corriger/").context["form"]
    assert "mobile" in dict(form.fields["blank"].choices)
    before = adviser.get(FILE).context["customer"]
    assert before.mobile is not None
    answer = adviser.post(FILE + "corriger/", {"blank": ["mobile", "address"], "reason": "une autre répond"})
    assert answer.status_code == 302
    with (files / "corrections.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["blank_fields"], row["mobile"], row["corrected_by"]) == ("mobile address", "", "adviser-lil")
    page = adviser.get(FILE)
    customer, reach = page.context["customer"], {one.channel: one.reason for one in page.context["reach"]}
    assert (customer.mobile, customer.address_lines, customer.postcode) == (None, (), None)
    assert (reach["sms"], reach["post"]) == ("no_mobile", "no_address")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
    assert "Mobile – corrigé adviser-lil" in text
    assert "Laissé vide Mobile, Adresse" in re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", adviser.get(FILE + "ecrits/").content.decode())
    )
    # what is blank can no longer be left blank
    assert adviser.post(FILE + "corriger/", {"blank": "mobile", "reason": "r"}).status_code == 422
    adviser.post(f"{FILE}annuler/{row['correction_key']}/")
    assert adviser.get(FILE).context["customer"] == before
