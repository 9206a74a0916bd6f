"""Addresses of signing in, the own account, and people."""

from django.urls import path

from zhiheng.base.people import views

app_name = "people"
urlpatterns = [
    path("sign-in", views.sign_in, name="login"),
    path("sign-in/token", views.token, name="token"),
    path("sign-out", views.SignOut.as_view(), name="sign_out"),
    path("account/", views.account, name="account"),
    path("account/password", views.password, name="password"),
    path("account/two-step", views.two_step, name="two_step"),
    path("account/two-step/off", views.two_step_off, name="two_step_off"),
]
