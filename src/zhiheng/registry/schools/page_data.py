"""Rows of the registry's pages: schools and classes with the number of pupils enrolled today."""

from typing import Any

from django.db.models import Count, Q

from zhiheng.base.clock import today
from zhiheng.base.scopes import Scope
from zhiheng.registry.schools.grades import class_label, grade_of, has_left
from zhiheng.registry.schools.models import Class, School
from zhiheng.registry.schools.selectors import schools_visible

LARGE_CLASS = 56
"""大班额: 56 pupils and more (消除大班额专项规划)."""
VERY_LARGE_CLASS = 66
"""超大班额: 66 and more."""


def _in_class(to_class: str = "") -> Q:
    """Enrolments that count a pupil: open, not merged away, and where the class has a roster, on it.

    Sheets without names, a sampled monitoring's for one, leave 暂建 pupils beside those of the roster.
    """
    there = Q(**{f"{to_class}enrolments__isnull": False, f"{to_class}enrolments__ends_on": None})
    kept = Q(**{f"{to_class}enrolments__pupil__merged_into": None})
    listed = Q(**{f"{to_class}enrolments__pupil__origin": "roster"}) | Q(
        **{f"{to_class}origin": "provisional"}
    )
    return there & kept & listed


def school_rows(scope: Scope) -> list[dict[str, Any]]:
    """Return the schools of a scope in the bureau's order."""
    enrolled = _in_class("classes__")
    found = schools_visible(scope).annotate(
        n_classes=Count("classes", filter=enrolled, distinct=True),
        n_pupils=Count("classes__enrolments", filter=enrolled, distinct=True),
    )
    found = found.order_by("order", "pinyin")  # grouping forgets the model's own order
    return [
        {
            "id": school.id,
            "name": school.name,
            "search": f"{school.pinyin} {school.initials} {school.short_name}",
            "town": school.town.name if school.town else "",
            "school_type": school.school_type or school.get_stage_display(),
            "area": school.get_area_display(),
            "classes": school.n_classes,
            "pupils": school.n_pupils,
            "code": school.code or "",
            "origin": origin_tag(school.origin),
        }
        for school in found
    ]


def class_rows(school: School) -> list[dict[str, Any]]:
    """Return the classes of a school that are still there, with size and adviser."""
    day = today()
    enrolled = _in_class()
    found = (
        Class.objects.filter(school=school)
        .select_related("school")
        .annotate(n=Count("enrolments", filter=enrolled, distinct=True))
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
                "pupils": klass.n,
                "size": size_tag(klass.n),
                "adviser": "、".join(advisers),
                "origin": origin_tag(klass.origin),
            }
        )
    return rows


def large_classes(scope: Scope) -> list[tuple[Class, int]]:
    """Return the classes of 56 pupils and more in a scope with their size, largest first."""
    enrolled = _in_class()
    day = today()
    found = (
        Class.objects.filter(school__in=schools_visible(scope))
        .select_related("school")
        .annotate(n=Count("enrolments", filter=enrolled, distinct=True))
        .filter(n__gte=LARGE_CLASS)
        .order_by("-n")
    )
    return [
        (klass, klass.n)
        for klass in found
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
