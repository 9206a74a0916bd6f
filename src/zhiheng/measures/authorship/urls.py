"""Address of how papers turned out."""

from django.urls import path

from zhiheng.measures.authorship import views

app_name = "authorship"
prefix = "authorship/"
urlpatterns = [path("", views.quality, name="list")]
