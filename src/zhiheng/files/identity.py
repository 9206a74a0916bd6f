"""Who stands in each row: names, numbers, school, class; and what is doubtful about them within one sheet.

Matching with the registry comes later and elsewhere.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from zhiheng.files.classes import class_in, class_pairs, grade_of
from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.rows import RowKinds
from zhiheng.files.sheets import Grid, SheetReading
from zhiheng.files.text import EXACT_INTEGER, clean_id, clean_name, clean_place, folded, shown

declare(
    {
        "row.no_identity": "一行既没有姓名也没有考号、学籍号",
        "row.other_header": "上面另有一个表头，与本表的列不同",
        "id.precision_lost": "号码按数字存放，末几位已丢失",
        "class.grade_disagrees": "班级里的年级与年级列不一致",
    }
)

NOBODY = ("", "0")
"""Names and numbers that name nobody: a formula that looks one up shows 0 for none."""
SHORT_NUMBER = 6
"""Numbers shorter than this are taken for running numbers of one class."""
LAST_SEAT = 120
"""No class is larger; a bigger number is not a seat in one."""
REMARKED = ("status", "raw_mark", "scale_score", "score", "total")
"""Columns whose words may speak of a pupil's enrolment: 备注, or 转出 in place of a mark."""
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


def seat_of(text: str) -> int | None:
    """Return the seat in the class, 12 for 12 or 12号; None where the cell says no such number."""
    digits = folded(text).removesuffix("号")
    seat = int(digits) if digits.isascii() and digits.isdecimal() else 0
    return seat if 0 < seat <= LAST_SEAT else None


@lru_cache(maxsize=1 << 16, typed=True)
def _name(cell: Any) -> str | None:
    name = clean_name(cell)
    return None if name in NOBODY else name


def _id(cell: Any) -> str | None:
    number = clean_id(cell)
    return None if number in NOBODY else number


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
    "seat": _said(seat_of),
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
        roles = ("student_no", "ticket", "other_id")
        return next((key for role in roles if (key := self.number(place, role))), None)

    def number(self, place: int, role: str) -> tuple[Any, ...] | None:
        """Return a row's number of one role; a short one together with the class it runs in."""
        number = self.fields[role][place]
        if number is None:
            return None
        return (role, number) if len(number) >= SHORT_NUMBER else (role, number, *self.group(place))

    def group(self, place: int) -> tuple[Any, ...]:
        """Return school, grade and class of a row."""
        return tuple(self.fields[name][place] for name in ("school", "grade", "class"))


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
    if "enrolment" not in at:
        fields["enrolment"] = _remarked(reading, columns, n)
    for role in ("school", "grade", "class", "exam"):
        if said := reading.context.get(role):
            fields[role] = [said if value is None else value for value in fields[role]]
    _foreign(people, grid, kinds)
    _unnamed(people, grid, kinds)
    return people


def _remarked(reading: SheetReading, columns: dict[int, tuple[Any, ...]], n: int) -> list[str | None]:
    """Return the enrolment that remarks and mark cells speak of: 转出, 借读."""
    found: list[str | None] = [None] * n
    for c in reading.columns:
        if c.role in REMARKED:
            for place, cell in enumerate(columns[c.column]):
                if type(cell) is str and found[place] is None:
                    found[place] = _enrolment_in(cell)
    return found


@lru_cache(maxsize=4096)
def _enrolment_in(text: str) -> str | None:
    text = folded(text)
    return next((code for word, code in _ENROLMENTS if word in text and code != "regular"), None)


def _foreign(people: People, grid: Grid, kinds: RowKinds) -> None:
    """Block the rows under another header: their columns are not those of the sheet."""
    for place, row in enumerate(kinds.data):
        if row in kinds.foreign:
            people.blocked.add(place)
            people.problems.append(
                Problem(
                    "row.other_header",
                    Cell(grid.file, grid.sheet, row + 1),
                    f"这一行上面（第 {kinds.foreign[row] + 1} 行）另有一个表头，列与本表不同，没有读取",
                    "一张表一个表头",
                    "把另一个表头的部分放到另一张工作表",
                    True,
                )
            )


def _classes(
    people: People, grid: Grid, kinds: RowKinds, at: dict[str, int], columns: dict[int, tuple[Any, ...]]
) -> None:
    """Fill class, and grade where the class says it; titles among the rows speak for the rows below them."""
    n = len(kinds.data)
    pairs: list[tuple[str | None, str | None]] = [(None, None)] * n
    if "class" in at:
        texts = list(map(shown, columns[at["class"]]))
        pairs = class_pairs(texts)
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
        if place in people.blocked:
            continue
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
            key = people.key(place) or ("name", *people.group(place), f["name"][place])
            index[place] = numbers[(f["exam"][place], *key)]
    return index
