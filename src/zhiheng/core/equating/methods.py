"""The one call for equating: choose a method, smooth, equate, and say how surely.

Not for choosing the method: `docs/explanation/equating.md` says which fits which data.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from zhiheng.core.equating.linear import Design
from zhiheng.core.equating.plan import ANCHORED, CURVED, METHODS, Plan, run
from zhiheng.core.equating.sample import Array, EquatingError, tabulate


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
    plan = Plan(method, Design(w1, internal), degrees, postsmooth)
    values, se, line = run(plan, one, two)
    if rng is not None:
        drawn = [run(plan, one.resampled(rng), two.resampled(rng), se=False)[0] for _ in range(replicates)]
        se = np.std(drawn, axis=0, ddof=1)
    return Equated(
        method, one.points, values, se, float(line.intercept), float(line.slope), n_x=one.n, n_y=two.n
    )


def _check(
    method: str, x_anchor: ArrayLike | None, y_anchor: ArrayLike | None, w1: float, postsmooth: float | None
) -> None:
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
