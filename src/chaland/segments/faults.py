"""What is wrong with a definition, collected: where (JSON pointer), what was expected, what was found."""

from __future__ import annotations

from datetime import date
from typing import Any

from chaland.errors import ConfigError
from chaland.language import say

FAULTS_TOLD = 20
TEXT_AT_MOST = 200
VALUES_AT_MOST = 1000
NUMBER_AT_MOST = 1e12


def _found(given: Any) -> str:
    """Return the shape of what was found; a text is never quoted."""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int | float):
        return f"{given:g}" if abs(given) <= NUMBER_AT_MOST else say("a number out of range")
    if isinstance(given, str):
        return say("a text of {count} characters", count=len(given))
    if isinstance(given, list):
        return say("a list of {count}", count=len(given))
    if isinstance(given, dict):
        return say("an object of {count} keys", count=len(given))
    return say("nothing")


class Faults:
    """Collects faults; each reader returns the value, or None after adding its fault."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def add(self, at: str, expected: str, found: Any) -> None:
        self.told.append(
            say("{at}: expected {expected}; found {found}.", at=at or "/", expected=expected, found=_found(found))
        )

    def refuse(self) -> None:
        """Raise ConfigError when there is a fault."""
        if self.told:
            raise ConfigError.of(self.told[:FAULTS_TOLD])

    def shape(self, at: str, given: Any, known: set[str], *, required: tuple[str, ...] = ()) -> bool:
        """Tell whether this is an object with these keys and no others."""
        if not isinstance(given, dict):
            self.add(at, say("an object"), given)
            return False
        odd = [name for name in given if name not in known]
        missing = [name for name in required if name not in given]
        if odd:
            self.add(at, say("no other key than {names}", names=", ".join(sorted(known))), given)
        for name in missing:
            self.add(f"{at}/{name}", say("a value"), None)
        return not odd and not missing

    def choice(self, at: str, given: Any, known: tuple[str, ...]) -> str | None:
        if isinstance(given, str) and given in known:
            return given
        self.add(at, say("one of: {names}", names=", ".join(known)), given)
        return None

    def text(self, at: str, given: Any) -> str | None:
        if isinstance(given, str) and 0 < len(given) <= TEXT_AT_MOST and _is_writable(given):
            return given
        self.add(at, say("a text of 1 to {count} characters", count=TEXT_AT_MOST), given)
        return None

    def texts(self, at: str, given: Any, known: tuple[str, ...] = ()) -> tuple[str, ...] | None:
        """Return a list of texts, sorted, each once; of the known ones when some are given."""
        if not isinstance(given, list) or not 0 < len(given) <= VALUES_AT_MOST:
            self.add(at, say("a list of 1 to {count} texts", count=VALUES_AT_MOST), given)
            return None
        read = [
            self.choice(f"{at}/{rank}", one, known) if known else self._maybe_empty(f"{at}/{rank}", one)
            for rank, one in enumerate(given)
        ]
        return None if None in read else tuple(sorted({one for one in read if one is not None}))

    def _maybe_empty(self, at: str, given: Any) -> str | None:
        return "" if given == "" else self.text(at, given)

    def number(self, at: str, given: Any) -> float | None:
        # the last is not true of nan either
        if isinstance(given, int | float) and not isinstance(given, bool) and abs(given) <= NUMBER_AT_MOST:
            return given
        self.add(at, say("a number"), given)
        return None

    def ratio(self, at: str, given: Any) -> float | None:
        read = self.number(at, given)
        if read is not None and not 0 <= read <= 1:
            self.add(at, say("between {low} and {high}", low=0, high=1), given)
            return None
        return read

    def whole(self, at: str, given: Any, low: int, high: int) -> int | None:
        if isinstance(given, int) and not isinstance(given, bool) and low <= given <= high:
            return given
        self.add(at, say("a whole number from {low} to {high}", low=low, high=high), given)
        return None

    def day(self, at: str, given: Any) -> date | None:
        try:
            if isinstance(given, str) and len(given) == 10:
                return date.fromisoformat(given)
        except ValueError:
            pass
        self.add(at, say("a day written 2026-03-31"), given)
        return None


def _is_writable(text: str) -> bool:
    """Tell whether a text can be stored: no null character, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
