"""Address of a dataset version."""

from django.urls import path

from zhiheng.evidence.datasets import views

app_name = "datasets"
prefix = "datasets/"
urlpatterns = [path("<uuid:dataset_id>/", views.dataset, name="detail")]
