"""Files that are damaged, locked, huge or no tables at all: a sentence, never a traceback, never much memory."""

import io
import shutil
import subprocess
import tracemalloc
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_sheets import grid, marks_of, pupils, read, truth, write_xlsx
from msoffcrypto.format.ooxml import OOXMLFile

from zhiheng.files.extract import extract
from zhiheng.files.recognise import recognise
from zhiheng.files.workbooks import Source, open_source

PUPILS = pupils()
ROWS = [
    ["考号", "姓名", "语文", "数学", "英语", "物理"],
    *([p.ticket, p.name, *p.marks.values()] for p in PUPILS),
]


def codes(path):
    return [p.code for p in read(path).problems]


@pytest.mark.parametrize(
    ("name", "code"),
    [("成绩.png", "file.picture"), ("照片.JPG", "file.picture"), ("a.rar", "file.archive"), ("a.7z", "file.archive"),
     ("a.et", "file.format"), ("a.ods", "file.corrupt"), ("a.dbf", "file.format"), ("a.docx", "file.format"), ("a.xlsx", "file.corrupt"),
     ("a.xls", "file.corrupt"), ("a.zip", "file.corrupt"), ("a.csv", "file.corrupt"), ("无扩展名", "file.format")],
)  # fmt: skip
def test_what_cannot_be_read_gets_a_sentence(tmp_path, name, code):
    (tmp_path / name).write_bytes(bytes(range(256)) * 4)
    reading = read(tmp_path / name)
    assert [p.code for p in reading.problems] == [code]
    assert reading.problems[0].sentence.startswith(name)
    assert reading.sheets == ()


def test_pictures_are_answered_as_the_bureau_answers(tmp_path):
    (tmp_path / "照片.jpg").write_bytes(b"\xff\xd8\xff")
    assert (
        read(tmp_path / "照片.jpg").problems[0].sentence
        == "照片.jpg：图片不能读取，应为Excel 或 CSV 表格。请发原始表格。"
    )


def test_missing_file_and_empty_folder(tmp_path):
    assert codes(tmp_path / "没有.xlsx") == ["file.missing"]
    assert codes(tmp_path) == []


def test_truncated_workbooks(tmp_path):
    whole = write_xlsx(tmp_path / "a.xlsx", {"s": ROWS}).read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        path = tmp_path / "b.xlsx"
        path.write_bytes(whole[: int(len(whole) * share)])
        assert codes(path) == ["file.corrupt"]


def test_encrypted_workbook(tmp_path):
    plain = write_xlsx(tmp_path / "a.xlsx", {"s": ROWS})
    locked = tmp_path / "b.xlsx"
    with plain.open("rb") as source, locked.open("wb") as target:
        OOXMLFile(source).encrypt("123456", target)
    assert codes(locked) == ["file.encrypted"]


def test_macro_workbook_is_read_and_said(tmp_path):
    path = tmp_path / "a.xlsm"
    shutil.copy(write_xlsx(tmp_path / "a.xlsx", {"s": ROWS}), path)
    reading = read(path)
    assert [p.code for p in reading.problems] == ["file.macro"]
    assert marks_of(reading) == truth(PUPILS)


