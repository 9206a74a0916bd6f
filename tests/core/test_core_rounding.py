"""四舍五入: what people expect, not what binary floats do."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.core.rounding import format_half_up, half_up, half_up_array


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (0.125, 2, 0.13),
        (2.675, 2, 2.68),
        (2.5, 0, 3),
        (-2.5, 0, -3),
        (81.11, 0, 81),
        (1.005, 2, 1.01),
        (0.615, 2, 0.62),
    ],
)
def test_a_five_rounds_away_from_zero(value, places, expected):
    assert half_up(value, places) == expected


def test_noise_of_binary_sums_does_not_turn_a_five_into_a_four():
    assert 0.6 * 50 + 58.9 * 0.45 + 0.1 * 5 < 57.005
    assert half_up(0.6 * 50 + 58.9 * 0.45 + 0.1 * 5, 2) == 57.01


@given(st.integers(min_value=-(10**8), max_value=10**8), st.integers(min_value=0, max_value=4))
def test_decimals_round_as_the_decimal_module_does(units, places):
    value = units / 10**5
    exact = (Decimal(units) / 10**5).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert half_up(value, places) == float(exact)


def test_text_has_all_its_places():
    assert format_half_up(72.7777, 2) == "72.78"
    assert format_half_up(65.5, 2) == "65.50"
    assert format_half_up(-0.001, 2) == "0.00"
    assert format_half_up(-0.5, 0) == "-1"
    assert format_half_up(float("nan")) == "—"
    assert format_half_up(None, missing="无") == "无"


def test_arrays_round_element_by_element_and_keep_their_shape():
    got = half_up_array([[0.125, np.nan], [2.675, 1.0]], 2)
    np.testing.assert_array_equal(got, [[0.13, np.nan], [2.68, 1.0]])
