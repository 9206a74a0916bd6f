"""Heads of units: who heads what today, what they are for, and which units have nobody."""

import datetime as dt

import pytest

from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.registry.schools.models import Class
from zhiheng.registry.schools.services import school_make, town_ensure
from zhiheng.registry.teachers.models import Teacher, Teaching
from zhiheng.registry.units.models import UnitHead
from zhiheng.registry.units.selectors import posts_on
from zhiheng.registry.units.services import CannotAppoint, head_appoint

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 20)
SEPTEMBER = dt.date(2026, 9, 1)


@pytest.fixture
def school():
    made = school_make(name="石桥镇初级中学", town=town_ensure("石桥镇"), stage="junior")
    klass = Class.objects.create(school=made, stage="junior", entry_year=2024, number=1)
    adviser, mathematician = (Teacher.objects.create(school=made, name=name) for name in ("韩青禾", "陶望舒"))
    Teaching.objects.create(teacher=adviser, klass=klass, adviser=True, starts_on=SEPTEMBER)
    Teaching.objects.create(teacher=mathematician, klass=klass, subject="math", starts_on=SEPTEMBER)
    return made


def teacher(name: str) -> Teacher:
    return Teacher.objects.get(name=name)


def units(day: dt.date = DAY) -> dict[str, tuple[str, str]]:
    return {post.unit: (post.head, post.state) for post in posts_on(SYSTEM, day)}


@pytest.mark.row("S004-10")
def test_every_grade_class_and_subject_group_is_listed_with_what_it_lacks(school):
    assert units() == {
        "九年级": ("", "缺负责人"),
        "九(1)班": ("韩青禾", "缺职责"),
        "数学组": ("", "缺负责人"),
    }


@pytest.mark.row("S004-10")
def test_a_new_head_ends_the_time_of_the_one_before_and_both_are_kept(school):
    fill = {"school": school, "kind": "subject_group", "unit": "数学组", "duties": "主持集体备课"}
    head_appoint(**fill, teacher=teacher("陶望舒"), starts_on=SEPTEMBER)
    head_appoint(**fill, teacher=teacher("韩青禾"), starts_on=dt.date(2026, 11, 1))
    assert units()["数学组"] == ("韩青禾", "在任")
    assert units(dt.date(2026, 10, 31))["数学组"] == ("陶望舒", "在任")
    assert UnitHead.objects.filter(ends_on=None).count() == 1


@pytest.mark.row("S004-10")
def test_nobody_is_appointed_without_duties_or_from_another_school(school):
    other = school_make(name="柳林镇初级中学", town=town_ensure("柳林镇"))
    stranger = Teacher.objects.create(school=other, name="乔知微")
    fill = {"school": school, "kind": "grade", "unit": "九年级", "starts_on": SEPTEMBER}
    with pytest.raises(CannotAppoint, match="不是石桥镇初级中学的教师"):
        head_appoint(**fill, teacher=stranger, duties="统筹年级")
    with pytest.raises(CannotAppoint, match="职责"):
        head_appoint(**fill, teacher=teacher("韩青禾"), duties=" ")
    assert not UnitHead.objects.exists()


def test_a_school_sees_its_own_heads_only(school):
    other = school_make(name="柳林镇初级中学", town=town_ensure("柳林镇"))
    scope = Scope(roles=frozenset({"PR"}), schools=frozenset({other.pk}))
    assert posts_on(scope, DAY) == []
