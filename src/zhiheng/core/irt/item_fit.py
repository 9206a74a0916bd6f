"""Whether an item behaves as its model says.

A misfit is a reason to read the item again, not a reason to drop it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from zhiheng.core.irt.ability_distribution import Abilities
from zhiheng.core.irt.information import marks_of
from zhiheng.core.irt.items import Array, Items, curves
from zhiheng.core.irt.posterior import in_chunks
from zhiheng.core.irt.responses import CannotCalibrate, as_matrix, sheets_of

LEAST_EXPECTED = 1.0
"""Cells are joined until this many pupils are expected in each."""


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Shapes (n_items,). 1 is as the model says; above 1 noisier, below 1 more regular than the model.

    `infit` weighs pupils near the item most; `outfit` shows surprises far from it (guessing, slips). Abilities
    estimated from few items follow the answers, so all values then run below 1: compare items with each other.
    """

    infit: Array
    outfit: Array
    n: NDArray[np.int64]


def mean_squares(items: Items, responses: ArrayLike, theta: ArrayLike) -> MeanSquares:
    """Infit and outfit of each item from pupils' marks and abilities.

    Parameters
    ----------
    responses : shape (n_pupils, n_items), marks; NaN for no answer.
    theta : shape (n_pupils,), abilities (wle); pupils with NaN are left out.

    References
    ----------
    Wright & Masters (1982), Rating Scale Analysis, ch. 5.
    """
    x, ability = as_matrix(responses), np.asarray(theta, dtype=float)
    x, ability = x[~np.isnan(ability)], ability[~np.isnan(ability)]
    marks = marks_of(items)[:, None]

    def of_chunk(part: slice) -> Array:
        p, given = curves(items, ability[part]).p, x[part].T  # (n_rows, n), (n_items, n)
        expected = np.add.reduceat(marks * p, items.start)
        variance = np.add.reduceat(marks**2 * p, items.start) - expected**2
        squared = (given - expected) ** 2
        parts = (squared, np.where(np.isnan(given), np.nan, variance), squared / variance)
        return np.array([np.nansum(part, axis=1) for part in parts])

    squared, variance, standardized = np.sum(
        [np.zeros((3, x.shape[1])), *in_chunks(of_chunk, len(x))], axis=0
    )
    n = (~np.isnan(x)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return MeanSquares(infit=squared / variance, outfit=standardized / n, n=n)


@dataclass(frozen=True, slots=True)
class ScoreFit:
    """S-X² of each item: shapes (n_items,). A small `p` says that pupils of equal total do not answer as modelled.

    NaN where no degree of freedom is left. `n` is the number of pupils with all answers.
    """

    statistic: Array
    df: NDArray[np.int64]
    p: Array
    n: int

    @property
    def rmsea(self) -> Array:
        """Size of the misfit, which does not grow with n as the statistic does.

        Simulated with 12 and 25 items: an item whose curve stays flat or turns back .04 to .05, guessing alone .02.

        References
        ----------
        Kunina-Habenicht, Rupp & Wilhelm (2009), Studies in Educational Evaluation 35, 64-70.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.sqrt(np.maximum(0.0, (self.statistic / self.df - 1) / (self.n - 1)))


def score_fit(items: Items, responses: ArrayLike, abilities: Abilities) -> ScoreFit:
    """Compare what pupils of each total earn on an item with what the model expects of that total.

    Parameters
    ----------
    responses : shape (n_pupils, n_items), marks; only pupils with all answers count.
    abilities : distribution of ability (`IrtFit.abilities`), one group.

    Raises
    ------
    CannotCalibrate
        Nobody answered every item, or a mark was none when the items were calibrated.
    ValueError
        More than one group: the totals of a mixture are another matter.

    References
    ----------
    Orlando & Thissen (2000), Applied Psychological Measurement 24, 50-64; Kang & Chen (2008), JEM 45, 391-406;
    totals by Lord & Wingersky (1984), APM 8, 453-461. Totals are of category numbers 0, 1, 2, …
    """
    if len(abilities.mean) != 1:
        raise ValueError(f"{len(abilities.mean)} groups; the fit of items is judged in one")
    x = as_matrix(responses)
    x = x[~np.isnan(x).any(axis=1)]
    if not len(x):
        raise CannotCalibrate("没有一名学生答完全部题目，无法检验题目与模型是否吻合。")
    sheets = sheets_of(x, items, np.zeros(len(x), dtype=np.int64), 1, np.ones(len(x)))
    given = sheets.rows[sheets.sheet_of, 1:] - 1 - items.start
    total, highest = given.sum(axis=1), int((items.n_categories - 1).sum())
    p = np.split(curves(items, abilities.theta).p, items.start[1:])
    weights = abilities.weights()[0]
    found = [
        _chi_square(_observed(given[:, j], total, len(p[j]), highest), _expected(p, j, weights, total))
        for j in range(len(p))
    ]
    statistic = np.array([value for value, _ in found])
    df = np.array([cells for _, cells in found]) - items.free.sum(axis=1)
    known = df > 0
    return ScoreFit(
        statistic=np.where(known, statistic, np.nan),
        df=df,
        p=np.where(known, chi2.sf(statistic, np.maximum(df, 1)), np.nan),
        n=len(x),
    )


def score_distribution(p: list[Array]) -> Array:
    """Chance of each total of category numbers at each node; shape (highest total + 1, n_nodes).

    `p` holds one (n_categories, n_nodes) table an item.
    """
    chance = np.ones((1, p[0].shape[1] if p else 1))
    for item in p:
        longer = np.zeros((len(chance) + len(item) - 1, chance.shape[1]))
        for category, share in enumerate(item):
            longer[category : category + len(chance)] += share * chance
        chance = longer
    return chance


def _expected(p: list[Array], item: int, weights: Array, total: NDArray[np.int64]) -> Array:
    """Pupils expected in each category among those with each total; shape (highest total + 1, n_categories)."""
    rest = score_distribution([*p[:item], *p[item + 1 :]])
    joint = np.zeros((len(rest) + len(p[item]) - 1, len(p[item])))
    for category, share in enumerate(p[item]):
        joint[category : category + len(rest), category] = (rest * share) @ weights
    pupils = np.bincount(total, minlength=len(joint))[:, None]
    return joint / joint.sum(axis=1, keepdims=True) * pupils


def _observed(
    category: NDArray[np.int64], total: NDArray[np.int64], n_categories: int, highest: int
) -> Array:
    table = np.zeros((highest + 1, n_categories))
    np.add.at(table, (total, category), 1)
    return table


def _chi_square(observed: Array, expected: Array) -> tuple[float, int]:
    """Pearson's statistic and free cells, after joining sparse totals and then sparse categories."""
    tables: list[Array] = []
    gathered = np.zeros((2, expected.shape[1]))
    # The lowest and the highest total leave no choice of category.
    for score in range(1, len(expected) - 1):
        gathered = gathered + np.stack((observed[score], expected[score]))
        if len(_joined(*gathered)) > 1:
            tables.append(gathered)
            gathered = np.zeros_like(gathered)
    if tables:
        tables[-1] = tables[-1] + gathered
    cells = [_joined(*table) for table in tables]
    statistic = sum(float(((c[:, 0] - c[:, 1]) ** 2 / c[:, 1]).sum()) for c in cells)
    return statistic, sum(len(c) - 1 for c in cells)


def _joined(seen: Array, hoped: Array) -> Array:
    """Neighbouring categories joined until each is expected often enough; shape (n_cells, 2)."""
    cells: list[Array] = []
    open_cell = np.zeros(2)
    for pair in np.column_stack((seen, hoped)):
        open_cell = open_cell + pair
        if open_cell[1] >= LEAST_EXPECTED:
            cells.append(open_cell)
            open_cell = np.zeros(2)
    if cells:
        cells[-1] = cells[-1] + open_cell
    return np.array(cells).reshape(-1, 2)
