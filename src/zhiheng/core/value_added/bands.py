"""Two methods that need only bands of the earlier score: percentiles within bands (瓯海), and entry against exit.

Simple to explain in a meeting; coarser than a regression, and blind to differences inside a band.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, ndtri

from zhiheng.core.scores import percentile_rank
from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.core.value_added.labels import encode
from zhiheng.core.value_added.verdicts import verdicts

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
SMALLEST_BAND = 30


@dataclass(frozen=True)
class BandPercentiles:
    """band, percentile : shape (n,); −1 and NaN where a score is missing. Percentiles run from 0 to 100.

    Per unit in label order: n, median percentile with its limits; the verdict compares with 50.
    """

    band: Ints
    percentile: Array
    units: NDArray
    n: Ints
    median: Array
    lo: Array
    hi: Array
    verdict: NDArray[np.str_]


def starting_bands(prior: ArrayLike, *, n_bands: int = 100, smallest: int = SMALLEST_BAND) -> Ints:
    """Bands of equal starting percentile, 0 lowest; −1 where missing.

    Equal scores share a band. A band with fewer than `smallest` pupils joins the next above it, the last one the
    band below.
    """
    x = np.asarray(prior, dtype=float)
    known = np.isfinite(x)
    out = np.full(len(x), -1, dtype=np.int64)
    if known.sum() < smallest:
        raise CannotEstimate(f"有前测成绩的只有 {int(known.sum())} 人，不到一段要求的 {smallest} 人。")
    first = np.minimum((percentile_rank(x[known]) * n_bands).astype(np.int64), n_bands - 1)
    merged, size, number = np.zeros(n_bands, dtype=np.int64), 0, 0
    for band, count in enumerate(np.bincount(first, minlength=n_bands)):
        merged[band] = number
        size += int(count)
        if size >= smallest:
            number, size = number + 1, 0
    out[known] = np.minimum(merged[first], number - 1)
    return out


def band_percentiles(
    current: ArrayLike,
    prior: ArrayLike,
    units: ArrayLike,
    *,
    n_bands: int = 100,
    smallest: int = SMALLEST_BAND,
    level: float = 0.95,
) -> BandPercentiles:
    """Percentile of each pupil's score now among those who started in the same band; a unit is its median (瓯海).

    60 for a school reads: half of its pupils did better than 60 % of pupils elsewhere who started alike.

    The limits are order statistics: sure to cover at least at `level`, NaN where the unit has too few pupils.

    References
    ----------
    瓯海区 (2021), 中国考试 2021(3): 简易百分等级增值.
    """
    y, x, labels = np.asarray(current, dtype=float), np.asarray(prior, dtype=float), encode(units)
    kept = np.isfinite(y) & np.isfinite(x) & (labels.codes >= 0)
    band = np.full(len(y), -1, dtype=np.int64)
    band[kept] = starting_bands(x[kept], n_bands=n_bands, smallest=smallest)
    percentile = np.full(len(y), np.nan)
    for number in range(band.max() + 1):
        inside = band == number
        percentile[inside] = 100 * percentile_rank(y[inside])
    there, codes = np.unique(labels.codes[kept], return_inverse=True)
    per_unit = [np.sort(percentile[kept][codes == k]) for k in range(len(there))]
    limits = np.array([_median_limits(values, level) for values in per_unit])
    lo, hi = limits[:, 0], limits[:, 1]
    return BandPercentiles(
        band=band,
        percentile=percentile,
        units=labels.levels[there],
        n=np.array([len(values) for values in per_unit]),
        median=np.array([np.median(values) for values in per_unit]),
        lo=lo,
        hi=hi,
        verdict=verdicts(lo - 50, hi - 50),
    )


def _median_limits(values: Array, level: float) -> tuple[float, float]:
    """The k-th value from both ends, k the greatest with P(Binomial(n, ½) < k) ≤ (1 − level)/2."""
    n = len(values)
    below = bdtr(np.arange(n), n, 0.5)
    k = int((below <= (1 - level) / 2).sum())
    return (float(values[k - 1]), float(values[n - k])) if k > 0 else (np.nan, np.nan)


@dataclass(frozen=True)
class EntryExit:
    """Who reached the line at the end, by where they stood at the start (出口对进口).

    bands : entry bands in order. county_share : share of each band's pupils over all units who reached the line.
    units : in label order. n, reached : shape (n_units, n_bands), pupils.
    expected : per unit, pupils who would reach the line at the county's shares of its own bands.
    difference : (reached − expected) / pupils, with limits lo, hi, and verdict.
    """

    bands: NDArray
    county_share: Array
    units: NDArray
    n: Ints
    reached: Ints
    expected: Array
    difference: Array
    lo: Array
    hi: Array
    verdict: NDArray[np.str_]


def entry_exit(
    reached: ArrayLike, entry_band: ArrayLike, units: ArrayLike, *, level: float = 0.95
) -> EntryExit:
    """Compare how many of each unit's pupils reached a line with pupils elsewhere of the same entry band.

    Parameters
    ----------
    reached : bool, shape (n,). entry_band, units : labels, shape (n,); rows without one are left out.

    References
    ----------
    Indirect standardisation with binomial spread: Goldstein & Spiegelhalter (1996), JRSS A 159, 385-443.
    """
    hit = np.asarray(reached, dtype=bool)
    bands, labels = encode(entry_band), encode(units)
    kept = (bands.codes >= 0) & (labels.codes >= 0)
    if not kept.any():
        raise CannotEstimate("没有一名学生既有入口分段又有单位，无法比较出口与入口。")
    shape = len(labels.levels), len(bands.levels)
    cell = labels.codes[kept] * shape[1] + bands.codes[kept]
    n = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    successes = np.bincount(cell[hit[kept]], minlength=shape[0] * shape[1]).reshape(shape)
    in_band, pupils = n.sum(0), n.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = successes.sum(0) / in_band
    known = np.nan_to_num(share)
    # The county's share holds the unit's own pupils: a unit that is most of its band hardly moves against it.
    own = n / np.maximum(in_band, 1)
    variance = (n * (1 - own) * known * (1 - known)).sum(1)
    expected = n @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = (successes.sum(1) - expected) / pupils
        half = float(ndtri((1 + level) / 2)) * np.sqrt(variance) / pupils
    lo, hi = difference - half, difference + half
    return EntryExit(
        bands.levels, share, labels.levels, n, successes, expected, difference, lo, hi, verdicts(lo, hi)
    )
