"""Who stands in each row: names, numbers, school, class; and what is doubtful about them within one sheet.

Matching with the registry comes later and elsewhere.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from zhiheng.files.classes import class_in, class_of, grade_of
from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.rows import RowKinds
from zhiheng.files.sheets import Grid, SheetReading
from zhiheng.files.text import EXACT_INTEGER, clean_id, clean_name, clean_place, folded, shown

declare(
    {
        "row.no_identity": "一行既没有姓名也没有考号、学籍号",
        "row.duplicate": "同一名学生在表里出现两次",
        "row.same_name": "同班同名而没有考号，分不清是否同一人",
        "id.precision_lost": "号码按数字存放，末几位已丢失",
        "id.disagree": "几个号码互相对不上",
        "id.two_names": "同一个号码对应不同的姓名",
        "class.grade_disagrees": "班级里的年级与年级列不一致",
    }
)

SHORT_NUMBER = 6
"""Numbers shorter than this are taken for running numbers of one class."""
LEAST_FOR_PATTERN = 8
_TAIL = re.compile(r"(\d{1,12})\D*$")
_YES = {
    "是",
    "1",
    "Y",
    "YES",
    "有",
    "√",
    "✓",
    "随迁",
    "留守",
    "寄宿",
    "住校",
    "住宿",
    "随迁子女",
    "留守儿童",
    "寄宿生",
    "住校生",
    "TRUE",
    "对",
}
_NO = {
    "否",
    "0",
    "N",
    "NO",
    "无",
    "×",
    "X",
    "走读",
    "非随迁",
    "非留守",
    "不住校",
    "走读生",
    "FALSE",
    "不是",
    "-",
}
_ENROLMENTS = (
    ("随班就读", "exempt_special"), ("借读", "guest"), ("转入", "transferred_in"), ("转出", "transferred_out"),
    ("往届", "repeat"), ("复读", "repeat"), ("应届", "regular"), ("正式", "regular"), ("在籍", "regular"),
    ("在读", "regular"), ("正常", "regular"), ("普通", "regular"),
)  # fmt: skip


@lru_cache(maxsize=4096)
def yes_no(text: str) -> bool | None:
    """Return whether a cell says yes (是, √, 1, 住校) or no; None where it says neither."""
    text = folded(text)
    return True if text in _YES else False if text in _NO else None


@lru_cache(maxsize=4096)
def gender_of(text: str) -> str | None:
    """Return male, female or None."""
    text = folded(text)
    if text in ("男", "M", "MALE", "1", "男生"):
        return "male"
    return "female" if text in ("女", "F", "FEMALE", "2", "女生") else None


@lru_cache(maxsize=4096)
def enrolment_of(text: str) -> str | None:
    """Return one of the enrolments of the datasets for 借读, 转入, 往届 …; None for other words."""
    text = folded(text)
    if text == "否":
        return "regular"
    if text == "是":  # a column 是否借读
        return "guest"
    return next((code for word, code in _ENROLMENTS if word in text), None)


@lru_cache(maxsize=1 << 16, typed=True)
def _name(cell: Any) -> str | None:
    return clean_name(cell) or None


def _id(cell: Any) -> str | None:
    return clean_id(cell) or None


@lru_cache(maxsize=4096, typed=True)
def _place(cell: Any) -> str | None:
    return clean_place(cell) or None


def _said(reader: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda cell: None if cell == "" else reader(shown(cell))


_READERS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "ticket": _id,
    "student_no": _id,
    "other_id": _id,
    "school": _place,
    "school_code": _id,
    "town": _place,
    "exam": _place,
    "grade": _said(grade_of),
    "gender": _said(gender_of),
    "migrant": _said(yes_no),
    "left_behind": _said(yes_no),
    "boarding": _said(yes_no),
    "enrolment": _said(enrolment_of),
}
FIELDS = (*(f for f in _READERS if f != "other_id"), "class")
IDS = ("ticket", "student_no", "other_id")


@dataclass(slots=True)
class People:
    """The rows of a sheet as people.

    Attributes
    ----------
    fields : field → one value per data row; None where not said.
    blocked : data row positions not accepted.
    problems : what is doubtful or wrong about identities.
    """

    fields: dict[str, list[Any]]
    blocked: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def key(self, place: int) -> tuple[Any, ...] | None:
        """Return what tells this row's pupil from others in the sheet; None where only names do."""
        f = self.fields
        for role in ("student_no", "ticket", "other_id"):
            number = f[role][place]
            if number is not None:
                local = len(number) < SHORT_NUMBER
                group = (f["school"][place], f["grade"][place], f["class"][place])
                return (role, number, *group) if local else (role, number)
        return None


