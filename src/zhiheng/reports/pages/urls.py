"""Addresses of what an exam's analysis says."""

from django.urls import path

from zhiheng.reports.pages import views

app_name = "results"
prefix = "exams/<uuid:exam_id>/"
urlpatterns = [
    path("", views.exam, name="exam"),
    path("analyse", views.analyse, name="analyse"),
    path("caliber", views.caliber, name="caliber"),
    path("subjects/<slug:subject>/", views.subject, name="subject"),
    path("subjects/<slug:subject>/items/", views.items, name="items"),
    path("schools/<uuid:school_id>/", views.school, name="school"),
    path("schools/<uuid:school_id>/help", views.school_help, name="school_help"),
    path("classes/<uuid:class_id>/", views.klass, name="class"),
    path("trace", views.trace, name="trace"),
    path("cells", views.cells, name="cells"),
    path(
        "cells/<uuid:analysis_id>/<uuid:upload_id>/<int:sheet>/<int:row>/<int:column>",
        views.cell,
        name="cell",
    ),
]
