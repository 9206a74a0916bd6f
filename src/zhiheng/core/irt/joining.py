"""Marks of an item with many of them, joined into a few categories that enough pupils reached.

A calibration needs pupils in every category. Not for printing marks: pupils keep what they earned.
"""

import numpy as np
from numpy.typing import ArrayLike

from zhiheng.core.irt.items import Array

MOST_CATEGORIES = 5
FEWEST_IN_CATEGORY = 30


def joined_marks(marks: ArrayLike, *, most: int = MOST_CATEGORIES, fewest: int = FEWEST_IN_CATEGORY) -> Array:
    """Replace each mark by the mean of its category, so that categories still count in marks.

    Neighbouring marks are joined: first into `most` parts with about as many pupils each where there are more
    different marks, then each category with fewer than `fewest` pupils with the one below (the lowest with the
    one above). An item of two marks with a rare one is left with one category, and tells nothing.

    Parameters
    ----------
    marks : shape (n_pupils,), NaN for no answer; NaN stays.

    Returns
    -------
    Shape (n_pupils,); at most `most` different values, in the order of the marks.
    """
    x = np.asarray(marks, dtype=float)
    there = ~np.isnan(x)
    values, place, count = np.unique(x[there], return_inverse=True, return_counts=True)
    joined = np.full(x.shape, np.nan)
    if not len(values):
        return joined
    part = np.arange(len(values))
    if len(values) > most:
        # The middle pupil of each mark says which part the mark falls into.
        part = np.floor((np.cumsum(count) - count / 2) / count.sum() * most).astype(int)
    part = _without_rare(part, count, fewest)
    pupils = np.bincount(part, count)
    joined[there] = (np.bincount(part, count * values) / pupils)[part[place]]
    return joined


def _without_rare(part: np.ndarray, count: np.ndarray, fewest: int) -> np.ndarray:
    """Number the parts 0, 1, … after joining those with too few pupils to a neighbour."""
    while True:
        part = np.unique(part, return_inverse=True)[1]
        pupils = np.bincount(part, count)
        rare = np.flatnonzero(pupils < fewest)
        if not len(rare) or len(pupils) == 1:
            return part
        # The highest first: full marks join what lies just below.
        part = np.where(part == rare[-1], max(rare[-1] - 1, 0) if rare[-1] else 1, part)
