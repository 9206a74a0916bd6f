"""The fourteen days of practice.md §3: due days, states, and who holds the late step."""

import datetime as dt

import pytest

from zhiheng.reports.clock import clock, clock_steps, due_on

ENDED = dt.date(2026, 11, 12)


def _day(number: int) -> dt.date:
    return ENDED + dt.timedelta(days=number)


def test_steps_fall_on_the_published_days() -> None:
    assert [step.day for step in clock_steps()] == [3, 5, 9, 11, 12, 13, 14]
    assert due_on(ENDED, "party_group") == dt.date(2026, 11, 26)


def test_on_the_day_itself_nothing_is_late() -> None:
    now = clock(ENDED, {}, _day(3))
    assert now.late == ()
    assert [step.state for step in now.steps] == ["next"] + ["later"] * 6
    assert now.sentence == "第3/14天：“收齐成绩表”11月15日前完成，由各学校教导处承办。"


def test_a_late_step_names_its_holder_and_the_days() -> None:
    now = clock(ENDED, {"sheets_in": _day(4), "data_locked": _day(5)}, _day(10))
    assert [step.state for step in now.steps[:3]] == ["done_late", "done", "late"]
    assert now.steps[0].days_late == 1
    assert now.sentence == "第10/14天：“学科分析初稿”已超期1天，由学科教研员承办。"
    assert [step.step.key for step in now.late] == ["subject_drafts"]


def test_a_step_done_ahead_of_an_open_one_stays_done() -> None:
    now = clock(ENDED, {"data_locked": _day(2)}, _day(2))
    assert [step.state for step in now.steps[:3]] == ["next", "done", "later"]


def test_when_all_is_done_nobody_holds_anything() -> None:
    now = clock(ENDED, {step.key: _day(step.day) for step in clock_steps()}, _day(30))
    assert now.current is None
    assert now.late == ()


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(KeyError, match="no such step"):
        clock(ENDED, {"lunch": ENDED}, ENDED)


def test_before_the_test_ends_the_day_is_not_counted_as_negative() -> None:
    assert clock(ENDED, {}, _day(-2)).sentence.startswith("第0/14天")
