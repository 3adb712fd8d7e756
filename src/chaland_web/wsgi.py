"""The application as the server loads it, warmed: the first visitor does not wait for the first question."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chaland_web.settings")

application = get_wsgi_application()

from chaland_web.snapshots import warm  # noqa: E402 - settings must be loaded first

warm()
