"""The small registers of 安禾县, filled through the services a person would use: units, plan, papers, outflow, courses.

Invented throughout, and the same every time. Not for scores and rosters: those come from raw sheets.
"""

import datetime as dt
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import yaml

from zhiheng.base.clock import today
from zhiheng.base.definitions.selectors import current
from zhiheng.base.people.models import User
from zhiheng.base.scopes import Scope
from zhiheng.demo.accounts import OWN_SCHOOL
from zhiheng.evidence.comparison.models import ExternalNote
from zhiheng.evidence.comparison.services import external_note
from zhiheng.evidence.exams.models import Exam, Paper
from zhiheng.evidence.papers.definition_kinds import KEY, KIND
from zhiheng.evidence.papers.models import PaperAuthor
from zhiheng.evidence.papers.services import paper_author_add, paper_check
from zhiheng.evidence.participation.models import SchoolCourse
from zhiheng.evidence.participation.selectors import enrolled_on
from zhiheng.evidence.participation.services import course_list_take
from zhiheng.evidence.plans.models import PlannedTest
from zhiheng.evidence.plans.services import planned_test_add
from zhiheng.registry.outflow.models import Outflow
from zhiheng.registry.outflow.services import outflow_note, top_outflow_note
from zhiheng.registry.pupils.models import Identity
from zhiheng.registry.schools.grades import YEAR_BEGINS, academic_year
from zhiheng.registry.schools.models import School
from zhiheng.registry.schools.selectors import term_on
from zhiheng.registry.teachers.models import Teacher
from zhiheng.registry.units.models import UnitHead
from zhiheng.registry.units.selectors import posts_on
from zhiheng.registry.units.services import head_appoint

Told = Mapping[str, Any]


def registers_make() -> None:
    """Fill every register that is still empty; schools, teachers, exams and accounts are there already."""
    told = yaml.safe_load(files(__package__).joinpath("registers.yaml").read_text(encoding="utf-8"))
    clerk, dean, registrar = (
        User.objects.filter(username=name).first() for name in ("jiaoyanshi", "jiaodao", "jijiao")
    )
    school = School.objects.get(name=OWN_SCHOOL)
    if not UnitHead.objects.exists():
        _heads(school, told, dean)
    if not SchoolCourse.objects.exists():
        _courses(school, told["courses"], dean)
    if not PlannedTest.objects.exists():
        _plan(told["plan"], clerk)
    if not PaperAuthor.objects.exists():
        _papers(told["authors"], clerk)
    if not Outflow.objects.exists():
        _outflow(told, registrar)
    if not ExternalNote.objects.exists():
        for each in told["external"]:
            external_note(year=today().year, **each, by=clerk)


def _heads(school: School, told: Told, by: Any) -> None:
    """Appoint a teacher for every grade and subject group of one school but those said to be vacant."""
    begins = dt.date(academic_year(today()), *YEAR_BEGINS)
    scope = Scope(roles=frozenset({"PR"}), schools=frozenset({school.pk}))
    posts = [
        post
        for post in posts_on(scope, today())
        if not post.head and post.kind in told["duties"] and post.unit not in told["vacant"]
    ]
    for post, teacher in zip(posts, Teacher.objects.filter(school=school), strict=False):
        head_appoint(
            school=school,
            kind=post.kind,
            unit=post.unit,
            teacher=teacher,
            duties=told["duties"][post.kind],
            starts_on=begins,
            by=by,
        )


def _courses(school: School, courses: Mapping[str, int], by: Any) -> None:
    """Give every course the pupils whose place in the order of their 学籍号 is a multiple of its number."""
    term = term_on(today())
    present = enrolled_on([school.pk], today()).get(school.pk)
    if term is None or not present:
        return
    numbers = list(
        Identity.objects.filter(pupil__in=present, kind="student_no")
        .order_by("value")
        .values_list("value", flat=True)
    )
    for name, every in courses.items():
        if numbers[::every]:
            course_list_take(school=school, term=term, name=name, pupils=numbers[::every], by=by)


def _plan(lines: list[Told], by: Any) -> None:
    begins = academic_year(today())
    for line in lines:
        planned_test_add(
            grade=line["grade"],
            subject=line["subject"],
            module=line["module"],
            kind=line["kind"],
            planned_on=dt.date(begins + (line["month"] < YEAR_BEGINS[0]), line["month"], line["day"]),
            mock_number=line.get("mock"),
            sampling_design=line.get("design", ""),
            filing_number=line.get("filing", ""),
            by=by,
        )


def _papers(authors: Mapping[str, list[tuple[str, str]]], by: Any) -> None:
    """Name the authors of the county's mocks, and check the papers of the newest against the rules in force."""
    mocks = Exam.objects.filter(kind="graduation_mock", school=None).order_by("-ended_on")
    for paper in Paper.objects.filter(exam__in=mocks, subject__in=authors):
        for name, organisation in authors[paper.subject]:
            paper_author_add(paper=paper, name=name, organisation=organisation, by=by)
    answers = dict.fromkeys(current(KIND, KEY).body["checklist"], True)
    for paper in Paper.objects.filter(exam=mocks.first(), subject__in=authors):
        if paper.subject == "physics":
            paper_check(
                paper=paper, answers={**answers, "细目表": False}, found="两题没有写预估难度，已补。", by=by
            )
        else:
            paper_check(paper=paper, answers=answers, by=by)


def _outflow(told: Told, by: Any) -> None:
    last, source = today().year, told["outflow_source"]
    for destination, counts in told["outflow"].items():
        for back, pupils in enumerate(reversed(counts)):
            outflow_note(year=last - back, destination=destination, pupils=pupils, source=source, by=by)
    for back, left in enumerate(reversed(told["top_outflow"])):
        top_outflow_note(year=last - back, left=left, source=source, by=by)
