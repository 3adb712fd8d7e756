"""The base opened for selecting, once per process and snapshot; counts under way, and how one is stopped."""

from __future__ import annotations

import atexit
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from chaland.engine import Engine
from chaland.errors import ChalandError, NotFoundError
from chaland.language import speaking
from chaland.publish.place import DATABASE
from chaland.segments import OpenBase, Run, Saved, SavedSegments
from chaland.segments.study import Profiles
from chaland_web.snapshots import snapshot_of

MEMORY = "2GB"
WATCH_S = 0.1
TOKEN = re.compile(r"[0-9a-f]{16,64}")

_lock = threading.Lock()
_opened: dict[Path, tuple[OpenBase, Profiles]] = {}


def saved_segments() -> SavedSegments:
    """Return the segments people saved of this base."""
    return SavedSegments(settings.CHALAND_BASE)


def base_of(request: HttpRequest) -> tuple[OpenBase, Profiles]:
    """Return the base of the request's snapshot, opened for selecting; one that is no longer in force is closed.

    Raises:
        NotFoundError: nothing was published yet, or before segments were.
    """
    place = snapshot_of(request).place
    with _lock:
        if place not in _opened:
            engine = Engine(place / DATABASE, read_only=True, memory_limit=MEMORY)
            opened = OpenBase(engine, saved_segments())
            before = list(_opened)
            _opened[place] = opened, Profiles(opened)
            for old in before[:-1]:  # the one before may still be answering someone
                _opened.pop(old)[0].close()
        return _opened[place]


@atexit.register
def close_all() -> None:
    """Close every base; for the end of the process."""
    while _opened:
        _opened.popitem()[1][0].close()


def segments_of(request: HttpRequest, customer_id: str) -> list[tuple[str, str]]:
    """Return (key, name) of the saved segments a customer is in; none when the base cannot tell."""
    with suppress(ChalandError), speaking(language()):
        return base_of(request)[0].segments_of(customer_id)
    return []


def chosen_segments(keys: Sequence[str]) -> list[Saved]:
    """Return the saved segments of these keys, each once, empty keys left out.

    Raises:
        Http404: one is not saved.
    """
    store = saved_segments()
    try:
        return [store.get(key) for key in dict.fromkeys(keys) if key]
    except NotFoundError as error:
        raise Http404 from error


def language() -> str:
    """Return the reader's language, "fr" or "en"."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


# Counts under way --------------------------------------------------------------------------------


def _mark(token: str) -> Path | None:
    """Return the file whose presence stops a count: whichever process counts, it sees it."""
    if not TOKEN.fullmatch(token):
        return None
    return Path(settings.CHALAND_BASE) / "segments" / ".running" / token


def stop(token: str) -> None:
    """Ask the count of this token to stop; nothing happens when there is none."""
    mark = _mark(token)
    if mark is not None and mark.exists():
        mark.write_text("stop", encoding="ascii")


@contextmanager
def running(token: str) -> Iterator[Run]:
    """Give a run that `stop` interrupts, in this process or another; a run of the same token before it is stopped."""
    run, mark, ended = Run(), _mark(token), threading.Event()

    def watch(path: Path) -> None:
        while not ended.wait(WATCH_S):
            with suppress(OSError):
                if path.read_text(encoding="ascii") == "stop":
                    run.cancel()
                    return

    if mark is not None:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text("", encoding="ascii")
        threading.Thread(target=watch, args=(mark,), daemon=True).start()
    try:
        yield run
    finally:
        ended.set()
        if mark is not None:
            mark.unlink(missing_ok=True)
