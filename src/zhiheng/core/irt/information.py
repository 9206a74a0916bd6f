"""How much items tell about ability, and what marks they lead to expect, along θ.

Of calibrated items only; no pupils.
"""

import numpy as np
from numpy.typing import ArrayLike

from zhiheng.core.irt.items import Array, Curves, Items, curves


def item_information(items: Items, theta: ArrayLike) -> Array:
    """Fisher information of each item at each θ; shape (n_items, n_theta).

    1/√(sum over items) is the standard error a pupil's ability would have there: the test measures well where
    the sum is high. Unit: 1 over squared units of θ.

    References
    ----------
    Samejima (1969), Psychometrika Monograph 17; Lord (1980), Applications of Item Response Theory, ch. 5.
    """
    return information_of(items, curves(items, np.atleast_1d(np.asarray(theta, dtype=float))))


def information_of(items: Items, at: Curves) -> Array:
    """The same from curves already computed."""
    return np.add.reduceat(at.by_theta**2 / at.p, items.start)


def test_information(items: Items, theta: ArrayLike) -> Array:
    """Information of the whole test; shape (n_theta,)."""
    return item_information(items, theta).sum(axis=0)


def expected_marks(items: Items, theta: ArrayLike) -> Array:
    """Mark expected on each item at each θ; shape (n_items, n_theta), in marks."""
    at = curves(items, np.atleast_1d(np.asarray(theta, dtype=float)))
    return np.add.reduceat(marks_of(items)[:, None] * at.p, items.start)


def marks_of(items: Items) -> Array:
    """The mark of every category, stacked over items as curves are."""
    return np.concatenate([np.array(marks) for marks in items.categories])
