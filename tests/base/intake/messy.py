"""Small messy workbooks, written as schools write them. Names are invented."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter

NAMES = ("欧阳若溪", "慕容知夏", "司徒望舒", "上官听雪", "皇甫云帆", "尉迟砚秋")


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """Write sheets, each a list of rows, from A1 on."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2024, 9, 1)})  # the same sheets are the same bytes
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return content.getvalue()


def scores(
    *,
    school: str = "柳林镇初级中学",
    names: Sequence[str] = NAMES,
    first: int = 1,
    bad: Any = "8O",
    header: Sequence[str] = ("考号", "姓名", "班级", "语文(120)", "数学(120)", "总分", "班次"),
) -> bytes:
    """A score sheet with a title above, a total row below, one absent pupil, one bad cell and a notes sheet."""
    rows: list[list[Any]] = [[f"{school}2024年秋季九年级期末考试成绩"], list(header)]
    for n, name in enumerate(names):
        rows.append([f"9202400{first + n:02d}", name, "九(1)班", 80 + n, 70.5 + n, 150.5 + 2 * n, n + 1])
    rows[3][3] = "缺考"
    rows[4][4] = bad
    rows.append(["", "平均分", "", 82, 72, 154, ""])
    return workbook({"九(1)班": rows, "说明": [["缺考填“缺考”二字"]]})


class GbkEntry(zipfile.ZipInfo):
    """An entry whose name is written in GBK without saying so, as Windows in China does."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of files, names in GBK."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(GbkEntry(name), data)
    return content.getvalue()
