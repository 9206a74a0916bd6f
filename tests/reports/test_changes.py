"""可比变化: places in the county compare between papers, means and rates never do."""

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from reports.invented import invented_results
from zhiheng.core.intervals import mean_difference_interval
from zhiheng.files.document import Document, Estimate
from zhiheng.reports.brief.content import build as build_brief
from zhiheng.reports.county.content import build as build_county
from zhiheng.reports.facts.changes import changes_since, place
from zhiheng.reports.facts.exam import ExamFacts, exam_facts
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.school import school_facts
from zhiheng.reports.facts.telling import estimates_apart
from zhiheng.reports.school.content import build as build_school

TODAY = dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def earlier(results: Results) -> Results:
    """A year ago: other pupils, other schools' numbers, a wider urban–rural gap in mathematics."""
    before = invented_results(seed=11)
    math = pl.col("subject") == "math"
    wider = before.tables["between"].with_columns(
        *(
            pl.when(math).then(pl.col(name) + 25).otherwise(pl.col(name))
            for name in ("gap", "gap_lo", "gap_hi")
        )
    )
    exam = replace(before.exam, name="2026届九年级第一次模拟考试", ended_on=dt.date(2025, 11, 11))
    return Results(
        exam, before.caliber, "第1版", "0.1", {**before.tables, "between": wider}, before.dimensions
    )


@pytest.fixture(scope="module")
def since(results: Results, earlier: Results) -> ExamFacts:
    return exam_facts(results, today=TODAY, earlier=earlier)


def test_without_an_earlier_exam_nothing_is_said_to_rise_or_fall(facts: ExamFacts) -> None:
    assert facts.changes is None
    assert not any(each.key == "change" for each in facts.statements)
    assert any(each.key == "no_earlier" for each in facts.statements)


def test_the_same_exam_twice_shows_no_change(results: Results) -> None:
    again = exam_facts(results, today=TODAY, earlier=results)
    assert again.changes is not None
    every = [*again.changes.gaps.values()]
    every += [
        each for by in (again.changes.types, again.changes.schools) for found in by.values() for each in found
    ]
    assert len(every) > 50
    assert all(each.by.value == 0 and not each.direction for each in every)
    assert not any(each.key == "change" and each.certain for each in again.statements)


def test_an_easier_paper_changes_nothing(results: Results) -> None:
    """Every mark 1.1-fold and 5 points more: means and rates move, places do not."""
    groups = results.tables["groups"].with_columns(
        (pl.col("mean_taken") * 1.1 + 5).alias("mean_taken"),
        (pl.col("sd") * 1.1).alias("sd"),
        (pl.col("sum") * 1.1 + 500 * pl.col("taken")).round().cast(pl.Int64).alias("sum"),
        (pl.col("sum_squares") * 1.21 + 1100 * pl.col("sum") + 250_000 * pl.col("taken"))
        .round()
        .cast(pl.Int64)
        .alias("sum_squares"),
    )
    gap = results.tables["between"].with_columns(pl.col("gap", "gap_lo", "gap_hi") * 1.1)
    easier = replace(results, tables={**results.tables, "groups": groups, "between": gap})
    found = changes_since(results, easier)
    for each in (*found.gaps.values(), *found.types["total"], *found.schools["math"]):
        assert each.by.value == pytest.approx(0, abs=1e-9)
        assert each.before.lo == pytest.approx(each.now.lo, abs=1e-4)
        assert each.before.hi == pytest.approx(each.now.hi, abs=1e-4)


def test_the_change_of_a_place_has_about_welchs_interval(results: Results, earlier: Results) -> None:
    """Square-and-add of two t intervals is close to the interval of two separate groups in σ units."""
    now, before = results.unit("school", "0", "math"), earlier.unit("school", "0", "math")
    assert now is not None
    assert before is not None
    county, county_before = results.county("math"), earlier.county("math")
    apart = estimates_apart(place(now, county), place(before, county_before))
    sd, sd_before = (row.sd * np.sqrt(row.taken / (row.taken - 1)) for row in (now, before))
    exact = mean_difference_interval(
        now.z_mean, sd / county.sd, now.taken, before.z_mean, sd_before / county_before.sd, before.taken
    )
    assert apart.value == pytest.approx(now.z_mean - before.z_mean)
    assert (apart.lo, apart.hi) == pytest.approx((float(exact.lo), float(exact.hi)), abs=0.003)


def test_a_narrower_gap_is_told_with_its_interval_and_leads(since: ExamFacts) -> None:
    told = next(each for each in since.confirmed if each.key == "change")
    assert told.subject == "math"
    assert told.text.startswith("数学城乡差距比2026届九年级第一次模拟考试缩小")
    assert "个标准差（95%区间" in told.text
    assert since.headline.startswith("数学城乡差距缩小，失分集中在“函数”")


