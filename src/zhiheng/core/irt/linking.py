"""Bring two calibrations onto one scale by the items they share.

θ of the base test = slope·θ of the new test + intercept. Not equating of marks; for that see `equating`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from zhiheng.core.irt.information import marks_of
from zhiheng.core.irt.items import GRADED, THREE_PL, Array, Items, curves, locations

MEAN_SIGMA, MEAN_MEAN, HAEBARA, STOCKING_LORD = "mean/sigma", "mean/mean", "haebara", "stocking-lord"
NODES = np.linspace(-4, 4, 41)
"""Abilities at which curves are compared, weighed as a standard normal population."""


@dataclass(frozen=True, slots=True)
class Link:
    """θ on the base scale = slope·θ on the new scale + intercept.

    `loss` is the mean squared distance left between the two sets of curves (marks for stocking-lord, shares
    for haebara), NaN for the methods that look at parameters only.
    """

    slope: float
    intercept: float
    loss: float


def link(new: Items, base: Items, *, method: str = STOCKING_LORD) -> Link:
    """Find the line between two scales from items calibrated on both.

    Parameters
    ----------
    new, base : the common items only, in the same order, with the same models and categories.
    method : "mean/sigma", "mean/mean" (from parameters), "haebara" (item curves), "stocking-lord" (test curve).
        The curve methods heed how well a parameter is known where pupils are; prefer them.

    Raises
    ------
    ValueError
        The items do not match, or the method is unknown.

    References
    ----------
    Marco (1977), JEM 14, 139-160; Loyd & Hoover (1980), JEM 17, 179-193; Haebara (1980), Japanese Psychological
    Research 22, 144-149; Stocking & Lord (1983), APM 7, 201-210; Kolen & Brennan (2014), ch. 6.
    """
    if new.models != base.models or new.categories != base.categories:
        raise ValueError("new and base must hold the same items, with the same models and categories")
    slope = _slope_from_parameters(new, base, method)
    intercept = float(np.nanmean(locations(base)) - slope * np.nanmean(locations(new)))
    if method in (MEAN_SIGMA, MEAN_MEAN):
        return Link(slope, intercept, float("nan"))
    losses: dict[str, Callable[[Items, Items], float]] = {HAEBARA: _item_loss, STOCKING_LORD: _test_loss}
    if method not in losses:
        raise ValueError(f"unknown method {method!r}")

    def loss(line: Array) -> float:
        moved = Link(float(np.exp(line[0])), float(line[1]), 0.0)
        back = Link(1 / moved.slope, -moved.intercept / moved.slope, 0.0)
        return losses[method](relinked(new, moved), base) + losses[method](relinked(base, back), new)

    best = minimize(loss, [np.log(slope), intercept], method="BFGS", options={"gtol": 1e-9})
    return Link(float(np.exp(best.x[0])), float(best.x[1]), float(best.fun))


def relinked(items: Items, to: Link) -> Items:
    """The same items with parameters on the base scale."""
    parameters = items.parameters.copy()
    a = parameters[:, 0] / to.slope
    step = np.arange(1, parameters.shape[1] - 1)
    cumulative = np.array([model in (GRADED, THREE_PL) for model in items.models])
    times = np.where(cumulative[:, None], 1, step) * (step < items.n_categories[:, None])
    parameters[:, 0] = a
    parameters[:, 1:-1] -= times * (a * to.intercept)[:, None]
    return replace(items, parameters=parameters)


def _slope_from_parameters(new: Items, base: Items, method: str) -> float:
    if method == MEAN_MEAN:
        return float(new.parameters[:, 0].mean() / base.parameters[:, 0].mean())
    spread = np.nanstd(locations(new))
    return float(np.nanstd(locations(base)) / spread) if spread > 0 else 1.0


def _weights() -> Array:
    density = np.exp(-(NODES**2) / 2)
    return density / density.sum()


def _item_loss(moved: Items, fixed: Items) -> float:
    apart = curves(moved, NODES).p - curves(fixed, NODES).p
    return float((apart**2 @ _weights()).sum() / len(fixed.names))


def _test_loss(moved: Items, fixed: Items) -> float:
    apart = marks_of(fixed) @ (curves(moved, NODES).p - curves(fixed, NODES).p)
    return float(apart**2 @ _weights())
