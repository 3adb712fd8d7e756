"""Addresses of the phone adviser's part."""

from __future__ import annotations

from django.urls import path

from chaland_web.phone import views

app_name = "phone"
urlpatterns = [
    path("telephone/", views.desk, name="desk"),
    path("telephone/<str:caller_id>/prendre/", views.take, name="take"),
    path("telephone/<str:customer_id>/", views.call, name="call"),
]
