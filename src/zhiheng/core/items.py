"""Classical item analysis of one paper: how hard, how telling, how dependable; which key looks wrong.

No item response theory here, and no tables of schools; arrays of one paper in, frozen results out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.rounding import half_up

Array = NDArray[np.float64]

OMIT = ""
"""The option of a pupil who chose nothing."""


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """What item analysis says of one paper. Arrays have shape (n_items,).

    Attributes
    ----------
    facility : mean over full mark, 0 to 1; high is easy (难度系数).
    item_rest_r : correlation with the sum of the other items; NaN where a side has no spread.
    discrimination_27 : (mean of the high group − mean of the low group)/full mark, −1 to 1.
    n_high, n_low : pupils in those groups, everybody tied at the cut included.
    alpha : Cronbach's α; NaN below two items or without spread in the totals.
    split_half : odd against even items, stepped up by Spearman-Brown.
    sem : standard error of measurement of the total, in marks.
    n_used : pupils with a mark in every item; only they are analysed.
    """

    facility: Array
    item_rest_r: Array
    discrimination_27: Array
    n_high: int
    n_low: int
    alpha: float
    split_half: float
    sem: float
    n_used: int


@dataclass(frozen=True, slots=True)
class OptionTable:
    """Who chose what in one item; arrays have one element per option, sorted by option.

    `mean_rest` is the mean share of the rest of the paper earned by those who chose the option.
    """

    option: tuple[str, ...]
    count: NDArray[np.int64]
    share: Array
    high_share: Array
    low_share: Array
    mean_rest: Array
    is_key: NDArray[np.bool_]
    n_high: int


def item_analysis(responses: ArrayLike, max_marks: ArrayLike, *, share: float = 0.27) -> ItemAnalysis:
    """Analyse the items of one paper.

    Parameters
    ----------
    responses : shape (n_pupils, n_items)
        Marks earned; NaN where there is none. Rows with a NaN are left out.
    max_marks : shape (n_items,)
        Full mark of each item, same unit.
    share : size of the high and the low group, as a share of the pupils.

    Raises
    ------
    ValueError
        Shapes do not fit, or a full mark is not positive.

    References
    ----------
    Kelley (1939), J. Educ. Psych. 30, 17-24 (27 %); Cronbach (1951), Psychometrika 16, 297-334.
    """
    x, full = np.asarray(responses, dtype=float), np.asarray(max_marks, dtype=float)
    if x.ndim != 2 or full.shape != x.shape[1:]:
        raise ValueError(f"responses have shape {x.shape}, max_marks {full.shape}")
    if not (full > 0).all():
        raise ValueError("every full mark must be positive")
    x = x[~np.isnan(x).any(axis=1)]
    n, k = x.shape
    if n == 0:
        nothing = np.full(k, np.nan)
        return ItemAnalysis(nothing, nothing, nothing, 0, 0, np.nan, np.nan, np.nan, 0)
    total = x.sum(axis=1)
    high, low = extreme_groups(total, share)
    covariance = ((x - x.mean(axis=0)) * (total - total.mean())[:, None]).sum(axis=0)
    spread, total_spread = ((x - x.mean(axis=0)) ** 2).sum(axis=0), float(((total - total.mean()) ** 2).sum())
    alpha = cronbach_alpha(spread, total_spread)
    halves = x[:, ::2].sum(axis=1), x[:, 1::2].sum(axis=1)
    return ItemAnalysis(
        facility=x.mean(axis=0) / full,
        item_rest_r=item_rest_correlation(spread, total_spread, covariance),
        discrimination_27=(x[high].mean(axis=0) - x[low].mean(axis=0)) / full,
        n_high=int(high.sum()),
        n_low=int(low.sum()),
        alpha=alpha,
        split_half=spearman_brown(float(halves[0].var()), float(halves[1].var()), total_spread / n),
        sem=measurement_error(total_spread, n, alpha),
        n_used=n,
    )


def extreme_groups(total: ArrayLike, share: float = 0.27) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks of the high and the low group by total: round_half_up(share·n) pupils and all tied with the last."""
    total = np.asarray(total, dtype=float)
    size = extreme_size(len(total), share)
    if size == 0:
        nobody = np.zeros(len(total), dtype=bool)
        return nobody, nobody
    ordered = np.sort(total)
    return total >= ordered[-size], total <= ordered[size - 1]


