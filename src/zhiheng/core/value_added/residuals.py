"""Value-added as mean residual of one regression (OLS): the simple method, for counties with few schools.

Figures of small units are not drawn towards the average here: they swing more than those of a mixed model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from zhiheng.core.intervals import mean_interval
from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.core.value_added.labels import encode
from zhiheng.core.value_added.verdicts import verdicts

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ResidualValueAdded:
    """coef : intercept first. Per unit in label order: n, mean residual, its standard error, limits, verdict.

    A unit of one pupil has a mean but no standard error (NaN).
    """

    coef: Array
    units: NDArray
    n: NDArray[np.int64]
    effect: Array
    se: Array
    lo: Array
    hi: Array
    verdict: NDArray[np.str_]


def residual_value_added(
    current: ArrayLike,
    prior: ArrayLike,
    units: ArrayLike,
    *,
    level: float = 0.95,
    normal: bool = False,
    columns: Sequence[str] | None = None,
) -> ResidualValueAdded:
    """Regress current on prior over all pupils, then average the residuals of each unit.

    Parameters
    ----------
    current : shape (n,). prior : shape (n,) or (n, k). units : shape (n,). Rows with anything missing are left out.
    normal : limits from the normal law as some schemes print them, instead of Student's t.
    columns : names of the columns of `prior`, for error messages.

    Raises
    ------
    CannotEstimate
        Too few pupils, or a column that the others determine.
    """
    y = np.asarray(current, dtype=float)
    x = np.asarray(prior, dtype=float).reshape(len(y), -1)
    labels = encode(units)
    kept = np.isfinite(y) & np.isfinite(x).all(1) & (labels.codes >= 0)
    y, x = y[kept], x[kept]
    if len(y) <= x.shape[1] + 1:
        raise CannotEstimate(f"两次成绩都有的只有 {len(y)} 人，不足以估计 {x.shape[1] + 1} 个系数。")
    X = np.column_stack([np.ones(len(y)), x])
    coef, _, rank, _ = np.linalg.lstsq(X / np.abs(X).max(0).clip(1e-300), y, rcond=1e-10)
    if rank < X.shape[1]:
        named = "、".join(columns or [f"第 {k + 1} 列" for k in range(x.shape[1])])
        raise CannotEstimate(f"前测和协变量（{named}）里有一列全都相同，或可由其他列算出来。请去掉这一列。")
    coef = coef / np.abs(X).max(0)
    residual = y - X @ coef
    there, codes = np.unique(labels.codes[kept], return_inverse=True)
    n = np.bincount(codes)
    mean = np.bincount(codes, residual) / n
    squares = np.bincount(codes, (residual - mean[codes]) ** 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = np.sqrt(squares / np.where(n > 1, n - 1, np.nan))
    se = sd / np.sqrt(n)
    lo, hi = mean_interval(mean, sd, n, level)
    if normal:
        half = float(ndtri((1 + level) / 2)) * se
        lo, hi = mean - half, mean + half
    return ResidualValueAdded(coef, labels.levels[there], n, mean, se, lo, hi, verdicts(lo, hi))
