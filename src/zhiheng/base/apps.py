"""The base stage as one Django app."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "zhiheng.base"
    label = "base"
