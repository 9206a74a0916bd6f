"""The same document as PDF, Word and Excel: fonts, margins, numbers. Word is opened by LibreOffice and drawn."""

import io
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pypdf
import pytest
from lxml import etree

from files.example_document import TABLE, example
from zhiheng.files import fonts
from zhiheng.files.document import Kind
from zhiheng.files.docx_writer import write_docx
from zhiheng.files.pdf_writer import write_pdf
from zhiheng.files.xlsx_writer import write_xlsx
from zhiheng.standards.loader import load

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TWIPS_PER_MM = 1440 / 25.4


@pytest.fixture(scope="module")
def official() -> etree._Element:
    archive = zipfile.ZipFile(io.BytesIO(write_docx(example(Kind.OFFICIAL))))
    return etree.fromstring(archive.read("word/document.xml"))


def test_word_margins_are_those_of_gb_t_9704(official: etree._Element) -> None:
    margins, size = official.find(f".//{W}pgMar"), official.find(f".//{W}pgSz")
    millimetres = {
        side: round(int(margins.get(f"{W}{side}")) / TWIPS_PER_MM)
        for side in ("top", "left", "bottom", "right")
    }
    assert millimetres == {"top": 37, "left": 28, "bottom": 35, "right": 26}
    assert (round(int(size.get(f"{W}w")) / TWIPS_PER_MM), round(int(size.get(f"{W}h")) / TWIPS_PER_MM)) == (
        210,
        297,
    )


def _paragraph(root: etree._Element, text: str) -> etree._Element:
    return next(p for p in root.iter(f"{W}p") if text in "".join(p.itertext()))


@pytest.mark.parametrize(
    ("text", "font", "half_points"),
    [
        ("2027届九年级一模质量分析", "方正小标宋简体", 44),
        ("一、总体情况", "黑体", 32),
        ("（一）城乡差距", "楷体_GB2312", 32),
        ("应考 5,551 人，", "仿宋_GB2312", 32),
    ],
)
def test_word_names_the_fonts_of_the_standard(
    official: etree._Element, text: str, font: str, half_points: int
) -> None:
    run = _paragraph(official, text).find(f"{W}r/{W}rPr")
    assert run.find(f"{W}rFonts").get(f"{W}eastAsia") == font
    assert int(run.find(f"{W}sz").get(f"{W}val")) == half_points


def test_word_body_lines_are_exact_and_indented_by_two_characters(official: etree._Element) -> None:
    properties = _paragraph(official, "应考 5,551 人，").find(f"{W}pPr")
    spacing = properties.find(f"{W}spacing")
    assert spacing.get(f"{W}lineRule") == "exact"
    assert int(spacing.get(f"{W}line")) / 20 == load("official_document")["page"]["line_pitch_pt"]
    assert properties.find(f"{W}ind").get(f"{W}firstLineChars") == "200"


def test_word_leaves_number_and_date_blank_and_repeats_table_heads(official: etree._Element) -> None:
    assert "文号：　　　　　　〔　　　〕　　号" in "".join(official.itertext())
    assert "年　　月　　日" in "".join(official.itertext())
    assert len(official.findall(f".//{W}tblHeader")) == 2


def test_word_numbers_pages_between_dashes_outside(official: etree._Element) -> None:
    archive = zipfile.ZipFile(io.BytesIO(write_docx(example(Kind.OFFICIAL))))
    feet = [
        archive.read(name).decode()
        for name in archive.namelist()
        if "footer" in name and name.endswith(".xml")
    ]
    assert sum("PAGE" in foot and "— " in foot for foot in feet) == 2
    assert {"left", "right"} == {
        side for foot in feet for side in ("left", "right") if f'w:jc w:val="{side}"' in foot
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", Kind)
def test_word_opens_and_prints(kind: Kind, tmp_path: Path) -> None:
    (tmp_path / "document.docx").write_bytes(write_docx(example(kind)))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "document.docx",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "document.pdf").pages)
    assert "84.63" in text
    assert "函数" in text


@pytest.mark.parametrize("kind", Kind)
def test_pdf_embeds_every_font_and_can_be_read_back(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(write_pdf(example(kind)))
    listed = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True).stdout
    rows = listed.splitlines()[2:]
    assert rows
    assert all("Noto" in row for row in rows)
    assert all(row.split()[-5] == "yes" for row in rows)  # column emb
    text = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    assert "数学低分率上升" in text
    assert "84.63" in text
    assert b"pdfaid:part" in path.read_bytes()


def test_without_fonts_the_reason_and_the_remedy_are_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "font_directories", lambda: [tmp_path])
    fonts.chinese_fonts.cache_clear()
    with pytest.raises(fonts.FontsMissing, match="fonts-noto-cjk"):
        fonts.chinese_fonts()
    fonts.chinese_fonts.cache_clear()


@pytest.fixture(scope="module")
def workbook() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_xlsx(example())))


def test_excel_has_a_sheet_a_table_a_sheet_a_chart_and_the_definitions(workbook: openpyxl.Workbook) -> None:
    assert workbook.sheetnames == ["摘要", "学科", "图1", "口径"]


def test_excel_numbers_stay_numbers_at_full_precision(workbook: openpyxl.Workbook) -> None:
    rows = list(workbook["学科"].iter_rows(min_row=4, max_row=5, values_only=True))
    assert rows[0] == ("语文", 5392, 84.625, 82.1, 0.783, 0.772, 0.794)
    assert rows[1][3] == "—"
    assert workbook["学科"]["E4"].number_format == "0.00%"


def test_excel_splits_an_interval_into_three_named_columns(workbook: openpyxl.Workbook) -> None:
    above, heads = ([cell.value for cell in workbook["学科"][row]] for row in (2, 3))
    assert above[4] == "及格率"
    assert heads[4:] == ["数值", "95%下限", "95%上限"]


def test_excel_is_frozen_below_the_head_and_set_up_for_a4(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["学科"]
    assert sheet.freeze_panes == "B4"
    assert sheet.page_setup.paperSize == 9


def test_excel_carries_versions_and_definitions(workbook: openpyxl.Workbook) -> None:
    cells = {row[0]: row[1] for row in workbook["口径"].iter_rows(values_only=True) if row[0]}
    assert cells["数据版本"] == "第2版"
    assert "60%" in cells["及格率"]


def test_the_three_formats_carry_the_same_printed_numbers() -> None:
    printed = {text.split("\n")[0] for row in TABLE.printed() for text in row}
    pdf = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(write_pdf(example()))).pages)
    word = zipfile.ZipFile(io.BytesIO(write_docx(example()))).read("word/document.xml").decode()
    assert all(text in pdf and text in word for text in printed)
