"""Means and spreads from sums of integers, so that every engine and every row order gives the same bits.

Input are counts, sums and sums of squares of whole hundredths; no rows come here.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def ratio(numerator: NDArray, denominator: NDArray) -> Floats:
    """Divide element by element; NaN where the denominator is 0."""
    denominator = np.asarray(denominator, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(denominator == 0, np.nan, np.asarray(numerator, dtype=float) / denominator)


def squared_deviations(n: Ints, total: Ints, squares: Ints) -> Floats:
    """Sum of squared deviations from the mean, unit squared.

    Integers are first centred on the whole number below the mean: nothing cancels and nothing
    overflows 64 bits for 100 million pupils and totals of 1,000 points in hundredths.
    """
    base = total // np.maximum(n, 1)
    centred = squares - 2 * base * total + n * base * base
    rest = (total - n * base).astype(float)
    return np.where(n > 0, centred - rest**2 / np.maximum(n, 1), np.nan)


def standard_deviation(n: Ints, total: Ints, squares: Ints, *, sample: bool) -> Floats:
    """σ of a census (÷ n), or of a sample (÷ n − 1, NaN below two members)."""
    return np.sqrt(ratio(squared_deviations(n, total, squares), n - 1 if sample else n))
