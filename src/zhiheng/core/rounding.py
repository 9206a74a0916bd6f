"""Round as people in the field do (四舍五入): 0.125 to two places is 0.13, also where a float hides it.

Not for storing: results keep full precision and are rounded once, where they are printed.
"""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray


def half_up(value: float, places: int = 0) -> float:
    """Round to `places` decimals, a five always away from zero.

    The number is read to twelve significant digits and the rest taken as the noise of binary arithmetic, so 2.675
    rounds to 2.68 and 30 + 26.505 + 0.5 to 57.01. NaN and infinities come back unchanged.
    """
    if not np.isfinite(value):
        return float(value)
    return float(_quantized(value, places))


def format_half_up(value: float | None, places: int = 2, *, missing: str = "—") -> str:
    """Return `value` as text with exactly `places` decimals; `missing` for None and NaN."""
    if value is None or not np.isfinite(value):
        return missing
    text = f"{_quantized(value, places):f}"
    return text.lstrip("-") if not text.strip("-0.") else text


def half_up_array(values: ArrayLike, places: int = 0) -> NDArray[np.float64]:
    """`half_up` of every element, same shape: one decimal rounding for each distinct value."""
    array = np.asarray(values, dtype=float)
    distinct, where = np.unique(array, return_inverse=True)
    return np.array([half_up(float(x), places) for x in distinct], dtype=float)[where].reshape(array.shape)


def _quantized(value: float, places: int) -> Decimal:
    return Decimal(f"{float(value):.12g}").quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
