"""Items without an answer: passed over, or never reached for want of time.

A blank in the middle of a paper says something about the item, a blank tail about the time allowed. Blank is not
nought: what a blank is worth in marks the scheme decides, not this file.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Blanks of one paper, items in the order of the paper; counts have shape (n_items,).

    Attributes
    ----------
    omitted : pupils who left the item blank and answered a later one.
    not_reached : pupils who left it and everything after it blank.
    n : pupils with at least one answer; the others are absent, not slow.
    finished_share : share of them who answered the last item.
    """

    omitted: NDArray[np.int64]
    not_reached: NDArray[np.int64]
    n: int
    finished_share: float


def not_reached(answered: ArrayLike) -> NDArray[np.bool_]:
    """Blanks after each pupil's last answer; `answered` and the result have shape (n_pupils, n_items)."""
    later = np.asarray(answered, dtype=bool)[:, ::-1]
    return ~np.logical_or.accumulate(later, axis=1)[:, ::-1]


def unanswered(answered: ArrayLike) -> Unanswered:
    """Tell omitted from not reached.

    Parameters
    ----------
    answered : shape (n_pupils, n_items), whether there is an answer; items in the order of the paper.
    """
    given = np.asarray(answered, dtype=bool)
    given = given[given.any(axis=1)]
    tail = not_reached(given)
    return Unanswered(
        omitted=(~given & ~tail).sum(axis=0),
        not_reached=tail.sum(axis=0),
        n=len(given),
        finished_share=float(given[:, -1].mean()) if len(given) else float("nan"),
    )


def marks_to_calibrate(responses: ArrayLike, answered: ArrayLike) -> NDArray[np.float64]:
    """Marks for item response theory: an omitted item earns 0, one not reached counts as not given (NaN).

    References
    ----------
    Lord (1974), Psychometrika 39, 247-264; the usage of national assessments.
    """
    x, given = np.asarray(responses, dtype=float), np.asarray(answered, dtype=bool)
    return np.where(given, x, np.where(not_reached(given), np.nan, 0.0))
