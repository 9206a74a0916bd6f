"""Calibrate a test: from pupils' answers to item parameters, their errors, and each pupil's ability."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from zhiheng.core.irt.calibrated import (
    HALF_WIDTH,
    MOST,
    NODES,
    TOLERANCE,
    Calibration,
    calibrated,
    items_of,
)
from zhiheng.core.irt.errors import ParameterErrors, parameter_errors
from zhiheng.core.irt.estimation import ONE_IN_FIVE, GuessingPrior, State, table_of
from zhiheng.core.irt.items import Array, curves
from zhiheng.core.irt.posterior import expected_counts, posterior_moments
from zhiheng.core.irt.responses import Sheets, as_matrix, model_of_each, sheets_of


@dataclass(frozen=True)
class IrtFit(Calibration):
    """A calibrated test with the pupils it rests on. Errors and abilities are computed when first asked for.

    Attributes
    ----------
    sheets : the coded answers. The others are those of `Calibration`.
    """

    sheets: Sheets

    @cached_property
    def se(self) -> ParameterErrors:
        """Standard errors of a, b, c, d and of the groups' means and spreads."""
        return parameter_errors(State(self.items, self.abilities), self.sheets, self.prior)

    @property
    def eap(self) -> Array:
        """Expected ability of each pupil given the answers; NaN for who answered nothing or counts for nothing."""
        return self._moments[0]

    @property
    def eap_se(self) -> Array:
        """Standard deviation of that ability given the answers."""
        return self._moments[1]

    @property
    def reliability(self) -> float:
        """Share of the variance of estimated abilities (eap) that is not error, 0 to 1.

        Of the pupils calibrated, each counted once whatever their weight.

        References
        ----------
        Bock & Mislevy (1982), Applied Psychological Measurement 6, 431-444.
        """
        true = float(np.nanvar(self.eap, ddof=1))
        return true / (true + float(np.nanmean(self.eap_se**2)))

    @cached_property
    def _moments(self) -> tuple[Array, Array]:
        state = State(self.items, self.abilities)
        table = table_of(state, curves(self.items, self.abilities.theta))
        of_sheets = posterior_moments(table, self.sheets.rows, self.abilities.theta)
        nobody = self.sheets.sheet_of < 0
        mean, sd = (np.where(nobody, np.nan, moment[self.sheets.sheet_of]) for moment in of_sheets)
        return mean, sd


def fit_irt(
    responses: ArrayLike,
    *,
    model: str | Sequence[str],
    names: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    prior: GuessingPrior = ONE_IN_FIVE,
    nodes: int = NODES,
    half_width: float = HALF_WIDTH,
    tolerance: float = TOLERANCE,
    most: int = MOST,
) -> IrtFit:
    """Calibrate a test by marginal maximum likelihood (项目反应理论).

    b = 0.5 reads: a pupil half a standard deviation above the average has an even chance at this step (2pl).
    a says how sharply the item tells pupils around b apart. Abilities θ are on a scale where the pupils of
    the first group have mean 0 and, unless all slopes are fixed, standard deviation 1. They describe this
    test: tests are comparable only after linking.

    Parameters
    ----------
    responses : shape (n_pupils, n_items)
        Marks earned; NaN for no answer, left out as if the item had not been given. Marks that nobody earned
        are no category: an item marked 0 to 10 where only 0, 5 and 10 occur has three.
    model : one name for all items, or one for each
        "rasch" (1pl), "2pl", "3pl" for two marks; "grm" (graded), "pcm", "gpcm" for two or more.
    names : how errors call the items; default 第 1 题, 第 2 题, …
    weights : shape (n_pupils,), how often each pupil counts; default 1.
    groups : shape (n_pupils,), labels; items are the same for all groups, mean and spread of ability differ.
    prior : of the 3pl asymptote.
    nodes, half_width : grid of θ, equally spaced on ±half_width. It widens by itself, keeping the spacing,
        where four standard deviations of a group do not fit on it.
    tolerance : the climb ends when the next step moves no parameter by more.
    most : steps after which it ends unconverged.

    Raises
    ------
    CannotCalibrate
        Chinese sentence: an item without answers or without differences, or marks the model cannot take.
    ValueError
        Shapes do not fit, or a model is unknown.

    References
    ----------
    Bock & Aitkin (1981), Psychometrika 46, 443-459. Samejima (1969), Psychometrika Monograph 17 (grm).
    Muraki (1992), Applied Psychological Measurement 16, 159-176 (gpcm). Masters (1982), Psychometrika 47,
    149-174 (pcm).
    """
    x = as_matrix(responses)
    n_pupils, n_items = x.shape
    labels = tuple(names) if names is not None else tuple(f"第 {k} 题" for k in range(1, n_items + 1))
    w = np.ones(n_pupils) if weights is None else np.asarray(weights, dtype=float)
    group_names, group = np.unique(
        np.zeros(n_pupils) if groups is None else np.asarray(groups), return_inverse=True
    )
    if len(labels) != n_items or w.shape != (n_pupils,) or group.shape != (n_pupils,):
        raise ValueError(f"names, weights or groups do not fit responses of shape {x.shape}")
    if not (w >= 0).all():
        raise ValueError("weights must not be negative or NaN")
    models = model_of_each(model, n_items)
    counts = w > 0
    tallies = [_tally(answers, w[counts]) for answers in x[counts].T]
    blank = items_of(tallies, models, labels)
    sheets = sheets_of(x, blank, group, len(group_names), w)
    found = calibrated(
        lambda table: expected_counts(table, sheets.rows, sheets.weights),
        blank,
        tallies,
        group_names=[str(name) for name in group_names],
        n_used=float(sheets.weights.sum()),
        prior=prior,
        nodes=nodes,
        half_width=half_width,
        tolerance=tolerance,
        most=most,
    )
    return IrtFit(**vars(found), sheets=sheets)


def _tally(answers: Array, weights: Array) -> dict[float, float]:
    """Marks that occur, ascending, and the weight of the pupils who earned each."""
    answered = ~np.isnan(answers)
    marks = np.unique(answers[answered])
    pupils = np.bincount(np.searchsorted(marks, answers[answered]), weights[answered])
    return dict(zip(marks.tolist(), pupils.tolist(), strict=True))
