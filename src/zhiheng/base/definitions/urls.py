"""Addresses of definitions."""

from django.urls import path

from zhiheng.base.definitions import views

app_name = "definitions"
prefix = "definitions/"
urlpatterns = [
    path("", views.definitions, name="list"),
    path("<uuid:definition_id>/", views.definition, name="detail"),
    path("<uuid:definition_id>/revise", views.revise, name="revise"),
]
