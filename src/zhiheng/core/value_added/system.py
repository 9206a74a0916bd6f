"""The order in which random effects are eliminated, and the fixed pattern that order gives.

Levels of the largest factor share no rows, so they go first, one small block each. A factor in whose levels all
earlier eliminated ones are nested (class in school in town) can follow in the same way. What crosses them, such as
primary × junior school, is left for one dense Cholesky: the `rest`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from zhiheng.core.value_added.crossproducts import CrossProducts, PairSums

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Link:
    """An eliminated factor and one it is nested in: parent (n_levels,), products (n_levels, q, q_parent)."""

    parent: Ints
    products: Array


CROWDED = (
    0.15  # share of a wing's places that are filled from which a dense matrix is quicker than a sparse one
)


@dataclass(frozen=True)
class Wings:
    """What the levels of an eliminated factor share with the rest.

    start : shape (n_levels + 1,). column : shape (n_entries,), columns of the rest, rising within a level.
    pieces : rest factor → products (n_pairs, q, q_rest). order : how entries of the pieces, in turn, are sorted.
    position : later eliminated factor → entry of the parent's wing with the same column, shape (n_entries,).
    """

    start: Ints
    column: Ints
    pieces: Mapping[str, Array]
    order: Ints
    position: Mapping[str, Ints]

    @cached_property
    def level(self) -> Ints:
        """Level of each entry, shape (n_entries,)."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def crowded(self, n_rest: int) -> bool:
        """Whether nearly every level shares rows with nearly everything in the rest."""
        return len(self.column) > CROWDED * (len(self.start) - 1) * n_rest

    def dense(self, values: Array, n_rest: int) -> Array:
        """Spread entries of shape (n_entries, q) over a matrix (n_levels · q, n_rest)."""
        out = np.zeros((len(self.start) - 1, values.shape[1], n_rest))
        out[self.level, :, self.column] = values
        return out.reshape(-1, n_rest)

    def picked(self, matrix: Array, q: int) -> Array:
        """Read the entries back from such a matrix."""
        return matrix.reshape(-1, q, matrix.shape[1])[self.level, :, self.column]


@dataclass(frozen=True)
class System:
    """Cross-products laid out for elimination.

    eliminated, rest : names of factors in order. offset : rest factor → its first column in the rest.
    links : (factor, later eliminated factor) → Link. rest_products : shape (n_rest, n_rest).
    """

    data: CrossProducts
    eliminated: tuple[str, ...]
    rest: tuple[str, ...]
    offset: Mapping[str, int]
    links: Mapping[tuple[str, str], Link]
    wings: Mapping[str, Wings]
    rest_products: Array

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every factor, in the order of elimination."""
        return self.eliminated + self.rest

    def parents(self, name: str) -> list[str]:
        """Later eliminated factors, in order."""
        return [parent for child, parent in self.links if child == name]

    def width(self, name: str) -> int:
        """Number of random effects of each level."""
        return len(self.data.factors[name].columns)

    def levels(self, name: str) -> int:
        """Number of levels."""
        return len(self.data.factors[name].levels)


def lay_out(data: CrossProducts) -> System:
    """Choose the order and prepare the pattern, once per data set."""
    size = {name: len(f.levels) * len(f.columns) for name, f in data.factors.items()}
    eliminated: list[str] = []
    rest: list[str] = []
    for name in sorted(size, key=size.__getitem__, reverse=True):
        nested = all(
            len(_pair(data, child, name).left) == len(data.factors[child].levels) for child in eliminated
        )
        (eliminated if nested else rest).append(name)
    offset = dict(zip(rest, np.cumsum([0, *(size[name] for name in rest)]).tolist(), strict=False))
    links = {}
    for k, child in enumerate(eliminated):
        for parent in eliminated[k + 1 :]:
            pair = _pair(data, child, parent)
            links[child, parent] = Link(pair.right, pair.sums)
    wings: dict[str, Wings] = {}
    n_rest = sum(size[name] for name in rest)
    for name in reversed(eliminated):
        wings[name] = _wings(data, name, offset, n_rest, links, wings)
    return System(
        data, tuple(eliminated), tuple(rest), offset, links, wings, _rest_products(data, rest, offset, n_rest)
    )


def _pair(data: CrossProducts, a: str, b: str) -> PairSums:
    """The pairs of two factors seen from the first, sorted by its levels."""
    if (a, b) in data.pairs:
        return data.pairs[a, b]
    pair = data.pairs[b, a]
    order = np.lexsort((pair.left, pair.right))
    return PairSums(pair.right[order], pair.left[order], pair.sums[order].transpose(0, 2, 1))


def _wings(
    data: CrossProducts,
    name: str,
    offset: Mapping[str, int],
    n_rest: int,
    links: Mapping[tuple[str, str], Link],
    wings: Mapping[str, Wings],
) -> Wings:
    n_levels = len(data.factors[name].levels)
    pieces, levels, columns = {}, [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for other, first in offset.items():
        pair, width = _pair(data, name, other), len(data.factors[other].columns)
        pieces[other] = pair.sums
        levels.append(np.repeat(pair.left, width))
        columns.append((first + pair.right[:, None] * width + np.arange(width)).ravel())
    level, column = np.concatenate(levels), np.concatenate(columns)
    order = np.lexsort((column, level))
    level, column = level[order], column[order]
    position = {
        parent: np.searchsorted(
            wings[parent].level * n_rest + wings[parent].column, link.parent[level] * n_rest + column
        )
        for (child, parent), link in links.items()
        if child == name
    }
    return Wings(np.searchsorted(level, np.arange(n_levels + 1)), column, pieces, order, position)


def _rest_products(data: CrossProducts, rest: list[str], offset: Mapping[str, int], n_rest: int) -> Array:
    out = np.zeros((n_rest, n_rest))
    for k, name in enumerate(rest):
        factor = data.factors[name]
        width = len(factor.columns)
        own = np.arange(len(factor.levels))
        _put(out, offset[name] + own * width, offset[name] + own * width, factor.own)
        for other in rest[k + 1 :]:
            pair = _pair(data, name, other)
            rows = offset[name] + pair.left * width
            columns = offset[other] + pair.right * len(data.factors[other].columns)
            _put(out, rows, columns, pair.sums)
            _put(out, columns, rows, pair.sums.transpose(0, 2, 1))
    return out


def _put(out: Array, rows: Ints, columns: Ints, blocks: Array) -> None:
    """Write each block with its corner at (rows, columns)."""
    for a in range(blocks.shape[1]):
        for b in range(blocks.shape[2]):
            out[rows + a, columns + b] = blocks[:, a, b]
