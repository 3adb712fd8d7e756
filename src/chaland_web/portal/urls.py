"""Addresses of the customer's own space."""

from __future__ import annotations

from django.urls import path

from chaland_web.portal import views

app_name = "portal"
urlpatterns = [
    path("moi/", views.sign_in, name="sign-in"),
    path("moi/lien/<str:token>/", views.link, name="link"),
    path("moi/dossier/", views.home, name="home"),
    path("moi/historique/", views.history, name="history"),
    path("moi/corriger/", views.correct, name="correct"),
    path("moi/preferences/", views.preferences, name="preferences"),
    path("moi/plus-rien/", views.stop_all, name="stop-all"),
    path("moi/profilage/", views.profiling, name="profiling"),
    path("moi/emporter/", views.download, name="download"),
    path("moi/effacer/", views.erase, name="erase"),
    path("moi/sortir/", views.sign_out, name="sign-out"),
    path("stop/<str:token>/", views.stop, name="stop"),
]
