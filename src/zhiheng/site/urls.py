"""Every folder's pages, found by their `urls` modules; each says its own prefix."""

from django.urls import include, path

from zhiheng.base.discovery import all_modules

urlpatterns = [path(getattr(module, "prefix", ""), include(module)) for module in all_modules("urls")]
