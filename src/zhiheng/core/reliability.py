"""How dependable the total of a paper is: α with its interval, α without each item, ω.

Of totals in this group of pupils: the same paper is more dependable where pupils differ more.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import f

from zhiheng.core.items import cronbach_alpha

Array = NDArray[np.float64]


def covariance_of_complete(responses: ArrayLike) -> tuple[Array, int]:
    """Covariances of the items (÷ n − 1) over pupils with a mark in every item, and how many there are."""
    x = np.asarray(responses, dtype=float)
    x = x[~np.isnan(x).any(axis=1)]
    if len(x) < 2:
        return np.full((x.shape[1], x.shape[1]), np.nan), len(x)
    return np.atleast_2d(np.cov(x, rowvar=False)), len(x)


def alpha_interval(alpha: float, n_pupils: int, n_items: int, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of Cronbach's α over pupils like these; NaN below two pupils or two items.

    References
    ----------
    Feldt (1965), Psychometrika 30, 357-370. Exact for equally good items with normal marks.
    """
    if np.isnan(alpha) or n_pupils < 2 or n_items < 2:
        return float("nan"), float("nan")
    df = n_pupils - 1, (n_pupils - 1) * (n_items - 1)
    high, low = (f.ppf(q, *df) for q in ((1 - level) / 2, (1 + level) / 2))
    return float(1 - (1 - alpha) * low), float(1 - (1 - alpha) * high)


def alpha_without_each(covariance: ArrayLike) -> Array:
    """α of the paper without each item, shape (n_items,); above the paper's α the item does not go with the rest."""
    s = np.asarray(covariance, dtype=float)
    rest_spread = s.sum() - 2 * s.sum(axis=0) + np.diag(s)
    return np.array(
        [cronbach_alpha(np.delete(np.diag(s), item), spread) for item, spread in enumerate(rest_spread)]
    )


def omega(covariance: ArrayLike) -> float:
    """McDonald's ω: share of the total's variance that one common factor explains.

    Unlike α it lets items differ in how much they depend on that factor; equal to α where they do not, else
    larger. It presumes one factor: on a paper of two unlike halves it says little.

    Parameters
    ----------
    covariance : shape (n_items, n_items), in squared marks.

    Returns
    -------
    0 to 1; NaN below three items, where an item never varies, or where the factor explains more than all of an item.

    References
    ----------
    McDonald (1999), Test Theory, ch. 6; factor by least squares off the diagonal, Harman & Jones (1966),
    Psychometrika 31, 351-368.
    """
    s = np.asarray(covariance, dtype=float)
    variance = np.diag(s)
    if len(s) < 3 or not (variance > 0).all():
        return float("nan")
    off = s - np.diag(variance)
    loading = np.sqrt(variance / 2)
    for _ in range(10_000):
        before = loading.copy()
        for item in range(len(s)):
            others = loading @ loading - loading[item] ** 2
            loading[item] = off[item] @ loading / others if others > 0 else 0.0
        if np.abs(loading - before).max() <= 1e-10 * np.abs(loading).max():
            break
    if (loading**2 > variance).any():
        return float("nan")
    return float(loading.sum() ** 2 / s.sum())
