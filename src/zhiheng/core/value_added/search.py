"""Search for the relative roots where the profiled deviance is least.

The deviance is even in each column of a root, so no bounds are needed: a component of zero is an ordinary minimum.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiheng.core.value_added.inverse import inverse_blocks
from zhiheng.core.value_added.profile import Profile, profile, solutions
from zhiheng.core.value_added.system import System

Array = NDArray[np.float64]
MAX_STEPS = 200
DECREASE_LEFT = 1e-13  # stop when a full step promises less than this of the deviance
START = 0.4, 0.2  # relative roots of intercepts and slopes in a usual county, columns in standard units
SMALLEST = 1e-7  # a diagonal nearer to zero is as good as zero, and the gradient divides by it


@dataclass(frozen=True)
class Shape:
    """Which entries of each relative root are free, as one vector of parameters.

    entries : factor → (rows, columns) of free entries, the diagonal included.
    """

    entries: dict[str, tuple[NDArray, ...]]
    widths: dict[str, int]

    @classmethod
    def of(cls, system: System, uncorrelated: frozenset[str]) -> "Shape":
        """Full lower triangles, or diagonals where slopes are uncorrelated with intercepts."""
        widths = {name: system.width(name) for name in system.names}
        return cls(
            {n: np.diag_indices(q) if n in uncorrelated else np.tril_indices(q) for n, q in widths.items()},
            widths,
        )

    def start(self) -> Array:
        """Return the parameters the search starts from."""
        parts = [
            np.where(rows == columns, np.where(rows == 0, START[0], START[1]), 0.0)
            for rows, columns in self.entries.values()
        ]
        return np.concatenate(parts)

    def roots(self, theta: Array) -> dict[str, Array]:
        """Lower triangular relative roots from the vector."""
        out, first = {}, 0
        for name, (rows, columns) in self.entries.items():
            out[name] = np.zeros((self.widths[name],) * 2)
            out[name][rows, columns] = theta[first : first + len(rows)]
            first += len(rows)
        return out

    def vector(self, matrices: dict[str, Array]) -> Array:
        """Pick the free entries of one matrix per factor."""
        return np.concatenate([matrices[name][where] for name, where in self.entries.items()])

    @property
    def diagonal(self) -> NDArray[np.bool_]:
        """Which parameters are diagonal entries."""
        return np.concatenate([rows == columns for rows, columns in self.entries.values()])


def slope(at: Profile) -> tuple[dict[str, Array], dict[str, Array]]:
    """Gradient of the deviance by each entry of the roots, and a rough curvature of the diagonal entries.

    2 T⁻ᵀ Σ_l (I − Q_l − u_l u_l'/s²) with Q_l the conditional covariance of u_l / σ, under REML with the
    uncertainty of the coefficients in it: zero where effects and their uncertainty add up to what T says.
    """
    left_by, inverse = solutions(at), inverse_blocks(at)
    coef, covariance = at.coef, at.coef_covariance
    gradient, curvature = {}, {}
    for name, root in at.roots.items():
        by_x = left_by[name][:, :, :-1]
        u = left_by[name][:, :, -1] - by_x @ coef
        spread = inverse[name].sum(0)
        if at.reml:
            spread = spread + np.einsum("lap,pr,lbr->ab", by_x, covariance, by_x, optimize=True)
        n_levels = len(u)
        known = n_levels * np.eye(len(root)) - spread
        gap = known - at.degrees / at.penalised_rss * (u.T @ u)
        safe = root + np.diag(np.where(np.abs(np.diag(root)) < SMALLEST, SMALLEST, 0.0))
        gradient[name] = 2 * np.linalg.solve(safe.T, gap)
        certain = np.clip(np.diag(known) / n_levels, 1e-3, 1)
        curvature[name] = np.tile((4 * n_levels * certain**2 / np.diag(safe) ** 2)[:, None], len(root))
    return gradient, curvature


@dataclass(frozen=True)
class Found:
    """Where the search ended; `converged` is False where it stopped without knowing that this is the minimum."""

    at: Profile
    converged: bool
    steps: int


def least_deviance(system: System, *, reml: bool, uncorrelated: frozenset[str]) -> Found:
    """Quasi-Newton search (BFGS) from a curvature the gradient gives for nothing."""
    shape = Shape.of(system, uncorrelated)

    def deviance(theta: Array) -> Profile:
        return profile(system, shape.roots(theta), reml=reml)

    theta = shape.start()
    at = deviance(theta)
    gradient, curvature = (shape.vector(part) for part in slope(at))
    inverse = np.diag(1 / curvature)
    for step in range(MAX_STEPS):
        move = -inverse @ gradient
        if -gradient @ move / 2 < DECREASE_LEFT:
            return Found(_without_dust(at, theta, shape, deviance), True, step)
        lower = _downhill(deviance, at, theta, move, float(gradient @ move))
        if lower is None:
            return Found(at, bool(-gradient @ move / 2 < 1e5 * DECREASE_LEFT), step)
        at, share = lower
        theta, last = theta + share * move, gradient
        gradient = shape.vector(slope(at)[0])
        inverse = _updated(inverse, share * move, gradient - last)
    return Found(at, False, MAX_STEPS)


def _downhill(
    deviance: Callable[[Array], Profile], at: Profile, theta: Array, move: Array, promised: float
) -> tuple[Profile, float] | None:
    """Halve the step until the deviance falls by a fair share of what was promised, up to rounding."""
    share, noise = 1.0, 1e-14 * abs(at.deviance)
    while share > 1e-9:
        new = deviance(theta + share * move)
        if new.deviance <= at.deviance + 1e-4 * share * promised + noise:
            return new, share
        share /= 2
    return None


def _updated(inverse: Array, moved: Array, bent: Array) -> Array:
    """BFGS update of the inverse curvature; left alone where the deviance bends the wrong way."""
    along = float(moved @ bent)
    if along <= 0:
        return inverse
    turn = np.eye(len(moved)) - np.outer(moved, bent) / along
    return turn @ inverse @ turn.T + np.outer(moved, moved) / along


def _without_dust(at: Profile, theta: Array, shape: Shape, deviance: Callable[[Array], Profile]) -> Profile:
    """Positive diagonals, and an exact zero where the search came within rounding of it."""
    swept = np.where(shape.diagonal & (np.abs(theta) < 1e-4), 0.0, theta)
    if (swept != theta).any():
        cleaner = deviance(swept)
        return cleaner if cleaner.deviance <= at.deviance + 1e-8 else at
    return at
