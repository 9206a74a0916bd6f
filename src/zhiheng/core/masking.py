"""Withhold small groups (小样本屏蔽), and enough of their neighbours that nobody can subtract them back.

Decides which cells; who may see them anyway is for the scopes to say.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

MINIMUM = 10


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
