"""The registry stage as one Django app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "zhiheng.registry"
    label = "registry"
