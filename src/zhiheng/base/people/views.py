"""Signing in (password, then a code where one is set up), the own account, and people with their roles."""

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from zhiheng.base.people.forms import NewPasswordForm, SignInForm, TokenForm
from zhiheng.base.people.services import password_change
from zhiheng.base.people.signing import CODE_STEP, sign_in_failed, signed_in, signed_out
from zhiheng.base.people.two_step import (
    confirmed_device,
    device_confirm,
    device_prepared,
    device_remove,
    pending_person,
    token_matches,
)
from zhiheng.base.requests import Request

PENDING = "two_step_person"
NEXT = "two_step_next"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: Request) -> HttpResponse:
    """Ask for name and password."""
    if request.user.is_authenticated:
        return redirect("cockpit")
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and not form.is_valid():
        sign_in_failed(request, request.POST.get("username", ""))
    elif request.method == "POST":
        person = form.get_user()
        if confirmed_device(person):
            request.session[PENDING] = str(person.pk)
            request.session[NEXT] = _next(request)
            return redirect("people:token")
        login(request, person)
        signed_in(request, person)
        return _arrived(request, person, _next(request))
    return render(request, "people/sign_in.html", {"form": form, "next": request.GET.get("next", "")})


@login_not_required
@never_cache
def token(request: Request) -> HttpResponse:
    """Ask for the code of the second step."""
    person = pending_person(request.session.get(PENDING))
    if person is None:
        return redirect("people:login")
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if token_matches(person, form.cleaned_data["token"]):
            goal = request.session.get(NEXT, "")
            login(request, person, backend="django.contrib.auth.backends.ModelBackend")
            request.session.pop(PENDING, None)
            signed_in(request, person)
            return _arrived(request, person, goal)
        sign_in_failed(request, person.username, CODE_STEP)
        form.add_error("token", "验证码不对或已过期，请等下一个六位数字再试。")
    return render(request, "people/token.html", {"form": form})


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """Sign out."""

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Leave, and leave a trace."""
        if request.user.is_authenticated:
            signed_out(request, request.user)
        return super().post(request, *args, **kwargs)


@never_cache
@sensitive_post_parameters()
def password(request: Request) -> HttpResponse:
    """Change the own password."""
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        password_change(user=request.user, password=form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已更换。")
        return redirect("cockpit")
    return render(request, "people/password.html", {"form": form})


@never_cache
def account(request: Request) -> HttpResponse:
    """The own account: roles, password, second step."""
    return render(
        request,
        "people/account.html",
        {"grants": request.user.grants.all(), "two_step": confirmed_device(request.user)},
    )


@never_cache
def two_step(request: Request) -> HttpResponse:
    """Set up the second step: a QR code for the authenticator, then one code to prove it works."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device_confirm(user=request.user, token=form.cleaned_data["token"]):
            messages.success(request, "两步验证已开启，下次登录要输入验证码。")
            return redirect("people:account")
        form.add_error("token", "验证码不对。请确认手机时间准确，再输入新的六位数字。")
    picture = segno.make(device_prepared(request.user).config_url, error="m").svg_inline(scale=4, border=2)
    return render(request, "people/two_step.html", {"form": form, "picture": mark_safe(picture)})


@require_POST
def two_step_off(request: Request) -> HttpResponse:
    """Turn the second step off."""
    device_remove(user=request.user, by=request.user)
    messages.success(request, "两步验证已关闭。")
    return redirect("people:account")


def _next(request: Request) -> str:
    goal = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return goal if safe else ""


def _arrived(request: Request, person: Any, goal: str) -> HttpResponse:
    if person.must_change_password:
        messages.warning(request, "这是临时密码，请先换成自己的密码。")
        return redirect("people:password")
    return redirect(goal or reverse("cockpit"))
