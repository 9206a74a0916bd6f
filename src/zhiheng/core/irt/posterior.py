"""What answers say of ability: likelihoods on a grid of θ, summed into counts that add.

Counts of parts of the pupils can be made anywhere and added; estimation sees only the sum. No parameters are
estimated here.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numba import get_num_threads
from numpy.typing import NDArray

from zhiheng.core.compiled import compiled
from zhiheng.core.irt.items import Array

Rows = NDArray[np.int32]
"""shape (n_pupils, 1 + n_items): rows of a table, first the pupil's group, then one category of every item."""

T = TypeVar("T")
CHUNK = 2048
"""Pupils computed at a time. Fixed, so that sums have the same bits on any number of processors."""
LANES = 32
"""Nodes are padded to a multiple of this, so that loops run in whole vector registers."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the E-step knows of a set of pupils; parts add up to the whole.

    Attributes
    ----------
    loglik : marginal log-likelihood of the pupils.
    expected : shape (n_rows, n_nodes), pupils expected in each row of the table at each node.
    """

    loglik: float
    expected: Array

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.loglik + other.loglik, self.expected + other.expected)


def expected_counts(table: Array, rows: Rows, weights: Array) -> Counts:
    """Sum the posterior of every pupil into the rows of the table the pupil's answers point to.

    Parameters
    ----------
    table : shape (n_rows, n_nodes)
        First the ability distribution of each group (weights of the nodes), then the category curves, last a
        row of ones for answers that are missing.
    rows : see `Rows`.
    weights : shape (n_pupils,), how often each pupil counts.
    """
    padded, n_nodes = _padded(table), table.shape[1]
    parts = in_chunks(lambda part: _count(padded, rows[part], weights[part]), len(rows))
    total = Counts(0.0, np.zeros_like(padded))
    for loglik, expected in parts:
        total += Counts(loglik, expected)
    return Counts(total.loglik, total.expected[:, :n_nodes])


def posterior_moments(table: Array, rows: Rows, theta: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of each pupil's ability given the answers; shapes (n_pupils,)."""
    padded, n_nodes = _padded(table), table.shape[1]
    nodes = np.zeros(padded.shape[1])
    nodes[:n_nodes] = theta
    parts = [
        np.empty((2, 0)),
        *in_chunks(lambda part: np.array(_moments(padded, rows[part], nodes)), len(rows)),
    ]
    mean, sd = np.concatenate(parts, axis=1)
    return mean, sd


def posteriors(table: Array, rows: Rows) -> Array:
    """Posterior weight of every node for each pupil; shape (n_pupils, n_nodes). Memory-hungry: pass chunks."""
    return _weights(_padded(table), rows)[:, : table.shape[1]]


def in_chunks(work: Callable[[slice], T], n: int) -> Iterator[T]:
    """Do `work` on slices of `CHUNK` pupils on all processors; results come in order."""
    slices = [slice(at, min(at + CHUNK, n)) for at in range(0, n, CHUNK)]
    if len(slices) < 2:
        yield from map(work, slices)
        return
    with ThreadPoolExecutor(get_num_threads()) as pool:
        yield from pool.map(work, slices)


def _padded(table: Array) -> Array:
    """The table with columns of zeros up to a multiple of `LANES`."""
    return np.pad(table, ((0, 0), (0, -table.shape[1] % LANES)))


@compiled(loose_sums=True)
def _sum(like: Array) -> float:
    """Sum in vector registers; NumPy's `sum` adds one by one here."""
    total = 0.0
    for k in range(len(like)):
        total += like[k]
    return total


@compiled(loose_sums=True)
def _likelihood(table: Array, rows: Rows, like: Array) -> tuple[float, float]:
    """Fill `like` with prior × likelihood up to a factor; return its sum, and the log-likelihood of the pupil.

    Products, not sums of logs: no exponential per node. Four items at a time keep the products in registers.
    Eight items multiply by LEAST⁸ = 1e-240 at worst, so a sum above 1e-60 survives the next eight. A node may
    sink below the smallest double beside better ones and be missed when those sink too; answers that
    unlikely are done again by logs.
    """
    n_nodes, n_items = len(like), len(rows)
    for k in range(n_nodes):
        like[k] = table[rows[0], k]
    scale = 0.0
    whole = n_items - (n_items - 1) % 4
    for item in range(1, whole, 4):
        a, b, c, d = rows[item], rows[item + 1], rows[item + 2], rows[item + 3]
        for k in range(n_nodes):
            like[k] *= (table[a, k] * table[b, k]) * (table[c, k] * table[d, k])
        if item % 8 == 5:
            scale += _rescale(like)
    for item in range(whole, n_items):
        a = rows[item]
        for k in range(n_nodes):
            like[k] *= table[a, k]
    total = _sum(like)
    if total <= 0 or np.log(total) + scale < -500:
        scale = _by_logs(table, rows, like)
        total = _sum(like)
    return total, np.log(total) + scale


@compiled
def _by_logs(table: Array, rows: Rows, like: Array) -> float:
    """Fill `like` without products; return the log of its factor."""
    for k in range(len(like)):
        like[k] = 0.0
        for row in rows:
            like[k] += np.log(table[row, k])
    highest = like.max()
    for k in range(len(like)):
        like[k] = np.exp(like[k] - highest)
    return highest


@compiled(loose_sums=True)
def _rescale(like: Array) -> float:
    """Divide by the sum where it is tiny; return the log of what it was divided by."""
    total = _sum(like)
    if total > 1e-60:
        return 0.0
    for k in range(len(like)):
        like[k] /= total
    return np.log(total)


@compiled(loose_sums=True)
def _count(table: Array, rows: Rows, weights: Array) -> tuple[float, Array]:
    n_nodes = table.shape[1]
    expected = np.zeros_like(table)
    like = np.empty(n_nodes)
    loglik = 0.0
    for i in range(len(rows)):
        total, loglik_of_pupil = _likelihood(table, rows[i], like)
        loglik += weights[i] * loglik_of_pupil
        # Nodes beyond double precision add nothing: leave them out.
        faint, low, high = 1e-18 * total, 0, n_nodes
        while like[low] <= faint:
            low += 1
        while like[high - 1] <= faint:
            high -= 1
        share = weights[i] / total
        for k in range(low, high):
            like[k] *= share
        for item in range(rows.shape[1]):
            row = rows[i, item]
            for k in range(low, high):
                expected[row, k] += like[k]
    return loglik, expected


@compiled(loose_sums=True)
def _moments(table: Array, rows: Rows, theta: Array) -> tuple[Array, Array]:
    like = np.empty(table.shape[1])
    mean, sd = np.empty(len(rows)), np.empty(len(rows))
    for i in range(len(rows)):
        total, _ = _likelihood(table, rows[i], like)
        first, second = 0.0, 0.0
        for k in range(len(like)):
            first += like[k] * theta[k]
        mean[i] = first / total
        for k in range(len(like)):
            second += like[k] * (theta[k] - mean[i]) ** 2
        sd[i] = np.sqrt(second / total)
    return mean, sd


@compiled(loose_sums=True)
def _weights(table: Array, rows: Rows) -> Array:
    post = np.empty((len(rows), table.shape[1]))
    for i in range(len(rows)):
        total, _ = _likelihood(table, rows[i], post[i])
        post[i] /= total
    return post
