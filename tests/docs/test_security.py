"""The answers to the ASVS list: every number of level 2 has one, and the files they name exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "explanation" / "security.md"

LEVEL_2 = """
1.1:1-7 1.2:1-4 1.4:1,4-5 1.5:1-4 1.6:1-4 1.7:1-2 1.8:1-2 1.9:1-2 1.10:1 1.11:1-2 1.12:2 1.14:1-6
2.1:1-12 2.2:1-3 2.3:1-3 2.4:1-5 2.5:1-7 2.6:1-3 2.7:1-6 2.8:1-7 2.9:1-3 2.10:1-4
3.1:1 3.2:1-4 3.3:1-4 3.4:1-5 3.5:1-3 3.7:1
4.1:1-3,5 4.2:1-2 4.3:1-3
5.1:1-5 5.2:1-8 5.3:1-10 5.4:1-3 5.5:1-4
6.1:1-3 6.2:1-6 6.3:1-2 6.4:1-2
7.1:1-4 7.2:1-2 7.3:1,3-4 7.4:1-3
8.1:1-4 8.2:1-3 8.3:1-8
9.1:1-3 9.2:1-4
10.2:1-2 10.3:1-3
11.1:1-8
12.1:1-3 12.2:1 12.3:1-6 12.4:1-2 12.5:1-2 12.6:1
13.1:1,3-5 13.2:1-3,5-6 13.3:1-2 13.4:1-2
14.1:1-4 14.2:1-6 14.3:2-3 14.4:1-7 14.5:1-4
"""
"""The requirements of ASVS 4.0.3 that level 2 asks for, by section."""


def asked() -> list[str]:
    """Return each number of LEVEL_2."""
    numbers = []
    for section in LEVEL_2.split():
        name, _, ranks = section.partition(":")
        for part in ranks.split(","):
            first, _, last = part.partition("-")
            numbers += [f"{name}.{rank}" for rank in range(int(first), int(last or first) + 1)]
    return numbers


def answers() -> list[tuple[str, str, str]]:
    """Return the lines of the page's tables: number, answer, how."""
    found = re.findall(r"^\| (\d+\.\d+\.\d+) \| (\S+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [(number, answer, how) for number, answer, how in found]


def test_every_number_of_level_2_is_answered_once_and_in_order() -> None:
    assert [number for number, _, _ in answers()] == asked()


def test_each_answer_is_one_of_five_and_says_how() -> None:
    assert {answer for _, answer, _ in answers()} == {"oui", "part", "inst", "s.o.", "non"}
    assert [number for number, _, how in answers() if len(how) < 4] == []


def test_the_files_that_the_page_names_exist() -> None:
    named = set(
        re.findall(
            r"`((?:src|tests|docs)/[^`]+|[A-Za-z_.]+\.(?:md|toml|lock)|Makefile)`", PAGE.read_text(encoding="utf-8")
        )
    )
    assert len(named) > 30
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
