"""The invented analysis, built once."""

import datetime as dt

import pytest

from reports.invented import invented_results
from zhiheng.reports.facts.exam import ExamFacts, exam_facts
from zhiheng.reports.facts.results import Results


@pytest.fixture(scope="session")
def results() -> Results:
    return invented_results()


@pytest.fixture(scope="session")
def facts(results: Results) -> ExamFacts:
    return exam_facts(results, today=dt.date(2026, 11, 20))
