"""One equating of two samples, from smoothing to standard errors, by any of the methods.

Not for raw scores or for checking options; see `methods`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhiheng.core.equating import equipercentile, linear, spline
from zhiheng.core.equating.loglinear import Smoothed, loglinear, observed
from zhiheng.core.equating.sample import Array, EquatingError, Sample

ARC = "circle_arc"
ANCHORED = (
    "tucker",
    "levine",
    "levine_true",
    "chained_linear",
    "chained_equipercentile",
    "frequency_estimation",
)
CURVED = ("equipercentile", "chained_equipercentile", "frequency_estimation")
METHODS = ("mean", "linear", ARC, "equipercentile", *ANCHORED)


@dataclass(frozen=True)
class Plan:
    """What to do with two samples; the same for the data and for each resample.

    Attributes
    ----------
    method : one of METHODS
    design : see `linear`
    degrees : of log-linear smoothing of paper X and of paper Y, or None
    s : of post-smoothing, or None
    """

    method: str
    design: linear.Design
    degrees: tuple[int, int] | None
    s: float | None

    def turned(self) -> "Plan":
        """The same plan with the papers exchanged."""
        degrees = None if self.degrees is None else (self.degrees[1], self.degrees[0])
        return Plan(self.method, linear.Design(1 - self.design.w1, self.design.internal), degrees, self.s)


def run(plan: Plan, one: Sample, two: Sample, *, se: bool = True) -> tuple[Array, Array, linear.Line]:
    """Equated scores, their delta-method standard errors (NaN when not asked for), and the line if it is one."""
    degrees = plan.degrees or (None, None)
    p, q = (_shares(plan, sample, degree) for sample, degree in zip((one, two), degrees, strict=True))
    nothing = np.full(len(one.points), np.nan)
    if plan.method not in CURVED:
        return _straight(plan, one, two, p, q)
    curve = _curve(plan, one, two, p.p, q.p)
    if plan.s is not None:
        return _postsmoothed(plan, plan.s, one, two, p, q), nothing, linear.Line(np.nan, np.nan)
    errors = _delta(curve, p, q) if se else nothing
    return curve.values, errors, linear.Line(np.nan, np.nan)


def _shares(plan: Plan, sample: Sample, degree: int | None) -> Smoothed:
    if degree is None:
        return observed(sample)
    possible = None
    if plan.method in ANCHORED and plan.design.internal:
        own, common = sample.points[:, None], sample.anchors[None, :]
        possible = (common <= own) & (own - common <= sample.points[-1] - sample.anchors[-1])
        if (sample.counts[~possible] > 0).any():
            raise EquatingError(
                f"{sample.name}有学生的锚题分数高于总分，或锚题以外的得分超过满分。锚题若不计入总分，请写 internal=False。"
            )
    return loglinear(sample, degree, possible=possible)


def _straight(
    plan: Plan, one: Sample, two: Sample, p: Smoothed, q: Smoothed
) -> tuple[Array, Array, linear.Line]:
    (raw_x, cov_x), (raw_y, cov_y) = linear.moments(p, one), linear.moments(q, two)
    _need_spread(plan, one, two, linear.from_means(raw_x, one), linear.from_means(raw_y, two))
    ends = np.array([one.points[0], one.points[-1], two.points[0], two.points[-1]])

    def line(raw: Any) -> linear.Line:
        pair = linear.from_means(raw[:5], one), linear.from_means(raw[5:], two)
        return linear.LINES[plan.method](*pair, plan.design)

    def values(raw: Any) -> Any:
        if plan.method == ARC:
            pair = linear.from_means(raw[:5], one), linear.from_means(raw[5:], two)
            return linear.arc(*pair, one.points, ends)
        intercept, slope = line(raw)
        return intercept + slope * one.points

    raw = np.concatenate([raw_x, raw_y])
    slopes = linear.derivative(values, raw)  # (10, k)
    variance = sum(
        np.einsum("ik,ij,jk->k", part, cov, part) for part, cov in ((slopes[:5], cov_x), (slopes[5:], cov_y))
    )
    shape = linear.Line(np.nan, np.nan) if plan.method == ARC else line(raw)
    return values(raw), np.sqrt(np.maximum(variance, 0)), shape


def _need_spread(plan: Plan, one: Sample, two: Sample, x: linear.Moments, y: linear.Moments) -> None:
    for sample, group in ((one, x), (two, y)):
        if plan.method not in ("mean", ARC) and group.variance <= 0:
            raise EquatingError(
                f"{sample.name}所有学生分数相同，定不出标准差，不能做 {plan.method} 等值。请核对分数。"
            )
        if plan.method in ANCHORED and (group.anchor_variance <= 0 or group.covariance <= 0):
            raise EquatingError(
                f"{sample.name}的锚题分数与总分不同升降，或人人相同，锚题不能当桥梁。请核对锚题分数是否对错了学生。"
            )


def _curve(plan: Plan, one: Sample, two: Sample, p: Array, q: Array) -> equipercentile.Curve:
    if plan.method == "frequency_estimation":
        return equipercentile.frequency_estimation(one, two, p, q, plan.design.w1)
    links: dict[str, Callable[[Sample, Sample, Array, Array], equipercentile.Curve]] = {
        "equipercentile": equipercentile.direct,
        "chained_equipercentile": equipercentile.chained,
    }
    return links[plan.method](one, two, p, q)


def _delta(curve: equipercentile.Curve, p: Smoothed, q: Smoothed) -> Array:
    """Standard errors from the derivatives by all cells; NaN where the curve is at an end of the scale."""
    by_p, by_q = curve.gradients()
    variance = np.diag(p.covariance(by_p)) + np.diag(q.covariance(by_q))
    return np.sqrt(np.maximum(variance, 0))


def _postsmoothed(plan: Plan, s: float, one: Sample, two: Sample, p: Smoothed, q: Smoothed) -> Array:
    """The average of X to Y smoothed and of Y to X smoothed, turned round. Kolen & Brennan (2014), (3.14)."""
    there = _curve(plan, one, two, p.p, q.p)
    back = _curve(plan.turned(), two, one, q.p, p.p)
    forward = spline.smoothed_curve(one, two, p.p.sum(axis=1), there.values, _delta(there, p, q), s)
    backward = spline.smoothed_curve(two, one, q.p.sum(axis=1), back.values, _delta(back, q, p), s)
    half = (two.points[1] - two.points[0]) / 2
    ends = two.points[0] - half, two.points[-1] + half
    return (forward(one.points) + spline.inverse(backward, *ends, one.points)) / 2
