"""Take in the list of a course: every line is a pupil of the school, or is handed back with the reason."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import today
from zhiheng.base.errors import Explained
from zhiheng.evidence.participation.models import CourseEntry, SchoolCourse
from zhiheng.evidence.participation.selectors import enrolled_on
from zhiheng.registry.pupils.models import Identity
from zhiheng.registry.schools.models import School, Term


class NoPupils(Explained):
    """Not one line of the list is a pupil of the school."""


@dataclass(frozen=True, slots=True)
class ListTaken:
    """What became of a list: lines in = `accepted` + `repeated` + `unknown`.

    Attributes
    ----------
    unknown : (line number, what to do), for lines that are no pupil of the school or could be several.
    """

    course: SchoolCourse
    lines: int
    accepted: int
    repeated: int
    unknown: tuple[tuple[int, str], ...]

    @property
    def for_user(self) -> str:
        """What became of it in one Chinese sentence; lines by number, never by name."""
        parts = [f"共{self.lines}行，记入{self.accepted}人"]
        if self.repeated:
            parts.append(f"重复{self.repeated}行")
        if self.unknown:
            listed = "；".join(f"第{number}行{reason}" for number, reason in self.unknown[:20])
            parts.append(f"未记入{len(self.unknown)}行：{listed}")
        return "，".join(parts) + "。"


@transaction.atomic
def course_list_take(
    *, school: School, term: Term, name: str, pupils: Iterable[str], by: Any = None
) -> ListTaken:
    """Replace the list of a course by the lines given: a 学籍号, 考号 or 校内学号, or a name that only one pupil has.

    Raises
    ------
    NoPupils
        No line is a pupil of the school today; the list before stays.
    """
    lines = [line.strip() for line in pupils]
    lines = [line for line in lines if line]
    known = _pupils_by_word(school)
    found: dict[UUID, int] = {}
    repeated, unknown = 0, []
    for number, line in enumerate(lines, start=1):
        meant = known.get(line, set())
        if len(meant) != 1:
            unknown.append((number, "在本校查不到" if not meant else "有同名，请改写学籍号"))
        elif (pupil := next(iter(meant))) in found:
            repeated += 1
        else:
            found[pupil] = number
    if not found:
        raise NoPupils(
            "名单里没有一行对得上本校在读学生。请每行写一个学籍号、考号、校内学号，或不重名的姓名。"
        )
    course, _ = SchoolCourse.objects.get_or_create(school=school, term=term, name=name.strip())
    course.entries.all().delete()
    CourseEntry.objects.bulk_create(CourseEntry(course=course, pupil_id=pupil) for pupil in found)
    audit_write(
        action="course_list.take",
        user=by,
        object=course,
        school_id=school.pk,
        detail={"lines": len(lines), "accepted": len(found), "unknown": len(unknown)},
    )
    return ListTaken(course, len(lines), len(found), repeated, tuple(unknown))


def _pupils_by_word(school: School) -> dict[str, set[UUID]]:
    """Return name or number → the pupils of the school today that it stands for."""
    present = enrolled_on([school.pk], today())[school.pk]
    words: defaultdict[str, set[UUID]] = defaultdict(set)
    for value, pupil in Identity.objects.filter(pupil__in=present).values_list("value", "pupil_id"):
        words[value].add(pupil)
    return words
