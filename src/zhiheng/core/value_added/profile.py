"""The profiled deviance: how badly given relative roots fit, coefficients and σ² being the best for them.

Random effects of a level are b = T u with u ~ N(0, σ² I). Given every T, coefficients and σ² follow in closed form,
so the search is over T alone.

References
----------
Bates, Mächler, Bolker & Walker (2015), Journal of Statistical Software 67(1), section 3.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas

from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.core.value_added.factorisation import ByFactor, Factorisation, factorise
from zhiheng.core.value_added.system import System

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Profile:
    """The best that can be done at given roots.

    half : factor → L⁻¹Λ'Z'(X, y), shape (n_levels, q, p + 1).
    fixed_root : (p + 1, p + 1), lower Cholesky factor of what the groups leave of (X, y); its last entry is √r².
    degrees : n − p for REML, n for ML.
    """

    factorisation: Factorisation
    reml: bool
    degrees: float
    deviance: float
    half: ByFactor
    fixed_root: Array

    @property
    def penalised_rss(self) -> float:
        """r²: residual sum of squares plus the penalty of the random effects."""
        return float(self.fixed_root[-1, -1] ** 2)

    @cached_property
    def coef(self) -> Array:
        """Coefficients, shape (p,)."""
        root, right = self.fixed_root[:-1, :-1], self.fixed_root[-1, :-1, None]
        return blas.dtrsm(1.0, root, right, lower=1, trans_a=1)[:, 0]

    @cached_property
    def coef_covariance(self) -> Array:
        """(X'V⁻¹X)⁻¹ for unit σ², shape (p, p)."""
        inverse = blas.dtrsm(1.0, self.fixed_root[:-1, :-1], np.eye(len(self.fixed_root) - 1), lower=1)
        return inverse.T @ inverse

    @cached_property
    def by_column(self) -> ByFactor:
        """A⁻¹Λ'Z'(X, y): what each column of (X, y) leaves in the groups, shape (n_levels, q, p + 1)."""
        return self.factorisation.backward(self.half)

    @cached_property
    def u(self) -> ByFactor:
        """Effects before T, shape (n_levels, q)."""
        return {name: part[:, :, -1] - part[:, :, :-1] @ self.coef for name, part in self.by_column.items()}


def profile(system: System, roots: ByFactor, *, reml: bool) -> Profile:
    """Work out the deviance at `roots`."""
    data = system.data
    at = factorise(system, roots)
    half = at.forward({name: roots[name].T @ factor.sums for name, factor in data.factors.items()})
    fixed = data.gram.copy()
    for part in half.values():
        flat = part.reshape(-1, len(fixed))
        fixed -= flat.T @ flat
    try:
        fixed_root = np.asarray(np.linalg.cholesky(fixed), dtype=float)
    except np.linalg.LinAlgError:
        raise CannotEstimate(
            "成绩可由自变量和分组完全算出来，学生之间没有剩余的差别。请核对成绩列是不是单位的平均分。"
        ) from None
    p = len(fixed) - 1
    degrees = data.n - p if reml else data.n
    log_determinant = at.log_determinant + 2 * reml * float(np.log(np.diag(fixed_root)[:p]).sum())
    deviance = log_determinant + degrees * (1 + np.log(2 * np.pi * fixed_root[p, p] ** 2 / degrees))
    return Profile(at, reml, degrees, float(deviance), half, fixed_root)
