"""Addresses of 收表台 and of the upload page that needs no account."""

from django.urls import path

from zhiheng.evidence.collections import views

app_name = "collections"
urlpatterns = [
    path("collections/", views.board, name="list"),
    path("collections/new", views.collection_new, name="new"),
    path("collections/<uuid:collection_id>/", views.collection, name="detail"),
    path("collections/<uuid:collection_id>/close", views.close, name="close"),
    path("collections/<uuid:collection_id>/gather", views.gather, name="gather"),
    path("collections/<uuid:collection_id>/links", views.links, name="links"),
    path("collections/<uuid:collection_id>/<uuid:due_id>/", views.due, name="due"),
    path(
        "collections/<uuid:collection_id>/<uuid:due_id>/<uuid:submission_id>/confirm",
        views.submission_yes,
        name="confirm",
    ),
    path(
        "collections/<uuid:collection_id>/<uuid:due_id>/<uuid:submission_id>/return",
        views.submission_back,
        name="return",
    ),
    path("u/<str:token>/", views.public_upload, name="public"),
    path("u/<str:token>/template", views.public_template, name="public_template"),
]
