"""Read 双向细目表: one row per question with full mark, kind, knowledge, ability, expected facility, key.

Also the 满分 and 答案 rows under the header of an item sheet. It judges no item; analyses do.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl

from zhiheng.files.marks import NUMBER, hundredths, read_marks
from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.recognise import subject_of
from zhiheng.files.rows import RowKinds
from zhiheng.files.sheets import BLUEPRINT_SCHEMA, Grid, SheetReading
from zhiheng.files.text import folded, shown
from zhiheng.files.words import ITEM, item_key, word

declare(
    {
        "blueprint.label": "题号看不懂",
        "blueprint.duplicate": "同一题号出现两次",
        "blueprint.full_mark": "细目表里的分值不是数字",
    }
)

_KINDS = (
    ("多选", "multiple"), ("不定项", "multiple"), ("多项", "multiple"), ("非选择", "open"), ("选择", "choice"),
    ("单选", "choice"), ("单项", "choice"), ("判断", "choice"), ("客观", "choice"), ("听力", "choice"), ("完形", "choice"),
)  # fmt: skip


def item_kind(text: str) -> str | None:
    """Return choice, multiple or open for 单选题, 多选题, 解答题 …; None for nothing."""
    text = folded(text)
    return next((kind for name, kind in _KINDS if name in text), "open") if text else None


def read_blueprint(
    grid: Grid, reading: SheetReading, kinds: RowKinds
) -> tuple[pl.DataFrame, list[Problem], int]:
    """Return the questions (`BLUEPRINT_SCHEMA`), problems, and how many rows were accepted."""
    at = {c.role: c.column - 1 for c in reversed(reading.columns)}
    abilities = {c.column - 1: c.header for c in reading.columns if c.role == "ability"}
    problems: list[Problem] = []
    rows: list[dict[str, Any]] = []
    seen: dict[tuple[str | None, str], int] = {}
    above: dict[str, str] = {}
    for number in kinds.data:
        said = {role: grid.rows[number][column] for role, column in at.items()}
        for role in ("item_kind", "subject"):  # merged downwards: the first row speaks for those below
            above[role] = shown(said[role]) if said.get(role, "") != "" else above.get(role, "")
        label = item_label(said.get("item", ""))
        subject = (
            word(folded(above["subject"])).subject if above["subject"] else reading.context.get("subject")
        )
        place = Cell(grid.file, grid.sheet, number + 1, at.get("item", -1) + 1)
        problem = _bad_label(label, subject, seen, said.get("item", ""), place)
        if problem or label is None:
            problems += [problem] if problem else []
            continue
        seen[subject, label] = number + 1
        full_place = Cell(grid.file, grid.sheet, number + 1, at.get("full_mark", -1) + 1)
        rows.append(
            {
                "row": number + 1,
                "subject": subject,
                "label": label,
                "kind": item_kind(above["item_kind"]),
                "full_mark": _full_mark(said.get("full_mark", ""), full_place, problems),
                "knowledge": shown(said.get("knowledge", "")) or None,
                "ability": _ability(grid.rows[number], abilities),
                "expected_facility": facility(said.get("expected_facility", "")),
                "key": option_key(said.get("key", "")),
            }
        )
    return _frame(grid, rows), problems, len(rows)


def _bad_label(
    label: str | None, subject: str | None, seen: dict[tuple[str | None, str], int], cell: Any, place: Cell
) -> Problem | None:
    """Return why a row cannot be taken as a question: no label, or one that was there before."""
    if label is None:
        found = f"题号写的是“{shown(cell)}”"
        return Problem(
            "blueprint.label", place, found, "一个题号，如 14 或 22(2)", "一题一行，写明题号", True
        )
    if (subject, label) in seen:
        found = f"题号 {label} 在第 {seen[subject, label]} 行已有"
        return Problem("blueprint.duplicate", place, found, "每题一行", "改正题号或删去一行", True)
    return None


def _full_mark(cell: Any, place: Cell, problems: list[Problem]) -> int | None:
    """Return a full mark in hundredths; list a cell that is none."""
    read = read_marks([cell])
    if read.bad:
        found = f"分值写的是“{shown(cell)}”"
        problems.append(Problem("blueprint.full_mark", place, found, "数字", "改成这一题的满分"))
    return int(hundredths(read.numbers)[0]) if read.kinds[0] == NUMBER else None


def _ability(row: Sequence[Any], abilities: dict[int, str]) -> str | None:
    """Return what the ability column says, or, with a column per level (识记 理解 应用), the levels ticked."""
    if len(abilities) == 1:
        return next((shown(row[column]) or None for column in abilities), None)
    ticked = [
        header.rsplit("/", 1)[-1] for column, header in abilities.items() if row[column] not in ("", 0.0)
    ]
    return "、".join(ticked) or None


def key_blueprint(grid: Grid, reading: SheetReading, kinds: RowKinds) -> pl.DataFrame:
    """Return what an item sheet itself says of its questions: full marks in the header, 满分 and 答案 rows."""
    if reading.kind != "items":
        return _frame(grid, [])
    keys = grid.rows[kinds.keys[0]] if kinds.keys else []
    rows: dict[tuple[str | None, str], dict[str, Any]] = {}
    for column in reading.columns:
        if column.role not in ("item_mark", "option") or column.item is None:
            continue
        key = option_key(keys[column.column - 1]) if keys else item_key(folded(column.header))
        subject = subject_of(column, reading)
        row = rows.setdefault(
            (subject, column.item),
            {
                "row": reading.header_rows[-1],
                "subject": subject,
                "label": column.item,
                "full_mark": None,
                "key": None,
                "kind": None,
            },
        )
        if column.full_mark is not None:
            row["full_mark"] = round(column.full_mark * 100)
        if column.role == "option":
            row["kind"] = row["kind"] or "choice"
        if key:
            row["key"], row["kind"] = key, "multiple" if len(key) > 1 else "choice"
    told = [row for row in rows.values() if row["key"] or row["full_mark"] is not None]
    return _frame(grid, told)


def item_label(cell: Any) -> str | None:
    """Return the label of a question: 14 for 第14题, 22(2); None for a range, a title or nothing."""
    found = word(folded(cell))
    return found.item if found.about == ITEM else None


def facility(cell: Any) -> float | None:
    """Return an expected facility from 0 to 1; 65 and 65% are 0.65; words such as 中 are not guessed."""
    if type(cell) is str:
        text = folded(cell).removesuffix("%")
        try:
            cell = float(text)
        except ValueError:
            return None
    if type(cell) not in (int, float) or not 0 <= cell <= 100:
        return None
    return float(cell) if cell <= 1 else cell / 100


def option_key(cell: Any) -> str | None:
    """Return the right option: letters or digits without separators; None for an open question's long answer."""
    text = "".join(c for c in folded(cell) if c.isalnum())
    if not text or len(text) > 8:
        return None
    return "".join(sorted(text)) if text.isascii() and (text.isalpha() or len(text) == 1) else None


def _frame(grid: Grid, rows: list[dict[str, Any]]) -> pl.DataFrame:
    data = [
        {**dict.fromkeys(BLUEPRINT_SCHEMA), "file": grid.file, "sheet": grid.sheet, **row} for row in rows
    ]
    return pl.DataFrame(data, schema=BLUEPRINT_SCHEMA)
