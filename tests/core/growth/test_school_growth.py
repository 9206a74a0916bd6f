"""Median growth of schools: exact enumeration, printed binomial limits, and whether intervals hold what they promise."""

from itertools import product

import numpy as np
import pytest
from scipy.special import ndtr

from core.growth.cohorts import cohort
from zhiheng.core.growth import bootstrap_growth, growth_percentiles, school_growth
from zhiheng.core.growth.schools import median_interval, median_se


@pytest.mark.parametrize("values", [[3, 41, 77], [12, 30, 55, 56, 99], [7, 7, 48, 50, 51, 80, 93]])
def test_the_standard_error_is_that_over_all_possible_resamples(values):
    # For an odd number Maritz & Jarrett's estimate equals the bootstrap's, here over all n^n resamples.
    medians = np.median(list(product(values, repeat=len(values))), axis=1)
    assert median_se(values) == pytest.approx(np.std(medians), rel=1e-9)


@pytest.mark.parametrize(
    ("n", "depth", "coverage"),
    [(6, 1, 0.96875), (10, 2, 0.97852), (15, 4, 0.96484), (20, 6, 0.95861), (25, 8, 0.95670)],
)
def test_limits_at_a_binomial_coverage_are_the_printed_order_statistics(n, depth, coverage):
    # Conover (1999), Practical Nonparametric Statistics, table A3 (binomial, p = 1/2), to five digits.
    x = np.random.default_rng(n).permutation(np.arange(1.0, n + 1))
    assert median_interval(x, coverage) == pytest.approx((depth, n + 1 - depth), abs=1e-3)


def test_between_two_coverages_the_limits_lie_between_order_statistics():
    x = np.arange(1.0, 21)
    lo, hi = median_interval(x, 0.95)
    assert 6 < lo < 7
    assert lo + hi == pytest.approx(21)
    assert np.isnan(median_interval(x[:5], 0.95)).all()


def test_schools_are_named_in_order_and_small_ones_withheld():
    percentile = np.concatenate([np.full(30, 80.0), np.arange(31, 71), [50.0] * 19, [np.nan] * 5])
    school = np.array(["东"] * 30 + ["中"] * 40 + ["西"] * 24)
    got = school_growth(percentile, school)
    assert dict(zip(got.schools, got.n, strict=True)) == {"东": 30, "中": 40, "西": 19}
    by_name = dict(zip(got.schools, zip(got.median, got.se, got.lo, got.hi, strict=True), strict=True))
    assert by_name["东"] == (80, 0, 80, 80)
    assert by_name["中"][0] == 50.5
    assert by_name["中"][2] < 50 < by_name["中"][3]
    assert np.isnan(by_name["西"]).all()
    assert dict(zip(got.schools, got.verdict, strict=True)) == {"东": 1, "中": 0, "西": 0}
    assert school_growth(100 - percentile, school).verdict.min() == -1


def test_nobody_with_growth_leaves_schools_with_nothing_but_their_names():
    got = school_growth([np.nan] * 3, ["a", "b", "b"], fewest=1)
    assert got.n.tolist() == [0, 0]
    assert np.isnan(got.median).all()
    assert school_growth([], []).n.shape == (0,)


def test_bootstrap_and_formula_agree_where_norms_are_sure():
    prior, current = cohort(1200, seed=5)
    school = np.arange(1200) % 15
    current = current + 1.5 * school
    growth = growth_percentiles(prior, current)
    plain = school_growth(growth.percentile, school)
    drawn = bootstrap_growth(growth, current, school, rng=np.random.default_rng(1), replicates=80)
    np.testing.assert_array_equal(drawn.schools.median, plain.median)
    ratio = drawn.schools.se / plain.se
    # Refitting takes a part of the draw back, and eighty draws know a standard error to 8 %.
    assert 0.8 < np.median(ratio) < 1.2
    assert ((drawn.schools.lo < plain.median) & (plain.median < drawn.schools.hi)).all()
    assert 0 < np.nanmedian(drawn.pupil_se) < 5
    again = bootstrap_growth(growth, current, school, rng=np.random.default_rng(1), replicates=2)
    once_more = bootstrap_growth(growth, current, school, rng=np.random.default_rng(1), replicates=2)
    np.testing.assert_array_equal(again.pupil_se, once_more.pupil_se)


@pytest.mark.slow
def test_intervals_hold_the_true_median_growth_of_schools_as_often_as_they_say():
    rng = np.random.default_rng(20241122)
    counties, schools, pupils = 500, 15, 80
    school = np.repeat(np.arange(schools), pupils)
    held = []
    for _ in range(counties):
        effect = rng.normal(0, 0.25, schools)
        prior = rng.normal(0, 1, len(school))
        current = 0.8 * prior + effect[school] + rng.normal(0, 0.6, len(school))
        growth = growth_percentiles(500 + 50 * prior, 500 + 50 * current)
        got = school_growth(growth.percentile, school)
        # The pupil in the middle of a school, placed among all pupils of this county who started alike.
        truth = 100 * ndtr((effect[:, None] - effect) / 0.6).mean(axis=1)
        held.append((got.lo <= truth) & (truth <= got.hi))
    assert 0.92 <= np.mean(held) <= 0.98
