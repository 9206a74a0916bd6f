"""Small groups on pages, in documents and beside numbers: withheld from the bureau, shown with a warning to the school."""

from dataclasses import replace

import pytest
from django.urls import reverse
from pages_data import OWN
from test_access import signed_in

from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.measures.analyses import selectors
from zhiheng.measures.analyses.analysis_kinds import caliber_of
from zhiheng.measures.analyses.models import Analysis
from zhiheng.reports.documents.builders import facts_of, slices_of
from zhiheng.reports.facts.measured import SMALL, WITHHELD
from zhiheng.reports.facts.school import school_facts
from zhiheng.reports.pages import results as pages

pytestmark = pytest.mark.django_db
LEAST = 13
"""Classes of the small county have 12 pupils, and so have girls and boys of a school."""


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Ask for 13 pupils, and forget what was read under the usual rule."""
    monkeypatch.setattr(selectors, "caliber_of", lambda d: replace(caliber_of(d), min_group=LEAST))
    kept = (selectors._masked_tables, pages._results, pages._open_facts, pages.county_facts)
    for each in kept:
        each.cache_clear()
    yield
    for each in kept:
        each.cache_clear()


@pytest.fixture
def analysis(shown) -> Analysis:
    return Analysis.objects.get(pk=shown.ids["analysis_id"])


def school_page(shown, role: str) -> str:
    path = reverse("results:school", args=[shown.ids["exam_id"], shown.ids["school_id"]])
    return signed_in(shown, role).get(path).content.decode()


def test_the_bureau_reads_that_small_classes_are_not_listed(shown):
    page = school_page(shown, "RO")
    assert page.count(WITHHELD) >= 4  # two classes, girls and boys
    assert SMALL not in page


def test_the_principal_reads_their_figures_with_a_warning(shown):
    page = school_page(shown, "PR")
    assert page.count(SMALL) >= 4
    assert WITHHELD not in page


def test_a_withheld_number_is_not_explained_to_the_bureau_but_to_its_school(shown, analysis):
    tables = selectors.open_tables(analysis)["groups"]
    unit = tables.filter(level="school_group", subject="math")["unit"][0]
    for page in ("results:trace", "results:cells"):
        path = reverse(page, args=[shown.ids["exam_id"]])
        query = {"level": "school_group", "unit": unit, "subject": "math", "measure": "mean"}
        assert signed_in(shown, "RO").get(path, query).status_code == 404
        assert signed_in(shown, "PR").get(path, query).status_code == 200


def test_every_table_with_units_says_what_is_masked_and_what_is_small(analysis):
    for name, table in selectors.result_tables(analysis, SYSTEM).items():
        if name not in selectors.COUNTY_TABLES:
            assert {"masked", "small"} <= set(table.columns), name
    groups = selectors.result_tables(analysis, SYSTEM)["groups"]
    assert groups.filter(level="class")["masked"].all()
    assert groups.filter(level="class")["mean"].null_count() == groups.filter(level="class").height
    assert not groups.filter(level="county")["masked"].any()


def test_an_adviser_is_shown_the_own_class_and_no_other(shown, analysis):
    klass, school = shown.ids["class_id"], shown.ids["school_id"]
    adviser = Scope(roles=frozenset({"CA"}), classes=frozenset({klass}))
    groups = selectors.result_tables(analysis, adviser)["groups"].filter(level="class", subject="math")
    assert groups.select("masked", "small").rows() == [(False, True)]
    head = Scope(roles=frozenset({"DL"}), schools=frozenset({school}))
    groups = selectors.result_tables(analysis, head)["groups"].filter(level="class", subject="math")
    assert groups.select("masked", "small").rows() == [(False, True)] * 2


def test_documents_of_the_county_withhold_what_the_schools_own_report_lists(shown, analysis):
    county, slices = facts_of(analysis), slices_of(analysis)
    unit = next(unit for unit, row in county.results.schools.items() if row["name"] == OWN)
    assert all(row.masked for row in county.results.level("class", "math"))
    own = school_facts(slices, unit)
    assert [row.warning for row in own.main.classes] == [SMALL, SMALL]
    assert all(row.mean_taken is not None for row in own.main.classes)
