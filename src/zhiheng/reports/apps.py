"""The reports stage as one Django app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "zhiheng.reports"
    label = "reports"
