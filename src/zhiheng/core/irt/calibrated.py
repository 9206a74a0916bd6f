"""A calibrated test, and the way to it from counts of pupils who may be anywhere.

Knows no pupil: `calibration` counts pupils in memory, a cluster counts them where they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zhiheng.core.irt.ability_distribution import Abilities
from zhiheng.core.irt.estimation import (
    EStep,
    GuessingPrior,
    State,
    climb_on_wide_enough_grid,
    starting_items,
)
from zhiheng.core.irt.items import FIXED_SLOPE, Array, Items, asymptotes, locations, one_step_flat
from zhiheng.core.irt.responses import checked_categories

NODES, HALF_WIDTH = 61, 6.0
TOLERANCE, MOST = 1e-6, 500

Tally = Mapping[float, float]
"""Mark → pupils who earned it (sum of their weights)."""


@dataclass(frozen=True)
class Calibration:
    """Items of a test and the abilities of those who took it.

    Attributes
    ----------
    items : models, categories and parameters; input of the other functions of this package.
    abilities : mean and spread of each group on the grid; group 0 has mean 0, and spread 1 unless all slopes
        are fixed.
    group_names : the labels of the groups, in the order of `abilities`.
    loglik : marginal log-likelihood at the end (without the prior of 3pl asymptotes).
    converged : whether the climb came to rest; where False no parameter should be used.
    iterations : steps taken.
    n_used : pupils (sum of weights) with at least one answer.
    prior : prior of 3pl asymptotes.
    """

    items: Items
    abilities: Abilities
    group_names: tuple[str, ...]
    loglik: float
    converged: bool
    iterations: int
    n_used: float
    prior: GuessingPrior

    @property
    def a(self) -> Array:
        """Slope of each item (区分度); shape (n_items,)."""
        return self.items.parameters[:, 0]

    @property
    def b(self) -> Array:
        """Location of each item or step on θ (难度); (n_items,) if every item has one step, else (n_items, steps)."""
        return one_step_flat(locations(self.items))

    @property
    def d(self) -> Array:
        """Intercepts, shaped as `b`."""
        step = np.arange(self.items.parameters.shape[1] - 2) < (self.items.n_categories - 1)[:, None]
        return one_step_flat(np.where(step, self.items.parameters[:, 1:-1], np.nan))

    @property
    def c(self) -> Array:
        """Chance of a right answer without ability (猜测参数); 0 except for 3pl."""
        return asymptotes(self.items)

    @property
    def n_parameters(self) -> int:
        """Parameters estimated."""
        return int(self.items.free.sum() + self.abilities.free.sum())

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * self.n_parameters - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        return float(np.log(self.n_used) * self.n_parameters - 2 * self.loglik)


def items_of(tallies: Sequence[Tally], models: Sequence[str], names: Sequence[str]) -> Items:
    """Lay out the items of a test, parameters still 0, from the marks that occur in each.

    Raises
    ------
    CannotCalibrate
        As `checked_categories`.
    """
    categories = checked_categories([sorted(tally) for tally in tallies], models, names)
    widest = max(len(marks) for marks in categories)
    return Items(tuple(names), tuple(models), categories, np.zeros((len(categories), widest + 1)))


def calibrated(
    e_step: EStep,
    blank: Items,
    tallies: Sequence[Tally],
    *,
    group_names: Sequence[str],
    n_used: float,
    prior: GuessingPrior,
    nodes: int = NODES,
    half_width: float = HALF_WIDTH,
    tolerance: float = TOLERANCE,
    most: int = MOST,
) -> Calibration:
    """Calibrate the items `blank` of `items_of`, pupils being counted by `e_step`; the rest as in `fit_irt`.

    Rows of the table that `e_step` is given are those of `sheets_of` with these items and groups.
    """
    seen = [tally[mark] for tally, marks in zip(tallies, blank.categories, strict=True) for mark in marks]
    answered = np.repeat([sum(tally.values()) for tally in tallies], blank.n_categories)
    start = State(
        starting_items(blank, np.array(seen) / answered, prior),
        Abilities(
            mean=np.zeros(len(group_names)),
            sd=np.ones(len(group_names)),
            theta=np.linspace(-half_width, half_width, nodes),
            sd_free=set(blank.models) <= FIXED_SLOPE,
        ),
    )
    done = climb_on_wide_enough_grid(e_step, start, prior, tolerance=tolerance, most=most)
    return Calibration(
        items=done.state.items,
        abilities=done.state.abilities,
        group_names=tuple(group_names),
        loglik=done.loglik,
        converged=done.converged,
        iterations=done.iterations,
        n_used=n_used,
        prior=prior,
    )
