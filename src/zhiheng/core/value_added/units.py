"""Value-added of schools or classes: how much better pupils do than pupils elsewhere who started alike.

It describes; one year of it carries no sanction. Several years together are in `rolling`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.core.value_added.labels import encode
from zhiheng.core.value_added.mixed import mixed_model
from zhiheng.core.value_added.prior_error import expected_true_prior
from zhiheng.core.value_added.residuals import residual_value_added
from zhiheng.core.value_added.verdicts import Rules, verdicts, withheld

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ValueAdded:
    """One entry per unit, in the order of the labels, never of the figures.

    units : labels. pupils : with a current score. matched : of these, with everything else as well.
    effect : score points above what pupils with the same start reach on average; NaN where withheld.
    sd : its standard error; under the mixed model, of the effect as an estimate of the true one.
    lo, hi : limits at `rules.level`. verdict : 显著高, 无显著差异, 显著低, empty where withheld.
    reliability : share of the spread of such figures that is not chance, 0 to 1; NaN for mean residuals.
    reason : why withheld, in Chinese; empty where shown.
    method : "hlm" or "ols". icc : share of the remaining variance that lies between units; NaN for "ols".
    notes : sentences to print with the table.
    """

    units: NDArray
    pupils: NDArray[np.int64]
    matched: NDArray[np.int64]
    effect: Array
    sd: Array
    lo: Array
    hi: Array
    verdict: NDArray[np.str_]
    reliability: Array
    reason: list[str]
    method: str
    icc: float
    notes: tuple[str, ...]

    @property
    def match_rate(self) -> Array:
        """Share of pupils with everything the figure needs, 0 to 1."""
        return self.matched / self.pupils


def value_added(
    current: ArrayLike,
    prior: ArrayLike,
    units: ArrayLike,
    *,
    covariates: Mapping[str, ArrayLike] | None = None,
    prior_reliability: float | None = None,
    rules: Rules | None = None,
) -> ValueAdded:
    """Compare each unit's pupils with pupils elsewhere who had the same earlier scores (增值).

    Parameters
    ----------
    current : shape (n,). Score now; NaN where a pupil has none: such pupils count nowhere.
    prior : shape (n,) or (n, n_earlier). Earlier scores, standardised within cohort if cohorts sat different
        tests; NaN where not matched.
    units : shape (n,). School, or class under a label of its own.
    covariates : name → shape (n,). What else is held alike.
    prior_reliability : 0 to 1. Reliability of the one earlier score; a noisy start otherwise makes schools with
        weak intakes look worse than they are.
    rules : who is shown, and from how many units a mixed model is used.

    Units matched too thinly take no part in the estimate; units with few pupils do, but are not shown.

    Raises
    ------
    CannotEstimate
        Fewer than two units left, reliability without meaning, or columns that say the same.

    References
    ----------
    domain rules: only matched pupils, at least 80 % of them, at least 20 a unit, three words and no ranks.
    Raudenbush & Bryk (2002), Hierarchical Linear Models, 2nd ed., chapter 5.
    """
    rules = rules or Rules()
    y = np.asarray(current, dtype=float)
    x = np.asarray(prior, dtype=float).reshape(len(y), -1)
    extra = covariates or {}
    table = np.column_stack([x, *(np.asarray(column, dtype=float) for column in extra.values())])
    labels = encode(units)
    sat = np.isfinite(y) & (labels.codes >= 0)
    complete = sat & np.isfinite(table).all(1)
    n_units = len(labels.levels)
    pupils = np.bincount(labels.codes[sat], minlength=n_units)
    matched = np.bincount(labels.codes[complete], minlength=n_units)
    present = pupils > 0
    reason = withheld(matched[present], pupils[present], rules)
    usable = present & (matched > 0) & (matched >= rules.min_match * pupils)
    if usable.sum() < 2:
        raise CannotEstimate(
            f"{int(present.sum())} 个单位里只有 {int(usable.sum())} 个的学生两次成绩匹配率达到"
            f" {rules.min_match:.0%}，无法比较。请核对两次考试的学籍号。"
        )
    used = complete & usable[labels.codes]
    y, table, codes = y[used], table[used], labels.codes[used]
    if prior_reliability is not None:
        if x.shape[1] != 1:
            raise CannotEstimate(f"给出了信度，但有 {x.shape[1]} 次前测。按信度校正只用于一次前测。")
        table[:, 0] = expected_true_prior(table[:, 0], codes, prior_reliability)
    names = [f"前测{k + 1}" for k in range(x.shape[1])] + list(extra)
    estimate = _by_mixed_model if usable.sum() >= rules.min_units else _by_residuals
    effect, sd, lo, hi, reliability, icc, notes = estimate(y, table, codes, n_units, names, rules.level)
    shown = np.array([not why for why in reason])
    effect, sd, lo, hi, reliability = (
        np.where(shown, column[present], np.nan) for column in (effect, sd, lo, hi, reliability)
    )
    return ValueAdded(
        units=labels.levels[present],
        pupils=pupils[present],
        matched=matched[present],
        effect=effect,
        sd=sd,
        lo=lo,
        hi=hi,
        verdict=verdicts(lo, hi),
        reliability=reliability,
        reason=reason,
        method="hlm" if estimate is _by_mixed_model else "ols",
        icc=icc,
        notes=(*notes, "一年的增值不稳定，不能单独作为奖惩依据；请看三年滚动。"),
    )


Estimate = tuple[Array, Array, Array, Array, Array, float, tuple[str, ...]]


def _by_mixed_model(
    y: Array, table: Array, codes: NDArray, n: int, names: list[str], level: float
) -> Estimate:
    X = np.column_stack([np.ones(len(y)), table])
    fit = mixed_model(y, X, {"单位": codes}, columns=["常数", *names])
    if not fit.converged:
        raise CannotEstimate(fit.notes[0])
    there, effects, conditional = fit.effects["单位"]
    between = float(fit.components["单位"][0, 0])
    effect, sd, reliability = np.full((3, n), np.nan)
    effect[there], sd[there] = effects, fit.effect_errors["单位"]
    reliability[there] = 1 - conditional**2 / between if between > 0 else 0.0
    half = float(ndtri((1 + level) / 2)) * sd
    return effect, sd, effect - half, effect + half, reliability, fit.icc["单位"], fit.notes


def _by_residuals(y: Array, table: Array, codes: NDArray, n: int, names: list[str], level: float) -> Estimate:
    result = residual_value_added(y, table, codes, level=level, columns=names)
    effect, sd, lo, hi, reliability = np.full((5, n), np.nan)
    there = result.units
    effect[there], sd[there], lo[there], hi[there] = result.effect, result.se, result.lo, result.hi
    return effect, sd, lo, hi, reliability, float("nan"), ()
