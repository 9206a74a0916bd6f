"""Address of the search page."""

from django.urls import path

from zhiheng.site.search import views

urlpatterns = [path("search", views.search, name="search")]
