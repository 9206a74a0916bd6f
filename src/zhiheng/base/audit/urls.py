"""Address of the audit trail."""

from django.urls import path

from zhiheng.base.audit import views

app_name = "audit"
prefix = "audit/"
urlpatterns = [path("", views.audit, name="list")]
