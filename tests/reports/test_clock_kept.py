"""The fourteen days as they are kept: a report in time, one too late, and who holds what is overdue."""

import datetime as dt

import pytest

from evidence.published_batches import MOCK
from zhiheng.base.clock import SHANGHAI, fixed
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.evidence.exams.services import exam_from_file
from zhiheng.reports.clock import clock_steps
from zhiheng.reports.documents.page_data import clock_lines
from zhiheng.reports.documents.selectors import clock_of
from zhiheng.reports.documents.services import clock_step_done

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam():
    definitions_seed()
    return exam_from_file(MOCK)


def noon(exam, day: int) -> dt.datetime:
    return dt.datetime.combine(exam.ended_on, dt.time(12), tzinfo=SHANGHAI) + dt.timedelta(days=day)


def submit(exam, day: int) -> None:
    """Do every step, the last one on the given day after the test."""
    for step in clock_steps():
        with fixed(noon(exam, min(step.day, day) if step.key != "party_group" else day)):
            clock_step_done(exam=exam, step=step.key)


@pytest.mark.row("S004-35")
def test_a_report_before_the_party_group_on_day_14_is_in_time(exam):
    submit(exam, 14)
    with fixed(noon(exam, 30)):
        clock = clock_of(exam)
        assert [step.state for step in clock.steps] == ["done"] * len(clock.steps)
        assert not clock_lines(exam)["late"]


@pytest.mark.row("S004-35")
def test_a_report_on_day_15_stays_marked_as_late(exam):
    submit(exam, 15)
    with fixed(noon(exam, 30)):
        last = clock_of(exam).steps[-1]
        assert (last.state, last.days_late) == ("done_late", 1)
        assert clock_lines(exam)["steps"][-1]["word"] == "已完成（超期）"


@pytest.mark.row("S004-35")
def test_a_report_not_before_the_party_group_is_overdue_and_names_its_holder(exam):
    for step in clock_steps()[:-1]:
        with fixed(noon(exam, step.day)):
            clock_step_done(exam=exam, step=step.key)
    with fixed(noon(exam, 14)):
        assert clock_of(exam).late == ()
    with fixed(noon(exam, 15)):
        clock = clock_of(exam)
        assert [each.step.key for each in clock.late] == ["party_group"]
        assert f"已超期1天，由{clock_steps()[-1].holder}承办" in clock_lines(exam)["sentence"]
