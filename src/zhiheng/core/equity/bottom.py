"""Where the county's weakest pupils sit: the share of each school's pupils among the lowest 30 % (后30%学生占比).

Not a mark of a school's work: it says first of all who goes there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.equity.inequality import Array, EquityError
from zhiheng.core.intervals import Interval, wilson_interval


@dataclass(frozen=True)
class BottomShare:
    """One entry a school.

    Attributes
    ----------
    line : float
        The mark up to which a pupil belongs to the county's lowest share.
    schools : shape (k,)
        Sorted.
    n, count : shape (k,)
        Pupils with a mark, and those of them at or below the line.
    share, lo, hi : shape (k,)
        count / n and its interval.
    """

    line: float
    schools: NDArray[np.object_]
    n: NDArray[np.int64]
    count: NDArray[np.int64]
    share: Array
    lo: Array
    hi: Array


def bottom_share(
    marks: ArrayLike,
    schools: ArrayLike,
    *,
    share: float = 0.30,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> BottomShare:
    """Share of each school's pupils among the county's lowest `share`; 0.30 everywhere if schools are alike.

    The line is the smallest mark that share × n pupils (rounded half up) do not exceed; pupils on the line all
    belong, so that equal marks are never split and slightly more than the share may belong.

    Parameters
    ----------
    marks : shape (n,), NaN where a pupil did not sit
    schools : labels, shape (n,)
    rng : numpy Generator, optional
        Intervals by drawing each school's pupils again and the line with them. Without it Wilson's interval, which
        takes the line as given.

    Raises
    ------
    EquityError
        Lengths differ, nobody has a mark, or the share is not between 0 and 1.
    """
    x, labels = np.asarray(marks, dtype=float), np.asarray(schools, dtype=object)
    if x.shape != labels.shape:
        raise EquityError(
            f"有 {x.size} 个分数，却有 {labels.size} 个学校，两者应一一对应。请补齐或删去多出的。"
        )
    if not 0 < share < 1:
        raise EquityError(f"后段比例写的是 {share:g}，应在 0 与 1 之间，例如 0.30。")
    sat = ~np.isnan(x)
    if not sat.any():
        raise EquityError("没有一名学生有分数，分不出后段学生。请先读入成绩。")
    values, mark = np.unique(x[sat], return_inverse=True)
    names, school = np.unique(labels[sat], return_inverse=True)
    pupils = np.zeros((len(names), len(values)), dtype=np.int64)
    np.add.at(pupils, (school, mark), 1)
    n = pupils.sum(axis=1)
    line, count = _at_or_below(pupils, share)
    limits = wilson_interval(count, n, level)
    if rng is not None:
        limits = _drawn_again(pupils, share, level, rng, replicates)
    return BottomShare(float(values[line]), names, n, count, count / n, limits.lo, limits.hi)


def _at_or_below(pupils: NDArray[np.int64], share: float) -> tuple[int, NDArray[np.int64]]:
    """Index of the line among the marks, and each school's pupils at or below it."""
    everybody = pupils.sum(axis=0).cumsum()
    wanted = np.floor(everybody[-1] * share + 0.5 + 1e-9)
    line = int(np.argmax(everybody >= wanted))
    return line, pupils[:, : line + 1].sum(axis=1)


def _drawn_again(
    pupils: NDArray[np.int64], share: float, level: float, rng: np.random.Generator, replicates: int
) -> Interval:
    n = pupils.sum(axis=1)
    chances = pupils / n[:, None]
    counts = [_at_or_below(rng.multinomial(n, chances), share)[1] / n for _ in range(replicates)]
    lo, hi = np.quantile(counts, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Interval(lo, hi)
