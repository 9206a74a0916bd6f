"""How unevenly something is spread over schools: one number for a county.

Not about pupils' marks inside a school; for those see `moments`.
"""

import numpy as np
from numpy.typing import ArrayLike


def cv(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Coefficient of variation between schools (校际差异系数).

    0.50 reads: a typical school lies half the county's average away from it.

    Parameters
    ----------
    values : shape (n_schools,)
        Per-pupil amount, or mean, of each school; NaN schools are left out.
    weights : shape (n_schools,), optional
        Enrolment. National rules ask for it; without it every school weighs the same.

    Returns
    -------
    float, S / X̄ with S = √Σ(wᵢ/W)(xᵢ − X̄)²; NaN where there is no school or X̄ is 0.

    Raises
    ------
    ValueError
        Weights are negative, or not as many as values.

    References
    ----------
    教督〔2017〕6号, 附件 (formula checked against a printed example of five schools).
    """
    x = np.asarray(values, dtype=float)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != x.shape:
        raise ValueError(f"weights have shape {w.shape}, values {x.shape}")
    if (w < 0).any():
        raise ValueError("weights must not be negative")
    known = ~np.isnan(x) & (w > 0)
    if not known.any():
        return float("nan")
    mean = np.average(x[known], weights=w[known])
    if mean == 0:
        return float("nan")
    return float(np.sqrt(np.average((x[known] - mean) ** 2, weights=w[known])) / mean)
