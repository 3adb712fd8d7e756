"""Every sentence has its French, the compiled catalogue is fresh, and every code has its words."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

import pytest

from chaland_web import charts, formats, messages

ROOT = Path(__file__).resolve().parents[2]
CLEAN = ROOT / "src" / "chaland" / "clean"


@pytest.mark.parametrize("part", messages.PARTS)
def test_every_sentence_has_its_french_and_none_is_left_over(part: str) -> None:
    entries = messages.written(part)
    said = set(messages.messages_said()[part])
    assert {message.text for message in said if not all(entries.get(message, ("",)))} == set()
    assert {message.text for message in entries if message.text and message not in said} == set()


@pytest.mark.parametrize("part", messages.PARTS)
def test_the_compiled_catalogue_is_made_from_the_written_one(part: str) -> None:
    assert messages.catalogue(part).with_suffix(".mo").read_bytes() == messages.compiled(messages.written(part))


def test_a_sentence_that_two_parts_say_has_one_french() -> None:
    found: dict[messages.Message, set[tuple[str, ...]]] = {}
    for part in messages.PARTS:
        for message, french in messages.written(part).items():
            found.setdefault(message, set()).add(french)
    assert {message.text: french for message, french in found.items() if len(french) > 1} == {}


@pytest.mark.parametrize("part", messages.PARTS)
def test_french_sentences_fill_the_same_values(part: str) -> None:
    values = re.compile(r"%\((\w+)\)s")
    for message, french in messages.written(part).items():
        for text in french:
            if message.text:
                assert sorted(values.findall(text)) == sorted(values.findall(message.text)), message.text


@pytest.mark.parametrize("part", messages.PARTS)
def test_high_signs_of_french_punctuation_follow_a_no_break_space(part: str) -> None:
    loose = [
        text
        for french in list(messages.written(part).values())[1:]
        for text in french
        if re.search(r" [:;!?»]|« ", text) or "'" in text
    ]
    assert loose == []


def test_every_reason_of_a_grade_has_its_sentence(application: Path) -> None:
    from chaland_web.grades import GRADE_REASON

    reasons = tomllib.loads((CLEAN / "data" / "reasons.toml").read_text(encoding="utf-8"))["reasons"]
    assert set(reasons) - set(GRADE_REASON) == set()


def test_every_reason_of_a_shut_channel_has_its_words(application: Path) -> None:
    from chaland_web import words

    sql = (ROOT / "src" / "chaland" / "base" / "reach.sql").read_text(encoding="utf-8")
    codes = set(re.findall(r"then '(\w+)'$|else '(ok)'", sql, re.MULTILINE))
    assert {first or second for first, second in codes} - set(words.REACH_REASON) == set()


def test_every_field_compared_is_read_and_named(application: Path) -> None:
    from chaland.tables.identity import WEIGHT_FIELDS
    from chaland_web import words

    sql = (ROOT / "src" / "chaland" / "publish" / "sql" / "links.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"weight_(\w+)", sql)) - {"s"} == set(WEIGHT_FIELDS) == set(words.COMPARISON)


@pytest.mark.parametrize("module", [formats, charts, messages])
def test_examples_of_the_pure_modules_run(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
