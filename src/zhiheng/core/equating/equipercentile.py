"""Equipercentile equating: the score that as many pupils stay below, directly, by chain, or after weighting.

Not for small groups without smoothing: at scores that few pupils have, the curve follows chance.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from zhiheng.core.equating.percentiles import below, density, score_at
from zhiheng.core.equating.sample import Array, EquatingError, Sample


class Curve(NamedTuple):
    """Equated scores of paper X's points, and how they move with the shares of the cells of both tables."""

    values: Array  # (k,)
    gradients: Callable[[], tuple[Array, Array]]  # (k, J, L) and (k, K, L), computed when asked for


def direct(one: Sample, two: Sample, p: Array, q: Array) -> Curve:
    """Groups drawn from one population: same percentile rank. Kolen & Brennan (2014), section 2.5."""
    values, by_f, by_g = _matched(one, two, p.sum(axis=1), q.sum(axis=1))
    return Curve(values, lambda: (by_f[:, :, None] + 0 * p, by_g[:, :, None] + 0 * q))


def frequency_estimation(one: Sample, two: Sample, p: Array, q: Array, w1: float) -> Curve:
    """Same distribution of scores at equal anchor scores in both groups; equal ranks in the mixed population.

    Kolen & Brennan (2014), section 5.1.
    """
    h1, h2 = p.sum(axis=0), q.sum(axis=0)
    _need_anchors(one, two, h1, h2, w1)
    x_given, y_given = _over(p, h1), _over(q, h2)
    f = w1 * p.sum(axis=1) + (1 - w1) * x_given @ h2
    g = w1 * y_given @ h1 + (1 - w1) * q.sum(axis=1)
    values, by_f, by_g = _matched(one, two, f, g)

    def by_cells(by: Array, given: Array, ratio: Array, own: float) -> tuple[Array, Array]:
        """From derivatives by mixed shares, (k, J), to those by the group's own cells and the other's anchors."""
        by_anchor = (1 - own) * by @ given  # (k, L)
        return by[:, :, None] * (own + (1 - own) * ratio) - (by_anchor * ratio)[:, None, :], by_anchor

    def gradients() -> tuple[Array, Array]:
        p_by_f, q_by_f = by_cells(by_f, x_given, _over(h2, h1), w1)
        q_by_g, p_by_g = by_cells(by_g, y_given, _over(h1, h2), 1 - w1)
        return p_by_f + p_by_g[:, None, :], q_by_g + q_by_f[:, None, :]

    return Curve(values, gradients)


def chained(one: Sample, two: Sample, p: Array, q: Array) -> Curve:
    """Score to anchor in group 1, anchor to score in group 2. Kolen & Brennan (2014), section 5.2."""
    f, h1, h2, g = p.sum(axis=1), p.sum(axis=0), q.sum(axis=0), q.sum(axis=1)
    from_x = below(one.points, one.points)
    middle = score_at(one.anchors, h1, from_x @ f)
    from_v = below(one.anchors, middle)
    values = score_at(two.points, g, from_v @ h2)

    def gradients() -> tuple[Array, Array]:
        by_rank = _inverse(density(two.points, g, values))
        by_middle = by_rank * density(one.anchors, h2, middle)[:, None]
        first = by_middle * _inverse(density(one.anchors, h1, middle))
        by_p = first[:, :, None] * (from_x[:, :, None] - from_v[:, None, :])
        by_q = by_rank[:, :, None] * (from_v[:, None, :] - below(two.points, values)[:, :, None])
        return by_p, by_q

    return Curve(values, gradients)


def _matched(one: Sample, two: Sample, f: Array, g: Array) -> tuple[Array, Array, Array]:
    """Equated scores (k,) and their derivatives by the shares f, (k, J), and g, (k, K)."""
    from_x = below(one.points, one.points)
    values = score_at(two.points, g, from_x @ f)
    by_rank = _inverse(density(two.points, g, values))
    return values, by_rank * from_x, -by_rank * below(two.points, values)


def _inverse(slope: Array) -> Array:
    """1/slope as a column; NaN where nobody scores, so that no standard error is claimed there."""
    return np.divide(1.0, slope, out=np.full_like(slope, np.nan), where=slope > 0)[:, None]


def _over(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _need_anchors(one: Sample, two: Sample, h1: Array, h2: Array, w1: float) -> None:
    """Scores given an anchor score that a group never had cannot be estimated."""
    for own, other, weight, sample in ((h1, h2, 1 - w1, one), (h2, h1, w1, two)):
        lacking = (own == 0) & (other > 0)
        if weight > 0 and lacking.any():
            raise EquatingError(
                f"{sample.name}没有人得锚题 {sample.anchors[lacking][0]:g} 分，另一组有人得，频率估计法无从估计。"
                "请先用对数线性平滑（presmooth），或改用链式等百分位（chained_equipercentile）。"
            )
