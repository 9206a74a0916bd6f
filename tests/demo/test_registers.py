"""The registers of the demonstration county: filled once, through the services, with something to see in each."""

import datetime as dt

import pytest

from evidence.published_batches import MOCK
from zhiheng.base.clock import today
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.scopes import SYSTEM
from zhiheng.demo.accounts import OWN_SCHOOL
from zhiheng.demo.registers import registers_make
from zhiheng.evidence.comparison.models import ExternalNote
from zhiheng.evidence.exams.services import exam_from_file
from zhiheng.evidence.papers.models import PaperAuthor, PaperCheck
from zhiheng.evidence.participation.selectors import participation_on
from zhiheng.evidence.plans.selectors import plan_of_year
from zhiheng.registry.outflow.selectors import three_years, top_outflows
from zhiheng.registry.pupils.models import Enrolment, Identity, Pupil
from zhiheng.registry.schools.grades import academic_year
from zhiheng.registry.schools.models import Class, School, Term
from zhiheng.registry.teachers.models import Teacher, Teaching
from zhiheng.registry.units.models import UnitHead
from zhiheng.registry.units.selectors import posts_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(fixed_clock):
    """A school with one class, enough of the county for every register."""
    definitions_seed()
    Term.objects.create(year=2024, number=1, starts_on=dt.date(2024, 9, 1), ends_on=dt.date(2025, 1, 20))
    school = School.objects.create(name=OWN_SCHOOL, stage="junior")
    klass = Class.objects.create(school=school, stage="junior", entry_year=2022, number=1)
    for name, subject in (("韩青禾", "math"), ("陶望舒", "physics"), ("乔知微", "english")):
        teacher = Teacher.objects.create(school=school, name=name)
        Teaching.objects.create(teacher=teacher, klass=klass, subject=subject, starts_on=today())
    for number in range(20):
        pupil = Pupil.objects.create()
        Enrolment.objects.create(pupil=pupil, klass=klass, starts_on=today())
        Identity.objects.create(pupil=pupil, kind="student_no", value=f"G{number:04d}")
    exam_from_file(MOCK)
    return school


def test_every_register_has_something_to_see_and_is_filled_once(county):
    registers_make()
    posts = {post.unit: post.state for post in posts_on(SYSTEM, today())}
    assert posts["数学组"] == posts["九年级"] == "在任"
    assert posts["物理组"] == "缺负责人"
    (share,) = participation_on(SYSTEM, Term.objects.get(year=2024, number=1), today())
    assert (share.courses, share.enrolled) == (4, 20)
    assert 10 <= share.taking < 20
    lines = plan_of_year(academic_year(today()))
    assert {line.test.stage for line in lines} == {"primary", "junior", "senior"}
    assert any(line.lacking for line in lines)
    assert any(None in counts for counts in three_years(SYSTEM).counts)
    assert len(top_outflows(SYSTEM)) == 3
    counted = [model.objects.count() for model in (UnitHead, PaperAuthor, PaperCheck, ExternalNote)]
    assert all(counted)
    registers_make()
    assert counted == [model.objects.count() for model in (UnitHead, PaperAuthor, PaperCheck, ExternalNote)]
