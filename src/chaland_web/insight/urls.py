"""Addresses of Understand."""

from __future__ import annotations

from django.urls import path

from chaland_web.insight import views, voices

app_name = "insight"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:slug>/", views.study, name="study"),
    path("satisfaction/a-rappeler.csv", voices.export_unhappy, name="unhappy-export"),
    path("<slug:slug>/<slug:code>.csv", views.export, name="export"),
]
