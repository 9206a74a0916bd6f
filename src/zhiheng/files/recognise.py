"""Propose how a sheet is to be read: kind, header, data rows, a role and a confidence for every column.

A proposal only: a person confirms or changes it, and what was confirmed is remembered by layout.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from zhiheng.files.classes import class_of, grade_of, stage_of
from zhiheng.files.columns import column_readings, unread
from zhiheng.files.contents import contents
from zhiheng.files.context import context_of
from zhiheng.files.headers import Header, find_header, texts_above
from zhiheng.files.rows import RowKinds, label_kind, row_kinds
from zhiheng.files.sheets import ColumnReading, Grid, SheetReading
from zhiheng.files.text import clean_name, shown
from zhiheng.files.upright import side_by_side, stacked, turned
from zhiheng.files.words import IDENTITY, ITEM, MEASURE, SUBJECT, SUBTOTAL, TOTAL, full_mark_of

IDS = ("ticket", "student_no", "other_id")
VALUES = (
    "raw_mark",
    "scale_score",
    "item_mark",
    "option",
    "score",
    "total",
    "subtotal",
    "rank",
    "delta",
    "grade_letter",
)
MARKS = ("raw_mark", "scale_score", "score", "item_mark", "option")
MOST_FIELDS = 400
TRANSPOSED_GAIN = 2.0


def recognise(grid: Grid, remembered: Mapping[str, SheetReading] | None = None) -> SheetReading:
    """Return a proposal for one sheet.

    Parameters
    ----------
    remembered : layout → a reading a person confirmed; its roles replace the proposed ones, with confidence 1.
    """
    if not any(c != "" for row in grid.rows for c in row):
        return SheetReading(grid.file, grid.sheet, grid.index, "empty")
    header, transposed = _oriented(grid)
    if header is None:
        return SheetReading(grid.file, grid.sheet, grid.index, "notes", notes=_headless_notes(grid))
    reading = _read(turned(grid), header, transposed=True) if transposed else _read_blocks(grid, header)
    known = (remembered or {}).get(reading.layout)
    return _as_confirmed(reading, known) if known else reading


def _oriented(grid: Grid) -> tuple[Header | None, bool]:
    """Find the header along the rows, or down the columns where that explains clearly more."""
    across = find_header(grid)
    if len(grid.rows) > MOST_FIELDS or (across and across.score > 8):
        return across, False
    down = find_header(turned(grid))
    people = down and any(w.role in ("name", *IDS) for w in down.words)
    gain = TRANSPOSED_GAIN if across and across.has_people else 0.0
    several = down and len(grid.rows[0]) - down.last > 2  # 学校 | 石桥中学 over a table is no pupil
    if down and people and several and down.score > (across.score if across else 0) + gain:
        return down, True
    return across, False


def _read_blocks(grid: Grid, header: Header) -> SheetReading:
    """Read a sheet that runs downwards, in one block or in several side by side."""
    blocks = side_by_side(header.words)
    if not blocks:
        return _read(grid, header)
    width = blocks[1] - 1
    one = replace(
        header, texts=header.texts[:width], words=header.words[:width], groups=header.groups[:width]
    )
    reading = _read(stacked(grid, blocks, range(header.first + 1, header.last + 2)), one)
    note = f"这张表左右并排有 {len(blocks)} 栏，已逐栏读取"
    return replace(reading, blocks=blocks, last_row=len(grid.rows), notes=(*reading.notes, note))


def _read(grid: Grid, header: Header, *, transposed: bool = False) -> SheetReading:
    kinds = _first_rows(grid, header)
    columns = list(zip(*(grid.rows[r] for r in kinds.data), strict=True)) or [()] * len(header.texts)
    readings, notes = column_readings(header, [contents(cells) for cells in columns])
    context = context_of(grid.sheet, texts_above(grid, header), grid.file)
    readings = _of_other_names(readings, columns)
    readings = _with_full_marks(grid, readings, header, kinds.full_marks)
    kind = _kind(readings)
    readings = _with_context(kind, readings, context)
    readings = _stage_settled(readings, context, columns)
    if kinds.left_out and kind != "notes":
        notes.append(f"未当作学生读取的行（合计、平均、签名、重复表头等）：{_listed(kinds.left_out)}")
    if transposed:
        notes.append("这张表学科在行、学生在列，已转置读取")
    return SheetReading(
        grid.file,
        grid.sheet,
        grid.index,
        kind,
        header.layout,
        tuple(range(header.first + 1, header.last + 2)),
        kinds.data[0] + 1 if kinds.data else 0,
        kinds.data[-1] + 1 if kinds.data else 0,
        tuple(readings),
        transposed,
        context,
        tuple(notes),
    )


def _first_rows(grid: Grid, header: Header) -> RowKinds:
    """Sort the rows by the header words alone; blueprints have questions, not people, in their rows."""
    at: dict[str, list[int]] = {"names": [], "ids": [], "values": [], "items": []}
    for column, meaning in enumerate(header.words):
        if meaning.about == IDENTITY and meaning.role == "name":
            at["names"].append(column)
        elif meaning.about == IDENTITY and meaning.role in IDS:
            at["ids"].append(column)
        elif meaning.about == IDENTITY and meaning.role == "item":
            at["items"].append(column)
        elif meaning.about in (SUBJECT, TOTAL, SUBTOTAL, ITEM, MEASURE):
            at["values"].append(column)
    people = bool(at["names"] or at["ids"])
    ids = at["ids"] if people or not at["items"] else at["items"]
    return row_kinds(
        grid.rows,
        header.last + 1,
        names=at["names"],
        ids=ids,
        values=at["values"],
        header=header.texts,
        needs_identity=people or not at["items"],
    )


def data_rows(grid: Grid, reading: SheetReading) -> RowKinds:
    """Sort the rows of an upright grid by the roles of a reading, confirmed or proposed."""
    by_role: dict[str, list[int]] = {}
    for column in reading.columns:
        by_role.setdefault(column.role, []).append(column.column - 1)
    people = reading.kind not in ("blueprint",)
    ids = [c for role in IDS for c in by_role.get(role, [])] if people else by_role.get("item", [])
    texts = {c.column: c.header for c in reading.columns}
    width = len(grid.rows[0]) if grid.rows else 0
    return row_kinds(
        grid.rows,
        reading.header_rows[-1] if reading.header_rows else 0,
        names=by_role.get("name", []) if people else [],
        ids=ids,
        values=[c for role in VALUES for c in by_role.get(role, [])],
        header=[texts.get(n, "") for n in range(1, width + 1)],
        needs_identity=people,
    )


def _kind(columns: list[ColumnReading]) -> str:
    roles = {c.role for c in columns}
    person = roles & {"name", *IDS}
    if roles & {"item_mark", "option"} or ("item" in roles and "score" in roles):
        return "items"
    if (
        not person
        and "item" in roles
        and roles & {"full_mark", "knowledge", "ability", "key", "expected_facility"}
    ):
        return "blueprint"
    doubtful = person and any(c.doubt for c in columns)
    if (
        roles & {"raw_mark", "scale_score", "score", "total"}
        or (person and "grade_letter" in roles)
        or doubtful
    ):
        return "scores"
    return "roster" if person else "notes"


def _with_context(kind: str, columns: list[ColumnReading], context: dict[str, str]) -> list[ColumnReading]:
    """Let a lone 成绩 or 总分 be the mark of the subject the sheet is about; beside subjects it is nobody's."""
    subject = context.get("subject")
    if not subject:
        named = any(
            c.subject for c in columns if c.role in ("raw_mark", "scale_score", "item_mark", "option")
        )
        nobody = ("raw_mark", "scale_score") if named else ()
        return [unread(c, "看不出是哪个学科的") if c.role in nobody and not c.subject else c for c in columns]
    own = [c for c in columns if c.role in ("raw_mark", "scale_score") and c.subject]
    totals = [c for c in columns if c.role == "total"]
    if kind == "scores" and not own and totals and not any(c.role in ("raw_mark", "score") for c in columns):
        return [replace(c, role="raw_mark", confidence=0.7) if c is totals[0] else c for c in columns]
    return columns


