"""Post-smoothing: a cubic spline through equated scores, as smooth as their standard errors allow.

Not for scores hardly anybody has: outside the middle percentile ranks the curve is a straight line to the ends.
"""

from collections.abc import Callable

import numpy as np
from scipy.interpolate import make_smoothing_spline
from scipy.optimize import brentq

from zhiheng.core.equating.percentiles import below
from zhiheng.core.equating.sample import Array, EquatingError, Sample

LOW_RANK, HIGH_RANK = 0.005, 0.995
Curve = Callable[[Array], Array]


def smoothed_curve(one: Sample, two: Sample, share: Array, equated: Array, se: Array, s: float) -> Curve:
    """Smooth an equating of paper X to paper Y.

    Parameters
    ----------
    share : shape (J,), shares of X's scores.
    equated, se : shape (J,), equated scores and standard errors; those in the middle ranks are used.
    s : mean squared distance from the unsmoothed curve, in standard errors, that is given away for smoothness.

    References
    ----------
    Kolen & Brennan (2014), section 3.3; Reinsch (1967), Numerische Mathematik 10, 177-183.
    """
    rank = below(one.points, one.points) @ share
    used = (rank >= LOW_RANK) & (rank <= HIGH_RANK) & (se > 0)
    x, y = one.points[used], equated[used]
    if len(x) < 5:
        raise EquatingError(
            f"{one.name}中间段只有 {len(x)} 个分数可用，样条平滑至少要 5 个。请不用 postsmooth，或改用线性等值。"
        )
    spline = _reinsch(x, y, se[used], s)
    half_x, half_y = ((sample.points[1] - sample.points[0]) / 2 for sample in (one, two))
    low, high = float(spline(x[0])), float(spline(x[-1]))
    left = [one.points[0] - half_x, x[0]], [two.points[0] - half_y, low]
    right = [x[-1], one.points[-1] + half_x], [high, two.points[-1] + half_y]

    def curve(at: Array) -> Array:
        outside = np.where(at < x[0], np.interp(at, *left), np.interp(at, *right))
        return np.where((at >= x[0]) & (at <= x[-1]), spline(np.clip(at, x[0], x[-1])), outside)

    return curve


def inverse(curve: Curve, low: float, high: float, at: Array) -> Array:
    """Where a rising curve over low … high takes each value; its ends outside."""
    ends = curve(np.array([low, high]))
    return np.array(
        [
            low
            if value <= ends[0]
            else high
            if value >= ends[1]
            else brentq(lambda t, v=value: float(curve(np.array([t]))[0]) - v, low, high)
            for value in at
        ]
    )


def _reinsch(x: Array, y: Array, se: Array, s: float) -> Curve:
    """The smoothest curve whose mean squared distance, in standard errors, is at most s."""
    weight = 1 / se**2
    line = np.polynomial.Polynomial.fit(x, y, 1, w=1 / se)

    def excess(log_penalty: float) -> float:
        fit = make_smoothing_spline(x, y, w=weight, lam=float(np.exp(log_penalty)))
        return float(np.mean(((fit(x) - y) / se) ** 2) - s)

    if np.mean(((line(x) - y) / se) ** 2) <= s:
        return line
    # Penalties so small that the curve passes through every point, and so large that it is nearly the line.
    low, high = -20.0, 20.0
    while excess(high) < 0:
        high += 5
    return make_smoothing_spline(x, y, w=weight, lam=float(np.exp(brentq(excess, low, high, xtol=1e-10))))
