"""Addresses of the logs, and of the page that asks why."""

from __future__ import annotations

from django.urls import path

from chaland_web.privacy import views

app_name = "privacy"
urlpatterns = [
    path("journal/", views.accesses, name="accesses"),
    path("journal/acces.csv", views.accesses_file, name="accesses-file"),
    path("journal/demandes/", views.requests, name="requests"),
    path("journal/exports/", views.exports, name="exports"),
    path("journal/connexions/", views.sign_ins, name="sign-ins"),
    path("journal/comptes/", views.account_changes, name="account-changes"),
    path("journal/inhabituel/", views.unusual, name="unusual"),
    path("motif/<str:customer_id>/", views.reason, name="reason"),
]
