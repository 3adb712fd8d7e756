"""The snapshot in force, pinned once per request: a page never mixes two bases, and a new one is followed by itself."""

from __future__ import annotations

import atexit
from contextlib import suppress
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from chaland.errors import ChalandError
from chaland.publish import CurrentSnapshot, Reader, Snapshot


@cache
def current() -> CurrentSnapshot:
    """Return this process's view of the base; closed when the process ends."""
    found = CurrentSnapshot(settings.CHALAND_BASE)
    atexit.register(found.close)
    return found


def snapshot_of(request: HttpRequest) -> Snapshot:
    """Return the request's snapshot, pinned at the first call (`middleware.pin_snapshot` lets go of it).

    Raises:
        NotFoundError: nothing was published yet.
    """
    pins = request.pins
    if pins.snapshot is None:
        pins.snapshot = pins.stack.enter_context(current().pinned())
    return pins.snapshot


def reader_of(request: HttpRequest) -> Reader:
    """Return the request's reader of its snapshot."""
    pins = request.pins
    if pins.reader is None:
        pins.reader = pins.stack.enter_context(snapshot_of(request).reader())
    return pins.reader


def shop_names(request: HttpRequest) -> dict[str, str]:
    """Return the shops of the base, code to name; none before the first build."""
    with suppress(ChalandError):
        return snapshot_of(request).shops
    return {}


def base_in_force(request: HttpRequest) -> dict[str, Any]:
    """Give every page of someone signed in the manifest of its snapshot, or None when there is none."""
    if not getattr(request, "pins", None) or not request.user.is_authenticated:
        return {}
    with suppress(ChalandError):
        snapshot = snapshot_of(request)
        return {"manifest": snapshot.manifest, "currency": snapshot.currency}
    return {"manifest": None}


def warm() -> None:
    """Open the snapshot and ask it something, so that libraries are loaded before the first visitor."""
    with suppress(ChalandError), current().pinned() as snapshot, snapshot.reader() as reader:
        reader.find_customer("")
        snapshot.search("aaaaa")
