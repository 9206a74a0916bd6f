"""Every number of every table, walked back to the result table it came from; nothing of a withheld unit anywhere."""

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import replace

import polars as pl
import pytest

from reports.invented import with_growth
from zhiheng.files.document import Cell, Column, Document, Estimate, Table
from zhiheng.reports.brief.content import build as build_brief
from zhiheng.reports.county.content import build as build_county
from zhiheng.reports.documents.texts import texts_of
from zhiheng.reports.facts.exam import ExamFacts, exam_facts
from zhiheng.reports.facts.results import Results
from zhiheng.reports.hearing.content import build as build_hearing
from zhiheng.reports.school.content import build as build_school

SENIOR = 12
COMBINED = {
    ("等级", "良好"),  # 优秀 taken out of 良好, and so on: tests/reports/test_monitoring.py
    ("等级", "优秀"),
    ("等级", "合格"),
    ("等级", "待提高"),
    ("比较", "下四分位"),  # quartiles of schools' means: tests/reports/test_school_report.py
    ("比较", "上四分位"),
    ("学校比较", "离均差"),
    ("数学小题", "均分"),  # facility × full mark
}
"""(sheet, column) whose numbers are made from several results; each is tested where it is made."""


@pytest.fixture(scope="module")
def measured(results: Results) -> Results:
    """The analysis beside growth from an earlier test."""
    return with_growth(results)


@pytest.fixture(scope="module", params=[9, SENIOR])
def documents(request: pytest.FixtureRequest, measured: Results) -> dict[str, Document]:
    """The four documents, of a compulsory and of a senior grade."""
    exam = replace(measured.exam, grade=request.param)
    facts = exam_facts(replace(measured, exam=exam), today=dt.date(2026, 11, 20))
    return {
        "brief": build_brief(facts),
        "hearing": build_hearing(facts),
        "county": build_county(facts),
        "school": build_school(facts, "6"),
    }


def _known(results: Results) -> set[float]:
    """Every figure of the result tables and dimensions, marks in points as well as in hundredths."""
    found: set[float] = set()
    for frame in (*results.tables.values(), *results.dimensions.values()):
        for name, kind in frame.schema.items():
            if kind.is_numeric():
                values = frame[name].drop_nulls().cast(pl.Float64)
                found |= set(values.to_list()) | set((values / 100).to_list())
    return found


def _cells(table: Table) -> Iterator[tuple[Column, float]]:
    for row in table.rows:
        for column, cell in zip(table.columns, row, strict=True):
            yield from ((column, value) for value in _numbers(cell))


def _numbers(cell: Cell) -> list[float]:
    parts = (cell.value, cell.lo, cell.hi) if isinstance(cell, Estimate) else (cell,)
    return [float(part) for part in parts if isinstance(part, int | float)]


@pytest.mark.parametrize("name", ["brief", "hearing", "county", "school"])
def test_every_number_stands_in_a_result_table(
    documents: dict[str, Document], measured: Results, name: str
) -> None:
    known, walked = _known(measured), 0
    shares = _shares(measured)
    for table in documents[name].tables():
        for column, value in _cells(table):
            if (table.sheet, column.title) not in COMBINED and not column.title.startswith("本校减"):
                allowed = (
                    shares if (column.title, column.group) in {("占比", ""), ("占比", "分值")} else known
                )
                assert value in allowed, (table.title, column.title, value)
                walked += 1
    assert walked > 15


def _shares(results: Results) -> set[float]:
    """Shares of a paper's marks by knowledge point."""
    found = set()
    for subject in results.subjects:
        tags = results.tags("county", "", subject)
        found |= {tag.full_mark / sum(each.full_mark for each in tags) for tag in tags}
    return found


