"""Addresses of the calibration of items."""

from django.urls import path

from zhiheng.measures.scaling import views

app_name = "scaling"
prefix = "scaling/"
urlpatterns = [path("", views.exams, name="list"), path("<uuid:exam_id>/", views.exam, name="exam")]
