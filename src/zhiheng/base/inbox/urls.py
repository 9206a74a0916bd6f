"""Address of the inbox."""

from django.urls import path

from zhiheng.base.inbox import views

app_name = "inbox"
prefix = "inbox/"
urlpatterns = [path("", views.inbox, name="list")]
