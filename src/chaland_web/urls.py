"""Every address of the application."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from chaland_web.state import views as state

urlpatterns = [
    path("", include("chaland_web.state.urls")),
    path("", include("chaland_web.accounts.urls")),
    path("", include("chaland_web.privacy.urls")),
    path("", include("chaland_web.desk.urls")),
    path("", include("chaland_web.steward.urls")),
    path("", include("chaland_web.phone.urls")),
    path("", include("chaland_web.portal.urls")),
    path("", include("chaland_web.api.urls")),
    path("clients/", include("chaland_web.customers.urls")),
    path("segments/", include("chaland_web.segments.urls")),
    path("comprendre/", include("chaland_web.insight.urls")),
    path("langue/", login_not_required(set_language), name="set-language"),
    path("vivant/", state.alive, name="alive"),
]

handler400 = "chaland_web.state.views.bad_request"
handler403 = "chaland_web.state.views.forbidden"
handler404 = "chaland_web.state.views.not_found"
handler500 = "chaland_web.state.views.failure"