def test_a_withheld_school_leaves_no_figure_and_a_school_report_says_why(results: Results) -> None:
    """Masked as the selectors mask: figures null, flag set."""
    hidden = "3"
    tables = dict(results.tables)
    here = (pl.col("level") == "school") & (pl.col("unit") == hidden)
    original = tables["groups"].filter(here)
    for name in ("groups", "composites", "tags"):
        keys = {"level", "unit", "subject", "scheme", "kind", "tag", "items", "full_mark", "parts", "note"}
        masked = [
            pl.when(here).then(None).otherwise(pl.col(column)).alias(column)
            for column in tables[name].columns
            if column not in keys
        ]
        tables[name] = tables[name].with_columns(*masked, here.alias("masked"))
    facts = exam_facts(
        replace(results, tables=tables, exam=replace(results.exam, grade=SENIOR)),
        today=dt.date(2026, 11, 20),
    )
    secret = {
        value
        for column in (
            "mean",
            "mean_lo",
            "mean_hi",
            "sd",
            "z_mean",
            "pass_rate",
            "low_rate",
            "excellent_rate",
        )
        for value in original[column].to_list()
        if value not in (0.0, 1.0)
    }
    for document in (build_brief(facts), build_hearing(facts), build_county(facts)):
        shown = {value for table in document.tables() for _, value in _cells(table)}
        assert not any(math.isclose(value, each, rel_tol=1e-12) for value in shown for each in secret)
    row = next(row for table in build_county(facts).tables() if table.sheet == "学校比较" for row in table.rows
               if row[1] == facts.results.schools[hidden]["name"])  # fmt: skip
    assert row[0] == "不列"
    assert not [cell for cell in row[3:] if _numbers(cell)]


def test_teachers_are_named_to_their_own_school_only(facts: ExamFacts) -> None:
    """The county's documents name no teacher; a school's names its own, with what the table is not for."""
    own = {name for klass, row in facts.results.classes.items() if str(row["school"]) == "6"
           if (name := facts.results.taught_by(klass, "math"))}  # fmt: skip
    document = build_school(facts, "6")
    assert set(re.findall(r"教师\d{3}", " ".join(texts_of(document)))) == own != set()
    assert any("不得单独用于考核" in table.note for table in document.tables() if table.sheet == "班级")
    assert document.watermark.startswith("沙河镇") or facts.results.schools["6"]["name"] in document.watermark
    for made in (build_brief(facts), build_hearing(facts), build_county(facts)):
        assert not re.search(r"教师\d{3}", " ".join(texts_of(made)))


def test_a_school_is_told_no_composite_that_rests_on_others(facts: ExamFacts) -> None:
    document = build_school(facts, "6")
    table = next(each for each in document.tables() if each.sheet == "综合分")
    assert [column.title for column in table.columns] == ["学科", "实考", "4∶3∶3 综合分", "4∶4∶2 综合分"]
    own = [facts.results.composite("school", "6", s, "mean433") for s in facts.results.subjects_and_total]
    assert [row[2] for row in table.rows] == own
    assert "4∶3∶3 综合分 第1版" in document.footer
    others = {facts.results.composite("school", "6", "math", "best_ratio_433")}
    assert not others & {cell for each in document.tables() for row in each.rows for cell in row}


def test_in_compulsory_education_no_school_stands_beside_its_composite(
    facts: ExamFacts, results: Results
) -> None:
    def scored(made: Document) -> set[str]:
        return {table.columns[0].title for table in made.tables() if table.sheet.endswith("综合分")}

    assert scored(build_county(facts)) == {"学校类型"}
    senior = exam_facts(
        replace(results, exam=replace(results.exam, grade=SENIOR)), today=dt.date(2026, 11, 20)
    )
    made = build_county(senior)
    assert scored(made) == {"学校类型", "学校"}
    table = next(each for each in made.tables() if each.sheet == "学校综合分")
    ratio, control = (
        next(place for place, column in enumerate(table.columns) if column.title == title)
        for title in ("与最高校之比 40∶30∶30", "与最高校之比 40∶30∶30 标准分对照")
    )
    for row, unit in zip(table.rows, senior.results.schools, strict=True):
        assert row[ratio] == senior.results.composite("school", unit, "total", "best_ratio_433")
        assert row[control] == senior.results.composite("school", unit, "total", "best_ratio_433_z")


def test_a_band_that_nobody_is_in_is_nought_and_moves_no_other(results: Results) -> None:
    """The table has no row for it; a withheld unit has rows without counts."""
    row = next(each for each in results.level("school", "math") if each.unit == "6")
    told = {"level": "school", "unit": "6", "subject": "math", "kind": "grade"}
    counts = {1: row.taken - 30, 2: 10, 4: 20}
    bands = pl.DataFrame([told | {"band": band, "count": count} for band, count in counts.items()])
    read = replace(results, tables={**results.tables, "distribution": bands})
    assert read.grade_shares(row) == (0.0, 1 - 30 / row.taken, 10 / row.taken, 0.0, 20 / row.taken)
    withheld = bands.with_columns(count=pl.lit(None, pl.Int64))
    read = replace(results, tables={**results.tables, "distribution": withheld})
    assert read.grade_shares(row) == (None,) * 5
