"""Intervals against printed examples, then against what must hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from zhiheng.core.intervals import (
    mean_difference_interval,
    mean_interval,
    rate_difference_interval,
    t_quantile,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("count", "n", "lo", "hi"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_table(count, n, lo, hi):
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
    got = wilson_interval(count, n)
    assert (round(float(got.lo), 4), round(float(got.hi), 4)) == (lo, hi)


@pytest.mark.parametrize(
    ("a", "m", "b", "n", "lo", "hi"),
    [(56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (10, 10, 0, 20, 0.6791, 1.0000)],
)
def test_difference_of_rates_gives_newcombes_table(a, m, b, n, lo, hi):
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
    got = rate_difference_interval(a, m, b, n)
    assert (round(float(got.lo), 4), round(float(got.hi), 4)) == (lo, hi)


@pytest.mark.parametrize(("df", "printed"), [(1, 12.706), (4, 2.776), (9, 2.262), (30, 2.042), (120, 1.980)])
def test_t_quantiles_are_those_of_the_tables(df, printed):
    assert round(float(t_quantile(df)), 3) == printed


def test_mean_interval_is_students():
    x = np.array([95, 88, 85, 80, 76, 70, 62, 58, 41.0])
    got = mean_interval(x.mean(), x.std(ddof=1), len(x))
    peer = stats.ttest_1samp(x, 0).confidence_interval()
    assert (float(got.lo), float(got.hi)) == pytest.approx((peer.low, peer.high))


def test_difference_of_means_is_welchs():
    a, b = (
        np.array([95, 88, 85, 80, 76, 70, 62, 58, 41.0]),
        np.array([90, 84, 78, 72, 66, 60, 55, 48, 36, 0.0]),
    )
    got = mean_difference_interval(a.mean(), a.std(ddof=1), len(a), b.mean(), b.std(ddof=1), len(b))
    peer = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    assert (float(got.lo), float(got.hi)) == pytest.approx((peer.low, peer.high))


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_rate_and_stays_within_0_and_1(count, n):
    count = min(count, n)
    lo, hi = wilson_interval(count, n)
    assert 0 <= lo <= count / n <= hi <= 1


def test_nothing_is_said_of_nobody_or_of_one_pupil():
    assert np.isnan(wilson_interval(0, 0)).all()
    assert np.isnan(mean_interval(70, np.nan, 1)).all()
    assert np.isnan(mean_difference_interval(70, np.nan, 1, 60, 5, 20)).all()


def test_groups_without_spread_have_a_point_for_an_interval():
    assert [float(x) for x in mean_difference_interval(80, 0, 20, 70, 0, 20)] == [10, 10]
