"""Addresses of the segments."""

from __future__ import annotations

from django.urls import path

from chaland_web.segments import figures, taken, views, working

app_name = "segments"
urlpatterns = [
    path("", views.listed, name="list"),
    path("nouveau/", views.new, name="new"),
    path("comparer/", views.compared, name="compare"),
    path("recouper/", views.overlapped, name="overlap"),
    path("atelier/", working.edit, name="edit"),
    path("proposer/", working.suggest, name="suggest"),
    path("compter/", working.count, name="count"),
    path("arreter/", working.cancel, name="cancel"),
    path("enregistrer/", working.save, name="save"),
    path("chiffres/<slug:what>.csv", figures.figures, name="figures"),
    path("client/<str:customer_id>/", views.of_customer, name="of-customer"),
    path("<slug:key>/", views.segment, name="segment"),
    path("<slug:key>/retirer/", working.remove, name="remove"),
    path("<slug:key>/emporter/", taken.export, name="export"),
]
