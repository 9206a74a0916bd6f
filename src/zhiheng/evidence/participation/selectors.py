"""Compute the share of pupils who take a course of the school's own: pupils on lists over pupils enrolled."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

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


def _enrolments(schools: Iterable[UUID], day: dt.date) -> "QuerySet[Enrolment]":
    """Return who is in the classes of schools on a day, those who left or were merged away not among them."""
    return Enrolment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day),
        klass__school__in=list(schools),
        starts_on__lte=day,
        pupil__merged_into=None,
    ).exclude(kind="transferred_out")


def enrolled_on(schools: Iterable[UUID], day: dt.date) -> dict[UUID, set[UUID]]:
    """Return school → the pupils in its classes on a day."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for school, pupil in _enrolments(schools, day).values_list("klass__school_id", "pupil_id"):
        found[school].add(pupil)
    return found


def participation_on(scope: Scope, term: Term, day: dt.date) -> list[Participation]:
    """Return the schools of a scope that have pupils, with the share who take a course, in the bureau's order."""
    schools = list(schools_visible(scope))
    present = _enrolments([school.pk for school in schools], day).order_by()
    # The county's pupils are counted where they are; only those on lists are looked at one by one.
    enrolled = dict(present.values_list("klass__school_id").annotate(n=Count("pupil", distinct=True)))
    listed: defaultdict[UUID, set[UUID]] = defaultdict(set)
    entries = CourseEntry.objects.filter(course__term=term, course__school__in=enrolled)
    for school_id, pupil in entries.values_list("course__school_id", "pupil_id"):
        listed[school_id].add(pupil)
    there = present.filter(klass__school__in=listed, pupil__in=entries.values("pupil"))
    taking = Counter(
        school_id
        for school_id, pupil in set(there.values_list("klass__school_id", "pupil_id"))
        if pupil in listed[school_id]
    )
    courses = Counter(
        SchoolCourse.objects.filter(term=term, school__in=enrolled).values_list("school_id", flat=True)
    )
    return [
        Participation(school, courses[school.pk], enrolled[school.pk], taking[school.pk])
        for school in schools
        if school.pk in enrolled
    ]


def courses_of(scope: Scope, term: Term) -> list[tuple[SchoolCourse, int]]:
    """Return the courses of a term that a scope may see, each with the number of pupils on its list."""
    courses = visible(SchoolCourse.objects.filter(term=term).select_related("school"), scope)
    listed = Counter(CourseEntry.objects.filter(course__in=courses).values_list("course_id", flat=True))
    return [(course, listed[course.pk]) for course in courses]
