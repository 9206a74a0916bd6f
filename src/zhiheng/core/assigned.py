"""等级赋分: raw marks of chosen subjects turned into assigned scores by rank bands, after a declared scheme.

Not for comparing papers: it makes subjects comparable only as far as their takers are alike. Which schemes exist is
data (`standards/assigned_scores.yaml`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.rounding import half_up_array

Array = NDArray[np.float64]
CUTS = ("not_less", "nearest", "not_more")
ONE_VALUE = ("high", "middle", "low")


class SchemeError(ValueError):
    """A scheme that cannot be used; the sentence says which entry and what is expected."""


@dataclass(frozen=True)
class Band:
    """One grade: the share of takers it holds and the assigned scores it is stretched over."""

    grade: str
    share: Fraction
    high: float
    low: float


@dataclass(frozen=True)
class Scheme:
    """Bands from the top, and what to do where marks are tied.

    Attributes
    ----------
    bands : best first; shares add up to 1
    cut : where a band ends: not_less, the first mark at which at least its share is reached; not_more, the last at
        which its share is not passed; nearest, the closer of both. Equal marks are never split.
    one_value : what a band of one mark gets: its high, middle or low score
    """

    bands: tuple[Band, ...]
    cut: str = "not_less"
    one_value: str = "high"


@dataclass(frozen=True)
class AssignedScores:
    """What each pupil gets and what became of each band.

    Attributes
    ----------
    score : shape (n,), rounded half up to whole scores; NaN where there is no mark
    grade : shape (n,), "" where there is no mark
    counts : shape (n_bands,), pupils in each band
    raw_high, raw_low : shape (n_bands,), highest and lowest mark in each band; NaN where it is empty
    """

    score: Array
    grade: NDArray[np.object_]
    counts: NDArray[np.int64]
    raw_high: Array
    raw_low: Array


def scheme_from_body(body: Mapping[str, Any]) -> Scheme:
    """Read a scheme as written in `standards/assigned_scores.yaml`; shares are percents.

    Raises
    ------
    SchemeError
        Shares do not add up to 100, scores rise or overlap from band to band, or a word is unknown.
    """
    bands = tuple(
        Band(str(row["grade"]), Fraction(str(row["percent"])) / 100, float(row["high"]), float(row["low"]))
        for row in body["bands"]
    )
    scheme = Scheme(bands, str(body.get("cut", "not_less")), str(body.get("one_value", "high")))
    total = sum((band.share for band in bands), Fraction(0))
    if total != 1:
        raise SchemeError(f"各等级的比例合计应为 100%，现在合计 {float(100 * total):g}%。请核对方案。")
    edges = [score for band in bands for score in (band.high, band.low)]
    if any(later > earlier for earlier, later in pairwise(edges)):
        raise SchemeError("各等级的赋分区间应从高到低、互不重叠，现在不是。请核对方案。")
    for name, word, allowed in (("cut", scheme.cut, CUTS), ("one_value", scheme.one_value, ONE_VALUE)):
        if word not in allowed:
            raise SchemeError(f"{name} 写的是“{word}”，应为下列之一：{'、'.join(allowed)}。")
    return scheme


def assigned_scores(marks: ArrayLike, scheme: Scheme) -> AssignedScores:
    """Assign scores among these pupils.

    81 reads: the place of this mark inside its grade, stretched to the grade's range. In a province the pupils are
    all who sat the subject; among a county's pupils the result is only a 模拟赋分 and should say so.

    Parameters
    ----------
    marks : shape (n,)
        Raw marks; NaN for pupils who do not take part (absent, voided, or by the province's rule for 0).
    scheme : Scheme

    References
    ----------
    T = T1 + (Y − Y1)(T2 − T1)/(Y2 − Y1) with the band's own lowest and highest mark Y1, Y2, as the provinces of
    the 3+1+2 examination publish it.
    """
    raw = np.asarray(marks, dtype=float)
    sat = ~np.isnan(raw)
    values, which, pupils = np.unique(-raw[sat], return_inverse=True, return_counts=True)
    values = -values  # highest first
    ends = _ends(np.cumsum(pupils), scheme)
    starts = np.concatenate([[0], ends[:-1]]).astype(int)
    score, grade = np.empty(len(values)), np.empty(len(values), dtype=object)
    high, low = np.full(len(ends), np.nan), np.full(len(ends), np.nan)
    for k, (band, start, end) in enumerate(zip(scheme.bands, starts, ends, strict=True)):
        if end > start:
            high[k], low[k] = values[start], values[end - 1]
            score[start:end] = _stretched(values[start:end], band, scheme.one_value)
            grade[start:end] = band.grade
    out, letters = np.full(raw.shape, np.nan), np.full(raw.shape, "", dtype=object)
    out[sat], letters[sat] = half_up_array(score)[which], grade[which]
    counts = np.array([int(pupils[a:b].sum()) for a, b in zip(starts, ends, strict=True)], dtype=np.int64)
    return AssignedScores(out, letters, counts, high, low)


def _ends(up_to: NDArray[np.int64], scheme: Scheme) -> NDArray[np.int64]:
    """How many distinct marks, from the highest, lie in each band and those above it."""
    pupils = int(up_to[-1]) if len(up_to) else 0
    ends, share = [], Fraction(0)
    for band in scheme.bands:
        share += band.share
        wanted = share * pupils
        # Whole numbers compare exactly: at least ⌈wanted⌉ is at least wanted.
        reached = int(np.searchsorted(up_to, -(-wanted.numerator // wanted.denominator)))
        fitting = int(np.searchsorted(up_to, wanted.numerator // wanted.denominator, side="right"))
        if scheme.cut == "not_less":
            ends.append(min(reached + 1, len(up_to)))
        elif scheme.cut == "not_more":
            ends.append(fitting)
        else:
            over = up_to[min(reached, len(up_to) - 1)] - wanted if len(up_to) else 0
            under = wanted - (up_to[fitting - 1] if fitting else 0)
            ends.append(min(reached + 1, len(up_to)) if over <= under else fitting)
    return np.array(ends, dtype=np.int64)


def _stretched(values: Array, band: Band, one_value: str) -> Array:
    """The band's marks, highest first, on its range of scores."""
    top, bottom = values[0], values[-1]
    if top == bottom:
        alone = {"high": band.high, "middle": (band.high + band.low) / 2, "low": band.low}
        return np.full(len(values), alone[one_value])
    return band.low + (values - bottom) * (band.high - band.low) / (top - bottom)