def rebuilt(source, target, part, change):
    """Copy a workbook, replacing the text of one part."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if entry.filename == part else data)
    return target


def test_zip_bomb(tmp_path):
    source = write_xlsx(tmp_path / "a.xlsx", {"s": ROWS})
    bomb = rebuilt(source, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", lambda d: d + b" " * 200_000_000)
    tracemalloc.start()
    assert codes(bomb) == ["file.zip_bomb"]
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


def test_a_million_empty_formatted_rows(tmp_path):
    source = write_xlsx(tmp_path / "a.xlsx", {"s": ROWS})
    empty = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (r, r) for r in range(30, 1_048_577))
    path = rebuilt(source, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", lambda d: d.replace(b"</sheetData>", empty + b"</sheetData>"))  # fmt: skip
    reading = read(path)
    assert marks_of(reading) == truth(PUPILS)
    assert reading.problems == ()


def test_a_stray_cell_far_away_is_refused_before_parsing(tmp_path):
    source = write_xlsx(tmp_path / "a.xlsx", {"s": ROWS})
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = rebuilt(
        source, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", lambda d: d.replace(b"</sheetData>", far)
    )
    reading = read(path)
    assert [p.code for p in reading.problems] == ["sheet.too_large"]
    assert "1048576" in reading.problems[0].found


def test_zip_with_names_in_gbk_and_rubbish(tmp_path):
    workbook = write_xlsx(tmp_path / "a.xlsx", {"s": ROWS}).read_bytes()
    path = tmp_path / "全县.zip"
    names = ("柳林镇/期末成绩.xlsx", "__MACOSX/x.xlsx", "柳林镇/~$期末.xlsx")
    path.write_bytes(zip_by_hand({name.encode("gbk"): workbook for name in names}))
    assert [s.name for s in open_source(path)] == ["全县.zip/柳林镇/期末成绩.xlsx"]
    assert marks_of(read(path)) == truth(PUPILS)


def zip_by_hand(entries):
    """Write a stored zip whose names carry no encoding flag."""
    body, directory = io.BytesIO(), io.BytesIO()
    for name, data in entries.items():
        crc, at = zipfile.crc32(data), body.tell()
        sizes = crc.to_bytes(4, "little") + len(data).to_bytes(4, "little") * 2
        common = b"\0\0" + b"\0\0" + b"\0" * 4 + sizes + len(name).to_bytes(2, "little") + b"\0\0"
        body.write(b"PK\x03\x04\x14\0" + common + name + data)
        directory.write(b"PK\x01\x02\x14\0\x14\0" + common + b"\0" * 10 + at.to_bytes(4, "little") + name)
    start, tail = body.tell(), directory.getvalue()
    count = len(entries).to_bytes(2, "little")
    end = (
        b"PK\x05\x06"
        + b"\0" * 4
        + count * 2
        + len(tail).to_bytes(4, "little")
        + start.to_bytes(4, "little")
        + b"\0\0"
    )
    return body.getvalue() + tail + end


def test_zip_in_zip_and_deeper(tmp_path):
    workbook = write_xlsx(tmp_path / "a.xlsx", {"s": ROWS}).read_bytes()
    inner = zip_by_hand({b"a.xlsx": workbook})
    (tmp_path / "b.zip").write_bytes(zip_by_hand({b"inner.zip": inner}))
    assert marks_of(read(tmp_path / "b.zip")) == truth(PUPILS)
    (tmp_path / "c.zip").write_bytes(zip_by_hand({b"x.zip": zip_by_hand({b"inner.zip": inner})}))
    assert codes(tmp_path / "c.zip") == ["file.archive"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_text_tables(tmp_path, encoding, mark):
    text = "\r\n".join(mark.join(map(str, row)) for row in ROWS)
    path = tmp_path / "成绩.csv"
    path.write_bytes(text.encode(encoding))
    assert marks_of(read(path)) == truth(PUPILS)


def test_text_tables_keep_leading_zeros(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('考号,姓名,语文\n="0012","学生甲",80\n\t0013,学生乙,81\n', encoding="gb18030")
    assert read(path).records()["ticket"].to_list() == ["0012", "0013"]


def test_old_binary_workbook(tmp_path):
    path = write_xlsx(tmp_path / "成绩.xlsx", {"九(1)班": ROWS})
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xls", "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    reading = read(tmp_path / "成绩.xls")
    assert marks_of(reading) == truth(PUPILS)
    assert set(reading.records()["class"]) == {"1"}


def test_text_that_calls_itself_xls(tmp_path):
    path = tmp_path / "导出.xls"
    path.write_bytes("\r\n".join("\t".join(map(str, row)) for row in ROWS).encode("gb18030"))
    assert marks_of(read(path)) == truth(PUPILS)


def test_web_page_that_calls_itself_xls(tmp_path):
    top = (
        "<tr><td rowspan=2>考号</td><td rowspan='2'>姓名</td>"
        + "".join(f"<th colspan=2>{s}</th>" for s in ROWS[0][2:])
        + "</tr>"
    )
    leaf = "<tr>" + "<td>得分</td><td>班级<br>名次</td>" * 4 + "</tr>"
    body = "".join(
        f"<tr><td>{p.ticket}</td><td>{p.name}</td>"
        + "".join(f"<td>{m}</td><td>&nbsp;3</td>" for m in p.marks.values())
        + "</tr>"
        for p in PUPILS
    )
    page = f"<html><head><meta charset=gbk><style>td{{x:y}}</style></head><body><table border=1>{top}{leaf}{body}</table></body></html>"
    (tmp_path / "导出.xls").write_bytes(page.encode("gb18030"))
    assert marks_of(read(tmp_path / "导出.xls")) == truth(PUPILS)


def test_blank_and_notes_sheets(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "空"
    notes = book.create_sheet("说明")
    for text in ("填表说明", "1. 姓名、考号必填", "2. 缺考请填缺考", "3. 成绩不要带单位"):
        notes.append([text])
    book.save(tmp_path / "a.xlsx")
    reading = read(tmp_path / "a.xlsx")
    assert [s.reading.kind for s in reading.sheets] == ["empty", "notes"]
    assert reading.problems == ()


def test_numbers_without_a_header_are_said(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", {"s": [[p.name, *p.marks.values()] for p in PUPILS]})
    assert codes(path) == ["sheet.no_header"]


WORDS = ["姓名", "考号", "语文", "数学", "总分", "班级", "第1题", "题号", "满分", "合计", "缺考", "七(1)班", "学科", "成绩", "--", "8O", "备注", "名次", "1", "", " "]  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=6),
    st.floats(-5, 300, allow_nan=False).map(lambda x: round(x, 2)),
    st.integers(0, 20).map(float),
    st.booleans(),
    st.dates(),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(1, 9).flatmap(
        lambda w: st.lists(st.lists(CELLS, min_size=w, max_size=w), min_size=1, max_size=14)
    )
)
def test_any_table_is_read_without_loss(table):
    assert_nothing_lost(table)


def assert_nothing_lost(table):
    sheet = grid(table)
    found = extract(sheet, recognise(sheet), full_marks={"chinese": 120})
    assert found.rows_in == found.rows_accepted + found.rows_listed
    assert len({p.place for p in found.problems if p.blocks_row}) == found.rows_listed
    assert set(found.marks["person"].to_list()) <= set(found.people["person"].to_list())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(["考号", "姓名", "学校", "班级", "语文", "数学", "总分", "备注", "学号", "第1题", "第2题", "期中语文", "期末语文", "数学等级", "选科", "区县", "学籍号", "科目", "成绩"]), unique=True, min_size=2, max_size=9),
    st.lists(st.lists(CELLS, min_size=9, max_size=9), min_size=1, max_size=20),
)  # fmt: skip
def test_any_rows_under_a_header_are_read_without_loss(header, body):
    assert_nothing_lost([header, *(row[: len(header)] for row in body)])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), suffix=st.sampled_from(["xlsx", "xls", "csv", "zip", "txt"]), head=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]))  # fmt: skip
def test_any_bytes_are_answered(tmp_path, data, suffix, head):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(head + data)
    found = read(path)
    assert found.sheets or found.problems


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 4000), byte=st.integers(0, 255))
def test_any_flipped_byte_of_a_workbook_is_answered(tmp_path, at, byte):
    path = tmp_path / "a.xlsx"
    if not path.exists():
        write_xlsx(path, {"s": ROWS})
    data = bytearray(path.read_bytes())
    data[at % len(data)] = byte
    bent = tmp_path / "b.xlsx"
    bent.write_bytes(data)
    found = read(bent)
    assert found.sheets or found.problems


def test_source_reads_from_memory():
    data = "考号,姓名,语文\n1001,学生甲,80\n".encode()
    assert Source("a.csv", data=data).size == len(data)


class PanicException(BaseException):
    """What calamine raises on some damage: no Exception, and a class of its own library."""


def test_a_panic_of_the_parser_is_a_damaged_file(tmp_path, monkeypatch):
    path = write_xlsx(tmp_path / "a.xlsx", {"s": ROWS})

    def panic(_):
        raise PanicException

    monkeypatch.setattr("python_calamine.CalamineWorkbook.from_filelike", panic, raising=False)
    assert codes(path) == ["file.corrupt"]


@pytest.mark.shared
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), how=st.sampled_from(["cut", "flip", "drop"]))
def test_any_damage_to_a_sheet_somebody_sent_is_answered(shared, tmp_path, data, how):
    source = data.draw(st.sampled_from(sorted(p for p in (shared / "sheets").iterdir() if p.suffix != ".md")))
    sent = bytearray(source.read_bytes())
    at = data.draw(st.integers(0, len(sent) - 1))
    if how == "cut":
        sent = sent[:at]
    elif how == "flip":
        sent[at] = data.draw(st.integers(0, 255))
    else:
        del sent[at : at + data.draw(st.integers(1, 200))]
    bent = tmp_path / source.name
    bent.write_bytes(sent)
    reading = read(bent)
    assert reading.sheets or reading.problems
