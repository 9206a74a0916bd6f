"""Items of one test: their models, their parameters, and the curves that say how likely each category is.

Curves only; nothing here knows pupils, estimation or the distribution of ability.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

RASCH, TWO_PL, THREE_PL, GRADED, PARTIAL, GENERALIZED = "rasch", "2pl", "3pl", "grm", "pcm", "gpcm"
MODELS = (RASCH, TWO_PL, THREE_PL, GRADED, PARTIAL, GENERALIZED)
DICHOTOMOUS = {RASCH, TWO_PL, THREE_PL}
FIXED_SLOPE = {RASCH, PARTIAL}
OTHER_NAMES = {"1pl": RASCH, "graded": GRADED}

LEAST = 1e-30
"""No category is held less likely than this: products of eight stay far above the smallest double."""


@dataclass(frozen=True, slots=True)
class Items:
    """Models and parameters of the items of one test.

    Attributes
    ----------
    names : what to call each item.
    models : one of `MODELS` for each item.
    categories : the marks that count as category 0, 1, … of each item, ascending.
    parameters : shape (n_items, most categories + 1)
        Column 0 the slope, then the intercepts d₁, d₂, …, last the logit of the lower asymptote. Columns an
        item has no use for hold 0. With η = slope·θ the curves are
        rasch, 2pl, pcm, gpcm: P(c) ∝ exp(c·η + d_c), d₀ = 0;
        grm: P(X ≥ c) = logistic(η + d_c), d falling;
        3pl: P(1) = g + (1 − g)·logistic(η + d₁), g = logistic(last column).
    """

    names: tuple[str, ...]
    models: tuple[str, ...]
    categories: tuple[tuple[float, ...], ...]
    parameters: Array

    @property
    def n_categories(self) -> NDArray[np.int64]:
        """Categories of each item."""
        return np.array([len(marks) for marks in self.categories])

    @property
    def start(self) -> NDArray[np.int64]:
        """Row of each item's category 0 in a table that stacks the categories of all items."""
        return np.concatenate(([0], np.cumsum(self.n_categories)[:-1]))

    @property
    def free(self) -> Bools:
        """Which parameters are estimated; shape of `parameters`."""
        column = np.arange(self.parameters.shape[1])
        is_free = (column >= 1) & (column < self.n_categories[:, None])
        is_free[:, 0] = [model not in FIXED_SLOPE for model in self.models]
        is_free[:, -1] |= [model == THREE_PL for model in self.models]
        return is_free

    def families(self) -> list[tuple[str, int, NDArray[np.int64]]]:
        """Model, number of categories and positions of the items that can be computed in one stack."""
        together: dict[tuple[str, int], list[int]] = {}
        for item, (model, marks) in enumerate(zip(self.models, self.categories, strict=True)):
            curve = model if model in (GRADED, THREE_PL) else GENERALIZED
            together.setdefault((curve, len(marks)), []).append(item)
        return [(curve, size, np.array(items)) for (curve, size), items in together.items()]


@dataclass(frozen=True, slots=True)
class Curves:
    """Category curves at abilities θ, stacked over items as `Items.start` says.

    Attributes
    ----------
    p : shape (n_rows, n_theta), probability of the category.
    slope : shape (n_parameters, n_rows, n_theta), derivative of log p by each parameter of the row's item.
    by_theta, twice_by_theta : shape (n_rows, n_theta), first and second derivative of p by θ.
    """

    p: Array
    slope: Array
    by_theta: Array
    twice_by_theta: Array


def curves(items: Items, theta: ArrayLike) -> Curves:
    """Compute the category curves of all items at abilities `theta`, shape (n_theta,)."""
    theta = np.asarray(theta, dtype=float)
    rows, last = int(items.n_categories.sum()), items.parameters.shape[1] - 1
    p, first, second = (np.empty((rows, len(theta))) for _ in range(3))
    slope = np.zeros((last + 1, rows, len(theta)))
    shape_of = {GRADED: _graded, THREE_PL: _three_parameter, GENERALIZED: _partial_credit}
    for curve, size, members in items.families():
        at = (items.start[members][:, None] + np.arange(size)).ravel()
        own = items.parameters[members]
        made = shape_of[curve](own[:, 0], own[:, 1:size], expit(own[:, -1]), theta)
        probability, by_parameter, by_theta, twice = made
        p[at] = probability.reshape(len(at), -1)
        first[at], second[at] = by_theta.reshape(len(at), -1), twice.reshape(len(at), -1)
        columns = [*range(size), last] if curve == THREE_PL else list(range(size))
        for column, derivative in zip(columns, by_parameter, strict=True):
            slope[column, at] = derivative.reshape(len(at), -1)
    np.maximum(p, LEAST, out=p)
    slope /= p
    return Curves(p, slope, first, second)


Stack = tuple[Array, list[Array], Array, Array]
"""p (n, C, K); its derivatives by each parameter; its first and second derivative by θ."""


