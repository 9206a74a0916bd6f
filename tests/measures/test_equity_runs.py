"""Equity of a county's exam, year by year, from sheets as schools send them; never a school's place."""

import datetime as dt

import numpy as np
import pytest

from evidence.published_batches import confirmed_batch, mock_exam, workbook
from zhiheng.base import access
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.roles import SCHOOL_ROLES
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.models import Observation
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.equity import page_data
from zhiheng.measures.equity.analysis_kinds import EQUITY
from zhiheng.measures.equity.selectors import (
    Year,
    bottom_shares,
    compares_schools,
    equity_tables,
    latest_equity,
    years_of,
)
from zhiheng.registry.schools.models import School

pytestmark = pytest.mark.django_db
TOWN, VILLAGE = ("城关一中", "城关二中"), ("柳林初中", "石桥初中")
EACH = 40
LAST_YEAR = {"name": "2026届九年级一模", "date": dt.date(2026, 3, 20), "filing_number": "备0"}


def held(gap: float, seed: int, **changes):
    """A mock in which schools in town lie `gap` points above those in the country."""
    exam = mock_exam(papers=[{"subject": "数学", "full_mark": 120}], **changes)
    rng = np.random.default_rng(seed)
    rows = [
        [
            school,
            "九(1)班",
            f"{seed}{k}{i:04d}",
            f"学生{seed}{k}{i}",
            round(60 + gap * (school in TOWN) + mark),
        ]
        for k, school in enumerate((*TOWN, *VILLAGE))
        for i, mark in enumerate(rng.normal(0, 10, EACH))
    ]
    sheet = workbook(rows, header=["学校", "班级", "考号", "姓名", "数学"], sheet="数学")
    batch = confirmed_batch({f"{exam.name}.xlsx": sheet}, exam=exam)
    for area, names in (("city", TOWN), ("village", VILLAGE)):
        School.objects.filter(name__in=names).update(area=area)
    return exam, dataset_publish(batch=batch, exam=exam)


@pytest.fixture
def exams(fixed_clock):
    definitions_seed()
    held(3.0, 1, **LAST_YEAR)  # schools are made with the first sheets; their place is told after
    before, old = held(3.0, 2, **LAST_YEAR | {"name": "2026届九年级一模（更正）"})
    after, new = held(20.0, 3)
    runs = [analysis_run(dataset=each, kind=EQUITY) for each in (old, new)]
    return before, after, runs


@pytest.mark.row("S000-18")
def test_cv_and_the_gap_of_town_and_country_stand_year_by_year_with_what_changed(exams):
    before, after, _ = exams
    years = years_of(after, "math", SYSTEM)
    assert [year.exam for year in years] == [before, after]
    for year in years:
        cv, gap = year.figures["school_cv"], year.figures["urban_rural_gap"]
        assert cv.period == gap.period == year.exam.ended_on
        assert cv.value > 0
        assert gap.lo < gap.value < gap.hi
    rows = page_data.year_rows(years)
    assert [row["day"] for row in rows] == [before.ended_on, after.ended_on]
    assert all(row["school_cv"] and row["urban_rural_gap"] for row in rows)
    told = page_data.changed(years)
    assert "城乡差距（标准差）从" in told
    assert "校际差异系数从" in told
    assert years[1].figures["urban_rural_gap"].value > years[0].figures["urban_rural_gap"].value


@pytest.mark.row("S000-18")
def test_a_change_is_told_only_where_intervals_part():
    def figure(lo, hi):
        return Observation(value=(lo + hi) / 2 if lo is not None else 1.0, lo=lo, hi=hi)

    def told(*limits):
        return page_data.changed([Year(Exam(), {"urban_rural_gap": figure(*each)}) for each in limits])

    assert told((0.1, 0.3), (0.4, 0.6)).endswith("变大了。")
    assert told((0.4, 0.6), (0.1, 0.3)).endswith("变小了。")
    assert told((0.1, 0.3), (0.2, 0.6)).endswith("还不能说变了。")
    assert told((None, None), (0.2, 0.6)).endswith("没有区间，不能说变了。")


def test_figures_are_recorded_for_the_county_only_and_agree_with_the_page(exams):
    _, after, (_, run) = exams
    assert latest_equity(after) == run
    seen = Observation.objects.filter(analysis=run, subject="math")
    assert {each.level for each in seen} == {"county"}
    figures = page_data.figures_of(equity_tables(run, SYSTEM), "math")
    for each in seen:
        assert (each.value, each.lo, each.hi) == tuple(
            figures[each.indicator][k] for k in ("value", "lo", "hi")
        )
    assert page_data.finding(figures, "math").startswith("数学：学生成绩的差别有 ")


def test_no_school_is_named_and_none_reads_it(exams):
    _, after, (_, run) = exams
    said = str(equity_tables(run, SYSTEM)) + str(page_data.area_rows(equity_tables(run, SYSTEM), "math"))
    assert not any(name in said for name in (*TOWN, *VILLAGE))
    assert not access.EQUITY & SCHOOL_ROLES
    principal = Scope(roles=frozenset({"PR"}), schools=frozenset(School.objects.values_list("id", flat=True)))
    assert all(table.is_empty() for table in equity_tables(run, principal).values())
    assert years_of(after, "math", principal) == []


def test_the_lowest_third_is_told_by_area_from_the_exams_own_tables(exams):
    _, _, (_, run) = exams
    assert bottom_shares(run, "math", SYSTEM).is_empty()  # the exam itself is not analysed yet
    analysis_run(dataset=run.dataset)
    rows = {row["name"]: row for row in page_data.bottom_rows(bottom_shares(run, "math", SYSTEM))}
    assert rows["城区学校"]["count"] + rows["乡村学校"]["count"] >= 0.3 * 4 * EACH
    assert rows["城区学校"]["limits"][1] < rows["乡村学校"]["limits"][0]


@pytest.mark.parametrize(("kind", "lawful"), [("monitoring", False), ("graduation_mock", True)])
def test_a_sample_says_nothing_of_schools(exams, kind, lawful):
    _, after, _ = exams
    after.kind = kind
    assert compares_schools(after) is lawful


def test_one_year_alone_is_no_trend(exams):
    _, after, _ = exams
    assert page_data.changed(years_of(after, "math", SYSTEM)[1:]) == "只有一年的同类考试，还看不出走势。"
