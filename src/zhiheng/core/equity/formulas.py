"""The formulas of the measures of inequality, for many draws of the same schools at once.

Not for data as they come: `inequality` and `theil` check values and weights first.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# From amounts, shape (n_schools,), and pupils, shape (…, n_schools): the measure, shape (…).
Measure = Callable[[Array, Array], Array]


def of_cv(x: Array, w: Array) -> Array:
    """Coefficient of variation: root of the mean squared relative deviation."""
    return np.sqrt(_mean((_relative(x, w) - 1) ** 2, w))


def of_gini(x: Array, w: Array) -> Array:
    """Gini coefficient: one less twice the area under the Lorenz curve."""
    order = np.argsort(x, kind="stable")
    pupil = w[..., order] / w.sum(axis=-1, keepdims=True)
    amount = pupil * _relative(x, w)[..., order]
    # Rounding may leave −1e-17 where all are equal.
    return np.maximum(0.0, 1 - (pupil * (2 * np.cumsum(amount, axis=-1) - amount)).sum(axis=-1))


def of_theil(x: Array, w: Array) -> Array:
    """Theil's T: mean of r·log r, where nothing counts as 0."""
    r = _relative(x, w)
    return _mean(r * np.log(r, out=np.zeros_like(r), where=r > 0), w)


def of_mld(x: Array, w: Array) -> Array:
    """Theil's L, the mean logarithmic deviation: mean of −log r; infinite where a school has nothing."""
    with np.errstate(divide="ignore"):
        return -_mean(np.log(_relative(x, w)), w)


def _mean(x: Array, w: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return (x * w).sum(axis=-1) / w.sum(axis=-1)


def _relative(x: Array, w: Array) -> Array:
    """Amounts as multiples of the mean; NaN or infinite where the mean is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return x / _mean(x, w)[..., None]
