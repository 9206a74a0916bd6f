"""Addresses of people and their scopes."""

from django.urls import path

from zhiheng.site.accounts import views

app_name = "accounts"
prefix = "people/"
urlpatterns = [
    path("", views.people, name="list"),
    path("new", views.person_new, name="new"),
    path("<uuid:person_id>/", views.person, name="detail"),
    path("<uuid:person_id>/grants", views.grant, name="grant"),
    path("<uuid:person_id>/grants/<uuid:grant_id>/remove", views.grant_off, name="grant_off"),
    path("<uuid:person_id>/password", views.password_reset, name="password_reset"),
    path("<uuid:person_id>/two-step/off", views.two_step_off, name="two_step_off"),
]
