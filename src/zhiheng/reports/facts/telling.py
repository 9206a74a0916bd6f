"""What an interval tells of a difference, and nothing more."""

import numpy as np

from zhiheng.files.document import Estimate

NOTHING = Estimate(None, None, None)


def direction(estimate: Estimate) -> int:
    """Return 1 where the whole interval lies above zero, −1 below, 0 where it does not tell."""
    if estimate.lo is None or estimate.hi is None:
        return 0
    return 1 if estimate.lo > 0 else -1 if estimate.hi < 0 else 0


def strength(estimate: Estimate) -> float:
    """Return the distance of a difference from zero in half widths of its interval; 0 without an interval."""
    if estimate.value is None or estimate.lo is None or estimate.hi is None or estimate.hi <= estimate.lo:
        return 0.0
    return abs(estimate.value) / ((estimate.hi - estimate.lo) / 2)


def estimates_apart(a: Estimate, b: Estimate) -> Estimate:
    """Return a − b of two separate groups from their own limits (square and add).

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890; Zou & Donner (2008), ibid. 27, 1693-1702, for any two limits.
    """
    if a.value is None or a.lo is None or a.hi is None or b.value is None or b.lo is None or b.hi is None:
        return NOTHING
    difference = a.value - b.value
    below = np.hypot(a.value - a.lo, b.hi - b.value)
    above = np.hypot(a.hi - a.value, b.value - b.lo)
    return Estimate(difference, float(difference - below), float(difference + above))
