"""How far schools lie apart in pupils' marks, beside how far pupils lie apart inside schools.

Not for saying why: intakes differ before any school has taught.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtri

from zhiheng.core.intervals import t_quantile
from zhiheng.core.moments import squared_deviations


class Gap(NamedTuple):
    """A difference of two groups of schools and its limits; NaN where a group has fewer than two schools."""

    difference: float
    lo: float
    hi: float


def between_school_share(n: ArrayLike, total: ArrayLike, squares: ArrayLike) -> float:
    """Share of the variance of pupils' marks that lies between schools (校际差异率), 0 to 1.

    The one-way analysis-of-variance estimate of the intraclass correlation, 0 where it would be negative:
    chance differences between schools of this size are already taken off.

    Parameters
    ----------
    n, total, squares : whole-number arrays, shape (n_schools,)
        Pupils, sum of marks and sum of squared marks of each school; schools without pupils are left out.

    Returns
    -------
    float; NaN below two schools, without two pupils in some school, or where all marks are equal.

    References
    ----------
    Donner (1986), International Statistical Review 54, 67-82.
    """
    n, total, squares = _schools(n, total, squares)
    schools, pupils = len(n), int(n.sum())
    if schools < 2 or pupils <= schools:
        return float("nan")
    inside = float(squared_deviations(n, total, squares).sum())
    whole = float(squared_deviations(*(np.array([a.sum()]) for a in (n, total, squares)))[0])
    mean_within = inside / (pupils - schools)
    mean_between = (whole - inside) / (schools - 1)
    usual_size = (pupils - float((n.astype(float) ** 2).sum()) / pupils) / (schools - 1)
    spread = mean_between + (usual_size - 1) * mean_within
    return max(0.0, float((mean_between - mean_within) / spread)) if spread > 0 else float("nan")


def between_school_share_interval(
    n: ArrayLike, total: ArrayLike, squares: ArrayLike, level: float = 0.95
) -> tuple[float, float]:
    """Interval for `between_school_share`, 0 to 1: what other schools of the same kind could have shown.

    Exact where schools are equally large and their true means are normally distributed; close otherwise.

    Parameters
    ----------
    n, total, squares : as in `between_school_share`
    level : coverage, 0 to 1.

    Returns
    -------
    Lower and upper limit; NaN where the share itself is NaN.

    References
    ----------
    Thomas & Hultquist (1978), Annals of Statistics 6, 582-587 (unweighted school means, harmonic mean size).
    """
    n, total, squares = _schools(n, total, squares)
    schools, pupils = len(n), int(n.sum())
    if schools < 2 or pupils <= schools:
        return float("nan"), float("nan")
    within = float(squared_deviations(n, total, squares).sum()) / (pupils - schools)
    of_means = float((total / n).var(ddof=1))
    if within == 0:
        return (1.0, 1.0) if of_means > 0 else (float("nan"), float("nan"))
    usual_size = schools / float((1 / n).sum())
    limits = []
    for tail in ((1 + level) / 2, (1 - level) / 2):
        ratio = of_means / within / float(fdtri(schools - 1, pupils - schools, tail)) - 1 / usual_size
        limits.append(max(0.0, ratio / (1 + ratio)))
    return limits[0], limits[1]


def school_gap(
    n_a: ArrayLike, total_a: ArrayLike, n_b: ArrayLike, total_b: ArrayLike, level: float = 0.95
) -> Gap:
    """Mean of group a of schools less mean of group b, each weighted by pupils, with its interval.

    Pupils of one school are alike, so the interval rests on schools, not pupils: it says how far the gap would
    move with other schools of the same two kinds.

    Parameters
    ----------
    n_a, total_a, n_b, total_b : pupils and sum of marks of each school of the two groups.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., section 9A (ratio of cluster totals).
    """
    mean_a, variance_a, schools_a = _cluster_mean(n_a, total_a)
    mean_b, variance_b, schools_b = _cluster_mean(n_b, total_b)
    difference = mean_a - mean_b
    half = float(t_quantile(schools_a + schools_b - 2, level)) * np.sqrt(variance_a + variance_b)
    return Gap(difference, float(difference - half), float(difference + half))


def _schools(*sums: ArrayLike) -> tuple[NDArray[np.int64], ...]:
    """The sums of the schools that have pupils; the first array is the number of pupils."""
    there = np.asarray(sums[0]) > 0
    return tuple(np.asarray(a, dtype=np.int64)[there] for a in sums)


def _cluster_mean(n: ArrayLike, total: ArrayLike) -> tuple[float, float, int]:
    n, total = np.asarray(n, dtype=float), np.asarray(total, dtype=float)
    n, total = n[n > 0], total[n > 0]
    schools = len(n)
    if schools == 0:
        return float("nan"), float("nan"), 0
    mean = float(total.sum() / n.sum())
    if schools == 1:
        return mean, float("nan"), 1
    spread = float(((total - n * mean) ** 2).sum())
    return mean, schools / (schools - 1) * spread / float(n.sum()) ** 2, schools
