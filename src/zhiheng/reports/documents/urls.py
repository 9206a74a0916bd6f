"""Addresses of documents and the fourteen-day clock."""

from django.urls import path

from zhiheng.reports.documents import views

app_name = "documents"
prefix = "documents/"
urlpatterns = [
    path("", views.documents, name="list"),
    path("<uuid:document_id>/<slug:file_format>", views.fetch, name="fetch"),
    path("make/<uuid:analysis_id>", views.make, name="make"),
    path("zip/<uuid:analysis_id>", views.fetch_zip, name="zip"),
    path("clock/<uuid:exam_id>", views.clock_step, name="clock_step"),
]
