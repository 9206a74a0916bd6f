"""Intervals for means, rates and their differences, from counts and sums.

A census has them too: they say how far the figure of a group of this size would move with another
cohort of the same kind. They do not say anything about marking errors or about causes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

Array = NDArray[np.float64]


class Interval(NamedTuple):
    """Lower and upper limits, arrays of one shape; NaN where the data allow none."""

    lo: Array
    hi: Array


def mean_interval(mean: ArrayLike, sd: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Interval for a mean: mean ± t·sd/√n with n − 1 degrees of freedom.

    Parameters
    ----------
    mean, n : arrays of one shape
    sd : sample standard deviation (divided by n − 1), same unit as `mean`.
    level : coverage, 0 to 1.

    Returns
    -------
    Interval, NaN where n < 2.
    """
    mean, sd, n = (np.asarray(a, dtype=float) for a in (mean, sd, n))
    with np.errstate(invalid="ignore", divide="ignore"):
        half = t_quantile(n - 1, level) * sd / np.sqrt(n)
    return Interval(mean - half, mean + half)


def wilson_interval(count: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Wilson's score interval for a rate, as shares 0 to 1; NaN where n is 0.

    It stays inside 0 to 1 and keeps its coverage in small groups and for rates near 0 and 1.

    References
    ----------
    Wilson (1927), JASA 22, 209-212.
    """
    n = np.asarray(n, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(np.asarray(count, dtype=float) / n, 0, 1)
        z = ndtri((1 + level) / 2)
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # At a rate of exactly 0 or 1 the limit is exact; rounding would leave 1e-17.
    return Interval(
        np.where(share == 0, 0.0, np.maximum(centre - half, 0)),
        np.where(share == 1, 1.0, np.minimum(centre + half, 1)),
    )


def mean_difference_interval(
    mean_a: ArrayLike,
    sd_a: ArrayLike,
    n_a: ArrayLike,
    mean_b: ArrayLike,
    sd_b: ArrayLike,
    n_b: ArrayLike,
    level: float = 0.95,
) -> Interval:
    """Welch's interval for mean_a − mean_b of two separate groups; sample standard deviations.

    NaN where a group has fewer than two members. Both groups without spread: the interval is a point.
    """
    mean_a, sd_a, n_a, mean_b, sd_b, n_b = (
        np.asarray(a, dtype=float) for a in (mean_a, sd_a, n_a, mean_b, sd_b, n_b)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        var_a, var_b = sd_a**2 / n_a, sd_b**2 / n_b
        variance = var_a + var_b
        df = variance**2 / (var_a**2 / (n_a - 1) + var_b**2 / (n_b - 1))
        half = np.where(variance == 0, 0.0, t_quantile(df, level) * np.sqrt(variance))
        half = np.where((n_a < 2) | (n_b < 2), np.nan, half)
    return Interval(mean_a - mean_b - half, mean_a - mean_b + half)


def rate_difference_interval(
    count_a: ArrayLike, n_a: ArrayLike, count_b: ArrayLike, n_b: ArrayLike, level: float = 0.95
) -> Interval:
    """Newcombe's interval for rate_a − rate_b of two separate groups, from their Wilson limits.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    n_a, n_b = np.asarray(n_a, dtype=float), np.asarray(n_b, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = np.asarray(count_a, dtype=float) / n_a, np.asarray(count_b, dtype=float) / n_b
    wilson_a, wilson_b = wilson_interval(count_a, n_a, level), wilson_interval(count_b, n_b, level)
    lower = np.sqrt((a - wilson_a.lo) ** 2 + (wilson_b.hi - b) ** 2)
    upper = np.sqrt((wilson_a.hi - a) ** 2 + (b - wilson_b.lo) ** 2)
    return Interval(a - b - lower, a - b + upper)


def t_quantile(df: ArrayLike, level: float = 0.95) -> Array:
    """Two-sided Student quantile for `df` degrees of freedom; NaN where df is not positive."""
    df = np.asarray(df, dtype=float)
    with np.errstate(invalid="ignore"):
        return np.where(df > 0, stdtrit(np.where(df > 0, df, 1.0), (1 + level) / 2), np.nan)
