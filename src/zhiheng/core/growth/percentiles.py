"""Growth percentiles of pupils: where each stands among those who started alike.

Not about schools' medians or how sure they are; see `school_growth`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.growth.norms import PERCENTILES, GrowthNorms, as_cohort, as_terms, growth_norms, terms_known
from zhiheng.core.growth.splines import Spline, spline_of, splines_given

Array = NDArray[np.float64]

BLOCK = 20_000  # students placed at a time, to keep memory small


@dataclass(frozen=True, eq=False)
class GrowthPercentiles:
    """Growth of every student.

    percentile : shape (n,), 1 to 99; NaN without a current or the latest earlier score.
    order : shape (n,), how many earlier terms the percentile rests on; 0 where there is none.
    by_order : shape (n, n_terms), the percentile by 1, 2, … latest terms; NaN where terms are missing.
    n_used : students with a percentile.
    norms : the norms they were placed by.
    prior : shape (n, n_terms), as given.
    """

    percentile: Array
    order: NDArray[np.int64]
    by_order: Array
    n_used: int
    norms: GrowthNorms
    prior: Array

    @cached_property
    def cuts(self) -> Array:
        """Conditional scores at every level, shape (n, n_taus), increasing along each row; made when asked for."""
        return self.norms.cuts(self.prior)


def growth_percentiles(
    prior: ArrayLike,
    current: ArrayLike,
    *,
    taus: ArrayLike = PERCENTILES,
    knots: Sequence | None = None,
    boundaries: Sequence | None = None,
    weights: ArrayLike | None = None,
) -> GrowthPercentiles:
    """Rank each student's current score among students who started alike (成长百分位).

    70 reads: "did better than about 70 % of students with the same earlier scores".
    It describes; by itself it does not say what the school caused.

    Parameters
    ----------
    prior : float array, shape (n_students, n_terms)
        Scale scores of earlier terms, oldest first; NaN where not tested. Not raw marks. A flat array is one term.
    current : float array, shape (n_students,)
        Scale scores of the term studied; NaN where not tested.
    taus : increasing floats in (0, 1)
        Quantile levels to fit.
    knots, boundaries : one list of interior knots and one pair of boundaries a term, oldest first
        Without them `spline_of` chooses from everybody's scores of the term. Give both or neither.
    weights : shape (n_students,), optional
        How often each student counts in the fit; equal to repeating the student.

    Returns
    -------
    GrowthPercentiles

    Raises
    ------
    TooFewStudents
        Fewer complete rows than the fit needs. Says how many there are and how many it takes.
    NoSpread
        All scores of one term are the same.
    ValueError
        Shapes that do not fit, knots outside the boundaries, infinite scores.

    References
    ----------
    Betebenner (2009), Educational Measurement: Issues and Practice 28(4), 42-51.
    Chernozhukov, Fernandez-Val & Galichon (2010), Econometrica 78(3): sorting crossed quantiles.
    """
    prior, current, w = as_cohort(prior, current, weights)
    if (knots is None) != (boundaries is None):
        raise ValueError("knots and boundaries go together: give both or neither")
    splines = _splines(prior, w) if knots is None or boundaries is None else splines_given(knots, boundaries)
    return place(growth_norms(prior, current, splines, taus=taus, weights=w), prior, current)


def place(norms: GrowthNorms, prior: ArrayLike, current: ArrayLike) -> GrowthPercentiles:
    """Growth percentiles by norms that are there already, of their own cohort or of a later one.

    Placed by a baseline year's norms, a county's median may be above or below 50: the whole county moved.
    """
    prior, current = as_terms(prior), np.asarray(current, dtype=float)
    if prior.shape != (len(current), len(norms.splines)):
        raise ValueError(f"prior has shape {prior.shape}, expected ({len(current)}, {len(norms.splines)})")
    by_order = np.full(prior.shape, np.nan)
    known = np.where(np.isnan(current), 0, terms_known(prior))
    for fit in norms.fits:
        rows = np.flatnonzero(known >= fit.order)
        for block in np.split(rows, range(BLOCK, len(rows), BLOCK)):
            passed = (norms.cuts_by(fit, prior[block]) < current[block, None]).sum(axis=1)
            by_order[block, fit.order - 1] = percentile_of(passed, norms.taus)
    order = np.minimum(known, norms.fits[-1].order)
    percentile = np.full(len(current), np.nan)
    placed = np.flatnonzero(order)
    percentile[placed] = by_order[placed, order[placed] - 1]
    return GrowthPercentiles(percentile, order, by_order, len(placed), norms, prior)


def percentile_of(passed: ArrayLike, taus: Array) -> Array:
    """Percentile 1 to 99 of a score that lies above so many of the cuts: the middle of the levels around it."""
    edges = np.concatenate([[0.0], taus, [1.0]])
    middles = np.round(50 * (edges[:-1] + edges[1:]))
    return np.clip(middles, 1, 99)[np.asarray(passed)]


def _splines(prior: Array, w: Array) -> tuple[Spline, ...]:
    return tuple(
        spline_of(scores, w, sitting=f"第 {term} 次前测") for term, scores in enumerate(prior.T, start=1)
    )