def test_schools_are_found_by_identity_not_by_number(results: Results, earlier: Results) -> None:
    """The same school has another number in each dataset."""
    count = len(earlier.schools)

    def turned(column: str) -> pl.Expr:
        return (count - 1 - pl.col(column).cast(pl.Int32)).cast(pl.String)

    own = pl.col("level") == "school"
    groups = earlier.tables["groups"].with_columns(
        pl.when(own).then((count - 1 - pl.col("unit").cast(pl.Int32, strict=False)).cast(pl.String))
        .otherwise(pl.col("unit")).alias("unit")
    )  # fmt: skip
    schools = earlier.dimensions["schools"].with_columns((count - 1 - pl.col("school")).alias("school"))
    renumbered = replace(
        earlier,
        tables={**earlier.tables, "groups": groups},
        dimensions={**earlier.dimensions, "schools": schools},
    )
    plain, moved = changes_since(results, earlier), changes_since(results, renumbered)
    assert [each.by for each in moved.schools["math"]] == [each.by for each in plain.schools["math"]]


def test_a_rise_with_many_absent_says_so(results: Results, earlier: Results) -> None:
    """柳林 misses 11 %: whatever became of its place, absences may be all there is to it."""
    liulin = (pl.col("level") == "school") & (pl.col("unit") == "6")
    groups = earlier.tables["groups"].with_columns(
        pl.when(liulin).then(pl.col(name) + shift).otherwise(pl.col(name)).alias(name)
        for name, shift in (("z_mean", -0.5), ("mean_taken", -50.0))
    )
    facts = exam_facts(
        results, today=TODAY, earlier=replace(earlier, tables={**earlier.tables, "groups": groups})
    )
    rows = {row[0]: row[-1] for row in _tables(build_county(facts))["学校变化"]}
    assert rows["柳林镇初级中学"] == "上升（缺考较多）"
    assert not any("缺考" in told for name, told in rows.items() if name != "柳林镇初级中学")


def test_totals_of_other_subjects_do_not_compare(results: Results) -> None:
    more = invented_results(seed=11, nine=True)
    found = changes_since(results, more)
    assert "total" not in found.schools
    assert set(found.schools) == set(results.subjects)


def test_small_groups_do_not_compare(results: Results, earlier: Results) -> None:
    few = pl.when((pl.col("level") == "school") & (pl.col("unit") == "0")).then(9).otherwise(pl.col("taken"))
    groups = earlier.tables["groups"].with_columns(few.alias("taken"))
    found = changes_since(results, replace(earlier, tables={**earlier.tables, "groups": groups}))
    assert "0" not in {each.unit for each in found.schools["math"]}


def _tables(document: Document) -> dict[str, tuple[tuple[object, ...], ...]]:
    return {table.sheet: table.rows for table in document.tables()}


def test_the_county_report_prints_the_changes_it_found(since: ExamFacts) -> None:
    rows = _tables(build_county(since))
    assert since.changes is not None
    assert [row[3] for row in rows["城乡差距变化"]] == [each.by for each in since.changes.gaps.values()]
    assert [row[4] for row in rows["学校变化"]] == [each.by for each in since.changes.schools["total"]]
    places = {each.now.value for each in since.changes.schools["total"]}
    assert not places & {cell for row in rows["学校变化"] for cell in row}  # no place beside a school's name


def test_a_school_reads_its_own_change_only(since: ExamFacts) -> None:
    document = build_school(since, "6")
    rows = _tables(document)["变化"]
    assert since.changes is not None
    own = [
        change
        for subject in since.results.subjects_and_total
        if (change := since.changes.school("6", subject))
    ]
    assert [row[5] for row in rows] == [each.by for each in own]
    held = {
        cell
        for table in document.tables()
        for row in table.rows
        for cell in row
        if isinstance(cell, Estimate)
    }
    others = {each.by for each in since.changes.schools["math"] if each.unit != "6"}
    assert not held & others


def test_the_leaders_page_says_what_moved_with_its_interval(since: ExamFacts) -> None:
    """The gap where it can be told, else the type of school that moved most, else that nothing can be told."""
    assert since.changes is not None
    table = next(each for each in build_brief(since).tables() if each.sheet == "学科")
    told = {row[0]: str(row[-1]) for row in table.rows}
    assert told["数学"].startswith("城乡差距缩小 −")
    for subject in since.results.subjects:
        gap, types = since.changes.gaps[subject], since.changes.types[subject]
        said = told[since.results.county(subject).subject_name]
        moved = any(each.direction for each in (gap, *types))
        assert ("～" in said) is moved
        assert (said == "无法区分") is not moved


def test_a_school_is_told_which_way_its_place_moved(results: Results, earlier: Results) -> None:
    own = (pl.col("level") == "school") & (pl.col("unit") == "6") & (pl.col("subject") == "math")
    groups = earlier.tables["groups"].with_columns(
        pl.when(own).then(pl.col(name) + shift).otherwise(pl.col(name)).alias(name)
        for name, shift in (("z_mean", 2.0), ("mean_taken", 55.0))
    )
    fallen = replace(earlier, tables={**earlier.tables, "groups": groups})
    facts = school_facts(exam_facts(results, today=TODAY, earlier=fallen), "6")
    assert facts.moved.startswith("比2026届九年级第一次模拟考试，")
    assert "数学在全县的位置下降。" in facts.moved
    assert school_facts(exam_facts(results, today=TODAY), "6").moved == ""
