"""A pupil's ability from answers to items whose parameters are known.

Item parameters are taken as exact: their errors are not in the errors here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from zhiheng.core.irt.ability_distribution import Abilities
from zhiheng.core.irt.estimation import State, table_of
from zhiheng.core.irt.information import information_of
from zhiheng.core.irt.items import Array, Items, curves
from zhiheng.core.irt.posterior import Rows, in_chunks, posterior_moments
from zhiheng.core.irt.responses import as_matrix, sheets_of

EAP, MAP, WLE = "eap", "map", "wle"
FARTHEST = 20.0
"""No ability is looked for beyond."""
TINY = 1e-12
"""Information so far out that nothing is left of it."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Ability of each pupil and its standard error; shapes (n_pupils,).

    NaN for who answered nothing, and where the search for a peak found none.
    """

    theta: Array
    se: Array


def measure(
    items: Items, responses: ArrayLike, *, method: str = EAP, mean: float = 0.0, sd: float = 1.0
) -> Measures:
    """Estimate the ability of pupils from their answers to calibrated items.

    eap, the mean of what the answers leave possible, and map, the likeliest, are drawn towards the `mean` of
    the pupils, the more so the fewer items: fair for a group, never for a comparison with a fixed line. wle
    (weighted likelihood) is not drawn and nearly unbiased; use it for a single pupil or to compare with a line.

    Parameters
    ----------
    items : calibrated items (`IrtFit.items`).
    responses : shape (n_pupils, n_items), marks; NaN for no answer.
    method : "eap", "map" or "wle".
    mean, sd : of ability among these pupils; wle does not use them.

    Raises
    ------
    CannotCalibrate
        A mark the item did not have when calibrated.
    ValueError
        Unknown method.

    References
    ----------
    Bock & Mislevy (1982), Applied Psychological Measurement 6, 431-444 (eap).
    Warm (1989), Psychometrika 54, 427-450 (wle); Penfield & Bergeron (2005), APM 29, 218-233 (more categories).
    """
    if method not in (EAP, MAP, WLE):
        raise ValueError(f"unknown method {method!r}; known are eap, map, wle")
    x = as_matrix(responses)
    sheets = sheets_of(x, items, np.zeros(len(x), dtype=np.int64), 1, np.ones(len(x)))
    if method == EAP:
        theta, se = _mean_of_posterior(items, sheets.rows, mean, sd)
    else:
        prior = (mean, 1 / sd**2) if method == MAP else None
        found = in_chunks(lambda part: np.array(_peak(items, sheets.rows[part], prior)), len(sheets.rows))
        theta, se = np.concatenate([np.empty((2, 0)), *found], axis=1)
    nobody = sheets.sheet_of < 0
    spread = (np.append(of_sheets, np.nan)[sheets.sheet_of] for of_sheets in (theta, se))
    return Measures(*(np.where(nobody, np.nan, of_pupils) for of_pupils in spread))


def _mean_of_posterior(items: Items, rows: Rows, mean: float, sd: float) -> tuple[Array, Array]:
    grid = np.linspace(mean - 6 * sd, mean + 6 * sd, 121)
    state = State(items, Abilities(np.array([mean]), np.array([sd]), grid, sd_free=False))
    return posterior_moments(table_of(state, curves(items, grid)), rows, grid)


def _peak(items: Items, rows: Rows, prior: tuple[float, float] | None) -> tuple[Array, Array]:
    """Fisher scoring to the peak of posterior (prior: mean, precision) or weighted likelihood (no prior)."""
    theta, information = np.zeros(len(rows)), np.full(len(rows), np.nan)
    going = np.arange(len(rows))
    for turn in range(200):
        score, information[going] = _score(items, rows[going], theta[going], prior)
        # Whoever still swings to and fro takes shorter steps.
        step = np.clip(score / information[going], -1, 1) * 0.5 ** min(turn // 20, 3)
        theta[going] = np.clip(theta[going] + step, -FARTHEST, FARTHEST)
        going = going[(np.abs(step) > 1e-8) & (np.abs(theta[going]) < FARTHEST)]
        if not len(going):
            break
    theta[going] = information[going] = np.nan
    return theta, 1 / np.sqrt(information)


def _score(items: Items, rows: Rows, theta: Array, prior: tuple[float, float] | None) -> tuple[Array, Array]:
    """Slope of the criterion at each pupil's θ, and information; shapes (n_pupils,)."""
    at = curves(items, theta)
    lean = at.by_theta * at.twice_by_theta / at.p  # Warm's J by category
    given = rows[:, 1:].T - 1  # (n_items, n_pupils)
    answered = given < len(at.p)
    row = np.where(answered, given, 0)
    pupil = np.arange(len(rows))
    score = np.where(answered, (at.by_theta / at.p)[row, pupil], 0).sum(axis=0)
    information = np.where(answered, information_of(items, at), 0).sum(axis=0) + TINY
    if prior is None:
        bias = np.where(answered, np.add.reduceat(lean, items.start), 0).sum(axis=0)
        return score + bias / (2 * information), information
    mean, precision = prior
    return score - (theta - mean) * precision, information + precision