def _of_other_names(columns: list[ColumnReading], cells: list[tuple[Any, ...]]) -> list[ColumnReading]:
    """Leave out what stands beside a second column of names in another order: 姓名 语文 | 姓名 数学, each by rank."""
    names = [c for c in columns if c.role == "name"]
    again = [
        c.column
        for c in columns
        if names and c.role == "ignore" and c.header == names[0].header and c is not names[0]
    ]
    for first in again:
        one, other = cells[names[0].column - 1], cells[first - 1]
        if any(b != "" and clean_name(a) != clean_name(b) for a, b in zip(one, other, strict=True)):
            return [
                unread(c, "属于右边另一列姓名") if c.column > first and c.role in VALUES else c
                for c in columns
            ]
    return columns


def _with_full_marks(
    grid: Grid, columns: list[ColumnReading], header: Header, below: Sequence[int]
) -> list[ColumnReading]:
    """Take full marks from a 满分 row under the header, or over it."""
    above = [
        r
        for r in range(header.last)
        if any(type(c) is str and label_kind(c) == "full_marks" for c in grid.rows[r])
    ]
    for row in [*below, *above][:1]:
        given = {n: full_mark_of(c) for n, c in enumerate(grid.rows[row], 1) if c != ""}
        columns = [
            replace(c, full_mark=given[c.column]) if c.role in VALUES and given.get(c.column) else c
            for c in columns
        ]
    return columns


