"""Tell data rows from what stands among them: full marks, keys, totals, signatures, repeated headers, titles.

It judges rows only; which column is which has been settled before.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from zhiheng.files.marks import status_words
from zhiheng.files.text import folded
from zhiheng.files.words import full_mark_of, names_person_or_place, word
from zhiheng.standards.loader import load
from zhiheng.standards.subjects import subject_aliases

LONGEST_NAME = 20
_SAYS_SOMETHING = re.compile(r"[\dA-Za-z]")
_BAND = re.compile(r"\d{1,3}分?(?:[-~—至]\d{1,3}分?|(?:及?以[上下]|段).*)|不?及格|优秀|良好|低分|缺考[:].*")
"""What stands in place of a name in a count of pupils: 60-69, 90分以上."""
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class RowKinds:
    """Rows of a sheet below its header, by what they are; 0-based row numbers.

    Attributes
    ----------
    data : rows of pupils (or of questions in a blueprint).
    full_marks, keys : rows that give full marks or right answers.
    sections : (row, text) of titles among the data, such as 七年级2班.
    left_out : totals, averages, signatures, notes, repeated headers, rows prefilled with a number only.
    foreign : data row → the row of another header above it, whose columns differ from the sheet's.
    """

    data: tuple[int, ...]
    full_marks: tuple[int, ...]
    keys: tuple[int, ...]
    sections: tuple[tuple[int, str], ...]
    left_out: tuple[int, ...]
    foreign: Mapping[int, int] = field(default_factory=dict)


@cache
def _patterns() -> tuple[re.Pattern[str], frozenset[str], frozenset[str]]:
    words = load("header_words")
    alternatives = "|".join(sorted((re.escape(folded(w)) for w in words["footer"]), key=len, reverse=True))
    ends = "平均分|均分|平均|平均值|最高分|最低分|及格率|优秀率|人数|合计|总计|小计|汇总|计数|标准差|得分率|过差率|低差率"
    footer = re.compile(rf"(?:{alternatives})+(?:$|[:=(/、_\d%分人数率])|.{{0,10}}(?:{ends})[:(\d]?.{{0,3}}$")
    return footer, frozenset(map(folded, words["full_mark_row"])), frozenset(map(folded, words["key_row"]))


@cache
def _examples() -> frozenset[str]:
    return frozenset(map(folded, load("header_words")["example_row"]))


@cache
def label_kind(text: str) -> str | None:
    """Return full_marks, keys, footer or example for the first words of a row; None for a name of anything."""
    footer, full, key = _patterns()
    text = folded(text)
    bare = text.strip(":()[]")
    if bare in _examples():
        return "example"
    if bare in full:
        return "full_marks"
    if bare in key:
        return "keys"
    return "footer" if footer.match(text) else None


def row_kinds(
    rows: Sequence[Sequence[Any]],
    start: int,
    *,
    names: Iterable[int],
    ids: Iterable[int],
    values: Iterable[int],
    header: Sequence[str] = (),
    needs_identity: bool = True,
) -> RowKinds:
    """Sort the rows from `start` (0-based) on. `names`, `ids`, `values` are 0-based columns.

    With `needs_identity` False (blueprints) a row counts as data when it has anything in `ids`.
    """
    names, ids, values = tuple(names), tuple(ids), tuple(values)
    levels = [frozenset(map(folded, text.split("/"))) - {""} for text in header]
    foreign: dict[int, int] = {}
    other: int | None = None
    found: dict[str, list[int]] = {"data": [], "full_marks": [], "keys": [], "left_out": []}
    sections = []
    for number in range(start, len(rows)):
        row = rows[number]
        if header and (agrees := _header_again(row, levels)) is not None:
            other = None if agrees else number
            found["left_out"].append(number)
            continue
        kind = _kind(row, names, ids, values, first=not found["data"], needs_identity=needs_identity)
        if kind == "data" and other is not None:
            foreign[number] = other
        if kind == "section":
            sections.append((number, next(c for c in row if c != "")))
        elif kind:
            found[kind].append(number)
    return RowKinds(
        tuple(found["data"]),
        tuple(found["full_marks"]),
        tuple(found["keys"]),
        tuple(sections),
        tuple(found["left_out"]),
        foreign,
    )


def _kind(
    row: Sequence[Any],
    names: tuple[int, ...],
    ids: tuple[int, ...],
    values: tuple[int, ...],
    *,
    first: bool,
    needs_identity: bool,
) -> str | None:
    cells = [c for c in row if c != "" and not (type(c) is str and not c.strip())]
    if not cells:
        return None
    label = next((c for c in cells if type(c) is str), None)
    has_name = any(row[c] not in ("", " ") for c in names)
    has_id = any(row[c] not in ("", " ") and not (type(row[c]) is str and label_kind(row[c])) for c in ids)
    if label is not None and label_kind(label) == "example":
        return "left_out"
    if label is not None and (not has_id or not needs_identity):
        named = next((row[c] for c in names if type(row[c]) is str), "")
        kind = label_kind(label) or (label_kind(named) if named else None)
        kind = kind or ("footer" if named and _BAND.fullmatch(folded(named)) else None)
        if kind:
            return "left_out" if kind == "footer" else kind
    if not needs_identity:
        return "data" if has_id else "left_out"
    if (
        len(cells) == 1
        and label is not None
        and (not has_name or len(label) > LONGEST_NAME)
        and _HAN.search(label)
    ):
        return "section"
    if not has_name and not has_id:
        return _nameless(row, names, ids, values, first=first)
    if len(cells) == 1 and has_name and label is not None and _titles(label):
        return "section"
    return "data"


def _titles(text: str) -> bool:
    """Say whether a text alone in the column of names is a title: of a class, or of a subject."""
    return bool(re.search(r"班|年级|成绩|考试", text)) or subject_aliases().get(folded(text)) is not None


def _nameless(
    row: Sequence[Any], names: tuple[int, ...], ids: tuple[int, ...], values: tuple[int, ...], *, first: bool
) -> str:
    """Judge a row with no identity: full marks right under the header, a pupil nobody named, or a prefilled line."""
    marks = [row[c] for c in values if row[c] != ""]
    if not marks:
        return "left_out"
    if not any(type(m) is not str or _SAYS_SOMETHING.search(m) or folded(m) in status_words() for m in marks):
        return "left_out"  # a line of units: (分)
    numeric = all(full_mark_of(m) is not None for m in marks)
    others = sum(1 for n, c in enumerate(row) if c != "" and n not in values)
    if first and numeric and others == 0 and len(marks) * 2 >= len(values) and (names or ids):
        return "full_marks"
    return "data"


def _header_again(row: Sequence[Any], levels: Sequence[frozenset[str]]) -> bool | None:
    """Say whether a row among the data repeats the header (True) or is another header (False); None for neither."""
    label = next((c for c in row if type(c) is str and c.strip()), None)
    if label is None or not names_person_or_place(folded(label)):
        return None
    same = known = filled = 0
    for cell, level in zip(row, levels, strict=False):
        text = "" if cell == "" else folded(cell)
        if not text:
            continue
        filled += 1
        if text in level:
            same += 1
        elif type(cell) is str and word(text).about is not None:
            known += 1
    if same + known < 2 or (same + known) * 2 < filled:
        return None
    return known == 0
