"""Make accounts, give and take roles, set passwords. Each deed leaves a trace in the audit."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.errors import Explained
from zhiheng.base.people.models import Grant, User
from zhiheng.base.roles import COUNTY_ROLES, ROLES


class PersonRefused(Explained):
    """An account or grant cannot be made as asked."""


# Django's own words for these are not translated.
_WEAK = {
    "password_too_short": "密码太短，至少要10个字符。",
    "password_too_common": "这个密码太常见，容易被猜到，请换一个。",
    "": "这个密码不够安全，请换一个。",
}


@dataclass(frozen=True, slots=True)
class GrantWanted:
    """A role over a unit, before it is given."""

    role: str
    unit_kind: str = "county"
    unit_id: UUID | None = None
    unit_name: str = ""
    subject: str = ""


@transaction.atomic
def person_create(
    *,
    username: str,
    display_name: str,
    password: str,
    grants: Sequence[GrantWanted] = (),
    by: Any = None,
    must_change_password: bool = False,
) -> User:
    """Make an account with its grants.

    Raises
    ------
    PersonRefused
        The name is taken, or the password is too weak.
    """
    if User.objects.filter(username=username).exists():
        raise PersonRefused(f"账号“{username}”已有人使用，请换一个。")
    user = User(username=username, display_name=display_name, must_change_password=must_change_password)
    _set_password(user, password)
    user.save()
    audit_write(action="person.create", user=by, object=user, detail={"username": username})
    for wanted in grants:
        grant_add(
            user=user,
            role=wanted.role,
            unit_kind=wanted.unit_kind,
            unit_id=wanted.unit_id,
            unit_name=wanted.unit_name,
            subject=wanted.subject,
            by=by,
        )
    return user


@transaction.atomic
def grant_add(
    *,
    user: User,
    role: str,
    unit_kind: str = "county",
    unit_id: UUID | None = None,
    unit_name: str = "",
    subject: str = "",
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    by: Any = None,
) -> Grant:
    """Give a role over a unit; the same grant again only changes its dates.

    Raises
    ------
    PersonRefused
        The role is unknown, or does not go with such a unit.
    """
    if role not in ROLES:
        raise PersonRefused(f"没有“{role}”这种角色。")
    if (unit_kind == "county") != (unit_id is None):
        raise PersonRefused("请选定单位：全县角色不带单位，其他角色要指定学校、班级或学生。")
    if unit_kind == "county" and role not in COUNTY_ROLES:
        raise PersonRefused(f"“{ROLES[role]}”要指定学校、班级或学生，不能授予全县。")
    grant, _ = Grant.objects.update_or_create(
        user=user,
        role=role,
        unit_kind=unit_kind,
        unit_id=unit_id,
        subject=subject,
        defaults={"unit_name": unit_name, "valid_from": valid_from, "valid_to": valid_to},
    )
    audit_write(action="grant.add", user=by, object=user, detail=_told(grant))
    return grant


@transaction.atomic
def grant_remove(*, grant: Grant, by: Any = None) -> None:
    """Take a role away. The audit keeps what it was."""
    audit_write(action="grant.remove", user=by, object=grant.user, detail=_told(grant))
    grant.delete()


@transaction.atomic
def password_change(*, user: User, password: str, by: Any = None) -> None:
    """Set a new password. When somebody else sets it, the person must change it at the next sign-in.

    Raises
    ------
    PersonRefused
        The password is too weak.
    """
    _set_password(user, password)
    user.must_change_password = by is not None and by.pk != user.pk
    user.save(update_fields=["password", "must_change_password"])
    audit_write(action="password.change", user=by or user, object=user)


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PersonRefused("".join(_WEAK.get(e.code or "", _WEAK[""]) for e in error.error_list)) from error
    user.set_password(password)


def _told(grant: Grant) -> dict[str, Any]:
    return {
        "role": grant.role,
        "unit_kind": grant.unit_kind,
        "unit": grant.unit_id,
        "subject": grant.subject,
        "from": grant.valid_from,
        "to": grant.valid_to,
    }