def _partial_credit(a: Array, d: Array, _: Array, theta: Array) -> Stack:
    n, steps = d.shape
    c = np.arange(steps + 1.0)[:, None]
    eta = (a[:, None] * theta)[:, None, :]  # (n, 1, K)
    z = c * eta + np.concatenate((np.zeros((n, 1)), d), axis=1)[:, :, None]
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    above = c - (c * p).sum(axis=1, keepdims=True)
    spread = (above**2 * p).sum(axis=1, keepdims=True)
    a = a[:, None, None]
    by_d = [p * ((c == m) - p[:, m : m + 1]) for m in range(1, steps + 1)]
    return p, [p * above * theta, *by_d], a * p * above, a**2 * p * (above**2 - spread)


def _graded(a: Array, d: Array, _: Array, theta: Array) -> Stack:
    n, steps = d.shape
    eta = a[:, None, None] * theta + d[:, :, None]  # (n, steps, K)
    edge = np.zeros((n, 1, len(theta)))
    reach = np.concatenate((edge + 1, expit(eta), edge), axis=1)  # P(X ≥ c), c = 0 … C
    fall = np.concatenate((edge, expit(-eta), edge + 1), axis=1)  # P(X < c)
    # reach_c − reach_{c+1} without taking nearly equal numbers from each other.
    apart = np.concatenate((edge + 1, -np.expm1(np.diff(eta, axis=1)), edge + 1), axis=1)
    p = reach[:, :-1] * fall[:, 1:] * apart
    density = reach * fall
    turn = density * (fall - reach)
    a = a[:, None, None]
    by_d = []
    for m in range(1, steps + 1):
        derivative = np.zeros_like(p)
        derivative[:, m], derivative[:, m - 1] = density[:, m], -density[:, m]
        by_d.append(derivative)
    climb, bend = -np.diff(density, axis=1), -np.diff(turn, axis=1)
    return p, [climb * theta, *by_d], a * climb, a**2 * bend


def _three_parameter(a: Array, d: Array, g: Array, theta: Array) -> Stack:
    s = expit(a[:, None] * theta + d)  # (n, K)
    a, g = a[:, None], g[:, None]
    right = g + (1 - g) * s
    climb = (1 - g) * s * (1 - s)
    bend = climb * (1 - 2 * s)

    def both(of_right: Array) -> Array:
        return np.stack((-of_right, of_right), axis=1)

    p = np.stack((1 - right, right), axis=1)
    return (
        p,
        [both(climb * theta), both(climb), both(g * (1 - g) * (1 - s))],
        both(a * climb),
        both(a**2 * bend),
    )


def locations(items: Items) -> Array:
    """b of each item and step: where on θ a step is crossed; shape (n_items, most steps), NaN where no step.

    For grm and dichotomous items −d/a; for pcm and gpcm (d_{c−1} − d_c)/a, where neighbouring categories meet.
    """
    a, d = items.parameters[:, :1], items.parameters[:, 1:-1]
    adjacent = np.array([model not in (GRADED, THREE_PL) for model in items.models])
    before = np.concatenate((np.zeros_like(a), d[:, :-1]), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        b = (np.where(adjacent[:, None], before, 0) - d) / a
    return np.where(np.arange(d.shape[1]) < (items.n_categories - 1)[:, None], b, np.nan)


def one_step_flat(by_step: Array) -> Array:
    """Values by item and step; where every item has one step, one value for each item."""
    return by_step[:, 0] if by_step.shape[1] == 1 else by_step


def asymptotes(items: Items) -> Array:
    """Chance of a right answer without ability (猜测参数): shape (n_items,), 0 except for 3pl."""
    guessing = [model == THREE_PL for model in items.models]
    return np.where(guessing, expit(items.parameters[:, -1]), 0.0)


def items_from(
    models: ArrayLike, a: ArrayLike, d: ArrayLike, c: ArrayLike | None = None, names: ArrayLike | None = None
) -> Items:
    """Items with known parameters: models (n,), slopes (n,), intercepts (n, most steps) padded with NaN."""
    kinds = tuple(OTHER_NAMES.get(str(m).lower(), str(m).lower()) for m in np.asarray(models))
    a, d = np.asarray(a, dtype=float), np.asarray(d, dtype=float)
    d = d[:, None] if d.ndim == 1 else d
    asymptote = np.full(len(a), 0.5) if c is None else np.clip(np.asarray(c, dtype=float), 1e-9, 1 - 1e-9)
    steps = (~np.isnan(d)).sum(axis=1)
    parameters = np.column_stack((a, np.nan_to_num(d), logit(asymptote)))
    labels = np.arange(1, len(a) + 1) if names is None else np.asarray(names)
    categories = tuple(tuple(float(m) for m in range(n + 1)) for n in steps)
    return Items(tuple(str(name) for name in labels), kinds, categories, parameters)
