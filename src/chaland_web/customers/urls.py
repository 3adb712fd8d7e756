"""Addresses of customers."""

from __future__ import annotations

from django.urls import path

from chaland_web.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.search, name="search"),
    path("<str:customer_id>/", views.file, name="file"),
    path("<str:customer_id>/historique/", views.timeline, name="timeline"),
    path("<str:customer_id>/achats/", views.purchases, name="purchases"),
    path("<str:customer_id>/origine/", views.origin, name="origin"),
    path("<str:customer_id>/tickets/<path:ticket_id>/", views.ticket, name="ticket"),
    path("<str:customer_id>/visites/<path:event_id>/", views.visit, name="visit"),
]
