"""Read who heads which unit on a day, and which units ought to have a head and have none."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from zhiheng.base.scopes import Scope, visible
from zhiheng.registry.schools.grades import GRADE_NAMES, class_label, grade_of, has_left
from zhiheng.registry.schools.models import Class, School
from zhiheng.registry.schools.selectors import schools_visible
from zhiheng.registry.teachers.models import Teaching
from zhiheng.registry.units.models import KINDS, UnitHead
from zhiheng.standards.subjects import subject_name, subjects


@dataclass(frozen=True, slots=True)
class Post:
    """One unit on a day. `head` is "" where nobody is appointed, `duties` "" where none are written down."""

    school: School
    kind: str
    unit: str
    head: str = ""
    duties: str = ""
    starts_on: dt.date | None = None

    @property
    def state(self) -> str:
        """How the post stands: 在任, 缺负责人 or 缺职责."""
        return "缺负责人" if not self.head else "在任" if self.duties else "缺职责"


def heads_on(scope: Scope, day: dt.date) -> "QuerySet[UnitHead]":
    """Return the appointments that hold on a day, for the schools of a scope."""
    held = Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))
    return visible(UnitHead.objects.filter(held).select_related("school", "teacher"), scope)


def posts_on(scope: Scope, day: dt.date) -> list[Post]:
    """Return every unit of the schools of a scope, in the bureau's order.

    A school is expected to have a head for each grade it teaches, for each class (its adviser, unless somebody
    else was appointed) and for each subject taught; other units are listed once they have a head.
    """
    appointed = {(head.school_id, head.kind, head.unit): head for head in heads_on(scope, day)}
    schools = list(schools_visible(scope))
    expected = _expected(schools, day)
    for key in appointed:
        expected.setdefault(key, ())
    order = {school.pk: place for place, school in enumerate(schools)}
    kinds = list(KINDS)
    posts = []
    # Sorting is stable: within a kind grades, classes and subjects keep the order they were found in.
    for key in sorted(expected, key=lambda each: (order[each[0]], kinds.index(each[1]))):
        school_id, kind, unit = key
        head = appointed.get(key)
        known = (head.teacher.name, head.duties, head.starts_on) if head else expected[key]
        posts.append(Post(schools[order[school_id]], kind, unit, *known))
    return posts


Key = tuple[UUID, str, str]


def _expected(schools: list[School], day: dt.date) -> dict[Key, tuple]:
    """Return (school, kind, unit) → what is known of its head without an appointment: (name, duties, since)."""
    classes = {
        klass.pk: klass
        for klass in Class.objects.filter(school__in=schools).select_related("school")
        if grade_of(klass, day) >= 1
        and not has_left(klass.stage, grade_of(klass, day), klass.school.primary_years)
    }
    teaching = Teaching.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), klass__in=list(classes), starts_on__lte=day
    )
    leading = teaching.filter(adviser=True).values_list("klass_id", "teacher__name", "starts_on")
    advisers = {klass: (name, "", since) for klass, name, since in leading}
    found: dict[Key, tuple] = {}
    for klass in sorted(classes.values(), key=lambda each: (grade_of(each, day), each.number)):
        found[klass.school_id, "grade", GRADE_NAMES[grade_of(klass, day)]] = ()
        found[klass.school_id, "class", class_label(klass, day)] = advisers.get(klass.pk, ())
    taught = set(teaching.exclude(subject="").values_list("klass__school_id", "subject").distinct())
    order = list(subjects())
    for school_id, subject in sorted(
        taught, key=lambda each: order.index(each[1]) if each[1] in order else 99
    ):
        found[school_id, "subject_group", f"{subject_name(subject)}组"] = ()
    return found
