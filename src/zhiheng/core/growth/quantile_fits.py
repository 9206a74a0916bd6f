"""Linear quantile regression at many levels with one design: exact, from each level to its neighbour.

Only rows near the fit decide where it lies (Portnoy & Koenker 1997). Starting from the neighbouring level, a few
thousand near rows go to `descend`; all others must stay on their side, are summed up, and are checked
afterwards. Rows that did change side join in, so the answer is the best of all rows.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr, solve_triangular

from zhiheng.core.growth.descent import BOTTOMLESS, descend, pull_of, residuals

Array = NDArray[np.float64]

RANK_TOLERANCE = 1e-9
NUDGE = 1e-8  # of the range of y: breaks ties of whole-number scores, which could make descents go in circles
MOST_ROUNDS = 200  # of pivots; the longest descent seen took 3


@dataclass(frozen=True, slots=True)
class QuantileFits:
    """Coefficients of all levels.

    coef : shape (n_columns, n_taus); 0 for columns that others already span.
    check_loss : shape (n_taus,), Σ w ρ_tau(y − Xβ), the least possible.
    """

    coef: Array
    check_loss: Array


class _Rows(NamedTuple):
    """The problem in coordinates in which small numbers stay exact: y less its least-squares fit."""

    X: Array  # (n, p), columns orthogonal under w
    y: Array
    nudged: Array  # y without ties
    w: Array
    spread: Array  # how far a row's fit may move, up to a factor
    near: int  # rows to begin with


class _Vertex(NamedTuple):
    corner: NDArray[np.int64]  # rows fitted exactly
    beta: Array
    residual: Array  # (n,)


def quantile_fits(X: Array, y: Array, w: Array, taus: Array) -> QuantileFits:
    """Minimise Σ w ρ_tau(y − Xβ) over β for every tau, with ρ_tau(r) = r (tau − [r < 0]).

    Parameters
    ----------
    X, y : float arrays, shapes (n, n_columns) and (n,); columns may depend on each other.
    w : positive weights, shape (n,). Equal rows may be given once with their number.
    taus : increasing levels in (0, 1).

    Raises
    ------
    ArithmeticError
        The descent did not settle; no result is better than a doubtful one.

    References
    ----------
    Koenker & Bassett (1978), Econometrica 46, 33-50. Barrodale & Roberts (1974), CACM 17, 319-320.
    Portnoy & Koenker (1997), Statistical Science 12, 279-300.
    """
    n, root = len(y), np.sqrt(w)
    Q, R, pivot = qr(X * root[:, None], mode="economic", pivoting=True)
    size = np.abs(np.diag(R))
    p = int((size > RANK_TOLERANCE * size[0]).sum())
    Q, R = Q[:, :p], R[:p, :p]
    projected = Q.T @ (y * root)
    scale = np.sqrt(w.sum())
    rest = y - Q @ projected / root
    even = np.ascontiguousarray(Q) * (scale / root)[:, None]
    rows = _Rows(
        X=even,
        y=rest,
        nudged=rest + NUDGE * np.ptp(y) * np.random.default_rng(0).random(n),
        w=w,
        spread=np.linalg.norm(even, axis=1) + np.sqrt(p),
        near=int(20 * p + 2 * np.sqrt(n * p) + 0.02 * n),
    )
    middle = int(np.argmin(np.abs(taus - 0.5)))
    start = _fit(rows, taus[middle], _start(rows), near=n)
    beta, loss = np.empty((p, len(taus))), np.empty(len(taus))
    beta[:, middle], loss[middle] = start.beta, _check_loss(rows, start, taus[middle])
    for levels in (range(middle + 1, len(taus)), range(middle - 1, -1, -1)):
        before = last = start
        for level in levels:
            # The next fit moves on about as far as the last one did.
            guess = last._replace(residual=2 * last.residual - before.residual)
            before, last = last, _fit(rows, taus[level], guess, near=rows.near)
            beta[:, level], loss[level] = last.beta, _check_loss(rows, last, taus[level])
    coef = np.zeros((X.shape[1], len(taus)))
    coef[pivot[:p]] = solve_triangular(R, projected[:, None] + scale * beta)
    return QuantileFits(coef, loss)


def _check_loss(rows: _Rows, vertex: _Vertex, tau: float) -> float:
    return float((rows.w * vertex.residual * (tau - (vertex.residual < 0))).sum())


def _start(rows: _Rows) -> _Vertex:
    """Independent rows close to the least-squares fit."""
    closeness = 1 / (np.abs(rows.y) + np.abs(rows.y).mean() + np.finfo(float).tiny)
    chosen = qr((rows.X * closeness[:, None]).T, mode="r", pivoting=True)[1]
    return _Vertex(chosen[: rows.X.shape[1]].astype(np.int64), np.zeros(rows.X.shape[1]), rows.y)


def _fit(rows: _Rows, tau: float, guess: _Vertex, near: int) -> _Vertex:
    """Descend from the guess's corner on the rows nearest the guess, until no other row changes side."""
    X, nudged, w = rows.X, rows.nudged, rows.w
    above = guess.residual > 0
    distance = np.abs(guess.residual) / rows.spread
    taking_part = _nearest(distance, near)
    taking_part[guess.corner] = True
    corner = guess.corner
    while True:
        pull = pull_of(X, w, tau, above, ~taking_part)
        band = np.flatnonzero(taking_part)
        local = np.searchsorted(band, corner)
        beta = _descended(X[band], nudged[band], w[band], tau, pull, local)
        corner = band[local]
        if beta is None:
            if taking_part.all():
                raise ArithmeticError(f"the quantile fit at {tau} found no bottom on {len(w)} rows")
            near *= 2
            taking_part |= _nearest(distance, near)
            continue
        astray = ~taking_part & ((residuals(X, nudged, beta) > 0) != above)
        if not astray.any():
            break
        taking_part |= astray
    beta = np.asarray(np.linalg.solve(X[corner], rows.y[corner]), dtype=float)
    return _Vertex(corner, beta, residuals(X, rows.y, beta))


def _descended(
    X: Array, y: Array, w: Array, tau: float, pull: Array, corner: NDArray[np.int64]
) -> Array | None:
    """Best β of these rows, with `corner` moved to it; None where they do not stop the descent."""
    for _ in range(MOST_ROUNDS):
        inverse = np.asfortranarray(np.linalg.inv(X[corner]))
        beta = inverse @ y[corner]
        pivots = descend(X, y, w, tau, pull, corner, beta, inverse)
        if pivots <= 0:
            return None if pivots == BOTTOMLESS else beta
    raise ArithmeticError(f"the quantile fit at {tau} did not settle on {len(y)} rows")


def _nearest(distance: Array, count: int) -> NDArray[np.bool_]:
    chosen = np.ones(len(distance), dtype=bool)
    if count < len(distance):
        chosen[np.argpartition(distance, count)[count:]] = False
    return chosen
