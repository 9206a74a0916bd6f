"""Measures of inequality between schools weighted by enrolment: 差异系数, 基尼系数, 倍率.

Not for saying whether an inequality is wrong: a village school with few pupils has many books a pupil.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.equity.formulas import Array, of_cv, of_gini


class EquityError(ValueError):
    """The values or weights allow no measure; the sentence says what was found and what is expected."""


def cv(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Coefficient of variation between schools (校际差异系数).

    0.50 reads: a typical school lies half the county's average away from it.

    Parameters
    ----------
    values : shape (n_schools,)
        Per-pupil amount, or mean, of each school; NaN schools are left out.
    weights : shape (n_schools,), optional
        Enrolment. National rules ask for it; without it every school weighs the same.

    Returns
    -------
    float, S / X̄ with S = √Σ(wᵢ/W)(xᵢ − X̄)²; NaN where there is no school or X̄ is 0.

    Raises
    ------
    EquityError
        Weights are negative, or not as many as values.

    References
    ----------
    教督〔2017〕6号, 附件 (formula checked against a printed example of five schools).
    """
    x, w, _ = known(values, weights)
    return float(of_cv(x, w)) if x.any() else float("nan")


def lorenz(values: ArrayLike, weights: ArrayLike | None = None) -> tuple[Array, Array]:
    """The Lorenz curve: share of pupils, poorest schools first, and the share of everything they have.

    Returns
    -------
    Two arrays of shape (n_schools + 1,), both from 0 to 1; NaN shares of amount where the total is 0.

    Raises
    ------
    EquityError
        A value is negative, or weights do not fit.
    """
    x, w, _ = known(values, weights, sign="non-negative")
    order = np.argsort(x, kind="stable")
    pupils = np.concatenate([[0.0], np.cumsum(w[order])])
    amount = np.concatenate([[0.0], np.cumsum((w * x)[order])])
    with np.errstate(invalid="ignore"):
        return pupils / pupils[-1], amount / amount[-1]


def gini(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Gini coefficient (基尼系数): 0 where every pupil has the same, towards 1 where one school has all.

    0.20 reads: two pupils drawn at random differ, on average, by 40 % of the county's mean.

    Parameters and errors as in `lorenz`; no correction for small numbers of schools.

    Returns
    -------
    float; NaN where there is no school or all values are 0.
    """
    x, w, _ = known(values, weights, sign="non-negative")
    return float(of_gini(x, w)) if x.any() else float("nan")


def quantile_ratio(
    values: ArrayLike, weights: ArrayLike | None = None, *, high: float = 0.9, low: float = 0.1
) -> float:
    """What the pupil at the high share has, as a multiple of what the pupil at the low share has (90/10 倍率).

    Each school counts as that many pupils, all with the school's amount. Among W pupils from low to high, the
    quantile q is read at place 1 + (W − 1)q, between two pupils by a straight line (Hyndman & Fan's type 7).

    Parameters
    ----------
    values : shape (n_schools,)
    weights : whole numbers, shape (n_schools,), optional
        Pupils; without them every school counts as one.

    Returns
    -------
    float; NaN where there is no school or the low quantile is not positive.

    Raises
    ------
    EquityError
        Weights are no whole numbers, or the shares are not 0 ≤ low < high ≤ 1.

    References
    ----------
    Hyndman & Fan (1996), American Statistician 50, 361-365.
    """
    if not 0 <= low < high <= 1:
        raise EquityError(f"分位写的是 {low:g} 与 {high:g}，应满足 0 ≤ 低 < 高 ≤ 1，例如 0.1 与 0.9。")
    x, w, _ = known(values, weights)
    if (w != np.floor(w)).any():
        raise EquityError("倍率的权重应是整数人数，现在有小数。请给出各校在校学生数。")
    if not len(x):
        return float("nan")
    order = np.argsort(x, kind="stable")
    x, up_to = x[order], np.cumsum(w[order])
    place = (up_to[-1] - 1) * np.array([low, high])
    before = np.floor(place)
    one, next_one = (
        x[np.searchsorted(up_to, np.minimum(before + k, up_to[-1] - 1), side="right")] for k in (0, 1)
    )
    lower, upper = one + (place - before) * (next_one - one)
    return float(upper / lower) if lower > 0 else float("nan")


def known(
    values: ArrayLike, weights: ArrayLike | None, *, sign: str = "any"
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Values and weights of the schools that have both, and which these are.

    With sign="non-negative" a negative value is refused.
    """
    x = np.asarray(values, dtype=float)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != x.shape:
        raise EquityError(
            f"有 {x.size} 所学校的数值，却有 {w.size} 个权重，两者应一一对应。请补齐或删去多出的。"
        )
    if (w < 0).any():
        raise EquityError(
            f"第 {int(np.argmax(w < 0)) + 1} 个权重是 {w[w < 0][0]:g}，学生数不应为负。请核对。"
        )
    there = ~np.isnan(x) & (w > 0)
    if sign == "non-negative" and (x[there] < 0).any():
        raise EquityError(
            f"有学校的数值是 {x[there].min():g}，这个指标只适用于不小于 0 的数量。请核对，或改用差异系数。"
        )
    return x[there], w[there], there
