"""Every document in every format: no gaps spelt as words, embedded fonts, the same numbers, opened by LibreOffice."""

import datetime as dt
import io
import re
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pypdf
import pytest

from reports.invented import invented_results
from zhiheng.files.document import Document, Kind
from zhiheng.files.docx_writer import write_docx
from zhiheng.files.pdf_writer import write_pdf
from zhiheng.files.xlsx_writer import write_xlsx
from zhiheng.reports.brief.content import build as build_brief
from zhiheng.reports.county.content import build as build_county
from zhiheng.reports.facts.exam import ExamFacts, exam_facts
from zhiheng.reports.facts.results import Results
from zhiheng.reports.hearing.content import build as build_hearing
from zhiheng.reports.school.content import build as build_school

TODAY = dt.date(2026, 11, 20)
GAPS = re.compile(r"\b(nan|None|null|inf|NaT)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def documents(facts: ExamFacts) -> dict[str, Document]:
    return {
        "brief": build_brief(facts),
        "hearing": build_hearing(facts),
        "county": build_county(facts),
        "school": build_school(facts, "6"),
    }


@pytest.fixture(scope="module")
def bare(results: Results) -> Document:
    """The county report of an analysis that has only marks."""
    tables = {"groups": results.tables["groups"]}
    only = Results(results.exam, results.caliber, "第1版", "0.1", tables, results.dimensions)
    return build_county(exam_facts(only, today=TODAY))


def _pdf_text(data: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def _docx_text(data: bytes) -> str:
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    return re.sub(r"<[^>]+>", " ", xml)


def _xlsx_text(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return " ".join(
        str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c is not None
    )


NAMES = ("brief", "hearing", "county", "school")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_missing_is_spelt_as_a_word(documents: dict[str, Document], name: str) -> None:
    document = documents[name]
    for text in (
        _pdf_text(write_pdf(document)),
        _docx_text(write_docx(document)),
        _xlsx_text(write_xlsx(document)),
    ):
        assert len(text) > 500
        assert not GAPS.search(text)


@pytest.mark.parametrize("name", NAMES)
def test_every_printed_cell_is_in_the_pdf_and_in_word(documents: dict[str, Document], name: str) -> None:
    document = documents[name]
    pdf, word = _pdf_text(write_pdf(document)), _docx_text(write_docx(document))
    for table in document.tables():
        for row in table.on_paper().printed():
            for number in (text for cell in row for text in re.findall(r"[−+]?[\d,]+\.\d+%?", cell)):
                assert number in pdf
                assert number in word


@pytest.mark.parametrize("name", NAMES)
def test_excel_holds_every_number_of_every_table_as_a_number(
    documents: dict[str, Document], name: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(documents[name])))
    held = {
        cell
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, float)
    }
    for table in documents[name].tables():
        for row in table.rows:
            for cell, column in zip(row, table.columns, strict=True):
                if isinstance(cell, float) and column.format is not None and not column.format.points:
                    assert any(abs(cell - each) < 1e-9 for each in held) or cell == int(cell)


def test_the_county_report_has_its_eleven_sections_and_says_why_one_is_empty(bare: Document) -> None:
    text = _pdf_text(write_pdf(bare))
    for heading in ("一、基本情况", "六、增值与进步", "九、问题清单", "十一、附录"):
        assert heading in text
    for reason in ("没有收到小题分", "增值需要合法的入学基线", "本次没有设定目标", "没有可比的上一次考试"):
        assert reason in text
    assert not GAPS.search(text)


def test_in_compulsory_education_no_school_stands_beside_its_mean(
    documents: dict[str, Document], facts: ExamFacts
) -> None:
    table = next(each for each in documents["county"].tables() if each.sheet == "学校比较")
    assert [column.title for column in table.columns] == [
        "与全县比较",
        "学校",
        "类型",
        "应考",
        "实考",
        "参考率",
    ]
    order = list(facts.results.schools)
    for standing in {row[0] for row in table.rows}:
        names = [row[1] for row in table.rows if row[0] == standing]
        places = [order.index(unit) for unit, row in facts.results.schools.items() if row["name"] in names]
        assert places == sorted(places)


def test_the_hearing_has_the_four_parts_and_a_blank_head(documents: dict[str, Document]) -> None:
    text = _pdf_text(write_pdf(documents["hearing"]))
    for words in ("一、总体情况", "二、主要问题", "三、原因", "四、提请审议事项", "文号", "拟稿", "签发"):
        assert words in text
    assert documents["hearing"].kind is Kind.OFFICIAL


@pytest.mark.slow
def test_word_files_open_in_libreoffice_and_print(documents: dict[str, Document], tmp_path: Path) -> None:
    before = invented_results(seed=11, nine=True)
    nine = exam_facts(invented_results(seed=12, nine=True), today=TODAY, earlier=before)
    documents = documents | {"brief_nine": build_brief(nine)}
    for name, document in documents.items():
        (tmp_path / f"{name}.docx").write_bytes(write_docx(document))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    files = [f"{name}.docx" for name in documents]
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", *files],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=180,
    )
    for name, document in documents.items():
        reader = pypdf.PdfReader(tmp_path / f"{name}.pdf")
        text = "".join(page.extract_text() for page in reader.pages)
        assert document.title.split("\n")[0][:6] in text.replace(" ", "")
        if document.kind is Kind.BRIEF:
            assert len(reader.pages) == 1


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_drawn_with_ink_inside_the_margins(
    documents: dict[str, Document], name: str, tmp_path: Path
) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(write_pdf(documents[name]))
    subprocess.run(["pdftoppm", "-r", "20", "-gray", "document.pdf", "page"], cwd=tmp_path, check=True)
    pages = sorted(tmp_path.glob("page*.pgm"))
    assert len(pages) == len(pypdf.PdfReader(path).pages)
    for page in pages:
        head, size, _, body = page.read_bytes().split(b"\n", 3)
        width, height = map(int, size.split())
        assert head == b"P5"
        columns = [min(body[x::width]) for x in range(width)]
        dark = sum(1 for value in body if value < 128)
        assert dark > 20
        assert min(columns[: width // 25]) > 200  # nothing runs off the left edge
        assert min(columns[-width // 25 :]) > 200  # or off the right
        assert height > width
