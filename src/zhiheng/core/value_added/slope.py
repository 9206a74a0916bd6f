"""How the profiled deviance changes with the relative roots: gradient and average-information curvature.

Both come from quantities the fit needs anyway: effects u, their conditional covariances, and two more solves.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiheng.core.value_added.factorisation import ByFactor
from zhiheng.core.value_added.inverse import inverse_blocks
from zhiheng.core.value_added.profile import Profile

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Slope:
    """Derivatives of the deviance at one place.

    by_root : factor → derivative by each entry of T. by_covariance : factor → derivative by TT', (q, q).
    inverse : factor → diagonal blocks of A⁻¹, shape (n_levels, q, q).
    """

    by_root: ByFactor
    by_covariance: ByFactor
    inverse: ByFactor


def slope(at: Profile) -> Slope:
    """By TT' the deviance changes as T⁻ᵀ Σ_l (I − Q_l − u_l u_l'/s²) T⁻¹.

    Q_l is the conditional covariance of u_l / σ, under REML with the uncertainty of the coefficients in it, and
    s² the estimate of σ²: zero where effects and their uncertainty add up to what T says. T must be invertible.
    """
    inverse = inverse_blocks(at.factorisation)
    by_root, by_covariance = {}, {}
    for name, root in at.factorisation.roots.items():
        u, by_x = at.u[name], at.by_column[name][:, :, :-1]
        spread = inverse[name].sum(0)
        if at.reml:
            spread = spread + np.einsum("lap,pr,lbr->ab", by_x, at.coef_covariance, by_x, optimize=True)
        gap = len(u) * np.eye(len(root)) - spread - at.degrees / at.penalised_rss * (u.T @ u)
        back = np.linalg.inv(root)
        by_covariance[name] = back.T @ gap @ back
        by_root[name] = 2 * back.T @ gap
    return Slope(by_root, by_covariance, inverse)


def curvature(at: Profile, found: Slope, entries: list[tuple[str, int, int]]) -> Array:
    """Approximate curvature of the deviance by the entries (factor, row, column) of the roots.

    Average information, and what bends because TT' does: that part alone is left where a component is zero.
    """
    out = _average_information(at, entries)
    upwards = {name: _positive_part(matrix) for name, matrix in found.by_covariance.items()}
    for k, (name, i, j) in enumerate(entries):
        for m, (other, row, column) in enumerate(entries):
            if name == other and j == column:
                out[k, m] += 2 * upwards[name][i, row]
    return out


def _average_information(at: Profile, entries: list[tuple[str, int, int]]) -> Array:
    """Average information after profiling out σ².

    With V̇ the derivative of V by an entry, V̇Py = ZΛv for v = T⁻¹Ṫu + Ṫ'T⁻ᵀu, and the information of two entries
    is v₁'(v₂ − A⁻¹v₂) less what the coefficients take up.

    References
    ----------
    Gilmour, Thompson & Cullis (1995), Biometrics 51, 1440-1450.
    """
    v = {name: np.zeros((*u.shape, len(entries))) for name, u in at.u.items()}
    for k, (name, i, j) in enumerate(entries):
        inverse = np.linalg.inv(at.factorisation.roots[name])
        v[name][:, :, k] = at.u[name][:, j, None] * inverse[:, i]
        v[name][:, j, k] += at.u[name] @ inverse[:, i]
    half = at.factorisation.forward(v)
    size = len(entries)
    information, with_y = np.zeros((size, size)), np.zeros(size)
    with_x = np.zeros((len(at.coef), size))
    for name, part in v.items():
        flat, solved = part.reshape(-1, size), half[name].reshape(-1, size)
        information += flat.T @ flat - solved.T @ solved
        with_y += at.u[name].ravel() @ flat
        with_x += at.by_column[name][:, :, :-1].reshape(-1, len(at.coef)).T @ flat
    information -= with_x.T @ at.coef_covariance @ with_x
    s2 = at.penalised_rss / at.degrees
    return information / s2 - np.outer(with_y, with_y) / (s2**2 * at.degrees)


def _positive_part(matrix: Array) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 0)) @ vectors.T
