"""What the administrator's pages do: an account with a temporary password, a role over a class by its name."""

import secrets
from typing import Any

from zhiheng.base.clock import today
from zhiheng.base.errors import Explained
from zhiheng.base.people.models import Grant, User
from zhiheng.base.people.services import grant_add, password_change, person_create
from zhiheng.registry.schools.grades import class_label
from zhiheng.registry.schools.models import Class, School

PASSWORD_BYTES = 12


class UnitUnknown(Explained):
    """The school has no class of that name."""


def account_open(*, username: str, display_name: str, by: Any) -> tuple[User, str]:
    """Make an account; return it and its temporary password, which is shown once."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    person = person_create(
        username=username, display_name=display_name, password=password, by=by, must_change_password=True
    )
    return person, password


def password_renew(*, person: User, by: Any) -> str:
    """Give an account a temporary password and return it, to be shown once."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    password_change(user=person, password=password, by=by)
    return password


def role_give(
    *, person: User, role: str, school: School | None, class_name: str, subject: str, valid_to: Any, by: Any
) -> Grant:
    """Give a role over the county, a school or a class.

    Raises
    ------
    UnitUnknown
        The school has no class of that name.
    zhiheng.base.people.services.PersonRefused
        The role does not go with such a unit.
    """
    kind, unit_id, name = "county", None, ""
    if school is not None:
        kind, unit_id, name = "school", school.id, school.name
    if school is not None and class_name.strip():
        klass = _class(school, class_name.strip())
        kind, unit_id, name = "class", klass.id, f"{school.name}{class_label(klass, today())}"
    return grant_add(
        user=person,
        role=role,
        unit_kind=kind,
        unit_id=unit_id,
        unit_name=name,
        subject=subject,
        valid_to=valid_to,
        by=by,
    )


def _class(school: School, name: str) -> Class:
    labels = {class_label(klass, today()): klass for klass in school.classes.select_related("school")}
    wanted = name.replace("（", "(").replace("）", ")")
    if wanted not in labels:
        raise UnitUnknown(f"{school.name}没有“{name}”。现有：{'、'.join(labels) or '还没有班级'}。")
    return labels[wanted]
