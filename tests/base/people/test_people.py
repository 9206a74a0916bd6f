"""Accounts and grants: what is refused, what leaves a trace, and the scope that comes of them."""

import datetime as dt
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from zhiheng.base import clock
from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.audit.selectors import first_broken_link
from zhiheng.base.people.models import Grant
from zhiheng.base.people.selectors import scope_of
from zhiheng.base.people.services import (
    GrantWanted,
    PersonRefused,
    grant_add,
    grant_remove,
    password_change,
    person_create,
)
from zhiheng.base.roles import COUNTY_ROLES, ROLES
from zhiheng.base.scopes import NOBODY

pytestmark = pytest.mark.django_db
PASSWORD = "水杉-栎树-2046"


def person(name="luo", **more):
    return person_create(username=name, display_name="罗教研", password=PASSWORD, **more)


def test_a_person_with_grants_is_made_whole_or_not_at_all():
    school = uuid4()
    user = person(grants=[GrantWanted("RO"), GrantWanted("PR", "school", school, "柳林镇初级中学")])
    assert user.check_password(PASSWORD)
    assert scope_of(user).roles == {"RO", "PR"}
    assert [e.action for e in AuditEntry.objects.order_by("number")] == [
        "person.create",
        "grant.add",
        "grant.add",
    ]
    with pytest.raises(PersonRefused):
        person("other", grants=[GrantWanted("RO"), GrantWanted("XX")])
    assert not Grant.objects.filter(user__username="other").exists()
    assert first_broken_link() is None


def test_names_are_taken_once_and_weak_passwords_refused():
    person()
    with pytest.raises(PersonRefused, match="已有人使用"):
        person()
    with pytest.raises(PersonRefused, match=r"太短.*太常见"):
        person_create(username="new", display_name="新", password="123456")


@pytest.mark.parametrize(
    ("role", "unit_kind", "unit"),
    [("PR", "county", None), ("PR", "school", None), ("RO", "county", 1), ("ZZ", "county", None)],
)
def test_a_role_without_its_unit_is_refused(role, unit_kind, unit):
    with pytest.raises(PersonRefused):
        grant_add(user=person(), role=role, unit_kind=unit_kind, unit_id=uuid4() if unit else None)


def test_the_same_grant_again_changes_its_dates_only(fixed_clock):
    user, school = person(), uuid4()
    first = grant_add(user=user, role="PR", unit_kind="school", unit_id=school)
    again = grant_add(user=user, role="PR", unit_kind="school", unit_id=school, valid_to=clock.today())
    assert again.pk == first.pk
    assert scope_of(user).schools == {school}
    with clock.fixed(fixed_clock + dt.timedelta(days=1)):
        assert scope_of(user) == NOBODY.__class__(user_id=user.pk)


def test_a_role_taken_away_is_gone_and_on_record():
    user = person(grants=[GrantWanted("AU")])
    grant_remove(grant=user.grants.get())
    assert scope_of(user).anonymous
    assert AuditEntry.objects.filter(action="grant.remove").get().detail["role"] == "AU"


def test_a_password_set_by_another_must_be_changed():
    user, admin = person(), person("admin")
    password_change(user=user, password="另一个-足够长的密码", by=admin)
    assert user.must_change_password
    password_change(user=user, password=PASSWORD, by=user)
    assert not user.must_change_password
    with pytest.raises(PersonRefused):
        password_change(user=user, password="short")
    trace = str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert PASSWORD not in trace


@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_roles_of_the_bureau_see_the_county(role):
    kind = "county" if role in COUNTY_ROLES else "school"
    user = person(grants=[GrantWanted(role, kind, None if kind == "county" else uuid4())])
    assert scope_of(user).county == (role in COUNTY_ROLES)


def test_a_subject_limits_researchers_and_teachers_only():
    klass = uuid4()
    user = person(
        grants=[GrantWanted("RS", subject="math"), GrantWanted("TE", "class", klass, subject="math")]
    )
    scope = scope_of(user)
    assert scope.subjects == {"math"}
    assert scope.class_subjects == {(klass, "math")}
    grant_add(user=user, role="BL")
    assert scope_of(user).subjects == frozenset()


def test_strangers_have_no_scope():
    assert scope_of(AnonymousUser()) is NOBODY
