"""Growth measured after documents were issued: they are issued anew, and each reader sees what he may of it."""

import numpy as np
import pytest

from measures.test_growth_runs import EACH, EARLIER, LATER, SCHOOLS, held
from pages_county import Silent
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.measures.analyses.models import Analysis, Observation
from zhiheng.measures.analyses.selectors import latest_analysis
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.growth.analysis_kinds import GROWTH
from zhiheng.measures.growth.selectors import growth_tables
from zhiheng.reports.documents.builders import facts_of, slices_of
from zhiheng.reports.documents.services import documents_key, documents_make, documents_of
from zhiheng.reports.pages.results import results_seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam_run(fixed_clock) -> tuple[Analysis, object]:
    """The analysis of a mock, and the data of last term's test of the same pupils."""
    definitions_seed()
    rng = np.random.default_rng(5)
    start = rng.normal(0, 1, 2 * EACH)
    now = 0.7 * start + np.repeat([0.9, -0.9], EACH) + rng.normal(0, 0.5, 2 * EACH)
    _, base = held(EARLIER, "八(1)班", np.round(60 + 10 * start).clip(0, 100))
    later, _ = held(LATER, "九(1)班", np.round(60 + 10 * now).clip(0, 100))
    return latest_analysis(later), base


def test_documents_are_issued_anew_once_growth_is_measured(exam_run):
    analysis, base = exam_run
    first = documents_make(analysis=analysis, kinds=["school", "county"], progress=Silent())
    key = documents_key(analysis)
    assert facts_of(analysis).results.baseline is None
    run = analysis_run(dataset=analysis.dataset, kind=GROWTH, baseline=base)
    assert documents_key(analysis) != key
    again = documents_make(analysis=analysis, kinds=["school", "county"], progress=Silent())
    assert {each.version for each in first} == {1}
    assert {each.version for each in again} == {2}
    assert {each.growth for each in again} == {run}
    assert {document.id for document, _, _ in documents_of(analysis)} == {each.id for each in again}
    assert documents_make(analysis=analysis, kinds=["school", "county"], progress=Silent()) == again


def test_documents_read_the_tables_of_the_growth_pages(exam_run):
    analysis, base = exam_run
    run = analysis_run(dataset=analysis.dataset, kind=GROWTH, baseline=base)
    table = growth_tables(run, SYSTEM)["value_added"].filter(level="school", subject="math")
    wanted = {
        row["unit"]: (row["effect"], row["lo"], row["hi"], row["verdict"]) for row in table.rows(named=True)
    }
    for facts in (facts_of(analysis), slices_of(analysis)):
        assert facts.results.baseline.exam == EARLIER["name"]
        read = facts.results.school_growth("math")
        assert {
            each.unit: (each.added.value, each.added.lo, each.added.hi, each.verdict) for each in read
        } == wanted
    assert [each.verdict for each in read] == ["显著高", "显著低"]


def test_a_principal_reads_the_own_school_and_a_class_adviser_none(exam_run):
    analysis, base = exam_run
    assert results_seen(analysis, SYSTEM).baseline is None
    analysis_run(dataset=analysis.dataset, kind=GROWTH, baseline=base)
    own = Observation.objects.filter(level="school", unit_name=SCHOOLS[1]).first().unit_id
    seen = {
        role: results_seen(analysis, Scope(roles=frozenset({role}), schools=frozenset({own})))
        for role in ("PR", "CA")
    }
    assert [each.unit for each in seen["PR"].school_growth("math")] == ["1"]
    assert seen["CA"].school_growth("math") == []
    assert seen["CA"].baseline is not None
