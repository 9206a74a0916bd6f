"""Growth percentiles: what must hold of any cohort, then the edges."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.growth.cohorts import cohort
from zhiheng.core.growth import (
    GrowthNorms,
    NoSpread,
    TooFewStudents,
    growth_percentiles,
    place,
)

seeds = settings(max_examples=10, deadline=None)


@seeds
@given(st.integers(0, 2**32 - 1))
def test_shifting_all_scores_by_5_does_not_move_growth(seed):
    prior, current = cohort(400, 2, seed=seed, missing=0.1)
    np.testing.assert_array_equal(
        growth_percentiles(prior + 5, current + 5).percentile, growth_percentiles(prior, current).percentile
    )


def test_another_unit_does_not_move_growth():
    prior, current = cohort(2000)
    np.testing.assert_array_equal(
        growth_percentiles(prior / 4, current * 8).percentile, growth_percentiles(prior, current).percentile
    )


@seeds
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_students_has_no_effect(seed):
    prior, current = cohort(400, 2, seed=seed, missing=0.1)
    mixed = np.random.default_rng(seed).permutation(400)
    np.testing.assert_array_equal(
        growth_percentiles(prior[mixed], current[mixed]).percentile,
        growth_percentiles(prior, current).percentile[mixed],
    )


@seeds
@given(st.integers(0, 2**32 - 1))
def test_a_weight_is_a_number_of_students(seed):
    prior, current = cohort(300, seed=seed)
    times = np.random.default_rng(seed).integers(0, 4, 300)
    repeated = growth_percentiles(np.repeat(prior, times, axis=0), np.repeat(current, times))
    weighted = growth_percentiles(prior, current, weights=times)
    np.testing.assert_array_equal(np.repeat(weighted.percentile, times), repeated.percentile)
    assert weighted.norms.splines == repeated.norms.splines
    assert weighted.norms.fits[0].n_used == repeated.norms.fits[0].n_used == times.sum()


def test_among_students_who_started_alike_a_higher_score_is_no_lower_growth():
    prior, current = cohort(3000)
    growth = growth_percentiles(prior, current).percentile
    order = np.lexsort([current, prior[:, 0]])
    alike = np.diff(prior[order, 0]) == 0
    assert alike.sum() > 2000
    assert (np.diff(growth[order])[alike] >= 0).all()


def test_each_percentile_holds_about_one_in_a_hundred_at_every_starting_point():
    prior, current = cohort(20_000, seed=2)
    growth = growth_percentiles(prior, current).percentile
    for part in np.array_split(np.argsort(prior[:, 0], kind="stable"), 4):
        share = np.histogram(growth[part], bins=[1, 10, 25, 50, 75, 90, 100])[0] / len(part)
        np.testing.assert_allclose(share, [0.09, 0.15, 0.25, 0.25, 0.15, 0.11], atol=0.02)


def test_the_percentile_is_the_number_of_cuts_passed():
    prior, current = cohort(500, 2, missing=0.1)
    growth = growth_percentiles(prior, current)
    known = growth.order > 0
    passed = (growth.cuts < current[:, None]).sum(axis=1)
    np.testing.assert_array_equal(np.clip(passed, 1, 99)[known], growth.percentile[known])
    assert (np.diff(growth.cuts[known], axis=1) >= 0).all()


def test_other_levels_give_the_middle_of_the_levels_around_a_score():
    prior, current = cohort(500)
    growth = growth_percentiles(prior, current, taus=[0.25, 0.5, 0.75])
    assert set(growth.percentile) == {12, 38, 62, 88}
    assert growth.cuts.shape == (500, 3)


def test_students_are_judged_by_all_latest_terms_without_a_gap():
    prior, current = cohort(800, 3, missing=0.2)
    current[:50] = np.nan
    growth = growth_percentiles(prior, current)
    known = ~np.isnan(prior)
    expected = np.where(~known[:, 2], 0, np.where(~known[:, 1], 1, np.where(~known[:, 0], 2, 3)))
    expected[:50] = 0
    np.testing.assert_array_equal(growth.order, expected)
    np.testing.assert_array_equal(np.isnan(growth.percentile), expected == 0)
    assert growth.n_used == (expected > 0).sum()
    two = growth_percentiles(
        prior[:, 1:],
        current,
        knots=[s.knots for s in growth.norms.splines[1:]],
        boundaries=[s.boundaries for s in growth.norms.splines[1:]],
    )
    np.testing.assert_array_equal(growth.by_order[:, :2], two.by_order)


def test_a_number_of_terms_few_students_have_is_left_out():
    prior, current = cohort(500, 2)
    prior[60:, 0] = np.nan
    growth = growth_percentiles(prior, current)
    assert [fit.order for fit in growth.norms.fits] == [1]
    assert (growth.order == 1).all()
    assert np.isnan(growth.by_order[:, 1]).all()


def test_five_terms():
    prior, current = cohort(3000, 5)
    growth = growth_percentiles(prior, current)
    assert (growth.order == 5).all()
    assert growth.percentile.mean() == pytest.approx(50, abs=1)


def test_kept_norms_place_the_cohort_as_before_and_the_next_one_without_a_fit():
    prior, current = cohort(1000, 2, missing=0.1)
    growth = growth_percentiles(prior, current)
    kept = GrowthNorms.from_dict(json.loads(json.dumps(growth.norms.as_dict())))
    np.testing.assert_array_equal(place(kept, prior, current).percentile, growth.percentile)
    np.testing.assert_array_equal(kept.fits[1].check_loss, growth.norms.fits[1].check_loss)
    # A county that did 15 points better all through is above 50 by the baseline, and at 50 by its own norms.
    better = place(kept, prior, current + 15)
    assert np.nanmedian(better.percentile) > 65
    assert np.nanmedian(growth_percentiles(prior, current + 15).percentile) == pytest.approx(50, abs=1)
    alone = place(kept, prior[:1], current[:1])
    assert alone.percentile[0] == growth.percentile[0]


def test_norms_of_another_format_are_refused():
    with pytest.raises(ValueError, match="format 9"):
        GrowthNorms.from_dict({"format": 9})


def test_a_prior_of_few_distinct_scores_is_no_obstacle():
    rng = np.random.default_rng(8)
    prior = rng.integers(1, 4, 600).astype(float)
    current = rng.permutation(600) + 100 * prior
    growth = growth_percentiles(prior, current).percentile
    for level in (1, 2, 3):
        of_level = growth[prior == level]
        assert np.median(of_level) == pytest.approx(50, abs=1)
        assert (of_level.min(), of_level.max()) == (1, 99)


def test_too_few_students_are_counted_in_the_refusal():
    prior, current = cohort(60)
    current[:30] = np.nan
    with pytest.raises(TooFewStudents, match="只有 30 人，至少需要 40 人") as refusal:
        growth_percentiles(prior, current)
    assert (refusal.value.found, refusal.value.needed) == (30, 40)
    with pytest.raises(TooFewStudents, match="只有 1 人"):
        growth_percentiles([[500.0], [510.0]], [520.0, np.nan])


def test_scores_without_any_spread_are_refused_by_name():
    prior, current = cohort(100)
    with pytest.raises(NoSpread, match="第 1 次前测所有学生都是 500 分"):
        growth_percentiles(np.full(100, 500.0), current)
    with pytest.raises(NoSpread, match="这一次所有学生都是 88 分"):
        growth_percentiles(prior, np.full(100, 88.0))
    with pytest.raises(NoSpread, match="第 1 次前测没有任何成绩"):
        growth_percentiles(np.full(100, np.nan), current)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"current": np.zeros(3)}, "100 rows of prior, 3 of current"),
        ({"weights": np.full(100, -1.0)}, "not negative"),
        ({"current": np.full(100, np.inf)}, "finite"),
        ({"taus": [0.5, 0.4]}, "increase"),
        ({"taus": [0.0, 0.4]}, "between 0 and 1"),
        ({"knots": [500.0]}, "both or neither"),
        ({"knots": [900.0], "boundaries": [300.0, 700.0]}, "increase between"),
        ({"knots": [[500.0]] * 2, "boundaries": [[300.0, 700.0]] * 2}, "1 terms, splines 2"),
        ({"knots": [[500.0]] * 2, "boundaries": [[300.0, 700.0]]}, "knots of 2 terms"),
    ],
)
def test_arguments_that_do_not_fit_are_named(change, says):
    prior, current = cohort(100)
    with pytest.raises(ValueError, match=says):
        growth_percentiles(**{"prior": prior, "current": current, **change})
