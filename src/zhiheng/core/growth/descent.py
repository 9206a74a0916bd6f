"""One quantile fit over a few thousand rows: from vertex to vertex, down to the best one.

Compiled, on one thread: passes over rows are short, and threads that wait for each other make them many times
slower on a busy machine. Chooses no rows and knows no splines; see `quantile_fits`.
"""

import numpy as np

from zhiheng.core.compiled import compiled

ROUND = 100  # pivots after which the inverse wants to be computed afresh
TOLERANCE = 1e-8  # of a row's weight, by which a multiplier may leave its bounds
FLAT = 1e-11  # slope of a row along an edge below which it is never crossed
BOTTOMLESS = -1


@compiled
def descend(X, y, w, tau, pull, corner, beta, inverse):
    """Lower Σ w ρ_tau(y − Xβ) − pullᵀβ by at most `ROUND` pivots, moving `corner` and `inverse` in place.

    At a vertex p rows are fitted exactly. Letting one of them go opens an edge; along it the loss is convex and
    piecewise linear, so one step may cross many rows and stops where the slope turns (Barrodale & Roberts 1974).

    Parameters
    ----------
    X, y, w : float arrays, shapes (m, p), (m,), (m,)
    tau : level, 0 to 1
    pull : shape (p,), Σ wψx over rows that are not here and keep their side.
    corner : int array, shape (p,), rows fitted exactly, independent.
    beta, inverse : the fit at that corner, (p,), and the inverse of its rows, (p, p).

    Returns
    -------
    pivots made; 0 at the optimum, `BOTTOMLESS` where these rows alone do not stop the descent.
    """
    m, p = X.shape
    residual, slope, above, fitted = (
        residuals(X, y, beta),
        np.empty(m),
        np.zeros(m, np.bool_),
        np.zeros(m, np.bool_),
    )
    step, gain, row = np.empty(m), np.empty(m), np.empty(m, np.int64)
    for j in range(p):
        fitted[corner[j]] = True
        residual[corner[j]] = 0.0
    force = pull.copy()
    for i in range(m):
        above[i] = residual[i] > 0
        if not fitted[i]:
            _add(force, w[i] * (tau - 1 + above[i]), X[i])
    for pivots in range(ROUND):
        out, sign, fall = _edge(force, inverse, w, tau, corner)
        if out < 0:
            return pivots
        direction = sign * inverse[:, out]
        count = _ahead(X, w, direction, fitted, residual, above, slope, step, gain, row)
        at = _turn(step, gain, row, count, fall)
        if at < 0:
            return BOTTOMLESS
        for c in range(at):
            i = row[c]
            above[i] = not above[i]
            _add(force, w[i] if above[i] else -w[i], X[i])
        for i in range(m):
            residual[i] -= step[at] * slope[i]
        enter, leave = row[at], corner[out]
        _add(force, -w[enter] * (tau - 1 + above[enter]), X[enter])
        above[leave] = sign < 0
        _add(force, w[leave] * (tau - 1 + above[leave]), X[leave])
        residual[leave], residual[enter] = -sign * step[at], 0.0
        fitted[leave], fitted[enter] = False, True
        corner[out] = enter
        _replace(inverse, out, X[enter])
    return ROUND


@compiled
def _ahead(X, w, direction, fitted, residual, above, slope, step, gain, row):
    """List the rows that the edge crosses, how far off and how much each slows the fall; return their number."""
    count = 0
    for i in range(len(w)):
        slope[i] = _dot(X[i], direction)
        towards = slope[i] > FLAT if above[i] else slope[i] < -FLAT
        if towards and not fitted[i]:
            step[count] = residual[i] / slope[i]
            gain[count] = w[i] * abs(slope[i])
            row[count] = i
            count += 1
    return count


@compiled
def residuals(X, y, beta):
    """Return y − Xβ, shape (n,)."""
    out = np.empty(len(y))
    for i in range(len(y)):
        out[i] = y[i] - _dot(X[i], beta)
    return out


@compiled
def pull_of(X, w, tau, above, apart):
    """Return Σ wψx over the rows that stand apart, shape (p,); ψ is tau above the fit and tau − 1 below."""
    pull = np.zeros(X.shape[1])
    for i in range(len(w)):
        # Sides are as good as random to the processor: reckon with them, do not branch on them.
        _add(pull, apart[i] * w[i] * (tau - 1 + above[i]), X[i])
    return pull


@compiled(loose_sums=True)
def _dot(a, b):
    total = 0.0
    for k in range(len(a)):
        total += a[k] * b[k]
    return total


@compiled
def _add(total, times, x):
    for k in range(len(x)):
        total[k] += times * x[k]


@compiled
def _edge(force, inverse, w, tau, corner):
    """Find the edge that falls fastest for its length: position in `corner`, direction, fall; -1 at the optimum."""
    best, out, sign, fall = 0.0, -1, 0.0, 0.0
    for j in range(len(corner)):
        weight, multiplier = w[corner[j]], _dot(force, inverse[:, j])
        down, up = multiplier - weight * (1 - tau), -multiplier - weight * tau
        excess = max(down, up)
        if excess > TOLERANCE * weight:
            steepness = excess * excess / _dot(inverse[:, j], inverse[:, j])
            if steepness > best:
                best, out, sign, fall = steepness, j, 1.0 if down > up else -1.0, excess
    return out, sign, fall


@compiled
def _replace(inverse, out, x):
    """Update the inverse after row `out` of the matrix became x."""
    change = _dot(x, inverse[:, out])
    for k in range(len(x)):
        inverse[k, out] /= change
    for j in range(len(x)):
        if j != out:
            _add(inverse[:, j], -_dot(x, inverse[:, j]), inverse[:, out])


@compiled
def _turn(step, gain, row, count, fall):
    """Partition so that rows before the answer have shorter steps and gains that sum to less than `fall`.

    Returns the position whose gain makes the sum reach `fall`, -1 if all together do not.
    """
    total = 0.0
    for i in range(count):
        total += gain[i]
    if total < fall:
        return -1
    lo, hi = 0, count
    while hi - lo > 1:
        pivot = _middle(step[lo], step[(lo + hi) // 2], step[hi - 1])
        less, at, more, sum_less = lo, lo, hi, 0.0
        while at < more:
            if step[at] < pivot:
                sum_less += gain[at]
                _swap(step, gain, row, less, at)
                less += 1
                at += 1
            elif step[at] > pivot:
                more -= 1
                _swap(step, gain, row, more, at)
            else:
                at += 1
        if sum_less >= fall:
            hi = less
            continue
        fall -= sum_less
        for same in range(less, more):
            if gain[same] >= fall:
                return same
            fall -= gain[same]
        lo = more
    return min(lo, count - 1)


@compiled
def _middle(a, b, c):
    return max(min(a, b), min(max(a, b), c))


@compiled
def _swap(step, gain, row, i, j):
    step[i], step[j] = step[j], step[i]
    gain[i], gain[j] = gain[j], gain[i]
    row[i], row[j] = row[j], row[i]
