"""The page of grades says every reason of data/reasons.toml, in its own words."""

from __future__ import annotations

from pathlib import Path

from chaland.clean.grades import GRADES, reasons

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "grades.md"


def test_the_page_of_grades_lists_every_reason_as_the_room_knows_it() -> None:
    rows = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    listed = {row[0].strip("| `"): tuple(cell.strip(" |") for cell in row[1:]) for row in rows}
    known = {code: (found["grade"], found["fr"], found["en"]) for code, found in reasons().items()}
    assert {code: listed.get(code) for code in known} == known


def test_every_reason_has_a_grade_and_both_languages() -> None:
    assert [
        code for code, found in reasons().items() if found["grade"] not in GRADES or not (found["fr"] and found["en"])
    ] == []
