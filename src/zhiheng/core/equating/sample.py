"""How many pupils have each score, or each pair of score and anchor score, on evenly spaced points.

Not for estimating anything: a sample is only counted here, and refused where it cannot be counted.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class EquatingError(ValueError):
    """The data or the options allow no equating; the sentence says what was found and what to do."""


@dataclass(frozen=True)
class Sample:
    """Pupils of one group counted by score.

    Attributes
    ----------
    name : str
        What the paper is called in messages.
    points : shape (J,)
        Possible scores, evenly spaced.
    anchors : shape (L,)
        Possible anchor scores; the single point 0 where there is no anchor.
    counts : shape (J, L)
        Pupils with each pair.
    """

    name: str
    points: Array
    anchors: Array
    counts: Array

    @property
    def n(self) -> int:
        """Pupils counted."""
        return int(self.counts.sum())

    def resampled(self, rng: np.random.Generator) -> "Sample":
        """As many pupils drawn again from these, with replacement."""
        drawn = rng.multinomial(self.n, (self.counts / self.n).ravel())
        return replace(self, counts=drawn.reshape(self.counts.shape).astype(float))


def tabulate(
    name: str,
    scores: ArrayLike,
    points: ArrayLike | None,
    *,
    counts: ArrayLike | None = None,
    anchor: ArrayLike | None = None,
    anchor_points: ArrayLike | None = None,
) -> Sample:
    """Count pupils; a pupil without score or without anchor score (NaN) is left out.

    Raises
    ------
    EquatingError
        Lengths differ, counts are no whole numbers, a score lies on no point, or fewer than two pupils are left.
    """
    score = np.asarray(scores, dtype=float).ravel()
    times = np.ones(len(score)) if counts is None else np.asarray(counts, dtype=float).ravel()
    common = np.zeros(len(score)) if anchor is None else np.asarray(anchor, dtype=float).ravel()
    for label, values in (("人数", times), ("锚题分数", common)):
        if len(values) != len(score):
            raise EquatingError(
                f"{name}有 {len(score)} 个分数，却有 {len(values)} 个{label}，两者应一一对应。请补齐或删去多出的。"
            )
    if not (np.isfinite(times).all() and (times >= 0).all() and (times == np.floor(times)).all()):
        raise EquatingError(f"{name}的人数应是不小于 0 的整数，现在有小数、负数或空缺。请改成整数人数。")
    grid = _points(name, "分数", score, points)
    anchor_grid = np.zeros(1) if anchor is None else _points(name, "锚题分数", common, anchor_points)
    known = ~(np.isnan(score) | np.isnan(common))
    row = _places(name, "分数", score[known], grid)
    column = np.zeros(len(row), dtype=int)
    if anchor is not None:
        column = _places(name, "锚题分数", common[known], anchor_grid)
    table = np.zeros((len(grid), len(anchor_grid)))
    np.add.at(table, (row, column), times[known])
    if table.sum() < 2:
        raise EquatingError(f"{name}只有 {int(table.sum())} 名学生有分数，等值至少要 2 名，通常要几百名。")
    return Sample(name, grid, anchor_grid, table)


def _points(name: str, what: str, scores: Array, points: ArrayLike | None) -> Array:
    """The points given, checked; without any, 0, 1, … to the highest score."""
    if points is None:
        known = scores[~np.isnan(scores)]
        top = np.floor(known.max()) if len(known) else 0.0
        return np.arange(min(0.0, np.floor(known.min()) if len(known) else 0.0), max(top, 1.0) + 1)
    grid = np.asarray(points, dtype=float)
    gaps = np.diff(grid)
    if grid.ndim != 1 or len(grid) < 2 or not (gaps > 0).all() or not np.allclose(gaps, gaps[0]):
        raise EquatingError(
            f"{name}的{what}点应从低到高、间隔相等、至少两点，例如 0、1、2、…、100；现在不是。请重新给出。"
        )
    return grid


def _places(name: str, what: str, scores: Array, grid: Array) -> NDArray[np.int64]:
    """Index of the point each score lies on."""
    step = grid[1] - grid[0]
    place = np.rint((scores - grid[0]) / step)
    off = (np.abs(scores - (grid[0] + place * step)) > 1e-6 * step) | (place < 0) | (place >= len(grid))
    if off.any():
        raise EquatingError(
            f"{name}有 {int(off.sum())} 个{what}不在分数点上，例如 {scores[off][0]:g}；分数点从 {grid[0]:g} 到 {grid[-1]:g}，"
            f"每隔 {step:g} 分一点。请改正分数，或给出正确的分数点。"
        )
    return place.astype(np.int64)
