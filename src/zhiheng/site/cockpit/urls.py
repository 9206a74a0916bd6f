"""Address of the front page."""

from django.urls import path

from zhiheng.site.cockpit import views

urlpatterns = [path("", views.cockpit, name="cockpit")]
