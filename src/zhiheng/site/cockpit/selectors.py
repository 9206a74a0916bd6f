"""What the front page shows one person. Counts and states only; no exam mean belongs here."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from zhiheng.base.access import FAMILY, INTAKE, SCHOOL_HEADS
from zhiheng.base.clock import today
from zhiheng.base.inbox.selectors import inbox_for
from zhiheng.base.inbox.wording import InboxRow, inbox_rows
from zhiheng.base.scopes import Scope
from zhiheng.evidence.exams.models import Exam
from zhiheng.reports.pages.own import own_classes, own_exams
from zhiheng.reports.pages.results import reading_of
from zhiheng.site.cockpit.family import Child, children_of
from zhiheng.site.cockpit.work import Work, loop_rows, news, numbers

SHOWN = 5
"""Things to decide on the front page; the rest is one tap away."""
MOST_NEWS = 3
"""三件急事, 三件好事."""


@dataclass(frozen=True, slots=True)
class Cockpit:
    """The front page of one person on one day."""

    today: dt.date
    inbox: list[InboxRow]
    numbers: list[dict[str, Any]]
    urgent: list[dict[str, Any]]
    good: list[dict[str, Any]]
    loop: list[dict[str, Any]]
    first_step: dict[str, str] | None
    own_school: dict[str, str] | None
    own_exam: Exam | None
    own_classes: list[dict[str, Any]]
    children: list[Child]
    family_only: bool

    @property
    def inbox_title(self) -> str:
        """What the list of things to decide is called: a head of a school does them."""
        return "今天要办" if self.own_school else "请您定"

    @property
    def inbox_shown(self) -> list[InboxRow]:
        """The first things to decide."""
        return self.inbox[:SHOWN]

    @property
    def due_this_week(self) -> int:
        """How many are due from today to Sunday."""
        return sum(row.this_week for row in self.inbox)

    @property
    def overdue(self) -> int:
        """How many are past their day."""
        return sum(row.overdue for row in self.inbox)


def cockpit_for(scope: Scope) -> Cockpit:
    """Return the front page of a person."""
    work = Work.of(scope)
    urgent, good = news(work)
    loop = loop_rows(work)
    return Cockpit(
        today=today(),
        inbox=inbox_rows(inbox_for(scope)),
        numbers=numbers(work),
        urgent=urgent[:MOST_NEWS],
        good=good[:MOST_NEWS],
        loop=loop,
        first_step=None if loop else first_step(scope),
        own_school=own_school(scope),
        own_exam=work.exam,
        own_classes=own_classes(scope, work.exam) if work.exam else [],
        children=children_of(scope),
        family_only=bool(scope.roles) and scope.roles <= FAMILY,
    )


def own_school(scope: Scope) -> dict[str, str] | None:
    """Return the one sentence on a head's own school in the newest exam of the county that tells of it."""
    if not scope.has(*SCHOOL_HEADS):
        return None
    for exam in own_exams(scope):
        if exam.state != "analysed" or exam.school_id or exam.kind == "monitoring":
            continue
        reading = reading_of(exam.id, scope)
        for unit, row in reading.results.schools.items():
            if UUID(row["uuid"]) in scope.schools and reading.results.unit(
                "school", unit, reading.results.main_subject
            ):
                return {
                    "sentence": reading.school(unit).headline,
                    "exam": exam.name,
                    "url": reverse("results:school", args=[exam.id, row["uuid"]]),
                }
    return None


def first_step(scope: Scope) -> dict[str, str] | None:
    """Return what to do first on an installation without data; nothing for those who cannot do it."""
    if not scope.has(*INTAKE):
        return None
    return {
        "say": "从这里开始",
        "why": "登记一次考试，再上传成绩表或向学校收表；系统识别、核对、分析、出报告。",
        "url": reverse("exams:new"),
        "verb": "登记一次考试",
    }
