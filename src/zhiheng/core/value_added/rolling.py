"""Three years of value-added together: the figure that may stand beside a decision, where one year may not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.core.value_added.verdicts import verdicts

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rolling:
    """Per unit: mean effect over the years, its standard error, limits, verdict, years and pupils it rests on."""

    effect: Array
    sd: Array
    lo: Array
    hi: Array
    verdict: NDArray[np.str_]
    n_years: NDArray[np.int64]
    n_pupils: NDArray[np.int64]


def rolling_value_added(
    effect: ArrayLike, sd: ArrayLike, n: ArrayLike, *, min_years: int = 3, level: float = 0.95
) -> Rolling:
    """Average each unit's years, weighted by pupils; the years' cohorts are other pupils, so errors are apart.

    Parameters
    ----------
    effect, sd, n : shape (n_units, n_years). Effects in one unit of measurement (standardised within cohort), their
        standard errors, and matched pupils; NaN effects are years without a figure.
    min_years : fewer years give NaN and no verdict.
    """
    values, errors = np.asarray(effect, dtype=float), np.asarray(sd, dtype=float)
    pupils = np.asarray(n, dtype=float)
    if values.ndim != 2 or values.shape != errors.shape or values.shape != pupils.shape:
        raise CannotEstimate(
            f"效应、标准误、人数应是同样大小的表（单位×年份）；现在是 {values.shape}、{errors.shape}、{pupils.shape}。"
        )
    known = np.isfinite(values) & np.isfinite(errors) & (pupils > 0)
    weight = np.where(known, pupils, 0.0)
    total = weight.sum(1)
    share = weight / np.where(total > 0, total, 1)[:, None]
    enough = known.sum(1) >= min_years
    mean = np.where(enough, (share * np.where(known, values, 0)).sum(1), np.nan)
    error = np.where(enough, np.sqrt(((share * np.where(known, errors, 0)) ** 2).sum(1)), np.nan)
    half = float(ndtri((1 + level) / 2)) * error
    lo, hi = mean - half, mean + half
    return Rolling(mean, error, lo, hi, verdicts(lo, hi), known.sum(1), total.astype(np.int64))
