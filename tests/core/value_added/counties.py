"""Simulated counties, and the likelihood of a mixed model written down without any of our shortcuts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class County:
    """y, X with ones first, groups by name, and the true effects of the first group's levels."""

    y: Array
    X: Array
    groups: dict[str, NDArray]
    truth: Array


def nested_and_crossed(
    rng: np.random.Generator, *, schools: int = 8, classes: int = 3, pupils: int = 12, primaries: int = 6
) -> County:
    """Classes in schools, crossed with the primary school pupils came from."""
    of_class = np.repeat(np.arange(schools * classes), pupils)
    school = of_class // classes
    n = len(school)
    primary = rng.integers(0, primaries, n)
    prior = 70 + 10 * rng.standard_normal(n)
    X = np.column_stack([np.ones(n), prior, rng.integers(0, 2, n)])
    truth = 3 * rng.standard_normal(schools)
    y = (
        X @ [20, 0.7, 1.5]
        + truth[school]
        + 2 * rng.standard_normal(schools * classes)[of_class]
        + 1.5 * rng.standard_normal(primaries)[primary]
        + 6 * rng.standard_normal(n)
    )
    return County(y, X, {"school": school, "class": of_class, "primary": primary}, truth)


def plain_loglik(
    county: County,
    slopes: dict[str, list[int]],
    components: dict[str, Array],
    sigma2: float,
    coef: Array,
    *,
    reml: bool,
) -> float:
    """Normal log-likelihood with the whole covariance matrix of the rows written out."""
    n, p = county.X.shape
    V = sigma2 * np.eye(n)
    for name, labels in county.groups.items():
        Z = county.X[:, [0, *slopes.get(name, [])]]
        V += (labels[:, None] == labels) * (Z @ components[name] @ Z.T)
    left = county.y - county.X @ coef
    half = n * np.log(2 * np.pi) + np.linalg.slogdet(V)[1] + left @ np.linalg.solve(V, left)
    if reml:
        half += np.linalg.slogdet(county.X.T @ np.linalg.solve(V, county.X))[1] - p * np.log(2 * np.pi)
    return -0.5 * float(half)
