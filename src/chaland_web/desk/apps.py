"""The desk application."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """What is written of customers, line by line."""

    name = "chaland_web.desk"
    label = "desk"
