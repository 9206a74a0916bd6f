"""The rows of a mixed model, checked: numbers where numbers belong, groups as codes, incomplete rows left out.

Not for the model itself, which sees only the `cross_products` made here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.value_added import sums
from zhiheng.core.value_added.crossproducts import CrossProducts, FactorSums, PairSums
from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.core.value_added.labels import Labels, encode

Array = NDArray[np.float64]
SAMPLE = 1000  # rows whose mean is near enough to take off before multiplying


@dataclass(frozen=True)
class Rows:
    """Complete rows only.

    y, weights : shape (n,). X : shape (n, p), with a column of ones.
    groups : name → levels that occur and the code of each row.
    kept : shape (n_given,), which of the given rows these are.
    """

    y: Array
    X: Array
    weights: Array
    groups: Mapping[str, Labels]
    kept: NDArray[np.bool_]

    @property
    def constant(self) -> int:
        """The column of ones."""
        for j, first in enumerate(self.X[0]):
            if first == 1 and (self.X[:, j] == 1).all():
                return j
        raise CannotEstimate("自变量里没有全为 1 的常数列，模型没有截距。请在 X 中加一列 1。")

    def cross_products(self, random_slopes: Mapping[str, Sequence[int]]) -> CrossProducts:
        """Go over the rows once. `random_slopes` names columns of X that vary with a group."""
        constant = self.constant
        _check_slopes(random_slopes, self.groups, self.X.shape[1])
        centre = np.append(self.X[:SAMPLE].mean(0), self.y[:SAMPLE].mean())
        centre[constant] = 0.0
        columns = {
            name: (constant, *(int(j) for j in random_slopes.get(name, ()) if j != constant))
            for name in self.groups
        }
        table = (self.X, self.weights, centre)
        factors = {
            name: FactorSums(
                levels,
                columns[name],
                sums.factor_sums(self.y, *table, codes, len(levels), np.array(columns[name])),
            )
            for name, (levels, codes) in self.groups.items()
        }
        gram = sums.gram(self.y, *table)
        return CrossProducts(len(self.y), constant, centre, gram, factors, self._pairs(table, columns))

    def _pairs(
        self, table: tuple[Array, Array, Array], columns: Mapping[str, tuple[int, ...]]
    ) -> dict[tuple[str, str], PairSums]:
        names = list(self.groups)
        out = {}
        for k, a in enumerate(names[:-1]):
            codes = self.groups[a].codes
            sorted_rows = sums.rows_by_level(codes, len(self.groups[a].levels))
            for b in names[k + 1 :]:
                other = self.groups[b]
                out[a, b] = PairSums(
                    *sums.pair_sums(
                        *table,
                        codes,
                        other.codes,
                        *sorted_rows,
                        len(other.levels),
                        np.array(columns[a]),
                        np.array(columns[b]),
                    )
                )
        return out


def complete_rows(
    y: ArrayLike, X: ArrayLike, groups: Mapping[str, ArrayLike], weights: ArrayLike | None
) -> Rows:
    """Check shapes, encode the groups, and leave out rows with anything missing or without weight."""
    outcome = np.ascontiguousarray(y, dtype=float)
    table = np.ascontiguousarray(X, dtype=float)
    w = np.ones(len(outcome)) if weights is None else np.ascontiguousarray(weights, dtype=float)
    labels = {name: encode(column) for name, column in groups.items()}
    _check_shapes(outcome, table, w, labels)
    if (w < 0).any():
        raise CannotEstimate(f"权重里有 {int((w < 0).sum())} 个负数。权重是人数，应为 0 或正数。")
    kept = sums.complete_rows(outcome, table, w)
    for _, codes in labels.values():
        kept &= codes >= 0
    if not kept.any():
        raise CannotEstimate(f"{len(outcome)} 行里没有一行是完整的（成绩、自变量、分组都有）。请核对各列。")
    if not kept.all():
        outcome, table, w = outcome[kept], table[kept], w[kept]
        labels = {name: _occurring(column, kept) for name, column in labels.items()}
    return Rows(outcome, table, w, labels, kept)


def cross_products(
    y: ArrayLike,
    X: ArrayLike,
    groups: Mapping[str, ArrayLike],
    *,
    random_slopes: Mapping[str, Sequence[int]] | None = None,
    weights: ArrayLike | None = None,
) -> CrossProducts:
    """Go over the rows once and keep sums only; arguments as for `mixed_model`."""
    return complete_rows(y, X, groups, weights).cross_products(random_slopes or {})


def _occurring(column: Labels, kept: NDArray[np.bool_]) -> Labels:
    occurring, codes = np.unique(column.codes[kept], return_inverse=True)
    return Labels(column.levels[occurring], codes)


def _check_shapes(y: Array, X: Array, w: Array, labels: Mapping[str, Labels]) -> None:
    if y.ndim != 1 or X.ndim != 2:
        raise CannotEstimate(f"y 应为一列、X 应为一张表；现在的形状是 {y.shape} 和 {X.shape}。")
    if not labels:
        raise CannotEstimate("没有给出分组（学校、班级等），不需要多层模型。请至少给出一个分组。")
    lengths = {"X": len(X), "weights": len(w)} | {name: len(column.codes) for name, column in labels.items()}
    wrong = "、".join(f"{name} {length} 行" for name, length in lengths.items() if length != len(y))
    if wrong:
        raise CannotEstimate(f"各列行数不同：y {len(y)} 行，{wrong}。请逐行对应。")


def _check_slopes(random_slopes: Mapping[str, Sequence[int]], groups: Mapping[str, Labels], p: int) -> None:
    for name, columns in random_slopes.items():
        if name not in groups:
            raise CannotEstimate(f"随机斜率写在“{name}”上，但分组里只有{'、'.join(groups)}。请改名。")
        outside = [j for j in columns if not 0 <= j < p]
        if outside:
            raise CannotEstimate(f"“{name}”的随机斜率指向第 {outside[0]} 列，X 只有第 0 到 {p - 1} 列。")
