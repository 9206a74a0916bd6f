"""Kernels of the block elimination: small dense blocks per level, sparse `wings` towards the dense rest.

Level l of an eliminated factor has a (q, q) block, and a wing: entries t from start[l] to start[l + 1], each a
column of the dense rest and a vector of q numbers. Arrays named in the first argument are changed in place.
"""

import numpy as np

from zhiheng.core.compiled import compiled


@compiled
def cholesky(blocks):
    """Lower Cholesky factor of each (q, q) block; returns the log determinant of them all."""
    n_levels, q, _ = blocks.shape
    log_determinant = 0.0
    for level in range(n_levels):
        for a in range(q):
            for b in range(a + 1):
                value = blocks[level, a, b]
                for c in range(b):
                    value -= blocks[level, a, c] * blocks[level, b, c]
                blocks[level, a, b] = np.sqrt(value) if a == b else value / blocks[level, b, b]
            for b in range(a + 1, q):
                blocks[level, a, b] = 0.0
            log_determinant += 2.0 * np.log(blocks[level, a, a])
    return log_determinant


@compiled
def forward(values, factor):
    """values[l] ← L⁻¹ values[l], values of shape (n_levels, q, m)."""
    n_levels, q, m = values.shape
    for level in range(n_levels):
        for a in range(q):
            for j in range(m):
                value = values[level, a, j]
                for c in range(a):
                    value -= factor[level, a, c] * values[level, c, j]
                values[level, a, j] = value / factor[level, a, a]


@compiled
def backward(values, factor):
    """values[l] ← L⁻ᵀ values[l]."""
    n_levels, q, m = values.shape
    for level in range(n_levels):
        for a in range(q - 1, -1, -1):
            for j in range(m):
                value = values[level, a, j]
                for c in range(a + 1, q):
                    value -= factor[level, c, a] * values[level, c, j]
                values[level, a, j] = value / factor[level, a, a]


@compiled
def forward_wings(wings, factor, start):
    """wings[t] ← L⁻¹ wings[t], wings of shape (n_entries, q)."""
    q = wings.shape[1]
    for level in range(len(start) - 1):
        for t in range(start[level], start[level + 1]):
            for a in range(q):
                value = wings[t, a]
                for c in range(a):
                    value -= factor[level, a, c] * wings[t, c]
                wings[t, a] = value / factor[level, a, a]


@compiled
def backward_wings(wings, factor, start):
    """wings[t] ← L⁻ᵀ wings[t]."""
    q = wings.shape[1]
    for level in range(len(start) - 1):
        for t in range(start[level], start[level + 1]):
            for a in range(q - 1, -1, -1):
                value = wings[t, a]
                for c in range(a + 1, q):
                    value -= factor[level, c, a] * wings[t, c]
                wings[t, a] = value / factor[level, a, a]


@compiled
def take_products(target, parent, left, right):
    """target[parent[l]] −= left[l]ᵀ right[l], shapes (n_parents, a, b), (n_levels, q, a), (n_levels, q, b)."""
    n_levels, q, width = left.shape
    for level in range(n_levels):
        m = parent[level]
        for a in range(width):
            for b in range(right.shape[2]):
                for c in range(q):
                    target[m, a, b] -= left[level, c, a] * right[level, c, b]


@compiled
def take_wings_from_parent(parent_wings, position, start, link, wings):
    """parent_wings[position[t]] −= link[l]ᵀ wings[t]: what a class shares with the rest, its school shares too."""
    q, width = link.shape[1:]
    for level in range(len(start) - 1):
        for t in range(start[level], start[level + 1]):
            for a in range(width):
                for c in range(q):
                    parent_wings[position[t], a] -= link[level, c, a] * wings[t, c]


@compiled
def take_wings_from_rest(rest, start, column, wings):
    """rest −= WᵀW (lower half), W the sparse matrix of wings."""
    q = wings.shape[1]
    for level in range(len(start) - 1):
        for t in range(start[level], start[level + 1]):
            i = column[t]
            for c in range(q):
                factor = wings[t, c]
                for s in range(start[level], t + 1):
                    rest[i, column[s]] -= factor * wings[s, c]


@compiled
def take_right_from_rest(rest_right, start, column, wings, right):
    """rest_right −= Wᵀ right, right of shape (n_levels, q, m)."""
    q, m = wings.shape[1], right.shape[2]
    for level in range(len(start) - 1):
        for t in range(start[level], start[level + 1]):
            for c in range(q):
                for j in range(m):
                    rest_right[column[t], j] -= wings[t, c] * right[level, c, j]


@compiled
def take_rest_solution(values, start, column, wings, solution):
    """values[l] −= W[l] solution, values of shape (n_levels, q, m)."""
    q, m = wings.shape[1], solution.shape[1]
    for level in range(len(start) - 1):
        for t in range(start[level], start[level + 1]):
            for c in range(q):
                for j in range(m):
                    values[level, c, j] -= wings[t, c] * solution[column[t], j]


@compiled
def inverse_wings(start, column, wings, rest_inverse):
    """−W[l] S⁻¹ at the columns of the wing itself, shape (n_entries, q)."""
    q = wings.shape[1]
    out = np.zeros(wings.shape)
    for level in range(len(start) - 1):
        for t in range(start[level], start[level + 1]):
            i = column[t]
            for s in range(start[level], start[level + 1]):
                shared = rest_inverse[i, column[s]]
                for c in range(q):
                    out[t, c] -= shared * wings[s, c]
    return out


@compiled
def take_parent_inverse(inverse, start, position, link, parent_inverse):
    """inverse[t] −= link[l] parent_inverse[position[t]]."""
    q, width = link.shape[1:]
    for level in range(len(start) - 1):
        for t in range(start[level], start[level + 1]):
            for c in range(q):
                for a in range(width):
                    inverse[t, c] -= link[level, c, a] * parent_inverse[position[t], a]


@compiled
def take_outer(target, start, left, right, position):
    """target[l] −= Σ left[t] right[position[t]]ᵀ over the wing, target of shape (n_levels, q, width)."""
    q, width = target.shape[1:]
    for level in range(len(start) - 1):
        for t in range(start[level], start[level + 1]):
            for c in range(q):
                for a in range(width):
                    target[level, c, a] -= left[t, c] * right[position[t], a]


@compiled
def mirror(matrix):
    """Copy the lower half of a square matrix onto the upper, in tiles that fit the cache."""
    n, tile = len(matrix), 64
    for top in range(0, n, tile):
        for left in range(0, top + 1, tile):
            for i in range(top, min(top + tile, n)):
                for j in range(left, min(left + tile, i)):
                    matrix[j, i] = matrix[i, j]
