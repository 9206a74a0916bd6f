"""Cubic B-splines of earlier scores: where their knots lie and what columns they give.

Not about the fit itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import BSpline

from zhiheng.core.growth.refusals import NoSpread

Array = NDArray[np.float64]

KNOT_SHARES = np.array([0.2, 0.4, 0.6, 0.8])
MARGIN = 0.1  # of the range, beyond the lowest and the highest score
DECIMALS = 3  # kept of knots and boundaries, as the SGP package does


@dataclass(frozen=True, slots=True)
class Spline:
    """A cubic spline of one earlier term's scores: interior knots between two boundaries, score points."""

    knots: tuple[float, ...]
    boundaries: tuple[float, float]

    def __post_init__(self) -> None:
        lo, hi = self.boundaries
        inside = [lo, *self.knots, hi]
        if not (np.isfinite(inside).all() and (np.diff(inside) > 0).all()):
            raise ValueError(f"knots {self.knots} must increase between the boundaries {self.boundaries}")

    def columns(self, scores: Array) -> Array:
        """Return the basis, shape (n, knots + 3); beyond the boundaries the end pieces go on.

        The first of the knots + 4 B-splines is left out: together with a constant the rest span the same curves.
        """
        lo, hi = self.boundaries
        padded = np.concatenate([[lo] * 4, self.knots, [hi] * 4])
        return BSpline.design_matrix(scores, padded, 3, extrapolate=True).toarray()[:, 1:]


def spline_of(pooled: ArrayLike, weights: ArrayLike | None = None, *, sitting: str = "前测") -> Spline:
    """Choose knots and boundaries from pooled scores, as the SGP package does.

    Knots at the 20th, 40th, 60th and 80th percentile, boundaries a tenth of the range beyond the ends, all
    to three decimals; knots that fall together count once.

    Parameters
    ----------
    pooled : scores of everybody who sat this earlier term, also those without a current score; NaN left out.
    weights : how often each counts, alike; optional.
    sitting : what to call the term when refusing.

    Raises
    ------
    NoSpread
        All scores are the same, or there is none.
    """
    x = np.asarray(pooled, dtype=float)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=float)
    known = ~np.isnan(x) & (w > 0)
    x, w = x[known], w[known]
    if len(x) == 0 or x.min() == x.max():
        raise NoSpread(sitting, float(x[0]) if len(x) else None)
    reach = MARGIN * (x.max() - x.min())
    lo, hi = np.round([x.min() - reach, x.max() + reach], DECIMALS)
    knots = np.unique(np.round(_quantiles(x, w, KNOT_SHARES), DECIMALS))
    return Spline(tuple(knots.tolist()), (float(lo), float(hi)))


def splines_given(knots: Sequence, boundaries: Sequence) -> tuple[Spline, ...]:
    """Splines from knots and boundaries, one pair a term; for a single term they may be flat lists."""
    if np.ndim(boundaries[0]) == 0:
        knots, boundaries = [knots], [boundaries]
    if len(knots) != len(boundaries):
        raise ValueError(f"knots of {len(knots)} terms, boundaries of {len(boundaries)}")
    return tuple(
        Spline(tuple(float(k) for k in inner), (float(outer[0]), float(outer[1])))
        for inner, outer in zip(knots, boundaries, strict=True)
    )


def design(splines: Sequence[Spline], prior: Array) -> Array:
    """Columns of the additive model: a constant, then each term's spline, the latest term first.

    Parameters
    ----------
    splines : oldest term first, as many as `prior` has columns.
    prior : shape (n, n_terms), without NaN.
    """
    parts = [spline.columns(prior[:, term]) for term, spline in enumerate(splines)]
    return np.hstack([np.ones((len(prior), 1)), *reversed(parts)])


def _quantiles(x: Array, w: Array, shares: Array) -> Array:
    """Type-7 quantiles of x with every value repeated w times."""
    order = np.argsort(x)
    x, upto = x[order], np.cumsum(w[order])
    place = shares * (upto[-1] - 1)
    whole = np.floor(place)
    at = [np.minimum(np.searchsorted(upto, whole + step, side="right"), len(x) - 1) for step in (0, 1)]
    return x[at[0]] + (place - whole) * (x[at[1]] - x[at[0]])
