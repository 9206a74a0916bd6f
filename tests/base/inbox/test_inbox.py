"""The inbox: what waits for whom, soonest first, each thing once."""

import datetime as dt
from uuid import uuid4

import pytest

from zhiheng.base.inbox.models import InboxItem
from zhiheng.base.inbox.selectors import inbox_for
from zhiheng.base.inbox.services import inbox_add, inbox_close
from zhiheng.base.people.models import User
from zhiheng.base.scopes import NOBODY, Scope

pytestmark = pytest.mark.django_db
HERE, THERE = uuid4(), uuid4()
PRINCIPAL = Scope(roles=frozenset({"PR"}), schools=frozenset({HERE}))
OFFICE = Scope(roles=frozenset({"RO"}), county=True)


def add(key, **more):
    return inbox_add(key=key, title="审签", verb="审签", url="/x", **more)


def keys(scope):
    return [item.key for item in inbox_for(scope)]


def test_each_sees_what_waits_for_them():
    user = User.objects.create(username="luo", display_name="罗")
    add("named", user=user)
    add("office", role="RO")
    add("here", role="PR", school_id=HERE)
    add("there", role="PR", school_id=THERE)
    assert keys(PRINCIPAL) == ["here"]
    assert keys(OFFICE) == ["office"]
    assert keys(Scope(user_id=user.pk, roles=frozenset({"TE"}))) == ["named"]
    assert keys(NOBODY) == []


def test_soonest_first_and_undated_last():
    for key, day in (("late", 20), ("undated", None), ("soon", 3)):
        add(key, role="RO", due_on=day and dt.date(2024, 9, day))
    assert keys(OFFICE) == ["soon", "late", "undated"]


def test_the_same_key_is_the_same_thing_and_opens_again():
    add("k", role="RO")
    inbox_close(key="k")
    inbox_close(key="k")
    inbox_close(key="never")
    assert keys(OFFICE) == []
    add("k", role="RO", due_on=dt.date(2024, 9, 3))
    assert keys(OFFICE) == ["k"]
    assert InboxItem.objects.count() == 1


def test_a_thing_is_for_a_person_or_a_role():
    with pytest.raises(ValueError, match="one of the two"):
        add("k")
    with pytest.raises(ValueError, match="one of the two"):
        add("k", role="RO", user=User.objects.create(username="luo"))
