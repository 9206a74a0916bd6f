"""Standard errors of item parameters, from the observed information of the marginal likelihood."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiheng.core.compiled import compiled
from zhiheng.core.irt.estimation import GuessingPrior, State, gradient, table_of
from zhiheng.core.irt.items import GRADED, THREE_PL, Array, asymptotes, curves, locations, one_step_flat
from zhiheng.core.irt.posterior import Counts, Rows, expected_counts, in_chunks, posteriors
from zhiheng.core.irt.responses import Sheets

FAINT = 1e-9
"""Nodes a pupil is less likely at add nothing an error could show."""


@dataclass(frozen=True, slots=True)
class ParameterErrors:
    """Standard errors; NaN where a parameter is fixed, or where the information is not positive definite.

    Attributes
    ----------
    a, c : shape (n_items,). b, d : shape as in `IrtFit`.
    mean, sd : shape (n_groups,).
    covariance : of the free parameters as `State.vector` lines them up (slope and intercepts of one item after
        another, then mean and log spread of the groups).
    """

    a: Array
    b: Array
    c: Array
    d: Array
    mean: Array
    sd: Array
    covariance: Array


def parameter_errors(state: State, sheets: Sheets, prior: GuessingPrior) -> ParameterErrors:
    """Errors of a calibration whose pupils are here; see `errors_from`."""
    counts = expected_counts(_table(state), sheets.rows, sheets.weights)
    return errors_from(state, counts, lost_information(state, sheets), prior)


def errors_from(state: State, counts: Counts, lost: Array, prior: GuessingPrior) -> ParameterErrors:
    """Errors from the information pupils' answers give: what they would give were ability known, less what is lost.

    Parameters
    ----------
    counts : of all pupils at `state`. lost : `lost_information`, of all pupils. Both add over parts of them.

    References
    ----------
    Louis (1982), JRSS B 44, 226-233.
    """
    covariance = _inverse(_known_ability(state, counts, prior) - lost)
    items, abilities = state.items, state.abilities
    n_free = int(items.free.sum())
    variance = np.diag(covariance)
    raw, of_groups = np.full(items.parameters.shape, np.nan), np.full((len(abilities.mean), 2), np.nan)
    raw[items.free], of_groups[abilities.free] = np.split(np.sqrt(variance), [n_free])
    c = asymptotes(items)
    return ParameterErrors(
        a=raw[:, 0],
        b=one_step_flat(_location_errors(state, covariance)),
        c=raw[:, -1] * c * (1 - c),
        d=one_step_flat(raw[:, 1:-1]),
        mean=of_groups[:, 0],
        sd=of_groups[:, 1] * abilities.sd,
        covariance=covariance,
    )


def _inverse(information: Array) -> Array:
    """Inverse of a positive definite matrix; NaN where it is none, as at a point that is no maximum."""
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return np.full_like(information, np.nan)
    return np.asarray(np.linalg.inv(information))


def _known_ability(state: State, counts: Counts, prior: GuessingPrior, nudge: float = 1e-5) -> Array:
    """Minus the second derivative of the expected complete log-likelihood, by central differences of its gradient."""
    theta = state.abilities.theta

    def slope(vector: Array) -> Array:
        moved = state.moved_to(vector)
        return gradient(moved, curves(moved.items, theta), counts, prior)

    owner, column = _owners(state)
    information = np.zeros((len(owner), len(owner)))
    # Items do not touch each other here, so one column of all of them is nudged at once.
    for nudged in (column == each for each in np.unique(column)):
        up, down = (slope(state.vector + sign * nudge * nudged) for sign in (1, -1))
        change = (down - up) / (2 * nudge)
        for place in np.flatnonzero(nudged):
            together = owner == owner[place]
            information[together, place] = change[together]
    return (information + information.T) / 2


def _owners(state: State) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Owner (items, then groups) and column of every free parameter; shapes (n_free,)."""
    item, column = np.nonzero(state.items.free)
    group, which = np.nonzero(state.abilities.free)
    return np.concatenate((item, len(state.items.names) + group)), np.concatenate((column, which))


