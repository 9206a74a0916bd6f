"""From an interval to the three words that may be printed, and who may be shown at all. No ranks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
HIGH, ALIKE, LOW = "显著高", "无显著差异", "显著低"
WITHHELD = ""


@dataclass(frozen=True)
class Rules:
    """When a unit's figure is shown: shares 0 to 1, pupils as counts. Defaults are the usual 口径.

    min_match : share of a unit's pupils who have both scores. min_pupils : matched pupils.
    min_units : units from which a mixed model is used; below, mean residuals of one regression.
    level : coverage of the intervals.
    """

    min_match: float = 0.80
    min_pupils: int = 20
    min_units: int = 20
    level: float = 0.95


def verdicts(lo: Array, hi: Array) -> NDArray[np.str_]:
    """显著高 where the interval lies above 0, 显著低 below, 无显著差异 around it; empty where it is NaN."""
    known = np.where(np.isnan(lo) | np.isnan(hi), WITHHELD, ALIKE)
    return np.where(lo > 0, HIGH, np.where(hi < 0, LOW, known))


def withheld(matched: NDArray, pupils: NDArray, rules: Rules) -> list[str]:
    """Why each unit's figure is not shown, in Chinese; empty where it is shown."""
    return [_reason(int(m), int(n), rules) for m, n in zip(matched, pupils, strict=True)]


def _reason(matched: int, pupils: int, rules: Rules) -> str:
    if matched < rules.min_match * pupils:
        return (
            f"{pupils} 人中只有 {matched} 人两次成绩都有（{matched / pupils:.0%}），"
            f"不到 {rules.min_match:.0%}，依据不足"
        )
    if matched < rules.min_pupils:
        return f"两次成绩都有的只有 {matched} 人，不到 {rules.min_pupils} 人，不单独列出"
    return ""
