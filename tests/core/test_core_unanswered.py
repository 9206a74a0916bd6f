"""Blanks in the middle and blanks at the end."""

import numpy as np

from zhiheng.core.unanswered import marks_to_calibrate, not_reached, unanswered

ANSWERED = np.array(
    [
        [1, 1, 1, 1, 1],
        [1, 0, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
    ],
    dtype=bool,
)


def test_a_blank_before_an_answer_is_omitted_and_a_blank_tail_not_reached():
    got = unanswered(ANSWERED)
    assert got.omitted.tolist() == [2, 2, 1, 1, 0]
    assert got.not_reached.tolist() == [0, 0, 0, 1, 2]
    assert got.n == 4
    assert got.finished_share == 0.5


def test_every_blank_is_one_or_the_other():
    answered = np.random.default_rng(71).random((300, 12)) < 0.6
    answered[:, 0] = True
    got = unanswered(answered)
    np.testing.assert_array_equal(got.omitted + got.not_reached, (~answered).sum(axis=0))
    assert (np.diff(got.not_reached) >= 0).all()


def test_an_omitted_item_earns_nothing_and_one_not_reached_is_as_if_not_given():
    marks = np.where(ANSWERED, 2.0, np.nan)
    got = marks_to_calibrate(marks, ANSWERED)
    np.testing.assert_array_equal(got[1], [2, 0, 2, np.nan, np.nan])
    np.testing.assert_array_equal(got[4], [0, 0, 0, 0, 2])
    assert np.isnan(got[3]).all()


def test_nobody():
    got = unanswered(np.zeros((3, 4), dtype=bool))
    assert got.n == 0
    assert np.isnan(got.finished_share)
    assert not_reached(np.zeros((0, 4), dtype=bool)).shape == (0, 4)
