"""Marginal maximum likelihood: climb to the parameters under which the answers are likeliest.

Sees pupils only through an E-step that returns `Counts`, so the pupils may be anywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logit

from zhiheng.core.irt.ability_distribution import Abilities
from zhiheng.core.irt.items import GRADED, THREE_PL, Array, Curves, Items, curves
from zhiheng.core.irt.posterior import Counts

EStep = Callable[[Array], Counts]
"""Table (groups, category curves, a row of ones) → expected counts of all pupils."""

MEMORY = 8
"""Steps remembered to learn how much the answers leave unsaid about ability."""
LONGEST = 1.0
"""Farthest any parameter moves in one step, in logits."""
STEEPEST = 30.0
"""A slope that would pass this is running away: the answers tell of no best slope."""


@dataclass(frozen=True, slots=True)
class GuessingPrior:
    """Normal prior on the logit of the lower asymptote of 3pl items; without one it hardly settles."""

    chance: float = 0.2
    sd: float = 0.5


ONE_IN_FIVE = GuessingPrior()


@dataclass(frozen=True, slots=True)
class State:
    """Where the climb stands: parameters of items and of the distribution of ability."""

    items: Items
    abilities: Abilities

    @property
    def vector(self) -> Array:
        """The free parameters in one line: items one after another, then groups."""
        items, abilities = self.items, self.abilities
        return np.concatenate((items.parameters[items.free], abilities.parameters[abilities.free]))

    def moved_to(self, vector: Array) -> "State":
        """The state with these free parameters."""
        items, abilities = self.items.parameters.copy(), self.abilities.parameters
        is_free = self.items.free
        items[is_free], abilities[self.abilities.free] = np.split(vector, [is_free.sum()])
        return State(replace(self.items, parameters=items), self.abilities.with_parameters(abilities))

    def is_possible(self) -> bool:
        """Whether graded intercepts fall, and no slope or spread has run away."""
        d = self.items.parameters[:, 1:-1]
        graded = np.array([model == GRADED for model in self.items.models])
        step = np.arange(1, d.shape[1]) < (self.items.n_categories - 1)[:, None]
        falls = (np.diff(d, axis=1) < 0) | ~step | ~graded[:, None]
        settled = (np.abs(self.items.parameters[:, 0]) < STEEPEST).all()
        return bool(falls.all() and settled and (np.abs(np.log(self.abilities.sd)) < 5).all())


@dataclass(frozen=True, slots=True)
class Slope:
    """The climb at a state: log-posterior, its gradient and the information were ability known.

    `steps` divides a gradient by that information, item by item.
    """

    loglik: float
    objective: float
    gradient: Array
    steps: Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Climb:
    """The end of the climb."""

    state: State
    loglik: float
    converged: bool
    iterations: int


def table_of(state: State, of_items: Curves) -> Array:
    """Stack what a pupil's row points to: groups, category curves, ones for missing answers."""
    theta = state.abilities.theta
    return np.concatenate((state.abilities.weights(), of_items.p, np.ones((1, len(theta)))))


def climb_on_wide_enough_grid(
    e_step: EStep, start: State, prior: GuessingPrior, *, tolerance: float, most: int
) -> Climb:
    """Climb; where the distribution found runs off the grid, widen the grid and climb on from there."""
    while True:
        done = climb(e_step, start, prior, tolerance=tolerance, most=most)
        if not done.converged or done.state.abilities.fits_grid():
            return done
        start = State(done.state.items, done.state.abilities.on_wider_grid())


def climb(e_step: EStep, start: State, prior: GuessingPrior, *, tolerance: float, most: int) -> Climb:
    """Maximise the marginal likelihood (times the prior of 3pl asymptotes).

    The gradient is exact (Fisher's identity). Divided by the information were ability known it is a step of
    EM; the limited-memory BFGS update then learns the rest, so that a dozen steps do where EM takes hundreds.
    A step that loses likelihood is halved.

    Converged means: the next step would move no parameter by more than `tolerance`.

    References
    ----------
    Bock & Aitkin (1981), Psychometrika 46, 443-459; Jamshidian & Jennrich (1997), JRSS B 59, 569-587;
    Nocedal & Wright (2006), Numerical Optimization, 2nd ed., algorithm 7.4.
    """
    state, slope = start, _slope(e_step, start, prior)
    moves: list[tuple[Array, Array]] = []
    for iteration in range(1, most + 1):
        step = _direction(slope, moves)
        longest = np.abs(step).max()
        if longest < tolerance:
            return Climb(state, slope.loglik, True, iteration)
        step *= min(1.0, LONGEST / longest)
        ahead = _ahead(e_step, state, slope, step, prior)
        if ahead is None:
            if not moves:
                return Climb(state, slope.loglik, False, iteration)
            moves = []
            continue
        reached, there = ahead
        move, fall = reached.vector - state.vector, slope.gradient - there.gradient
        if move @ fall > 0:
            moves = [*moves[1 - MEMORY :], (move, fall)]
        state, slope = reached, there
    return Climb(state, slope.loglik, False, most)


