"""Addresses of the intake wizard."""

from django.urls import path

from zhiheng.evidence.imports import views

app_name = "imports"
prefix = "imports/"
urlpatterns = [
    path("", views.batches, name="list"),
    path("new", views.batch_new, name="new"),
    path("<uuid:batch_id>/", views.batch, name="batch"),
    path("<uuid:batch_id>/upload", views.upload, name="upload"),
    path("<uuid:batch_id>/exam", views.readdress, name="readdress"),
    path("<uuid:batch_id>/uploads/<uuid:upload_id>/withdraw", views.withdraw, name="withdraw"),
    path("<uuid:batch_id>/read", views.read, name="read"),
    path("<uuid:batch_id>/columns", views.columns, name="columns"),
    path("<uuid:batch_id>/columns/<uuid:sheet_id>", views.sheet, name="sheet"),
    path("<uuid:batch_id>/problems", views.problems, name="problems"),
    path("<uuid:batch_id>/problems/<uuid:upload_id>/marked", views.marked, name="marked"),
    path("<uuid:batch_id>/matches", views.matches, name="matches"),
    path("<uuid:batch_id>/matches/<uuid:match_id>", views.match_decide, name="match_decide"),
    path("<uuid:batch_id>/confirm", views.confirm, name="confirm"),
]
