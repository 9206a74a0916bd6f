"""How unevenly something is spread over schools: one number for a county.

Not about pupils' marks inside a school; for those see `moments`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from zhiheng.core.intervals import t_quantile
from zhiheng.core.moments import squared_deviations


class Gap(NamedTuple):
    """A difference of two groups of schools and its limits; NaN where a group has fewer than two schools."""

    difference: float
    lo: float
    hi: float


def cv(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Coefficient of variation between schools (校际差异系数).

    0.50 reads: a typical school lies half the county's average away from it.

    Parameters
    ----------
    values : shape (n_schools,)
        Per-pupil amount, or mean, of each school; NaN schools are left out.
    weights : shape (n_schools,), optional
        Enrolment. National rules ask for it; without it every school weighs the same.

    Returns
    -------
    float, S / X̄ with S = √Σ(wᵢ/W)(xᵢ − X̄)²; NaN where there is no school or X̄ is 0.

    Raises
    ------
    ValueError
        Weights are negative, or not as many as values.

    References
    ----------
    教督〔2017〕6号, 附件 (formula checked against a printed example of five schools).
    """
    x = np.asarray(values, dtype=float)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != x.shape:
        raise ValueError(f"weights have shape {w.shape}, values {x.shape}")
    if (w < 0).any():
        raise ValueError("weights must not be negative")
    known = ~np.isnan(x) & (w > 0)
    if not known.any():
        return float("nan")
    mean = np.average(x[known], weights=w[known])
    if mean == 0:
        return float("nan")
    return float(np.sqrt(np.average((x[known] - mean) ** 2, weights=w[known])) / mean)


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
    n, total, squares = (np.asarray(a, dtype=np.int64)[np.asarray(n) > 0] for a in (n, total, squares))
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
