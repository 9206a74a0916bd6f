"""The calibration of an exam from item sheets as schools send them, and who reads which subject of it."""

import numpy as np
import polars as pl
import pytest
from django.urls import reverse

from evidence.published_batches import confirmed_batch, mock_exam, school_rows, workbook
from frames.item_sheets import drawn
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.jobs.models import Job
from zhiheng.base.people.models import Grant, User
from zhiheng.base.scopes import NOBODY, SYSTEM, Scope
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.measures.analyses.models import Observation
from zhiheng.measures.analyses.selectors import latest_analysis
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.scaling import page_data
from zhiheng.measures.scaling.analysis_kinds import SCALING
from zhiheng.measures.scaling.jobs import refresh
from zhiheng.measures.scaling.selectors import latest_scaling, may_be_scaled, scaling_tables

pytestmark = pytest.mark.django_db
SCHOOLS = ("石桥镇初级中学", "柳林镇初级中学")
K = 8
HEADER = ["学校", "班级", "考号", "姓名", *(f"第{n}题(3分)" for n in range(1, K + 1))]


@pytest.fixture
def dataset(fixed_clock):
    definitions_seed()
    marks = 3 * drawn(400, [1.4] * K, [[place] for place in np.linspace(-1, 1, K)], seed=32)
    marks[:, 2] = 3 - marks[:, 2]  # a wrong key
    rows = [
        [SCHOOLS[i // 200], "九(1)班", f"2709{i:04d}", f"学生{i}", *each]
        for i, each in enumerate(marks.tolist())
    ]
    exam = mock_exam(papers=[{"subject": "数学", "full_mark": 3 * K}])
    sheet = workbook(rows, header=HEADER, sheet="数学")
    return dataset_publish(batch=confirmed_batch({"数学小题.xlsx": sheet}, exam=exam), exam=exam)


def test_the_run_finds_the_wrong_key_and_the_page_says_it_first(dataset):
    analysis_run(dataset=dataset)
    own = latest_analysis(dataset.exam)
    run = analysis_run(dataset=dataset, kind=SCALING)
    assert latest_scaling(dataset.exam) == run
    assert latest_analysis(dataset.exam) == own  # the page of the exam does not change
    paper = page_data.paper_of(scaling_tables(run, SYSTEM), "math")
    assert page_data.finding(paper) == "数学：第 3 题越会的学生越容易失分，先核对答案"
    assert len(page_data.item_rows(paper)) == K
    seen = Observation.objects.get(analysis=run, indicator="ability_reliability")
    assert (seen.subject, seen.level, seen.n) == ("math", "county", 400)
    assert seen.value == paper.head["reliability"]


def test_the_page_prints_parameters_with_intervals_and_both_charts(dataset, client):
    analysis_run(dataset=dataset, kind=SCALING)
    office = User.objects.create_user("office", password="county-office-2026", display_name="教研室")
    Grant.objects.create(user=office, role="RO", unit_kind="county")
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("scaling:exam", args=[dataset.exam_id])).content.decode()
    for said in ("第 3 题越会的学生越容易失分", "区分度 a", "item-curves", "information", page_data.TOO_FEW):
        assert said in page


def test_somebody_of_another_subject_or_a_school_reads_nothing_of_it(dataset):
    run = analysis_run(dataset=dataset, kind=SCALING)
    of_chinese = Scope(roles=frozenset({"RS"}), county=True, subjects=frozenset({"chinese"}))
    principal = Scope(roles=frozenset({"PR"}), schools=frozenset({run.id}))
    for scope in (of_chinese, principal, NOBODY):
        assert all(table.is_empty() for table in scaling_tables(run, scope).values())
    of_maths = Scope(roles=frozenset({"RS"}), county=True, subjects=frozenset({"math"}))
    assert scaling_tables(run, of_maths)["scaling_items"].height == K


def test_refresh_starts_what_is_missing_once(dataset):
    refresh()
    refresh()
    assert Job.objects.filter(kind="scaling.run").count() == 1
    analysis_run(dataset=dataset, kind=SCALING)
    Job.objects.all().delete()
    refresh()
    assert not Job.objects.filter(kind="scaling.run").exists()


def test_an_exam_without_item_marks_is_not_calibrated(fixed_clock):
    definitions_seed()
    exam = mock_exam()
    files = {"一.xlsx": workbook(school_rows(SCHOOLS[0], 0, 12))}
    assert not may_be_scaled(dataset_publish(batch=confirmed_batch(files, exam=exam), exam=exam))


def test_the_title_says_whom_a_large_difference_favours():
    def row(label, by, ends, favours):
        return {"label": label, "by": by, "ets_class": "C", "favours": favours} | dict(
            zip(("reference", "focal"), ends, strict=True)
        )

    fairness = [
        row("5", "gender", ("male", "female"), "focal"),
        row("8", "area", ("city", "village"), "reference"),
    ]
    head = {"converged": True, "items": 9}
    paper = page_data.Paper("math", head, [], [], pl.DataFrame(), pl.DataFrame(), fairness)
    assert page_data.finding(paper) == "数学：第 5 题明显有利于女生；第 8 题明显有利于城区学生"
