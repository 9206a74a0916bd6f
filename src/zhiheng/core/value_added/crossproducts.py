"""Everything a mixed model needs to know of the rows: cross-products per group, which can be added.

Sums of parts of the rows (files, towns, Spark partitions) add up to the sums of all rows; no row is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.value_added.errors import CannotEstimate

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class FactorSums:
    """One grouping factor.

    levels : shape (n_levels,), sorted, distinct.
    columns : the q columns of X that vary with the group, the constant first.
    sums : shape (n_levels, q, p + 1), products of those columns with (X, y).
    """

    levels: NDArray
    columns: tuple[int, ...]
    sums: Array

    @property
    def own(self) -> Array:
        """Products of the varying columns with each other, shape (n_levels, q, q)."""
        return self.sums[:, :, list(self.columns)]


@dataclass(frozen=True)
class PairSums:
    """Two factors, over the pairs of levels that share rows, sorted by `left` then `right`.

    left, right : level numbers in each factor, shape (n_pairs,).
    sums : shape (n_pairs, q_left, q_right).
    """

    left: Ints
    right: Ints
    sums: Array


@dataclass(frozen=True)
class CrossProducts:
    """Sufficient statistics of a linear mixed model; `a + b` describes the rows of both.

    n_rows : rows they rest on.
    constant : which column of X is 1 everywhere.
    centre : shape (p + 1,), taken off every column of (X, y) before multiplying; 0 for the constant.
    gram : shape (p + 1, p + 1), weighted cross-products of (X, y).
    factors : by name. pairs : by both names, in the order of `factors`.
    """

    n_rows: int
    constant: int
    centre: Array
    gram: Array
    factors: Mapping[str, FactorSums]
    pairs: Mapping[tuple[str, str], PairSums]

    @property
    def n(self) -> float:
        """Sum of the weights: pupils counted as often as they weigh."""
        return float(self.gram[self.constant, self.constant])

    def recentred(self, centre: ArrayLike) -> "CrossProducts":
        """Return the same sums as if `centre` had been taken off the columns."""
        new = np.asarray(centre, dtype=float)
        change = np.eye(len(new))
        change[self.constant] += self.centre - new
        return replace(self.in_columns(change), centre=new)

    def in_columns(self, change: Array) -> "CrossProducts":
        """Return the sums of the columns (X, y) @ change, which shifts by the constant and scales, no more."""
        own = {name: change[np.ix_(f.columns, f.columns)] for name, f in self.factors.items()}
        factors = {name: replace(f, sums=own[name].T @ f.sums @ change) for name, f in self.factors.items()}
        pairs = {
            (a, b): replace(pair, sums=own[a].T @ pair.sums @ own[b]) for (a, b), pair in self.pairs.items()
        }
        return replace(self, gram=change.T @ self.gram @ change, factors=factors, pairs=pairs)

    def __add__(self, other: "CrossProducts") -> "CrossProducts":
        if list(self.factors) != list(other.factors) or self.constant != other.constant:
            raise CannotEstimate("两份累计的分组因素或常数列不同，不能相加。请用同样的列和分组重新累计。")
        parts = (self, other.recentred(self.centre))
        levels = {name: np.union1d(f.levels, other.factors[name].levels) for name, f in self.factors.items()}
        return CrossProducts(
            n_rows=self.n_rows + other.n_rows,
            constant=self.constant,
            centre=self.centre,
            gram=parts[0].gram + parts[1].gram,
            factors={name: _add_factors([p.factors[name] for p in parts], levels[name]) for name in levels},
            pairs={key: _add_pairs(parts, key, levels) for key in self.pairs},
        )


def _add_factors(parts: Sequence[FactorSums], levels: NDArray) -> FactorSums:
    total = np.zeros((len(levels), *parts[0].sums.shape[1:]))
    for part in parts:
        total[np.searchsorted(levels, part.levels)] += part.sums
    return replace(parts[0], levels=levels, sums=total)


def _add_pairs(
    parts: Sequence[CrossProducts], key: tuple[str, str], levels: Mapping[str, NDArray]
) -> PairSums:
    left, right = (
        np.concatenate(
            [
                np.searchsorted(levels[name], part.factors[name].levels)[getattr(part.pairs[key], side)]
                for part in parts
            ]
        )
        for name, side in zip(key, ("left", "right"), strict=True)
    )
    width = len(levels[key[1]])
    pairs, slot = np.unique(left * width + right, return_inverse=True)
    total = np.zeros((len(pairs), *parts[0].pairs[key].sums.shape[1:]))
    np.add.at(total, slot, np.concatenate([part.pairs[key].sums for part in parts]))
    return PairSums(pairs // width, pairs % width, total)
