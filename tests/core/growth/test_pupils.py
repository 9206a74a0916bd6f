"""Errors of one pupil's percentile: beside drawing scores anew, and whether intervals hold what they promise."""

import numpy as np
import pytest

from core.growth.cohorts import cohort
from zhiheng.core.growth import growth_percentiles, place, pupil_errors, simulated_pupil_errors

CURRENT_SE, PRIOR_SE = 12.0, (9.0, 10.0)


@pytest.fixture(scope="module")
def growth():
    return growth_percentiles(*cohort(4000, 2, seed=7))


def test_formula_and_simulation_agree(growth):
    prior, current = cohort(300, 2, seed=8)
    formula = pupil_errors(growth.norms, prior, current, current_se=CURRENT_SE, prior_se=PRIOR_SE)
    drawn = simulated_pupil_errors(
        growth.norms,
        prior,
        current,
        current_se=CURRENT_SE,
        prior_se=PRIOR_SE,
        rng=np.random.default_rng(1),
        replicates=400,
    )
    assert np.median(np.abs(formula.se - drawn.se)) < 1
    assert np.corrcoef(formula.se, drawn.se)[0, 1] > 0.97
    assert np.median(np.abs(formula.lo - drawn.lo)) <= 2
    assert np.median(np.abs(formula.hi - drawn.hi)) <= 2


def test_with_the_error_of_the_current_score_alone_the_formula_is_exact(growth):
    prior, current = cohort(40, 2, seed=9)
    formula = pupil_errors(growth.norms, prior, current, current_se=CURRENT_SE)
    drawn = simulated_pupil_errors(
        growth.norms, prior, current, current_se=CURRENT_SE, rng=np.random.default_rng(2), replicates=4000
    )
    # 4000 draws know a standard deviation to about 1.1 %, a little worse at the bounds 1 and 99.
    np.testing.assert_allclose(formula.se, drawn.se, rtol=0.06, atol=0.05)


def test_without_error_there_is_none(growth):
    prior, current = cohort(100, 2, seed=10)
    prior[0, 1] = np.nan
    exact = pupil_errors(growth.norms, prior, current, current_se=0.0)
    percentile = place(growth.norms, prior, current).percentile
    for limit in (exact.lo, exact.hi):
        np.testing.assert_array_equal(limit, percentile)
    np.testing.assert_allclose(exact.se[1:], 0, atol=1e-6)
    assert np.isnan(exact.se[0])


@pytest.mark.parametrize("prior_se", [0.0, PRIOR_SE])
def test_intervals_hold_the_percentile_of_the_true_scores(growth, prior_se):
    rng = np.random.default_rng(11)
    prior, current = (a.repeat(5, axis=0) for a in cohort(1500, 2, seed=12))
    truth = place(growth.norms, prior, current).percentile
    seen = pupil_errors(
        growth.norms,
        prior + rng.normal(size=prior.shape) * prior_se,
        current + rng.normal(size=current.shape) * CURRENT_SE,
        current_se=CURRENT_SE,
        prior_se=prior_se,
    )
    assert 0.92 <= ((seen.lo <= truth) & (truth <= seen.hi)).mean() <= 0.98