def lost_information(state: State, sheets: Sheets) -> Array:
    """Information lost because ability is not seen: the spread of the score given each pupil's answers, summed.

    Shape (n_free, n_free). Sums of parts of the pupils add up.
    """
    table = _table(state)
    slopes, target = _scores(state)
    size = len(state.vector)

    def by(pupils: slice) -> Array:
        rows = sheets.rows[pupils]
        return _lost_by(rows, sheets.weights[pupils], posteriors(table, rows), slopes, target, size)

    lost = np.zeros((size, size))
    for part in in_chunks(by, len(sheets.rows)):
        lost += part
    return lost + np.triu(lost, 1).T


def _table(state: State) -> Array:
    return table_of(state, curves(state.items, state.abilities.theta))


def _scores(state: State) -> tuple[Array, NDArray[np.int64]]:
    """Derivative of the log of every row of the table, and which free parameters they are by.

    Shapes (n_rows, n_nodes, q) and (n_rows, q); −1 where a row has no such parameter.
    """
    items, abilities = state.items, state.abilities
    n_groups, n_rows, q = len(abilities.mean), int(items.n_categories.sum()), items.parameters.shape[1]
    place = np.full((len(items.names) + n_groups, q), -1)
    owner, column = _owners(state)
    place[owner, column] = np.arange(len(owner))
    slopes = np.zeros((n_groups + n_rows + 1, len(abilities.theta), q))
    slopes[:n_groups, :, :2] = abilities.scores().transpose(1, 2, 0)
    slopes[n_groups:-1] = curves(items, abilities.theta).slope.transpose(1, 2, 0)
    of_items = np.repeat(place[: len(items.names)], items.n_categories, axis=0)
    return slopes, np.concatenate((place[len(items.names) :], of_items, np.full((1, q), -1)))


@compiled
def _lost_by(
    rows: Rows, weights: Array, post: Array, slopes: Array, target: NDArray[np.int64], size: int
) -> Array:
    """Upper triangle of the posterior covariances of the scores, summed over pupils; shape (size, size).

    Own loops and not a matrix product: threads of a BLAS under our threads hinder each other.
    """
    lost = np.zeros((size, size))
    scores = np.empty((post.shape[1] + 4, size))  # at likely nodes, times the root of weight × posterior
    for i in range(len(rows)):
        mean = np.zeros(size)
        scores[:] = 0
        likely = 0
        for k in range(post.shape[1]):
            if post[i, k] <= FAINT:
                continue
            root = np.sqrt(weights[i] * post[i, k])
            for row in rows[i]:
                for q in range(target.shape[1]):
                    column = target[row, q]
                    if column >= 0:
                        scores[likely, column] = root * slopes[row, k, q]
                        mean[column] += post[i, k] * slopes[row, k, q]
            likely += 1
        for first in range(0, likely, 4):
            _add_products(lost, scores[first : first + 4])
        for p in range(size):
            for q in range(p, size):
                lost[p, q] -= weights[i] * mean[p] * mean[q]
    return lost


@compiled(loose_sums=True)
def _add_products(lost: Array, four: Array) -> None:
    """Add to the upper triangle the products of four rows with themselves, reading and writing it once."""
    for p in range(lost.shape[1]):
        a, b, c, d = four[0, p], four[1, p], four[2, p], four[3, p]
        for q in range(p, lost.shape[1]):
            lost[p, q] += (a * four[0, q] + b * four[1, q]) + (c * four[2, q] + d * four[3, q])


def _location_errors(state: State, covariance: Array) -> Array:
    """Errors of the locations by the delta method; shape (n_items, most steps)."""
    items = state.items
    b, a = locations(items), items.parameters[:, 0]
    place = np.full(items.parameters.shape, -1)
    place[items.free] = np.arange(items.free.sum())
    error = np.full(b.shape, np.nan)
    for item, step in zip(*np.nonzero(~np.isnan(b)), strict=True):
        # ∂b/∂a, ∂b/∂d_c and, where neighbouring categories meet, ∂b/∂d_{c−1}.
        by = [(place[item, 0], -b[item, step] / a[item]), (place[item, step + 1], -1 / a[item])]
        if step > 0 and items.models[item] not in (GRADED, THREE_PL):
            by.append((place[item, step], 1 / a[item]))
        at, slope = zip(*[(p, s) for p, s in by if p >= 0], strict=True)
        error[item, step] = np.sqrt(np.array(slope) @ covariance[np.ix_(at, at)] @ np.array(slope))
    return error
