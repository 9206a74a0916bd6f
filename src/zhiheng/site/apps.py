"""The shell as a Django app: it owns no tables."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "zhiheng.site"
    label = "zhiheng_site"
