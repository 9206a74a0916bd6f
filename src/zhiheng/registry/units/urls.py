"""Addresses of the heads of units."""

from django.urls import path

from zhiheng.registry.units import views

app_name = "units"
prefix = "units/"
urlpatterns = [path("", views.units, name="list"), path("new", views.unit_new, name="new")]
