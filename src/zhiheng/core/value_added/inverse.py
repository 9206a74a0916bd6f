"""Diagonal blocks of A⁻¹: how sure each level's effect is. Not the whole inverse, which would be dense."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from zhiheng.core.value_added import steps
from zhiheng.core.value_added.factorisation import Factorisation
from zhiheng.core.value_added.system import System, Wings

Array = NDArray[np.float64]


def inverse_blocks(at: Factorisation) -> dict[str, Array]:
    """Return factor → diagonal blocks of A⁻¹, shape (n_levels, q, q), for unit σ² and before scaling by T.

    From the last eliminated to the first, a row of the inverse on the pattern of its factor is
    −L⁻ᵀ(links, wings) times what is already known of the inverse.
    """
    system = at.system
    rest = _rest_inverse(at.rest)
    out, towards, at_wings = {}, {}, {}
    for name, first in system.offset.items():
        levels, q = system.levels(name), system.width(name)
        where = first + np.arange(levels)[:, None] * q + np.arange(q)
        out[name] = rest[where[:, :, None], where[:, None, :]]
    for name in reversed(system.eliminated):
        pattern, own = system.wings[name], at.blocks[name]
        parents = system.parents(name)
        wings, links = at.wings[name].copy(), {parent: at.links[name, parent].copy() for parent in parents}
        steps.backward_wings(wings, own, pattern.start)
        for link in links.values():
            steps.backward(link, own)
        at_wings[name] = _wings_inverse(pattern, wings, rest)
        for parent, link in links.items():
            place = pattern.position[parent]
            steps.take_parent_inverse(at_wings[name], pattern.start, place, link, at_wings[parent])
            towards[name, parent] = np.zeros(link.shape)
            steps.take_outer(towards[name, parent], pattern.start, wings, at_wings[parent], place)
            for other, other_link in links.items():
                towards[name, parent] -= other_link @ _between(system, name, (other, parent), out, towards)
        inverse = np.broadcast_to(np.eye(system.width(name)), own.shape).copy()
        steps.forward(inverse, own)
        inverse = inverse.transpose(0, 2, 1) @ inverse
        for parent, link in links.items():
            inverse -= towards[name, parent] @ link.transpose(0, 2, 1)
        steps.take_outer(inverse, pattern.start, at_wings[name], wings, np.arange(len(wings)))
        out[name] = inverse
    return out


def _wings_inverse(pattern: Wings, wings: Array, rest: Array) -> Array:
    """−W S⁻¹ at the places of the wings, S the dense rest; shape (n_entries, q)."""
    if not pattern.crowded(len(rest)):
        return steps.inverse_wings(pattern.start, pattern.column, wings, rest)
    return -pattern.picked(pattern.dense(wings, len(rest)) @ rest, wings.shape[1])


def _between(
    system: System,
    child: str,
    parents: tuple[str, str],
    blocks: Mapping[str, Array],
    towards: Mapping[tuple[str, str], Array],
) -> Array:
    """A⁻¹ between the two parents of each level of `child`, shape (n_levels, q_first, q_second)."""
    first, second = parents
    if first == second:
        return blocks[first][system.links[child, first].parent]
    if parents in towards:
        return towards[parents][system.links[child, first].parent]
    return towards[second, first][system.links[child, second].parent].transpose(0, 2, 1)


def _rest_inverse(root: Array) -> Array:
    """Inverse of the dense rest, both halves."""
    if not len(root):
        return root
    upper, _ = lapack.dpotri(root.T, lower=0, overwrite_c=0)
    lower = upper.T
    steps.mirror(lower)
    return lower