def read_people(
    grid: Grid, reading: SheetReading, kinds: RowKinds, columns: dict[int, tuple[Any, ...]]
) -> People:
    """Read the identity columns of the data rows. `columns` maps 1-based columns to their data cells."""
    n = len(kinds.data)
    at: dict[str, int] = {}
    for c in reading.columns:
        at.setdefault(c.role, c.column)
    fields: dict[str, list[Any]] = {}
    for role, reader in _READERS.items():
        cells = columns[at[role]] if role in at else None
        fields[role] = [None] * n if cells is None else list(map(reader, cells))
    people = People(fields)
    for role in IDS:
        if role in at:
            _lost_digits(people, grid, kinds, role, at[role], columns[at[role]])
    _classes(people, grid, kinds, at, columns)
    for role in ("school", "grade", "class", "exam"):
        if said := reading.context.get(role):
            fields[role] = [said if value is None else value for value in fields[role]]
    _unnamed(people, grid, kinds)
    return people


def _classes(
    people: People, grid: Grid, kinds: RowKinds, at: dict[str, int], columns: dict[int, tuple[Any, ...]]
) -> None:
    """Fill class, and grade where the class says it; titles among the rows speak for the rows below them."""
    n = len(kinds.data)
    pairs: list[tuple[str | None, str | None]] = [(None, None)] * n
    if "class" in at:
        texts = list(map(shown, columns[at["class"]]))
        pairs = [class_of(text) for text in texts]
    elif kinds.sections:
        sections = [(row, class_in(str(text))) for row, text in kinds.sections]
        pairs = [
            next((pair for row, pair in reversed(sections) if row < r and pair[1]), (None, None))
            for r in kinds.data
        ]
    people.fields["class"] = [number for _, number in pairs]
    grades = people.fields["grade"]
    for place, (grade, _) in enumerate(pairs):
        if grade is None or grade == grades[place]:
            continue
        if grades[place] is None:
            grades[place] = grade
        elif grade.endswith("年级") and grades[place].endswith("年级"):
            people.problems.append(
                Problem(
                    "class.grade_disagrees",
                    Cell(grid.file, grid.sheet, kinds.data[place] + 1, at["class"]),
                    f"班级写的是{grade}，年级列写的是{grades[place]}",
                    "两列一致",
                    "核对年级，改正写错的一格；现按年级列读取",
                )
            )


def _lost_digits(
    people: People, grid: Grid, kinds: RowKinds, role: str, column: int, cells: Sequence[Any]
) -> None:
    """Drop numbers kept as floating point beyond 15 digits: their last digits are gone."""
    for place, cell in enumerate(cells):
        lost = (type(cell) in (int, float) and abs(cell) >= EXACT_INTEGER) or (
            type(cell) is str
            and "E+" in cell.upper()
            and re.fullmatch(r"\d(?:\.\d+)?E\+\d+", cell.strip().upper())
        )
        if lost:
            people.fields[role][place] = None
            people.problems.append(
                Problem(
                    "id.precision_lost",
                    Cell(grid.file, grid.sheet, kinds.data[place] + 1, column),
                    f"号码按数字存放，显示为“{cell:.6g}”，末几位已丢失"
                    if type(cell) is not str
                    else f"号码变成了“{cell}”",
                    "文本格式的完整号码",
                    "把这一列设为文本格式，重新填写号码",
                )
            )


def _unnamed(people: People, grid: Grid, kinds: RowKinds) -> None:
    f = people.fields
    for place in range(len(kinds.data)):
        if f["name"][place] is None and all(f[role][place] is None for role in IDS):
            people.blocked.add(place)
            people.problems.append(
                Problem(
                    "row.no_identity",
                    Cell(grid.file, grid.sheet, kinds.data[place] + 1),
                    "这一行有成绩，但没有姓名和考号",
                    "每行至少有姓名或考号",
                    "补上姓名或考号；如是合计行请删除",
                    True,
                )
            )


def doubtful(people: People, grid: Grid, reading: SheetReading, kinds: RowKinds, *, repeated: bool) -> None:
    """Add problems about pupils told twice, names told twice, and numbers that do not go together.

    With `repeated` True (long form) a pupil may stand in many rows.
    """
    if repeated:
        people.problems += _two_names(people, grid, kinds)
    else:
        _duplicates(people, grid, kinds)
    people.problems += _disagreeing(people, grid, reading, kinds)


