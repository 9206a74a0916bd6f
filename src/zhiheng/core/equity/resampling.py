"""Bootstrap intervals over schools: how far a figure would move with other schools of the same kind.

Not for a single school's figure: its pupils, not schools, are what could have been others.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from zhiheng.core.equity.inequality import EquityError
from zhiheng.core.equity.influence import Array, Influence, standard_error
from zhiheng.core.intervals import Interval

# A measure below this is 0 but for rounding.
NOTHING = 1e-12
Statistic = Callable[[NDArray[np.int64]], ArrayLike]


def bootstrap_interval(
    statistic: Statistic,
    n_units: int,
    *,
    rng: np.random.Generator,
    replicates: int = 1000,
    level: float = 0.95,
) -> Interval:
    """Bias-corrected and accelerated (BCa) interval from drawing units again with replacement.

    Parameters
    ----------
    statistic : function of an integer array, shape (n_units,)
        Computes the figure, or several, with each unit counted that many times.
    n_units : int
        Schools; at least 3.
    rng : numpy Generator
    replicates : int
    level : coverage, 0 to 1.

    Returns
    -------
    Interval of arrays shaped like the statistic; NaN where the statistic is NaN in more than half of the draws.

    Raises
    ------
    EquityError
        Fewer than 3 units.

    References
    ----------
    Efron (1987), JASA 82, 171-185.
    """
    draws = _draws(n_units, rng, replicates)
    everyone = np.ones(n_units, dtype=np.int64)
    figure = np.asarray(statistic(everyone), dtype=float)
    drawn = np.array([statistic(times) for times in draws], dtype=float).reshape(replicates, -1)
    without = np.array([statistic(everyone - unit) for unit in np.eye(n_units, dtype=np.int64)], dtype=float)
    limits = [
        _limits(value, column, left_out, level)
        for value, column, left_out in zip(
            figure.ravel(), drawn.T, without.reshape(n_units, -1).T, strict=True
        )
    ]
    lo, hi = (np.array(side).reshape(figure.shape) for side in zip(*limits, strict=True))
    return Interval(lo, hi)


def studentized_interval(
    measure: Influence,
    values: Array,
    weights: Array,
    *,
    rng: np.random.Generator,
    replicates: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Bootstrap-t interval of a measure of inequality, on the logarithm of the measure.

    Each draw is compared with its own standard error, which keeps the coverage where few schools decide the
    measure; percentile intervals of the same draws are too short there.

    Parameters
    ----------
    measure : value and derivatives of the measure; see `influence`
    values, weights : shape (n_schools,)
        Amounts and pupils of the schools that have both.

    Returns
    -------
    Lower and upper limit; both the value where nothing varies, NaN where the value is NaN.

    Raises
    ------
    EquityError
        Fewer than 3 schools.

    References
    ----------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, section 5.2.
    """
    draws = _draws(len(values), rng, replicates)
    value, slopes = measure(values, weights)
    if not value > NOTHING:
        return float(value), float(value)
    relative = standard_error(slopes, weights, np.ones(len(values))) / value
    drawn, their_slopes = measure(values, weights * draws)
    # Draws of one school, or of two in balance, many times have no standard error to be measured by.
    spread = drawn > NOTHING
    drawn, errors = drawn[spread], standard_error(their_slopes[spread], weights, draws[spread].astype(float))
    drawn, errors = drawn[errors > NOTHING], errors[errors > NOTHING]
    apart = np.log(drawn / value) * drawn / errors
    high, low = np.quantile(apart, [(1 + level) / 2, (1 - level) / 2])
    return float(value * np.exp(-high * relative)), float(value * np.exp(-low * relative))


def _draws(n_units: int, rng: np.random.Generator, replicates: int) -> NDArray[np.int64]:
    """How often each unit is drawn, one row a replicate."""
    if n_units < 3:
        raise EquityError(f"只有 {n_units} 所学校，自助区间至少要 3 所。请只给出数值，不给区间。")
    return rng.multinomial(n_units, np.full(n_units, 1 / n_units), size=replicates)


def _limits(value: float, drawn: Array, without: Array, level: float) -> tuple[float, float]:
    there = drawn[np.isfinite(drawn)]
    if not np.isfinite(value) or 2 * len(there) < len(drawn):
        return float("nan"), float("nan")
    # Rounding makes equal draws differ in the last digit; half of the equals count as below.
    close = np.isclose(there, value, rtol=1e-12, atol=0)
    share = ((there < value) & ~close).mean() + close.mean() / 2
    bias = ndtri(np.clip(share, 0.5 / len(there), 1 - 0.5 / len(there)))
    pull = np.nanmean(without) - without[np.isfinite(without)]
    spread = (pull**2).sum()
    acceleration = (pull**3).sum() / (6 * spread**1.5) if spread > 0 else 0.0
    z = bias + ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    lo, hi = np.quantile(there, ndtr(bias + z / (1 - acceleration * z)))
    return float(lo), float(hi)
