"""All measures of one quantity at once, with intervals.

Not for choosing the measure that looks best: the official one is the coefficient of variation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.equity.formulas import Measure, of_cv, of_gini, of_theil
from zhiheng.core.equity.inequality import known, quantile_ratio
from zhiheng.core.equity.resampling import bootstrap_interval, measure_interval

# Below this, simulated intervals miss the truth too often to be printed.
FEWEST = 15


@dataclass(frozen=True)
class Estimate:
    """A figure and its interval; the limits are NaN where there are too few schools for one."""

    value: float
    lo: float
    hi: float


@dataclass(frozen=True)
class Inequality:
    """How unevenly one quantity is spread over the schools of a county; see the function of each name."""

    schools: int
    cv: Estimate
    gini: Estimate
    theil: Estimate
    ratio_90_10: Estimate


def inequality(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    rng: np.random.Generator,
    replicates: int = 1000,
    level: float = 0.95,
) -> Inequality:
    """Measure a quantity by school and say how far each measure would move with other schools of the same kind.

    Parameters
    ----------
    values : shape (n_schools,), not negative; NaN schools are left out
    weights : whole numbers, shape (n_schools,), optional
        Enrolment.

    Raises
    ------
    EquityError
        Negative values, or weights that are no pupil counts.
    """
    x, w, _ = known(values, weights, sign="non-negative")
    enough = len(x) >= FEWEST

    def estimate(measure: Measure, top: float = np.inf) -> Estimate:
        limits = (
            measure_interval(measure, x, w, top=top, rng=rng, replicates=replicates, level=level)
            if enough
            else (np.nan, np.nan)
        )
        return Estimate(float(measure(x, w)), *limits)

    def ratio(times: NDArray[np.int64]) -> float:
        return quantile_ratio(x, w * times)

    limits = (
        bootstrap_interval(ratio, len(x), rng=rng, replicates=replicates, level=level)
        if enough
        else (np.nan, np.nan)
    )
    return Inequality(
        len(x),
        cv=estimate(of_cv),
        gini=estimate(of_gini, top=1.0),
        theil=estimate(of_theil),
        ratio_90_10=Estimate(quantile_ratio(x, w), *map(float, limits)),
    )
