"""Addresses of papers, their authors and checks."""

from django.urls import path

from zhiheng.evidence.papers import views

app_name = "papers"
prefix = "papers/"
urlpatterns = [
    path("", views.papers, name="list"),
    path("authors/new", views.author_new, name="author_new"),
    path("checks/new", views.check_new, name="check_new"),
]
