"""What a parent or a pupil finds here: the own class and tests, and whom to ask. No marks, nobody else's anything.

A result reaches a family as a grade and through the school (通知 of 2021 on tests in compulsory education);
the slip that carries it is not part of this page.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from zhiheng.base.access import FAMILY
from zhiheng.base.clock import today
from zhiheng.base.scopes import Scope, visible
from zhiheng.evidence.datasets.selectors import newest_datasets, pupil_numbers
from zhiheng.registry.pupils.models import Enrolment, Pupil
from zhiheng.registry.schools.grades import class_label
from zhiheng.registry.schools.models import Class
from zhiheng.registry.teachers.models import Teaching

OUT, WORKING = ("学校已有结果", "green"), ("核对、分析中", "amber")


@dataclass(frozen=True, slots=True)
class Sat:
    """A test the pupil took part in, and whether its result is ready at the school."""

    name: str
    on: str
    state: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil as the family sees it. `adviser` is "" where the roster names none."""

    school: str
    klass: str
    adviser: str
    tests: tuple[Sat, ...]


def children_of(scope: Scope) -> list[Child]:
    """Return the pupils a family account is for, where they are enrolled today."""
    if not scope.has(*FAMILY):
        return []
    day = today()
    own = visible(Pupil.objects.all(), scope).filter(pk__in=scope.pupils)
    held = Q(ends_on=None) | Q(ends_on__gte=day)
    enrolments = Enrolment.objects.filter(held, pupil__in=own, starts_on__lte=day)
    return [
        Child(
            each.klass.school.name, class_label(each.klass, day), _adviser(each.klass), _tests(each.pupil_id)
        )
        for each in enrolments.select_related("klass__school")
    ]


def _adviser(klass: Class) -> str:
    held = Q(ends_on=None) | Q(ends_on__gte=today())
    found = Teaching.objects.filter(held, klass=klass, adviser=True).select_related("teacher").first()
    return found.teacher.name if found else ""


def _tests(pupil: UUID) -> tuple[Sat, ...]:
    """Return the tests a pupil is in, newest first. Sampled monitoring tells nothing of single pupils."""
    datasets = newest_datasets().exclude(exam__kind="monitoring").order_by("-exam__ended_on")
    return tuple(
        Sat(
            each.exam.name,
            f"{each.exam.ended_on:%Y-%m-%d}",
            OUT if each.exam.state == "analysed" else WORKING,
        )
        for each in datasets
        if pupil_numbers(each, [pupil])
    )
