"""Read schools, classes and terms as a scope allows. No pupil appears here."""

import datetime as dt

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace

from zhiheng.base.scopes import Scope, visible
from zhiheng.registry.schools.grades import entry_year_for, stage_of
from zhiheng.registry.schools.models import Class, School, Term


def schools_visible(scope: Scope) -> QuerySet[School]:
    """Return the schools a scope may see, in the bureau's order; merged ones are left out."""
    return visible(School.objects.filter(merged_into=None).select_related("town"), scope)


def school_search(scope: Scope, text: str) -> QuerySet[School]:
    """Return visible schools whose name, short name, code, pinyin or initials hold `text` (sy, 实验, shiyan)."""
    words = text.strip()
    if not words:
        return schools_visible(scope)
    spelled = words.lower().replace(" ", "")
    condition = Q(name__contains=words) | Q(short_name__contains=words) | Q(code=words)
    if spelled.isascii():
        condition |= Q(initials__contains=spelled) | Q(spelled__contains=spelled)
    return schools_visible(scope).alias(spelled=Replace("pinyin", Value(" "), Value(""))).filter(condition)


def classes_in_grade(schools: QuerySet[School], grade: int, on: dt.date) -> QuerySet[Class]:
    """Return the classes of these schools that are in `grade` (1 to 12) on a day, 六三 and 五四 alike."""
    condition = Q(pk__in=[])
    for years in (5, 6):
        condition |= Q(
            school__primary_years=years,
            stage=stage_of(grade, years),
            entry_year=entry_year_for(grade, on, years),
        )
    return Class.objects.filter(condition, school__in=schools).select_related("school")


def term_on(day: dt.date) -> Term | None:
    """Return the term a day lies in; None in the holidays or where terms are not kept."""
    return Term.objects.filter(starts_on__lte=day, ends_on__gte=day).first()
