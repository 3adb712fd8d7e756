"""Every exception chaland raises on purpose, in one tree.

    ChalandError
    ├─ ConfigError        chaland.toml or an option is wrong; all faults are listed together
    ├─ SourceError        a file or a database cannot be read at all (single bad rows are rejects, not errors)
    ├─ ContractError      a table does not have the columns, types or key its contract promises
    ├─ ReconciliationError  rows or amounts in do not equal rows or amounts out
    ├─ BaseBusyError      another run is working on this base
    ├─ StorageError       disk full, a torn file, a folder that cannot be written
    └─ NotFoundError      a load, a customer or a snapshot that does not exist

A message says what was expected, what was found and where, what is left on disk and what to do next.
It never shows customer data: only file names, line numbers, lengths and patterns.
Messages go through `chaland.language.say`, so that they come in French and in English.
"""

from __future__ import annotations

from collections.abc import Sequence


class ChalandError(Exception):
    """Base of all errors shown to a user without a traceback.

    Args:
        message: what was expected, what was found, where.
        left: what is left on disk, or "" when nothing was touched.
        next_step: the command or edit that mends it, or "".
    """

    exit_code = 1

    def __init__(self, message: str, *, left: str = "", next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.left = left
        self.next_step = next_step

    def __str__(self) -> str:
        return "\n".join(part for part in (self.message, self.left, self.next_step) if part)


class ConfigError(ChalandError):
    """chaland.toml or an option is wrong.

    >>> error = ConfigError.of(["sources.card.kind: missing", "sources.card.files: missing"])
    >>> error.faults
    ('sources.card.kind: missing', 'sources.card.files: missing')
    """

    exit_code = 2
    faults: tuple[str, ...] = ()

    @classmethod
    def of(cls, faults: Sequence[str], *, next_step: str = "") -> ConfigError:
        error = cls("\n".join(faults), next_step=next_step)
        error.faults = tuple(faults)
        return error


class SourceError(ChalandError):
    """A whole file or database cannot be read."""

    exit_code = 3


class ContractError(ChalandError):
    """A table breaks its contract."""

    exit_code = 4


class ReconciliationError(ChalandError):
    """Rows or amounts in do not equal rows or amounts out."""

    exit_code = 5


class BaseBusyError(ChalandError):
    """Another run is working on this base."""

    exit_code = 6


class StorageError(ChalandError):
    """The disk refused: full, torn file, no right to write."""

    exit_code = 7


class NotFoundError(ChalandError):
    """A named load, customer, table or snapshot does not exist."""

    exit_code = 8
