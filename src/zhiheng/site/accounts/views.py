"""People and their scopes: the list, one person, roles given and taken, passwords renewed."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhiheng.base.access import PEOPLE, for_roles
from zhiheng.base.components.ledger import Column, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.errors import Explained
from zhiheng.base.people.models import Grant, User
from zhiheng.base.people.services import grant_remove
from zhiheng.base.people.two_step import confirmed_device, device_remove
from zhiheng.base.requests import Request
from zhiheng.site.accounts.deeds import account_open, password_renew, role_give
from zhiheng.site.accounts.forms import GrantForm, PersonForm

COLUMNS = [
    Column("name", "姓名", link="url"),
    Column("username", "用户名"),
    Column("roles", "角色", wrap=True),
    Column("state", "状态", "tag"),
    Column("last", "上次登录", "moment", phone=False),
]


@for_roles(PEOPLE)
def people(request: Request) -> HttpResponse:
    """List everyone with their roles."""
    found = User.objects.order_by("username").prefetch_related(
        Prefetch("grants", Grant.objects.order_by("role"))
    )
    ledger = Ledger(
        request.GET, "people", "人员与权限", COLUMNS, [_row(person) for person in found], empty="还没有账号。"
    )
    return ledger_page(request, "accounts/list.html", {}, ledger)


@never_cache
@for_roles(PEOPLE)
def person_new(request: Request) -> HttpResponse:
    """Make an account and show its temporary password once."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, password = account_open(**form.cleaned_data, by=request.user)
        except Explained as reason:
            form.add_error("username", reason.for_user)
        else:
            return _shown(request, person, password)
    return render(request, "accounts/new.html", {"form": form})


@for_roles(PEOPLE)
def person(request: Request, person_id: UUID) -> HttpResponse:
    """Show one person."""
    found = get_object_or_404(User, pk=person_id)
    return _detail(request, found, GrantForm())


@require_POST
@for_roles(PEOPLE)
def grant(request: Request, person_id: UUID) -> HttpResponse:
    """Give a role."""
    found = get_object_or_404(User, pk=person_id)
    form = GrantForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            role_give(
                person=found, role=data["role"], school=data["school"], class_name=data["class_label"],
                subject=data["subject"], valid_to=data["valid_to"], by=request.user,
            )  # fmt: skip
        except Explained as reason:
            form.add_error(None, reason.for_user)
        else:
            messages.success(request, "已授予。")
            return redirect("accounts:detail", person_id)
    return _detail(request, found, form)


@require_POST
@for_roles(PEOPLE)
def grant_off(request: Request, person_id: UUID, grant_id: UUID) -> HttpResponse:
    """Take a role away."""
    grant_remove(grant=get_object_or_404(Grant, pk=grant_id, user_id=person_id), by=request.user)
    messages.success(request, "已收回。")
    return redirect("accounts:detail", person_id)


@never_cache
@require_POST
@for_roles(PEOPLE)
def password_reset(request: Request, person_id: UUID) -> HttpResponse:
    """Give a temporary password and show it once."""
    found = get_object_or_404(User, pk=person_id)
    return _shown(request, found, password_renew(person=found, by=request.user))


@require_POST
@for_roles(PEOPLE)
def two_step_off(request: Request, person_id: UUID) -> HttpResponse:
    """Turn the second step off for somebody whose phone is lost."""
    device_remove(user=get_object_or_404(User, pk=person_id), by=request.user)
    messages.success(request, "两步验证已关闭，请本人登录后重新开启。")
    return redirect("accounts:detail", person_id)


def _detail(request: Request, found: User, form: GrantForm) -> HttpResponse:
    context = {
        "person": found,
        "grants": found.grants.all(),
        "form": form,
        "two_step": confirmed_device(found),
    }
    return render(request, "accounts/detail.html", context)


def _shown(request: Request, person: User, password: str) -> HttpResponse:
    return render(request, "accounts/password.html", {"person": person, "password": password})


def _row(person: User) -> dict[str, object]:
    return {
        "name": person.display_name or person.username,
        "url": reverse("accounts:detail", args=[person.pk]),
        "username": person.username,
        "roles": "；".join(f"{g.get_role_display()} {g.unit_name or '全县'}" for g in person.grants.all()),
        "state": ("启用", "green") if person.is_active else ("停用", ""),
        "last": person.last_login,
    }
