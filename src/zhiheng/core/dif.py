"""Does an item favour one of two groups of pupils who know equally much (题目功能差异)?

Works on counts by total, group and mark, which add up over schools. Not a comparison of the groups' results: a
group may score lower on every item and no item favour anybody.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from scipy.stats import chi2, norm

Array = NDArray[np.float64]

DELTA = -2.35
"""From log odds to the delta scale of ETS (4/1.7, difficulty in the unit of their tests)."""
FEWEST = 100
"""Pupils in the smaller group below which no class is given."""


class CannotCompareGroups(ValueError):
    """The groups do not allow a comparison; the message is a Chinese sentence for the user."""


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """One item, pupils compared only with pupils of the same total.

    Attributes
    ----------
    odds_ratio : odds of the full mark in the reference group over those in the focal group; NaN unless two marks.
    delta, delta_se : the same on the ETS delta scale; negative where the item is harder for the focal group.
    chi_square, p : test of no difference (1 df), continuity-corrected for two marks.
    mean_difference : focal minus reference mean mark, totals weighted as in the focal group, in marks.
    standardized : the same over the standard deviation of the mark.
    """

    odds_ratio: float
    delta: float
    delta_se: float
    chi_square: float
    p: float
    mean_difference: float
    standardized: float


@dataclass(frozen=True, slots=True)
class LogisticDif:
    """One item, its marks regressed on the total, the group and their product.

    `uniform_p` tests a shift that is the same for all; `nonuniform_p` one that changes with the total;
    `r2_change` is what both add to Nagelkerke's R².
    """

    uniform_p: float
    nonuniform_p: float
    r2_change: float


@dataclass(frozen=True, slots=True)
class DifAnalysis:
    """All items of a paper, in order.

    Attributes
    ----------
    mantel_haenszel, logistic : one for each item.
    ets_class : "A" negligible, "B" moderate, "C" large; "" where a group is too small to say.
    favours : "focal", "reference" or "" (class A or none).
    n_reference, n_focal : pupils with a mark in every item.
    matched_on : which items the total is made of; an item is always part of its own total.
    """

    mantel_haenszel: tuple[MantelHaenszel, ...]
    logistic: tuple[LogisticDif, ...]
    ets_class: tuple[str, ...]
    favours: tuple[str, ...]
    n_reference: int
    n_focal: int
    matched_on: NDArray[np.bool_]


def differential_functioning(
    responses: ArrayLike, is_focal: ArrayLike, *, purify: bool = True, fewest: int = FEWEST
) -> DifAnalysis:
    """Look for items that favour one of two groups.

    Parameters
    ----------
    responses : shape (n_pupils, n_items), marks; pupils with a NaN are left out.
    is_focal : shape (n_pupils,), True for the group one is concerned for (girls, rural, minority …).
    purify : look once, leave items of class C out of the total, look again.
    fewest : pupils the smaller group must have before a class is given.

    Raises
    ------
    CannotCompareGroups
        A group has nobody with a mark in every item.
    ValueError
        Shapes do not fit.

    References
    ----------
    Holland & Thayer (1988), in Wainer & Braun, Test Validity, 129-145; Dorans & Holland (1993) (classes).
    """
    x, focal = np.asarray(responses, dtype=float), np.asarray(is_focal, dtype=bool)
    if x.ndim != 2 or focal.shape != x.shape[:1]:
        raise ValueError(f"responses have shape {x.shape}, is_focal {focal.shape}")
    whole = ~np.isnan(x).any(axis=1)
    x, focal = x[whole], focal[whole]
    n_focal = int(focal.sum())
    if min(n_focal, len(x) - n_focal) == 0:
        empty = "关注组" if n_focal == 0 else "参照组"
        raise CannotCompareGroups(f"{empty}没有一名学生答完全部题目，两组无法比较。请检查分组，或减少题目。")
    matched_on = np.ones(x.shape[1], dtype=bool)
    analysis = _analyse(x, focal, matched_on, fewest)
    if purify and "C" in analysis.ets_class:
        kept = np.array([name != "C" for name in analysis.ets_class])
        analysis = _analyse(x, focal, kept, fewest) if kept.any() else analysis
    return analysis


def _analyse(x: Array, focal: NDArray[np.bool_], matched_on: NDArray[np.bool_], fewest: int) -> DifAnalysis:
    total = x[:, matched_on].sum(axis=1)
    mh, logistic, classes, favours = [], [], [], []
    for item, kept in enumerate(matched_on):
        own = x[:, item]
        counts, totals, marks = counts_by_total(own, focal, total if kept else total + own)
        mh.append(mantel_haenszel(counts, marks))
        logistic.append(logistic_dif(counts, totals))
        enough = min(focal.sum(), (~focal).sum()) >= fewest
        classes.append(ets_class(mh[-1]) if enough else "")
        higher = mh[-1].mean_difference > 0
        favours.append(("focal" if higher else "reference") if classes[-1] in ("B", "C") else "")
    return DifAnalysis(
        mantel_haenszel=tuple(mh),
        logistic=tuple(logistic),
        ets_class=tuple(classes),
        favours=tuple(favours),
        n_reference=int((~focal).sum()),
        n_focal=int(focal.sum()),
        matched_on=matched_on,
    )


def counts_by_total(mark: ArrayLike, is_focal: ArrayLike, total: ArrayLike) -> tuple[Array, Array, Array]:
    """Pupils by total, group (reference, focal) and mark; the totals; the marks, ascending."""
    totals, stratum = np.unique(np.asarray(total, dtype=float).round(6), return_inverse=True)
    marks, category = np.unique(mark, return_inverse=True)
    counts = np.zeros((len(totals), 2, len(marks)))
    np.add.at(counts, (stratum, np.asarray(is_focal, dtype=int), category), 1)
    return counts, totals, marks


def mantel_haenszel(counts: ArrayLike, marks: ArrayLike = (0, 1)) -> MantelHaenszel:
    """Compare two groups within each total.

    Parameters
    ----------
    counts : shape (n_totals, 2, n_marks), pupils; groups in the order reference, focal.
    marks : shape (n_marks,), ascending.

    References
    ----------
    Mantel & Haenszel (1959), JNCI 22, 719-748; Mantel (1963), JASA 58, 690-700 (more than two marks);
    Phillips & Holland (1987), Biometrics 43, 425-431 (error); Zwick, Donoghue & Grima (1993), JEM 30, 233-251.
    """
    table, y = np.asarray(counts, dtype=float), np.asarray(marks, dtype=float)
    n = table.sum(axis=2)
    table = table[(n > 0).all(axis=1)]
    reference, focal = table.sum(axis=2).T
    whole, both = reference + focal, table.sum(axis=1)
    sums, squares = both @ y, both @ y**2
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = reference * sums / whole
        variance = reference * focal * (whole * squares - sums**2) / (whole**2 * (whole - 1))
        off = abs((table[:, 0] @ y - expected).sum())
        correction = min(0.5 * (y[-1] - y[0]), off) if len(y) == 2 else 0.0
        chi_square = float((off - correction) ** 2 / variance.sum())
        gap = float(focal @ (table[:, 1] @ y / focal - table[:, 0] @ y / reference) / focal.sum())
        share = both.sum(axis=0) / both.sum()
        spread = np.sqrt(share @ y**2 - (share @ y) ** 2)
        odds, delta_se = _common_odds(table) if len(y) == 2 else (np.nan, np.nan)
        delta = float(DELTA * np.log(odds))
        return MantelHaenszel(odds, delta, delta_se, chi_square, _tail(chi_square), gap, float(gap / spread))


def _common_odds(table: Array) -> tuple[float, float]:
    """Common odds ratio, and the standard error of its delta."""
    (b, a), (d, c) = (
        table[:, 0].T,
        table[:, 1].T,
    )  # a, b right and wrong in the reference group; c, d in the focal
    n = table.sum(axis=(1, 2))
    concordant = (a * d / n).sum()
    odds = concordant / (b * c / n).sum()
    variance = ((a * d + odds * b * c) * (a + d + odds * (b + c)) / n**2).sum() / (2 * concordant**2)
    return float(odds), float(-DELTA * np.sqrt(variance))


def ets_class(found: MantelHaenszel) -> str:
    """Classes of ETS for two marks, of NAEP for more: "A", "B" or "C".

    Two marks: A if delta is below 1 or not significant at 5 %, C if at least 1.5 and significantly above 1.
    More: by the standardized mean difference, .17 and .25, if significant. "" where nothing can be known, as
    when all earn the same mark.
    """
    if np.isnan(found.p):
        return ""
    significant = found.p < 0.05
    if np.isnan(found.delta):
        size = abs(found.standardized)
        return "A" if not significant or not size > 0.17 else "B" if size <= 0.25 else "C"
    size = abs(found.delta)
    if not significant or size < 1:
        return "A"
    surely_above_1 = size - 1 > norm.ppf(0.95) * found.delta_se
    return "C" if size >= 1.5 and surely_above_1 else "B"


def logistic_dif(counts: ArrayLike, totals: ArrayLike) -> LogisticDif:
    """Regress the mark on total, group and their product by (cumulative) logits.

    Parameters
    ----------
    counts : as in `mantel_haenszel`.
    totals : shape (n_totals,), in marks.

    References
    ----------
    Swaminathan & Rogers (1990), JEM 27, 361-370; Zumbo (1999) (ordinal marks); Nagelkerke (1991), Biometrika 78,
    691-692.
    """
    table = np.asarray(counts, dtype=float)
    z = np.asarray(totals, dtype=float)
    n = table.sum()
    centre = (table.sum(axis=(1, 2)) @ z) / n
    spread = np.sqrt(table.sum(axis=(1, 2)) @ (z - centre) ** 2 / n)
    z = np.repeat((z - centre) / (spread if spread > 0 else 1), 2)
    group = np.tile([0.0, 1.0], len(table))
    cells = table.reshape(len(z), -1)
    columns = np.column_stack((z, group, z * group))
    empty, by_total, uniform, full = (cumulative_logit(cells, columns[:, :k]) for k in range(4))
    ceiling = 1 - np.exp(2 * empty / n)
    r2 = [(1 - np.exp(2 * (empty - fitted) / n)) / ceiling for fitted in (by_total, full)]
    return LogisticDif(_tail(2 * (uniform - by_total)), _tail(2 * (full - uniform)), float(r2[1] - r2[0]))


def cumulative_logit(cells: Array, columns: Array) -> float:
    """Highest log-likelihood of marks under P(mark ≥ c) = logistic(α_c + columns·β), by Fisher scoring.

    `cells`, shape (n_cells, n_marks), are pupils; `columns` has shape (n_cells, k). NaN where it does not settle,
    as when the total tells the marks apart without error.
    """
    steps, k = cells.shape[1] - 1, columns.shape[1]
    if steps < 1:
        return float("nan")
    above = cells.sum(axis=0)[::-1].cumsum()[::-1][1:] / cells.sum()
    parameters = np.concatenate((np.log(above / (1 - above)), np.zeros(k)))
    n = cells.sum(axis=1)
    best = -np.inf
    for _ in range(100):
        eta = parameters[:steps] + (columns @ parameters[steps:])[:, None]
        reach = np.pad(expit(eta), ((0, 0), (1, 1)), constant_values=((0, 0), (1, 0)))
        p = np.maximum(-np.diff(reach, axis=1), 1e-300)
        loglik = float((cells * np.log(p)).sum())
        if abs(loglik - best) < 1e-10 * max(1, abs(loglik)):
            return loglik
        best = loglik
        density = np.pad(expit(eta) * expit(-eta), ((0, 0), (1, 1)))
        # Derivative of p by every η_c, then by α and β; shape (n_cells, n_marks, steps + k).
        by_eta = np.zeros((*p.shape, steps))
        for c in range(1, steps + 1):
            by_eta[:, c, c - 1], by_eta[:, c - 1, c - 1] = density[:, c], -density[:, c]
        slope = np.concatenate((by_eta, by_eta.sum(axis=2)[:, :, None] * columns[:, None, :]), axis=2)
        gradient = np.einsum("ic,icq->q", cells / p, slope)
        information = np.einsum("ic,icq,icr->qr", n[:, None] / p, slope, slope)
        try:
            parameters = parameters + np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            return float("nan")
        if not (np.diff(parameters[:steps]) < 0).all() or not np.isfinite(parameters).all():
            return float("nan")
    return float("nan")


def _tail(chi_square: float) -> float:
    """Chance of a larger χ² with one degree of freedom."""
    return float(chi2.sf(max(chi_square, 0.0), 1)) if not np.isnan(chi_square) else float("nan")
