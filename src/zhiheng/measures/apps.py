"""The measures stage as one Django app."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "zhiheng.measures"
    label = "measures"
