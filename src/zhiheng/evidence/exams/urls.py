"""Addresses of filing and listing exams. What an exam shows is a page of results."""

from django.urls import path

from zhiheng.evidence.exams import views

app_name = "exams"
prefix = "exams/"
urlpatterns = [
    path("", views.exams, name="list"),
    path("new", views.exam_new, name="new"),
]
