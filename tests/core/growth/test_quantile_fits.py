"""Quantile fits beside a general linear-programming solver, then what must hold of any of them."""

import numpy as np
import pytest
from scipy.optimize import linprog

from zhiheng.core.growth.quantile_fits import quantile_fits
from zhiheng.core.growth.splines import design, spline_of

TAUS = np.array([0.005, 0.1, 0.25, 0.5, 0.505, 0.9, 0.995])

STACKLOSS = np.array(
    # air flow, water temperature, acid concentration, stack loss: Brownlee (1965), table 13.1
    [
        [80, 27, 89, 42],
        [80, 27, 88, 37],
        [75, 25, 90, 37],
        [62, 24, 87, 28],
        [62, 22, 87, 18],
        [62, 23, 87, 18],
        [62, 24, 93, 19],
        [62, 24, 93, 20],
        [58, 23, 87, 15],
        [58, 18, 80, 14],
        [58, 18, 89, 14],
        [58, 17, 88, 13],
        [58, 18, 82, 11],
        [58, 19, 93, 12],
        [50, 18, 89, 8],
        [50, 18, 86, 7],
        [50, 19, 72, 8],
        [50, 19, 79, 8],
        [50, 20, 80, 9],
        [56, 20, 82, 15],
        [70, 20, 91, 15],
    ],
    dtype=float,
)


def least_loss(X, y, w, tau) -> float:
    """The minimum by HiGHS: y = Xβ + over − under."""
    n, p = X.shape
    costs = np.concatenate([np.zeros(p), w * tau, w * (1 - tau)])
    bounds = [(None, None)] * p + [(0, None)] * (2 * n)
    found = linprog(costs, A_eq=np.hstack([X, np.eye(n), -np.eye(n)]), b_eq=y, bounds=bounds, method="highs")
    assert found.status == 0
    return found.fun


def loss(X, y, w, tau, beta) -> float:
    residual = y - X @ beta
    return float((w * residual * (tau - (residual < 0))).sum())


def test_stack_loss_has_the_published_fits():
    # Median: Narula & Wellington (1977), Technometrics 19, 185-190, and Koenker & d'Orey (1987); quartiles as in the
    # manual of R's quantreg (5.94), example rq(stack.loss ~ stack.x, tau = c(.25, .5, .75)).
    X, y = np.column_stack([np.ones(21), STACKLOSS[:, :3]]), STACKLOSS[:, 3]
    fits = quantile_fits(X, y, np.ones(21), np.array([0.25, 0.5, 0.75]))
    printed = [
        [-36.0, 0.5, 1.0, 0.0],
        [-39.6898550724638, 0.8318840579710, 0.5739130434783, -0.0608695652174],
        [-54.1896551724, 0.870689655172, 0.982758620690, 0.0],
    ]
    np.testing.assert_allclose(fits.coef.T, printed, rtol=1e-10, atol=1e-10)
    assert 2 * fits.check_loss[1] == pytest.approx(42.08116, abs=5e-6)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["scores", "whole", "tied", "two terms", "weighted"])
def test_no_solver_finds_a_smaller_loss(kind, seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(60, 400))
    able = rng.normal(size=n)
    prior = 500 + 50 * (able[:, None] + 0.5 * rng.normal(size=(n, 2 if kind == "two terms" else 1)))
    y = 520 + 40 * able + rng.exponential(20, n)
    w = rng.integers(1, 9, n).astype(float) if kind == "weighted" else np.ones(n)
    if kind != "scores":
        prior, y = prior.round(), y.round()
    if kind == "tied":
        prior, y = (prior / 25).round() * 25, (y / 20).round() * 20
    X = design([spline_of(term) for term in prior.T], prior)
    fits = quantile_fits(X, y, w, TAUS)
    for level, tau in enumerate(TAUS):
        assert fits.check_loss[level] == pytest.approx(loss(X, y, w, tau, fits.coef[:, level]), rel=1e-12)
        assert fits.check_loss[level] == pytest.approx(least_loss(X, y, w, tau), rel=1e-9)


def test_without_covariates_the_fit_is_the_quantile():
    y = np.random.default_rng(3).permutation(1000).astype(float)
    taus = np.array([0.1005, 0.5005, 0.7505])
    fits = quantile_fits(np.ones((1000, 1)), y, np.ones(1000), taus)
    np.testing.assert_allclose(fits.coef[0], [100, 500, 750], rtol=1e-12)


def test_columns_that_others_span_get_no_coefficient_and_do_no_harm():
    rng = np.random.default_rng(4)
    x, y, w, taus = rng.normal(size=300), rng.normal(size=300), np.ones(300), np.array([0.3, 0.8])
    X = np.column_stack([np.ones(300), x])
    alone = quantile_fits(X, y, w, taus)
    doubled = quantile_fits(np.column_stack([X, 2 * x + 1, np.zeros(300)]), y, w, taus)
    np.testing.assert_allclose(doubled.check_loss, alone.check_loss, rtol=1e-12)
    assert ((doubled.coef == 0).sum(axis=0) == 2).all()


def test_a_row_counted_three_times_is_a_row_of_weight_three():
    rng = np.random.default_rng(5)
    x, times = rng.normal(size=200), rng.integers(1, 4, 200)
    y, X = x + rng.normal(size=200), np.column_stack([np.ones(200), x, x**2])
    weighted = quantile_fits(X, y, times.astype(float), TAUS)
    repeated = quantile_fits(np.repeat(X, times, axis=0), np.repeat(y, times), np.ones(times.sum()), TAUS)
    np.testing.assert_allclose(weighted.coef, repeated.coef, rtol=1e-9, atol=1e-9)


def test_levels_far_apart_and_fitted_alone_give_the_same():
    rng = np.random.default_rng(6)
    x = rng.normal(size=5000)
    y, X, w = x + rng.normal(size=5000) * (1 + x**2), np.column_stack([np.ones(5000), x, x**2]), np.ones(5000)
    together = quantile_fits(X, y, w, np.arange(1, 200) / 200)
    for tau in (0.01, 0.37, 0.99):
        alone = quantile_fits(X, y, w, np.array([tau]))
        np.testing.assert_allclose(alone.coef[:, 0], together.coef[:, round(tau * 200) - 1], rtol=1e-9)
