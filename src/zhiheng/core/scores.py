"""Standard scores of single marks: where one pupil stands in the group.

Arrays in, arrays of the same shape out. Missing marks (NaN) stay missing and count nowhere.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

Array = NDArray[np.float64]


def z_score(marks: ArrayLike, *, mean: float | None = None, sd: float | None = None) -> Array:
    """(x − μ)/σ with the census σ (÷ n) of the marks themselves unless both are given.

    Everybody alike (σ = 0) has no standard score: NaN.
    """
    x = np.asarray(marks, dtype=float)
    if np.isnan(x).all():
        return np.full(x.shape, np.nan)
    mean = float(np.nanmean(x)) if mean is None else mean
    sd = float(np.nanstd(x)) if sd is None else sd
    if sd == 0:
        return np.full(x.shape, np.nan)
    return (x - mean) / sd


def t_score(
    marks: ArrayLike,
    *,
    centre: float = 50,
    width: float = 10,
    mean: float | None = None,
    sd: float | None = None,
) -> Array:
    """centre + width·z: 50 + 10z by default, 500 + 100z where a province prints that."""
    return centre + width * z_score(marks, mean=mean, sd=sd)


def percentile_rank(marks: ArrayLike) -> Array:
    """Share of the group below, half of the equals counted: (#below + ½·#equal)/n, 0 to 1."""
    x = np.asarray(marks, dtype=float)
    known = ~np.isnan(x)
    out = np.full(x.shape, np.nan)
    if known.any():
        # The average rank is #below + (#equal + 1)/2.
        out[known] = (rankdata(x[known], method="average") - 0.5) / known.sum()
    return out


def t_normalized(marks: ArrayLike, *, centre: float = 50, width: float = 10) -> Array:
    """Normalised T: percentile rank through the inverse normal. Another scale than `t_score`."""
    return centre + width * ndtri(percentile_rank(marks))


def scaled_score(marks: ArrayLike, full_mark: float, target_full: float = 100) -> Array:
    """折合分: the mark on another full mark, x/full × target."""
    return np.asarray(marks, dtype=float) / full_mark * target_full
