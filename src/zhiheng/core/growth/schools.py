"""Median growth of schools, and how far it would move with other pupils of the same kind.

Not an order of schools: where the interval holds 50, a school cannot be told apart from the county.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta, binom

from zhiheng.core.growth.norms import growth_norms
from zhiheng.core.growth.percentiles import GrowthPercentiles, place

Array = NDArray[np.float64]

FEWEST = 20  # pupils with growth below which a school's median is withheld
TYPICAL = 50  # percentile of a pupil who grew like those who started alike


@dataclass(frozen=True, slots=True, eq=False)
class SchoolGrowth:
    """Median growth of each school, arrays of shape (n_schools,); NaN where a school has too few pupils.

    schools : labels, sorted.
    n : pupils with a growth percentile.
    median : median growth percentile.
    se : its standard error, percentile points.
    lo, hi : limits of its interval.
    """

    schools: NDArray
    n: NDArray[np.int64]
    median: Array
    se: Array
    lo: Array
    hi: Array

    @property
    def verdict(self) -> NDArray[np.int64]:
        """1 above the typical 50, -1 below, 0 cannot be told apart."""
        return (self.lo > TYPICAL).astype(np.int64) - (self.hi < TYPICAL)


def school_growth(
    percentile: ArrayLike, school: ArrayLike, *, level: float = 0.95, fewest: int = FEWEST
) -> SchoolGrowth:
    """Median growth percentile of each school with standard error and interval, from formulas alone.

    Pupils are taken as a sample of those the school could have had. The norms are taken as given; see
    `bootstrap_growth` where the cohort is small and the norms themselves are unsure.

    Parameters
    ----------
    percentile : growth percentiles, shape (n,); NaN is left out.
    school : labels, shape (n,).
    level : coverage of the interval.
    fewest : schools with fewer pupils are named with their number only.

    References
    ----------
    Maritz & Jarrett (1978), JASA 73, 194-196: standard error. Hettmansperger & Sheather (1986), Statistics &
    Probability Letters 4, 75-79: interval between order statistics, free of the distribution.
    """
    percentile, school = np.asarray(percentile, dtype=float), np.asarray(school)
    known = ~np.isnan(percentile)
    labels = np.unique(school)
    groups = _groups(percentile[known], school[known], labels)
    told = np.full((4, len(labels)), np.nan)
    for at, values in enumerate(groups):
        if len(values) >= max(fewest, 1):
            told[:, at] = np.median(values), median_se(values), *median_interval(values, level)
    return SchoolGrowth(labels, np.array([len(values) for values in groups]), *told)


def median_se(values: ArrayLike) -> float:
    """Standard error of a median by Maritz & Jarrett: that of the order statistics under the values themselves."""
    x = np.sort(np.asarray(values, dtype=float))
    n = len(x)
    share = np.diff(beta.cdf(np.arange(n + 1) / n, (n + 1) / 2, (n + 1) / 2))
    return float(np.sqrt(max(0.0, share @ x**2 - (share @ x) ** 2)))


def median_interval(values: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Interval for a median by Hettmansperger & Sheather; NaN below six values at 95 %."""
    x = np.sort(np.asarray(values, dtype=float))
    n = len(x)
    depth = np.arange(1, n // 2 + 1)
    covered = 1 - 2 * binom.cdf(depth - 1, n, 0.5)  # by the depth-th lowest to the depth-th highest
    enough = np.flatnonzero(covered >= level)
    if len(enough) == 0:
        return float("nan"), float("nan")
    d = int(enough[-1]) + 1
    inner = covered[d] if d < len(covered) else 0.0
    excess = (covered[d - 1] - level) / (covered[d - 1] - inner)
    inwards = (n - d) * excess / (d + (n - 2 * d) * excess)
    return (
        float((1 - inwards) * x[d - 1] + inwards * x[d]),
        float((1 - inwards) * x[n - d] + inwards * x[n - d - 1]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class BootstrapGrowth:
    """What refitting on other draws of pupils does to growth.

    schools : SchoolGrowth, with bootstrap standard errors and percentile limits.
    pupil_se : shape (n,), how far each pupil's percentile moves with the norms, percentile points.
    replicates : draws.
    """

    schools: SchoolGrowth
    pupil_se: Array
    replicates: int


def bootstrap_growth(
    growth: GrowthPercentiles,
    current: ArrayLike,
    school: ArrayLike,
    *,
    rng: np.random.Generator,
    replicates: int = 200,
    level: float = 0.95,
    fewest: int = FEWEST,
) -> BootstrapGrowth:
    """Draw pupils anew within each school, refit the norms, place everybody again.

    So the errors hold both the pupils' and the norms'. Knots stay where they are.

    Parameters
    ----------
    growth : result of `growth_percentiles` on this cohort.
    current, school : shape (n,), as before.
    rng : makes the draws; the same generator gives the same errors.
    replicates : draws, at least 2.
    """
    current, school = np.asarray(current, dtype=float), np.asarray(school)
    plain = school_growth(growth.percentile, school, level=level, fewest=fewest)
    known = np.flatnonzero(growth.order)
    members = _groups(known, school[known], plain.schools)
    medians = np.full((replicates, len(members)), np.nan)
    total, squares = np.zeros(len(known)), np.zeros(len(known))
    for draw in range(replicates):
        drawn = [rows[rng.integers(0, max(len(rows), 1), len(rows))] for rows in members]
        times = np.bincount(np.concatenate(drawn), minlength=len(current))
        norms = growth_norms(
            growth.prior, current, growth.norms.splines, taus=growth.norms.taus, weights=times
        )
        percentile = place(norms, growth.prior, current).percentile
        for at in np.flatnonzero(~np.isnan(plain.median)):
            medians[draw, at] = np.median(percentile[drawn[at]])
        total += percentile[known]
        squares += percentile[known] ** 2
    pupil_se = np.full(len(current), np.nan)
    pupil_se[known] = np.sqrt(np.maximum(squares - total**2 / replicates, 0) / (replicates - 1))
    lo, hi = np.quantile(medians, [(1 - level) / 2, (1 + level) / 2], axis=0)
    se = medians.std(axis=0, ddof=1)
    return BootstrapGrowth(replace(plain, se=se, lo=lo, hi=hi), pupil_se, replicates)


def _groups(values: NDArray, school: NDArray, labels: NDArray) -> list[NDArray]:
    order = np.argsort(school, kind="stable")
    starts = np.searchsorted(school[order], labels)
    return np.split(values[order], starts[1:])[: len(labels)]
