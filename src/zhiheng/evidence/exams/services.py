"""File an exam: from a form, from 考试.yaml, or from what the sheets themselves say. The guard is asked every time."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now, today
from zhiheng.base.definitions.selectors import current
from zhiheng.base.errors import Explained
from zhiheng.base.guard.rules import NEEDS_BASIS
from zhiheng.base.guard.services import exam_verdict, guard_enforce
from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.selectors import batch_said
from zhiheng.evidence.exams.models import DEFAULT_CALIBER, KINDS, Exam
from zhiheng.evidence.exams.papers import PaperPlan, paper_plan, papers_set
from zhiheng.registry.matching.schools import UNNAMED, directory
from zhiheng.registry.schools.grades import (
    GRADE_NAMES,
    YEAR_BEGINS,
    academic_year,
    entry_year_for,
    grade_from_text,
)
from zhiheng.registry.schools.models import School
from zhiheng.registry.schools.selectors import term_on
from zhiheng.registry.schools.services import school_provisional

MIDTERM = "期中"
GRADUATING = (9, 12)
FILE_KEYS = frozenset(
    {
        "name",
        "kind",
        "grade",
        "entry_year",
        "date",
        "starts_on",
        "ended_on",
        "school",
        "filing_number",
        "filing_basis",
        "mock_number",
        "papers",
        "caliber",
        "note",
    }
)


class ExamFileWrong(Explained):
    """The description of an exam cannot be used as it stands."""


@transaction.atomic
def exam_create(
    *,
    name: str,
    kind: str,
    grade: int,
    starts_on: dt.date,
    ended_on: dt.date | None = None,
    entry_year: int | None = None,
    school: School | None = None,
    filing_number: str = "",
    filing_basis: str = "",
    mock_number: int | None = None,
    papers: Iterable[PaperPlan] = (),
    caliber_key: str = DEFAULT_CALIBER,
    note: str = "",
    basis_later: bool = False,
    by: Any = None,
) -> Exam:
    """File an exam of one grade (1 to 12), for the county or for one school alone.

    Where only its basis is missing and `basis_later`, the exam is filed for the bureau's own check: what is
    missing is kept with it, and every document says that it may not leave the bureau before that is mended.

    Raises
    ------
    zhiheng.base.guard.services.Refused
        The rules forbid this test, or its basis must be given first.
    """
    verdict = exam_verdict(
        kind=kind,
        grade=grade,
        scope_kind="school" if school else "county",
        mock_number=mock_number,
        filing_number=filing_number,
        basis=filing_basis,
        **_already(name, kind, grade, starts_on, school),
    )
    pending = basis_later and verdict.outcome == NEEDS_BASIS
    if not pending:
        guard_enforce(verdict)
    exam = Exam.objects.create(
        name=name,
        kind=kind,
        grade=grade,
        entry_year=entry_year or entry_year_for(grade, starts_on),
        starts_on=starts_on,
        ended_on=ended_on or starts_on,
        school=school,
        filing_number=filing_number,
        filing_basis=filing_basis,
        basis_pending=verdict.for_user[:300] if pending else "",
        mock_number=mock_number,
        caliber_key=caliber_key,
        note=note,
        created_at=now(),
        created_by=by,
    )
    papers_set(exam, list(papers))
    audit_write(
        action="exam.create",
        user=by,
        object=exam,
        school_id=school.id if school else None,
        detail={"name": name, "kind": kind, "grade": grade, "filing_number": filing_number},
    )
    return exam


def _already(name: str, kind: str, grade: int, on: dt.date, school: School | None) -> dict[str, Any]:
    """Count the tests of this kind that the same pupils already had this school year, or this term."""
    begins = dt.date(academic_year(on), *YEAR_BEGINS)
    same = Exam.objects.filter(kind=kind, grade=grade, school=school, starts_on__gte=begins).exclude(
        name=name
    )
    sitting = "midterm" if MIDTERM in name else "final"
    term = term_on(on)
    this_term = same.filter(starts_on__range=(term.starts_on, term.ends_on)) if term else same
    return {
        "mocks_already": same.filter(starts_on__lt=begins.replace(year=begins.year + 1)).count(),
        "sitting": sitting,
        "same_sitting_already": sum((MIDTERM in exam.name) == (sitting == "midterm") for exam in this_term),
    }


def exam_from_file(
    source: Path | str | Mapping[str, Any], *, basis_later: bool = False, by: Any = None
) -> Exam:
    """File the exam that 考试.yaml describes, or return the one filed before under the same name, grade and day.

    Keys: name, kind (code or Chinese words), grade (9 or 九年级), date or starts_on and ended_on, and where they
    apply entry_year, school, filing_number, filing_basis, mock_number, note, and papers: a list of
    subject, full_mark, in_total, weight, is_scale.

    Raises
    ------
    ExamFileWrong
        A key is unknown, missing or unreadable.
    zhiheng.base.definitions.selectors.UnknownDefinition
        There is no such 口径.
    zhiheng.base.guard.services.Refused
        The rules forbid this test, or its basis must be given first.
    """
    given = source if isinstance(source, Mapping) else exam_file_read(source)
    fields = _fields(given)
    papers = fields.pop("papers")
    known = Exam.objects.filter(
        name=fields["name"], grade=fields["grade"], starts_on=fields["starts_on"], school=fields["school"]
    ).first()
    if known:
        papers_set(known, papers)
        return known
    return exam_create(**fields, papers=papers, basis_later=basis_later, by=by)


def exam_file_read(path: Path | str) -> Mapping[str, Any]:
    """Return what 考试.yaml says, not yet judged.

    Raises
    ------
    ExamFileWrong
        It cannot be read as a description.
    """
    path = Path(path)
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ExamFileWrong(
            f"{path.name} 读不懂。请用 UTF-8 保存，每行写成“name: 九年级一模”的样子。"
        ) from error
    if not isinstance(given, Mapping):
        raise ExamFileWrong(f"{path.name} 里没有考试说明。每行写成“name: 九年级一模”的样子。")
    return given


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = given.keys() - FILE_KEYS
    if unknown:
        raise ExamFileWrong(
            f"考试说明里有不认识的项：{'、'.join(sorted(unknown))}。可用的项：{'、'.join(sorted(FILE_KEYS))}。"
        )
    starts_on = _day(given.get("starts_on", given.get("date")))
    ended_on = _day(given.get("ended_on", given.get("date", starts_on)))
    if not given.get("name") or starts_on is None:
        raise ExamFileWrong("考试说明里必须写 name（考试名称）和 date（考试日期，如 2027-03-20）。")
    grade = given.get("grade")
    grade = grade if isinstance(grade, int) else grade_from_text(str(grade or ""), starts_on)
    if grade not in GRADE_NAMES:
        raise ExamFileWrong("考试说明里必须写 grade（年级），如 9、九年级、高一。")
    return {
        "name": str(given["name"]),
        "kind": _kind(given.get("kind"), given.get("school")),
        "grade": grade,
        "starts_on": starts_on,
        "ended_on": ended_on,
        "entry_year": given.get("entry_year"),
        "school": _school(given.get("school"), starts_on),
        "filing_number": str(given.get("filing_number", "")),
        "filing_basis": str(given.get("filing_basis", "")),
        "mock_number": given.get("mock_number"),
        "caliber_key": current("caliber", str(given["caliber"])).key
        if "caliber" in given
        else DEFAULT_CALIBER,
        "note": str(given.get("note", "")),
        "papers": [
            paper_plan(p if isinstance(p, Mapping) else {"subject": p}) for p in given.get("papers") or ()
        ],
    }


def _day(value: Any) -> dt.date | None:
    if value is None or isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value).replace("/", "-").replace(".", "-"))
    except ValueError as error:
        raise ExamFileWrong(f"日期“{value}”读不懂，请写成 2027-03-20 的样子。") from error


def _kind(word: Any, school: Any) -> str:
    if word is None and school:
        return "school_final"
    by_title = {title: code for code, title in KINDS.items()}
    code = by_title.get(str(word), str(word))
    if code not in KINDS:
        raise ExamFileWrong(
            f"考试类型 kind 写的是“{word}”，可以写：{'、'.join(f'{c}（{t}）' for c, t in KINDS.items())}。"
        )
    return code


def _school(name: Any, on: dt.date) -> School | None:
    if not name or isinstance(name, School):
        return name or None
    found = directory(on).named(str(name), None)
    if len(found) > 1:
        raise ExamFileWrong(f"“{name}”对应{len(found)}所学校，请写全称。")
    return found[0] if found else school_provisional(str(name))


GUESSED = "没有考试说明文件，考试的类型、年级、日期由表里的内容推定；请核对。"


def exam_from_batch(batch: Batch, *, basis_later: bool = False, by: Any = None) -> Exam:
    """File an exam from what the sheets of a batch say: one school's own final, or a mock of a graduating grade.

    Raises
    ------
    zhiheng.base.guard.services.Refused
        The sheets are of several schools and of a grade that may not be tested across schools.
    """
    return exam_from_file(exam_guessed(batch), basis_later=basis_later, by=by)


def exam_guessed(batch: Batch) -> Mapping[str, Any]:
    """Describe the exam that the sheets of a batch are of, in the keys of 考试.yaml."""
    seen = _seen(batch)
    grade = seen["grade"] or 9
    # Sheets that name no school are one school's own: it will be known when a roster claims it.
    only_school = (seen["schools"] or [UNNAMED])[0] if len(seen["schools"]) <= 1 else None
    kind = (
        "school_final"
        if only_school
        else "academic_level"
        if _is_grade_8_finals(grade, seen["subjects"])
        else "graduation_mock"
        if grade in GRADUATING
        else "school_final"
    )
    return {
        "name": seen["exam"] or batch.title,
        "kind": kind,
        "grade": grade,
        "date": today(),
        "school": only_school,
        "note": GUESSED,
    }


OF_SEVERAL_SCHOOLS = ("mock_number", "filing_number", "filing_basis")


def as_own_final(described: Mapping[str, Any], school: School) -> Mapping[str, Any]:
    """Describe the same test as the school's own final: the lawful form of what may not be held across schools."""
    kept = {key: value for key, value in described.items() if key not in OF_SEVERAL_SCHOOLS}
    return kept | {"kind": "school_final", "school": school}


def _is_grade_8_finals(grade: int, subjects: set[str]) -> bool:
    """八年级 biology and geography alone: the 生地结业 part of the academic level test."""
    return grade == 8 and subjects <= {"biology", "geography"}


def _seen(batch: Batch) -> dict[str, Any]:
    """Gather the commonest grade and exam name, the schools and the subjects of the score sheets."""
    said = batch_said(batch, kinds=("scores", "items"))
    schools = [school for school in said["school"] if school]
    exams: Counter[str] = Counter()
    for name, count in said["exam"].items():
        exams[_of_all(name, schools)] += count
    grades: Counter[int] = Counter()
    for text, count in said["grade"].items():
        grade = grade_from_text(text, today())
        if grade in GRADE_NAMES:
            grades[grade] += count
    return {
        "grade": max(grades, key=lambda g: (grades[g], g), default=None),
        "exam": max(exams, key=lambda e: (exams[e], e), default=None),
        "schools": schools,
        "subjects": set(said["subject"]),
    }


def _of_all(name: str, schools: list[str]) -> str:
    """Return an exam's name without the school it begins with, where the sheets are of several schools."""
    own = next((school for school in schools if name.startswith(school)), "")
    return name.removeprefix(own) or name if len(schools) > 1 else name
