"""Kernels that go once over the rows and leave sums per group behind.

A row is (x₁ … x_p, y), each column less its `centre`. The columns that vary with a group are named by `columns`,
whose first entry is the constant column and stands for 1.
"""

import numpy as np

from zhiheng.core.compiled import compiled

CHUNK = 1024  # rows added up apart before they join the grand total: less rounding on a million rows


@compiled
def complete_rows(y, X, weights):
    """Which rows have every number and a positive weight, shape (n,)."""
    n, p = X.shape
    out = np.empty(n, dtype=np.bool_)
    for i in range(n):
        good = np.isfinite(y[i]) and weights[i] > 0 and np.isfinite(weights[i])
        for j in range(p):
            good = good and np.isfinite(X[i, j])
        out[i] = good
    return out


@compiled
def gram(y, X, weights, centre):
    """Weighted cross-products of (X, y), shape (p + 1, p + 1)."""
    n, p = X.shape
    total = np.zeros((p + 1, p + 1))
    part = np.zeros((p + 1, p + 1))
    row = np.empty(p + 1)
    for start in range(0, n, CHUNK):
        part[:] = 0.0
        for i in range(start, min(start + CHUNK, n)):
            for j in range(p):
                row[j] = X[i, j] - centre[j]
            row[p] = y[i] - centre[p]
            for j in range(p + 1):
                scaled = weights[i] * row[j]
                for k in range(j + 1):
                    part[j, k] += scaled * row[k]
        total += part
    for j in range(p + 1):
        for k in range(j):
            total[k, j] = total[j, k]
    return total


@compiled
def factor_sums(y, X, weights, centre, codes, n_levels, columns):
    """Per level: products of the varying columns with (X, y), shape (n_levels, q, p + 1)."""
    n, p = X.shape
    q = len(columns)
    out = np.zeros((n_levels, q, p + 1))
    for i in range(n):
        level = codes[i]
        for a in range(q):
            z = weights[i]
            if a > 0:
                z *= X[i, columns[a]] - centre[columns[a]]
            for j in range(p):
                out[level, a, j] += z * (X[i, j] - centre[j])
            out[level, a, p] += z * (y[i] - centre[p])
    return out


@compiled
def rows_by_level(codes, n_levels):
    """Row numbers sorted by level, and where each level starts, shapes (n,) and (n_levels + 1,)."""
    start = np.zeros(n_levels + 1, dtype=np.int64)
    for code in codes:
        start[code + 1] += 1
    for level in range(n_levels):
        start[level + 1] += start[level]
    place = start[:-1].copy()
    order = np.empty(len(codes), dtype=np.int64)
    for i in range(len(codes)):
        order[place[codes[i]]] = i
        place[codes[i]] += 1
    return order, start


@compiled
def pair_sums(X, weights, centre, codes, other, order, start, n_other, columns, other_columns):
    """Per pair of levels that share rows: products of both factors' varying columns.

    Returns the levels of each, shapes (n_pairs,), sorted by the first, and sums of shape (n_pairs, q, q_other).
    """
    n_levels, q, r = len(start) - 1, len(columns), len(other_columns)
    seen = np.full(n_other, -1, dtype=np.int64)
    n_pairs = 0
    for level in range(n_levels):
        for t in range(start[level], start[level + 1]):
            m = other[order[t]]
            if seen[m] != level:
                seen[m] = level
                n_pairs += 1
    left = np.empty(n_pairs, dtype=np.int64)
    right = np.empty(n_pairs, dtype=np.int64)
    sums = np.zeros((n_pairs, q, r))
    slot = np.full(n_other, -1, dtype=np.int64)
    filled = 0
    for level in range(n_levels):
        first = filled
        for t in range(start[level], start[level + 1]):
            i = order[t]
            m = other[i]
            if slot[m] < first:
                slot[m] = filled
                left[filled], right[filled] = level, m
                filled += 1
            for a in range(q):
                z = weights[i]
                if a > 0:
                    z *= X[i, columns[a]] - centre[columns[a]]
                for b in range(r):
                    v = z
                    if b > 0:
                        v *= X[i, other_columns[b]] - centre[other_columns[b]]
                    sums[slot[m], a, b] += v
    return left, right, sums
