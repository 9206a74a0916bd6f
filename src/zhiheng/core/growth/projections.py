"""Where pupils would come to if they went on growing at a given percentile, and what growth a target takes.

If-then statements from what earlier cohorts did. Not forecasts, and not goals by themselves.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.growth.norms import GrowthNorms, as_terms

Array = NDArray[np.float64]

HIGHEST = 99


def cuts_at(cuts: Array, taus: Array, percent: ArrayLike) -> Array:
    """Scores at a growth percentile, shape (n,), between the cuts of the two nearest levels.

    Parameters
    ----------
    cuts : shape (n, n_taus), as from `GrowthNorms.cuts`.
    percent : one percentile, or one a pupil, 0 to 100; beyond the levels fitted the end cut holds.
    """
    place = np.interp(np.broadcast_to(percent, len(cuts)) / 100, taus, np.arange(len(taus)))
    low = np.minimum(place.astype(np.int64), max(len(taus) - 2, 0))
    high = np.minimum(low + 1, len(taus) - 1)
    row = np.arange(len(cuts))
    return cuts[row, low] + (place - low) * (cuts[row, high] - cuts[row, low])


def projected_scores(steps: Sequence[GrowthNorms], prior: ArrayLike, percent: ArrayLike) -> Array:
    """Scores of the coming terms for pupils who grow at `percent` in every one of them.

    Parameters
    ----------
    steps : norms of each coming term in turn; the first has the term after `prior` as its current one. Norms may
        look back on fewer or more terms than there are: the latest count.
    prior : scores up to now, shape (n, n_terms), oldest first.
    percent : growth percentile, one for all or shape (n,).

    Returns
    -------
    shape (n, n_steps), score points; NaN without the latest score.
    """
    history = as_terms(prior)
    widest = max(len(norms.splines) for norms in steps)
    known = np.hstack([np.full((len(history), widest), np.nan), history])
    for norms in steps:
        cuts = norms.cuts(known[:, -len(norms.splines) :])
        known = np.column_stack([known, cuts_at(cuts, norms.taus, percent)])
    return known[:, -len(steps) :]


def growth_to_target(steps: Sequence[GrowthNorms], prior: ArrayLike, target: ArrayLike) -> Array:
    """Least growth percentile that, kept up in every coming term, brings each pupil to the target in the last.

    Found by halving, which takes a higher percentile to lead to a higher last score.

    Parameters
    ----------
    steps, prior : as for `projected_scores`.
    target : score of the last term, one for all or shape (n,).

    Returns
    -------
    shape (n,), whole percentiles 1 to 99; inf where even 99 falls short, NaN without the latest score.
    """
    prior, target = as_terms(prior), np.asarray(target, dtype=float)
    low, high = np.ones(len(prior)), np.full(len(prior), float(HIGHEST))
    while (low < high).any():
        middle = np.floor((low + high) / 2)
        enough = projected_scores(steps, prior, middle)[:, -1] >= target
        low, high = np.where(enough, low, np.minimum(middle + 1, high)), np.where(enough, middle, high)
    last = projected_scores(steps, prior, low)[:, -1]
    return np.where(np.isnan(last), np.nan, np.where(last >= target, low, np.inf))


def growth_curves(
    norms: GrowthNorms, at: ArrayLike, percents: Sequence[float] = (10, 25, 50, 75, 90)
) -> Array:
    """Scores at some growth percentiles along the latest earlier score alone, for a chart.

    Parameters
    ----------
    at : earlier scores, shape (n_points,).
    percents : one curve each.

    Returns
    -------
    shape (n_curves, n_points), score points.
    """
    at = np.asarray(at, dtype=float)
    prior = np.full((len(at), len(norms.splines)), np.nan)
    prior[:, -1] = at
    cuts = norms.cuts(prior)
    return np.array([cuts_at(cuts, norms.taus, percent) for percent in percents])
