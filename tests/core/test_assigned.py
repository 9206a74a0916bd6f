"""等级赋分 against published examples, then ties, empty bands and other provinces' tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.core.assigned import CUTS, SchemeError, assigned_scores, scheme_from_body
from zhiheng.standards.loader import load

BODIES = {row["key"]: row["body"] for row in load("assigned_scores")}
FIVE = BODIES["five_grades_15_35_35_13_2"]


def test_published_examples_of_3_1_2():
    """Published: raw 78 in a B of 65 to 83 is 81 (81.11), raw 92 in an A of 88 to 97 is 92 (92.22)."""
    # 100 pupils: 15 from 88 to 97, 35 from 65 to 83, the rest below.
    top = [97, 92, *[88] * 13]
    second = [83, 78, *[65] * 33]
    got = assigned_scores([*top, *second, *np.linspace(60, 30, 50)], scheme_from_body(FIVE))
    assert list(got.score[[0, 1, 2]]) == [100, 92, 86]
    assert list(got.score[[15, 16, 17]]) == [85, 81, 71]
    assert list(got.counts) == [15, 35, 35, 13, 2]
    assert (got.raw_high[1], got.raw_low[1]) == (83, 65)


def test_twenty_pupils_leave_the_last_grade_empty():
    got = assigned_scores(np.arange(20, 0, -1), scheme_from_body(FIVE))
    assert list(got.counts.cumsum()) == [3, 10, 17, 20, 20]
    assert np.isnan(got.raw_high[4])
    assert list(got.grade[[2, 3, 19]]) == ["A", "B", "D"]


@pytest.mark.parametrize(("cut", "in_a"), [("not_less", 5), ("not_more", 2), ("nearest", 2)])
def test_equal_marks_stay_together_by_the_rule_asked_for(cut, in_a):
    # 15 % of 20 are 3; places 3 to 5 share a mark.
    marks = [90, 89, 80, 80, 80, *range(70, 55, -1)]
    got = assigned_scores(marks, scheme_from_body({**FIVE, "cut": cut}))
    assert got.counts[0] == in_a
    assert len(set(got.grade[2:5])) == 1


@pytest.mark.parametrize(("rule", "score"), [("high", 100), ("middle", 93), ("low", 86)])
def test_a_grade_of_one_mark_gets_the_score_of_the_rule(rule, score):
    got = assigned_scores([90, 90, 90, *range(60, 43, -1)], scheme_from_body({**FIVE, "one_value": rule}))
    assert list(got.score[:3]) == [score] * 3


def test_grades_of_one_score_each():
    got = assigned_scores(np.arange(100, 0, -1), scheme_from_body(BODIES["twenty_one_grades_3"]))
    assert list(got.counts) == [1, 2, 3, 4, 5, 6, 7, 8, 7, 7, 7, 7, 7, 7, 6, 5, 4, 3, 2, 1, 1]
    assert list(got.score[[0, 1, 2, 3, 99]]) == [100, 97, 97, 94, 40]


def test_those_who_did_not_sit_take_no_place():
    marks = np.arange(20.0, 0, -1)
    with_absent = assigned_scores([np.nan, *marks, np.nan], scheme_from_body(FIVE))
    assert list(with_absent.score[1:-1]) == list(assigned_scores(marks, scheme_from_body(FIVE)).score)
    assert np.isnan(with_absent.score[[0, -1]]).all()
    assert list(with_absent.grade[[0, -1]]) == ["", ""]
    nobody = assigned_scores([np.nan], scheme_from_body(FIVE))
    assert list(nobody.counts) == [0] * 5


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("key", BODIES)
@given(marks=st.lists(st.integers(0, 100), min_size=1, max_size=60))
def test_more_marks_never_mean_less(key, cut, marks):
    got = assigned_scores(marks, scheme_from_body({**BODIES[key], "cut": cut}))
    order = np.argsort(marks, kind="stable")
    assert (np.diff(got.score[order]) >= 0).all()
    assert got.counts.sum() == len(marks)
    by_mark = {(m, s, g) for m, s, g in zip(marks, got.score, got.grade, strict=True)}
    assert len(by_mark) == len(set(marks))
    # Adding the same to every mark, or counting every pupil twice, changes nothing.
    again = assigned_scores(np.array(marks * 2) + 7, scheme_from_body({**BODIES[key], "cut": cut}))
    assert list(again.score[: len(marks)]) == list(got.score)


def test_a_scheme_that_does_not_add_up_is_refused():
    short = {"bands": [{"grade": "A", "percent": 90, "high": 100, "low": 50}]}
    with pytest.raises(SchemeError, match="合计应为 100%，现在合计 90%"):
        scheme_from_body(short)
    rising = {
        "bands": [
            {"grade": "A", "percent": 50, "high": 100, "low": 50},
            {"grade": "B", "percent": 50, "high": 60, "low": 30},
        ]
    }
    with pytest.raises(SchemeError, match="互不重叠"):
        scheme_from_body(rising)
    with pytest.raises(SchemeError, match="cut 写的是“magic”"):
        scheme_from_body({**FIVE, "cut": "magic"})