def _ahead(
    e_step: EStep, state: State, slope: Slope, step: Array, prior: GuessingPrior
) -> tuple[State, Slope] | None:
    """The first of full, half, quarter … steps that gains; None where none does."""
    rounding = 1e-13 * abs(slope.objective)
    for _ in range(12):
        reached = state.moved_to(state.vector + step)
        if reached.is_possible():
            there = _slope(e_step, reached, prior)
            if there.objective >= slope.objective - rounding:
                return reached, there
        step = step / 2
    return None


def _direction(slope: Slope, moves: list[tuple[Array, Array]]) -> Array:
    """Two-loop recursion of limited-memory BFGS around the block-diagonal step of EM."""
    q, kept = slope.gradient.copy(), []
    for move, fall in reversed(moves):
        share = (move @ q) / (move @ fall)
        q -= share * fall
        kept.append(share)
    step = slope.steps(q)
    for (move, fall), share in zip(moves, reversed(kept), strict=True):
        step += move * (share - (fall @ step) / (move @ fall))
    return step


def _slope(e_step: EStep, state: State, prior: GuessingPrior) -> Slope:
    items, abilities = state.items, state.abilities
    of_items = curves(items, abilities.theta)
    counts = e_step(table_of(state, of_items))
    at_nodes, answers = np.split(counts.expected[:-1], [len(abilities.mean)])
    information = complete_information(items, of_items, answers)
    information[:, -1, -1] += _guessing(items) / prior.sd**2
    spread = (abilities.scores() ** 2 * abilities.weights()).sum(axis=2).T * at_nodes.sum(axis=1)[:, None]

    # Keeps a step finite where an item tells next to nothing; too small to be felt elsewhere.
    ridge = 1e-9 * np.eye(information.shape[1])

    def steps(g: Array) -> Array:
        for_items = np.zeros_like(items.parameters)
        for_items[items.free], for_groups = np.split(g, [items.free.sum()])
        solved = np.linalg.solve(information + ridge, for_items[:, :, None])[:, :, 0]
        return np.concatenate((solved[items.free], for_groups / (spread[abilities.free] + 1e-9)))

    return Slope(
        loglik=counts.loglik,
        objective=counts.loglik - float((_off_prior(items, prior) ** 2).sum() / 2),
        gradient=gradient(state, of_items, counts, prior),
        steps=steps,
    )


def gradient(state: State, of_items: Curves, counts: Counts, prior: GuessingPrior) -> Array:
    """Derivative of the log-posterior by the free parameters, pupils being spread over θ as `counts` say."""
    at_nodes, answers = np.split(counts.expected[:-1], [len(state.abilities.mean)])
    by_row = np.einsum("rk,qrk->rq", answers, of_items.slope)
    by_item = np.add.reduceat(by_row, state.items.start)
    by_item[:, -1] -= _off_prior(state.items, prior) / prior.sd
    of_groups = (state.abilities.scores() * at_nodes).sum(axis=2).T
    return np.concatenate((by_item[state.items.free], of_groups[state.abilities.free]))


def _guessing(items: Items) -> Array:
    return np.array([float(model == THREE_PL) for model in items.models])


def _off_prior(items: Items, prior: GuessingPrior) -> Array:
    """How many spreads of the prior each 3pl asymptote is away from its centre; 0 for other items."""
    return (items.parameters[:, -1] - logit(prior.chance)) / prior.sd * _guessing(items)


def complete_information(items: Items, of_items: Curves, answers: Array) -> Array:
    """Expected information of each item were ability known; shape (n_items, q, q), 1 on unused diagonals.

    `answers`, shape (n_rows, n_nodes), are the expected counts of categories.
    """
    seen = np.add.reduceat(answers, items.start)  # (n_items, K): pupils who answered
    weight = np.repeat(seen, items.n_categories, axis=0) * of_items.p
    slope = of_items.slope.transpose(1, 0, 2)  # (n_rows, q, K)
    by_row = (slope * weight[:, None, :]) @ slope.transpose(0, 2, 1)
    information = np.add.reduceat(by_row, items.start)
    unused = ~items.free
    information[unused] = 0
    information.transpose(0, 2, 1)[unused] = 0
    item, column = np.nonzero(unused)
    information[item, column, column] = 1
    return information


def starting_items(items: Items, shares: Array, prior: GuessingPrior) -> Items:
    """A start from how many earned what: slope 1, intercepts that give the observed shares at θ ≈ 0.

    `shares`, shape (n_rows,), is the share of each category among those who answered the item.
    """
    parameters = np.zeros_like(items.parameters)
    parameters[:, 0] = 1
    for item, (first, size) in enumerate(zip(items.start, items.n_categories, strict=True)):
        share = np.maximum(shares[first : first + size], 1e-4)
        model = items.models[item]
        if model == GRADED:
            reach = 1 - np.cumsum(share / share.sum())[:-1]
            parameters[item, 1:size] = 1.2 * logit(reach)
        elif model == THREE_PL:
            able = np.clip((share[1] - prior.chance) / (1 - prior.chance), 0.05, 0.95)
            parameters[item, 1] = 1.2 * logit(able)
            parameters[item, -1] = logit(prior.chance)
        else:
            parameters[item, 1:size] = np.log(share[1:] / share[0]) * (1.2 if size == 2 else 1)
    return replace(items, parameters=parameters)
