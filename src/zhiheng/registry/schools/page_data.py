"""Rows of the registry's pages: schools and classes with the number of pupils enrolled today."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from zhiheng.base.clock import today
from zhiheng.base.scopes import Scope
from zhiheng.registry.schools.grades import class_label, grade_of, has_left
from zhiheng.registry.schools.models import Class, School
from zhiheng.registry.schools.selectors import schools_visible

LARGE_CLASS = 56
"""大班额: 56 pupils and more (消除大班额专项规划)."""
VERY_LARGE_CLASS = 66
"""超大班额: 66 and more."""


def class_sizes(classes: "QuerySet[Class]") -> dict[UUID, int]:
    """Return how many pupils each class has that has any: open enrolments, not merged away, on its roster if it has one.

    Sheets without names, a sampled monitoring's for one, leave 暂建 pupils beside those of the roster.
    """
    listed = Q(enrolments__pupil__origin="roster") | Q(origin="provisional")
    there = Q(enrolments__isnull=False, enrolments__ends_on=None, enrolments__pupil__merged_into=None)
    # Grouped by class alone: joined to schools, or counted distinct, the county takes half a second.
    return dict(classes.filter(there & listed).order_by().values_list("pk").annotate(n=Count("enrolments")))


def school_rows(scope: Scope) -> list[dict[str, Any]]:
    """Return the schools of a scope in the bureau's order."""
    schools = schools_visible(scope)
    classes = Class.objects.filter(school__in=schools)
    school_of = dict(classes.values_list("pk", "school_id"))
    n_classes: Counter[UUID] = Counter()
    n_pupils: Counter[UUID] = Counter()
    for klass, size in class_sizes(classes).items():
        n_classes[school_of[klass]] += 1
        n_pupils[school_of[klass]] += size
    return [
        {
            "id": school.id,
            "name": school.name,
            "search": f"{school.pinyin} {school.initials} {school.short_name}",
            "town": school.town.name if school.town else "",
            "school_type": school.school_type or school.get_stage_display(),
            "area": school.get_area_display(),
            "classes": n_classes[school.id],
            "pupils": n_pupils[school.id],
            "code": school.code or "",
            "origin": origin_tag(school.origin),
        }
        for school in schools
    ]


def class_rows(school: School) -> list[dict[str, Any]]:
    """Return the classes of a school that are still there, with size and adviser."""
    day = today()
    classes = Class.objects.filter(school=school)
    sizes = class_sizes(classes)
    found = (
        classes.select_related("school")
        .prefetch_related("teaching__teacher")
        .order_by("stage", "-entry_year", "number")
    )
    rows = []
    for klass in found:
        if has_left(klass.stage, grade_of(klass, day), school.primary_years):
            continue
        advisers = [t.teacher.name for t in klass.teaching.all() if t.adviser and t.ends_on is None]
        rows.append(
            {
                "label": class_label(klass, day),
                "pupils": sizes.get(klass.pk, 0),
                "size": size_tag(sizes.get(klass.pk, 0)),
                "adviser": "、".join(advisers),
                "origin": origin_tag(klass.origin),
            }
        )
    return rows


def large_classes(scope: Scope) -> list[tuple[Class, int]]:
    """Return the classes of 56 pupils and more in a scope with their size, largest first."""
    day = today()
    sizes = class_sizes(Class.objects.filter(school__in=schools_visible(scope)))
    large = {klass: size for klass, size in sizes.items() if size >= LARGE_CLASS}
    found = Class.objects.filter(pk__in=large).select_related("school")
    return [
        (klass, large[klass.pk])
        for klass in sorted(found, key=lambda each: -large[each.pk])
        if not has_left(klass.stage, grade_of(klass, day), klass.school.primary_years)
    ]


def origin_tag(origin: str) -> tuple[str, str]:
    """Return the word and tone of where an entry came from."""
    return ("名册", "green") if origin == "roster" else ("暂建", "amber")


def size_tag(pupils: int) -> tuple[str, str]:
    """Return the word and tone of a class size."""
    if pupils >= VERY_LARGE_CLASS:
        return ("超大班额", "red")
    return ("大班额", "amber") if pupils >= LARGE_CLASS else ("正常", "")