def extreme_size(n: int, share: float = 0.27) -> int:
    """round_half_up(share·n), at least 1 where there is anybody. The share is read to four decimals."""
    return max((2 * n * round(share * 10_000) + 10_000) // 20_000, min(n, 1))


def cronbach_alpha(item_spread: ArrayLike, total_spread: float) -> float:
    """k/(k − 1)·(1 − Σsᵢ²/s_T²) from sums of squared deviations; NaN below two items or without spread."""
    spread = np.asarray(item_spread, dtype=float)
    k = len(spread)
    if k < 2 or not total_spread > 0:
        return float("nan")
    return float(k / (k - 1) * (1 - spread.sum() / total_spread))


def item_rest_correlation(spread: ArrayLike, total_spread: ArrayLike, covariance: ArrayLike) -> Array:
    """Correlation of an item with the total less the item, from sums of squares and products.

    `spread` of the items, `total_spread` of the total, `covariance` between them, all about the mean.
    """
    spread, total_spread, covariance = (
        np.asarray(a, dtype=float) for a in (spread, total_spread, covariance)
    )
    rest_spread = total_spread + spread - 2 * covariance
    # A rest that never varies leaves rounding noise, not a spread.
    still = (spread <= 0) | (rest_spread <= 1e-12 * np.maximum(total_spread, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(still, np.nan, (covariance - spread) / np.sqrt(spread * rest_spread))


def spearman_brown(half_a: float, half_b: float, total: float) -> float:
    """Reliability of the whole from two halves: 2r/(1 + r), from their variances and the total's."""
    if not (half_a > 0 and half_b > 0):
        return float("nan")
    r = (total - half_a - half_b) / 2 / np.sqrt(half_a * half_b)
    return float(2 * r / (1 + r)) if r > -1 else float("nan")


def measurement_error(total_spread: float, n: int, alpha: float) -> float:
    """sd·√(1 − α) in marks, with the sample sd of the totals; NaN where α is not known or above 1."""
    if n < 2 or not alpha <= 1:
        return float("nan")
    return float(np.sqrt(total_spread / (n - 1) * (1 - alpha)))


def option_table(
    options: Sequence[str], key: str, rest_share: ArrayLike, high: ArrayLike, low: ArrayLike
) -> OptionTable:
    """Count the options of one choice item.

    Parameters
    ----------
    options : what each pupil chose, `OMIT` for nothing; shape (n_pupils,)
    key : the right option.
    rest_share : share of the other items' marks each pupil earned, 0 to 1.
    high, low : masks of the extreme groups (`extreme_groups`).
    """
    chosen, rest = np.asarray(options, dtype=str), np.asarray(rest_share, dtype=float)
    high, low = np.asarray(high, dtype=bool), np.asarray(low, dtype=bool)
    names = tuple(sorted({*chosen.tolist(), key}))
    who = np.array([chosen == name for name in names])  # (n_options, n_pupils)
    count = who.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return OptionTable(
            option=names,
            count=count,
            share=count / len(chosen),
            high_share=(who & high).sum(axis=1) / high.sum(),
            low_share=(who & low).sum(axis=1) / low.sum(),
            mean_rest=(who * rest).sum(axis=1) / count,
            is_key=np.array([name == key for name in names]),
            n_high=int(high.sum()),
        )


def facility_word(facility: float, *, easy: float = 0.7, hard: float = 0.4) -> str:
    """易 from `easy` up, 难 below `hard`, 中 between; "" where there is no facility."""
    if np.isnan(facility):
        return ""
    return "易" if facility >= easy else "中" if facility >= hard else "难"


def discrimination_word(discrimination: float) -> str:
    """Ebel's judgement of an item: from .40 很好, from .30 良好, from .20 宜修改, below 宜淘汰; "" for NaN.

    References
    ----------
    Ebel & Frisbie (1991), Essentials of Educational Measurement, 5th ed., 232.
    """
    if np.isnan(discrimination):
        return ""
    for least, word in ((0.40, "很好"), (0.30, "良好"), (0.20, "宜修改")):
        # Printed to two places, so .395 is .40.
        if half_up(discrimination, 2) >= least:
            return word
    return "宜淘汰"


FEWEST_IN_HIGH_GROUP = 10
"""Below this a preference of the high group is an anecdote."""
NOTABLE = 1.645
"""Standard errors by which the high group must prefer the wrong option (one-sided 5 %)."""


def suspect_keys(table: OptionTable) -> str:
    """Say in Chinese why the key of an item looks wrong; "" where it does not.

    A key is suspected only when all hold: the high group chooses one wrong option more often than the key, by more
    than chance; the high group chooses that option more often than the low group does (a good distractor is
    the other way round); and those who chose it earned more elsewhere than those who chose the key. A hard
    item whose distractor attracts the weak is not suspected. It is a reason to look, not a verdict.
    """
    wrong = ~table.is_key & np.array([name != OMIT for name in table.option])
    if table.n_high < FEWEST_IN_HIGH_GROUP or not wrong.any() or not table.is_key.any():
        return ""
    key = int(np.flatnonzero(table.is_key)[0])
    rival = int(max(np.flatnonzero(wrong), key=lambda place: (table.high_share[place], -place)))
    ahead = table.high_share[rival] - table.high_share[key]
    both = table.high_share[rival] + table.high_share[key]
    error = np.sqrt(max(both - ahead**2, 0) / table.n_high)
    rest_of_key = table.mean_rest[key] if table.count[key] else -np.inf
    if not (
        ahead > NOTABLE * error
        and table.high_share[rival] > table.low_share[rival]
        and table.mean_rest[rival] > rest_of_key
    ):
        return ""
    return (
        f"高分组选 {table.option[rival]} 的占 {_percent(table.high_share[rival])}，"
        f"选标准答案 {table.option[key]} 的只占 {_percent(table.high_share[key])}；"
        f"选 {table.option[rival]} 的学生其余题目得分也更高，请核对答案"
    )


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"
