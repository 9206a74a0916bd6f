"""The profiled deviance at given relative roots, its gradient, and the solution that belongs to it.

Random effects of level l are b = T u with u ~ N(0, σ² I); T, the relative root of a factor, is lower triangular.
Given all T, coefficients and σ² follow in closed form from A = Λ'Z'ZΛ + I, so the search is over T alone.

References
----------
Bates, Mächler, Bolker & Walker (2015), Journal of Statistical Software 67(1), section 3 (profiled deviance).
Takahashi, Fagan & Chen (1973): entries of an inverse on the pattern of its Cholesky factor.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack, solve_triangular

from zhiheng.core.value_added import steps
from zhiheng.core.value_added.system import System

Array = NDArray[np.float64]
Roots = Mapping[str, Array]


@dataclass(frozen=True)
class Profile:
    """A factorised, forward-solved system.

    factor : eliminated factor → Cholesky factors (n_levels, q, q). links, wings : L⁻¹ times what they were.
    right : factor → L⁻¹Λ'Z'(X, y), shape (n_levels, q, p + 1). rest_root : (n_rest, n_rest), lower.
    fixed_root : (p + 1, p + 1), lower Cholesky factor of what (X, y) leave over; its last entry is √r².
    degrees : n − p for REML, n for ML.
    """

    system: System
    roots: Roots
    reml: bool
    degrees: float
    deviance: float
    factor: Mapping[str, Array]
    links: Mapping[tuple[str, str], Array]
    wings: Mapping[str, Array]
    right: Mapping[str, Array]
    rest_root: Array
    rest_right: Array
    fixed_root: Array

    @property
    def penalised_rss(self) -> float:
        """r²: residual sum of squares plus the penalty of the random effects."""
        return float(self.fixed_root[-1, -1] ** 2)

    @property
    def coef(self) -> Array:
        """Coefficients, shape (p,)."""
        return solve_triangular(self.fixed_root[:-1, :-1], self.fixed_root[-1, :-1], lower=True, trans="T")

    @property
    def coef_covariance(self) -> Array:
        """(X'V⁻¹X)⁻¹ for unit σ², shape (p, p)."""
        inverse = solve_triangular(self.fixed_root[:-1, :-1], np.eye(len(self.fixed_root) - 1), lower=True)
        return inverse.T @ inverse


def profile(system: System, roots: Roots, *, reml: bool) -> Profile:
    """Eliminate everything at `roots`; costs a few operations per level and one Cholesky of the rest."""
    data = system.data
    factor, right, links, wings = {}, {}, {}, {}
    for name in system.names:
        right[name] = roots[name].T @ data.factors[name].sums
    for name in system.eliminated:
        factor[name] = roots[name].T @ data.factors[name].own @ roots[name] + np.eye(system.width(name))
        wings[name] = _scaled_wings(system, roots, name)
    for (child, parent), link in system.links.items():
        links[child, parent] = roots[child].T @ link.products @ roots[parent]
    rest = _scaled_rest(system, roots)
    rest_right = np.concatenate(
        [right[name].reshape(-1, data.gram.shape[0]) for name in system.rest]
        or [np.zeros((0, data.gram.shape[0]))]
    )
    fixed = data.gram.copy()
    log_determinant = 0.0
    for name in system.eliminated:
        log_determinant += _eliminate(system, name, factor, right, links, wings, rest, rest_right)
        flat = right[name].reshape(-1, len(fixed))
        fixed -= flat.T @ flat
    if system.rest:
        rest, rest_right, more = _eliminate_rest(rest, rest_right)
        log_determinant += more
        fixed -= rest_right.T @ rest_right
    fixed_root = np.asarray(np.linalg.cholesky(fixed), dtype=float)
    p = len(fixed) - 1
    degrees = data.n - p if reml else data.n
    if reml:
        log_determinant += 2 * float(np.log(np.diag(fixed_root)[:p]).sum())
    r2 = fixed_root[p, p] ** 2
    deviance = log_determinant + degrees * (1 + np.log(2 * np.pi * r2 / degrees))
    return Profile(
        system,
        roots,
        reml,
        degrees,
        float(deviance),
        factor,
        links,
        wings,
        right,
        rest,
        rest_right,
        fixed_root,
    )


def _scaled_wings(system: System, roots: Roots, name: str) -> Array:
    wings, q = system.wings[name], system.width(name)
    pieces = [
        (roots[name].T @ products @ roots[other]).transpose(0, 2, 1).reshape(-1, q)
        for other, products in wings.pieces.items()
    ]
    return np.concatenate([np.zeros((0, q)), *pieces])[wings.order]


def _scaled_rest(system: System, roots: Roots) -> Array:
    """Λ'Z'ZΛ + I of the rest; a new array."""
    once = _times_roots(system, roots, system.rest_products)
    out = _times_roots(system, roots, once.T)
    out.flat[:: len(out) + 1] += 1.0
    return out


def _times_roots(system: System, roots: Roots, matrix: Array) -> Array:
    out = np.empty(matrix.shape)
    for name, first in system.offset.items():
        q, last = system.width(name), first + system.levels(name) * system.width(name)
        part = matrix[:, first:last]
        if q == 1:
            np.multiply(part, roots[name][0, 0], out=out[:, first:last])
        else:
            out[:, first:last] = (part.reshape(-1, q) @ roots[name]).reshape(part.shape)
    return out


def _eliminate(system: System, name: str, factor, right, links, wings, rest, rest_right) -> float:
    """Take one factor out of everything that comes after it; returns its log determinant."""
    pattern, own = system.wings[name], factor[name]
    parents = [parent for child, parent in system.links if child == name]
    log_determinant = steps.cholesky(own)
    steps.forward(right[name], own)
    steps.forward_wings(wings[name], own, pattern.start)
    for parent in parents:
        steps.forward(links[name, parent], own)
    for k, parent in enumerate(parents):
        link, to = links[name, parent], system.links[name, parent].parent
        steps.take_products(factor[parent], to, link, link)
        steps.take_products(right[parent], to, link, right[name])
        steps.take_wings_from_parent(
            wings[parent], pattern.position[parent], pattern.start, link, wings[name]
        )
        for later in parents[k + 1 :]:
            steps.take_products(links[parent, later], to, link, links[name, later])
    steps.take_wings_from_rest(rest, rest_right, pattern.start, pattern.column, wings[name], right[name])
    return log_determinant


def _eliminate_rest(rest: Array, rest_right: Array) -> tuple[Array, Array, float]:
    """Cholesky factor (lower half of `rest`, in place), forward solution and log determinant."""
    root, failed = lapack.dpotrf(rest.T, lower=0, overwrite_a=1, clean=0)
    if failed:
        raise FloatingPointError("a matrix that is positive definite on paper is not in floating point")
    solved, _ = lapack.dtrtrs(root, rest_right, lower=0, trans=1)
    return root.T, solved, 2 * float(np.log(np.diag(root)).sum())


def solutions(at: Profile) -> dict[str, Array]:
    """A⁻¹Λ'Z'(X, y) per factor, shape (n_levels, q, p + 1): what each column of (X, y) leaves in the groups."""
    system, width = at.system, at.fixed_root.shape[0]
    out = {}
    rest = np.zeros((0, width))
    if system.rest:
        rest, _ = lapack.dtrtrs(at.rest_root.T, at.rest_right, lower=0, trans=0)
        rest = np.ascontiguousarray(rest)
        for name, first in system.offset.items():
            levels, q = system.levels(name), system.width(name)
            out[name] = rest[first : first + levels * q].reshape(levels, q, width)
    for name in reversed(system.eliminated):
        values, pattern = at.right[name].copy(), system.wings[name]
        for (child, parent), link in system.links.items():
            if child == name:
                values -= at.links[child, parent] @ out[parent][link.parent]
        steps.take_rest_solution(values, pattern.start, pattern.column, at.wings[name], rest)
        steps.backward(values, at.factor[name])
        out[name] = values
    return out
