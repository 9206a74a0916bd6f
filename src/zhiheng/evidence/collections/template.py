"""The workbook a school fills in: 考号 and names stand there, marks are checked as they are typed.

It is made for one school; whoever hands it out has written the audit.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from zhiheng.evidence.exams.models import Paper
from zhiheng.standards.subjects import subject_name

IDENTITY = ("学校", "班级", "考号", "学籍号", "姓名")
WIDTHS = (22, 10, 16, 22, 10)
STATUS_WORDS = ("缺考", "缓考", "免考", "作弊")
BLANK_ROWS = 60
"""Empty rows of a template for a school without a roster."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One pupil as the template prints one; "" where the registry does not know."""

    klass: str
    ticket: str
    student_no: str
    name: str


def template_workbook(
    *, school: str, instruction: str, papers: Sequence[Paper], entries: Sequence[Entry]
) -> bytes:
    """Return the workbook: an instruction in row 1, a locked header in row 2, one row per pupil from row 3 on."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet("成绩")
        told = book.add_format({"text_wrap": True, "valign": "vcenter", "bg_color": "#EEF3FA"})
        head = book.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#D9E2F0"})
        known = book.add_format({"border": 1, "num_format": "@"})
        open_cell = book.add_format({"border": 1, "locked": False})
        open_text = book.add_format({"border": 1, "num_format": "@", "locked": False})
        last = len(IDENTITY) + len(papers) - 1
        sheet.merge_range(0, 0, 0, max(last, 1), instruction, told)
        sheet.set_row(0, 48)
        for column, title in enumerate([*IDENTITY, *map(_title, papers)]):
            sheet.write_string(1, column, title, head)
            sheet.set_column(column, column, WIDTHS[column] if column < len(WIDTHS) else 12)
        rows = [[school, e.klass, e.ticket, e.student_no, e.name] for e in entries]
        prefilled = bool(rows)
        rows = rows or [[school, "", "", "", ""]] * BLANK_ROWS
        for number, row in enumerate(rows, 2):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, known if prefilled or column == 0 else open_text)
            for column in range(len(IDENTITY), last + 1):
                sheet.write_blank(number, column, None, open_cell)
        for column, paper in enumerate(papers, len(IDENTITY)):
            sheet.data_validation(2, column, len(rows) + 1, column, _rule(paper, column))
        sheet.freeze_panes(2, len(IDENTITY))
        sheet.protect("", {"format_columns": True, "sort": True, "autofilter": True})
    return held.getvalue()


def _title(paper: Paper) -> str:
    name = subject_name(paper.subject)
    return name if paper.full_mark is None else f"{name}({paper.full_mark.normalize():f})"


def _rule(paper: Paper, column: int) -> dict[str, object]:
    """A number from 0 to the full mark, or one of the words for who did not sit."""
    cell = xl_rowcol_to_cell(2, column)
    top = f",{cell}<={paper.full_mark}" if paper.full_mark is not None else ""
    words = ",".join(f'{cell}="{word}"' for word in STATUS_WORDS)
    limit = (
        f"0 到 {paper.full_mark.normalize():f} 之间的数" if paper.full_mark is not None else "不小于 0 的数"
    )
    return {
        "validate": "custom",
        "value": f"=OR(AND(ISNUMBER({cell}),{cell}>=0{top}),{words})",
        "error_title": subject_name(paper.subject),
        "error_message": f"请填{limit}，没有参加考试的填“缺考”“缓考”“免考”或“作弊”。",
    }
