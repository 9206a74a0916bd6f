"""Equating by a straight line or an arc: functions of means, variances and covariances.

Not for papers whose difficulty differs by more at some scores than at others; see `equipercentile`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from zhiheng.core.equating.loglinear import Smoothed
from zhiheng.core.equating.sample import Array, EquatingError, Sample


class Moments(NamedTuple):
    """Mean and variance of score and anchor score, and their covariance; variances divide by n − 1."""

    mean: Any
    variance: Any
    anchor_mean: Any
    anchor_variance: Any
    covariance: Any


class Line(NamedTuple):
    """y = intercept + slope·x."""

    intercept: Any
    slope: Any


@dataclass(frozen=True)
class Design:
    """Weight of group 1 in the synthetic population, and whether the anchor counts in the score."""

    w1: float
    internal: bool


def mean(one: Moments, two: Moments, design: Design) -> Line:
    """Same distance from the mean."""
    return Line(two.mean - one.mean, 1.0)


def linear(one: Moments, two: Moments, design: Design) -> Line:
    """Same standard score."""
    return _through(one.mean, two.mean, np.sqrt(two.variance / one.variance))


def tucker(one: Moments, two: Moments, design: Design) -> Line:
    """Same regression of score on anchor in both groups. Kolen & Brennan (2014), section 4.2."""
    return _synthetic(
        one, two, design, one.covariance / one.anchor_variance, two.covariance / two.anchor_variance
    )


def levine(one: Moments, two: Moments, design: Design) -> Line:
    """Same line between true scores, matched on observed scores. Kolen & Brennan (2014), section 4.3."""
    return _synthetic(one, two, design, _levine_gamma(one, design), _levine_gamma(two, design))


def levine_true(one: Moments, two: Moments, design: Design) -> Line:
    """Same line between true scores, applied to observed scores; needs no synthetic population."""
    gamma_1, gamma_2 = _levine_gamma(one, design), _levine_gamma(two, design)
    at = two.mean + gamma_2 * (one.anchor_mean - two.anchor_mean)
    return _through(one.mean, at, gamma_2 / gamma_1)


def chained_linear(one: Moments, two: Moments, design: Design) -> Line:
    """Score to anchor in group 1, anchor to score in group 2."""
    to_anchor = np.sqrt(one.anchor_variance / one.variance)
    to_score = np.sqrt(two.variance / two.anchor_variance)
    at = two.mean + to_score * (one.anchor_mean - two.anchor_mean)
    return _through(one.mean, at, to_anchor * to_score)


LINES: dict[str, Callable[[Moments, Moments, Design], Line]] = {
    f.__name__: f for f in (mean, linear, tucker, levine, levine_true, chained_linear)
}


def arc(one: Moments, two: Moments, points: Array, ends: Array) -> Any:
    """Circle through both ends of the scales and the pair of means, on top of the line between the ends.

    For a few dozen pupils: the ends are known beforehand and only the means are estimated.

    Parameters
    ----------
    points : shape (k,), scores to convert.
    ends : lowest and highest score of paper X, then of paper Y.

    References
    ----------
    Livingston & Kim (2009), Journal of Educational Measurement 46, 330-343 (simplified method).
    """
    low, high, y_low, y_high = ends
    slope = (y_high - y_low) / (high - low)
    span, middle = high - low, one.mean - low
    rise = two.mean - (y_low + slope * middle)
    # The circle through (0,0), (middle, rise), (span, 0), solved for its small root: exact for rise = 0 too.
    bend = middle * (span - middle) - rise**2
    if np.real(bend) <= 0:
        raise EquatingError("两卷平均分相差太大，圆弧法画不出弧线。请核对两卷的满分和分数，或改用线性等值。")
    x = points - low
    inside = x * (span - x)
    return y_low + slope * x + 2 * rise * inside / (bend + np.sqrt(bend**2 + 4 * rise**2 * inside))


def moments(shares: Smoothed, sample: Sample) -> tuple[Array, Array]:
    """Means of x, x², v, v², x·v (x and v from their own mid-points) and their covariance, (5,) and (5, 5)."""
    f = _powers(sample)
    return (f * shares.p).sum(axis=(1, 2)), shares.covariance(f)


def from_means(raw: Any, sample: Sample) -> Moments:
    """Moments from the five means of `moments`; complex numbers pass through."""
    x, xx, v, vv, xv = raw
    more = sample.n / (sample.n - 1)
    return Moments(
        x + _middle(sample.points),
        more * (xx - x * x),
        v + _middle(sample.anchors),
        more * (vv - v * v),
        more * (xv - x * v),
    )


def derivative(function: Callable[[Any], Any], at: Array) -> Array:
    """Derivatives by a complex step: exact to the last digit, no difference is taken.

    Returns
    -------
    shape (len(at), …): derivative of each value by each argument.

    References
    ----------
    Squire & Trapp (1998), SIAM Review 40, 110-112.
    """
    steps = at + 1e-30j * np.eye(len(at))
    return np.array([np.imag(function(step)) / 1e-30 for step in steps])


def _powers(sample: Sample) -> Array:
    x = (sample.points - _middle(sample.points))[:, None] + 0 * sample.anchors
    v = (sample.anchors - _middle(sample.anchors))[None, :] + 0 * sample.points[:, None]
    return np.stack([x, x**2, v, v**2, x * v])


def _middle(points: Array) -> float:
    """Squares are taken from here, so that variances lose no digits."""
    return float(points[0] + points[-1]) / 2


def _through(x: Any, y: Any, slope: Any) -> Line:
    return Line(y - slope * x, slope)


def _levine_gamma(group: Moments, design: Design) -> Any:
    """How many points of score one point of anchor is worth, by true scores."""
    if design.internal:
        return group.variance / group.covariance
    return (group.variance + group.covariance) / (group.anchor_variance + group.covariance)


def _synthetic(one: Moments, two: Moments, design: Design, gamma_1: Any, gamma_2: Any) -> Line:
    """The line between both papers in the population mixed of both groups. Kolen & Brennan, (4.2)-(4.5)."""
    w1, w2 = design.w1, 1 - design.w1
    apart = one.anchor_mean - two.anchor_mean
    wider = one.anchor_variance - two.anchor_variance
    mean_x, mean_y = one.mean - w2 * gamma_1 * apart, two.mean + w1 * gamma_2 * apart
    variance_x = one.variance - w2 * gamma_1**2 * wider + w1 * w2 * (gamma_1 * apart) ** 2
    variance_y = two.variance + w1 * gamma_2**2 * wider + w1 * w2 * (gamma_2 * apart) ** 2
    return _through(mean_x, mean_y, np.sqrt(variance_y / variance_x))
