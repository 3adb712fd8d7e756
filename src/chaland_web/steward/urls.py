"""Addresses of the stewards."""

from __future__ import annotations

from django.urls import path

from chaland_web.steward import views

app_name = "steward"
urlpatterns = [
    path("doublons/", views.queue, name="queue"),
    path("doublons/decider/", views.decide, name="decide"),
    path("doublons/annuler/", views.undo, name="undo"),
    path("doublons/decisions/", views.decided, name="decided"),
    path("doublons/accord/", views.agreement, name="agreement"),
    path("clients/<str:customer_id>/separer/", views.separate, name="separate"),
]
