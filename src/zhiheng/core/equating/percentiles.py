"""Percentile ranks of scores spread evenly over their unit, and the score at a percentile rank.

Each score s stands for the interval s ± half a step, as is usual in equating; other definitions of a percentile
(see `scores.percentile_rank`) agree with this one at the scores themselves.
"""

import numpy as np

from zhiheng.core.equating.sample import Array

RANK_DIGITS = 10


def below(points: Array, at: Array) -> Array:
    """Share of each point's interval that lies below each place, shape (len(at), len(points)).

    The percentile rank at a place is this matrix times the shares of the points.
    """
    step = points[1] - points[0]
    return np.clip((at[:, None] - points[None, :]) / step + 0.5, 0, 1)


def density(points: Array, share: Array, at: Array) -> Array:
    """Share per unit of score at each place; 0 outside the points."""
    step = points[1] - points[0]
    place = np.floor((at - points[0]) / step + 0.5).astype(int)
    inside = (place >= 0) & (place < len(points))
    return np.where(inside, share[np.clip(place, 0, len(points) - 1)], 0.0) / step


def score_at(points: Array, share: Array, rank: Array) -> Array:
    """The score with a percentile rank, the inverse of `below(points, score) @ share`.

    Where scores that nobody has leave a choice, the middle of it. Rank 0 is the lower end of the lowest point's
    interval and rank 1 the upper end of the highest. Both conventions are those of the R package equate.
    """
    step = points[1] - points[0]
    # Sums of shares that should be equal differ in the last digits; without rounding a tie would be missed.
    up_to = np.round(np.cumsum(share) / share.sum(), RANK_DIGITS)
    rank = np.round(rank, RANK_DIGITS)
    start = np.concatenate([[0.0], up_to[:-1]])
    found = []
    for cell in (np.searchsorted(up_to, rank, "left"), np.searchsorted(up_to, rank, "right")):
        cell = np.minimum(cell, len(points) - 1)
        width = up_to[cell] - start[cell]
        part = np.divide(rank - start[cell], width, out=np.zeros_like(rank), where=width > 0)
        found.append(points[cell] + step * (part - 0.5))
    score = (found[0] + found[1]) / 2
    score = np.where(rank <= 0, points[0] - step / 2, score)
    return np.where(rank >= 1, points[-1] + step / 2, score)
