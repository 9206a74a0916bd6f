"""Small groups are withheld, and cannot be had by subtraction."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.core.masking import suppressed


def test_a_small_class_takes_its_smallest_neighbour_along():
    assert suppressed([40, 8, 35, 42]).tolist() == [False, True, True, False]


def test_two_small_parts_of_ten_together_protect_each_other():
    assert suppressed([40, 6, 5]).tolist() == [False, True, True]
    assert suppressed([40, 5, 3, 12]).tolist() == [False, True, True, True]


def test_nothing_is_withheld_without_need():
    assert not suppressed([10, 11, 30]).any()
    assert suppressed([0, 30, 40]).tolist() == [False, False, False]
    assert suppressed([]).tolist() == []


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12), st.integers(2, 20))
def test_no_small_part_is_shown_and_none_can_be_subtracted(counts, minimum):
    hidden = suppressed(counts, minimum)
    n = np.array(counts)
    assert not ((n > 0) & (n < minimum) & ~hidden).any()
    if hidden.any() and ((n > 0) & ~hidden).any():
        # Whole minus shown leaves at least two parts and at least `minimum` pupils.
        assert hidden.sum() >= 2
        assert n[hidden].sum() >= minimum


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_masking_again_changes_nothing(counts):
    hidden = suppressed(counts)
    assert (suppressed(counts, also=hidden) == hidden).all()
