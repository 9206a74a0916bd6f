"""Find the header of a sheet by what its cells say, not by where they stand, and join its levels.

It gives each column its words; what the numbers below say about them is judged in `columns`.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from zhiheng.files.rows import label_kind
from zhiheng.files.sheets import Grid
from zhiheng.files.text import folded, shown
from zhiheng.files.words import (
    IDENTITY,
    ITEM,
    MEASURE,
    RANKED_IN,
    SUBJECT,
    SUBTOTAL,
    TOTAL,
    Word,
    exam_of,
    item_key,
    item_under,
    word,
)

DEPTH = 4
SEARCHED_ROWS = 40
LEAST_SCORE = 3.0
ROW_COST = 0.5
CUT_COST = 1.0
"""Cost of a header that ends inside a cell merged downwards: 姓名 beside three levels of marks."""
SURE = 0.9
"""Strength from which a question label needs no company: 第1题, T12."""
USUAL_STEPS = 0.7
PEOPLE_BONUS = 1.0
"""What a header gains that names pupils: above it may stand 科目 | 数学, which is none."""
MOST_FOR_BARE_NUMBERS = 3.0
_DECIMAL = re.compile(r"\s*[0-9]{1,4}(?:\.[0-9]+)?\s*$")
_POINTS = {IDENTITY: 2.0, SUBJECT: 1.5, TOTAL: 1.5, SUBTOTAL: 1.0, MEASURE: 1.0}
PEOPLE = {"name", "ticket", "student_no", "other_id", "class", "school", "grade", "gender", "sequence"}


@dataclass(frozen=True, slots=True)
class Header:
    """A header found: its rows (0-based), its score, and per column the text shown and the meaning."""

    first: int
    last: int
    score: float
    texts: tuple[str, ...]
    words: tuple[Word, ...]
    groups: tuple[str, ...]
    """Text of the level above each column, folded; "" for a single-level header."""

    @property
    def has_people(self) -> bool:
        """Say whether a column names pupils."""
        return any(
            w.about == IDENTITY and w.role in ("name", "ticket", "student_no", "other_id") for w in self.words
        )

    @property
    def layout(self) -> str:
        """Hash of the header texts: the same for every sheet made from one template."""
        return hashlib.sha256("\x1f".join(map(folded, self.texts)).encode()).hexdigest()[:16]


def find_header(grid: Grid) -> Header | None:
    """Return the best header among the first rows of a sheet, one to three rows deep; None where there is none."""
    rows = grid.rows
    starts = [r for r in range(min(len(rows), 200)) if any(c != "" for c in rows[r])][:SEARCHED_ROWS]
    best: Header | None = None
    best_score = 0.0
    for first in starts:
        if best and first > best.last + DEPTH and best.has_people:
            break
        for depth in range(1, DEPTH + 1):
            if first + depth > len(rows) or not _may_extend(grid, first, first + depth - 1):
                break
            header = _joined(grid, first, first + depth - 1)
            if header.score < LEAST_SCORE:
                continue
            if _cuts_merged(grid, first, first + depth - 1):
                header = replace(header, score=header.score - CUT_COST)
            score = header.score + (PEOPLE_BONUS if header.has_people else 0.0)
            if score > best_score + 1e-9:
                best, best_score = header, score
    return best


def _may_extend(grid: Grid, first: int, last: int) -> bool:
    """Say whether row `last` can belong to a header that began at `first`: rows of data and titles cannot."""
    cells = [c for c in grid.rows[last] if c != ""]
    if len({folded(c) for c in cells}) < 2 and (last == first or not cells):
        return False
    if last == first:
        return _counts_up(cells)
    if _gives_full_marks(grid, last):
        return True
    for column, cell in enumerate(grid.rows[last]):
        above = word(folded(grid.rows[last - 1][column]))
        if (
            cell != ""
            and above.role in PEOPLE
            and above.about == IDENTITY
            and word(folded(cell)).about != IDENTITY
        ):
            return False
    return _counts_up(cells)


def _counts_up(cells: Sequence[Any]) -> bool:
    """Say whether the numbers of a row, if it holds many, may be questions: 1 2 3, and 1 again in the next group."""
    numbers = [float(c) for c in cells if type(c) in (int, float) or (type(c) is str and _DECIMAL.match(c))]
    if len(numbers) * 2 < len(cells) or not numbers:
        return True
    steps = [a < b or b == 1 for a, b in pairwise(numbers)]
    return len(numbers) > 1 and sum(steps) >= USUAL_STEPS * len(steps)


def _cuts_merged(grid: Grid, first: int, last: int) -> bool:
    """Say whether a cell that names people is merged from the header into the row below it."""
    return any(
        first <= top - 1 <= last < bottom - 1 < first + DEPTH
        and word(folded(grid.rows[top - 1][left - 1])).about == IDENTITY
        for top, left, bottom, _ in grid.merged
        if top <= len(grid.rows) and left <= len(grid.rows[top - 1])
    )


def _joined(grid: Grid, first: int, last: int) -> Header:
    levels = [
        _filled(grid, row, row < last) for row in range(first, last + 1) if not _gives_full_marks(grid, row)
    ]
    width = len(grid.rows[first])
    texts, words, groups = [], [], []
    for column in range(width):
        path = [level[column] for level in levels]
        kept = [t for n, t in enumerate(path) if folded(t) and (n == 0 or folded(t) != folded(path[n - 1]))]
        texts.append("/".join(" ".join(t.split()) for t in kept))
        words.append(_meaning([folded(t) for t in kept]))
        groups.append(folded(kept[-2]) if len(kept) > 1 else "")
    words = _distinct_items(words, groups, texts)
    score = _score(words, texts, groups) - (last - first) * ROW_COST
    return Header(first, last, score, tuple(texts), tuple(words), tuple(groups))


def _gives_full_marks(grid: Grid, row: int) -> bool:
    """Say whether a row within a header is no level of it: 满分 between 题号 and 姓名."""
    label = next((c for c in grid.rows[row] if type(c) is str and c), "")
    return label_kind(label) == "full_marks"


def _filled(grid: Grid, row: int, upper: bool) -> list[str]:
    """Return the texts of a header row; an upper level spreads over its merged cells, or over blanks to its right."""
    cells = [shown(c) for c in grid.rows[row]]
    spans = [m for m in grid.merged if m[0] <= row + 1 <= m[2]]
    for top, left, _, right in spans:
        text = shown(grid.rows[top - 1][left - 1]) if left <= len(cells) else ""
        for column in range(left - 1, min(right, len(cells))):
            cells[column] = text
    if upper and not any(m[3] > m[1] for m in spans):
        for column in range(1, len(cells)):
            left_word = word(folded(cells[column - 1]))
            if not cells[column] and cells[column - 1] and left_word.about != IDENTITY:
                cells[column] = cells[column - 1] if grid.rows[row + 1][column] != "" else ""
    return cells


def _meaning(path: Sequence[str]) -> Word:
    """Join the levels of one column, top first, into one meaning; the deepest word of each sort wins."""
    about = role = subject = item = None
    full_mark = None
    strength = 0.0
    exam = next((name for name in map(exam_of, path) if name), None)
    for text in path:
        if role in ("rank", "delta") and RANKED_IN.fullmatch(text):  # 名次 › 班 is a rank in the class
            continue
        found = word(text, under=about)
        if found.about is None:
            strength *= 0.5 if text == path[-1] and len(path) > 1 else 1.0
            continue
        if found.about == IDENTITY:
            if about in (SUBJECT, TOTAL, SUBTOTAL) and found.role not in ("status", "teacher"):
                return Word()  # 语文 › 平均分 is no mark of a pupil
            about, role, subject, strength = IDENTITY, found.role, found.subject or subject, found.strength
            continue
        if about == SUBJECT and found.about == TOTAL:  # 语文 › 总分 is the mark in 语文
            role = found.role or "raw_mark"
        elif found.about == MEASURE:
            about, role = about if about and about != IDENTITY else MEASURE, found.role
        else:
            about, role = found.about, found.role or (role if role != "raw_mark" else None)
        subject = found.subject or subject
        item = item_under(item, found.item) if found.item else item
        full_mark = found.full_mark or full_mark
        strength = max(strength, found.strength) if strength else found.strength
    told = about is not None and not (role in ("rank", "delta") and RANKED_IN.fullmatch(path[-1]))
    if told and len(path) > 1 and word(path[-1], under=about).about is None:
        return Word(None, None, subject, None, None, strength)
    return Word(about, role, subject, item, full_mark, strength, exam)


def _score(words: list[Word], texts: list[str], groups: list[str]) -> float:
    """Sum what the columns say; texts not understood, and numbers that are no question numbers, count against.

    A subject told again by a merged cell adds nothing: its columns wait for the row below.
    """
    score = bare_numbers = 0.0
    seen: set[tuple[str | None, ...]] = set()
    for meaning, text, group in zip(words, texts, groups, strict=True):
        taken_in = text if meaning.role == "rank" else None  # 名次 › 班级 and 名次 › 年级 are two
        key = (meaning.about, meaning.role, meaning.subject, meaning.item, meaning.exam, taken_in)
        again = key in seen
        seen.add(key)
        if meaning.about == ITEM and (meaning.strength > SURE or word(group).about):
            score += (1.5 if meaning.subject else 1.0) if not again else -0.5
        elif meaning.about == ITEM:
            bare_numbers += 0.3 if not again else -0.5
        elif meaning.role == "ignore":
            score += 0.5
        elif meaning.about is not None:
            told_again = 0.0 if meaning.about in (SUBJECT, TOTAL, SUBTOTAL) else _POINTS[meaning.about] / 3
            score += told_again if again else _POINTS[meaning.about]
        elif text:
            score -= 0.3 if not _numeric(text) else 1.0
    return score + min(bare_numbers, MOST_FOR_BARE_NUMBERS)


def _numeric(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdigit()


def _distinct_items(words: list[Word], groups: list[str], texts: list[str]) -> list[Word]:
    """Tell questions of one number apart: by the group they start again in (一、1 and 二、1), or by their letter."""
    labels = Counter((w.item, w.role, w.subject) for w in words if w.item)
    distinct = []
    for meaning, group, text in zip(words, groups, texts, strict=True):
        if meaning.item and labels[meaning.item, meaning.role, meaning.subject] > 1:
            if key := item_key(folded(text)):  # 22(A) beside 22(B): a question to choose, no key
                meaning = replace(meaning, item=f"{meaning.item}({key})")
            elif group:
                meaning = replace(meaning, item=f"{word(group).item or group}-{meaning.item}")
        distinct.append(meaning)
    return distinct


def texts_above(grid: Grid, header: Header) -> list[str]:
    """Return the title texts above a header, top first."""
    cells: list[Any] = [
        c for row in grid.rows[: header.first] for c in row if isinstance(c, str) and c.strip()
    ]
    return list(dict.fromkeys(" ".join(c.split()) for c in cells))
