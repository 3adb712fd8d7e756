"""Addresses of the programs' part."""

from __future__ import annotations

from django.urls import path

from chaland_web.api import views

app_name = "api"
urlpatterns = [
    path("api/identite/", views.identity, name="identity"),
]
