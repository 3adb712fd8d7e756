"""The portal application."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Links sent by e-mail, and who asked for one."""

    name = "chaland_web.portal"
    label = "portal"
