"""Address of the list of filed tests."""

from django.urls import path

from zhiheng.evidence.filings import views

app_name = "filings"
prefix = "filings/"
urlpatterns = [path("", views.list_filings, name="list")]
