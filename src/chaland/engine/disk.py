"""What the disk or the memory refuses, said in one sentence instead of a traceback."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from chaland.errors import StorageError
from chaland.language import say

_REFUSALS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.ENOTDIR,
    errno.EMFILE,
}


@contextmanager
def disk_errors(folder: Path, *, left: str, memory_setting: str = "run.memory_limit") -> Iterator[None]:
    """Turn a full disk, a refused write or a spent memory limit met in the block into StorageError.

    Args:
        folder: what was being written, for the message.
        left: what remains on disk, for the message.
        memory_setting: the setting to raise when memory and spilling space are both spent.

    >>> try:
    ...     with disk_errors(Path("base"), left="Nothing changed."):
    ...         raise OSError(errno.ENOSPC, "No space left on device")
    ... except StorageError as error:
    ...     print(error.left)
    Nothing changed.
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise StorageError(
            say("Memory, or the room to spill it under {folder}, is spent.", folder=folder),
            left=left,
            next_step=say("Free disk space, or raise {setting} in chaland.toml.", setting=memory_setting),
        ) from error
    except (duckdb.IOException, duckdb.FatalException) as error:
        if _reason(str(error)) == os.strerror(errno.EPIPE):  # the reader has seen enough: `| head`
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)) from error
        raise StorageError(
            say("The disk refused to write under {folder}: {reason}.", folder=folder, reason=_reason(str(error))),
            left=left,
            next_step=say("Free disk space or check the rights on the folder, then start again."),
        ) from error
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        raise StorageError(
            say("The disk refused to write under {folder}: {reason}.", folder=folder, reason=error.strerror),
            left=left,
            next_step=say("Free disk space or check the rights on the folder, then start again."),
        ) from error


def _reason(text: str) -> str:
    """Return what the system said, at the end of DuckDB's message.

    >>> _reason('IO Error: Could not write file "/x/chaland.duckdb": No space left on device')
    'No space left on device'
    """
    return text.split("\n")[0].rpartition(": ")[2].rstrip(".")
