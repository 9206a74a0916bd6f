"""Names leave the vault for those who may see them, with a trace; merges can be undone."""

import datetime as dt
from uuid import uuid4

import pytest

from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.scopes import NOBODY, SYSTEM, Scope
from zhiheng.registry.pupils.models import Enrolment, Identity, NearMatch, Pupil
from zhiheng.registry.pupils.selectors import names_of, near_matches
from zhiheng.registry.pupils.services import CannotMerge, near_match_decide, pupil_merge, pupil_split
from zhiheng.registry.schools.services import classes_ensure, school_make

pytestmark = pytest.mark.django_db
CANARY = "金丝雀"


def enrolled(school, name, number=1):
    klass = next(iter(classes_ensure([(school, "junior", 2024, number)], origin="roster").values()))
    pupil = Pupil.objects.create()
    Enrolment.objects.create(pupil=pupil, klass=klass, starts_on=dt.date(2024, 9, 1))
    Identity.objects.create(pupil=pupil, kind="name", value=name)
    return pupil


@pytest.fixture
def schools():
    return [school_make(name="石桥镇初级中学"), school_make(name="柳林镇初级中学")]


@pytest.fixture
def pupils(schools):
    return [enrolled(schools[0], CANARY), enrolled(schools[1], "白头翁")]


def principal(school):
    return Scope(roles=frozenset({"PR"}), schools=frozenset({school.id}))


def test_names_of_another_school_never_come_out(schools, pupils):
    found = names_of([p.id for p in pupils], principal(schools[1]), purpose="家长会")
    assert [named.name for named in found.values()] == ["白头翁"]
    assert CANARY not in str(found)


@pytest.mark.parametrize("scope", [SYSTEM, NOBODY, Scope(roles=frozenset({"BL"}), county=True)])
def test_the_county_and_strangers_read_no_names(pupils, scope):
    assert names_of([p.id for p in pupils], scope, purpose="看看") == {}
    assert not AuditEntry.objects.filter(action="pupil_names.read").exists()


def test_every_reading_is_written_down_with_its_purpose(schools, pupils):
    names_of([p.id for p in pupils], principal(schools[0]), purpose="家长会")
    entry = AuditEntry.objects.get(action="pupil_names.read")
    assert (entry.purpose, entry.school_id, entry.detail) == (
        "家长会",
        schools[0].id,
        {"pupils": 1, "asked": 2},
    )
    assert CANARY not in str(entry.detail)


def test_a_teacher_sees_the_own_class_only(schools, pupils):
    other = enrolled(schools[0], "云雀", number=2)
    own = Enrolment.objects.get(pupil=other).klass_id
    teacher = Scope(roles=frozenset({"TE"}), class_subjects=frozenset({(own, "math")}))
    assert set(names_of([pupils[0].id, other.id], teacher, purpose="讲评")) == {other.id}


def test_the_present_name_is_shown(schools, pupils):
    Identity.objects.filter(pupil=pupils[0]).update(valid_to=dt.date(2025, 9, 1))
    Identity.objects.create(pupil=pupils[0], kind="name", value="黄鹂", valid_from=dt.date(2025, 9, 2))
    assert names_of([pupils[0].id], principal(schools[0]), purpose="核对")[pupils[0].id].name == "黄鹂"


def test_a_merged_pupil_answers_with_the_name_of_the_one_kept(schools, pupils):
    twice = enrolled(schools[0], "金丝鸟")
    pupil_merge(twice, pupils[0])
    assert names_of([twice.id], principal(schools[0]), purpose="核对")[twice.id].name == CANARY
    pupil_split(twice)
    assert names_of([twice.id], principal(schools[0]), purpose="核对")[twice.id].name == "金丝鸟"
    with pytest.raises(CannotMerge):
        pupil_split(twice)
    with pytest.raises(CannotMerge):
        pupil_merge(twice, twice)


def near(school, provisional, candidate):
    return NearMatch.objects.create(
        batch_id=uuid4(),
        upload_id=uuid4(),
        sheet="成绩",
        row=3,
        provisional=provisional,
        candidate=candidate,
        school=school,
        reason="姓名只差一个字",
    )


def test_a_near_match_is_decided_once_by_the_own_school(schools, pupils):
    twice = enrolled(schools[0], "金丝鸟")
    match = near(schools[0], twice, pupils[0])
    assert list(near_matches(principal(schools[0]))) == [match]
    assert list(near_matches(principal(schools[1]))) == []
    near_match_decide(match, same=True)
    twice.refresh_from_db()
    assert twice.merged_into == pupils[0]
    assert list(near_matches(SYSTEM)) == []
    with pytest.raises(CannotMerge):
        near_match_decide(match, same=False)
