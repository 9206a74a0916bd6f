"""Projections and targets: beside a model whose conditional quantiles are known, then what must hold."""

import numpy as np
import pytest
from scipy.special import ndtri

from core.growth.cohorts import cohort
from zhiheng.core.growth import growth_curves, growth_percentiles, growth_to_target, projected_scores
from zhiheng.core.growth.projections import cuts_at


@pytest.fixture(scope="module")
def straight():
    """Norms of a cohort with current ~ Normal(100 + 0.8 prior, 30²)."""
    rng = np.random.default_rng(3)
    prior = rng.normal(500, 50, 60_000)
    return growth_percentiles(prior, 100 + 0.8 * prior + rng.normal(0, 30, 60_000)).norms


def expected(score, percent):
    return 100 + 0.8 * score + 30 * ndtri(percent / 100)


@pytest.mark.parametrize("percent", [10, 50, 80])
def test_a_straight_model_is_projected_along_its_own_quantiles(straight, percent):
    prior = np.array([430.0, 500.0, 570.0])
    one = expected(prior, percent)
    got = projected_scores([straight, straight], prior, percent)
    np.testing.assert_allclose(got, np.column_stack([one, expected(one, percent)]), atol=3)


def test_curves_are_the_quantiles_of_the_model(straight):
    at = np.linspace(420, 580, 9)
    curves = growth_curves(straight, at, (10, 50, 90))
    np.testing.assert_allclose(curves, [expected(at, percent) for percent in (10, 50, 90)], atol=3)
    assert (np.diff(curves, axis=0) > 0).all()


def test_the_growth_a_target_takes_is_the_least_that_reaches_it():
    norms = growth_percentiles(*cohort(4000, 2, seed=4, missing=0.1)).norms
    prior, _ = cohort(300, 2, seed=5, missing=0.1)
    steps = [norms] * 3
    needed = growth_to_target(steps, prior, 560)
    known = ~np.isnan(prior[:, 1])
    np.testing.assert_array_equal(np.isnan(needed), ~known)
    within = np.isfinite(needed)
    assert within.sum() > 200
    reached = projected_scores(steps, prior[within], needed[within])[:, -1]
    assert (reached >= 560).all()
    harder = needed[within] > 1
    short = projected_scores(steps, prior[within][harder], needed[within][harder] - 1)[:, -1]
    assert (short < 560).all()


def test_a_target_out_of_reach_is_said_to_be_and_one_behind_takes_the_least():
    norms = growth_percentiles(*cohort(2000, seed=4)).norms
    assert growth_to_target([norms], [[500.0]], 2000) == np.inf
    assert growth_to_target([norms], [[500.0]], [0]) == 1
    assert np.isnan(growth_to_target([norms], [[np.nan]], 500))


def test_growing_at_ones_own_percentile_leads_to_ones_own_score():
    prior, current = cohort(3000, seed=6)
    growth = growth_percentiles(prior, current)
    got = projected_scores([growth.norms], prior, growth.percentile)[:, 0]
    inside = (growth.percentile > 1) & (growth.percentile < 99)
    step = np.arange(3000), growth.percentile.astype(int)
    gap = growth.cuts[step] - growth.cuts[step[0], step[1] - 1]
    assert (np.abs(got - current)[inside] <= gap[inside] + 1e-4).all()


def test_levels_between_cuts_are_read_in_between_and_beyond_them_at_the_end():
    cuts, taus = np.array([[10.0, 20.0, 40.0]]), np.array([0.25, 0.5, 0.75])
    assert [float(cuts_at(cuts, taus, p)[0]) for p in (1, 25, 30, 50, 70, 75, 99)] == pytest.approx(
        [10, 10, 12, 20, 36, 40, 40]
    )
    assert cuts_at(cuts[:, :1], taus[:1], 50) == 10


def test_norms_may_look_back_further_than_the_pupils_go():
    norms = growth_percentiles(*cohort(2000, 3, seed=6)).norms
    short = projected_scores([norms], [500.0, 520.0], 50)
    padded = projected_scores([norms], [[np.nan, np.nan, 500.0], [np.nan, np.nan, 520.0]], 50)
    np.testing.assert_array_equal(short, padded)
