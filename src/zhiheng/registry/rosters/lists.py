"""Read the sheets of a roster batch that hold no pupils: the list of schools and who teaches what.

Pupil rosters are read by the intake itself; this knows only the headers of these two lists.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.sheets import Grid
from zhiheng.files.text import clean_id, clean_name, clean_place, folded, shown

declare(
    {
        "roster.school_nameless": "学校名录里有一行没有学校名称",
        "roster.school_twice": "学校名录里同一所学校出现两次",
        "roster.teaching_incomplete": "任课表里有一行缺学校、班级、学科或教师",
        "roster.subject_unknown": "任课表里的学科看不懂",
        "roster.class_unread": "任课表里的年级或班级看不懂",
        "roster.student_no_shared": "名册里两名学生用同一个学籍号",
        "roster.class_missing": "名册里没有写班级",
    }
)

HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "schools": {
        "name": ("学校名称", "单位名称", "学校", "校名"),
        "short_name": ("简称", "学校简称"),
        "code": ("学校代码", "学校标识码", "单位代码", "代码"),
        "town": ("乡镇", "所在乡镇", "乡镇街道", "所属乡镇"),
        "area": ("城乡类型", "城乡", "城乡分类", "城乡属性"),
        "school_type": ("学校类型", "类型", "学校类别"),
        "nature": ("办学性质", "性质", "举办者类型"),
        "hub": ("填报单位", "中心校", "主管学校"),
        "system": ("学制",),
    },
    "teaching": {
        "school": ("学校", "学校名称", "校名"),
        "code": ("学校代码", "学校标识码"),
        "town": ("乡镇",),
        "grade": ("年级",),
        "class": ("班级", "任教班级"),
        "subject": ("学科", "任教学科", "科目", "任课学科"),
        "teacher": ("任课教师", "教师", "教师姓名", "任课老师"),
        "staff_no": ("教师编号", "工号", "教职工号"),
        "adviser": ("班主任", "是否班主任"),
    },
    "teachers": {
        "school": ("学校", "学校名称"),
        "code": ("学校代码", "学校标识码"),
        "town": ("乡镇",),
        "teacher": ("教师姓名", "教师"),
        "staff_no": ("教师编号", "工号", "教职工号"),
    },
}
NEEDED = {
    "schools": ({"name", "town"}, {"name", "area"}, {"name", "school_type"}, {"name", "code"}),
    "teaching": ({"school", "class", "subject", "teacher"},),
    "teachers": ({"school", "teacher"},),
}
ORDER = ("teaching", "teachers", "schools")
"""The list that needs most columns is looked for first: a 任课表 names schools and codes too."""
PUPIL_WORDS = frozenset({"姓名", "学生姓名", "学籍号", "考号", "准考证号"})
SEARCHED_ROWS = 12


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list: its place and its cells by field, cleaned; "" where nothing stands."""

    place: Cell
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class List:
    """One list. `kind`: schools, teaching or teachers."""

    kind: str
    rows: tuple[ListRow, ...]


def list_of(grid: Grid) -> List | None:
    """Return the list a sheet holds; None where it holds pupils or something else."""
    for number, row in enumerate(grid.rows[:SEARCHED_ROWS]):
        headers = [folded(cell) for cell in row]
        if PUPIL_WORDS & set(headers):
            return None
        for kind in ORDER:
            at = _columns(headers, HEADERS[kind])
            if any(needed <= at.keys() for needed in NEEDED[kind]):
                return List(kind, tuple(_rows(grid, number + 1, at)))
    return None


def _columns(headers: list[str], fields: dict[str, tuple[str, ...]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for field, words in fields.items():
        place = next((headers.index(w) for w in words if w in headers), None)
        if place is not None and place not in found.values():
            found[field] = place
    return found


def _rows(grid: Grid, first: int, at: dict[str, int]) -> Iterable[ListRow]:
    for number, row in enumerate(grid.rows[first:], first + 1):
        cells = {field: _clean(field, row[column]) for field, column in at.items()}
        if any(cells.values()):
            yield ListRow(Cell(grid.file, grid.sheet, number), cells)


def _clean(field: str, value: object) -> str:
    if field in ("code", "staff_no"):
        return clean_id(value)
    if field == "teacher":
        return clean_name(value)
    return clean_place(value) if field in ("name", "short_name", "school", "town", "hub") else shown(value)


def incomplete(row: ListRow, code: str, expected: str) -> Problem:
    """Return the problem of a row that lacks what its list needs."""
    return Problem(code, row.place, "这一行没有填全", expected, "补全后重新上传", blocks_row=True)
