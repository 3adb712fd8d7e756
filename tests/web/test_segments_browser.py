"""A segment built with the keyboard alone, in real Chromium: counted, saved, and found in a customer's file."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect
from tests.web.browsing import NEEDS_CHROMIUM, browsing, violations
from tests.web.serving import Server

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def marketer(chromium: Browser, server: Server, session: StorageState) -> Iterator[Page]:
    with browsing(chromium, server, session) as page:
        yield page


def test_a_segment_is_built_by_keyboard_counted_saved_and_found_in_a_file(
    marketer: Page,
    server: Server,
) -> None:
    marketer.goto(server.url + "segments/nouveau/")
    total = marketer.locator("#result [data-count]")
    expect(total).to_have_attribute("data-count", "exact")
    everybody = int(total.inner_text())
    expect(marketer.get_by_role("combobox", name="Ajouter une condition")).to_be_focused()

    marketer.keyboard.type("carte", delay=15)
    expect(marketer.get_by_role("option", name=re.compile("carte de fidélité")).first).to_be_visible()
    marketer.keyboard.press("Enter")
    expect(marketer.locator("#n-where-all-0")).to_have_text(re.compile(r"^seule \d+"))
    expect(total).not_to_have_text(str(everybody))
    with_card = int(total.inner_text())
    assert 0 < with_card < everybody

    marketer.keyboard.type("jardin", delay=15)
    expect(marketer.get_by_role("option", name=re.compile("rayon Jardin")).first).to_be_visible()
    marketer.keyboard.press("Enter")
    expect(marketer.locator(".seg-sentence").first).to_contain_text("a acheté au rayon Jardin")
    expect(marketer.locator("#n-where-all-1")).to_have_text(re.compile(r"^seule \d+"))
    assert 0 < int(total.inner_text()) <= with_card
    expect(marketer.get_by_role("heading", name="Qui ils sont, face à la base")).to_be_visible()
    assert violations(marketer) == []

    marketer.get_by_role("combobox", name="Ajouter une condition").focus()
    marketer.keyboard.press("Control+z")
    expect(marketer.locator(".seg-row:not(.seg-group)")).to_have_count(1)
    expect(total).to_have_text(str(with_card))

    marketer.get_by_label("Nom", exact=True).focus()
    marketer.keyboard.type("Porteurs de carte")
    marketer.keyboard.press("Enter")
    expect(marketer.get_by_role("heading", name="Porteurs de carte")).to_be_visible()
    expect(total).to_have_text(str(with_card))
    marketer.goto(server.url + "clients/c-camille/")
    expect(marketer.get_by_role("link", name="Porteurs de carte")).to_be_visible()
