"""What the cells of one column look like: numbers, ranks, letters, names, running numbers.

It knows no headers; `columns` weighs both.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from zhiheng.files.marks import NUMBER, STATUS, mark_text
from zhiheng.files.text import folded

SAMPLE = 600
LEAST_FOR_RANKS = 8
LONGEST_MARK = 9
"""Characters from which a text of digits is a number of a pupil, not a mark."""
_LETTERS = re.compile(r"[A-H]{1,8}$")
_GRADE_LETTER = re.compile(r"[A-E][+\-0-9]?$|优秀?|良好?|中等?|及格|不及格|合格|不合格|待合格|差$")
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}$|[\u3400-\u9fff]{1,8}·[\u3400-\u9fff·]{1,12}$")


@dataclass(frozen=True, slots=True)
class Contents:
    """Summary of one column's cells (a sample of at most `SAMPLE`).

    Attributes
    ----------
    filled : share of cells not blank.
    numeric, letters, grades, names : shares of the filled cells of that look; status words count as numeric.
    low, high, median : of the numbers; 0 where there are none.
    texts : how many different texts there are, numbers and status words left out.
    ranks : the numbers are exactly the ranks 1, 2, 2, 4 … of something.
    serial : 1, 2, 3 … in order.
    """

    count: int
    filled: float
    numeric: float
    integers: float
    letters: float
    grades: float
    names: float
    statuses: float
    low: float
    high: float
    median: float
    distinct: int
    texts: int
    zeros: bool
    ranks: bool
    serial: bool

    def in_range(self, high: float) -> bool:
        """Say whether all numbers lie from 0 to `high`."""
        return self.low >= 0 and self.high <= high


def contents(cells: Sequence[Any]) -> Contents:
    """Summarise the cells of a column's data rows."""
    whole = cells
    if len(cells) > SAMPLE:
        step = len(cells) / SAMPLE
        cells = [cells[int(n * step)] for n in range(SAMPLE)]
    plain = set(map(type, cells)) == {float}  # as most columns of an item sheet
    numbers: list[float] = list(cells) if plain else []
    filled = len(numbers)
    letters = grades = names = statuses = 0
    texts: set[str] = set()
    for cell in () if plain else cells:
        if cell == "" or cell is None:
            continue
        if type(cell) in (int, float):
            filled += 1
            numbers.append(float(cell))
            continue
        text = folded(cell)
        if not text:
            continue
        filled += 1
        kind, number, _ = mark_text(text)
        if kind == NUMBER and len(text) < LONGEST_MARK:
            numbers.append(number)
        elif kind == STATUS:
            statuses += 1
        else:
            texts.add(text)
            letters += bool(_LETTERS.match(text))
            grades += bool(_GRADE_LETTER.match(text))
            names += bool(_NAME.match(text))
    some = max(filled, 1)
    return Contents(
        filled,
        filled / max(len(cells), 1),
        (len(numbers) + statuses) / some,
        sum(n.is_integer() for n in numbers) / max(len(numbers), 1),
        letters / some,
        grades / some,
        names / some,
        statuses / some,
        min(numbers, default=0.0),
        max(numbers, default=0.0),
        median(numbers) if numbers else 0.0,
        len(set(numbers)),
        len(texts),
        0.0 in numbers,
        len(whole) == len(cells) and are_ranks(numbers),
        bool(numbers) and len(numbers) > 2 and numbers == [float(n) for n in range(1, len(numbers) + 1)],
    )


def are_ranks(numbers: Sequence[float]) -> bool:
    """Say whether the numbers are competition ranks of at least eight: each is one more than the count below it."""
    if len(numbers) < LEAST_FOR_RANKS or min(numbers) != 1 or max(numbers) > len(numbers):
        return False
    ordered = sorted(numbers)
    first: dict[float, int] = {}
    for place, number in enumerate(ordered, 1):
        first.setdefault(number, place)
    return all(number == place for number, place in first.items())
