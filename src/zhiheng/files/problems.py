"""A problem is data, then a sentence: what is wrong, where, and how to mend it.

`CATALOGUE` lists every code; the reference page for users is written from it.
"""

from dataclasses import dataclass


def column_letters(column: int) -> str:
    """Return the spreadsheet name of a 1-based column: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A place in an upload. Row and column are 1-based as Excel shows them; 0 means the whole sheet or file."""

    file: str
    sheet: str = ""
    row: int = 0
    column: int = 0

    @property
    def address(self) -> str:
        """D17, a column D, a row 17, or nothing."""
        return (column_letters(self.column) if self.column else "") + (str(self.row) if self.row else "")

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet:
            parts.append(f"「{self.sheet}」")
        if self.row and self.column:
            parts.append(self.address)
        elif self.row:
            parts.append(f"第{self.row}行")
        elif self.column:
            parts.append(f"{self.address}列")
        return " › ".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in an upload.

    Attributes
    ----------
    code : a key of `CATALOGUE`.
    place : where.
    found, expected, fix : Chinese phrases without a full stop.
    blocks_row : True when the row was not accepted because of it.
    """

    code: str
    place: Cell
    found: str
    expected: str
    fix: str
    blocks_row: bool = False

    @property
    def sentence(self) -> str:
        """The whole thing in Chinese, as a user reads it."""
        return f"{self.place}：{self.found}，应为{self.expected}。{self.fix}。"


CATALOGUE: dict[str, str] = {}
"""Code → what it means, in Chinese. Modules that raise problems add theirs with `declare`."""


def declare(codes: dict[str, str]) -> None:
    """Add problem codes to the catalogue; a code is declared once."""
    twice = CATALOGUE.keys() & codes.keys()
    if twice:
        raise ValueError(f"declared twice: {sorted(twice)}")
    CATALOGUE.update(codes)
