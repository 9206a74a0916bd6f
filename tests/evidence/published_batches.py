"""Small workbooks, written and taken in the way a school's are, for tests of publishing."""

import datetime as dt
import io
from typing import Any

import xlsxwriter

from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.services import batch_confirm, batch_open, batch_read, upload_add
from zhiheng.evidence.exams.services import exam_from_file

DAY = dt.date(2027, 3, 20)
MOCK = {
    "name": "2027届九年级一模",
    "kind": "graduation_mock",
    "grade": 9,
    "date": DAY,
    "mock_number": 1,
    "filing_number": "安教考备〔2027〕1号",
    "papers": [{"subject": "语文", "full_mark": 120}, {"subject": "数学", "full_mark": 120}],
}
HEADER = ["学校", "班级", "考号", "姓名", "语文", "数学"]


def workbook(rows: list[list[Any]], *, header: list[str] = HEADER, sheet: str = "成绩") -> bytes:
    """One sheet as bytes: the header in row 1, data from row 2 on."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate([header, *rows]):
            page.write_row(number, 0, row)
    return held.getvalue()


def school_rows(school: str, first: int, count: int, *, classes: int = 2) -> list[list[Any]]:
    """Invented pupils: marks follow from the number, so that tests can say what they must be."""
    return [
        [
            school,
            f"九({1 + i % classes})班",
            f"2709{first + i:04d}",
            f"学生{first + i}",
            60 + i % 60,
            40 + i % 70,
        ]
        for i in range(count)
    ]


def confirmed_batch(
    files: dict[str, bytes], *, title: str = "九年级一模", exam: Any = None, by: Any = None
) -> Batch:
    """Take files in, read and confirm them."""
    batch = batch_open(purpose="scores", title=title, exam_id=exam.id if exam else None, by=by)
    for name, content in files.items():
        upload_add(batch=batch, name=name, content=content)
    batch_read(batch)
    return batch_confirm(batch=batch)


def mock_exam(**changes: Any) -> Any:
    """File the mock of `MOCK`, with changes."""
    return exam_from_file(MOCK | changes)