def _stage_settled(
    columns: list[ColumnReading], context: dict[str, str], cells: list[tuple[Any, ...]]
) -> list[ColumnReading]:
    """Read 政治 as 道德与法治 in grades 1 to 9."""
    grades = {context.get("grade")}
    for column in columns:
        if column.role in ("grade", "class"):
            for value in list(dict.fromkeys(cells[column.column - 1]))[:50]:
                text = shown(value)
                grades.add(grade_of(text) if column.role == "grade" else class_of(text)[0])
    stages = {stage_of(g) for g in grades} - {None}
    if not stages or "senior" in stages:
        return columns
    if context.get("subject") == "politics":
        context["subject"] = "morality_law"
    return [replace(c, subject="morality_law") if c.subject == "politics" else c for c in columns]


def _as_confirmed(reading: SheetReading, known: SheetReading) -> SheetReading:
    """Return the reading with the roles a person confirmed for this layout; places and context stay this sheet's."""
    fields = ("role", "subject", "item", "full_mark", "exam")
    roles = {c.column: {name: getattr(c, name) for name in fields} for c in known.columns}
    return replace(reading.with_roles(roles), kind=known.kind)


def _headless_notes(grid: Grid) -> tuple[str, ...]:
    """Say so when a sheet holds numbers but no header was found."""
    numbers = sum(type(c) in (int, float) for row in grid.rows[:200] for c in row)
    return ("找不到表头：没有姓名、考号或学科这样的列名",) if numbers > 10 else ()


def _listed(rows: tuple[int, ...]) -> str:
    shown_rows = "、".join(str(r + 1) for r in rows[:8])
    return f"第 {shown_rows} 行" + (f"等 {len(rows)} 行" if len(rows) > 8 else "")


def subject_of(column: ColumnReading, reading: SheetReading) -> str | None:
    """Return the subject code a column's marks belong to: its own, else the sheet's."""
    if column.subject or column.role not in (*MARKS, "total", "subtotal"):
        return column.subject
    if column.role == "total" and (reading.kind != "items" or _of_several(reading)):
        return None
    return reading.context.get("subject")


def _of_several(reading: SheetReading) -> bool:
    """Say whether questions of named subjects stand in the sheet, so that its total is no mark in one."""
    return any(c.subject for c in reading.columns if c.role in ("item_mark", "option"))


def subjects_read(reading: SheetReading) -> list[str]:
    """Return the subject codes whose marks the reading finds in columns, in column order."""
    found = (subject_of(c, reading) for c in reading.columns if c.role in MARKS and c.role != "score")
    return list(dict.fromkeys(s for s in found if s))
