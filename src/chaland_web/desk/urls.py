"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from chaland_web.desk import views

app_name = "desk"
urlpatterns = [
    path("a-rappeler/", views.due, name="due"),
    path("clients/<str:customer_id>/noter/", views.contact, name="contact"),
    path("clients/<str:customer_id>/corriger/", views.correct, name="correct"),
    path("clients/<str:customer_id>/consentement/", views.consent, name="consent"),
    path("clients/<str:customer_id>/profilage/", views.profiling, name="profiling"),
    path("clients/<str:customer_id>/dossier/", views.case, name="case"),
    path("clients/<str:customer_id>/dossier/<str:key>/", views.case_step, name="case-step"),
    path("clients/<str:customer_id>/annuler/<str:key>/", views.undo, name="undo"),
    path("clients/<str:customer_id>/ecrits/", views.history, name="history"),
    path("clients/<str:customer_id>/rappele/<str:key>/", views.done, name="done"),
]
