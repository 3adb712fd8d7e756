"""Who is this person? `POST /api/identite/` answers in JSON what `chaland resolve` answers on the command line.

    {"record": {"full_name": "Mme Dupont Léa", "mobile": "06 12 34 56 78"}, "most": 5}

The answer holds customers' and records' numbers and weights, nothing of what is written in their files; each customer
told is in the log of accesses, and an account is told as many an hour as it may open files.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from chaland.config import load_settings
from chaland.errors import ConfigError
from chaland.resolve import Base, as_facts
from chaland_web import access
from chaland_web.rights import Right, needs
from chaland_web.snapshots import snapshot_of

MOST = 20
"""Candidates told at most."""


@lru_cache(maxsize=2)
def _base(snapshot: Path, as_of: date) -> Base:
    """Return a snapshot opened to resolve records: its index stays where it lies, shared by all threads."""
    return Base(load_settings(settings.CHALAND_BASE), snapshot, as_of=as_of)


@require_POST
@needs(Right.DECIDE_PAIRS)
def identity(request: HttpRequest) -> JsonResponse:
    """Tell which customer a person is."""
    if request.content_type != "application/json":
        return _refused(415, "not_json", ["content-type"])
    try:
        asked: Any = json.loads(request.body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("record"), dict):
        return _refused(400, "not_json", ["record"])
    most = asked.get("most", 5)
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= MOST:
        return _refused(422, "invalid", ["most"])
    if access.has_resolved_too_many(request):
        return _refused(429, "too_many", [])
    try:
        answer = _base(snapshot_of(request).place, timezone.localdate()).resolve(asked["record"], most=most)
    except ConfigError as error:
        return _refused(422, "invalid", str(error).splitlines())
    access.note_resolved(request, [candidate.customer_id for candidate in answer.candidates])
    return _told(as_facts(answer))


def _refused(status: int, code: str, details: list[str]) -> JsonResponse:
    return _told({"error": code, "details": details}, status)


def _told(facts: Any, status: int = 200) -> JsonResponse:
    """Return an answer that a browser saves rather than shows, whatever it holds."""
    return JsonResponse(facts, status=status, headers={"Content-Disposition": 'attachment; filename="api.json"'})
