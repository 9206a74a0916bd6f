"""Whether a pupil's answers hang together as the model says.

An odd pattern has many reasons: illness, a page turned too many, a language not yet learnt, copying. It never
proves any of them.
"""

import numpy as np
from numpy.typing import ArrayLike

from zhiheng.core.irt.items import Array, Items, curves
from zhiheng.core.irt.posterior import in_chunks
from zhiheng.core.irt.responses import as_matrix, sheets_of


def standardized_likelihood(items: Items, responses: ArrayLike, theta: ArrayLike) -> Array:
    """How likely a pupil's answers are, in standard deviations from what is usual at that ability (l_z).

    −3 reads: answers far odder than the model expects (hard items right, easy ones wrong). Large values mean
    answers more regular than expected. With an estimated θ it spreads less than a standard normal, so a limit
    of −2 is cautious.

    Parameters
    ----------
    responses : shape (n_pupils, n_items), marks; NaN for no answer.
    theta : shape (n_pupils,), abilities.

    Returns
    -------
    Shape (n_pupils,); NaN without answers, without ability, or where the answers leave nothing to chance.

    References
    ----------
    Drasgow, Levine & Williams (1985), British J. of Mathematical and Statistical Psychology 38, 67-86.
    """
    x, ability = as_matrix(responses), np.asarray(theta, dtype=float)
    sheets = sheets_of(x, items, np.zeros(len(x), dtype=np.int64), 1, np.ones(len(x)))
    whole = np.full(len(x), np.nan)
    known = np.flatnonzero((sheets.sheet_of >= 0) & ~np.isnan(ability))

    def of_chunk(part: slice) -> Array:
        pupils = known[part]
        p = curves(items, ability[pupils]).p
        logs = np.log(p)
        mean = np.add.reduceat(p * logs, items.start)
        variance = np.add.reduceat(p * logs**2, items.start) - mean**2
        given = sheets.rows[sheets.sheet_of[pupils], 1:].T - 1  # (n_items, n_pupils)
        answered = given < len(p)
        found = np.where(answered, logs[np.where(answered, given, 0), np.arange(len(pupils))] - mean, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(found.sum(axis=0) / np.sqrt((variance * answered).sum(axis=0)))

    whole[known] = np.concatenate([np.empty(0), *in_chunks(of_chunk, len(known))])
    return whole
