"""One frozen model of a document: what it says, in blocks. Writers turn it into Word, PDF and Excel.

Not for layout (the writers' business) and not for arithmetic: every value arrives finished.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import compress
from typing import Any, Protocol

from zhiheng.files.number_formats import MISSING, NumberFormat


class Kind(StrEnum):
    """How a document is laid out."""

    BRIEF = "brief"  # one A4 page for a leader
    OFFICIAL = "official"  # 公文, GB/T 9704
    REPORT = "report"  # tables and charts over several pages


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % limits; a spreadsheet gets three cells."""

    value: float | None
    lo: float | None
    hi: float | None


Cell = str | int | float | Estimate | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3. The writer numbers level 1 一、 and level 2 （一） where `numbered`."""

    text: str
    level: int = 1
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; the first line is indented by two characters unless `indent` is off."""

    runs: tuple[Run, ...]
    indent: bool = True

    @property
    def text(self) -> str:
        """The paragraph without its weights."""
        return "".join(run.text for run in self.runs)

    @property
    def leads(self) -> bool:
        """Whether it announces what follows, and so stands on the same page."""
        return self.text.endswith("：")


def paragraph(*parts: str | Run, indent: bool = True) -> Paragraph:
    """Return a paragraph of plain strings and runs."""
    return Paragraph(tuple(part if isinstance(part, Run) else Run(part) for part in parts), indent)


@dataclass(frozen=True, slots=True)
class Finding:
    """The sentence a reader should take away, set apart from the text."""

    text: str


@dataclass(frozen=True, slots=True)
class NumberedList:
    """Sentences counted 1. 2. 3."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    title, group : its header, and the header above shared with its neighbours.
    format : how numbers are printed; None for text, which is set left.
    interval : its cells are `Estimate`s.
    width : share of the page relative to other columns.
    paper : False for a column only a spreadsheet has room for.
    """

    title: str
    format: NumberFormat | None = None
    group: str = ""
    interval: bool = False
    width: float = 1.0
    paper: bool = True

    def text(self, cell: Cell) -> str:
        """Return the cell as printed on paper; an interval stands on a second line."""
        if cell is None:
            return MISSING
        if isinstance(cell, str):
            return cell
        if self.format is None:
            raise TypeError(f"column {self.title} has no number format but holds {cell!r}")
        if isinstance(cell, Estimate):
            value = self.format.text(cell.value)
            return value if cell.lo is None else f"{value}\n{self.format.range(cell.lo, cell.hi)}"
        return self.format.text(cell)


_SECOND_LINE = "第二行小字为95%区间。"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose cells stay numbers until a writer prints them.

    `sheet` names its spreadsheet; `note` stands below it.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    sheet: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: {len(row)} cells under {len(self.columns)} columns")

    @property
    def header_groups(self) -> tuple[tuple[str, int], ...]:
        """Neighbouring columns under one group as (group, how many columns); () where no column has one."""
        groups: list[tuple[str, int]] = []
        for column in self.columns:
            if groups and column.group and groups[-1][0] == column.group:
                groups[-1] = (column.group, groups[-1][1] + 1)
            else:
                groups.append((column.group, 1))
        return tuple(groups) if any(group for group, _ in groups) else ()

    def on_paper(self) -> "Table":
        """Return the table without the columns that only a spreadsheet has room for; its note explains the intervals."""
        kept = [column.paper for column in self.columns]
        spread = any(column.interval and column.paper for column in self.columns)
        return replace(
            self,
            note=(_SECOND_LINE if spread else "") + self.note,
            columns=tuple(compress(self.columns, kept)),
            rows=tuple(tuple(compress(row, kept)) for row in self.rows),
        )

    def printed(self) -> list[list[str]]:
        """Return every cell as printed."""
        return [
            [column.text(cell) for column, cell in zip(self.columns, row, strict=True)] for row in self.rows
        ]


class Drawing(Protocol):
    """A chart as writers need it. `zhiheng.charts` supplies it; this layer knows no chart library."""

    @property
    def title(self) -> str:
        """What the chart shows, as a finding."""

    @property
    def caption(self) -> str:
        """Number of cases, kind of interval, how to read it."""

    def svg(self) -> str:
        """Return the picture without its title, as SVG."""

    def png(self) -> bytes:
        """Return the same picture as PNG, sharp enough for print."""

    def table(self) -> Table:
        """Return the numbers behind the picture."""

    def native(self, workbook: Any, sheet: str, first_row: int) -> Any | None:
        """Return an Office chart over `table()` written at `first_row` of `sheet`; None where Office has no such kind."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart in the text."""

    drawing: Drawing


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """One large number with its label, its unit and a small note."""

    label: str
    value: Cell
    format: NumberFormat | None = None
    unit: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The number as printed, with its unit."""
        return f"{Column(self.label, self.format).text(self.value)} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class KeyNumbers:
    """A row of large numbers."""

    items: tuple[KeyNumber, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts a new page."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Lines to be signed by hand, and who signs off at the end. Number, date and seal are always left blank."""

    signers: tuple[str, ...]
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """口径: how each quantity in the document is defined, and which versions it rests on."""

    entries: tuple[tuple[str, str], ...]
    title: str = "口径说明"


Block = (
    Heading
    | Paragraph
    | Finding
    | NumberedList
    | Table
    | Figure
    | KeyNumbers
    | PageBreak
    | Signature
    | Definitions
)


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a reader of one document gets.

    Attributes
    ----------
    classification : 内部资料 or the like, printed at the head; "" for none.
    watermark : faint text on each page of a document that names people: for whom, made when; "" for none.
    footer : one line on every page: the definitions in force.
    signers : names of the blanks in the footer of a brief (经办, 审核, 签发).
    organisation : who speaks.
    definitions : a sheet of the workbook; on paper they are printed where a `Definitions` block stands.
    properties : versions and identifiers stored in the file: dataset, definition, method.
    """

    title: str
    subtitle: str
    kind: Kind
    blocks: tuple[Block, ...]
    footer: str = ""
    organisation: str = ""
    classification: str = "内部资料"
    watermark: str = ""
    signers: tuple[str, ...] = ()
    definitions: Definitions | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    def tables(self) -> list[Table]:
        """Return its tables in order of appearance."""
        return [block for block in self.blocks if isinstance(block, Table)]

    def figures(self) -> list[Figure]:
        """Return its charts in order of appearance."""
        return [block for block in self.blocks if isinstance(block, Figure)]


CHINESE_NUMERALS = "一二三四五六七八九十"


def chinese_numeral(number: int) -> str:
    """Return 1 to 99 in Chinese: 一, 十, 十一, 二十三."""
    tens, ones = divmod(number, 10)
    if not 1 <= number <= 99:
        raise ValueError(f"no heading number for {number}")
    head = "" if tens == 0 else ("十" if tens == 1 else CHINESE_NUMERALS[tens - 1] + "十")
    return head + (CHINESE_NUMERALS[ones - 1] if ones else "")


def number_headings(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Return, for each block, the number its heading carries ("一、", "（二）", "3. ") or ""."""
    counts = [0, 0, 0]
    numbers = []
    for block in blocks:
        if not isinstance(block, Heading) or not block.numbered:
            numbers.append("")
            continue
        counts[block.level - 1] += 1
        counts[block.level :] = [0] * (3 - block.level)
        count = counts[block.level - 1]
        numbers.append(
            {1: f"{chinese_numeral(count)}、", 2: f"（{chinese_numeral(count)}）", 3: f"{count}. "}[
                block.level
            ]
        )
    return tuple(numbers)
