"""Simulated cohorts whose growth is known."""

import numpy as np


def cohort(n: int, terms: int = 1, *, seed: int = 0, missing: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Whole-number scale scores of earlier terms, (n, terms), and of the current one, (n,)."""
    rng = np.random.default_rng(seed)
    able = rng.normal(size=n)
    prior = (500 + 45 * able[:, None] + 20 * rng.normal(size=(n, terms))).round()
    prior[rng.random(prior.shape) < missing] = np.nan
    return prior, (520 + 45 * able + 20 * rng.normal(size=n)).round()
