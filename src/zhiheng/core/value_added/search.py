"""Search for the relative roots where the profiled deviance is least.

The deviance is even in each column of a root, so no bounds are needed: a component of zero is an ordinary minimum.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiheng.core.value_added.factorisation import ByFactor
from zhiheng.core.value_added.inverse import inverse_blocks
from zhiheng.core.value_added.profile import Profile, profile
from zhiheng.core.value_added.slope import curvature, slope
from zhiheng.core.value_added.system import System

Array = NDArray[np.float64]
MAX_STEPS = 100
DECREASE_LEFT = 1e-13  # stop when a full step promises less than this of the deviance
ROUNDING = 1e-8  # less than this of the deviance cannot be told from nothing
START = 0.4, 0.2  # relative roots of intercepts and slopes in a usual county, columns in standard units
LONGEST = 0.5  # a step moves no relative root by more
NEAREST = 1e-6  # the search keeps diagonals this far from zero, where derivatives still have digits
DUST = 1e-4  # relative roots below this are tried as an exact zero


@dataclass(frozen=True)
class Shape:
    """Free entries of the relative roots, in the order of the parameters: (factor, row, column)."""

    widths: dict[str, int]
    entries: list[tuple[str, int, int]]

    @classmethod
    def of(cls, system: System, uncorrelated: frozenset[str]) -> "Shape":
        """Full lower triangles, or diagonals where slopes are uncorrelated with intercepts."""
        widths = {name: system.width(name) for name in system.names}
        entries = [
            (name, i, j)
            for name, q in widths.items()
            for i in range(q)
            for j in range(i + 1)
            if i == j or name not in uncorrelated
        ]
        return cls(widths, entries)

    def start(self) -> Array:
        """Return the parameters the search starts from."""
        return np.array([START[min(i, 1)] if i == j else 0.0 for _, i, j in self.entries])

    def roots(self, theta: Array) -> dict[str, Array]:
        """Lower triangular relative roots from the vector."""
        out = {name: np.zeros((q, q)) for name, q in self.widths.items()}
        for (name, i, j), value in zip(self.entries, theta, strict=True):
            out[name][i, j] = value
        return out

    @property
    def diagonal(self) -> NDArray[np.bool_]:
        """Which parameters are diagonal entries."""
        return np.array([i == j for _, i, j in self.entries])

    def off_zero(self, theta: Array) -> Array:
        """The same parameters with diagonals moved to NEAREST where they came nearer to zero."""
        near = self.diagonal & (np.abs(theta) < NEAREST)
        return np.where(near, NEAREST, theta)

    def vector(self, matrices: ByFactor) -> Array:
        """Pick the free entries of one matrix per factor."""
        return np.array([matrices[name][i, j] for name, i, j in self.entries])


@dataclass(frozen=True)
class Found:
    """Where the search ended, with diagonal blocks of A⁻¹ there.

    `converged` is False where it stopped without knowing that this is the minimum.
    """

    at: Profile
    inverse: ByFactor
    n_free: int
    converged: bool


def least_deviance(system: System, *, reml: bool, uncorrelated: frozenset[str]) -> Found:
    """Newton's method with average information for the curvature, each step halved until it leads down."""
    shape = Shape.of(system, uncorrelated)

    def deviance(theta: Array) -> Profile:
        return profile(system, shape.roots(theta), reml=reml)

    theta = shape.start()
    at, promised = deviance(theta), np.inf
    for _ in range(MAX_STEPS):
        found = slope(at)
        gradient = shape.vector(found.by_root)
        move = -_safely_inverted(curvature(at, found, shape.entries)) @ gradient
        at_zero = shape.diagonal & (np.abs(theta) <= NEAREST) & (np.abs(theta + move) < DUST)
        move[at_zero] = 0.0
        move *= min(1.0, LONGEST / np.abs(move).max()) if move.any() else 1.0
        promised = -float(gradient @ move)
        if promised < DECREASE_LEFT:
            break
        lower = _downhill(lambda to: deviance(shape.off_zero(to)), at, theta, move, promised)
        if lower is None:
            break
        at, theta = lower[0], shape.off_zero(lower[1])
    clean = _without_dust(at, theta, shape, deviance)
    inverse = found.inverse if clean is at else inverse_blocks(clean.factorisation)
    return Found(clean, inverse, len(shape.entries), promised < ROUNDING)


def _safely_inverted(information: Array) -> Array:
    """Inverse with every direction made to bend upwards."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-12))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    return (vectors / np.maximum(values, 1e-4)) @ vectors.T / np.outer(scale, scale)


def _downhill(
    deviance: Callable[[Array], Profile], at: Profile, theta: Array, move: Array, promised: float
) -> tuple[Profile, Array] | None:
    """Halve the step until the deviance falls by a fair share of what was promised, up to rounding."""
    share, noise = 1.0, 1e-14 * abs(at.deviance)
    while share > 1e-9:
        new = deviance(theta + share * move)
        if new.deviance <= at.deviance - 1e-4 * share * promised + noise:
            return new, theta + share * move
        share /= 2
    return None


def _without_dust(at: Profile, theta: Array, shape: Shape, deviance: Callable[[Array], Profile]) -> Profile:
    """An exact zero on the diagonal where the search came within rounding of it."""
    swept = np.where(shape.diagonal & (np.abs(theta) < DUST), 0.0, theta)
    if (swept == theta).all():
        return at
    cleaner = deviance(swept)
    return cleaner if cleaner.deviance <= at.deviance + ROUNDING else at
