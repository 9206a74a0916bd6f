"""Bootstrap intervals over schools: how far a figure would move with other schools of the same kind.

Not for a single school's figure: its pupils, not schools, are what could have been others.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from zhiheng.core.equity.formulas import Array, Measure
from zhiheng.core.equity.inequality import EquityError
from zhiheng.core.intervals import Interval, t_quantile

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


def measure_interval(
    measure: Measure,
    values: Array,
    weights: Array,
    *,
    top: float = np.inf,
    rng: np.random.Generator,
    replicates: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Symmetric bootstrap interval of a measure of inequality, on the scale of its logarithm or log-odds.

    Draws of few schools vary too little, all the more where one school decides the measure. Only the shape of their
    distribution is used: bias and spread are those of the jackknife, which leaves out one school at a time, and the
    spread is widened as Student's t. Simulated: 15 to 120 schools, coverage 92 to 96 %.

    Parameters
    ----------
    measure : see `formulas`
    values, weights : shape (n_schools,)
        Amounts and pupils of the schools that have both.
    top : float
        What the measure cannot exceed.

    Returns
    -------
    Lower and upper limit; both the value where nothing varies.

    Raises
    ------
    EquityError
        Fewer than 3 schools.

    References
    ----------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, sections 2.7 and 5.2.
    """
    n = len(values)
    draws = _draws(n, rng, replicates)
    value = float(measure(values, weights))
    if not value > NOTHING:
        return value, value
    centre = _stretched(np.array([value]), top)[0]
    drawn, without = (
        _stretched(measure(values, weights * times), top) for times in (draws, 1 - np.eye(n, dtype=np.int64))
    )
    bias = (n - 1) * (without.mean() - centre)
    jackknife = np.sqrt(n - 1) * without.std()
    by_few = float(t_quantile(n - 1, level)) / ndtri((1 + level) / 2)
    wider = by_few * max(jackknife / drawn.std(), 1)
    half = wider * np.quantile(np.abs(drawn - drawn.mean()), level)
    lo, hi = (float(np.exp(centre - bias + side)) for side in (-half, half))
    return (lo, hi) if np.isinf(top) else (top * lo / (1 + lo), top * hi / (1 + hi))


def _stretched(measured: Array, top: float) -> Array:
    """Logarithm of the measure, or of its odds below `top`; draws without any inequality are left out."""
    some = measured[(measured > NOTHING) & (measured < top)]
    return np.log(some) if np.isinf(top) else np.log(some / (top - some))


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
