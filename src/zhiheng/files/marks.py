"""Read the cells of one mark column: numbers, status words, blanks, and what is none of these.

Numbers go the fast way, whole columns at once; only odd cells are looked at one by one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from zhiheng.files.classes import chinese_number
from zhiheng.files.problems import declare
from zhiheng.files.text import folded, shown
from zhiheng.standards.loader import load

declare(
    {
        "score.not_a_number": "分数格里不是数字，也不是缺考等状态",
        "score.negative": "分数小于 0",
        "score.minus_one": "用 -1 表示缺考",
        "score.above_full": "分数超过满分",
        "score.too_precise": "分数的小数超过两位",
        "cell.formula_no_value": "公式没有算出的值",
        "cell.error_value": "单元格显示错误值",
    }
)

NUMBER, BLANK, STATUS, BAD = range(4)
LARGEST = 2e7
HUNDREDTHS = 100
MINUS_ONE = -1.0
LEAST_FOR_CODE = 2
_NUMBER = re.compile(r"[+]?\d+(?:\.\d*)?(?:E[+]?\d{1,2})?分?$|\.\d+分?$")
_LEVELLED = re.compile(r"(\d+(?:\.\d+)?)分?[(\[/](?:[A-E][+\-]?|优秀?|良好?|中等?|及格|合格|不及格)[)\]]?$")
_CHINESE = re.compile(r"(?:([一二三四五六七八九])百)?零?([一二三四五六七八九十]*)(点五|半)?分?$")
_ABSENT_ZERO = re.compile(r"[()\[\]/,;、:|]*0?(?:\.0+)?分?[()\[\]/,;、:|]*")
_AROUND = "*★!。()[]"
"""Signs around a status word: 缺考*, (缺)."""
_NEGATIVE = re.compile(r"[-−]\d+(?:\.\d+)?分?$")
_LOOKALIKE = str.maketrans(
    {"O": "0", "Q": "0", "L": "1", "I": "1", "|": "1", "Z": "2", "S": "5", "B": "8", "。": ".", ",": "."}
)

Floats = npt.NDArray[np.float64]


@cache
def status_words() -> dict[str, str]:
    """Return folded word → exam status: 缺考 → absent."""
    return {folded(w): status for status, words in load("header_words")["status"].items() for w in words}


@dataclass(frozen=True, slots=True)
class MarkColumn:
    """The cells of one column, read.

    Attributes
    ----------
    numbers : float array, shape (n_rows,), points; NaN unless the cell is a number.
    kinds : int8 array, shape (n_rows,): NUMBER, BLANK, STATUS or BAD.
    statuses : row position → exam status, for STATUS cells.
    bad : row position → problem code, for BAD cells.
    """

    numbers: Floats
    kinds: npt.NDArray[np.int8]
    statuses: dict[int, str]
    bad: dict[int, str]


def read_marks(
    cells: Sequence[Any],
    unread: dict[int, str] | None = None,
    *,
    signed: bool = False,
    minus_one: bool = False,
) -> MarkColumn:
    """Read a column.

    `unread` names positions whose value the file does not hold (formula, error). Where `signed`, numbers
    below 0 are read: a scale may have its middle at 0. Where `minus_one`, -1 is a code for absent.
    """
    types = set(map(type, cells))
    statuses: dict[int, str] = {}
    bad: dict[int, str] = {}
    if types <= {float, int}:
        numbers = np.array(cells, dtype=np.float64)
        kinds = np.zeros(len(cells), dtype=np.int8)
    else:
        numbers = np.array([c if type(c) is float else np.nan for c in cells], dtype=np.float64)
        kinds = np.zeros(len(cells), dtype=np.int8)
        for place in [n for n, c in enumerate(cells) if type(c) is not float]:
            kind, number, word = _cell(cells[place])
            kinds[place], numbers[place] = kind, number
            if kind == STATUS:
                statuses[place] = word
            elif kind == BAD:
                bad[place] = word
    for place, why in (unread or {}).items():
        kinds[place], numbers[place] = BAD, np.nan
        bad[place] = "cell.formula_no_value" if why == "formula" else "cell.error_value"
    if minus_one:
        for place in np.flatnonzero(numbers == MINUS_ONE).tolist():
            statuses[place], kinds[place], numbers[place] = "absent", STATUS, np.nan
    wrong = (np.abs(numbers) > LARGEST) if signed else (numbers < 0) | (numbers > LARGEST)
    for place in np.flatnonzero(wrong).tolist():
        bad[place] = "score.negative" if numbers[place] < 0 else "score.not_a_number"
        kinds[place], numbers[place] = BAD, np.nan
    return MarkColumn(numbers, kinds, statuses, bad)


def minus_one_cells(columns: Iterable[Sequence[Any]]) -> int:
    """Return how many cells hold -1 where it must be a code: twice at least, and no other number is below 0."""
    columns = list(columns)
    codes = sum(cells.count(MINUS_ONE) + cells.count("-1") for cells in columns)
    if codes < LEAST_FOR_CODE:
        return 0
    below = sum(
        sum((type(c) is float and c < 0) or (type(c) is str and bool(_NEGATIVE.match(c))) for c in cells)
        for cells in columns
    )
    return codes if below == codes else 0


def _cell(cell: Any) -> tuple[int, float, str]:
    """Return (kind, number, status or problem code) of a cell that is not a float."""
    if type(cell) is int:
        return NUMBER, float(cell), ""
    if type(cell) is not str:
        return (BLANK, np.nan, "") if cell is None else (BAD, np.nan, "score.not_a_number")
    return mark_text(cell)


@lru_cache(maxsize=1 << 16)
def mark_text(cell: str) -> tuple[int, float, str]:
    """Return (kind, number, status or problem code) of a text: 85分, 92(A), 八十五, 缺考/0."""
    text = folded(cell).strip("'`")
    if not text:
        return BLANK, np.nan, ""
    if (status := status_words().get(text) or status_words().get(text.strip(_AROUND))) is not None:
        return STATUS, np.nan, status
    if _NUMBER.match(text):
        return NUMBER, float(text.removesuffix("分")), ""
    if _NEGATIVE.match(text):
        return NUMBER, -float(text[1:].removesuffix("分")), ""
    if match := _LEVELLED.match(text):
        return NUMBER, float(match[1]), ""
    if (number := _in_words(text)) is not None:
        return NUMBER, number, ""
    if (status := _beside_zero(text)) is not None:
        return STATUS, np.nan, status
    return BAD, np.nan, "score.not_a_number"


def _in_words(text: str) -> float | None:
    """Return 85 for 八十五, 102 for 一百零二; a lone 一 may be a dash, and other lone digits are not guessed."""
    match = _CHINESE.match(text)
    if not match or len(text) < 2 or not (match[1] or "十" in match[2]):
        return None
    hundreds = chinese_number(match[1] or "") * 100
    rest = chinese_number(match[2] or "")
    if match[2] and not rest:
        return None
    return hundreds + rest + (0.5 if match[3] else 0.0)


def _beside_zero(text: str) -> str | None:
    """Return the status of a word written beside a 0 that is no mark, or beside another: 缺考/0, 0(缺), 缺考(病)."""
    found: str | None = None
    for word, status in sorted(status_words().items(), key=lambda pair: -len(pair[0])):
        if word.isalpha() and not word.isascii() and word in text:
            found, text = found or status, text.replace(word, "")
    return found if found and _ABSENT_ZERO.fullmatch(text) else None


def hundredths(numbers: Floats) -> Floats:
    """Return points as whole hundredths, halves up; NaN stays."""
    return np.floor(numbers * HUNDREDTHS + 0.5 + 1e-6)


def too_precise(numbers: Floats) -> npt.NDArray[np.bool_]:
    """Say which marks have more than two decimals, beyond what binary fractions blur."""
    return np.abs(numbers * 100 - np.round(numbers * 100)) > 1e-4


def mending(cell: Any, full_mark: float | None) -> tuple[str, str]:
    """Return (expected, fix) for a cell that is no mark."""
    expected = f"0 到 {shown(full_mark)} 之间的数" if full_mark else "不小于 0 的数"
    guess = folded(cell).strip("*★↑↓()[]'`#").translate(_LOOKALIKE).removesuffix("分").rstrip(".")
    if _NUMBER.match(guess) and guess != folded(cell):
        return expected, f"像是 {guess} 打错了，核对后改成数字；没有参加考试的填“缺考”"
    return expected, "核对后填数字；没有参加考试的填“缺考”"
