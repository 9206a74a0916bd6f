"""Addresses of long work."""

from django.urls import path

from zhiheng.base.jobs import views

app_name = "jobs"
prefix = "jobs/"
urlpatterns = [
    path("", views.jobs, name="list"),
    path("<uuid:job_id>/", views.job, name="detail"),
    path("<uuid:job_id>/progress", views.progress, name="progress"),
    path("<uuid:job_id>/cancel", views.cancel, name="cancel"),
    path("<uuid:job_id>/again", views.again, name="again"),
]
