"""Measures of inequality and how much each school moves them: the derivatives that standard errors rest on.

Not for use with data as they come: `inequality` and `theil` check values and weights first.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# From amounts (n_schools,) and pupils (…, n_schools): the measure (…) and its derivatives by each school's share of
# the pupils (…, n_schools). Leading axes are draws of the same schools.
Influence = Callable[[Array, Array], tuple[Array, Array]]


def of_cv(x: Array, w: Array) -> tuple[Array, Array]:
    """Coefficient of variation: √(mean of squared relative deviations)."""
    r = _relative(x, w)
    value = np.sqrt(_mean((r - 1) ** 2, w))
    with np.errstate(invalid="ignore", divide="ignore"):
        return value, _slopes(lambda v: (r**2 + (1 + v**2) * (1 - 2 * r)) / (2 * v), value)


def of_gini(x: Array, w: Array) -> tuple[Array, Array]:
    """Gini coefficient: one less twice the area under the Lorenz curve."""
    order = np.argsort(x, kind="stable")
    back = np.argsort(order)
    r = _relative(x, w)[..., order]
    pupil = w[..., order] / w.sum(axis=-1, keepdims=True)
    pupils, amount = np.cumsum(pupil, axis=-1), np.cumsum(pupil * r, axis=-1)
    # Rounding may leave −1e-17 where all are equal.
    value = np.maximum(0.0, 1 - (pupil * (2 * amount - pupil * r)).sum(axis=-1))
    slopes = _slopes(lambda v: (1 - v) * (1 + r) - 2 * (amount + r * (1 - pupils)), value)
    return value, slopes[..., back]


def of_theil(x: Array, w: Array) -> tuple[Array, Array]:
    """Theil's T: mean of r·log r, where nothing counts as 0."""
    r = _relative(x, w)
    product = r * np.log(r, out=np.zeros_like(r), where=r > 0)
    value = _mean(product, w)
    return value, _slopes(lambda v: product - (1 + v) * r + 1, value)


def of_mld(x: Array, w: Array) -> tuple[Array, Array]:
    """Theil's L, the mean logarithmic deviation: mean of −log r; infinite where a school has nothing."""
    r = _relative(x, w)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(r)
        value = -_mean(logs, w)
        return value, _slopes(lambda v: r - 1 - logs - v, value)


def standard_error(slopes: Array, w: Array, times: Array) -> Array:
    """Of a measure over schools counted `times` times with w pupils each, the schools being drawn at random."""
    n = times.sum(axis=-1)
    share = w / (w * times).sum(axis=-1, keepdims=True)
    return np.sqrt(n / (n - 1) * (times * (share * slopes) ** 2).sum(axis=-1))


def _mean(x: Array, w: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return (x * w).sum(axis=-1) / w.sum(axis=-1)


def _relative(x: Array, w: Array) -> Array:
    """Amounts as multiples of the mean; NaN or infinite where the mean is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return x / _mean(x, w)[..., None]


def _slopes(formula: Callable[[Array], Array], value: Array) -> Array:
    return formula(np.asarray(value)[..., None])
