"""Addresses of participation in school courses."""

from django.urls import path

from zhiheng.evidence.participation import views

app_name = "participation"
prefix = "participation/"
urlpatterns = [path("", views.participation, name="list"), path("new", views.list_new, name="new")]
