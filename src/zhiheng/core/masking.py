"""Withhold small groups (小样本屏蔽), and enough of their neighbours that nobody can subtract them back.

Decides which cells; who may see them anyway is for the scopes to say. Attacks that solve for spreads are not met.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import ArrayLike, NDArray

MINIMUM = 10
_PRIME = 2_147_483_647
"""Relations have coefficients 1 and −1 only, so solving modulo a large prime is exact enough and cannot overflow."""


def suppressed(
    counts: ArrayLike, minimum: int = MINIMUM, *, also: ArrayLike | None = None
) -> NDArray[np.bool_]:
    """Which parts of a published whole to withhold.

    Parameters
    ----------
    counts : shape (n_parts,)
        Pupils in the parts of one whole (the classes of a school, the schools of a county), whose total is shown.
    minimum : smallest count that may be shown.
    also : bool, shape (n_parts,), optional
        Parts withheld already, because of another whole they belong to.

    Returns
    -------
    bool array, shape (n_parts,). A part with nobody in it is never withheld: there is nothing to learn.
        The withheld parts together have at least `minimum` pupils and are at least two, so that whole minus
        shown reveals none of them; unless every part is withheld, which leaves nothing to subtract.
    """
    counts = np.asarray(counts)
    hidden = (counts > 0) & (counts < minimum)
    if also is not None:
        hidden |= np.asarray(also, dtype=bool) & (counts > 0)
    # Smallest first; a stable order, so the same table is always masked the same way.
    for place in np.argsort(counts, kind="stable"):
        if not hidden.any() or (hidden.sum() >= 2 and counts[hidden].sum() >= minimum):
            break
        if counts[place] > 0:
            hidden[place] = True
    return hidden


@dataclass(frozen=True, slots=True)
class Relation:
    """A whole and its parts, as numbers of cells: figures of the whole are the sums of those of the parts."""

    whole: int
    parts: tuple[int, ...]

    @property
    def cells(self) -> tuple[int, ...]:
        """The whole and the parts."""
        return (self.whole, *self.parts)


@dataclass(slots=True)
class _State:
    """What is known of every cell while more of them are withheld."""

    counts: NDArray[np.int64]
    relations: Sequence[Relation]
    minimum: int
    open: NDArray[np.bool_]  # may be withheld
    hidden: NDArray[np.bool_]
    secret: NDArray[np.bool_]  # must not be derivable
    lasting: NDArray[np.bool_]  # withheld only to protect a small cell
    size: NDArray[np.int64]


def withheld(
    counts: ArrayLike,
    relations: Sequence[Relation],
    minimum: int = MINIMUM,
    *,
    seen: ArrayLike | None = None,
    own: ArrayLike | None = None,
    guarded: ArrayLike | None = None,
    lasting: ArrayLike | None = None,
    also: ArrayLike | None = None,
    size: ArrayLike | None = None,
) -> NDArray[np.bool_]:
    """Which cells of a web of wholes and parts to withhold from one reader.

    Parameters
    ----------
    counts : int, shape (n_cells,). Pupils behind each cell.
    relations : wholes and their parts. Pupils of a whole in none of its parts are a part that nobody lists.
    minimum : smallest count that may be shown.
    seen : bool. Cells the reader is shown at all; all where None. The others are unknown to the reader.
    own : bool. Cells whose pupils' rows the reader may see: always shown, so always known.
    guarded : bool. Unseen cells of any size that must not be derivable (other schools, for a school).
    lasting : bool. Cells withheld for the sake of small ones only (the county, for a school).
    also : bool. Cells withheld already.
    size : int. Cells with the smaller number go first, and a whole before its parts only where it is negative;
        `counts` where None.

    Returns
    -------
    bool, shape (n_cells,). False for unseen and own cells. No withheld cell is a linear combination of shown
        ones, and no whole minus shown parts leaves fewer than `minimum` pupils, as long as cells can be withheld.
    """
    counts = np.asarray(counts, dtype=np.int64)
    n = len(counts)
    seen, own = _flags(seen, n, default=True), _flags(own, n)
    counts, relations, owned = _with_remainders(counts, relations, own)
    extra = len(counts) - n
    # Pupils whom a whole leaves out (借读) are unknown, not secret: otherwise one guest would withhold a school.
    small = (counts > 0) & (counts < minimum) & ~owned & (np.arange(len(counts)) < n)
    unseen = np.r_[~seen, np.ones(extra, dtype=bool)] & ~owned
    kept = np.r_[seen & ~own, np.zeros(extra, dtype=bool)] & (counts > 0)
    hidden = small | unseen | (kept & np.r_[_flags(also, n), np.zeros(extra, dtype=bool)])
    guards = np.r_[_flags(guarded, n) & ~own, np.zeros(extra, dtype=bool)]
    state = _State(
        counts=counts,
        relations=relations,
        minimum=minimum,
        open=kept,
        hidden=hidden,
        secret=hidden & (small | kept | guards) & (counts > 0),
        lasting=np.r_[_flags(lasting, n), np.zeros(extra, dtype=bool)],
        size=counts if size is None else np.r_[np.asarray(size, dtype=np.int64), np.zeros(extra, np.int64)],
    )
    while _sums_protected(state) or _combinations_protected(state):
        pass
    return (state.hidden & kept)[:n]


def _flags(given: ArrayLike | None, n: int, *, default: bool = False) -> NDArray[np.bool_]:
    return np.full(n, default) if given is None else np.asarray(given, dtype=bool)


def _with_remainders(
    counts: NDArray[np.int64], relations: Sequence[Relation], own: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], list[Relation], NDArray[np.bool_]]:
    """Give each whole a further part for the pupils who are in none of its parts (or in parts only: guests)."""
    added: list[int] = []
    owners: list[bool] = []
    made: list[Relation] = []
    for each in relations:
        left = abs(int(counts[each.whole] - counts[list(each.parts)].sum()))
        if left:
            made.append(Relation(each.whole, (*each.parts, len(counts) + len(added))))
            added.append(left)
            owners.append(bool(own[each.whole]))
        else:
            made.append(each)
    return np.r_[counts, np.array(added, np.int64)], made, np.r_[own, np.array(owners, dtype=bool)]


def _candidates(state: _State, cells: Collection[int], *, lasting: bool) -> list[int]:
    """Return the cells that may still be withheld; lasting ones only where asked."""
    found = [cell for cell in cells if state.open[cell] and not state.hidden[cell]]
    return [cell for cell in found if lasting or not state.lasting[cell]]


def _withhold(state: _State, cell: int) -> None:
    state.hidden[cell] = state.secret[cell] = True


def _withhold_one(state: _State, cells: Collection[int], *, lasting: bool) -> bool:
    """Withhold the smallest cell of `cells` that may be, and tell whether there was one."""
    found = _candidates(state, cells, lasting=lasting)
    if found:
        _withhold(state, min(found, key=lambda cell: (state.lasting[cell], state.size[cell], cell)))
    return bool(found)


def _worth_all(state: _State, cell: int) -> bool:
    """Tell whether a cell is worth withholding even what is lasting: not for a large one the reader never sees."""
    return bool(state.open[cell]) or int(state.counts[cell]) < state.minimum


def _sums_protected(state: _State) -> bool:
    """Let no relation leave one secret cell unknown, nor parts of fewer pupils than the minimum together.

    The cell that mends most relations at once goes first: a neighbour of the same type and area spares two others.
    """
    changed = False
    beside = _relations_of(state)
    mends: dict[int, set[int]] = {}  # cell → relations in need that it would mend
    queue: list[tuple[tuple[bool, int, int, int], int]] = []

    def look(number: int) -> None:
        for cell in state.relations[number].cells:
            mends.get(cell, set()).discard(number)
        lasting = _in_need(state, state.relations[number])
        if lasting is None:
            return
        for cell in _choices(state, state.relations[number], lasting=lasting):
            mends.setdefault(cell, set()).add(number)
            heappush(queue, (_preference(state, cell, mends), cell))

    for number in range(len(state.relations)):
        look(number)
    while queue:
        preference, cell = heappop(queue)
        if state.hidden[cell] or not mends[cell]:
            continue
        if (now := _preference(state, cell, mends)) != preference:
            heappush(queue, (now, cell))
            continue
        _withhold(state, cell)
        changed = True
        for number in beside[cell]:
            look(number)
    return changed


def _choices(state: _State, relation: Relation, *, lasting: bool) -> list[int]:
    """Return what may be withheld to mend a relation: parts, and the whole only where it is cheap or no part is left.

    A whole is a part of others, and all its own relations would be in need in turn.
    """
    cheap = [relation.whole] if state.size[relation.whole] < 0 else []
    return _candidates(state, [*relation.parts, *cheap], lasting=lasting) or _candidates(
        state, [relation.whole], lasting=lasting
    )


def _relations_of(state: _State) -> dict[int, list[int]]:
    """Return cell → numbers of the relations it stands in."""
    found: dict[int, list[int]] = {}
    for number, each in enumerate(state.relations):
        for cell in each.cells:
            found.setdefault(cell, []).append(number)
    return found


def _preference(state: _State, cell: int, mends: Mapping[int, set[int]]) -> tuple[bool, int, int, int]:
    """Order cells for withholding: lasting ones last, then by how many relations they mend, then by size."""
    return bool(state.lasting[cell]), -len(mends[cell]), int(state.size[cell]), cell


def _in_need(state: _State, relation: Relation) -> bool | None:
    """Tell whether a relation gives a secret away: None where not, else whether even lasting cells may go for it."""
    left = [cell for cell in relation.cells if state.hidden[cell] and state.counts[cell] > 0]
    few = relation.whole not in left and int(state.counts[left].sum()) < state.minimum
    if not any(state.secret[cell] for cell in left) or not (few or len(left) == 1):
        return None
    return few or _worth_all(state, left[0])


def _combinations_protected(state: _State) -> bool:
    """Let no secret cell follow from several relations together: mend the first that does and can be mended."""
    found = [cell for cell in derivable(state.hidden, state.counts, state.relations) if state.secret[cell]]
    beside = _relations_of(state) if found else {}
    for cell in found:
        reached, edge = {cell}, {cell}
        while edge := _around(state, edge, beside) - reached:
            if _withhold_one(state, edge, lasting=False):
                return True
            reached |= edge
        if _worth_all(state, cell) and _withhold_one(state, reached, lasting=True):
            return True
    return False


def _around(state: _State, cells: Collection[int], beside: Mapping[int, list[int]]) -> set[int]:
    """Return the cells that stand in a relation with one of `cells`."""
    numbers = {number for cell in cells for number in beside.get(cell, ())}
    return {cell for number in numbers for cell in state.relations[number].cells}


def derivable(
    hidden: NDArray[np.bool_], counts: NDArray[np.int64], relations: Sequence[Relation]
) -> list[int]:
    """Return the hidden cells that are linear combinations of the others: alone in a row of the reduced system.

    A cell with nobody in it is 0 and known.
    """
    unknown = hidden & (counts > 0)
    rows = [
        {cell: 1 if cell != each.whole else _PRIME - 1 for cell in each.cells if unknown[cell]}
        for each in relations
    ]
    return sorted(cell for row in _reduced(rows) if len(row) == 1 for cell in row)


def _reduced(rows: Sequence[Mapping[int, int]]) -> Iterator[dict[int, int]]:
    """Yield the rows of the reduced echelon form modulo `_PRIME`; rows are sparse: cell → coefficient."""
    pivots: dict[int, dict[int, int]] = {}  # pivot cell → its row
    holding: dict[int, set[int]] = {}  # cell → pivots of the rows it stands in
    for given in sorted(rows, key=len):
        row = dict(given)
        for cell in [cell for cell in given if cell in pivots]:
            _subtract(row, pivots[cell], row[cell])
        if not row:
            continue
        pivot = min(row, key=lambda cell: (len(holding.get(cell, ())), cell))
        inverse = pow(row[pivot], -1, _PRIME)
        row = {cell: value * inverse % _PRIME for cell, value in row.items()}
        for other in list(holding.get(pivot, ())):
            _subtract(pivots[other], row, pivots[other][pivot])
            for cell in row:
                if cell in pivots[other]:
                    holding.setdefault(cell, set()).add(other)
                else:
                    holding.get(cell, set()).discard(other)
        pivots[pivot] = row
        for cell in row:
            holding.setdefault(cell, set()).add(pivot)
    yield from pivots.values()


def _subtract(row: dict[int, int], other: Mapping[int, int], times: int) -> None:
    """Take `times` another row from a row, in place."""
    for cell, value in other.items():
        left = (row.get(cell, 0) - times * value) % _PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)
