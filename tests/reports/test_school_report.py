"""学校分析报告: own slice only. Names and figures of other schools are planted and must not appear."""

import datetime as dt
import io

import openpyxl
import polars as pl
import pypdf
import pytest

from zhiheng.files.document import Document, Table
from zhiheng.files.pdf_writer import write_pdf
from zhiheng.files.xlsx_writer import write_xlsx
from zhiheng.reports.facts.comparison import quartiles
from zhiheng.reports.facts.exam import ExamFacts, exam_facts
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.school import SchoolFacts, school_facts
from zhiheng.reports.school.content import build

TODAY = dt.date(2026, 11, 20)
LIULIN = "6"


@pytest.fixture(scope="module")
def own(facts: ExamFacts) -> SchoolFacts:
    return school_facts(facts, LIULIN)


def _figures_of_schools(results: Results) -> dict[str, set[str]]:
    """School → its means and rates as printed."""
    found: dict[str, set[str]] = {}
    for subject in results.subjects_and_total:
        for row in results.level("school", subject):
            assert row.mean_taken is not None
            found.setdefault(row.unit, set()).add(f"{row.mean_taken:.2f}")
    return found


def _words(document: Document) -> str:
    pdf = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(write_pdf(document))).pages)
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(document)))
    cells = [
        f"{cell:.2f}" if isinstance(cell, float) else str(cell)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    ]
    return pdf + "|" + "|".join(cells)


def test_no_other_schools_name_appears(results: Results, facts: ExamFacts, own: SchoolFacts) -> None:
    text = _words(build(facts, LIULIN))
    assert own.name in text
    for unit, row in results.schools.items():
        if unit != LIULIN:
            assert row["name"] not in text


def test_no_other_schools_mean_appears(results: Results, facts: ExamFacts, own: SchoolFacts) -> None:
    figures = _figures_of_schools(results)
    county_and_own = {
        f"{value:.2f}"
        for each in own.subjects
        for row in (each.own, each.county, *each.classes)
        for value in (row.mean.value, row.mean.lo, row.mean.hi, row.sd)
        if value is not None
    }
    text = _words(build(facts, LIULIN))
    others = set().union(*(figures[unit] for unit in figures if unit != LIULIN)) - county_and_own
    # A whole token, so that 71.26 is not found inside 171.26.
    tokens = set(text.replace("～", "|").replace("\n", "|").replace(" ", "|").split("|"))
    assert not others & tokens


def test_every_school_gets_only_its_own_classes(results: Results, facts: ExamFacts) -> None:
    for unit in list(results.schools)[:4]:
        for each in school_facts(facts, unit).subjects:
            assert all(str(results.classes[row.unit]["school"]) == unit for row in each.classes)


@pytest.mark.parametrize("count", range(5, 30))
def test_a_quartile_is_never_one_schools_own_mean(count: int) -> None:
    means = [50 + 1.37 * place for place in range(count)]
    assert not set(quartiles(means)) & set(means)


def test_types_with_few_schools_get_no_band(facts: ExamFacts) -> None:
    """启明中学 is the only private school: its type's mean would be its own."""
    private = school_facts(facts, "4")
    assert private.main.band.q1 is None
    assert private.main.band.mean is None
    assert "不列同类校数值" in build(facts, "4").tables()[0].note


def test_what_the_table_says_is_what_the_analysis_found(results: Results, facts: ExamFacts) -> None:
    table: Table = build(facts, LIULIN).tables()[0]
    for row, subject in zip(table.rows, results.subjects_and_total, strict=True):
        measured = results.unit("school", LIULIN, subject)
        assert measured is not None
        assert row[1] == measured.taken
        assert row[2] == measured.mean
        assert row[3] == results.county(subject).mean.value


def test_a_knowledge_point_is_below_the_county_only_where_the_interval_says_so(own: SchoolFacts) -> None:
    points = [point for each in own.subjects for point in each.weak_points]
    assert points
    for point in points:
        assert point.below == (point.apart.hi is not None and point.apart.hi < 0)


def test_a_school_too_small_to_compare_is_told_so(results: Results) -> None:
    groups = results.tables["groups"].with_columns(
        pl.when((pl.col("level") == "school") & (pl.col("unit") == "8"))
        .then(8)
        .otherwise(pl.col("taken"))
        .alias("taken")
    )
    fewer = Results(
        results.exam,
        results.caliber,
        "第2版",
        "0.1",
        {**results.tables, "groups": groups},
        results.dimensions,
    )
    assert (
        school_facts(exam_facts(fewer, today=TODAY), "8").headline == "参考人数不足，各科均分不与全县比较。"
    )


def test_a_school_that_took_no_part_has_no_report(facts: ExamFacts) -> None:
    with pytest.raises(KeyError):
        school_facts(facts, "99")


def test_a_schools_own_exam_is_not_compared_with_a_county(results: Results) -> None:
    """One school alone: its rows are the county's."""
    groups = results.tables["groups"]
    own_rows = groups.filter((pl.col("level") == "school") & (pl.col("unit") == LIULIN))
    tables = {"groups": pl.concat([own_rows, own_rows.with_columns(level=pl.lit("county"), unit=pl.lit(""))])}
    dimensions = {
        **results.dimensions,
        "schools": results.dimensions["schools"].filter(pl.col("school") == int(LIULIN)),
    }
    alone = exam_facts(
        Results(results.exam, results.caliber, "第1版", "0.1", tables, dimensions), today=TODAY
    )
    assert "全县" not in "".join(table.title for table in build(alone, LIULIN).tables())
    assert "全县" not in school_facts(alone, LIULIN).headline
