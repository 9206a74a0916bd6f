"""Theil's indices and their exact split into inequality between and within groups of schools (泰尔指数).

Not comparable between quantities: an index of books and one of money have no common unit, only their own history.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.equity.formulas import Array, of_mld, of_theil
from zhiheng.core.equity.inequality import EquityError, known


@dataclass(frozen=True)
class TheilParts:
    """A Theil index split by groups of schools: `between + within` is `total`.

    Attributes
    ----------
    total, between, within : float
        `between / total` reads: so much of the inequality would stay if every group were equal inside.
    groups : shape (k,)
        The groups, sorted.
    own : shape (k,)
        The index of each group by itself.
    weight : shape (k,)
        What each group's own index counts in `within`: its share of everything for T, of the pupils for L.
    """

    total: float
    between: float
    within: float
    groups: NDArray[np.object_]
    own: Array
    weight: Array


def theil(values: ArrayLike, weights: ArrayLike | None = None, *, index: str = "T") -> float:
    """Theil's T, or L (mean logarithmic deviation), between schools weighted by enrolment.

    0 where every pupil has the same. T looks harder at the rich end, L at the poor end.

    Parameters
    ----------
    values : shape (n_schools,), not negative
    weights : shape (n_schools,), optional
        Enrolment.
    index : "T" or "L"

    Returns
    -------
    float; NaN where there is no school or all values are 0; L is infinite where a school has nothing.

    Raises
    ------
    EquityError
        A value is negative, weights do not fit, or the index is unknown.

    References
    ----------
    Theil (1967), Economics and Information Theory, chapter 4.
    """
    x, w, _ = known(values, weights, sign="non-negative")
    return _index(x, w, index)


def theil_parts(
    values: ArrayLike, groups: ArrayLike, weights: ArrayLike | None = None, *, index: str = "T"
) -> TheilParts:
    """Split a Theil index into inequality between groups (城区, 镇区, 乡村; towns) and within them.

    Parameters
    ----------
    values, weights, index : as in `theil`
    groups : labels, shape (n_schools,)

    Raises
    ------
    EquityError
        As in `theil`, or labels are not as many as values.

    References
    ----------
    Shorrocks (1980), Econometrica 48, 613-625.
    """
    labels = np.asarray(groups, dtype=object)
    if labels.shape != np.shape(values):
        raise EquityError(
            f"有 {np.size(values)} 所学校的数值，却有 {labels.size} 个分组，两者应一一对应。请补齐。"
        )
    x, w, there = known(values, weights, sign="non-negative")
    names, group = np.unique(labels[there], return_inverse=True)
    members = [group == k for k in range(len(names))]
    size = np.array([w[m].sum() for m in members])
    mean = np.array([np.average(x[m], weights=w[m]) for m in members])
    own = np.array([_index(x[m], w[m], index) for m in members])
    share = size * mean if index == "T" else size
    share = share / share.sum() if share.any() else share
    # A group that has nothing at all has no index of its own, and counts nothing.
    within = float((share * np.where(share > 0, own, 0)).sum())
    return TheilParts(_index(x, w, index), _index(mean, size, index), within, names, own, share)


def _index(x: Array, w: Array, index: str) -> float:
    if index not in ("T", "L"):
        raise EquityError(f"泰尔指数写的是“{index}”，应为 T 或 L。")
    if not x.any():
        return float("nan")
    return float((of_theil if index == "T" else of_mld)(x, w))
