"""Addresses of accounts."""

from __future__ import annotations

from django.urls import path

from chaland_web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.sign_in, name="sign-in"),
    path("deconnexion/", views.sign_out, name="sign-out"),
]
