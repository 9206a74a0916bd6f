"""The normal distribution of ability in each group of pupils, on a grid of nodes.

The first group sets the origin; it sets the unit too unless all slopes are fixed, as in Rasch models.
"""

from dataclasses import dataclass, replace

import numpy as np

from zhiheng.core.irt.items import Array, Bools


@dataclass(frozen=True, slots=True)
class Abilities:
    """Ability of groups of pupils: normal, cut off where the grid ends.

    Attributes
    ----------
    mean, sd : shape (n_groups,), in units of θ.
    theta : shape (n_nodes,), the grid.
    sd_free : whether the first group's spread is estimated (it is where all slopes are fixed).
    """

    mean: Array
    sd: Array
    theta: Array
    sd_free: bool

    @property
    def parameters(self) -> Array:
        """Mean and log spread of each group; shape (n_groups, 2)."""
        return np.column_stack((self.mean, np.log(self.sd)))

    @property
    def free(self) -> Bools:
        """Which of them are estimated."""
        is_free = np.ones((len(self.mean), 2), dtype=bool)
        is_free[0] = False, self.sd_free
        return is_free

    def with_parameters(self, parameters: Array) -> "Abilities":
        """The same grid under other means and spreads."""
        return replace(self, mean=parameters[:, 0], sd=np.exp(parameters[:, 1]))

    def weights(self) -> Array:
        """Share of each group at each node; shape (n_groups, n_nodes)."""
        z = (self.theta - self.mean[:, None]) / self.sd[:, None]
        density = np.exp(-(z**2) / 2)
        return density / density.sum(axis=1, keepdims=True)

    def scores(self) -> Array:
        """Derivative of the log weights by mean and log spread; shape (2, n_groups, n_nodes)."""
        z = (self.theta - self.mean[:, None]) / self.sd[:, None]
        raw = np.stack((z / self.sd[:, None], z**2))
        return raw - (raw * self.weights()).sum(axis=-1, keepdims=True)

    def fits_grid(self) -> bool:
        """Whether four standard deviations of every group lie on the grid."""
        return bool((np.abs(self.mean) + 4 * self.sd <= self.theta[-1]).all())

    def on_wider_grid(self) -> "Abilities":
        """The same on a grid with the same spacing that holds five standard deviations of every group."""
        step, end = self.theta[1] - self.theta[0], self.theta[-1]
        more = int(np.ceil((np.abs(self.mean) + 5 * self.sd - end).max() / step))
        wider = np.linspace(-end - more * step, end + more * step, len(self.theta) + 2 * more)
        return replace(self, theta=wider)