def _duplicates(people: People, grid: Grid, kinds: RowKinds) -> None:
    """Block the second row of one pupil; name one number with two names, and one name and class without numbers."""
    f = people.fields
    seen: dict[tuple[Any, ...], int] = {}
    for place in range(len(kinds.data)):
        if place in people.blocked:
            continue
        number = people.key(place)
        named = ("name", f["school"][place], f["grade"][place], f["class"][place], f["name"][place])
        first = seen.setdefault((f["exam"][place], *(number or named)), place)
        if first == place:
            continue
        here = Cell(grid.file, grid.sheet, kinds.data[place] + 1)
        there = kinds.data[first] + 1
        if not number:
            fix = "补上考号；若是同一人请删去一行。现两行都读取"
            found = f"与第 {there} 行同班同名，又都没有考号"
            people.problems.append(Problem("row.same_name", here, found, "有考号或学籍号可以区分", fix))
        elif f["name"][first] == f["name"][place] or None in (f["name"][first], f["name"][place]):
            people.blocked.add(place)
            fix = "删除多余的一行，或改正号码；现只读取第一次出现的一行"
            people.problems.append(
                Problem("row.duplicate", here, f"与第 {there} 行是同一个号码", "每名学生一行", fix, True)
            )
        else:
            for one, other in ((first, place), (place, first)):
                at = Cell(grid.file, grid.sheet, kinds.data[one] + 1)
                found = f"与第 {kinds.data[other] + 1} 行号码相同，姓名却不同"
                fix = "核对号码和姓名，改正写错的一个；现两行都读取"
                people.problems.append(Problem("id.two_names", at, found, "一个号码一名学生", fix))


def _two_names(people: People, grid: Grid, kinds: RowKinds) -> Iterator[Problem]:
    names: dict[tuple[Any, ...], tuple[str, int]] = {}
    for place, name in enumerate(people.fields["name"]):
        key = people.key(place)
        if name is None or key is None:
            continue
        first, row = names.setdefault(key, (name, kinds.data[place] + 1))
        if first != name:
            yield Problem(
                "id.two_names",
                Cell(grid.file, grid.sheet, kinds.data[place] + 1),
                f"这个号码在第 {row} 行是另一个姓名",
                "一个号码一名学生",
                "核对号码和姓名；现按号码算作同一人",
            )


def _disagreeing(people: People, grid: Grid, reading: SheetReading, kinds: RowKinds) -> Iterator[Problem]:
    """Compare each pair of numbers: where nearly all run in step, the rows that do not are named."""
    roles = [r for r in IDS if any(v is not None for v in people.fields[r])]
    at = {c.role: c.column for c in reversed(reading.columns)}
    for n, one in enumerate(roles):
        for other in roles[n + 1 :]:
            steps: dict[int, int] = {}
            for place, (a, b) in enumerate(zip(people.fields[one], people.fields[other], strict=True)):
                tail_a, tail_b = _TAIL.search(a or ""), _TAIL.search(b or "")
                if tail_a and tail_b:
                    steps[place] = int(tail_a[1]) - int(tail_b[1])
            usual = Counter(steps.values()).most_common(1)
            if len(steps) < LEAST_FOR_PATTERN or not usual or usual[0][1] < 0.9 * len(steps):
                continue
            for place in (p for p, step in steps.items() if step != usual[0][0]):
                yield Problem(
                    "id.disagree",
                    Cell(grid.file, grid.sheet, kinds.data[place] + 1, at[other]),
                    f"这一格与“{_header(reading, at[one])}”对不上，其余各行的两个号码都是同步的",
                    "两个号码属于同一名学生",
                    "核对这一行的号码",
                )


def _header(reading: SheetReading, column: int) -> str:
    return next(c.header for c in reading.columns if c.column == column)


def persons(people: People, rows: int, *, repeated: bool) -> list[int]:
    """Return the person index of each data row, -1 for blocked rows; a long form's rows share persons."""
    index = [-1] * rows
    if not repeated:
        for number, place in enumerate(p for p in range(rows) if p not in people.blocked):
            index[place] = number
        return index
    f = people.fields
    numbers: dict[Any, int] = defaultdict(lambda: len(numbers))
    for place in range(rows):
        if place not in people.blocked:
            key = people.key(place) or (
                "name",
                f["school"][place],
                f["grade"][place],
                f["class"][place],
                f["name"][place],
            )
            index[place] = numbers[(f["exam"][place], *key)]
    return index
