"""Compute the share of pupils who take a course of the school's own: pupils on lists over pupils enrolled."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from zhiheng.base.scopes import Scope, visible
from zhiheng.evidence.participation.models import CourseEntry, SchoolCourse
from zhiheng.registry.pupils.models import Enrolment
from zhiheng.registry.schools.models import School, Term
from zhiheng.registry.schools.selectors import schools_visible


@dataclass(frozen=True, slots=True)
class Participation:
    """One school in one term. `taking` counts each enrolled pupil once, however many courses."""

    school: School
    courses: int
    enrolled: int
    taking: int

    @property
    def share(self) -> float | None:
        """Share of the enrolled who are on a list, 0 to 1; None where nobody is enrolled."""
        return self.taking / self.enrolled if self.enrolled else None


def enrolled_on(schools: Iterable[UUID], day: dt.date) -> dict[UUID, set[UUID]]:
    """Return school → the pupils in its classes on a day, those who left or were merged away not among them."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    rows = Enrolment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day),
        klass__school__in=list(schools),
        starts_on__lte=day,
        pupil__merged_into=None,
    ).exclude(kind="transferred_out")
    for school, pupil in rows.values_list("klass__school_id", "pupil_id"):
        found[school].add(pupil)
    return found


def participation_on(scope: Scope, term: Term, day: dt.date) -> list[Participation]:
    """Return the schools of a scope that have pupils, with the share who take a course, in the bureau's order."""
    schools = list(schools_visible(scope))
    enrolled = enrolled_on([school.pk for school in schools], day)
    taking: defaultdict[UUID, set[UUID]] = defaultdict(set)
    entries = CourseEntry.objects.filter(course__term=term, course__school__in=enrolled)
    for school_id, pupil in entries.values_list("course__school_id", "pupil_id"):
        taking[school_id].add(pupil)
    courses = Counter(
        SchoolCourse.objects.filter(term=term, school__in=enrolled).values_list("school_id", flat=True)
    )
    return [
        Participation(
            school, courses[school.pk], len(enrolled[school.pk]), len(taking[school.pk] & enrolled[school.pk])
        )
        for school in schools
        if school.pk in enrolled
    ]


def courses_of(scope: Scope, term: Term) -> list[tuple[SchoolCourse, int]]:
    """Return the courses of a term that a scope may see, each with the number of pupils on its list."""
    courses = visible(SchoolCourse.objects.filter(term=term).select_related("school"), scope)
    listed = Counter(CourseEntry.objects.filter(course__in=courses).values_list("course_id", flat=True))
    return [(course, listed[course.pk]) for course in courses]
