"""Value-added of several subjects at once: each subject's figure borrows strength from the unit's others.

Only for pupils who have every subject; each subject alone, with all its pupils, is `value_added`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.core.value_added.labels import encode
from zhiheng.core.value_added.verdicts import verdicts

Array = NDArray[np.float64]
MAX_STEPS = 2000
CLOSE = 1e-9  # relative change of the covariances between two steps


@dataclass(frozen=True)
class SubjectProfile:
    """Shrunken profile of each unit.

    subjects : names. units : labels, in order. n : pupils per unit.
    effect, sd, lo, hi, verdict : shape (n_units, n_subjects), score points of each subject.
    between : covariance of units' effects over subjects. within : covariance of pupils' residuals inside units.
    """

    subjects: tuple[str, ...]
    units: NDArray
    n: NDArray[np.int64]
    effect: Array
    sd: Array
    lo: Array
    hi: Array
    verdict: NDArray[np.str_]
    between: Array
    within: Array
    converged: bool


def subject_profile(
    current: ArrayLike,
    prior: ArrayLike,
    units: ArrayLike,
    *,
    subjects: Sequence[str],
    level: float = 0.95,
) -> SubjectProfile:
    """Estimate each unit's effects in all subjects jointly.

    Slopes come from inside units, where value added cannot disturb them. A unit's mean residuals d then have
    covariance Ω + W/n: Ω between units, W inside; the figures are Ω(Ω + W/n)⁻¹ d, Ω by maximum likelihood (EM).

    Parameters
    ----------
    current : shape (n, n_subjects). prior : shape (n,) or (n, k). units : shape (n,). Incomplete rows are left out.

    References
    ----------
    Goldstein (2011), Multilevel Statistical Models, 4th ed., chapter 6 (multivariate responses).
    Dempster, Laird & Rubin (1977), JRSS B 39, 1-38.
    """
    y = np.asarray(current, dtype=float)
    x = np.asarray(prior, dtype=float).reshape(len(y), -1)
    labels = encode(units)
    kept = np.isfinite(y).all(1) & np.isfinite(x).all(1) & (labels.codes >= 0)
    there, codes = np.unique(labels.codes[kept], return_inverse=True)
    y, x, n = y[kept], x[kept], np.bincount(codes)
    freedom = len(y) - len(n) - x.shape[1]
    if len(n) < 3 or freedom < y.shape[1]:
        raise CannotEstimate(f"各科成绩齐全的有 {len(y)} 人、{len(n)} 个单位，不够联合估计 {y.shape[1]} 科。")
    mean_y, mean_x = (_unit_means(part, codes, n) for part in (y, x))
    slope = np.linalg.lstsq(x - mean_x[codes], y - mean_y[codes], rcond=None)[0]
    left = y - mean_y[codes] - (x - mean_x[codes]) @ slope
    within = left.T @ left / freedom
    between, centre, converged = _between(mean_y - mean_x @ slope, n, within)
    effect, spread = _posterior(mean_y - mean_x @ slope - centre, n, within, between)
    sd = np.sqrt(np.diagonal(spread, axis1=1, axis2=2))
    half = float(ndtri((1 + level) / 2)) * sd
    return SubjectProfile(
        tuple(subjects),
        labels.levels[there],
        n,
        effect,
        sd,
        effect - half,
        effect + half,
        verdicts(effect - half, effect + half),
        between,
        within,
        converged,
    )


def _unit_means(values: Array, codes: NDArray, n: NDArray) -> Array:
    sums = np.zeros((len(n), values.shape[1]))
    np.add.at(sums, codes, values)
    return sums / n[:, None]


def _posterior(d: Array, n: NDArray, within: Array, between: Array) -> tuple[Array, Array]:
    """Mean (n_units, s) and covariance (n_units, s, s) of the effects given the mean residuals."""
    total = between + within / n[:, None, None]
    gain = np.linalg.solve(total, np.broadcast_to(between, total.shape)).transpose(0, 2, 1)
    return np.einsum("jab,jb->ja", gain, d), between - gain @ between


def _between(means: Array, n: NDArray, within: Array) -> tuple[Array, Array, bool]:
    """Ω and the county's mean of each subject by EM."""
    between = np.cov(means.T).reshape(within.shape) / 2 + 1e-12 * within
    for _ in range(MAX_STEPS):
        precision = np.linalg.inv(between + within / n[:, None, None])
        centre = np.linalg.solve(precision.sum(0), np.einsum("jab,jb->a", precision, means))
        effect, spread = _posterior(means - centre, n, within, between)
        new = (effect.T @ effect + spread.sum(0)) / len(n)
        change = np.abs(new - between).max() / np.abs(new).max()
        between = new
        if change < CLOSE:
            return between, centre, True
    return between, centre, False
