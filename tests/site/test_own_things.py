"""What the front page and the exam lead each person to: own classes, own exams, the own child; and no more."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pages_data import OWN

from zhiheng.base.people.selectors import scope_of
from zhiheng.evidence.exams.models import Exam
from zhiheng.registry.teachers.models import Teaching
from zhiheng.reports.pages.own import own_classes, own_exams
from zhiheng.site.cockpit.family import children_of

pytestmark = pytest.mark.django_db


def signed_in(shown, role: str) -> Client:
    client = Client()
    client.force_login(shown.county.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(shown, role: str, name: str = "cockpit", **ids) -> str:
    return signed_in(shown, role).get(reverse(name, kwargs=ids)).content.decode()


@pytest.fixture
def elsewhere(shown):
    """A later exam of the county that no school of these people sat."""
    known = Exam.objects.get(pk=shown.ids["exam_id"])
    later = Exam.objects.create(
        name="2027届高三第一次模拟考试", kind="graduation_mock", grade=12, entry_year=2024, created_at=known.created_at,
        starts_on=known.ended_on + dt.timedelta(days=1), ended_on=known.ended_on + dt.timedelta(days=1),
    )  # fmt: skip
    yield later
    later.delete()


@pytest.mark.parametrize("role", ["PR", "DL", "CA", "TE"])
def test_a_school_is_told_of_the_exam_it_sat(shown, elsewhere, role):
    scope = scope_of(shown.county.people[role])
    assert elsewhere not in own_exams(scope)
    page = body(shown, role)
    assert elsewhere.name not in page
    assert reverse("results:exam", args=[shown.ids["exam_id"]]) in page


def test_the_bureau_is_told_of_the_newest(shown, elsewhere):
    assert next(own_exams(scope_of(shown.county.people["RO"]))) == elsewhere


@pytest.mark.parametrize("role", ["CA", "TE"])
@pytest.mark.parametrize("page", ["cockpit", "results:exam"])
def test_a_teacher_comes_to_the_own_class_in_one_step(shown, role, page):
    exam = shown.ids["exam_id"]
    ids = {"exam_id": exam} if page == "results:exam" else {}
    address = reverse("results:class", args=[exam, shown.ids["class_id"]])
    assert f'href="{address}"' in body(shown, role, page, **ids)
    assert signed_in(shown, role).get(address).status_code == 200


def test_own_classes_are_those_of_the_scope_alone(shown):
    exam = Exam.objects.get(pk=shown.ids["exam_id"])
    assert [each["school"] for each in own_classes(scope_of(shown.county.people["CA"]), exam)] == [OWN]
    assert own_classes(scope_of(shown.county.people["RO"]), exam) == []


@pytest.mark.parametrize("role", ["PA", "ST"])
def test_a_family_sees_the_own_class_and_tests_and_no_marks(shown, role):
    (child,) = children_of(scope_of(shown.county.people[role]))
    adviser = Teaching.objects.get(klass_id=shown.ids["class_id"], adviser=True).teacher.name
    assert (child.school, child.klass, child.adviser) == (OWN, "九(1)班", adviser)
    assert [test.state[0] for test in child.tests] == ["学校已有结果"]
    page = body(shown, role)
    assert adviser in page
    assert "不公布分数和名次" in page
    assert "请您定" not in page


def test_nobody_else_has_children_here(shown):
    assert children_of(scope_of(shown.county.people["CA"])) == []
    assert children_of(scope_of(shown.county.people["BL"])) == []
