"""A = Λ'Z'ZΛ + I factorised: small blocks level by level, then one dense Cholesky of the rest.

Λ holds the relative root T of each factor once per level. Not for the likelihood; see `profile`. Triangular systems
go to `dtrsm`: OpenBLAS's `dtrtrs` wakes all its threads even for a dozen rows, which costs a busy machine dearly.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, lapack

from zhiheng.core.value_added import steps
from zhiheng.core.value_added.system import System

Array = NDArray[np.float64]
ByFactor = Mapping[str, Array]


@dataclass(frozen=True)
class Factorisation:
    """A = LL', L in pieces.

    roots : factor → T, shape (q, q). blocks : eliminated factor → diagonal of L, shape (n_levels, q, q).
    links, wings : what L has towards later eliminated factors and towards the rest, transposed.
    rest : shape (n_rest, n_rest); the lower half is L's, the upper is not used.
    """

    system: System
    roots: ByFactor
    blocks: ByFactor
    links: Mapping[tuple[str, str], Array]
    wings: ByFactor
    rest: Array
    log_determinant: float

    def forward(self, right: ByFactor) -> dict[str, Array]:
        """L⁻¹ right; arrays of shape (n_levels, q, m) per factor, in and out."""
        system = self.system
        out = {name: values.copy() for name, values in right.items()}
        rest = self._joined(out)
        for name in system.eliminated:
            steps.forward(out[name], self.blocks[name])
            for parent in system.parents(name):
                to = system.links[name, parent].parent
                steps.take_products(out[parent], to, self.links[name, parent], out[name])
            pattern = system.wings[name]
            steps.take_right_from_rest(rest, pattern.start, pattern.column, self.wings[name], out[name])
        if system.rest:
            rest = blas.dtrsm(1.0, self.rest.T, rest, lower=0, trans_a=1)
        return out | self._parted(rest)

    def backward(self, right: ByFactor) -> dict[str, Array]:
        """L⁻ᵀ right; arrays of shape (n_levels, q, m) per factor, in and out."""
        system = self.system
        rest = self._joined(right)
        if system.rest:
            rest = np.ascontiguousarray(blas.dtrsm(1.0, self.rest.T, rest, lower=0))
        out = self._parted(rest)
        for name in reversed(system.eliminated):
            values, pattern = right[name].copy(), system.wings[name]
            for parent in system.parents(name):
                values -= self.links[name, parent] @ out[parent][system.links[name, parent].parent]
            steps.take_rest_solution(values, pattern.start, pattern.column, self.wings[name], rest)
            steps.backward(values, self.blocks[name])
            out[name] = values
        return out

    def _joined(self, values: ByFactor) -> Array:
        """Stack what belongs to the rest, shape (n_rest, m)."""
        m = next(iter(values.values())).shape[2]
        return np.concatenate([np.zeros((0, m)), *(values[name].reshape(-1, m) for name in self.system.rest)])

    def _parted(self, rest: Array) -> dict[str, Array]:
        out = {}
        for name, first in self.system.offset.items():
            levels, q = self.system.levels(name), self.system.width(name)
            out[name] = rest[first : first + levels * q].reshape(levels, q, rest.shape[1])
        return out


def factorise(system: System, roots: ByFactor) -> Factorisation:
    """Factorise at `roots`: a few operations per level and one dense Cholesky."""
    blocks, links, wings = {}, {}, {}
    for name in system.eliminated:
        own = system.data.factors[name].own
        blocks[name] = roots[name].T @ own @ roots[name] + np.eye(system.width(name))
        wings[name] = _scaled_wings(system, roots, name)
    for (child, parent), link in system.links.items():
        links[child, parent] = roots[child].T @ link.products @ roots[parent]
    rest = _scaled_rest(system, roots)
    log_determinant = 0.0
    for name in system.eliminated:
        log_determinant += _eliminate(system, name, blocks, links, wings, rest)
    if system.rest:
        upper, failed = lapack.dpotrf(rest.T, lower=0, overwrite_a=1, clean=0)
        if failed:
            raise FloatingPointError("a matrix positive definite on paper is not so in floating point")
        rest = upper.T
        log_determinant += 2 * float(np.log(np.diag(rest)).sum())
    return Factorisation(system, roots, blocks, links, wings, rest, log_determinant)


def _scaled_wings(system: System, roots: ByFactor, name: str) -> Array:
    wings, q = system.wings[name], system.width(name)
    pieces = [
        (roots[name].T @ products @ roots[other]).transpose(0, 2, 1).reshape(-1, q)
        for other, products in wings.pieces.items()
    ]
    return np.concatenate([np.zeros((0, q)), *pieces])[wings.order]


def _scaled_rest(system: System, roots: ByFactor) -> Array:
    """Λ'Z'ZΛ + I of the rest; a new array."""
    once = _times_roots(system, roots, system.rest_products)
    out = _times_roots(system, roots, once.T)
    out.flat[:: len(out) + 1] += 1.0
    return out


def _times_roots(system: System, roots: ByFactor, matrix: Array) -> Array:
    out = np.empty(matrix.shape)
    for name, first in system.offset.items():
        q, last = system.width(name), first + system.levels(name) * system.width(name)
        part = matrix[:, first:last]
        if q == 1:
            np.multiply(part, roots[name][0, 0], out=out[:, first:last])
        else:
            out[:, first:last] = (part.reshape(-1, q) @ roots[name]).reshape(part.shape)
    return out


def _eliminate(
    system: System,
    name: str,
    blocks: ByFactor,
    links: Mapping[tuple[str, str], Array],
    wings: ByFactor,
    rest: Array,
) -> float:
    """Take one factor out of everything that comes after it, in place; returns its log determinant."""
    pattern, parents = system.wings[name], system.parents(name)
    log_determinant = steps.cholesky(blocks[name])
    steps.forward_wings(wings[name], blocks[name], pattern.start)
    for parent in parents:
        steps.forward(links[name, parent], blocks[name])
    for k, parent in enumerate(parents):
        link, to = links[name, parent], system.links[name, parent].parent
        steps.take_products(blocks[parent], to, link, link)
        steps.take_wings_from_parent(
            wings[parent], pattern.position[parent], pattern.start, link, wings[name]
        )
        for later in parents[k + 1 :]:
            steps.take_products(links[parent, later], to, link, links[name, later])
    if pattern.crowded(len(rest)):
        dense = pattern.dense(wings[name], len(rest))
        blas.dsyrk(-1.0, dense.T, beta=1.0, c=rest.T, lower=0, overwrite_c=1)
    else:
        steps.take_wings_from_rest(rest, pattern.start, pattern.column, wings[name])
    return float(log_determinant)
