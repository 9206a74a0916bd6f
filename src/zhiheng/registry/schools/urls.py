"""Addresses of the registry of schools."""

from django.urls import path

from zhiheng.registry.schools import views

app_name = "schools"
prefix = "schools/"
urlpatterns = [
    path("", views.schools, name="list"),
    path("<uuid:school_id>/", views.school, name="detail"),
]
