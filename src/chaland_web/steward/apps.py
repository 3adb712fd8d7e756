"""The steward application."""

from __future__ import annotations

from django.apps import AppConfig


class StewardConfig(AppConfig):
    """What stewards judged, pair by pair."""

    name = "chaland_web.steward"
    label = "steward"
