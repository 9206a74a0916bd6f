"""The one call for equating: choose a method, smooth, equate, and say how surely.

Not for choosing the method: `docs/explanation/equating.md` says which fits which data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from zhiheng.core.equating import equipercentile, linear, spline
from zhiheng.core.equating.loglinear import Smoothed, loglinear, observed
from zhiheng.core.equating.sample import Array, EquatingError, Sample, tabulate

ANCHORED = (
    "tucker",
    "levine",
    "levine_true",
    "chained_linear",
    "chained_equipercentile",
    "frequency_estimation",
)
CURVED = ("equipercentile", "chained_equipercentile", "frequency_estimation")
METHODS = ("mean", "linear", "circle_arc", "equipercentile", *ANCHORED)


@dataclass(frozen=True)
class Equated:
    """A conversion table from paper X to the scale of paper Y.

    Attributes
    ----------
    method : str
    scale : shape (k,)
        Scores of paper X.
    equated : shape (k,)
        The score on paper Y that means the same; not rounded, and not cut at the ends of Y's scale.
    se : shape (k,)
        Standard error of each equated score: how far it would move with other pupils of the same kind. NaN where
        the data allow none.
    intercept, slope : float
        Of a straight line; NaN for curves.
    n_x, n_y : int
        Pupils used of each group.
    """

    method: str
    scale: Array
    equated: Array
    se: Array
    intercept: float
    slope: float
    n_x: int
    n_y: int

    def convert(self, scores: ArrayLike) -> Array:
        """Scores of paper X on the scale of Y, between points by straight lines; NaN stays NaN.

        Raises
        ------
        EquatingError
            A score lies outside the table.
        """
        x = np.asarray(scores, dtype=float)
        outside = (x < self.scale[0]) | (x > self.scale[-1])
        if outside.any():
            raise EquatingError(
                f"有 {int(outside.sum())} 个分数在换算表之外，例如 {x[outside][0]:g}；"
                f"换算表从 {self.scale[0]:g} 到 {self.scale[-1]:g}。请核对分数，或用 x_scale 给出完整的分数点再等值。"
            )
        return np.interp(x, self.scale, self.equated)


@dataclass(frozen=True)
class _Plan:
    """What to do with two samples; the same for the data and for each resample."""

    method: str
    design: linear.Design
    degrees: tuple[int, int] | None
    s: float | None

    def turned(self) -> "_Plan":
        """The same plan with the papers exchanged."""
        degrees = None if self.degrees is None else (self.degrees[1], self.degrees[0])
        return _Plan(self.method, linear.Design(1 - self.design.w1, self.design.internal), degrees, self.s)


def equate(
    x: ArrayLike,
    y: ArrayLike,
    *,
    method: str = "equipercentile",
    x_anchor: ArrayLike | None = None,
    y_anchor: ArrayLike | None = None,
    x_counts: ArrayLike | None = None,
    y_counts: ArrayLike | None = None,
    x_scale: ArrayLike | None = None,
    y_scale: ArrayLike | None = None,
    anchor_scale: ArrayLike | None = None,
    internal: bool = True,
    w1: float = 0.5,
    presmooth: int | tuple[int, int] | None = None,
    postsmooth: float | None = None,
    replicates: int = 1000,
    rng: np.random.Generator | None = None,
) -> Equated:
    """Find the score on paper Y that means the same as each score on paper X.

    An equated score reads: "x on this paper is as hard to reach as this on the other". It needs either two
    groups drawn alike from one population, or a set of common items (锚题) both groups took.

    Parameters
    ----------
    x, y : shape (n,), (m,)
        Scores of the pupils who sat paper X, and of those who sat paper Y; NaN where a pupil did not sit.
    method : str
        Without anchor: mean, linear, equipercentile, circle_arc. With anchor: tucker, levine (observed scores),
        levine_true, chained_linear, chained_equipercentile, frequency_estimation.
    x_anchor, y_anchor : shape (n,), (m,), optional
        Scores of the same pupils on the common items.
    x_counts, y_counts : whole numbers, shape (n,), (m,), optional
        How many pupils each entry of x, y stands for.
    x_scale, y_scale, anchor_scale : evenly spaced possible scores; 0, 1, … to the highest seen by default.
    internal : bool
        The common items count in the score.
    w1 : float
        Weight of group X in the population for which tucker, levine and frequency_estimation equate, 0 to 1.
    presmooth : int, or one for each paper, optional
        Log-linear smoothing of the score distributions before equating: the number of moments kept.
    postsmooth : float, optional
        Cubic-spline smoothing of the equated scores of an equipercentile method (0.05 little to 1 much),
        averaged over both directions so that it stays symmetric.
    rng : numpy Generator, optional
        Standard errors by drawing pupils again `replicates` times. Without it they come from the delta method,
        which has none for post-smoothed scores (NaN).

    Raises
    ------
    EquatingError
        Scores off the points, too few pupils, an anchor missing or too much, options that do not go together.

    References
    ----------
    Kolen & Brennan (2014), Test Equating, Scaling, and Linking, 3rd ed., chapters 2-5 and 7.
    """
    _check(method, x_anchor, y_anchor, w1, postsmooth)
    common = anchor_scale
    if common is None and x_anchor is not None and y_anchor is not None:
        common = np.arange(
            max(1.0, float(np.nanmax(np.concatenate([np.ravel(x_anchor), np.ravel(y_anchor)])))) + 1
        )
    one = tabulate("X 卷", x, x_scale, counts=x_counts, anchor=x_anchor, anchor_points=common)
    two = tabulate("Y 卷", y, y_scale, counts=y_counts, anchor=y_anchor, anchor_points=common)
    degrees = (presmooth, presmooth) if isinstance(presmooth, int) else presmooth
    plan = _Plan(method, linear.Design(w1, internal), degrees, postsmooth)
    values, se, line = _run(plan, one, two)
    if rng is not None:
        drawn = [_run(plan, one.resampled(rng), two.resampled(rng), se=False)[0] for _ in range(replicates)]
        se = np.std(drawn, axis=0, ddof=1)
    return Equated(
        method, one.points, values, se, float(line.intercept), float(line.slope), n_x=one.n, n_y=two.n
    )


def _check(method: str, x_anchor: Any, y_anchor: Any, w1: float, postsmooth: float | None) -> None:
    if method not in METHODS:
        raise EquatingError(f"等值方法写的是“{method}”，应为下列之一：{'、'.join(METHODS)}。")
    anchored = method in ANCHORED
    if anchored and (x_anchor is None or y_anchor is None):
        raise EquatingError(
            f"方法 {method} 要两组学生的锚题分数，现在没有给全。请给出 x_anchor 和 y_anchor。"
        )
    if not anchored and not (x_anchor is None and y_anchor is None):
        raise EquatingError(
            f"方法 {method} 不用锚题，却给了锚题分数。两组学生水平不同时请改用 {'、'.join(ANCHORED)}；相同时请去掉锚题分数。"
        )
    if not 0 <= w1 <= 1:
        raise EquatingError(f"X 组的权重 w1 写的是 {w1:g}，应在 0 与 1 之间。")
    if postsmooth is not None and method not in CURVED:
        raise EquatingError(f"方法 {method} 得到的不是等百分位曲线，不能样条平滑。请去掉 postsmooth。")
    if postsmooth is not None and not postsmooth > 0:
        raise EquatingError(f"样条平滑的程度 postsmooth 写的是 {postsmooth:g}，应大于 0，常用 0.05 到 1。")


def _run(plan: _Plan, one: Sample, two: Sample, *, se: bool = True) -> tuple[Array, Array, linear.Line]:
    """Equated scores, their delta-method standard errors (NaN when not asked for), and the line if it is one."""
    degrees = plan.degrees or (None, None)
    p, q = (_shares(plan, sample, degree) for sample, degree in zip((one, two), degrees, strict=True))
    nothing = np.full(len(one.points), np.nan)
    if plan.method not in CURVED:
        return _straight(plan, one, two, p, q)
    curve = _curve(plan, one, two, p.p, q.p)
    if plan.s is not None:
        return _postsmoothed(plan, one, two, p, q), nothing, linear.Line(np.nan, np.nan)
    errors = _delta(curve, p, q) if se else nothing
    return curve.values, errors, linear.Line(np.nan, np.nan)


def _shares(plan: _Plan, sample: Sample, degree: int | None) -> Smoothed:
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
    plan: _Plan, one: Sample, two: Sample, p: Smoothed, q: Smoothed
) -> tuple[Array, Array, linear.Line]:
    (raw_x, cov_x), (raw_y, cov_y) = linear.moments(p, one), linear.moments(q, two)
    _need_spread(plan, one, two, linear.from_means(raw_x, one), linear.from_means(raw_y, two))
    ends = np.array([one.points[0], one.points[-1], two.points[0], two.points[-1]])

    def line(raw: Any) -> linear.Line:
        pair = linear.from_means(raw[:5], one), linear.from_means(raw[5:], two)
        return linear.LINES[plan.method](*pair, plan.design)

    def values(raw: Any) -> Any:
        if plan.method == "circle_arc":
            pair = linear.from_means(raw[:5], one), linear.from_means(raw[5:], two)
            return linear.arc(*pair, one.points, ends)
        return line(raw).intercept + line(raw).slope * one.points

    raw = np.concatenate([raw_x, raw_y])
    slopes = linear.derivative(values, raw)  # (10, k)
    variance = sum(
        np.einsum("ik,ij,jk->k", part, cov, part) for part, cov in ((slopes[:5], cov_x), (slopes[5:], cov_y))
    )
    shape = linear.Line(np.nan, np.nan) if plan.method == "circle_arc" else line(raw)
    return values(raw), np.sqrt(np.maximum(variance, 0)), shape


def _need_spread(plan: _Plan, one: Sample, two: Sample, x: linear.Moments, y: linear.Moments) -> None:
    for sample, group in ((one, x), (two, y)):
        if plan.method not in ("mean", "circle_arc") and group.variance <= 0:
            raise EquatingError(
                f"{sample.name}所有学生分数相同，定不出标准差，不能做 {plan.method} 等值。请核对分数。"
            )
        if plan.method in ANCHORED and (group.anchor_variance <= 0 or group.covariance <= 0):
            raise EquatingError(
                f"{sample.name}的锚题分数与总分不同升降，或人人相同，锚题不能当桥梁。请核对锚题分数是否对错了学生。"
            )


def _curve(plan: _Plan, one: Sample, two: Sample, p: Array, q: Array) -> equipercentile.Curve:
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


def _postsmoothed(plan: _Plan, one: Sample, two: Sample, p: Smoothed, q: Smoothed) -> Array:
    """The average of X to Y smoothed and of Y to X smoothed, turned round. Kolen & Brennan (2014), (3.14)."""
    assert plan.s is not None
    there = _curve(plan, one, two, p.p, q.p)
    back = _curve(plan.turned(), two, one, q.p, p.p)
    forward = spline.smoothed_curve(one, two, p.p.sum(axis=1), there.values, _delta(there, p, q), plan.s)
    backward = spline.smoothed_curve(two, one, q.p.sum(axis=1), back.values, _delta(back, q, p), plan.s)
    half = (two.points[1] - two.points[0]) / 2
    ends = two.points[0] - half, two.points[-1] + half
    return (forward(one.points) + spline.inverse(backward, *ends, one.points)) / 2
