"""Addresses of growth."""

from django.urls import path

from zhiheng.measures.growth import views

app_name = "growth"
prefix = "growth/"
urlpatterns = [path("", views.exams, name="list"), path("<uuid:exam_id>/", views.exam, name="exam")]
