"""Read collections: who owes what, whose link it is, what the reminder says, and the template of one school."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import SHANGHAI, now, today
from zhiheng.base.errors import Explained
from zhiheng.base.scopes import Scope, visible
from zhiheng.evidence.collections.links import due_id_of
from zhiheng.evidence.collections.models import Collection, Due
from zhiheng.evidence.collections.template import Entry, template_workbook
from zhiheng.registry.pupils.models import Enrolment, Identity
from zhiheng.registry.schools.grades import YEAR_BEGINS, academic_year, class_label
from zhiheng.registry.schools.models import School
from zhiheng.registry.schools.selectors import classes_in_grade

REPORTED = ("received", "confirmed")


class LinkDead(Explained):
    """The link is wrong, or its collection takes nothing any more."""


class CollectionStopped(Explained):
    """The stop date is over: nobody is reminded any more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a collection is: counts of schools by state."""

    schools: int
    received: int
    confirmed: int
    returned: int
    missing: int


def collections_visible(scope: Scope) -> "QuerySet[Collection]":
    """Return the collections a scope may see: the bureau's people all, a school's people those that ask it."""
    if scope.county:
        return Collection.objects.select_related("exam")
    return (
        Collection.objects.select_related("exam")
        .filter(dues__in=visible(Due.objects.all(), scope))
        .distinct()
    )


def dues_visible(collection: Collection, scope: Scope) -> "QuerySet[Due]":
    """Return the schools' parts of a collection that a scope may see, in the bureau's order."""
    return visible(collection.dues.select_related("school", "school__town"), scope)


def standing(collection: Collection) -> Standing:
    """Count a collection's schools by state."""
    states = list(collection.dues.values_list("state", flat=True))
    return Standing(
        len(states), *(states.count(state) for state in ("received", "confirmed", "returned", "missing"))
    )


def due_of_link(token: str) -> Due:
    """Return the part of a collection that a link opens.

    Raises
    ------
    LinkDead
        The link is not one of ours, or the collection is closed or past its stop date.
    """
    due_id = due_id_of(token)
    due = (
        Due.objects.filter(pk=due_id).select_related("collection__exam", "school").first() if due_id else None
    )
    if due is None:
        raise LinkDead("这个链接不对。请从收表通知里重新点开，或向教研室要一个新链接。")
    if due.collection.closed_at is not None or today() > due.collection.stops_on:
        raise LinkDead(f"“{due.collection.title}”已停止收表。确需补报请与教研室联系。")
    return due


def reminder_text(collection: Collection) -> str:
    """Return the reminder to paste into the group chat.

    Raises
    ------
    CollectionStopped
        The stop date has passed, or the collection is closed.
    """
    if collection.closed_at is not None or today() > collection.stops_on:
        raise CollectionStopped(f"“{collection.title}”已停止收表，不再催报。")
    dues = list(collection.dues.select_related("school"))
    reported = sum(due.state in REPORTED for due in dues)
    said = f"{collection.title}应报{len(dues)}校, 已报{reported}校"
    if reported == len(dues):
        return f"{said}, 已全部上报。"
    parts = [f"{said}。"]
    for state, word in (("missing", "未报"), ("returned", "退回待改")):
        names = [due.school.short_name or due.school.name for due in dues if due.state == state]
        if names:
            parts.append(f"{word}: {'、'.join(names)}。")
    return "".join([*parts, _until(collection.due_at)])


def _until(due_at: dt.datetime) -> str:
    due_at = due_at.astimezone(SHANGHAI)
    if due_at < now():
        return "上报时间已过, 请尽快上报。"
    days = (due_at.date() - today()).days
    day = {0: "今天", 1: "明天"}.get(days, f"{due_at.month}月{due_at.day}日")
    return f"请于{day}{due_at:%H:%M}前上报。"


def template_of(due: Due) -> bytes:
    """Return the workbook for one school, 考号 and names filled in; that it left the house is written down."""
    collection, exam = due.collection, due.collection.exam
    papers = list(exam.papers.all()) if exam else []
    entries = template_entries(due)
    audit_write(
        action="pupil_names.export",
        object=due,
        school_id=due.school_id,
        detail={"pupils": len(entries), "collection": collection.pk},
        purpose=f"收表模板：{collection.title}",
    )
    return template_workbook(
        school=due.school.name, instruction=instruction_line(collection), papers=papers, entries=entries
    )


def instruction_line(collection: Collection) -> str:
    """Return what stands above the header: what to do, list number, minutes, until when."""
    due_at = collection.due_at.astimezone(SHANGHAI)
    number = f"表号：{collection.list_number}。" if collection.list_number else ""
    return (
        f"{collection.title}。{collection.instruction or '只填分数，不改表头、考号和姓名；没有参加考试的填“缺考”。'}"
        f"{number}填写约{collection.minutes}分钟，请于{due_at:%Y-%m-%d %H:%M}前上报，{collection.stops_on}后停用。"
    )


def template_entries(due: Due) -> list[Entry]:
    """Return the pupils of the school who are due in the exam, by class, then ticket or name."""
    exam = due.collection.exam
    if exam is None:
        return []
    day = exam.starts_on
    classes = classes_in_grade(School.objects.filter(pk=due.school_id), exam.grade, day)
    enrolled = (
        Enrolment.objects.filter(klass__in=classes, starts_on__lte=day, pupil__merged_into=None)
        .filter(Q(ends_on=None) | Q(ends_on__gte=day))
        .exclude(kind="transferred_out")
        .select_related("klass", "klass__school")
    )
    facts: dict[tuple[object, str], str] = {}
    begins = dt.date(academic_year(day), *YEAR_BEGINS)
    of_exam = ~Q(kind="ticket") | Q(exam_id=exam.pk) | Q(exam_id=None, valid_from__gte=begins)
    current = Identity.objects.filter(of_exam, pupil__enrolments__in=enrolled, valid_to=None).order_by("id")
    for pupil, kind, value in current.values_list("pupil_id", "kind", "value"):
        facts[(pupil, kind)] = value

    def entry(enrolment: Enrolment) -> Entry:
        numbers = (facts.get((enrolment.pupil_id, kind), "") for kind in ("ticket", "student_no", "name"))
        return Entry(class_label(enrolment.klass, day), *numbers)

    ordered = sorted(enrolled, key=lambda e: e.klass.number)
    return sorted(map(entry, ordered), key=lambda e: (len(e.klass), e.klass, e.ticket, e.name))
