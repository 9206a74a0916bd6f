"""Value added in documents: what its interval says, in the bureau's order, of the own school only; else why not."""

import datetime as dt
import io
import re
from dataclasses import replace

import polars as pl
import pypdf
import pytest

from reports.invented import ADDED, FEW, invented_results, with_growth
from zhiheng.files.document import Document, Estimate, Heading, Paragraph, Table
from zhiheng.files.pdf_writer import write_pdf
from zhiheng.reports.brief.content import build as build_brief
from zhiheng.reports.county.content import build as build_county
from zhiheng.reports.documents.texts import texts_of
from zhiheng.reports.facts.exam import ExamFacts, exam_facts
from zhiheng.reports.facts.measured import WITHHELD
from zhiheng.reports.facts.results import Results
from zhiheng.reports.hearing.content import build as build_hearing
from zhiheng.reports.school.content import build as build_school

TODAY = dt.date(2026, 11, 20)
START = "2026年八年级学业水平考试"


@pytest.fixture(scope="module")
def measured(results: Results) -> Results:
    return with_growth(results)


@pytest.fixture(scope="module")
def grown(measured: Results) -> ExamFacts:
    return exam_facts(measured, today=TODAY)


def section(document: Document) -> list:
    """Return the blocks of 增值与进步."""
    heads = [k for k, block in enumerate(document.blocks) if isinstance(block, Heading) and block.level == 1]
    start = next(k for k in heads if document.blocks[k].text == "增值与进步")
    return list(document.blocks[start + 1 : next(k for k in heads if k > start)])


def growth_of(document: Document) -> Table:
    return next(table for table in document.tables() if table.sheet == "增值与成长")


def test_the_section_names_the_start_the_method_and_who_was_matched(grown, measured):
    told = next(block.text for block in section(build_county(grown)) if isinstance(block, Paragraph))
    rows = measured.tables["value_added"].filter(subject="total")
    matched, pupils = rows["matched"].sum(), rows["pupils"].sum()
    assert f"以{START}（数据第3版）为起点" in told
    assert "回归残差的学校平均" in told
    assert f"{pupils:,} 人中，{matched:,} 人两次成绩都有，匹配率 {100 * matched / pupils:.1f}%" in told


def test_every_figure_is_the_run_s_own_and_stands_in_its_place(grown, measured):
    table = growth_of(build_county(grown))
    added = {(row["unit"], row["subject"]): row for row in measured.tables["value_added"].rows(named=True)}
    growth = {(row["unit"], row["subject"]): row for row in measured.tables["growth"].rows(named=True)}
    width = len(table.columns) // 2
    for unit, cells in zip(measured.schools, table.rows, strict=True):
        assert cells[0] == measured.schools[unit]["name"]
        for subject, told in (("total", cells[1 : width + 1]), ("math", cells[width + 1 :])):
            row, beside = added[unit, subject], growth[unit, subject]
            assert told[:2] == (row["matched"], row["pupils"])
            assert told[2] == Estimate(row["effect"], row["lo"], row["hi"])
            assert told[3] == (row["verdict"] or "不列")
            assert told[4] == Estimate(beside["median"], beside["lo"], beside["hi"])
            assert told[5] == row["reason"]


def test_schools_stand_in_the_bureaus_order_and_are_given_no_rank(grown, measured):
    """The order of figures is another one, so the test could tell."""
    blocks = section(build_county(grown))
    table = growth_of(build_county(grown))
    assert [row[0] for row in table.rows] == [row["name"] for row in measured.schools.values()]
    effects = [row[3].value for row in table.rows if row[3].value is not None]
    assert effects not in (sorted(effects), sorted(effects, reverse=True))
    words = " ".join(texts_of(tuple(blocks))).replace("不排名次", "")
    assert not re.search(r"名次|排名|第\s*\d+\s*名|第[一二三四五六七八九十]+名|最高|最低", words)
    assert "不得单独用于考核" in words
    assert "区间含 0 就是与全县无显著差异" in words


def test_on_paper_stands_the_total_only(grown):
    shown = growth_of(build_county(grown)).on_paper()
    assert {column.group for column in shown.columns} == {""}
    assert len(shown.columns) == 7


@pytest.mark.parametrize("unit", ["0", "2", "6"])
def test_a_sentence_calls_a_school_apart_only_where_its_interval_leaves_zero_out(measured, unit):
    own = measured.growth_of(unit, "total")
    apart = own.added.lo > 0 or own.added.hi < 0
    assert apart == (unit in ADDED)
    assert ("与全县无显著差异" in own.sentence) != apart


