"""Addresses of external comparisons."""

from django.urls import path

from zhiheng.evidence.comparison import views

app_name = "comparison"
prefix = "comparison/"
urlpatterns = [path("", views.notes, name="list"), path("new", views.note_new, name="new")]
