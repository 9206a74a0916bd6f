"""How sure one pupil's growth percentile is, given how exact the scores are.

Not about the norms' own sampling error; for that see `schools.bootstrap_growth`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from zhiheng.core.growth.norms import GrowthNorms, as_terms
from zhiheng.core.growth.percentiles import BLOCK, percentile_of, place

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PupilErrors:
    """Errors of growth percentiles, arrays of shape (n,); NaN where there is no percentile.

    se : standard error, percentile points.
    lo, hi : limits, 1 to 99.
    """

    se: Array
    lo: Array
    hi: Array


def pupil_errors(
    norms: GrowthNorms,
    prior: ArrayLike,
    current: ArrayLike,
    *,
    current_se: ArrayLike,
    prior_se: ArrayLike = 0.0,
    level: float = 0.95,
) -> PupilErrors:
    """Errors of measurement carried over to the percentile, by formula.

    A current score with normal error lies above a cut with a known chance, so the mean and variance of the
    percentile are sums over cuts. Errors of earlier scores shift the cuts about as they shift the middle one.

    Parameters
    ----------
    prior, current : as for `place`.
    current_se : standard error of measurement of current scores, score points; one number or shape (n,).
    prior_se : the same of earlier scores; one number, one a term, or shape (n, n_terms).
    level : coverage of the interval.
    """
    prior, current = as_terms(prior), np.asarray(current, dtype=float)
    spread, before = _like(current_se, current), _like(prior_se, prior)
    parts = [
        _errors(norms, prior[block], current[block], spread[block], before[block], level)
        for block in np.split(np.arange(len(current)), range(BLOCK, len(current), BLOCK))
    ]
    return PupilErrors(*np.concatenate(parts, axis=1))


def simulated_pupil_errors(
    norms: GrowthNorms,
    prior: ArrayLike,
    current: ArrayLike,
    *,
    current_se: ArrayLike,
    prior_se: ArrayLike = 0.0,
    rng: np.random.Generator,
    replicates: int = 200,
    level: float = 0.95,
) -> PupilErrors:
    """The same by drawing scores anew and placing them again: slower, without the shift taken as equal.

    Memory: `replicates` numbers a pupil.
    """
    prior, current = as_terms(prior), np.asarray(current, dtype=float)
    spread, before = _like(current_se, current), _like(prior_se, prior)
    drawn = np.empty((replicates, len(current)))
    for draw in range(replicates):
        drawn[draw] = place(norms, rng.normal(prior, before), rng.normal(current, spread)).percentile
    lo, hi = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return PupilErrors(drawn.std(axis=0, ddof=1), lo, hi)


def _like(error: ArrayLike, scores: Array) -> Array:
    return np.broadcast_to(np.asarray(error, dtype=float), scores.shape)


def _errors(
    norms: GrowthNorms, prior: Array, current: Array, spread: Array, before: Array, level: float
) -> NDArray:
    cuts = norms.cuts(prior)
    spread = np.sqrt(spread**2 + _shift(norms, prior, before))
    with np.errstate(divide="ignore", invalid="ignore"):
        above = ndtr((current[:, None] - cuts) / spread[:, None])
    # Without any error a score on a cut is not above it.
    above[(spread == 0)[:, None] & (current[:, None] == cuts)] = 0
    value = percentile_of(np.arange(len(norms.taus) + 1), norms.taus)
    mean, square = (v[0] + above @ np.diff(v) for v in (value, value**2))
    reach = ndtri((1 + level) / 2) * spread
    limits = [
        percentile_of((cuts < (current + side * reach)[:, None]).sum(axis=1), norms.taus) for side in (-1, 1)
    ]
    found = np.array([np.sqrt(np.maximum(square - mean**2, 0)), *limits])
    found[:, np.isnan(mean)] = np.nan
    return found


def _shift(norms: GrowthNorms, prior: Array, before: Array) -> Array:
    """Variance of the middle cut that errors of earlier scores make, shape (n,)."""
    middle = len(norms.taus) // 2
    total = np.zeros(len(prior))
    for term in np.flatnonzero(before.any(axis=0)):
        step = np.zeros(prior.shape)
        step[:, term] = before[:, term]
        rise = norms.cuts(prior + step)[:, middle] - norms.cuts(prior - step)[:, middle]
        total += (rise / 2) ** 2
    return total
