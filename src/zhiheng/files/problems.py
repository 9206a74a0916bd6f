"""A problem is data, then a sentence: what is wrong, where, and how to mend it.

`CATALOGUE` lists every code; the reference page for users is written from it.
"""

from collections.abc import Mapping
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


SORTS = {
    "file": "文件",
    "sheet": "工作表",
    "column": "列",
    "row": "行",
    "id": "号码",
    "student_no": "学籍号",
    "class": "班级",
    "subject": "学科",
    "score": "分数",
    "total": "总分",
    "item": "小题",
    "status": "考试状态",
    "cell": "单元格",
    "blueprint": "双向细目表",
    "match": "与名册核对",
    "roster": "名册、名录和任课表",
    "dataset": "数据集",
}
"""What the first word of a code is about, in the order of reading a file."""


def catalogue_page(catalogue: Mapping[str, str]) -> str:
    """Return the reference page of problem codes in Markdown: a table for each sort of code.

    Raises
    ------
    KeyError
        A code begins with a word that `SORTS` does not know.
    """
    lines = [
        "# 问题代码",
        "",
        "读表、核对名册和形成数据集时发现的问题，每个都有代码、位置、写的是什么、应为什么、怎样改。",
        "命令行 `inspect --json` 的 `problems` 里就是这些代码。本页由程序生成，与程序一致。",
    ]
    codes: dict[str, list[str]] = {sort: [] for sort in SORTS}
    for code in sorted(catalogue):
        codes[code.split(".")[0]].append(code)
    for sort, own in codes.items():
        if own:
            lines += ["", f"## {SORTS[sort]}", "", "| 代码 | 意思 |", "|---|---|"]
            lines += [f"| `{code}` | {catalogue[code]} |" for code in own]
    return "\n".join(lines) + "\n"
