"""Addresses of the monitoring plan."""

from django.urls import path

from zhiheng.evidence.plans import views

app_name = "plans"
prefix = "plans/"
urlpatterns = [path("", views.plan, name="list"), path("new", views.plan_new, name="new")]