def test_the_sentence_of_a_school_is_its_own_figures(measured):
    assert measured.growth_of("6", "total").sentence == (
        "总分增值 −8.3 分（95%区间 −11.3～−5.3），显著低于全县起点相同的学生；成长百分位中位 56（95%区间 50～63）。"
    )
    assert measured.growth_of(FEW, "math").sentence == (
        "数学增值不列：两次成绩都有的只有 15 人，不到 20 人，不单独列出。"
    )


def test_a_school_report_tells_the_own_value_and_no_other(grown, measured):
    document = build_school(grown, "6")
    words = " ".join(texts_of(document))
    assert f"以{START}为起点，{measured.growth_of('6', 'total').sentence}" in words
    others = {
        each.added.value
        for subject in ("math", "total")
        for each in measured.school_growth(subject)
        if each.unit != "6"
    }
    cells = [cell for table in document.tables() for row in table.rows for cell in row]
    values = {cell.value if isinstance(cell, Estimate) else cell for cell in cells}
    assert not (others - {None}) & values
    assert measured.growth_of("6", "math").added in cells


def test_a_school_of_which_nothing_is_told_reads_why_and_no_empty_table(grown, measured):
    document = build_school(grown, FEW)
    assert measured.growth_of(FEW, "total").sentence in " ".join(texts_of(document))
    assert "增值与成长" not in {table.sheet for table in document.tables()}


def test_one_sentence_of_the_brief_counts_schools_and_the_page_stays_one(grown):
    (told,) = [each for each in grown.confirmed if each.key == "value_added"]
    assert told.sentence == (
        f"以{START}为起点，13 所学校的总分增值中 1 所显著高、1 所显著低，10 所区间含 0、与全县无显著差异，"
        "1 所依据不足、不列。"
    )
    nine = with_growth(invented_results(seed=12, nine=True))
    facts = exam_facts(nine, today=TODAY, earlier=invented_results(seed=11, nine=True))
    assert len(pypdf.PdfReader(io.BytesIO(write_pdf(build_brief(facts)))).pages) == 1


def test_where_no_school_stands_apart_nothing_is_certain(measured):
    alike = measured.tables["value_added"].with_columns(
        verdict=pl.when(pl.col("verdict") == "").then(pl.lit("")).otherwise(pl.lit("无显著差异"))
    )
    facts = exam_facts(replace(measured, tables={**measured.tables, "value_added": alike}), today=TODAY)
    (told,) = [each for each in facts.statements if each.key == "value_added"]
    assert not told.certain
    assert "没有一所能与全县区分，尚不能下结论" in told.text


def test_with_a_baseline_nothing_says_there_is_none(grown, facts):
    said = [" ".join(texts_of(build(grown))) for build in (build_brief, build_hearing, build_county)]
    assert not [
        each for each in said if re.search("没有合法的入学基线|本次没有，不作增值|确定下次分析", each)
    ]
    before = " ".join(texts_of(build_county(facts)))
    for words in ("本次没有，不作增值判断", "确定下次分析的合法增值基线"):
        assert words in before
    assert any("没有合法的入学基线" in each.text for each in facts.statements)
    assert "增值与成长" not in {table.sheet for table in build_school(facts, "6").tables()}


def test_where_schools_cannot_be_compared_the_reason_stands_instead_of_a_table(measured):
    why = "13 个单位里只有 1 个的学生两次成绩匹配率达到 80%，无法比较。请核对两次考试的学籍号。"
    county = {
        "level": "county",
        "unit": "school",
        "subject": "total",
        "pupils": 0,
        "matched": 0,
        "reason": why,
    }
    row = pl.DataFrame([county], schema_overrides=measured.tables["value_added"].schema)
    refused = pl.concat([measured.tables["value_added"].clear(), row], how="diagonal")
    facts = exam_facts(replace(measured, tables={**measured.tables, "value_added": refused}), today=TODAY)
    (block,) = section(build_county(facts))
    assert block.text == f"增值以{START}（数据第3版）为起点。{why}"
    (told,) = [each for each in facts.statements if each.key == "value_added"]
    assert told.text.endswith("各校教学增值尚不能下结论")
    assert not told.certain


def test_a_school_withheld_from_the_reader_leaves_no_figure_of_growth(measured):
    here = (pl.col("level") == "school") & (pl.col("unit") == "2")
    groups = measured.tables["groups"].with_columns(masked=here)
    own = replace(measured, tables={**measured.tables, "groups": groups}).growth_of("2", "total")
    assert (own.pupils, own.matched, own.added.value, own.percentile.value) == (None,) * 4
    assert own.sentence == f"总分增值不列：{WITHHELD}。"
