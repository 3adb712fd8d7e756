"""Addresses of customers."""

from __future__ import annotations

from django.urls import path

from chaland_web.customers import tabs, views

app_name = "customers"
urlpatterns = [
    path("", views.search, name="search"),
    path("<str:customer_id>/", views.file, name="file"),
    path("<str:customer_id>/historique/", views.timeline, name="timeline"),
    path("<str:customer_id>/achats/", tabs.purchases, name="purchases"),
    path("<str:customer_id>/foyer/", tabs.household, name="household"),
    path("<str:customer_id>/projets/", tabs.projects, name="projects"),
    path("<str:customer_id>/voix/", tabs.voice, name="voice"),
    path("<str:customer_id>/fidelite/", tabs.loyalty, name="loyalty"),
    path("<str:customer_id>/coordonnees/", tabs.contacts, name="contacts"),
    path("<str:customer_id>/emporter/", tabs.everything, name="takeaway"),
    path("<str:customer_id>/origine/", tabs.origin, name="origin"),
    path("<str:customer_id>/tickets/<path:ticket_id>/", views.ticket, name="ticket"),
    path("<str:customer_id>/visites/<path:event_id>/", views.visit, name="visit"),
]
