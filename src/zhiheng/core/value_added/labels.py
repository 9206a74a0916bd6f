"""Labels of groups turned into whole numbers once, so that kernels index instead of compare."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

WIDE = 16  # a table of codes is worth its memory up to this many slots per row


class Labels(NamedTuple):
    """Sorted levels and, for each row, the index of its level; −1 where the label is missing."""

    levels: NDArray
    codes: NDArray[np.int64]


def encode(labels: ArrayLike) -> Labels:
    """Sort the distinct labels and number the rows by them.

    Whole numbers sort as numbers, texts as texts. None and NaN are missing.
    """
    values = np.asarray(labels)
    if values.dtype.kind in "iub":
        return _encode_integers(values.astype(np.int64, copy=False))
    if values.dtype.kind == "f":
        missing = np.isnan(values)
        levels, inner = np.unique(values[~missing], return_inverse=True)
        codes = np.full(len(values), -1, dtype=np.int64)
        codes[~missing] = inner
        return Labels(levels, codes)
    return _encode_objects(values.tolist())


def _encode_integers(values: NDArray[np.int64]) -> Labels:
    if len(values) == 0:
        return Labels(values, values)
    low, high = int(values.min()), int(values.max())
    if high - low > WIDE * len(values):
        levels, codes = np.unique(values, return_inverse=True)
        return Labels(levels, codes.astype(np.int64))
    shifted = values - low
    present = np.bincount(shifted, minlength=high - low + 1) > 0
    number = np.cumsum(present) - 1
    return Labels(np.flatnonzero(present) + low, number[shifted])


def _encode_objects(values: list) -> Labels:
    # A dictionary is some ten times quicker than sorting a million texts.
    seen: dict = {}
    first = np.array(
        [-1 if value is None or value != value else seen.setdefault(value, len(seen)) for value in values],
        dtype=np.int64,
    )
    names = list(seen)
    order = sorted(range(len(names)), key=lambda k: (isinstance(names[k], str), names[k]))
    rank = np.empty(len(names) + 1, dtype=np.int64)
    rank[order] = np.arange(len(names))
    rank[-1] = -1  # the slot that a missing label's −1 points at
    return Labels(np.array([names[k] for k in order]), rank[first])
