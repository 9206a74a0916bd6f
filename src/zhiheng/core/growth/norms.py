"""Growth norms: what pupils who started alike went on to score, fitted once and kept.

Apply them to the cohort they come from, or to a later one (基准年常模). They say nothing of causes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.growth.quantile_fits import quantile_fits
from zhiheng.core.growth.refusals import NoSpread, TooFewStudents
from zhiheng.core.growth.splines import Spline, design

Array = NDArray[np.float64]

PERCENTILES = (np.arange(100) + 0.5) / 100  # 0.005, 0.015, … 0.995
CUT_DECIMALS = 5  # kept of a cut, so that a score on it is not above it
PER_COEFFICIENT = 5  # students the fit takes at least
FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class OrderFit:
    """The fit on the `order` latest terms.

    coef : shape (1 + columns of the splines, n_taus); latest term first, see `design`.
    check_loss : shape (n_taus,), the least sum of weighted check losses.
    n_used : students it rests on, each as often as its weight says.
    """

    order: int
    coef: Array
    check_loss: Array
    n_used: int


@dataclass(frozen=True, slots=True, eq=False)
class GrowthNorms:
    """Conditional quantiles of a current score given earlier ones.

    taus : shape (n_taus,), levels fitted.
    splines : one a term, oldest first.
    fits : one for every number of terms that had enough students, fewest terms first.
    """

    taus: Array
    splines: tuple[Spline, ...]
    fits: tuple[OrderFit, ...]

    def cuts(self, prior: ArrayLike) -> Array:
        """Return each student's score at every level, shape (n, n_taus), increasing along a row.

        Each row rests on as many latest terms as the student has without a gap; NaN without the latest one.
        """
        prior = self._terms(prior)
        cuts = np.full((len(prior), len(self.taus)), np.nan)
        for fit in self.fits:
            known = terms_known(prior) >= fit.order
            cuts[known] = self.cuts_by(fit, prior[known])
        return cuts

    def cuts_by(self, fit: OrderFit, prior: Array) -> Array:
        """The same from one fit; its terms must all be known."""
        terms = slice(len(self.splines) - fit.order, None)
        values = design(self.splines[terms], prior[:, terms]) @ fit.coef
        # Curves of neighbouring levels may cross where students are few: Chernozhukov et al. (2010) sort them.
        values.sort(axis=1)
        return np.round(values, CUT_DECIMALS)

    def as_dict(self) -> dict[str, Any]:
        """Return plain lists and numbers, for JSON; `from_dict` gives the same norms back to the last bit."""
        return {
            "format": FORMAT,
            "taus": self.taus.tolist(),
            "splines": [{"knots": list(s.knots), "boundaries": list(s.boundaries)} for s in self.splines],
            "fits": [
                {
                    "order": fit.order,
                    "n_used": fit.n_used,
                    "coef": fit.coef.tolist(),
                    "check_loss": fit.check_loss.tolist(),
                }
                for fit in self.fits
            ],
        }

    @staticmethod
    def from_dict(kept: Mapping[str, Any]) -> "GrowthNorms":
        """Read what `as_dict` wrote; `ValueError` for another format."""
        if kept.get("format") != FORMAT:
            raise ValueError(f"growth norms of format {kept.get('format')}, expected {FORMAT}")
        return GrowthNorms(
            taus=np.array(kept["taus"]),
            splines=tuple(Spline(tuple(s["knots"]), tuple(s["boundaries"])) for s in kept["splines"]),
            fits=tuple(
                OrderFit(fit["order"], np.array(fit["coef"]), np.array(fit["check_loss"]), fit["n_used"])
                for fit in kept["fits"]
            ),
        )

    def _terms(self, prior: ArrayLike) -> Array:
        prior = as_terms(prior)
        if prior.shape[1] != len(self.splines):
            raise ValueError(f"prior has {prior.shape[1]} terms, the norms {len(self.splines)}")
        return prior


def growth_norms(
    prior: ArrayLike,
    current: ArrayLike,
    splines: tuple[Spline, ...],
    *,
    taus: ArrayLike = PERCENTILES,
    weights: ArrayLike | None = None,
) -> GrowthNorms:
    """Fit the norms, once for every number of latest terms.

    Parameters
    ----------
    prior : shape (n, n_terms), oldest term first, NaN where not tested.
    current : shape (n,), NaN where not tested.
    splines : one a term, oldest first.
    taus : increasing levels in (0, 1).
    weights : how often each student counts, shape (n,); 0 leaves a student out of the fit. So equal students may
        be given once with their number.

    Raises
    ------
    TooFewStudents
        Not even the fit on the latest term alone has five students a coefficient. Fits on more terms that
        lack students are left out; students with more terms are then judged by fewer.
    NoSpread
        All current scores are the same.
    """
    taus = _levels(taus)
    prior, current, w = as_cohort(prior, current, weights)
    if prior.shape[1] != len(splines):
        raise ValueError(f"prior has {prior.shape[1]} terms, splines {len(splines)}")
    known = np.where(np.isnan(current) | (w == 0), 0, terms_known(prior))
    fits = []
    for order in range(1, len(splines) + 1):
        terms, rows = slice(len(splines) - order, None), known >= order
        needed = PER_COEFFICIENT * (1 + sum(len(spline.knots) + 3 for spline in splines[terms]))
        n_used = round(w[rows].sum())
        if n_used < needed:
            if order == 1:
                raise TooFewStudents(n_used, needed)
            break
        cells, counts = _cells(np.column_stack([prior[rows, terms], current[rows]]), w[rows])
        if np.ptp(cells[:, -1]) == 0:
            raise NoSpread("这一次", cells[0, -1])
        found = quantile_fits(design(splines[terms], cells[:, :-1]), cells[:, -1], counts, taus)
        fits.append(OrderFit(order, found.coef, found.check_loss, n_used))
    return GrowthNorms(taus, splines, tuple(fits))


def as_cohort(prior: ArrayLike, current: ArrayLike, weights: ArrayLike | None) -> tuple[Array, Array, Array]:
    """Prior (n, n_terms), current (n,) and weights (n,) as arrays; `ValueError` says what does not fit."""
    prior, current = as_terms(prior), np.asarray(current, dtype=float)
    w = np.ones(len(current)) if weights is None else np.asarray(weights, dtype=float)
    if not (current.ndim == 1 and len(prior) == len(current) == len(w)):
        raise ValueError(f"{len(prior)} rows of prior, {len(current)} of current, {len(w)} of weights")
    if np.isinf(prior).any() or np.isinf(current).any():
        raise ValueError("scores must be finite, or NaN where not tested")
    if not (np.isfinite(w).all() and (w >= 0).all()):
        raise ValueError("weights must be finite and not negative")
    return prior, current, w


def as_terms(prior: ArrayLike) -> Array:
    """Earlier scores as a table, shape (n, n_terms); a single term may come as a flat array."""
    prior = np.asarray(prior, dtype=float)
    return prior[:, None] if prior.ndim == 1 else prior


def terms_known(prior: Array) -> NDArray[np.int64]:
    """How many latest terms each student has without a gap, shape (n,)."""
    return np.cumprod(~np.isnan(prior[:, ::-1]), axis=1, dtype=np.int64).sum(axis=1)


def _levels(taus: ArrayLike) -> Array:
    taus = np.atleast_1d(np.asarray(taus, dtype=float))
    if not (all(a < b for a, b in pairwise([0.0, *taus, 1.0])) and taus.ndim == 1 and len(taus)):
        raise ValueError("taus must increase and lie between 0 and 1")
    return taus


def _cells(table: Array, w: Array) -> tuple[Array, Array]:
    """Distinct rows in sorted order and the sum of weights of each: the order of students then has no effect."""
    order = np.lexsort(table.T[::-1])
    table, w = table[order], w[order]
    first = np.append(True, (table[1:] != table[:-1]).any(axis=1))
    return table[first], np.add.reduceat(w, np.flatnonzero(first))
