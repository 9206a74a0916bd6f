"""Bring in who teaches what. A later list ends the assignments it contradicts and opens new ones."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhiheng.base.pinyin import pinyin_of
from zhiheng.files.classes import class_of, grade_of
from zhiheng.files.problems import Problem
from zhiheng.registry.matching.schools import Place, schools_resolve
from zhiheng.registry.rosters.lists import ListRow, incomplete
from zhiheng.registry.schools.grades import (
    UNASSIGNED,
    YEAR_BEGINS,
    academic_year,
    class_number,
    entry_year_for,
    grade_from_text,
    stage_of,
)
from zhiheng.registry.schools.models import Class, School
from zhiheng.registry.schools.services import ClassKey, classes_ensure
from zhiheng.registry.teachers.models import Teacher, Teaching
from zhiheng.standards.subjects import subject_aliases

YES = frozenset({"是", "√", "1", "有", "班主任"})
Assignment = tuple[UUID, str, bool]
"""Class, subject ("" for the adviser), adviser."""


@transaction.atomic
def teaching_import(rows: Iterable[ListRow], *, on: dt.date) -> tuple[int, int, list[Problem]]:
    """Take in a 任课表 (or a list of teachers alone). Returns teachers, assignments, and rows that could not be taken."""
    rows = list(rows)
    schools = schools_resolve([_place(row) for row in rows], on=on)
    problems: list[Problem] = []
    read: list[tuple[ListRow, School, ClassKey | None, str]] = []
    for row in rows:
        school = schools[_place(row)].school
        teaches = "class" in row.cells
        if school is None or not row.cells["teacher"] or (teaches and not row.cells["class"]):
            problems.append(
                incomplete(row, "roster.teaching_incomplete", "学校（能分清的）、班级、学科和教师")
            )
            continue
        key = _class_key(row, school, on) if teaches else None
        subject = subject_aliases().get(row.cells.get("subject", ""), "")
        if teaches and key is None:
            problems.append(incomplete(row, "roster.class_unread", "年级和班级，如 九(3)班"))
        elif teaches and not subject and row.cells["subject"]:
            problems.append(incomplete(row, "roster.subject_unknown", "学科名称，如 数学"))
        else:
            read.append((row, school, key, subject))
    teachers = _teachers(read)
    classes = classes_ensure([key for _, _, key, _ in read if key], origin="roster")
    wanted: dict[Assignment, Teacher] = {}
    for row, school, key, subject in read:
        if key is None:
            continue
        klass = classes[(key[0].pk, *key[1:])]
        teacher = teachers[(school.pk, row.cells["teacher"], row.cells.get("staff_no", ""))]
        if subject:
            wanted[(klass.pk, subject, False)] = teacher
        if row.cells.get("adviser", "") in YES:
            wanted[(klass.pk, "", True)] = teacher
    _assign(wanted, on)
    return len(teachers), len(wanted), problems


def _place(row: ListRow) -> Place:
    cells = row.cells
    return Place(cells["school"] or None, cells.get("code") or None, cells.get("town") or None, None)


def _class_key(row: ListRow, school: School, on: dt.date) -> ClassKey | None:
    grade_text, number_text = class_of(row.cells["class"])
    text = grade_of(row.cells["grade"]) if row.cells.get("grade") else grade_text
    grade = grade_from_text(text, on, primary_years=school.primary_years)
    number = class_number(number_text)
    if grade is None or number == UNASSIGNED:
        return None
    years = school.primary_years
    return school, stage_of(grade, years), entry_year_for(grade, on, years), number


TeacherKey = tuple[UUID, str, str]
"""School, name, staff number ("" where not given)."""


def _teachers(read: list[tuple[ListRow, School, ClassKey | None, str]]) -> dict[TeacherKey, Teacher]:
    """Find or make the teachers: by staff number, else by school and name."""
    schools = {school.pk for _, school, _, _ in read}
    known: dict[TeacherKey, Teacher] = {}
    for teacher in Teacher.objects.filter(school__in=schools):
        known.setdefault((teacher.school_id, teacher.name, ""), teacher)
        if teacher.staff_no:
            known[(teacher.school_id, teacher.name, teacher.staff_no)] = teacher
    made: list[Teacher] = []
    found: dict[TeacherKey, Teacher] = {}
    for row, school, _, _ in read:
        key = (school.pk, row.cells["teacher"], row.cells.get("staff_no", ""))
        if key in found:
            continue
        found[key] = known.get(key) or _new_teacher(school, key[1], key[2])
        if key not in known:
            made.append(found[key])
    Teacher.objects.bulk_create(made, batch_size=2000)
    return found


def _new_teacher(school: School, name: str, staff_no: str) -> Teacher:
    pinyin, initials = pinyin_of(name)
    return Teacher(school=school, name=name, staff_no=staff_no or None, pinyin=pinyin, initials=initials)


def _assign(wanted: dict[Assignment, Teacher], on: dt.date) -> None:
    """End what is contradicted, keep what is confirmed, open the rest."""
    classes = {klass for klass, _, _ in wanted}
    that_day = Q(ends_on=None) | Q(ends_on__gte=on)
    present = {
        (t.klass_id, t.subject, t.adviser): t for t in Teaching.objects.filter(that_day, klass__in=classes)
    }
    ended = [t for key, t in present.items() if key in wanted and t.teacher_id != wanted[key].pk]
    Teaching.objects.filter(pk__in=[t.pk for t in ended if t.starts_on >= on]).delete()
    Teaching.objects.filter(pk__in=[t.pk for t in ended]).update(ends_on=on - dt.timedelta(days=1))
    replaced = {(t.klass_id, t.subject, t.adviser) for t in ended}
    year = dt.date(academic_year(on), *YEAR_BEGINS)
    begins = {
        c.pk: max(year, dt.date(c.entry_year, *YEAR_BEGINS)) for c in Class.objects.filter(pk__in=classes)
    }
    Teaching.objects.bulk_create(
        [
            Teaching(
                teacher=teacher,
                klass_id=key[0],
                subject=key[1],
                adviser=key[2],
                starts_on=on if key in replaced else begins[key[0]],
            )
            for key, teacher in wanted.items()
            if key not in present or key in replaced
        ],
        batch_size=2000,
    )
