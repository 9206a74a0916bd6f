"""Addresses of equity between schools."""

from django.urls import path

from zhiheng.measures.equity import views

app_name = "equity"
prefix = "equity/"
urlpatterns = [path("", views.exams, name="list"), path("<uuid:exam_id>/", views.exam, name="exam")]
