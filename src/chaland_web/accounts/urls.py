"""Addresses of accounts."""

from __future__ import annotations

from django.urls import path

from chaland_web.accounts import own, people, views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.sign_in, name="sign-in"),
    path("connexion/code/", views.sign_in_code, name="sign-in-code"),
    path("deconnexion/", views.sign_out, name="sign-out"),
    path("compte/", own.own, name="own"),
    path("compte/confirmer/", views.prove_again, name="prove"),
    path("compte/mot-de-passe/", own.password, name="password"),
    path("compte/double/", own.second, name="second"),
    path("compte/double/retirer/", own.second_off, name="second-off"),
    path("compte/double/secours/", own.recovery, name="recovery"),
    path("compte/sessions/", own.end_sessions, name="end-sessions"),
    path("comptes/", people.people, name="people"),
    path("comptes/nouveau/", people.new, name="new"),
    path("comptes/regions/", people.regions, name="regions"),
    path("comptes/regions/<int:number>/", people.regions, name="region"),
    path("comptes/<int:number>/", people.account, name="account"),
    path("comptes/<int:number>/agir/", people.act, name="act"),
]
