"""What is doubtful about the pupils of one sheet: told twice, one number for two, numbers that do not go together.

It names rows and blocks only what is certainly told twice; matching with the registry comes elsewhere.
"""

import re
from collections import Counter
from collections.abc import Iterator

from zhiheng.files.identity import IDS, People
from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.rows import RowKinds
from zhiheng.files.sheets import Grid, SheetReading

declare(
    {
        "row.duplicate": "同一名学生在表里出现两次",
        "row.same_name": "同班同名而没有考号，分不清是否同一人",
        "id.disagree": "几个号码互相对不上",
        "id.two_names": "同一个号码对应不同的姓名",
        "id.shared": "同一个考号写给了学籍号不同的两名学生",
        "student_no.odd_length": "学籍号的位数与别人的不同",
    }
)

LEAST_FOR_PATTERN = 8
USUAL = 0.6
SHORTEST_STUDENT_NO = 8
_TAIL = re.compile(r"(\d{1,12})\D*$")


def doubtful(people: People, grid: Grid, reading: SheetReading, kinds: RowKinds, *, repeated: bool) -> None:
    """Add problems about pupils told twice, names told twice, and numbers that do not go together.

    With `repeated` True (long form) a pupil may stand in many rows.
    """
    if repeated:
        people.problems += _two_names(people, grid, kinds)
    else:
        _duplicates(people, grid, kinds)
    people.problems += _disagreeing(people, grid, reading, kinds)
    people.problems += _odd_lengths(people, grid, reading, kinds)


def _duplicates(people: People, grid: Grid, kinds: RowKinds) -> None:
    """Block the second row of one pupil; name numbers shared by two pupils, and one name and class without numbers.

    学籍号 decides before 考号: a row that carries another pupil's 考号 drops neither.
    """
    seen: dict[tuple[object, ...], int] = {}
    for place in range(len(kinds.data)):
        if place in people.blocked:
            continue
        exam = people.fields["exam"][place]
        for key in _keys(people, place):
            first = seen.setdefault((exam, *key), place)
            if first != place:
                problems = list(_told_twice(people, grid, kinds, first, place, key))
                people.problems += problems
                if any(p.blocks_row for p in problems):
                    people.blocked.add(place)
                break


def _keys(people: People, place: int) -> list[tuple[object, ...]]:
    """Return the numbers of a row, the surest first; another number, or the name, only where there is none."""
    keys = [key for role in ("student_no", "ticket") if (key := people.number(place, role))]
    if keys:
        return keys
    return [people.key(place) or ("name", *people.group(place), people.fields["name"][place])]


def _told_twice(
    people: People, grid: Grid, kinds: RowKinds, first: int, place: int, key: tuple[object, ...]
) -> Iterator[Problem]:
    """Judge two rows with one number or one name."""
    f = people.fields
    here = Cell(grid.file, grid.sheet, kinds.data[place] + 1)
    there = kinds.data[first] + 1
    names = {f["name"][first], f["name"][place]} - {None}
    student_nos = {f["student_no"][first], f["student_no"][place]} - {None}
    if key[0] == "name":
        fix = "补上考号；若是同一人请删去一行。现两行都读取"
        found = f"与第 {there} 行同班同名，又都没有考号"
        yield Problem("row.same_name", here, found, "有考号或学籍号可以区分", fix)
    elif len(names) < 2 and len(student_nos) < 2:
        fix = "删除多余的一行，或改正号码；现只读取第一次出现的一行"
        yield Problem("row.duplicate", here, f"与第 {there} 行是同一个号码", "每名学生一行", fix, True)
    else:
        code, differs = ("id.two_names", "姓名") if len(names) > 1 else ("id.shared", "学籍号")
        for one, other in ((first, place), (place, first)):
            at = Cell(grid.file, grid.sheet, kinds.data[one] + 1)
            found = f"与第 {kinds.data[other] + 1} 行号码相同，{differs}却不同"
            fix = f"核对号码和{differs}，改正写错的一个；现两行都读取"
            yield Problem(code, at, found, "一个号码一名学生", fix)


def _two_names(people: People, grid: Grid, kinds: RowKinds) -> Iterator[Problem]:
    names: dict[tuple[object, ...], tuple[str, int]] = {}
    for place, name in enumerate(people.fields["name"]):
        key = people.key(place)
        if name is None or key is None or place in people.blocked:
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


def _odd_lengths(people: People, grid: Grid, reading: SheetReading, kinds: RowKinds) -> Iterator[Problem]:
    """Name the 学籍号 that are shorter or longer than nearly all others: a digit was lost or added."""
    lengths = {place: len(no) for place, no in enumerate(people.fields["student_no"]) if no is not None}
    usual = Counter(lengths.values()).most_common(1)
    if len(lengths) < LEAST_FOR_PATTERN or usual[0][0] < SHORTEST_STUDENT_NO:
        return
    if usual[0][1] < USUAL * len(lengths):
        return
    column = next(c.column for c in reading.columns if c.role == "student_no")
    for place, length in lengths.items():
        if length != usual[0][0] and place not in people.blocked:
            yield Problem(
                "student_no.odd_length",
                Cell(grid.file, grid.sheet, kinds.data[place] + 1, column),
                f"学籍号有 {length} 位",
                f"{usual[0][0]} 位，与其他学生一样",
                "核对学籍号，补上漏掉的或删去多写的数字",
            )


def _header(reading: SheetReading, column: int) -> str:
    return next(c.header for c in reading.columns if c.column == column)
