"""Address of the bands of marks."""

from django.urls import path

from zhiheng.reports.bands import views

app_name = "bands"
prefix = "bands/"
urlpatterns = [path("", views.bands, name="list")]
