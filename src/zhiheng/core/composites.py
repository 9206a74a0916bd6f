"""一分三率综合分: several indicators of units made into one figure, by declared schemes.

Arrays over units in, arrays over units out. Which schemes exist is data (`standards/composites.yaml`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

Array = NDArray[np.float64]
Values = Mapping[str, ArrayLike]
"""Component → its value for each unit, shape (n_units,)."""


@dataclass(frozen=True, slots=True)
class Composite:
    """One composite of several units.

    Attributes
    ----------
    value : shape (n_units,); NaN where a component is missing.
    parts : component → what it adds to `value`, shape (n_units,).
    note : shape (n_units,), Chinese; "" where there is nothing to say.
    """

    value: Array
    parts: Mapping[str, Array]
    note: tuple[str, ...]


def weighted_sum(values: Values, weights: Mapping[str, float]) -> Composite:
    """Σ weight × component, e.g. 0.4 × mean + 0.3 × pass % + 0.3 × excellent %."""
    return _composite(
        {name: weight * np.asarray(values[name], dtype=float) for name, weight in weights.items()}
    )


def best_ratio(
    values: Values,
    weights: Mapping[str, float],
    *,
    kinds: Sequence[str] | None = None,
    small: ArrayLike | None = None,
) -> Composite:
    """Σ weight × component / the best unit's component.

    Parameters
    ----------
    kinds : school type of each unit; the best is then the best of the same type.
    small : bool, units with few pupils; a component whose best is one of them gets a note.

    A best of 0 makes the component 0, with a note. Every figure here depends on one unit: print `z_composite` beside.
    """
    n = len(next(iter(values.values())))  # type: ignore[arg-type]
    kinds = [""] * n if kinds is None else list(kinds)
    few = np.zeros(n, dtype=bool) if small is None else np.asarray(small, dtype=bool)
    parts: dict[str, Array] = {}
    notes = [""] * n
    for name, weight in weights.items():
        x = np.asarray(values[name], dtype=float)
        best = _best_of_kind(x, kinds)
        best_of_large = _best_of_kind(np.where(few, np.nan, x), kinds)
        with np.errstate(invalid="ignore", divide="ignore"):
            parts[name] = np.where(best == 0, 0.0, weight * x / best)
        for unit in np.flatnonzero(best == 0):
            notes[unit] = _joined(notes[unit], f"{name} 的最高值为 0，该项计 0")
        for unit in np.flatnonzero((best > 0) & ~(best_of_large == best)):
            notes[unit] = _joined(notes[unit], f"{name} 的最高值出自人数很少的单位")
    return _composite(parts, notes)


def z_composite(values: Values, weights: Mapping[str, float]) -> Composite:
    """50 + 10·Σ(weight share × z of the component among units); no unit is the yardstick of the others.

    A component in which all units agree adds nothing, with a note.
    """
    whole = sum(weights.values())
    parts: dict[str, Array] = {}
    note = ""
    for name, weight in weights.items():
        x = np.asarray(values[name], dtype=float)
        sd = np.nanstd(x) if (~np.isnan(x)).any() else 0.0
        if sd == 0:
            note = _joined(note, f"{name} 各单位相同，不起区分作用")
        z = (x - np.nanmean(x)) / sd if sd else np.where(np.isnan(x), np.nan, 0.0)
        parts[name] = 10 * weight / whole * z
    n = len(next(iter(parts.values())))
    made = _composite(parts, [note] * n)
    return Composite(50 + made.value, made.parts, made.note)


def exclusive_bands(counts: Values, weights: Mapping[str, float], denominator: ArrayLike) -> Composite:
    """三率和: Σ weight × (pupils in the band) × 100 / pupils on the roll at the start of the year.

    Bands exclude one another: a pupil counts in the highest band reached only.
    """
    n = np.asarray(denominator, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _composite(
            {
                name: np.where(n > 0, weight * np.asarray(counts[name], dtype=float) * 100 / n, np.nan)
                for name, weight in weights.items()
            }
        )


def rank_points(
    values: Values, weights: Mapping[str, float], *, first: float = 15, step: float = 1
) -> Composite:
    """Σ weight × points for the place: `first` for the best, `step` less for each place, never below 0.

    Equals share the better place (持平算第一), so places run 1, 2, 2, 4.
    """
    parts = {}
    for name, weight in weights.items():
        x = np.asarray(values[name], dtype=float)
        better = rankdata(-x, method="min", nan_policy="omit") - 1
        parts[name] = weight * np.maximum(first - step * better, 0)
    return _composite(parts)


def index_delta(
    now: Values, before: Values, points: Mapping[str, float], *, base: float = 82, limit: float = 3
) -> Composite:
    """base + Σ points per unit of index × (index now − index in the previous term), each within ± limit.

    An index is a class's figure less its grade's (rates, mean, expected rank, low rate, σ). `points` is negative for
    an index that is better when lower (low_rate, sd).
    """
    parts = {
        name: np.clip(
            each * (np.asarray(now[name], dtype=float) - np.asarray(before[name], dtype=float)), -limit, limit
        )
        for name, each in points.items()
    }
    made = _composite(parts)
    return Composite(base + made.value, made.parts, made.note)


def _composite(parts: Mapping[str, Array], notes: Sequence[str] | None = None) -> Composite:
    value = np.sum(list(parts.values()), axis=0)
    return Composite(value, dict(parts), tuple(notes) if notes is not None else ("",) * len(value))


def _best_of_kind(x: Array, kinds: Sequence[str]) -> Array:
    best = np.full(len(x), np.nan)
    for kind in dict.fromkeys(kinds):
        same = np.array([other == kind for other in kinds])
        known = x[same & ~np.isnan(x)]
        best[same] = known.max() if len(known) else np.nan
    return best


def _joined(note: str, more: str) -> str:
    return more if not note or note == more else f"{note}；{more}"
