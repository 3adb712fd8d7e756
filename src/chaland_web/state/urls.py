"""Addresses of the base's state."""

from __future__ import annotations

from django.urls import path

from chaland_web.state import views

app_name = "state"
urlpatterns = [
    path("", views.home, name="home"),
    path("base/", views.base, name="base"),
    path("lexique/", views.glossary, name="glossary"),
]
