"""Address of the health answer."""

from django.urls import path

from zhiheng.site.status import views

urlpatterns = [path("health", views.health, name="health")]
