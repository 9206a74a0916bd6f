"""What spreadsheet programs write beside .xlsx, and files that are called something else: the same marks come out."""

import io
import re
import struct
import subprocess
import tracemalloc
import zipfile
import zlib
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from intake_sheets import marks_of, pupils, read, truth, write_xlsx

PUPILS = pupils()
HEADER = ["考号", "姓名", "语文", "数学", "英语", "物理"]
ROWS = [HEADER, *([p.ticket, p.name, *p.marks.values()] for p in PUPILS)]


def converted(path, kind):
    """Let LibreOffice write a workbook in another format."""
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(path.parent),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path.with_suffix(f".{kind}")


def hidden_parts(path):
    """Write a sheet with a hidden row and a hidden column."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("九(1)班")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(4, 4, None, None, {"hidden": True})
    return path


def test_an_open_document_with_hidden_parts(tmp_path):
    reading = read(converted(hidden_parts(tmp_path / "成绩.xlsx"), "ods"))
    assert marks_of(reading) == truth(PUPILS)
    assert set(reading.records()["class"]) == {"1"}
    assert [(p.code, p.place.address) for p in reading.problems] == [
        ("sheet.hidden_rows", ""),
        ("sheet.hidden_columns", "E"),
    ]


def test_a_large_sheet_is_read_in_slices_like_a_small_one(tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    blocks = [["班级", *HEADER], *(["", *row] for row in ROWS[1:])]
    blocks[1][0] = "八(2)班"
    blocks.insert(9, [])
    rows = [["石桥中学"], [], *blocks]
    write_xlsx(path, {"空": [], "成绩": rows}, merged={"成绩": [(3, 0, len(rows) - 1, 0)]})
    unnumbered = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(unnumbered, "w") as new:
        for entry in old.infolist():
            part = old.read(entry)
            numbers = (
                re.compile(rb'<row r="(?!2"|13")\d+"') if entry.filename.endswith("sheet2.xml") else None
            )
            new.writestr(entry.filename, numbers.sub(b"<row", part) if numbers else part)
    whole = read(path)
    assert marks_of(whole) == truth(PUPILS)
    assert set(whole.records()["class"]) == {"2"}
    monkeypatch.setattr("zhiheng.files.parsing.LARGEST_WHOLE", 30)
    sliced = read(path)
    assert sliced.records().equals(whole.records())
    assert (sliced.problems, sliced.as_json()) == (whole.problems, whole.as_json())
    assert marks_of(read(unnumbered)) == truth(PUPILS)


def open_document(rows):
    """Return an .ods that holds these rows as written."""
    names = ["office", "text", "table"]
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    body = f'<office:body><office:spreadsheet><table:table table:name="s">{rows}</table:table></office:spreadsheet></office:body>'
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return held.getvalue()


def test_a_cell_repeated_by_the_million_is_refused_before_it_is_read(tmp_path):
    cell = (
        '<table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"/>'
    )
    path = tmp_path / "a.ods"
    path.write_bytes(
        open_document(f'<table:table-row table:number-rows-repeated="100000">{cell}</table:table-row>')
    )
    tracemalloc.start()
    assert [p.code for p in read(path).problems] == ["sheet.too_large"]
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_blank_cells_repeated_to_the_end_of_the_sheet_are_nothing(tmp_path):
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(str(c))}</text:p></table:table-cell>'
            for c in row
        )
        + "</table:table-row>"
        for row in ROWS
    )
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    path = tmp_path / "a.ods"
    path.write_bytes(open_document(cells + blank))
    assert marks_of(read(path)) == truth(PUPILS)


def xml_rows(rows):
    def cell(value):
        kind = "Number" if isinstance(value, float) else "String"
        return f'<Cell><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>'

    return "".join(f"<Row>{''.join(map(cell, row))}</Row>" for row in rows)


def xml_spreadsheet(*sheets):
    """Return an XML spreadsheet of 2003 with these (name, rows as XML)."""
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    body = "".join(f'<Worksheet ss:Name="{name}"><Table>{rows}</Table></Worksheet>' for name, rows in sheets)
    return f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">{body}</Workbook>'.encode()


def test_an_xml_spreadsheet_of_2003(tmp_path):
    title = '<Row><Cell ss:MergeAcross="5"><Data ss:Type="String">石桥中学八年级期末</Data></Cell></Row>'
    path = tmp_path / "导出.xls"
    path.write_bytes(xml_spreadsheet(("八(2)班", title + xml_rows(ROWS)), ("空", "")))
    reading = read(path)
    assert marks_of(reading) == truth(PUPILS)
    assert reading.records().row(0, named=True)["class"] == "2"
    assert [s.reading.kind for s in reading.sheets] == ["scores", "empty"]


def test_an_xml_spreadsheet_that_skips_cells(tmp_path):
    row = '<Row ss:Index="3"><Cell><Data ss:Type="String">学生乙</Data></Cell><Cell ss:Index="3"><Data ss:Type="Error">#N/A</Data></Cell></Row>'
    path = tmp_path / "a.xls"
    path.write_bytes(
        xml_spreadsheet(("s", xml_rows([["姓名", "语文", "数学"], ["学生甲", 80.0, 90.0]]) + row))
    )
    reading = read(path)
    assert reading.records().select("name", "subject", "raw_mark", "status").rows() == [
        ("学生甲", "语文", 80.0, "normal"),
        ("学生乙", "语文", None, "absent"),
        ("学生甲", "数学", 90.0, "normal"),
    ]
    assert [(p.code, p.place.address) for p in reading.problems] == [("cell.error_value", "C3")]


@pytest.mark.parametrize("damage", [b"", b'<Row ss:Index="1048576">' + b'<Cell ss:Index="16384"><Data ss:Type="Number">1</Data></Cell></Row>'])  # fmt: skip
def test_an_xml_spreadsheet_nobody_can_read(tmp_path, damage):
    whole = xml_spreadsheet(("s", damage.decode())) if damage else xml_spreadsheet()
    (tmp_path / "a.xls").write_bytes(whole)
    assert [p.code for p in read(tmp_path / "a.xls").problems] == [
        "sheet.too_large" if damage else "file.corrupt"
    ]


def page():
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in ROWS)
    return f"<html><table>{cells}</table></html>".encode("gb18030")


def text(encoding):
    return "\r\n".join(",".join(map(str, row)) for row in ROWS).encode(encoding)


def workbook():
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("s")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xlsx", page()), ("a.xls", page()), ("a.csv", page()), ("a.xls", workbook()), ("a.csv", workbook()), ("a.et.xlsx", workbook()),
     ("a.csv", text("utf-16-le")), ("a.xls", text("gb18030")), ("a.txt", text("utf-16"))],
)  # fmt: skip
def test_a_file_is_what_its_bytes_say(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert marks_of(read(tmp_path / name)) == truth(PUPILS)


def test_an_old_workbook_with_the_new_ending(tmp_path):
    old = converted(write_xlsx(tmp_path / "a.xlsx", {"s": ROWS}), "xls")
    old.rename(tmp_path / "b.xlsx")
    assert marks_of(read(tmp_path / "b.xlsx")) == truth(PUPILS)


def picture():
    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head, line = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0), zlib.compress(b"\0\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", line) + part(b"IEND", b"")


def test_a_workbook_that_holds_only_a_picture(tmp_path):
    for title, codes in ((None, ["file.picture"]), ("九年级成绩见图", ["file.picture"]), (ROWS, [])):
        with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
            sheet = book.add_worksheet("s")
            sheet.insert_image(2, 8, "表.png", {"image_data": io.BytesIO(picture())})
            for number, row in enumerate(title if title is ROWS else [[title]] if title else []):
                sheet.write_row(number, 0, row)
        reading = read(tmp_path / "a.xlsx")
        assert [p.code for p in reading.problems] == codes
    assert marks_of(reading) == truth(PUPILS)
