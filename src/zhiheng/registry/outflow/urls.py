"""Addresses of the counts of pupils who left."""

from django.urls import path

from zhiheng.registry.outflow import views

app_name = "outflow"
prefix = "outflow/"
urlpatterns = [
    path("", views.outflow, name="list"),
    path("new", views.outflow_new, name="new"),
    path("top", views.top_new, name="top_new"),
]
